//! Rides of one park: known and new ones, and what is remembered of each between cycles.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{RideMemory, Watch};
use crate::model::snapshot::Listing;
use crate::model::span::Hour;
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::params;
use mysql::prelude::FromRow;
use std::collections::HashMap;

/// A ride as the tables know it.
#[derive(Clone, FromRow)]
pub(super) struct Ride {
    pub ride_id: u32,
    queue_times_id: Option<u32>,
    pub name: String,
    land: Option<String>,
    pub tier: Option<u8>,
    /// Active and an attraction: others are no part of any number.
    pub counts: bool,
    last_operated_at: Option<NaiveDateTime>,
    down_since: Option<NaiveDateTime>,
}

impl Ride {
    pub fn memory(&self) -> RideMemory {
        RideMemory {
            last_operated: self.last_operated_at.map(|at| at.and_utc()),
            down_since: self.down_since.map(|at| at.and_utc()),
        }
    }
}

/// The park's rides by Queue-Times id. New ones are added; the names of others follow the newest poll.
pub(super) fn follow_listings(
    db: &mut Db,
    park_id: u32,
    listings: &[Listing],
    now: Instant,
    is_newest: bool,
) -> Result<HashMap<u32, Ride>> {
    let mut known = of_park(db, park_id)?;
    let mut added = false;
    for listing in listings {
        let (name, land) = (&listing.name, &listing.land);
        match known.get(&listing.queue_times_id) {
            Some(ride) if is_newest && (ride.name != *name || ride.land != *land) => {
                let ride_id = ride.ride_id;
                let now = stamp(now);
                db.exec(
                    sql!("raw/rides.rename.sql"),
                    params! { ride_id, name, land, now },
                )?;
            }
            Some(_) => {}
            None => {
                let queue_times_id = listing.queue_times_id;
                let now = stamp(now);
                let ride = params! { park_id, queue_times_id, name, land, now };
                added |= db.exec(sql!("raw/rides.insert.sql"), ride)? > 0;
            }
        }
    }
    if added {
        known = of_park(db, park_id)?;
    }
    Ok(known)
}

fn of_park(db: &mut Db, park_id: u32) -> Result<HashMap<u32, Ride>> {
    let rides: Vec<Ride> = db.rows(sql!("raw/rides.of_park.select.sql"), params! { park_id })?;
    let with_id = |ride: Ride| ride.queue_times_id.map(|id| (id, ride));
    Ok(rides.into_iter().filter_map(with_id).collect())
}

/// Remembers the park's cycle at `slot`, which is its newest and stored as judged.
pub(super) fn remember(db: &mut Db, park_id: u32, slot: Instant) -> Result<()> {
    let hour = Hour::containing(slot);
    db.exec(
        sql!("raw/rides.remember.sql"),
        params! {
            park_id,
            "slot" => stamp(slot),
            "hour_start" => stamp(hour.start()),
            "minute" => (slot - hour.start()).num_minutes(),
        },
    )?;
    Ok(())
}

/// Corrects since when rides are down, after the park was judged again up to its newest cycle.
pub(super) fn correct_down_since(db: &mut Db, park_id: u32, watch: &Watch) -> Result<()> {
    let stored: Vec<(u32, Option<NaiveDateTime>)> =
        db.rows(sql!("raw/rides.down_since.select.sql"), params! { park_id })?;
    for (ride_id, stored) in stored {
        let memory = watch.rides.get(&ride_id).copied().unwrap_or_default();
        let down_since = memory.down_since.map(stamp);
        if down_since != stored {
            let correction = params! { ride_id, down_since };
            db.exec(sql!("raw/rides.down_since.update.sql"), correction)?;
        }
    }
    Ok(())
}
