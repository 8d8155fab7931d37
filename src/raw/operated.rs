//! When rides operated: what was known before a moment, and the days it is kept by.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{IN_SERVICE, RideMemory};
use anyhow::Result;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use mysql::params;
use std::collections::HashMap;

/// When each ride of a park last operated before `slot`, however late that was learnt.
pub(super) fn memories_before(
    db: &mut Db,
    park_id: u32,
    slot: Instant,
) -> Result<HashMap<u32, RideMemory>> {
    let date = slot.date_naive();
    let first_date = (slot - IN_SERVICE).date_naive();
    let midnight = date.and_time(NaiveTime::MIN);
    let last: Vec<(u32, NaiveDateTime)> = db.rows(
        sql!("raw/ride_operated_days.before.select.sql"),
        params! { park_id, first_date, date },
    )?;
    let today = memories_since(db, park_id, (midnight.and_utc(), slot))?;
    // What was seen later stands.
    Ok(last.into_iter().map(memory).chain(today).collect())
}

/// The same from the cycles since `start`, where the days kept do not reach back so far.
pub(super) fn memories_since(
    db: &mut Db,
    park_id: u32,
    (start, slot): (Instant, Instant),
) -> Result<HashMap<u32, RideMemory>> {
    let span = params! { park_id, "midnight" => stamp(start), "slot" => stamp(slot) };
    let last = db.rows(sql!("raw/ride_snapshots.operated.select.sql"), span)?;
    Ok(last.into_iter().map(memory).collect())
}

fn memory((ride_id, last): (u32, NaiveDateTime)) -> (u32, RideMemory) {
    let memory = RideMemory {
        last_operated: Some(last.and_utc()),
        down_since: None,
    };
    (ride_id, memory)
}

/// Until when a ride's membership may be otherwise once it turns out that it operated at `slot`.
/// `None` where other times at which it operated leave no gap that this one could fill.
pub(super) fn membership_changes_until(
    db: &mut Db,
    ride_id: u32,
    slot: Instant,
) -> Result<Option<Instant>> {
    let date = slot.date_naive();
    let around: Vec<(NaiveDateTime, NaiveDateTime)> = db.rows(
        sql!("raw/ride_operated_days.around.select.sql"),
        params! { ride_id, "first_date" => date - Days::new(8), "last_date" => date + Days::new(8) },
    )?;
    let times = || {
        around
            .iter()
            .flat_map(|(first, last)| [first.and_utc(), last.and_utc()])
    };
    let from = times()
        .filter(|at| *at < slot)
        .max()
        .map_or(slot, |before| before + IN_SERVICE);
    let until = times()
        .filter(|at| *at > slot)
        .min()
        .unwrap_or(slot + IN_SERVICE);
    let until = until.min(slot + IN_SERVICE);
    Ok((until > from).then_some(until))
}

/// Notes that the park's rides operated in its newest cycle, where they did.
pub(super) fn note(db: &mut Db, park_id: u32, slot: Instant) -> Result<()> {
    let slot = stamp(slot);
    let span = params! { park_id, "first_slot" => slot, "last_slot" => slot };
    db.exec(sql!("raw/ride_operated_days.upsert.sql"), span)?;
    Ok(())
}

/// Notes the days from `first` to `last` anew, after cycles in them were judged otherwise.
pub(super) fn note_again(db: &mut Db, park_id: u32, first: Instant, last: Instant) -> Result<()> {
    let (first_date, last_date) = (first.date_naive(), last.date_naive());
    let days = params! { park_id, first_date, last_date };
    db.exec(sql!("raw/ride_operated_days.delete.sql"), days)?;
    let first_slot = first_date.and_time(NaiveTime::MIN);
    let last_slot =
        (last_date + Days::new(1)).and_time(NaiveTime::MIN) - chrono::Duration::seconds(1);
    let span = params! { park_id, first_slot, last_slot };
    db.exec(sql!("raw/ride_operated_days.upsert.sql"), span)?;
    db.exec(
        sql!("raw/rides.last_operated.update.sql"),
        params! { park_id },
    )?;
    Ok(())
}

/// How many rows `prune_days` would delete.
pub fn prunable_days(db: &mut Db, before: NaiveDate) -> Result<u64> {
    let before = params! { before };
    let count: Option<u64> =
        db.first(sql!("raw/ride_operated_days.prunable.select.sql"), before)?;
    Ok(count.unwrap_or(0))
}

/// Forgets the days from before a date, some at a time, apart from the last day of each ride.
pub fn prune_days(db: &mut Db, before: NaiveDate) -> Result<u64> {
    let mut deleted = 0;
    loop {
        let some = db.exec(sql!("raw/ride_operated_days.prune.sql"), params! { before })?;
        deleted += some;
        if some == 0 {
            return Ok(deleted);
        }
    }
}
