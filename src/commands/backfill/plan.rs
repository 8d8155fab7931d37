//! The plan of a backfill: which periods, why, and what it will take.

use crate::cli::{Backfill, BackfillLevel};
use crate::db::Db;
use crate::model::Instant;
use crate::model::count::count;
use crate::model::span::{Day, Hour};
use crate::rollup::ledger::Level;
use crate::rollup::{self, Days, Fault, Pace, Period, Span};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What will be done, level by level: hours before their days, days before their years.
pub struct Plan {
    days: Days,
    /// Days whose snapshots are judged again first: their hours are of another formula, or a person wants it.
    pub judged: BTreeSet<Day>,
    pub levels: Vec<LevelPlan>,
    /// Periods that failed, newest first: how often since they were last filled, and why the last time.
    failed: Vec<(Span, u32, String)>,
}

pub struct LevelPlan {
    pub level: Level,
    /// How many periods are in order (`None`) or what is wrong with them at worst.
    found: BTreeMap<Option<Fault>, usize>,
    /// The first and the last of the periods looked at.
    ends: Option<(Span, Span)>,
    /// In the order in which they will be filled.
    pub spans: Vec<Span>,
    pace: Pace,
}

/// Of so many failed periods a plan says why; the rest it counts.
const REASONS: usize = 5;

const LEVELS: [(Level, BackfillLevel); 3] = [
    (Level::Hourly, BackfillLevel::Hourly),
    (Level::Daily, BackfillLevel::Daily),
    (Level::Yearly, BackfillLevel::Yearly),
];

/// The columns of the plan, as they are headed.
const COLUMNS: [(&str, Option<Fault>); 7] = [
    ("present", None),
    ("missing", Some(Fault::Missing)),
    ("failed", Some(Fault::Failed)),
    ("partial", Some(Fault::Partial)),
    ("stale", Some(Fault::Stale)),
    ("outdated", Some(Fault::Outdated)),
    ("pruned", Some(Fault::Pruned)),
];

impl Plan {
    pub fn draw(db: &mut Db, args: &Backfill, days: Days, through: Hour) -> Result<Plan> {
        let mut levels = Vec::new();
        let mut judged = BTreeSet::new();
        let mut failed = Vec::new();
        let mut parents: BTreeSet<Instant> = BTreeSet::new();
        for (level, choice) in LEVELS {
            if args.level != BackfillLevel::All && args.level != choice {
                continue;
            }
            let periods = rollup::survey(db, level, days, through)?;
            let is_parent = |period: &&Period| parents.contains(&period.span.start());
            let is_chosen = |period: &&Period| {
                !period.is_pruned() && (is_parent(period) || chosen(args, period))
            };
            let chosen: Vec<&Period> = periods.iter().filter(is_chosen).collect();
            if level == Level::Hourly {
                let is_judged =
                    |period: &&&Period| args.judge || period.faults.contains(&Fault::Outdated);
                judged = chosen
                    .iter()
                    .filter(is_judged)
                    .map(|period| Day::containing(period.span.start()))
                    .collect();
            }
            let mut spans: Vec<Span> = chosen.iter().map(|period| period.span).collect();
            if args.oldest_first {
                spans.reverse();
            }
            // What is filled makes the period above it stale.
            parents = spans
                .iter()
                .filter_map(|span| span.parent())
                .map(|(_, start)| start)
                .collect();
            for period in periods.iter().filter(|period| period.attempts > 0) {
                let error = match failed.len() {
                    0..REASONS => rollup::log::last_error(db, period.span)?,
                    _ => None,
                };
                let error = error.unwrap_or_else(|| "it crashed".to_owned());
                failed.push((period.span, period.attempts, error));
            }
            let mut found = BTreeMap::new();
            for period in &periods {
                *found.entry(period.gravest()).or_default() += 1;
            }
            let pace = rollup::pace(db, level)?;
            levels.push(LevelPlan {
                level,
                found,
                ends: periods
                    .last()
                    .zip(periods.first())
                    .map(|(first, last)| (first.span, last.span)),
                spans,
                pace,
            });
        }
        Ok(Plan {
            days,
            judged,
            levels,
            failed,
        })
    }

    /// The periods asked for, where all of them are pruned.
    pub fn only_pruned(&self) -> Option<(Span, Span)> {
        let all = |level: &LevelPlan| {
            level
                .found
                .keys()
                .all(|fault| *fault == Some(Fault::Pruned))
        };
        let mut ends = self.levels.iter().filter_map(|level| level.ends);
        let first = ends.next()?;
        let last = ends.next_back().unwrap_or(first);
        self.levels.iter().all(all).then_some((first.0, last.1))
    }

    pub fn periods(&self) -> usize {
        self.levels.iter().map(|level| level.spans.len()).sum()
    }
}

/// Whether the flags ask for this period; without any flag, for whatever is not in order. What was brought back
/// is as it was judged then, so that an older formula is no fault of it.
fn chosen(args: &Backfill, period: &Period) -> bool {
    let outdated = BTreeSet::from([Fault::Outdated]);
    if period.is_back && period.faults == outdated {
        return false;
    }
    let named = [
        (args.missing, Fault::Missing),
        (args.failed, Fault::Failed),
        (args.partial, Fault::Partial),
        (args.outdated, Fault::Outdated),
    ];
    if named.iter().all(|(is_named, _)| !is_named) {
        return args.all || !period.faults.is_empty();
    }
    named
        .iter()
        .any(|(is_named, fault)| *is_named && period.faults.contains(fault))
}

impl LevelPlan {
    /// Rows and seconds, by what the newest fillings of the level took.
    fn estimate(&self) -> Option<(u64, u64)> {
        let (periods, pace) = (self.spans.len() as u64, self.pace);
        let share = |all: u64| all * periods / pace.periods;
        (pace.periods > 0).then(|| (share(pace.rows), share(pace.milliseconds).div_ceil(1000)))
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<7}{:>8}", "level", "periods")?;
        for (name, _) in COLUMNS {
            write!(f, "{name:>9}")?;
        }
        writeln!(f, "{:>9}{:>12}{:>10}", "to fill", "rows", "time")?;
        for level in &self.levels {
            write!(
                f,
                "{:<7}{:>8}",
                level.level.word(),
                level.found.values().sum::<usize>()
            )?;
            for (_, fault) in COLUMNS {
                write!(f, "{:>9}", level.found.get(&fault).unwrap_or(&0))?;
            }
            let (rows, time) = match level.estimate() {
                Some((rows, seconds)) => (format!("~{rows}"), format!("~{}", clock(seconds))),
                None => ("unknown".to_owned(), "unknown".to_owned()),
            };
            writeln!(f, "{:>9}{rows:>12}{time:>10}", level.spans.len())?;
        }
        for (span, attempts, error) in self.failed.iter().take(REASONS) {
            writeln!(
                f,
                "{span}: {} failed since it was last filled: {error}",
                count(attempts, "attempt")
            )?;
        }
        if self.failed.len() > REASONS {
            let more = self.failed.len() - REASONS;
            writeln!(f, "{} failed", count(more, "more period"))?;
        }
        if !self.judged.is_empty() {
            let days = self.judged.len();
            writeln!(
                f,
                "the snapshots of {} are judged again first, and what that changes is filled too",
                count(days, "day")
            )?;
        }
        for (day, hours) in self.days.odd() {
            writeln!(f, "day {day} has {hours} hours")?;
        }
        Ok(())
    }
}

/// Seconds as people read them.
fn clock(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02} min"),
        (hours, minutes, _) => format!("{hours}:{minutes:02} h"),
    }
}
