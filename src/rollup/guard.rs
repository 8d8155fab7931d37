//! The guard over history: a fill that would lose samples, or that has nothing left to read, is refused.

use super::ledger::Level;
use super::span::Span;
use crate::db::Db;
use crate::db::restored::Pruned;
use crate::model::Instant;
use crate::model::count::count;
use crate::model::span::stamp;
use anyhow::Result;
use std::collections::HashMap;
use std::fmt;

/// Why a period was not filled: its rows stay as they are.
#[derive(Debug)]
pub struct Refused {
    reason: String,
    /// The mark that the fill saw. It goes too, or every run would try again in vain.
    pub generation: Option<u64>,
}

/// How many samples each park or ride has in a period.
pub type Counts = HashMap<u32, u32>;

/// So many parks or rides are named before the rest is only counted.
const NAMED: usize = 3;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refused {}

impl Refused {
    fn because(reason: String, generation: Option<u64>) -> anyhow::Error {
        Refused { reason, generation }.into()
    }
}

/// What of a level can be filled no more.
pub struct Closed {
    /// What was pruned of the rows that its periods sum; days, which years sum, never are.
    below: Option<Pruned>,
    /// Its own rows were pruned up to here; they come back from an archive or not at all.
    own_through: Instant,
}

impl Closed {
    pub fn of(db: &mut Db, level: Level) -> Result<Closed> {
        let hourly = Pruned::hourly(db)?;
        Ok(match level {
            Level::Hourly => Closed {
                below: Some(Pruned::raw(db)?),
                own_through: hourly.through,
            },
            Level::Daily => Closed {
                below: Some(hourly),
                own_through: Instant::UNIX_EPOCH,
            },
            Level::Yearly => Closed {
                below: None,
                own_through: Instant::UNIX_EPOCH,
            },
        })
    }

    /// Why a period between two times can be filled no more, if so.
    pub fn reason(&self, start: Instant, end: Instant) -> Option<String> {
        if start < self.own_through {
            return Some(format!(
                "refused: its rows were pruned through `{}`; only `hallctl restore` brings them back",
                stamp(self.own_through)
            ));
        }
        let below = self.below.as_ref().filter(|below| below.took(start, end))?;
        Some(format!(
            "refused: what it sums was pruned through `{}`, so its rows stay as they are",
            stamp(below.through)
        ))
    }

    /// Whether what a period sums had been pruned and is back.
    pub fn is_back(&self, start: Instant, end: Instant) -> bool {
        self.below
            .as_ref()
            .is_some_and(|below| below.gave_back(start, end))
    }
}

/// Refuses a period that can be filled no more.
pub fn check_closed(db: &mut Db, span: Span, generation: Option<u64>) -> Result<()> {
    match Closed::of(db, span.level())?.reason(span.start(), span.end()) {
        Some(reason) => Err(Refused::because(reason, generation)),
        None => Ok(()),
    }
}

/// One line for each park or ride that has fewer samples after a fill than before.
pub fn shrunk(entity: &str, before: &Counts, after: &Counts) -> Vec<String> {
    let mut lost: Vec<(u32, u32, u32)> = before
        .iter()
        .map(|(id, count)| (*id, *count, after.get(id).copied().unwrap_or(0)))
        .filter(|(_, before, after)| after < before)
        .collect();
    lost.sort_unstable();
    let line = |(id, before, after)| {
        format!(
            "{entity} `{id}` from {before} to {}",
            count(after, "sample")
        )
    };
    lost.into_iter().map(line).collect()
}

/// Refuses a fill that would shrink anything.
pub fn check_shrunk(shrunk: &[String], generation: Option<u64>) -> Result<()> {
    if shrunk.is_empty() {
        return Ok(());
    }
    let mut reason = format!(
        "refused: it would shrink {}",
        shrunk[..NAMED.min(shrunk.len())].join(", ")
    );
    if shrunk.len() > NAMED {
        reason += &format!(" and {} more", shrunk.len() - NAMED);
    }
    reason += "; its rows stay as they are: restore what is missing below it, then run `hallctl backfill`";
    Err(Refused::because(reason, generation))
}
