//! The guard over history: a fill that would lose samples, or that has nothing left to read, is refused.

use super::ledger::Level;
use super::span::Span;
use crate::db::{Db, restored, settings};
use crate::model::Instant;
use crate::model::span::stamp;
use anyhow::Result;
use chrono::Duration;
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

/// From when on there is something to sum into periods of this level, where what came before was pruned.
pub fn pruned_through(db: &mut Db, level: Level) -> Result<Option<Instant>> {
    match level {
        Level::Hourly => settings::instant(db, settings::PRUNED_THROUGH_RAW),
        Level::Daily => settings::instant(db, settings::PRUNED_THROUGH_HOURLY),
        Level::Yearly => Ok(None),
    }
}

/// Refuses a period whose rows below are pruned.
pub fn check_pruned(db: &mut Db, span: Span, generation: Option<u64>) -> Result<()> {
    match pruned_through(db, span.level())? {
        Some(through) if span.start() < through && !is_restored(db, span, through)? => {
            let through = stamp(through);
            let reason = format!(
                "refused: what it sums was pruned through `{through}`, so its rows stay as they are"
            );
            Err(Refused::because(reason, generation))
        }
        _ => Ok(()),
    }
}

/// Whether all that was pruned below a period is back from an archive.
fn is_restored(db: &mut Db, span: Span, through: Instant) -> Result<bool> {
    let stock = match span {
        Span::Hour(_) => "raw",
        _ => "hourly",
    };
    let restored = restored::since(db, stock, Instant::UNIX_EPOCH)?;
    let last = (span.end().min(through) - Duration::seconds(1)).date_naive();
    let dates = span.start().date_naive().iter_days();
    Ok(dates
        .take_while(|date| *date <= last)
        .all(|date| restored.contains(&date)))
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
