//! The rows of one park or ride, and the runs that wrote them, for a person who asks where a number comes from.

use super::ledger;
use super::span::Span;
use crate::db::{Db, sql, stamp, text};
use crate::model::Instant;
use crate::model::span::{Day, Hour, Year};
use anyhow::{Context, Result};
use chrono::NaiveDateTime;
use mysql::{Row, params};
use std::collections::HashMap;

/// A row of any level, column by column.
pub struct Told {
    pub span: Span,
    columns: HashMap<String, Option<String>>,
    /// The run that wrote the period last, if it is still known.
    pub wrote: Option<Wrote>,
    pub is_stale: bool,
}

pub struct Wrote {
    pub log_id: u64,
    pub run_id: Option<u64>,
    pub job: String,
    pub at: Instant,
}

/// What a statement adds to the columns of a row; the key of every level goes by the name of the hour.
const OF_THE_STATEMENT: [&str; 4] = ["level", "hour_start", "score_shown", "wait_shown"];

/// Whose rows.
#[derive(Clone, Copy)]
pub enum Of {
    Park(u32),
    Ride(u32),
}

/// The rows of the hours between two times of one day, then of the day and its year.
pub fn told(db: &mut Db, of: Of, start: Instant, end: Instant) -> Result<Vec<Told>> {
    let (statement, id) = match of {
        Of::Park(id) => (sql!("rollup/park_hourly_stats.told.sql"), id),
        Of::Ride(id) => (sql!("rollup/ride_hourly_stats.told.sql"), id),
    };
    let (day, year) = (Day::containing(start), Year::containing(start));
    let keys = params! {
        id, "start" => stamp(start), "end" => stamp(end),
        "stat_date" => day.date(), "stat_year" => year.number(),
    };
    let rows: Vec<Row> = db.rows(statement, keys)?;
    let told: Result<Vec<Told>> = rows.into_iter().map(|row| read(db, row)).collect();
    let mut told = told?;
    told.sort_by_key(|row| (row.span.level() as u8, row.span.start()));
    Ok(told)
}

impl Told {
    /// A value as it is stored; `-` where there is none.
    pub fn value(&self, column: &str) -> &str {
        self.shown(column).unwrap_or("-")
    }

    pub fn shown(&self, column: &str) -> Option<&str> {
        self.columns.get(column).and_then(Option::as_deref)
    }

    /// The columns of the table, apart from the key that names the period.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let stored = self
            .columns
            .iter()
            .filter(|(name, _)| !OF_THE_STATEMENT.contains(&name.as_str()));
        stored.map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    pub fn number(&self, column: &str) -> u64 {
        self.value(column).parse().unwrap_or(0)
    }
}

fn read(db: &mut Db, row: Row) -> Result<Told> {
    let names: Vec<String> = row
        .columns_ref()
        .iter()
        .map(|column| column.name_str().into_owned())
        .collect();
    let columns: HashMap<_, _> = names
        .into_iter()
        .zip(row.unwrap().into_iter().map(text))
        .collect();
    let column = |name: &str| columns.get(name).cloned().flatten().unwrap_or_default();
    let span = span(&column("level"), &column("hour_start"));
    let span = span.context("a row has neither an hour nor a day nor a year")?;
    let key = params! { "level" => span.level().word(), "period_start" => stamp(span.start()) };
    let wrote: Option<(u64, Option<u64>, String, NaiveDateTime)> =
        db.first(sql!("rollup/aggregation_log.wrote.sql"), key)?;
    let wrote = wrote.map(|(log_id, run_id, job, at)| Wrote {
        log_id,
        run_id,
        job,
        at: at.and_utc(),
    });
    let is_stale = ledger::generation(db, span.level(), span.start())?.is_some();
    Ok(Told {
        span,
        columns,
        wrote,
        is_stale,
    })
}

/// The period of a row; its key, named for the hour, is that of whatever level the row has.
fn span(level: &str, key: &str) -> Option<Span> {
    Some(match level {
        "hourly" => {
            let start: NaiveDateTime =
                NaiveDateTime::parse_from_str(key, "%Y-%m-%d %H:%M:%S").ok()?;
            Span::Hour(Hour::containing(start.and_utc()))
        }
        "daily" => Span::Day(Day::of(key.parse().ok()?)),
        _ => Span::Year(Year::of(key.parse().ok()?), false),
    })
}
