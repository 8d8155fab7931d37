//! Where the sums of a stretch of time are read from: filled days, then filled hours, then the raw tail.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::period::Period;
use crate::model::span::{Day, Hour};
use anyhow::Result;
use chrono::{Duration, NaiveDate, NaiveDateTime};
use mysql::params;

/// At most this much is summed from raw rows for one answer: more is a fault of `aggregate`, and to be seen as one.
const LONGEST_TAIL_HOURS: i64 = 6;

/// Three neighbouring half-open parts of one period, as far as there is data.
#[derive(Clone, Copy, Debug)]
pub struct Cover {
    /// First day, and the first that is missing.
    pub days: (NaiveDate, NaiveDate),
    /// First hour, and where the filled ones that may be used end.
    pub hours: (Instant, Instant),
    pub tail: (Instant, Instant),
    /// The last moment the answer speaks of.
    pub data_through: Option<Instant>,
}

impl Cover {
    pub fn resolve(db: &mut Db, period: Period, now: Instant) -> Result<Cover> {
        let (first, after) = period.days(now);
        // The slot of this very second is part of now.
        let end = after.start().min(now + Duration::seconds(1));
        let Some(began) = began(db)?.filter(|began| *began < end) else {
            return Ok(Cover::nothing(first, end));
        };
        let first = first.max(Day::containing(began));
        let days_end = first_missing_day(db, first, after.min(Day::containing(now)))?;
        let hours_start = days_end.start().max(Hour::containing(began).start());
        let hours_end = end_of_hours(db, hours_start, end)?;
        let tail_end = end
            .min(hours_end + Duration::hours(LONGEST_TAIL_HOURS))
            .max(hours_end);
        let newest = newest_slot(db, now)?;
        Ok(Cover {
            days: (first.date(), days_end.date()),
            hours: (hours_start, hours_end),
            tail: (hours_end, tail_end),
            data_through: newest.map(|newest| newest.min(tail_end)),
        })
    }

    fn nothing(first: Day, end: Instant) -> Cover {
        Cover {
            days: (first.date(), first.date()),
            hours: (end, end),
            tail: (end, end),
            data_through: None,
        }
    }
}

/// The oldest moment any table knows of; rollups outlive raw rows.
fn began(db: &mut Db) -> Result<Option<Instant>> {
    let (day, hour, slot): (
        Option<NaiveDate>,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
    ) = db
        .first(sql!("views/park_snapshots.began.sql"), ())?
        .unwrap_or_default();
    let day = day.map(|date| Day::of(date).start());
    let times = [hour, slot]
        .into_iter()
        .flatten()
        .map(|time| time.and_utc());
    Ok(times.chain(day).min())
}

fn first_missing_day(db: &mut Db, from: Day, to: Day) -> Result<Day> {
    let filled: Vec<NaiveDate> = db.rows(
        sql!("views/park_daily_stats.days.sql"),
        params! { "from" => from.date(), "to" => to.date() },
    )?;
    let mut day = from;
    for filled in filled {
        if filled != day.date() {
            break;
        }
        day = day.next();
    }
    Ok(day)
}

/// Where the filled hours end that may be used: at the first that is missing or stale. A stale one is used
/// all the same where reading everything after it raw would be too much: late beats lost.
fn end_of_hours(db: &mut Db, from: Instant, end: Instant) -> Result<Instant> {
    // Only hours that lie wholly before the end: the running one is read raw.
    let to = Hour::containing(end).start();
    let filled: Vec<NaiveDateTime> = db.rows(
        sql!("views/park_hourly_stats.hours.sql"),
        params! { "from" => stamp(from), "to" => stamp(to) },
    )?;
    let mut missing = from;
    for filled in filled {
        if filled.and_utc() != missing {
            break;
        }
        missing += Duration::hours(1);
    }
    let stale: Option<Option<NaiveDateTime>> = db.first(
        sql!("views/stale_periods.first_hour.sql"),
        params! { "from" => stamp(from) },
    )?;
    let stale = stale.flatten().map(|stale| stale.and_utc());
    let is_near = |stale: &Instant| end - *stale <= Duration::hours(LONGEST_TAIL_HOURS);
    Ok(stale
        .filter(is_near)
        .map_or(missing, |stale| stale.min(missing)))
}

/// The newest cycle of any park.
pub fn newest_slot(db: &mut Db, now: Instant) -> Result<Option<Instant>> {
    let newest: Option<Option<NaiveDateTime>> = db.first(
        sql!("views/parks.newest_slot.sql"),
        params! { "now" => stamp(now) },
    )?;
    Ok(newest.flatten().map(|slot| slot.and_utc()))
}
