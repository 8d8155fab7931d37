//! Rides of one park: known and new ones, and what is remembered of each between cycles.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{IN_SERVICE, RideMemory, Watch};
use crate::model::snapshot::Listing;
use crate::model::span::Hour;
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::params;
use mysql::prelude::FromRow;
use std::collections::{HashMap, HashSet};

/// A ride as the tables know it.
#[derive(Clone, FromRow)]
pub(super) struct Ride {
    pub ride_id: u32,
    queue_times_id: Option<u32>,
    name: String,
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

/// The park's rides by Queue-Times id; new ones are added, renamed ones follow the feed.
pub(super) fn follow_listings(
    db: &mut Db,
    park_id: u32,
    listings: &[Listing],
    now: Instant,
) -> Result<HashMap<u32, Ride>> {
    let mut known = of_park(db, park_id)?;
    let mut added = false;
    for listing in listings {
        let (name, land) = (&listing.name, &listing.land);
        match known.get(&listing.queue_times_id) {
            Some(ride) if ride.name == *name && ride.land == *land => {}
            Some(ride) => {
                let ride_id = ride.ride_id;
                let now = stamp(now);
                db.exec(
                    sql!("raw/rides.rename.sql"),
                    params! { ride_id, name, land, now },
                )?;
            }
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

/// The rides of a park that operated in the 7 days before `slot`, whatever has been stored since.
pub(super) fn served_before(db: &mut Db, park_id: u32, slot: Instant) -> Result<HashSet<u32>> {
    let week_before = slot - IN_SERVICE;
    let served: Vec<u32> = db.rows(
        sql!("raw/ride_operated_days.before.select.sql"),
        params! {
            park_id,
            "slot" => stamp(slot),
            "week_before" => stamp(week_before),
            "first_date" => week_before.date_naive(),
            "last_date" => slot.date_naive(),
        },
    )?;
    Ok(served.into_iter().collect())
}

fn of_park(db: &mut Db, park_id: u32) -> Result<HashMap<u32, Ride>> {
    let rides: Vec<Ride> = db.rows(sql!("raw/rides.of_park.select.sql"), params! { park_id })?;
    let with_id = |ride: Ride| ride.queue_times_id.map(|id| (id, ride));
    Ok(rides.into_iter().filter_map(with_id).collect())
}

#[derive(FromRow)]
struct Remembered {
    ride_id: u32,
    last_operated_at: Option<NaiveDateTime>,
    down_since: Option<NaiveDateTime>,
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

/// Corrects what is remembered of rides after their spell was judged again up to the newest cycle.
pub(super) fn correct_memories(db: &mut Db, park_id: u32, watch: &Watch) -> Result<()> {
    let stored: Vec<Remembered> =
        db.rows(sql!("raw/rides.memory.select.sql"), params! { park_id })?;
    for ride in stored {
        let memory = watch.rides.get(&ride.ride_id).copied().unwrap_or_default();
        let last_operated_at = ride.last_operated_at.max(memory.last_operated.map(stamp));
        let down_since = memory.down_since.map(stamp);
        if (last_operated_at, down_since) != (ride.last_operated_at, ride.down_since) {
            let ride_id = ride.ride_id;
            db.exec(
                sql!("raw/rides.memory.update.sql"),
                params! { ride_id, last_operated_at, down_since },
            )?;
        }
    }
    Ok(())
}

/// Notes on which days the park's rides were seen operating between two slots, both included.
pub(super) fn note_operated_days(
    db: &mut Db,
    park_id: u32,
    first_slot: Instant,
    last_slot: Instant,
) -> Result<()> {
    let (first_slot, last_slot) = (stamp(first_slot), stamp(last_slot));
    let span = params! { park_id, first_slot, last_slot };
    db.exec(sql!("raw/ride_operated_days.upsert.sql"), span)?;
    Ok(())
}
