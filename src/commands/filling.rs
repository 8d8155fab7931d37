//! Filling periods one by one, as `aggregate` and `backfill` do it.

use super::Cx;
use crate::rollup::ledger::Level;
use crate::rollup::{self, Span};
use anyhow::Result;

/// Before the first of these periods: partitions for the hours among them, and an end to what died on the way.
pub fn prepare(cx: &mut Cx, level: Level, spans: &[Span]) -> Result<()> {
    rollup::log::end_crashed(&mut cx.db, level)?;
    if level == Level::Hourly {
        let dates = || spans.iter().map(|span| span.start().date_naive());
        for mut partitions in rollup::partitions(&mut cx.db)? {
            partitions.ensure(&mut cx.db, dates())?;
        }
    }
    Ok(())
}

/// Fills one period, with its row in the log, and returns the rows written. The inner error is the
/// period's own and costs no other.
pub fn fill(cx: &mut Cx, span: Span) -> Result<Result<u64>> {
    cx.beat()?;
    let entry = rollup::log::begin(&mut cx.db, span, cx.run.run_id)?;
    let filled = rollup::fill(&mut cx.db, span, cx.now);
    rollup::log::end(&mut cx.db, entry, &filled)?;
    Ok(filled)
}
