//! `hallctl aggregate`: fill every stale complete period of one level, newest first, each in a transaction of its own.

use super::collect::silent_spells_ended;
use super::{Cx, Outcome, filling, job};
use crate::cli::Aggregate;
use crate::db::{Db, settings};
use crate::exit::{Exit, misused};
use crate::job_log;
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::span::{Day, Hour, Year, stamp};
use crate::rollup::ledger::{self, Level};
use crate::rollup::{self, Span};
use anyhow::Result;

pub fn run(args: Aggregate) -> Result<Exit> {
    let (name, level) = match args {
        Aggregate::Hourly { .. } => ("aggregate-hourly", Level::Hourly),
        Aggregate::Daily { .. } => ("aggregate-daily", Level::Daily),
        Aggregate::Yearly { .. } => ("aggregate-yearly", Level::Yearly),
    };
    job(name, |cx| {
        rollup::log::mark_crashed(&mut cx.db, level)?;
        let unsettled = silent_spells_ended(cx)?;
        for problem in &unsettled {
            remark!("{name}: {problem}");
        }
        let through = last_complete_hour(&mut cx.db, cx.now)?;
        ledger::mark_missing_hours(&mut cx.db, through)?;
        let due = match args {
            Aggregate::Hourly { hour: Some(at) } => {
                Due::only(one_hour(cx, Hour::containing(at), through)?)
            }
            Aggregate::Hourly { hour: None } => Due::hours(cx, through)?,
            Aggregate::Daily { date: Some(date) } => {
                Due::only(one_day(cx, Day::of(date), through)?)
            }
            Aggregate::Daily { date: None } => Due::days(cx, through)?,
            Aggregate::Yearly { year } => Due::years(cx, year.map(Year::of), through)?,
        };
        fill_all(cx, &due, unsettled.len())
    })
}

/// The periods to fill, newest first, and how many must wait.
struct Due {
    spans: Vec<Span>,
    waiting: usize,
}

impl Due {
    fn only(span: Span) -> Due {
        Due {
            spans: vec![span],
            waiting: 0,
        }
    }

    fn hours(cx: &mut Cx, through: Hour) -> Result<Due> {
        let hours = ledger::stale_hours(&mut cx.db, through)?;
        Ok(Due {
            spans: hours.into_iter().map(Span::Hour).collect(),
            waiting: 0,
        })
    }

    fn days(cx: &mut Cx, through: Hour) -> Result<Due> {
        let (ready, waiting) = ledger::stale_days(&mut cx.db, through)?;
        Ok(Due {
            spans: ready.into_iter().map(Span::Day).collect(),
            waiting: waiting.len(),
        })
    }

    fn years(cx: &mut Cx, only: Option<Year>, through: Hour) -> Result<Due> {
        let years = match only {
            Some(year) if year.start() >= through.end() => {
                return Err(misused(format!(
                    "year `{year}` has not begun; name one that has"
                )));
            }
            Some(year) => vec![year],
            None => ledger::stale_years(&mut cx.db, cx.now)?,
        };
        let mut spans = Vec::new();
        for year in years {
            let is_over = year.end() <= through.end();
            spans.push(ledger::settled(&mut cx.db, Span::Year(year, is_over))?);
        }
        Ok(Due { spans, waiting: 0 })
    }
}

/// An hour whose last cycle may still be on its way is not complete while `collect` runs.
pub(super) fn last_complete_hour(db: &mut Db, now: Instant) -> Result<Hour> {
    let last = ledger::last_complete_hour(now);
    let is_fresh = now < last.end() + ledger::GRACE * 2;
    if is_fresh && job_log::is_running(db, "collect")? {
        log::warn!("hour {last} is left for the next run: collect is still at work");
        return Ok(last.previous());
    }
    Ok(last)
}

fn one_hour(cx: &mut Cx, hour: Hour, through: Hour) -> Result<Span> {
    check(cx, &format!("hour `{hour}`"), hour, hour, through)?;
    Ok(Span::Hour(hour))
}

fn one_day(cx: &mut Cx, day: Day, through: Hour) -> Result<Span> {
    let (first, last) = (
        Hour::containing(day.start()),
        Hour::containing(day.end()).previous(),
    );
    check(cx, &format!("day `{day}`"), first, last, through)?;
    if ledger::is_any_hour_stale(&mut cx.db, day)? {
        return Err(misused(format!(
            "day `{day}` has stale hours; run `hallctl aggregate hourly` first"
        )));
    }
    Ok(Span::Day(day))
}

/// A period named by hand must be over and must not lie before the first snapshot.
fn check(cx: &mut Cx, name: &str, first: Hour, last: Hour, through: Hour) -> Result<()> {
    if last > through {
        return Err(misused(format!(
            "{name} is not complete; the last complete hour is `{through}`"
        )));
    }
    match settings::instant(&mut cx.db, settings::FIRST_SLOT)? {
        Some(slot) if Hour::containing(slot) <= last => Ok(()),
        Some(slot) => Err(misused(format!(
            "{name} lies before the first snapshot, which is of `{}`",
            stamp(slot)
        ))),
        None => Err(misused(format!(
            "{name} cannot be filled: there are no snapshots; run `hallctl collect` first (first hour asked: `{first}`)"
        ))),
    }
}

/// Fills each period; one that fails costs no other.
fn fill_all(cx: &mut Cx, due: &Due, unsettled: usize) -> Result<Outcome> {
    if let Some(span) = due.spans.first() {
        filling::make_partitions(cx, span.level(), &due.spans)?;
    }
    let (mut rows, mut failed, mut filled) = (0, 0, Vec::new());
    for span in &due.spans {
        match filling::fill(cx, *span)? {
            Ok(written) => {
                rows += written;
                filled.push(*span);
            }
            Err(error) => {
                failed += 1;
                remark!("aggregate: {span} was not filled: {error:#}");
            }
        }
    }
    filling::tell_views(cx, &filled)?;
    Ok(outcome(due, rows, failed, unsettled))
}

fn outcome(due: &Due, rows: u64, failed: usize, unsettled: usize) -> Outcome {
    let filled = due.spans.len() - failed;
    let rows = count(rows, "row");
    let mut summary = match (due.spans.first(), due.spans.last()) {
        (Some(newest), Some(oldest)) if newest != oldest => {
            format!(
                "{} filled, {oldest} to {newest}, {rows}",
                count(filled, "period")
            )
        }
        (Some(only), _) if filled > 0 => format!("{only} filled, {rows}"),
        (Some(only), _) => format!("{only} not filled"),
        _ => "nothing to do".to_owned(),
    };
    if failed > 0 && due.spans.len() > 1 {
        summary += &format!(", {failed} failed");
    }
    if due.waiting > 0 {
        let (days, wait) = (
            count(due.waiting, "day"),
            agree(due.waiting, "waits", "wait"),
        );
        summary += &format!(", {days} {wait} for `hallctl aggregate hourly`");
    }
    if unsettled > 0 {
        summary += &format!(", {} could not be judged", count(unsettled, "park"));
    }
    let exit = match failed {
        0 if unsettled == 0 => Exit::Done,
        1.. if filled == 0 => Exit::Failed,
        _ => Exit::Partly,
    };
    Outcome { exit, summary }
}
