//! The invented parks and rides of the simulated hall.

use chrono::Weekday;
use chrono_tz::{America, Asia, Europe, Tz};

/// A park that does not exist.
pub struct Park {
    pub id: u32,
    pub name: &'static str,
    pub operator: &'static str,
    pub country: &'static str,
    pub continent: &'static str,
    pub latitude: &'static str,
    pub longitude: &'static str,
    pub zone: Tz,
    /// Local hours of opening and closing; weekends last an hour longer.
    pub opens: u32,
    pub closes: u32,
    pub closed_on: Option<Weekday>,
    /// A storm comes on one day in so many.
    pub storm_one_in: u64,
    /// Whether the feed stops after closing, so that all of it is stale until morning.
    pub sleeps: bool,
    /// Empty where the feed lists all rides without a land.
    pub lands: &'static [&'static str],
    ride_count: u32,
    /// Whether great rides have a line for single riders.
    single_riders: bool,
}

/// A ride that does not exist, as the feed lists it.
pub struct Ride {
    pub id: u32,
    /// The ride whose fate it shares: its own, or for a line of single riders that of its ride.
    pub fate: u32,
    pub name: String,
    /// Its place in the park's list of lands.
    pub land: usize,
    pub tier: u8,
    pub is_outdoor: bool,
    pub habit: Habit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    Usual,
    SingleRider,
    /// Open day and night, as a playground is.
    AlwaysOpen,
    /// The feed has not touched the entry for days.
    Frozen,
}

pub const PARKS: [Park; 8] = [
    Park {
        id: 901,
        name: "Lantern Kingdom",
        operator: "Simulated Disney Parks",
        country: "United States",
        continent: "North America",
        latitude: "33.8000",
        longitude: "-117.9000",
        zone: America::Los_Angeles,
        opens: 8,
        closes: 22,
        closed_on: None,
        storm_one_in: 30,
        sleeps: false,
        lands: &[
            "Lamplight Street",
            "Moss Hollow",
            "Tomorrow Quay",
            "Copper Canyon",
        ],
        ride_count: 28,
        single_riders: true,
    },
    Park {
        id: 902,
        name: "Starlit Bay",
        operator: "Simulated Disney Parks",
        country: "Japan",
        continent: "Asia",
        latitude: "35.6000",
        longitude: "139.9000",
        zone: Asia::Tokyo,
        opens: 9,
        closes: 21,
        closed_on: None,
        storm_one_in: 12,
        sleeps: false,
        lands: &[],
        ride_count: 24,
        single_riders: false,
    },
    Park {
        id: 903,
        name: "Isles of Thunder",
        operator: "Simulated Universal Parks",
        country: "United States",
        continent: "North America",
        latitude: "28.4700",
        // The feed forgets the sign of some parks in the United States, so this one does too.
        longitude: "81.4700",
        zone: America::New_York,
        opens: 9,
        closes: 21,
        closed_on: None,
        storm_one_in: 2,
        sleeps: false,
        lands: &["Harbour of Heroes", "Lost Lagoon", "Galleon Cove"],
        ride_count: 22,
        single_riders: true,
    },
    Park {
        id: 904,
        name: "Jardin des Manèges",
        operator: "Compagnie des Manèges",
        country: "France",
        continent: "Europe",
        latitude: "48.8700",
        longitude: "2.7800",
        zone: Europe::Paris,
        opens: 10,
        closes: 20,
        closed_on: None,
        storm_one_in: 15,
        sleeps: false,
        lands: &["Le Village", "La Forêt", "Les Étoiles"],
        ride_count: 20,
        single_riders: false,
    },
    Park {
        id: 905,
        name: "Thunder Ridge",
        operator: "Ridge & Valley Parks",
        country: "United States",
        continent: "North America",
        latitude: "42.3700",
        longitude: "-87.9300",
        zone: America::Chicago,
        opens: 10,
        closes: 20,
        closed_on: None,
        storm_one_in: 7,
        sleeps: false,
        lands: &["Timber Row", "Iron Yard"],
        ride_count: 30,
        single_riders: false,
    },
    Park {
        id: 906,
        name: "Pinewood Pier",
        operator: "Ridge & Valley Parks",
        country: "United States",
        continent: "North America",
        latitude: "39.7500",
        longitude: "-105.0100",
        zone: America::Denver,
        opens: 11,
        closes: 19,
        closed_on: None,
        storm_one_in: 10,
        sleeps: false,
        lands: &[],
        ride_count: 16,
        single_riders: false,
    },
    Park {
        id: 907,
        name: "Heatherfield",
        operator: "Heather Leisure",
        country: "England",
        continent: "Europe",
        latitude: "52.9900",
        longitude: "-1.8900",
        zone: Europe::London,
        opens: 10,
        closes: 18,
        closed_on: Some(Weekday::Tue),
        storm_one_in: 10,
        sleeps: true,
        lands: &["The Green", "The Mill", "The Moor"],
        ride_count: 18,
        single_riders: false,
    },
    Park {
        id: 908,
        name: "Orchard Cove",
        operator: "Orchard Family Parks",
        country: "Canada",
        continent: "North America",
        latitude: "43.8400",
        longitude: "-79.5400",
        zone: America::Toronto,
        opens: 10,
        closes: 20,
        closed_on: None,
        storm_one_in: 9,
        sleeps: false,
        lands: &["Apple Lane", "Cider House"],
        ride_count: 12,
        single_riders: false,
    },
];

