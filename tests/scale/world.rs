//! The feed of a world whose days are all alike: parks round the globe, their storms, outages and waits.
//! Because every day repeats the one before, rows shifted by a day are what `collect` would have stored.

use chrono::{DateTime, Duration, TimeZone, Timelike, Utc};
use chrono_tz::{America, Asia, Australia, Europe, Tz};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

pub type Time = DateTime<Utc>;

/// Minutes from one poll to the next.
pub const CYCLE_MINUTES: i64 = 5;

/// Minutes of the park's own day.
type Span = Range<i64>;

pub struct Park {
    pub id: u32,
    pub zone: Tz,
    pub rides: Vec<Ride>,
    open: Span,
    storm: Option<Span>,
    /// Whether the feed stops after closing, so that all of it is stale until morning.
    sleeps: bool,
}

pub struct Ride {
    pub id: u32,
    /// `None` where nobody has classified it.
    pub tier: Option<u8>,
    is_outdoor: bool,
    is_shut: bool,
    wait_minutes: i64,
    outages: Vec<Span>,
}

/// Throws that are the same in every run.
struct Dice(u64);

const ZONES: [Tz; 12] = [
    America::Los_Angeles,
    America::New_York,
    Europe::Paris,
    America::Chicago,
    Asia::Tokyo,
    Europe::London,
    America::New_York,
    Europe::Berlin,
    America::Toronto,
    Asia::Shanghai,
    America::Denver,
    Australia::Brisbane,
];

/// The first cycle: the beginning of a day of the calendar, in a month without a change of clocks.
pub fn first_slot() -> Time {
    let midnight = America::Los_Angeles.with_ymd_and_hms(2026, 6, 1, 0, 0, 0);
    midnight.single().expect("one midnight").to_utc()
}

/// So many parks; two of them have 105 rides between them, a large one and a small one.
pub fn parks(count: u32) -> Vec<Park> {
    (0..count).map(park).collect()
}

fn park(number: u32) -> Park {
    let mut dice = Dice(number.into());
    let zone = ZONES[number as usize % ZONES.len()];
    let opens = 60 * dice.between(8, 11);
    let open = opens..opens + 60 * dice.between(8, 14);
    // What lasts over the moment at which days are joined is judged by what comes after it, as no copy could know.
    let joint = minute_of(first_slot(), zone);
    let storm = dice.one_in(6).then(|| {
        let begins = dice.between(open.start + 120, open.end - 180);
        begins..begins + dice.between(25, 90)
    });
    let small = 20 + number / 2 % 33;
    let rides = [small, 105 - small][number as usize % 2];
    let id = number + 1;
    Park {
        id,
        zone,
        storm: storm.filter(|storm| !storm.contains(&joint)),
        sleeps: number % 8 == 7,
        rides: (1..=rides)
            .map(|ride| ride_of(&mut dice, &open, joint, id * 1000 + ride))
            .collect(),
        open,
    }
}

fn minute_of(at: Time, zone: Tz) -> i64 {
    let local = at.with_timezone(&zone);
    i64::from(local.hour() * 60 + local.minute())
}

fn ride_of(dice: &mut Dice, open: &Span, joint: i64, id: u32) -> Ride {
    let tier = [Some(1), Some(2), Some(2), Some(3), None][dice.below(5) as usize];
    let outages = (0..dice.below(3)).map(|_| {
        let begins = dice.between(open.start, open.end);
        let longest = if dice.one_in(12) { 240 } else { 50 };
        begins..begins + dice.between(6, longest)
    });
    Ride {
        id,
        tier,
        outages: outages.filter(|outage| !outage.contains(&joint)).collect(),
        is_outdoor: dice.one_in(2),
        is_shut: dice.one_in(20),
        wait_minutes: match tier {
            Some(1) => dice.between(30, 90),
            Some(2) => dice.between(10, 40),
            _ => dice.between(0, 15),
        },
    }
}

/// The cycles from `start` to before `end`.
pub fn cycles(start: Time, end: Time) -> impl Iterator<Item = Time> {
    std::iter::successors(Some(start), |at| {
        Some(*at + Duration::minutes(CYCLE_MINUTES))
    })
    .take_while(move |at| *at < end)
}

/// Writes a recording of what the feed says of every park in these cycles, one line a park and cycle.
pub fn record(
    parks: &[Park],
    cycles: impl Iterator<Item = Time>,
    to: &mut impl Write,
) -> io::Result<()> {
    for at in cycles {
        for park in parks {
            to.write_all(park.said(at).as_bytes())?;
        }
    }
    Ok(())
}

impl Park {
    fn said(&self, at: Time) -> String {
        let now = minute_of(at, self.zone);
        let updated_at = (at - Duration::minutes(self.silent_minutes(now) + 2)).to_rfc3339();
        let polled_at = at.to_rfc3339();
        let mut line = format!(
            r#"{{"polled_at":"{polled_at}","park_id":{},"body":{{"lands":[],"rides":["#,
            self.id
        );
        for (number, ride) in self.rides.iter().enumerate() {
            let is_open = self.runs(ride, now);
            let wait = if is_open { self.wait(ride, now) } else { 0 };
            let comma = if number > 0 { "," } else { "" };
            write!(
                line,
                r#"{comma}{{"id":{id},"name":"Ride {id}","is_open":{is_open},"wait_time":{wait},"last_updated":"{updated_at}"}}"#,
                id = ride.id
            )
            .expect("a string takes it");
        }
        line + "]}}\n"
    }

    fn runs(&self, ride: &Ride, now: i64) -> bool {
        let is_in = |span: &Span| span.contains(&now);
        let in_storm = ride.is_outdoor && self.storm.as_ref().is_some_and(is_in);
        is_in(&self.open) && !ride.is_shut && !in_storm && !ride.outages.iter().any(is_in)
    }

    /// Longest about noon, and in steps of five as feeds have it.
    fn wait(&self, ride: &Ride, now: i64) -> i64 {
        let (since, left) = (now - self.open.start, self.open.end - now);
        let share = since.min(left).min(180) + 60;
        ride.wait_minutes * share / 240 / 5 * 5
    }

    /// How long a feed that sleeps has been asleep: from half an hour after closing to half an hour before opening.
    fn silent_minutes(&self, now: i64) -> i64 {
        let since = (now - self.open.end - 30).rem_euclid(24 * 60);
        let night = 24 * 60 - (self.open.end - self.open.start) - 60;
        if self.sleeps && since < night {
            since
        } else {
            0
        }
    }
}

impl Dice {
    fn below(&mut self, sides: i64) -> i64 {
        let Dice(state) = self;
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(*state >> 33).expect("31 bits") % sides
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(1))
    }

    fn one_in(&mut self, sides: i64) -> bool {
        self.below(sides) == 0
    }
}
