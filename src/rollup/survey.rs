//! What stands in each period of a stretch of days, and what is wrong with it.

use super::guard::Closed;
use super::ledger::{self, Level};
use super::span::Span;
use crate::db::{Db, settings, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::FORMULA_VERSION;
use crate::model::span::{Day, Hour, Year};
use anyhow::Result;
use chrono::{NaiveDate, NaiveDateTime};
use mysql::params;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

/// What may be wrong with a period, from the gravest down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// What it sums is gone; whatever rows it has, it keeps.
    Pruned,
    /// It has no rows.
    Missing,
    /// Its last filling failed or was refused.
    Failed,
    /// It is over and its rows say otherwise, or the row of a park, one of its hours or one of its days is lacking.
    Partial,
    /// Its inputs changed since it was filled.
    Stale,
    /// It was filled by another formula than its inputs could be now.
    Outdated,
}

/// A period that could have rows, and what is wrong with it.
pub struct Period {
    pub span: Span,
    pub faults: BTreeSet<Fault>,
    /// How many fillings failed since the last that did not.
    pub attempts: u32,
    /// Whether it lies in pruned history and what it sums was brought back.
    pub is_back: bool,
}

/// Days of the calendar, both included.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Days {
    pub first: Day,
    pub last: Day,
}

/// How long fillings of a level have taken lately, and how many rows they wrote.
#[derive(Clone, Copy, Default)]
pub struct Pace {
    pub periods: u64,
    pub milliseconds: u64,
    pub rows: u64,
}

/// The rows of a period, as far as a survey goes.
struct Rows {
    is_complete: bool,
    formula: u16,
}

type Found = BTreeMap<Instant, Rows>;

/// Every period of a level in these days that is over, or a year that has begun; newest first.
pub fn survey(db: &mut Db, level: Level, days: Days, through: Hour) -> Result<Vec<Period>> {
    let Some(first_slot) = settings::instant(db, settings::FIRST_SLOT)? else {
        return Ok(Vec::new());
    };
    let history = History {
        first_slot,
        through,
    };
    let spans = history.spans(level, days);
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return Ok(Vec::new());
    };
    let (start, end) = (first.start(), last.end());
    let found = found(db, level, start, end)?;
    let below = match level {
        Level::Hourly => Found::new(),
        Level::Daily => self::found(db, Level::Hourly, start, end)?,
        Level::Yearly => self::found(db, Level::Daily, start, end)?,
    };
    let stale: BTreeSet<Instant> = ledger::stale(db, level, start, end)?.into_iter().collect();
    let failed = failed(db, level, start, end)?;
    let lacking = match level {
        Level::Hourly => lacking(db, start, end)?,
        _ => BTreeSet::new(),
    };
    let closed = Closed::of(db, level)?;
    let period = |span: Span| {
        let start = span.start();
        let mut faults = BTreeSet::new();
        let end = span.end();
        let is_back = closed.is_back(start, end);
        if closed.reason(start, end).is_some() {
            faults.insert(Fault::Pruned);
            return Period {
                span,
                faults,
                attempts: 0,
                is_back,
            };
        }
        if stale.contains(&start) {
            faults.insert(Fault::Stale);
        }
        let attempts = failed.get(&start).copied();
        if attempts.is_some() {
            faults.insert(Fault::Failed);
        }
        if lacking.contains(&start) {
            faults.insert(Fault::Partial);
        }
        match found.get(&start) {
            None => drop(faults.insert(Fault::Missing)),
            Some(rows) => faults.extend(history.faults_of(span, rows, &below)),
        }
        Period {
            span,
            faults,
            attempts: attempts.unwrap_or(0),
            is_back,
        }
    };
    Ok(spans.into_iter().rev().map(period).collect())
}

/// Why no period of these days can have rows: there is no history yet, or they lie outside it.
pub fn beyond(db: &mut Db, days: Days, through: Hour) -> Result<Option<String>> {
    let Some(first_slot) = settings::instant(db, settings::FIRST_SLOT)? else {
        let why = "no snapshot is stored yet; `hallctl collect` stores the first";
        return Ok(Some(why.to_owned()));
    };
    let first = Day::containing(first_slot);
    let last = Day::containing(through.end()).max(first);
    let Days {
        first: from,
        last: to,
    } = days;
    let is_beyond = from > last || to < first;
    Ok(is_beyond.then(|| {
        format!("`{from}` to `{to}` lies outside history, whose first day is `{first}` and whose last is `{last}`")
    }))
}

/// The pace of the newest fillings of a level.
pub fn pace(db: &mut Db, level: Level) -> Result<Pace> {
    let level = params! { "level" => level.word() };
    let pace: Option<(u64, u64, u64)> = db.first(sql!("rollup/aggregation_log.pace.sql"), level)?;
    let (periods, milliseconds, rows) = pace.unwrap_or_default();
    Ok(Pace {
        periods,
        milliseconds,
        rows,
    })
}

impl Days {
    pub fn iter(self) -> impl Iterator<Item = Day> {
        successors(Some(self.first), |day| Some(day.next()))
            .take_while(move |day| *day <= self.last)
    }

    /// The days on which the clocks change, and how many hours each has.
    pub fn odd(self) -> impl Iterator<Item = (Day, i64)> {
        self.iter()
            .map(|day| (day, (day.end() - day.start()).num_hours()))
            .filter(|(_, hours)| *hours != 24)
    }
}

