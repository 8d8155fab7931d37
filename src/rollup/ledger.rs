//! The ledger of stale periods: who changes an input marks the period, who fills it takes the mark away.

use super::span::Span;
use crate::db::{Db, settings, sql, stamp};
use crate::model::Instant;
use crate::model::span::{Day, Hour, Year};
use anyhow::Result;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use mysql::params;
use std::collections::BTreeSet;

/// An hour, a day or a year is complete this long after its end, when its last polls are in.
pub const GRACE: Duration = Duration::minutes(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Hourly,
    Daily,
    Yearly,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Hourly => "hourly",
            Level::Daily => "daily",
            Level::Yearly => "yearly",
        }
    }
}

/// Marks hours whose snapshots changed. Belongs into the transaction that changes them.
pub fn raise_hours(db: &mut Db, hours: &BTreeSet<Hour>) -> Result<()> {
    hours
        .iter()
        .try_for_each(|hour| raise(db, Level::Hourly, hour.start()))
}

pub fn raise(db: &mut Db, level: Level, period_start: Instant) -> Result<()> {
    let mark = params! { "level" => level.word(), "period_start" => stamp(period_start) };
    db.exec(sql!("rollup/stale_periods.raise.sql"), mark)?;
    Ok(())
}

/// The generation of a period's mark, if it is stale.
pub(super) fn generation(db: &mut Db, level: Level, period_start: Instant) -> Result<Option<u64>> {
    let mark = params! { "level" => level.word(), "period_start" => stamp(period_start) };
    db.first(sql!("rollup/stale_periods.generation.select.sql"), mark)
}

/// Takes the mark of a period away, unless an input changed again since `generation` was seen.
pub fn lower(
    db: &mut Db,
    level: Level,
    period_start: Instant,
    generation: Option<u64>,
) -> Result<()> {
    if let Some(generation) = generation {
        let mark =
            params! { "level" => level.word(), "period_start" => stamp(period_start), generation };
        db.exec(sql!("rollup/stale_periods.delete.sql"), mark)?;
    }
    Ok(())
}

/// The last hour that was complete at `now`.
pub fn last_complete_hour(now: Instant) -> Hour {
    Hour::containing(now - GRACE - Duration::hours(1))
}

/// Marks every complete hour since the first snapshot that has never been marked, so that empty ones get their rows.
pub fn mark_missing_hours(db: &mut Db, through: Hour) -> Result<()> {
    db.transaction(|db| {
        let Some(first) = settings::instant(db, settings::FIRST_SLOT)? else {
            return Ok(());
        };
        // What is pruned has been filled before, and nothing can fill it again.
        // Whoever stores snapshots holds this line too, so a park that is new by then is seen by every fill.
        let pruned = settings::locked_instant(db, settings::PRUNED_THROUGH_RAW)?;
        let first = Hour::containing(pruned.map_or(first, |through| through.max(first)));
        let marked_from = settings::instant(db, settings::MARKED_FROM)?.map(Hour::containing);
        let marked_through = settings::instant(db, settings::MARKED_THROUGH)?.map(Hour::containing);
        if first > through {
            return Ok(());
        }
        let is_new = |hour: &Hour| {
            marked_from.is_none_or(|from| *hour < from)
                || marked_through.is_none_or(|last| *hour > last)
        };
        let hours = std::iter::successors(Some(first), |hour| Some(hour.next()));
        let new: Vec<Hour> = (hours.take_while(|hour| *hour <= through))
            .filter(is_new)
            .collect();
        for hour in without_rows(db, new)? {
            let mark = params! { "level" => "hourly", "period_start" => stamp(hour.start()) };
            db.exec(sql!("rollup/stale_periods.mark.sql"), mark)?;
        }
        if marked_from.is_none_or(|from| first < from) {
            settings::set_instant(db, settings::MARKED_FROM, first.start())?;
        }
        if marked_through.is_none_or(|last| through > last) {
            settings::set_instant(db, settings::MARKED_THROUGH, through.start())?;
        }
        Ok(())
    })
}

/// Those of these hours, oldest first, that have no rows, or lack that of a park; the others were filled by name.
fn without_rows(db: &mut Db, mut hours: Vec<Hour>) -> Result<Vec<Hour>> {
    if let (Some(first), Some(last)) = (hours.first(), hours.last()) {
        let (start, end) = (first.start(), last.end());
        let lacking = super::survey::lacking(db, start, end)?;
        let filled = super::survey::filled(db, start, end)?;
        hours.retain(|hour| lacking.contains(&hour.start()) || !filled.contains(&hour.start()));
    }
    Ok(hours)
}

/// Stale hours that are complete, newest first.
pub fn stale_hours(db: &mut Db, through: Hour) -> Result<Vec<Hour>> {
    let starts = stale(db, Level::Hourly, Instant::UNIX_EPOCH, through.end())?;
    Ok(starts.into_iter().map(Hour::containing).collect())
}

/// Stale days that are over, newest first, apart from those that wait for stale hours of their own.
pub fn stale_days(db: &mut Db, through: Hour) -> Result<(Vec<Day>, Vec<Day>)> {
    let starts = stale(db, Level::Daily, Instant::UNIX_EPOCH, through.end())?;
    let days = starts
        .into_iter()
        .map(Day::containing)
        .filter(|day| day.end() <= through.end());
    let mut ready = Vec::new();
    let mut waiting = Vec::new();
    for day in days {
        if is_any_hour_stale(db, day)? {
            waiting.push(day);
        } else {
            ready.push(day);
        }
    }
    Ok((ready, waiting))
}

pub fn is_any_hour_stale(db: &mut Db, day: Day) -> Result<bool> {
    Ok(!stale(db, Level::Hourly, day.start(), day.end())?.is_empty())
}

/// Stale years, newest first; the running one among them.
pub fn stale_years(db: &mut Db, now: Instant) -> Result<Vec<Year>> {
    let starts = stale(db, Level::Yearly, Instant::UNIX_EPOCH, now)?;
    Ok(starts.into_iter().map(Year::containing).collect())
}

/// The same period; a year that is over is complete once none of its days is stale.
pub fn settled(db: &mut Db, span: Span) -> Result<Span> {
    match span {
        Span::Year(year, true) => {
            let stale = stale(db, Level::Daily, year.start(), year.end())?;
            Ok(Span::Year(year, stale.is_empty()))
        }
        _ => Ok(span),
    }
}

pub(super) fn stale(
    db: &mut Db,
    level: Level,
    start: Instant,
    end: Instant,
) -> Result<Vec<DateTime<Utc>>> {
    let starts: Vec<NaiveDateTime> = db.rows(
        sql!("rollup/stale_periods.select.sql"),
        params! { "level" => level.word(), "start" => stamp(start), "end" => stamp(end) },
    )?;
    Ok(starts.into_iter().map(|start| start.and_utc()).collect())
}
