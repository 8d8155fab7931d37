//! Parks and rides as a person sees them, and what a person decides of each.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
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
    pub city: Option<String>,
    pub state_province: Option<String>,
    pub country: Option<String>,
    pub timezone: String,
    pub is_disney: bool,
    pub is_universal: bool,
    pub reports_down: bool,
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
    #[serde(serialize_with = "as_utc")]
    pub last_operated_at: Option<NaiveDateTime>,
}

/// What to change of a park; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ParkChange {
    pub is_active: Option<bool>,
    pub reports_down: Option<bool>,
    pub is_disney: Option<bool>,
    pub is_universal: Option<bool>,
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
    let updated = params! {
        "park_id" => park.park_id,
        "is_active" => changes.flag("active", park.is_active, change.is_active),
        "reports_down" => changes.flag("reports-down", park.reports_down, change.reports_down),
        "is_disney" => changes.flag("disney", park.is_disney, change.is_disney),
        "is_universal" => changes.flag("universal", park.is_universal, change.is_universal),
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
        let say = |flag: &bool| if *flag { "yes" } else { "no" }.to_owned();
        self.of(column, old, new, say)
    }
}

fn as_utc<S: Serializer>(at: &Option<NaiveDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.and_utc()).serialize(serializer)
}
