//! A simulated hall of parks: any moment can be asked, and the same seed always answers the same.

mod day;
mod dice;
mod hall;
mod serve;
#[cfg(test)]
mod tests;

pub use serve::serve_feed;

use crate::model::Instant;
use chrono::{SecondsFormat, TimeDelta};
use day::Day;
use dice::Dice;
use hall::{Habit, PARKS, Park, Ride};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Eight invented parks. What they say is a pure function of seed, park and time.
pub struct Simulator {
    seed: u64,
    rides: Vec<Vec<Ride>>,
}

#[derive(Serialize)]
struct Body<'a> {
    lands: Vec<Land<'a>>,
    rides: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Land<'a> {
    id: u32,
    name: &'a str,
    rides: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: u32,
    name: &'a str,
    is_open: Option<bool>,
    wait_time: Value,
    last_updated: String,
}

impl Simulator {
    pub fn new(seed: u64) -> Simulator {
        Simulator {
            seed,
            rides: hall::rides(),
        }
    }

    /// The ids of all parks.
    pub fn parks(&self) -> impl Iterator<Item = u32> {
        PARKS.iter().map(|park| park.id)
    }

    /// What `/parks.json` answers.
    pub fn catalogue_json(&self) -> String {
        let mut operators: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for park in &PARKS {
            operators.entry(park.operator).or_default().push(json!({
                "id": park.id,
                "name": park.name,
                "country": park.country,
                "continent": park.continent,
                "latitude": park.latitude,
                "longitude": park.longitude,
                "timezone": park.zone.name(),
            }));
        }
        let operators: Vec<Value> = operators
            .into_iter()
            .zip(1..)
            .map(|((name, parks), id)| json!({"id": id, "name": name, "parks": parks}))
            .collect();
        Value::from(operators).to_string()
    }

    /// What `/parks/{id}/queue_times.json` answers at a moment; nothing for a park not of this hall.
    pub fn queue_times_json(&self, park_id: u32, at: Instant) -> Option<String> {
        let (park, rides) = PARKS
            .iter()
            .zip(&self.rides)
            .find(|(park, _)| park.id == park_id)?;
        let day = Day::of(self.seed, park, at);
        let updated_at = self.updated_at(park, &day, at);
        let entry = |ride| self.entry(ride, &day, at, updated_at);
        let of_land = |land| move |ride: &&Ride| ride.land == land;
        let body = match park.lands {
            [] => Body {
                lands: Vec::new(),
                rides: rides.iter().map(entry).collect(),
            },
            lands => Body {
                lands: lands
                    .iter()
                    .enumerate()
                    .map(|(land, name)| Land {
                        id: park.id * 10 + land as u32,
                        name,
                        rides: rides.iter().filter(of_land(land)).map(entry).collect(),
                    })
                    .collect(),
                rides: Vec::new(),
            },
        };
        serde_json::to_string(&body).ok()
    }

    /// A feed refreshes a whole park at once, two to six minutes before it is asked.
    fn updated_at(&self, park: &Park, day: &Day, at: Instant) -> Instant {
        let asleep_since = day.asleep_since(park, at).filter(|_| park.sleeps);
        asleep_since.unwrap_or_else(|| {
            let mut dice = self.dice_of_minute(park.id, at);
            at - TimeDelta::seconds(dice.between(120.0, 360.0) as i64)
        })
    }

    fn entry<'a>(&self, ride: &'a Ride, day: &Day, at: Instant, updated_at: Instant) -> Entry<'a> {
        let wait_minutes = match ride.habit {
            Habit::Usual => day.wait_minutes(ride, at),
            Habit::SingleRider => day.wait_minutes(ride, at).map(|wait| wait / 3),
            Habit::AlwaysOpen => Some(0),
            Habit::Frozen => Some(15),
        };
        let mut dice = self.dice_of_minute(ride.id, at);
        let updated_at = match ride.habit {
            Habit::Frozen => updated_at - TimeDelta::days(2),
            // Now and then one entry lags behind its park.
            _ if dice.one_in(200) => {
                updated_at - TimeDelta::minutes(dice.between(10.0, 90.0) as i64)
            }
            _ => updated_at,
        };
        Entry {
            id: ride.id,
            name: &ride.name,
            is_open: Some(wait_minutes.is_some()).filter(|_| !dice.one_in(3_000)),
            wait_time: odd(wait_minutes.unwrap_or(0), &mut dice),
            last_updated: updated_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        }
    }

    fn dice_of_minute(&self, id: u32, at: Instant) -> Dice {
        Dice::of([self.seed, id.into(), at.timestamp().unsigned_abs() / 60])
    }
}

/// A wait as the feed writes it, which is not always a number of minutes.
fn odd(wait_minutes: u16, dice: &mut Dice) -> Value {
    if dice.one_in(500) {
        Value::Null
    } else if dice.one_in(2_000) {
        Value::from(wait_minutes.to_string())
    } else if dice.one_in(20_000) {
        Value::from(-1)
    } else if wait_minutes > 0 && dice.one_in(20_000) {
        Value::from(995)
    } else {
        Value::from(wait_minutes)
    }
}
