//! Filling one period: cleared and summed anew from the level below, in one transaction.

use super::ledger::{self, Level};
use crate::db::partition::{Partitions, Width};
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::FORMULA_VERSION;
use crate::model::span::{Day, Hour, Year};
use anyhow::Result;
use mysql::{Params, Value, params};
use std::fmt;

/// A period to fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Hour(Hour),
    Day(Day),
    /// A year, and whether it is over with no day left to fill.
    Year(Year, bool),
}

/// Parameters by name, as they are bound.
type Named = Vec<(&'static str, Value)>;

/// The statements of one level, parks and rides.
struct Statements {
    clear: [&'static str; 2],
    fill: [&'static str; 2],
}

impl Span {
    pub fn level(self) -> Level {
        match self {
            Span::Hour(_) => Level::Hourly,
            Span::Day(_) => Level::Daily,
            Span::Year(..) => Level::Yearly,
        }
    }

    pub fn start(self) -> Instant {
        match self {
            Span::Hour(hour) => hour.start(),
            Span::Day(day) => day.start(),
            Span::Year(year, _) => year.start(),
        }
    }

    /// The longer period whose sum this one is part of.
    fn parent(self) -> Option<(Level, Instant)> {
        match self {
            Span::Hour(hour) => Some((Level::Daily, Day::containing(hour.start()).start())),
            Span::Day(day) => Some((Level::Yearly, Year::containing(day.start()).start())),
            Span::Year(..) => None,
        }
    }

    fn statements(self) -> Statements {
        match self {
            Span::Hour(_) => Statements {
                clear: [
                    sql!("rollup/park_hourly_stats.clear.sql"),
                    sql!("rollup/ride_hourly_stats.clear.sql"),
                ],
                fill: [
                    sql!("rollup/park_hourly_stats.fill.sql"),
                    sql!("rollup/ride_hourly_stats.fill.sql"),
                ],
            },
            Span::Day(_) => Statements {
                clear: [
                    sql!("rollup/park_daily_stats.clear.sql"),
                    sql!("rollup/ride_daily_stats.clear.sql"),
                ],
                fill: [
                    sql!("rollup/park_daily_stats.fill.sql"),
                    sql!("rollup/ride_daily_stats.fill.sql"),
                ],
            },
            Span::Year(..) => Statements {
                clear: [
                    sql!("rollup/park_yearly_stats.clear.sql"),
                    sql!("rollup/ride_yearly_stats.clear.sql"),
                ],
                fill: [
                    sql!("rollup/park_yearly_stats.fill.sql"),
                    sql!("rollup/ride_yearly_stats.fill.sql"),
                ],
            },
        }
    }

    /// The parameters by which the period's rows are cleared, and what a fill needs besides.
    fn params(self) -> (Named, Named) {
        match self {
            Span::Hour(hour) => (
                vec![("hour_start", stamp(hour.start()).into())],
                vec![("hour_end", stamp(hour.end()).into())],
            ),
            Span::Day(day) => (
                vec![("stat_date", day.date().into())],
                vec![
                    ("start", stamp(day.start()).into()),
                    ("end", stamp(day.end()).into()),
                ],
            ),
            Span::Year(year, is_complete) => (
                vec![("stat_year", year.number().into())],
                vec![
                    ("first_date", year.first_day().date().into()),
                    ("date_after", year.next().first_day().date().into()),
                    ("is_complete", is_complete.into()),
                ],
            ),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Span::Hour(hour) => write!(f, "hour {hour}"),
            Span::Day(day) => write!(f, "day {day}"),
            Span::Year(year, _) => write!(f, "year {year}"),
        }
    }
}

/// The partitions that hourly rows fall into.
pub fn partitions(db: &mut Db) -> Result<[Partitions; 2]> {
    Ok([
        Partitions::of(db, "park_hourly_stats", Width::Month)?,
        Partitions::of(db, "ride_hourly_stats", Width::Month)?,
    ])
}

/// Fills one period and returns the rows written. Its parent is marked stale, its own mark taken away
/// unless somebody changed an input after this transaction read it.
pub fn fill(db: &mut Db, span: Span, now: Instant) -> Result<u64> {
    let level = span.level().word();
    let mark = || params! { "level" => level, "period_start" => stamp(span.start()) };
    let (clear, mut fill) = span.params();
    fill.extend(clear.clone());
    fill.push(("formula_version", FORMULA_VERSION.into()));
    fill.push(("filled_at", stamp(now).into()));
    let statements = span.statements();
    db.transaction(|db| {
        let guard = params! { "name" => format!("filling_{level}") };
        db.exec(sql!("rollup/settings.filling.lock.sql"), guard)?;
        let seen: Option<u64> =
            db.first(sql!("rollup/stale_periods.generation.select.sql"), mark())?;
        let mut rows = 0;
        for (clear_rows, fill_rows) in statements.clear.iter().zip(statements.fill) {
            db.exec(clear_rows, Params::from(clear.clone()))?;
            rows += db.exec(fill_rows, Params::from(fill.clone()))?;
        }
        if let Some((level, start)) = span.parent() {
            ledger::raise(db, level, start)?;
        }
        if let Some(generation) = seen {
            let mark =
                params! { "level" => level, "period_start" => stamp(span.start()), generation };
            db.exec(sql!("rollup/stale_periods.delete.sql"), mark)?;
        }
        Ok(rows)
    })
}
