//! Parks and rides as a person sees them, and what a person decides of each.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::park::is_of;
use crate::model::ride::{Category, Tier};
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::params;
use mysql::prelude::FromRow;
use serde::{Serialize, Serializer};

#[derive(FromRow, Serialize)]
pub struct Park {
    pub park_id: u32,
    pub queue_times_id: Option<u32>,
    pub wiki_id: Option<String>,
    pub name: String,
    pub operator: Option<String>,
    pub city: Option<String>,
    pub state_province: Option<String>,
    pub country: Option<String>,
    pub timezone: String,
    pub is_disney: bool,
    /// Whether a person said so, rather than the catalogue.
    pub is_disney_decided: bool,
    pub is_universal: bool,
    pub is_universal_decided: bool,
    pub reports_down: bool,
    pub reports_down_decided: bool,
    pub is_active: bool,
    #[serde(serialize_with = "as_utc")]
    pub last_slot: Option<NaiveDateTime>,
    /// Active attractions: those that count.
    pub rides: u32,
    pub unclassified: u32,
    pub issues: u32,
}

#[derive(FromRow, Serialize)]
pub struct Ride {
    pub ride_id: u32,
    pub queue_times_id: Option<u32>,
    pub wiki_id: Option<String>,
    pub park_id: u32,
    pub park: String,
    pub name: String,
    pub land: Option<String>,
    pub tier: Option<u8>,
    pub category: String,
    pub is_active: bool,
    /// The ride it turned out to be.
    pub joined_ride_id: Option<u32>,
    #[serde(serialize_with = "as_utc")]
    pub last_operated_at: Option<NaiveDateTime>,
}

/// What a person says of a flag that the catalogue guesses; `Auto` leaves it to the catalogue again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Yes,
    No,
    Auto,
}

/// What to change of a park; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ParkChange {
    pub is_active: Option<bool>,
    pub reports_down: Option<Decision>,
    pub is_disney: Option<Decision>,
    pub is_universal: Option<Decision>,
    /// An empty one takes the name away, as does an empty state.
    pub city: Option<String>,
    pub state_province: Option<String>,
    /// Its id at ThemeParks.wiki.
    pub wiki_id: Option<String>,
}

/// What to change of a ride; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct RideChange {
    pub tier: Option<Tier>,
    pub category: Option<Category>,
    pub is_active: Option<bool>,
}

/// One column of one park or ride that is otherwise now.
pub struct Change {
    pub column: &'static str,
    pub old: String,
    pub new: String,
}

/// Every park, by name.
pub fn parks(db: &mut Db) -> Result<Vec<Park>> {
    db.rows(sql!("raw/parks.roster.select.sql"), ())
}

/// Every ride, by park and name.
pub fn rides(db: &mut Db) -> Result<Vec<Ride>> {
    db.rows(sql!("raw/rides.roster.select.sql"), ())
}

impl Ride {
    /// Whether it takes part in the numbers and nobody has given it a tier.
    pub fn is_unclassified(&self) -> bool {
        self.tier.is_none() && self.is_active && self.category == Category::Attraction.word()
    }
}

/// Changes a park; the result is what was otherwise before.
pub fn set_park(
    db: &mut Db,
    park: &Park,
    change: &ParkChange,
    now: Instant,
) -> Result<Vec<Change>> {
    let mut changes = Changes::default();
    let named = |name: &Option<String>| name.clone().unwrap_or_else(|| "none".to_owned());
    let place = |new: &Option<String>| {
        let new = new.as_ref().map(|name| name.trim().to_owned());
        new.map(|name| Some(name).filter(|name| !name.is_empty()))
    };
    let is_of = |word| is_of(word, &park.name, park.operator.as_deref());
    let is_active = changes.flag("active", park.is_active, change.is_active);
    let old = Flag(park.is_disney, park.is_disney_decided);
    let disney = changes.decided("disney", old, change.is_disney, is_of("disney"));
    let old = Flag(park.is_universal, park.is_universal_decided);
    let universal = changes.decided("universal", old, change.is_universal, is_of("universal"));
    let old = Flag(park.reports_down, park.reports_down_decided);
    // A park that no catalogue has described yet has no guess of either on file.
    let guess = |flag: Flag, word| flag.0 || (!flag.1 && is_of(word));
    let guess = guess(disney, "disney") || guess(universal, "universal");
    let reports_down = changes.decided("reports-down", old, change.reports_down, guess);
    let updated = params! {
        "park_id" => park.park_id,
        is_active,
        "is_disney" => disney.0,
        "is_disney_decided" => disney.1,
        "is_universal" => universal.0,
        "is_universal_decided" => universal.1,
        "reports_down" => reports_down.0,
        "reports_down_decided" => reports_down.1,
        "city" => changes.of("city", park.city.clone(), place(&change.city), named),
        "state_province" => changes.of(
            "state",
            park.state_province.clone(),
            place(&change.state_province),
            named,
        ),
        "wiki_id" => changes.of(
            "wiki-id",
            park.wiki_id.clone(),
            change.wiki_id.clone().map(Some),
            named,
        ),
        "now" => stamp(now),
    };
    if !changes.0.is_empty() {
        db.exec(sql!("raw/parks.decide.update.sql"), updated)?;
    }
    Ok(changes.0)
}

/// Changes a ride; the result is what was otherwise before. Stored rows keep their weights.
pub fn set_ride(
    db: &mut Db,
    ride: &Ride,
    change: &RideChange,
    now: Instant,
) -> Result<Vec<Change>> {
    let mut changes = Changes::default();
    let tier = change.tier.map(|tier| tier.0);
    let category = change.category.map(|category| category.word().to_owned());
    let updated = params! {
        "ride_id" => ride.ride_id,
        "tier" => changes.of("tier", ride.tier, tier, |tier| Tier(*tier).to_string()),
        "category" => changes.of("category", ride.category.clone(), category, String::clone),
        "is_active" => changes.flag("active", ride.is_active, change.is_active),
        "now" => stamp(now),
    };
    if !changes.0.is_empty() {
        db.exec(sql!("raw/rides.decide.update.sql"), updated)?;
    }
    Ok(changes.0)
}

/// A flag, and whether a person set it.
#[derive(Clone, Copy, PartialEq)]
struct Flag(bool, bool);

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    /// The value a column has from now on; one that is new is remembered with the old one.
    fn of<T: PartialEq>(
        &mut self,
        column: &'static str,
        old: T,
        new: Option<T>,
        say: impl Fn(&T) -> String,
    ) -> T {
        match new.filter(|new| *new != old) {
            None => old,
            Some(new) => {
                let (old, said) = (say(&old), say(&new));
                self.0.push(Change {
                    column,
                    old,
                    new: said,
                });
                new
            }
        }
    }

    fn flag(&mut self, column: &'static str, old: bool, new: Option<bool>) -> bool {
        self.of(column, old, new, |flag| yes_or_no(*flag).to_owned())
    }

    fn decided(
        &mut self,
        column: &'static str,
        old: Flag,
        new: Option<Decision>,
        guess: bool,
    ) -> Flag {
        let new = new.map(|decision| match decision {
            Decision::Yes => Flag(true, true),
            Decision::No => Flag(false, true),
            Decision::Auto => Flag(guess, false),
        });
        self.of(column, old, new, |Flag(flag, is_decided)| {
            let auto = if *is_decided { "" } else { " (auto)" };
            format!("{}{auto}", yes_or_no(*flag))
        })
    }
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

fn as_utc<S: Serializer>(at: &Option<NaiveDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.and_utc()).serialize(serializer)
}