impl Period {
    pub fn is_pruned(&self) -> bool {
        self.faults.contains(&Fault::Pruned)
    }

    /// What counts most; `None` is a period in order.
    pub fn gravest(&self) -> Option<Fault> {
        self.faults.first().copied()
    }
}

/// From the first snapshot through the last complete hour.
struct History {
    first_slot: Instant,
    through: Hour,
}

impl History {
    /// The periods that lie in these days and in history, oldest first.
    fn spans(&self, level: Level, days: Days) -> Vec<Span> {
        match level {
            Level::Hourly => {
                let first = Hour::containing(days.first.start().max(self.first_slot));
                successors(Some(first), |hour| Some(hour.next()))
                    .take_while(|hour| hour.start() < days.last.end() && *hour <= self.through)
                    .map(Span::Hour)
                    .collect()
            }
            Level::Daily => self.days(days).map(Span::Day).collect(),
            Level::Yearly => {
                let years: BTreeSet<Year> = self
                    .days(days)
                    .map(|day| Year::containing(day.start()))
                    .collect();
                let over = |year: Year| year.end() <= self.through.end();
                years
                    .into_iter()
                    .map(|year| Span::Year(year, over(year)))
                    .collect()
            }
        }
    }

    /// Those of these days that are over and not before the first snapshot.
    fn days(&self, days: Days) -> impl Iterator<Item = Day> + use<> {
        let first = days.first.max(Day::containing(self.first_slot));
        let end = self.through.end();
        successors(Some(first), |day| Some(day.next()))
            .take_while(move |day| *day <= days.last && day.end() <= end)
    }

    fn faults_of(&self, span: Span, rows: &Rows, below: &Found) -> Vec<Fault> {
        let mut faults = Vec::new();
        let whole = Days {
            first: Day::containing(span.start()),
            last: Day::containing(span.end()).plus(-1),
        };
        let parts = match span {
            Span::Hour(_) => Vec::new(),
            Span::Day(_) => self.spans(Level::Hourly, whole),
            Span::Year(..) => self.spans(Level::Daily, whole),
        };
        let is_over = !matches!(span, Span::Year(_, false));
        let lacks_part = parts.iter().any(|part| !below.contains_key(&part.start()));
        if is_over && (!rows.is_complete || lacks_part) {
            faults.push(Fault::Partial);
        }
        let inputs = below.range(span.start()..span.end());
        let best = match span {
            Span::Hour(_) => Some(FORMULA_VERSION),
            _ => inputs.map(|(_, rows)| rows.formula).min(),
        };
        if best.is_some_and(|best| best != rows.formula) {
            faults.push(Fault::Outdated);
        }
        faults
    }
}

fn found(db: &mut Db, level: Level, start: Instant, end: Instant) -> Result<Found> {
    let row = |(start, is_complete, formula)| {
        let rows = Rows {
            is_complete,
            formula,
        };
        (start, rows)
    };
    let found: Vec<(Instant, bool, u16)> = match level {
        Level::Hourly => {
            let span = params! { "start" => stamp(start), "end" => stamp(end) };
            let rows = db.rows(sql!("rollup/park_hourly_stats.survey.sql"), span)?;
            let utc = |(hour, a, b): (NaiveDateTime, bool, u16)| (hour.and_utc(), a, b);
            rows.into_iter().map(utc).collect()
        }
        Level::Daily => {
            let first_date = Day::containing(start).date();
            let date_after = Day::containing(end).date();
            let span = params! { first_date, date_after };
            let rows = db.rows(sql!("rollup/park_daily_stats.survey.sql"), span)?;
            let utc = |(date, a, b): (NaiveDate, bool, u16)| (Day::of(date).start(), a, b);
            rows.into_iter().map(utc).collect()
        }
        Level::Yearly => {
            let first_year = Year::containing(start).number();
            let year_after = Year::containing(end).number();
            let span = params! { first_year, year_after };
            let rows = db.rows(sql!("rollup/park_yearly_stats.survey.sql"), span)?;
            let utc = |(year, a, b): (i32, bool, u16)| (Year::of(year).start(), a, b);
            rows.into_iter().map(utc).collect()
        }
    };
    Ok(found.into_iter().map(row).collect())
}

/// Filled hours in which a park that had cycles by then has no row.
pub fn lacking(db: &mut Db, start: Instant, end: Instant) -> Result<BTreeSet<Instant>> {
    let span = params! { "start" => stamp(start), "end" => stamp(end) };
    let hours: Vec<NaiveDateTime> = db.rows(sql!("rollup/park_hourly_stats.lacking.sql"), span)?;
    Ok(hours.into_iter().map(|start| start.and_utc()).collect())
}

/// The hours between two times that have rows.
pub fn filled(db: &mut Db, start: Instant, end: Instant) -> Result<BTreeSet<Instant>> {
    let found = found(db, Level::Hourly, start, end)?;
    Ok(found.into_keys().collect())
}

fn failed(
    db: &mut Db,
    level: Level,
    start: Instant,
    end: Instant,
) -> Result<BTreeMap<Instant, u32>> {
    let failed: Vec<(NaiveDateTime, u32)> = db.rows(
        sql!("rollup/aggregation_log.failed.sql"),
        params! { "level" => level.word(), "start" => stamp(start), "end" => stamp(end) },
    )?;
    let utc = |(start, attempts): (NaiveDateTime, u32)| (start.and_utc(), attempts);
    Ok(failed.into_iter().map(utc).collect())
}
