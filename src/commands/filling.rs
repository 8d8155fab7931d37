//! Filling periods one by one, as `aggregate` and `backfill` do it.

use super::Cx;
use super::roster::outdated;
use crate::model::span::Day;
use crate::rollup::ledger::Level;
use crate::rollup::{self, Span};
use anyhow::Result;

/// Makes the partitions that these periods fall into; only hours need any.
pub fn make_partitions(cx: &mut Cx, level: Level, spans: &[Span]) -> Result<()> {
    if level == Level::Hourly {
        let dates = || spans.iter().map(|span| span.start().date_naive());
        for mut partitions in rollup::partitions(&mut cx.db)? {
            partitions.ensure(&mut cx.db, dates())?;
        }
    }
    Ok(())
}

/// Makes the views due where a filled period is of a day long over: nobody computes what they say of it anew
/// every few minutes.
pub fn tell_views<'a>(cx: &mut Cx, filled: impl IntoIterator<Item = &'a Span>) -> Result<()> {
    let today = Day::containing(cx.now);
    if filled.into_iter().any(|span| span.end() < today.start()) {
        outdated(&mut cx.db, &["parks"], cx.now)?;
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
