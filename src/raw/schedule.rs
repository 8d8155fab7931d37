//! What parks announced of their hours, and what that says of a slot.

use super::park;
use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::key::{Key, Uuid};
use crate::model::schedule::{Kind, Schedule, Window};
use anyhow::{Context, Result};
use chrono::{Duration, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use mysql::params;

/// A window that is open at a slot opened no longer before it.
const LOOK_BACK: Duration = Duration::days(2);

/// What parks announced, by when it was over.
pub const TABLE: Table = Table {
    name: "park_schedules",
    time: "closes_at",
    key: "park_id, kind, opens_at",
};

/// Hours that closed this long before a slot say nothing of it, whatever its zone: a schedule speaks of a day
/// that is over for some hours of the night, and of a week at most.
pub const REMEMBERED: Duration = Duration::days(7);

/// A kind of hours, from when to when.
type Hours = (String, NaiveDateTime, NaiveDateTime);

/// The parks to ask for their hours: not asked since `read_before`, at most so many.
pub fn due(db: &mut Db, read_before: Instant, most: usize) -> Result<Vec<Uuid>> {
    let read_before = stamp(read_before);
    park::wiki_ids(
        db,
        sql!("raw/parks.schedules_due.select.sql"),
        params! { read_before, most },
    )
}

/// What became of an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// What is known was read later, and stands.
    Late,
    /// It says what was known.
    Same,
    /// Hours are otherwise now.
    New,
}

/// Puts what a park announces now in the place of what it announced before
/// for today and later, unless what is known was read after `now`.
pub fn replace(db: &mut Db, key: Key, windows: &[Window], now: Instant) -> Result<Announced> {
    db.transaction(|db| {
        let park = match park::lock(db, key)? {
            Some(park) => park,
            None => {
                park::add_unnamed(db, key, now)?;
                park::lock(db, key)?.context("a park vanished as it was added")?
            }
        };
        if park.schedule_read_at.is_some_and(|read_at| read_at > now) {
            return Ok(Announced::Late);
        }
        let (park_id, now) = (park.park_id, stamp(now));
        let first = midnight(park.timezone, now);
        let from = params! { park_id, first };
        let known: Vec<Hours> = db.rows(sql!("raw/park_schedules.announced.select.sql"), &from)?;
        db.exec(sql!("raw/park_schedules.delete.sql"), from)?;
        let hours = |window: &Window| {
            let (opens_at, closes_at) = (stamp(window.opens_at), stamp(window.closes_at));
            (window.kind.word().to_owned(), opens_at, closes_at)
        };
        let mut announced: Vec<Hours> = windows.iter().map(hours).collect();
        announced.retain(|(_, opens_at, _)| *opens_at >= first);
        let rows = announced.iter().map(|(kind, opens_at, closes_at)| {
            vec![
                park_id.into(),
                kind.into(),
                (*opens_at).into(),
                (*closes_at).into(),
                now.into(),
            ]
        });
        db.insert_many(sql!("raw/park_schedules.insert.sql"), rows)?;
        db.exec(
            sql!("raw/parks.schedule_read.update.sql"),
            params! { park_id, now },
        )?;
        announced.sort();
        Ok(match announced == known {
            true => Announced::Same,
            false => Announced::New,
        })
    })
}

/// Whether the park is open at a slot, where its schedule decides.
pub(super) fn scheduled_open(
    db: &mut Db,
    park: &park::Park,
    slot: Instant,
) -> Result<Option<bool>> {
    let Some(read_at) = park.schedule_read_at else {
        return Ok(None);
    };
    let first = stamp(slot - LOOK_BACK);
    let park_id = park.park_id;
    let operating: Vec<(NaiveDateTime, NaiveDateTime)> = db.rows(
        sql!("raw/park_schedules.operating.select.sql"),
        params! { park_id, first },
    )?;
    let window = |(opens_at, closes_at): (NaiveDateTime, NaiveDateTime)| Window {
        kind: Kind::Operating,
        opens_at: opens_at.and_utc(),
        closes_at: closes_at.and_utc(),
    };
    let schedule = Schedule {
        timezone: park.timezone,
        read_at,
        operating: operating.into_iter().map(window).collect(),
    };
    Ok(schedule.says(slot))
}

/// The last midnight of a zone, in UTC; where clocks skip it, as near as a date line matters.
fn midnight(zone: Tz, now: NaiveDateTime) -> NaiveDateTime {
    let local = now
        .and_utc()
        .with_timezone(&zone)
        .date_naive()
        .and_time(NaiveTime::MIN);
    let at = zone.from_local_datetime(&local).earliest();
    at.map_or(local, |at| at.naive_utc())
}
