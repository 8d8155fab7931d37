//! How far back rows go, and whether `prune` keeps up with them.

use super::facts::{Facts, Moment, utc};
use super::stations::{Station, span as length};
use super::verdict::Verdict;
use crate::commands::stock::Stock;
use crate::db::{Db, settings, sql, stamp};
use crate::model::count::count;
use crate::model::{Instant, span};
use anyhow::Result;
use chrono::{Duration, NaiveDate};
use mysql::params;
use std::collections::BTreeSet;

/// Since when there are rows, and up to where they were pruned.
pub struct Kept {
    raw_from: Option<Instant>,
    hours_from: Option<Instant>,
    pruned_through: Instant,
    /// Days before that which archives brought back.
    back: [(Stock, BTreeSet<NaiveDate>); 2],
}

/// Three nights without a good run are no accident.
const RUN: Duration = Duration::days(3);

/// What `prune` keeps unless told otherwise, and three nights: as long as nobody runs it, nothing is amiss before.
const RAW: Duration = Duration::days(93);

/// So many restored days are named.
const NAMED: usize = 3;

const NEXT: &str = "hallctl prune --dry-run";

impl Kept {
    pub fn read(db: &mut Db) -> Result<Kept> {
        let mut line = |name| settings::instant(db, name).map(Option::unwrap_or_default);
        let pruned_through = line(settings::PRUNED_THROUGH_RAW)?;
        let hours_from = line(settings::PRUNED_THROUGH_HOURLY)?;
        let from =
            params! { "raw_from" => stamp(pruned_through), "hours_from" => stamp(hours_from) };
        let (slot, hour): (Moment, Moment) = db
            .first(sql!("status/park_snapshots.oldest.sql"), from)?
            .unwrap_or_default();
        let mut back = |stock: Stock| -> Result<_> { Ok((stock, stock.brought_back(db)?)) };
        let back = [back(Stock::Raw)?, back(Stock::Hourly)?];
        Ok(Kept {
            raw_from: utc(slot),
            hours_from: utc(hour),
            pruned_through,
            back,
        })
    }
}

pub fn retention(facts: &Facts) -> Station {
    let kept = &facts.kept;
    let mut station = Station::new("retention");
    if kept.pruned_through > Instant::UNIX_EPOCH {
        let through = span::stamp(kept.pruned_through);
        station
            .notes
            .push(format!("raw rows pruned through {through}"));
    }
    for (what, from) in [("raw", kept.raw_from), ("hours", kept.hours_from)] {
        let since = from.map(|from| format!("{what} since {}", from.date_naive()));
        station.notes.extend(since);
    }
    let back = kept.back.iter().filter(|(_, dates)| !dates.is_empty());
    station.notes.extend(back.map(brought_back));
    match facts.run("prune") {
        None => {
            let age = kept
                .raw_from
                .map_or(Duration::zero(), |from| facts.now - from);
            if age > RAW {
                let cause = format!(
                    "raw rows go back {}, and nothing was ever pruned",
                    length(age)
                );
                station.trouble(Verdict::Warning, cause, NEXT);
            }
        }
        Some(run) => {
            station.run(run, facts.wall, NEXT);
            if let Some(summary) = &run.partly {
                station.trouble(Verdict::Warning, summary.clone(), NEXT);
            }
            let idle = facts.wall - run.last_good_at.unwrap_or(run.started_at);
            if idle > RUN {
                let cause = format!("nothing was pruned for {}", length(idle));
                station.trouble(Verdict::Warning, cause, "hallctl prune");
            }
        }
    }
    station
}

/// `raw rows of 2 days restored: 2026-04-04, 2026-04-05`.
fn brought_back((stock, dates): &(Stock, BTreeSet<NaiveDate>)) -> String {
    let what = match stock {
        Stock::Raw => "raw rows",
        Stock::Hourly => "hours",
    };
    let named = dates.iter().take(NAMED).map(NaiveDate::to_string);
    let mut names = named.collect::<Vec<_>>().join(", ");
    if dates.len() > NAMED {
        names += &format!(" and {} more", dates.len() - NAMED);
    }
    format!("{what} of {} restored: {names}", count(dates.len(), "day"))
}
