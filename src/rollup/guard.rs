//! The guard over history: a fill that would lose samples, or that has nothing left to read, is refused.

use super::ledger::Level;
use super::span::Span;
use crate::db::Db;
use crate::db::restored::Pruned;
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

/// What of the rows that periods of this level sum was pruned; days, which years sum, never are.
pub fn pruned_below(db: &mut Db, level: Level) -> Result<Option<Pruned>> {
    match level {
        Level::Hourly => Pruned::raw(db).map(Some),
        Level::Daily => Pruned::hourly(db).map(Some),
        Level::Yearly => Ok(None),
    }
}

/// Refuses a period whose rows below are pruned.
pub fn check_pruned(db: &mut Db, span: Span, generation: Option<u64>) -> Result<()> {
    match pruned_below(db, span.level())? {
        Some(pruned) if pruned.took(span.start(), span.end()) => {
            let through = stamp(pruned.through);
            let reason = format!(
                "refused: what it sums was pruned through `{through}`, so its rows stay as they are"
            );
            Err(Refused::because(reason, generation))
        }
        _ => Ok(()),
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
    let line = |(id, before, after)| format!("{entity} `{id}` from {before} to {after} samples");
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
