//! What holds the line: the first period, oldest first, that rows about to go may still be needed for.

use crate::commands::stock::Stock;
use crate::db::Db;
use crate::model::Instant;
use crate::model::judgement::LONGEST_SPELL;
use crate::model::span::{Day, Hour, stamp};
use crate::raw;
use crate::rollup::ledger::Level;
use crate::rollup::{self, Days, Fault, Period, Span};
use anyhow::Result;
use chrono::Duration;
use std::fmt;

const FAILED: &str = "could not be filled";

/// What may be wrong with a period in a way that the rows below it could still mend, the cause first.
const WRONG: [(Fault, &str); 4] = [
    (Fault::Failed, FAILED),
    (Fault::Missing, "is missing"),
    (Fault::Partial, "is not complete"),
    (Fault::Stale, "is stale"),
];

/// Why rows must stay, and the command to type next.
pub struct Hold {
    cause: String,
    next: String,
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; next: `{}`", self.cause, self.next)
    }
}

/// The first reason to keep the rows from `start` to before `end`, all before it being in order.
pub fn look(
    db: &mut Db,
    stock: Stock,
    (start, end): (Instant, Instant),
    through: Hour,
) -> Result<Option<Hold>> {
    let levels = match stock {
        Stock::Raw => [Level::Hourly, Level::Daily],
        Stock::Hourly => [Level::Daily, Level::Yearly],
    };
    for level in levels {
        if let Some(hold) = faulty(db, level, (start, end), through)? {
            return Ok(Some(hold));
        }
    }
    match stock {
        Stock::Raw => match unfilled(db, start, end)? {
            None => in_spell(db, end),
            hold => Ok(hold),
        },
        Stock::Hourly => Ok(None),
    }
}

/// The first period of a level with a share in the span that is missing, failed, partial or stale.
fn faulty(
    db: &mut Db,
    level: Level,
    (start, end): (Instant, Instant),
    through: Hour,
) -> Result<Option<Hold>> {
    let days = Days {
        first: Day::containing(start),
        last: Day::containing(end - Duration::seconds(1)),
    };
    let periods = rollup::survey(db, level, days, through)?;
    let shares = |span: Span| span.start() < end && span.end() > start;
    let wrong = |period: &Period| {
        let (_, words) = WRONG
            .iter()
            .find(|(fault, _)| period.faults.contains(fault))?;
        Some((period.span, *words))
    };
    let mut oldest_first = periods.iter().rev();
    let Some((span, words)) =
        oldest_first.find_map(|period| wrong(period).filter(|(span, _)| shares(*span)))
    else {
        return Ok(None);
    };
    let mut cause = format!("{span} {words}");
    if words == FAILED
        && let Some(error) = rollup::log::last_error(db, span)?
    {
        cause += &format!(": {error}");
    }
    let next = match span {
        Span::Hour(hour) => format!(
            "hallctl aggregate hourly --hour {}",
            hour.start().format("%Y-%m-%dT%H")
        ),
        Span::Day(day) => format!("hallctl aggregate daily --date {day}"),
        Span::Year(year, _) => format!("hallctl aggregate yearly --year {year}"),
    };
    Ok(Some(Hold { cause, next }))
}

/// Rows that came or went without a word to the ledger.
fn unfilled(db: &mut Db, start: Instant, end: Instant) -> Result<Option<Hold>> {
    let found = rollup::unfilled(db, start, end)?;
    Ok(found.map(|(hour, stored, filled)| Hold {
        cause: format!("hour {hour} was filled from {filled} ride cycles, {stored} are stored"),
        next: format!(
            "hallctl aggregate hourly --hour {}",
            hour.start().format("%Y-%m-%dT%H")
        ),
    }))
}

/// A spell is judged as a whole when it ends, so its first cycles must wait for the last.
fn in_spell(db: &mut Db, end: Instant) -> Result<Option<Hold>> {
    let found = raw::park::longest_in_spell(db, end)?;
    Ok(found.map(|(park_id, name, since)| Hold {
        cause: format!(
            "park `{park_id}` ({name}) has been open without a break since {}, and an opening is judged when it ends, \
             after {} days at the latest",
            stamp(since),
            LONGEST_SPELL.num_days()
        ),
        // Nothing need be done but wait; this shows the opening and harms nothing.
        next: format!("hallctl explain park {park_id} --at {}", stamp(since)),
    }))
}
