//! `hallctl verify`: sum periods anew, compare every column, say where they differ.

mod found;

use super::aggregate::last_complete_hour;
use super::{connect, progress};
use crate::cli::Verify;
use crate::config;
use crate::db::{Db, settings};
use crate::exit::{Exit, misused};
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::span::{Day, Hour, Year, stamp};
use crate::raw;
use crate::rollup::ledger::Level;
use crate::rollup::{self, Days, Difference, Fault, Period, Span};
use anyhow::Result;
pub use found::Found;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;
use std::time;

/// Without dates so many days are looked at in full, and of what is older a sample of each level.
const NEWEST_DAYS: i64 = 2;
const SAMPLE: usize = 20;

/// More differences than these are only counted: whoever reads them will mend a cause, not rows.
const LISTED: usize = 200;

pub fn run(args: Verify) -> Result<Exit> {
    let now = config::now()?;
    let mut db = connect()?;
    let began = time::Instant::now();
    let compared = compare(&mut db, &args, now);
    found::note(&mut db, now, began.elapsed(), args.deep, &compared);
    let (_, report) = compared?;
    if args.json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        say!("{report}");
    }
    Ok(Exit::Verdict(if report.is_clean() { 0 } else { 2 }))
}

fn compare(db: &mut Db, args: &Verify, now: Instant) -> Result<(Choice, Report)> {
    let through = last_complete_hour(db, now)?;
    let choice = Choice::of(args, through)?;
    if let Some(why) = rollup::beyond(db, choice.days, through)? {
        return Err(misused(format!("there is nothing to compare: {why}")));
    }
    let mut report = Report::default();
    for level in [Level::Hourly, Level::Daily, Level::Yearly] {
        let periods = choice.periods(db, level, through, now)?;
        report.compare(db, level, &periods, now)?;
    }
    if args.deep {
        report.judge_again(db, choice.days)?;
    }
    Ok((choice, report))
}

/// Which days to look at in full, and how many older periods of each level besides.
struct Choice {
    days: Days,
    sample: Option<usize>,
    /// Whether the sample is of what lies before these days rather than of the days themselves.
    is_older: bool,
}

impl Choice {
    fn of(args: &Verify, through: Hour) -> Result<Choice> {
        let (from, to) = (args.from.map(Day::of), args.to.map(Day::of));
        let Some(named) = from.or(to) else {
            let last = Day::containing(through.end()).plus(-1);
            let first = last.plus(1 - NEWEST_DAYS);
            return Ok(Choice {
                days: Days {
                    first,
                    last: last.next(),
                },
                sample: Some(args.sample.unwrap_or(SAMPLE)),
                is_older: true,
            });
        };
        let (first, last) = (from.unwrap_or(named), to.unwrap_or(named));
        if first > last {
            return Err(misused(format!(
                "`--from {first}` lies after `--to {last}`; turn them round"
            )));
        }
        Ok(Choice {
            days: Days { first, last },
            sample: args.sample,
            is_older: false,
        })
    }

    /// Whether every period of the days is looked at.
    fn is_whole(&self) -> bool {
        self.sample.is_none() || self.is_older
    }

    fn periods(
        &self,
        db: &mut Db,
        level: Level,
        through: Hour,
        now: Instant,
    ) -> Result<Vec<Period>> {
        let mut periods = rollup::survey(db, level, self.days, through)?;
        let Some(size) = self.sample else {
            return Ok(periods);
        };
        if !self.is_older {
            return Ok(sample(periods, size, now));
        }
        if let Some(first) = settings::instant(db, settings::FIRST_SLOT)? {
            let days = Days {
                first: Day::containing(first),
                last: self.days.first.plus(-1),
            };
            let newest: BTreeSet<Instant> =
                periods.iter().map(|period| period.span.start()).collect();
            let mut older = rollup::survey(db, level, days, through)?;
            // A sample of what nothing is left of would say nothing.
            older.retain(|period| !period.is_pruned() && !newest.contains(&period.span.start()));
            periods.extend(sample(older, size, now));
        }
        Ok(periods)
    }
}

/// So many of the periods, evenly spaced. Each day begins elsewhere, so that in time every one has its turn.
fn sample(periods: Vec<Period>, size: usize, now: Instant) -> Vec<Period> {
    let step = periods.len().div_ceil(size.max(1)).max(1);
    let day = usize::try_from(now.timestamp() / 86_400).unwrap_or(0);
    periods
        .into_iter()
        .skip(day % step)
        .step_by(step)
        .take(size)
        .collect()
}

/// What was compared, and what does not agree.
#[derive(Default, Serialize)]
struct Report {
    compared: Vec<Tally>,
    differences: Vec<Finding>,
    /// What a program is told of it is the same as a person: what to type next.
    #[serde(rename = "next", serialize_with = "as_next")]
    found: Option<Found>,
    /// The years looked at: days that are not over have none.
    #[serde(skip)]
    years: BTreeSet<Year>,
}

/// How many periods of a level, or cycles, agree, differ, or cannot be compared.
#[derive(Default, Serialize)]
struct Tally {
    what: &'static str,
    agree: usize,
    differ: usize,
    stale: usize,
    missing: usize,
    outdated: usize,
    pruned: usize,
    /// Days whose cycles are not there.
    days_pruned: usize,
}