// Their lengths share no factor, so that no pair comes twice in 323 rides.
const ADJECTIVES: [&str; 17] = [
    "Copper",
    "Whispering",
    "Midnight",
    "Crimson",
    "Wandering",
    "Silver",
    "Howling",
    "Emerald",
    "Runaway",
    "Velvet",
    "Frozen",
    "Amber",
    "Clockwork",
    "Hidden",
    "Roaring",
    "Moonlit",
    "Paper",
];
const NOUNS: [&str; 19] = [
    "Comet",
    "Mill",
    "Lighthouse",
    "Dragon",
    "Carousel",
    "Rapids",
    "Express",
    "Balloons",
    "Labyrinth",
    "Falcon",
    "Teapots",
    "Mine",
    "Galleon",
    "Observatory",
    "Swings",
    "Orchard",
    "Serpent",
    "Theatre",
    "Rockets",
];

/// The rides of every park, in the order of `PARKS`.
pub fn rides() -> Vec<Vec<Ride>> {
    let mut words = (0..).step_by(7);
    PARKS
        .iter()
        .map(|park| rides_of(park, &mut words))
        .collect()
}

/// The lines a park's feed lists: the great rides first, then the middling, then the small.
fn rides_of(park: &Park, words: &mut impl Iterator<Item = usize>) -> Vec<Ride> {
    let mut rides = Vec::new();
    for (number, word) in (1..=park.ride_count).zip(words) {
        let id = park.id * 100 + number;
        let ride = Ride {
            id,
            fate: id,
            name: format!(
                "{} {}",
                ADJECTIVES[word % ADJECTIVES.len()],
                NOUNS[word % NOUNS.len()]
            ),
            land: number as usize % park.lands.len().max(1),
            tier: match f64::from(number) / f64::from(park.ride_count) {
                share if share <= 0.28 => 1,
                share if share <= 0.70 => 2,
                _ => 3,
            },
            is_outdoor: number % 2 == 0,
            habit: match (park.id, number == park.ride_count) {
                (901, true) => Habit::Frozen,
                (903, true) => Habit::AlwaysOpen,
                _ => Habit::Usual,
            },
        };
        if park.single_riders && ride.tier == 1 && number % 3 == 0 {
            rides.push(Ride {
                id: id + 50,
                name: format!("{} Single Rider", ride.name),
                habit: Habit::SingleRider,
                ..ride
            });
        }
        rides.push(ride);
    }
    rides
}
