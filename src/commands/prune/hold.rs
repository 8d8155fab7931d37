//! What holds the line: the first period, oldest first, that rows about to go may still be needed for.

use crate::commands::stock::Stock;
use crate::db::{Db, settings};
use crate::model::Instant;
use crate::model::judgement::LONGEST_SPELL;
use crate::model::span::{Day, Hour, stamp};
use crate::raw;
use crate::rollup::ledger::Level;
use crate::rollup::{self, Days, Fault, Period, Span};
use anyhow::Result;
use chrono::Duration;
use std::fmt;

/// What may be wrong with a period in a way that the rows below it could still mend, the cause first.
const WRONG: [(Fault, &str); 4] = [
    (Fault::Failed, "could not be filled"),
    (Fault::Missing, "is missing"),
    (Fault::Partial, "is not complete"),
    (Fault::Stale, "is stale"),
];

/// How the log begins what the guard says, which names the next step itself.
const REFUSED: &str = "refused";

/// Why rows must stay, and the command to type next where the reason does not name it.
pub struct Hold {
    cause: String,
    next: Option<String>,
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        match &self.next {
            Some(next) => write!(f, "; next: `{next}`"),
            None => Ok(()),
        }
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
        WRONG
            .iter()
            .find(|(fault, _)| period.faults.contains(fault))
    };
    let mut oldest_first = periods.iter().rev().filter(|period| shares(period.span));
    let Some((period, (fault, words))) =
        oldest_first.find_map(|period| Some((period, wrong(period)?)))
    else {
        return Ok(None);
    };
    let span = period.span;
    let error = match fault {
        Fault::Failed => rollup::log::last_error(db, span)?,
        _ => None,
    };
    let is_refused = error
        .as_ref()
        .is_some_and(|error| error.starts_with(REFUSED));
    let cause = match error {
        Some(error) => format!("{span} {words}: {error}"),
        None => format!("{span} {words}"),
    };
    let next = match fault {
        _ if is_refused => None,
        Fault::Missing if is_lost(db, period)? => Some(backfill("missing", span, end)),
        _ => Some(next(*fault, span, end)),
    };
    Ok(Some(Hold { cause, next }))
}

/// The command that mends a period, and all that are wrong in the same way where it can: there may be thousands.
fn next(fault: Fault, span: Span, end: Instant) -> String {
    match (fault, span) {
        (Fault::Failed, _) => backfill("failed", span, end),
        (Fault::Missing | Fault::Stale, _) => format!("hallctl aggregate {}", span.level().word()),
        (_, Span::Hour(hour)) => aggregate_hour(hour),
        (_, Span::Day(day)) => format!("hallctl aggregate daily --date {day}"),
        (_, Span::Year(year, _)) => format!("hallctl aggregate yearly --year {year}"),
    }
}

/// A year too is found by its last day that may be pruned, which is over for sure.
fn backfill(which: &str, span: Span, end: Instant) -> String {
    let day = Day::containing(span.end().min(end) - Duration::seconds(1));
    format!("hallctl backfill --from {day} --to {day} --{which}")
}

/// Whether the rows of a period are gone that `aggregate` thinks are there: no mark asks for it, or is still to come.
fn is_lost(db: &mut Db, period: &Period) -> Result<bool> {
    if period.faults.contains(&Fault::Stale) {
        return Ok(false);
    }
    let Span::Hour(hour) = period.span else {
        return Ok(true);
    };
    let from = settings::instant(db, settings::MARKED_FROM)?.map(Hour::containing);
    let through = settings::instant(db, settings::MARKED_THROUGH)?.map(Hour::containing);
    Ok(from.is_some_and(|from| from <= hour) && through.is_some_and(|through| hour <= through))
}

fn aggregate_hour(hour: Hour) -> String {
    let hour = hour.start().format("%Y-%m-%dT%H");
    format!("hallctl aggregate hourly --hour {hour}")
}

/// Rows that came or went without a word to the ledger.
fn unfilled(db: &mut Db, start: Instant, end: Instant) -> Result<Option<Hold>> {
    let found = rollup::unfilled(db, start, end)?;
    Ok(found.map(|(hour, stored, filled)| Hold {
        cause: format!("hour {hour} was filled from {filled} ride cycles, {stored} are stored"),
        next: Some(aggregate_hour(hour)),
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
        next: Some(format!(
            "hallctl explain park {park_id} --at {}",
            stamp(since)
        )),
    }))
}