#[derive(Serialize)]
struct Finding {
    period: String,
    #[serde(flatten)]
    difference: Difference,
}

impl Report {
    fn is_clean(&self) -> bool {
        self.found.is_none()
    }

    fn compare(
        &mut self,
        db: &mut Db,
        level: Level,
        periods: &[Period],
        now: Instant,
    ) -> Result<()> {
        let mut tally = Tally {
            what: level.word(),
            ..Tally::default()
        };
        let first_slot = settings::instant(db, settings::FIRST_SLOT)?.unwrap_or_default();
        let bar = progress::bar(periods.len(), level.word());
        for period in periods {
            bar.inc(1);
            bar.set_message(period.span.to_string());
            if let Span::Year(year, _) = period.span {
                self.years.insert(year);
            }
            match period.gravest() {
                Some(Fault::Pruned) => tally.pruned += 1,
                Some(Fault::Missing) => tally.missing += 1,
                _ if period.faults.contains(&Fault::Stale) => tally.stale += 1,
                _ if period.faults.contains(&Fault::Outdated) => tally.outdated += 1,
                _ => match rollup::verify(db, period.span, now)? {
                    None => tally.stale += 1,
                    Some(found) => {
                        let on = on(period.span, first_slot);
                        self.add(&mut tally, on, &period.span.to_string(), found);
                    }
                },
            }
        }
        bar.finish_and_clear();
        self.compared.push(tally);
        Ok(())
    }

    /// Judges the snapshots of these days again, park by park.
    fn judge_again(&mut self, db: &mut Db, days: Days) -> Result<()> {
        let mut tally = Tally {
            what: "cycles",
            ..Tally::default()
        };
        let parks = raw::park::every(db)?;
        let days: Vec<Day> = days.iter().collect();
        let bar = progress::bar(parks.len() * days.len(), "days of parks");
        for day in days {
            tally.days_pruned += usize::from(raw::is_pruned(db, day.start(), day.end())?);
            for park in &parks {
                bar.inc(1);
                let judged = raw::judged_again(db, *park, day.start(), day.end())?;
                tally.pruned += judged.pruned;
                tally.agree += judged.agree;
                for (slot, found) in judged.differ {
                    let slot = format!("cycle {}", stamp(slot));
                    let found = found.into_iter().map(|raw| difference(*park, raw));
                    self.add(&mut tally, Found::on(day, true), &slot, found.collect());
                }
            }
        }
        bar.finish_and_clear();
        self.compared.push(tally);
        Ok(())
    }

    fn tallies(&self) -> String {
        let tallies: Vec<String> = self.compared.iter().map(Tally::to_string).collect();
        tallies.join("; ")
    }

    fn add(&mut self, tally: &mut Tally, on: Found, period: &str, found: Vec<Difference>) {
        *(if found.is_empty() {
            &mut tally.agree
        } else {
            self.found = Some(on.with(self.found));
            &mut tally.differ
        }) += 1;
        let finding = |difference| Finding {
            period: period.to_owned(),
            difference,
        };
        self.differences.extend(found.into_iter().map(finding));
    }
}

/// Where a difference of this period lies; a year has rows from the first snapshot on.
fn on(span: Span, first_slot: Instant) -> Found {
    let day = Day::containing(span.start().max(first_slot));
    match span {
        Span::Year(..) => Found::in_year_of(day),
        _ => Found::on(day, false),
    }
}

/// What a second judgement says, in the words of a second sum.
fn difference(park_id: u32, raw: raw::Otherwise) -> Difference {
    Difference {
        entity: if raw.ride_id.is_some() {
            "ride"
        } else {
            "park"
        },
        id: raw.ride_id.unwrap_or(park_id).to_string(),
        column: raw.column,
        stored: raw.stored,
        summed: raw.judged,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { period, difference } in self.differences.iter().take(LISTED) {
            let Difference {
                entity,
                id,
                column,
                stored,
                summed,
            } = difference;
            let (stored, summed) = (shown(stored), shown(summed));
            writeln!(
                f,
                "{period}: {entity} `{id}`: {column} is {stored}, comes to {summed}"
            )?;
        }
        if self.differences.len() > LISTED {
            let more = self.differences.len() - LISTED;
            writeln!(f, "{}", count(more, "more difference"))?;
        }
        write!(f, "verify: {}", self.tallies())?;
        self.found
            .map_or(Ok(()), |found| write!(f, "\nnext: {}", found.next()))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} agree", self.what, self.agree)?;
        let days_pruned = agree(self.days_pruned, "day pruned", "days pruned");
        let others = [
            (self.differ, "differ"),
            (self.stale, "stale"),
            (self.missing, "missing"),
            (self.outdated, "outdated"),
            (self.pruned, "pruned"),
            (self.days_pruned, days_pruned),
        ];
        let mut others = others.iter().filter(|(count, _)| *count > 0);
        others.try_for_each(|(count, what)| write!(f, ", {count} {what}"))
    }
}

fn as_next<S: Serializer>(found: &Option<Found>, serializer: S) -> Result<S::Ok, S::Error> {
    found.map(|found| found.next()).serialize(serializer)
}

fn shown(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("nothing")
}
