//! `aggregation_log`: one row a period and filling.

use super::ledger::Level;
use super::span::Span;
use crate::db::{Db, sql, stamp};
use anyhow::Result;
use chrono::{Duration, Utc};
use mysql::params;

/// The log row of a filling under way.
#[derive(Clone, Copy)]
pub struct Entry(u64);

/// Cron follows a crash within minutes; further back nobody needs to look.
const CRASHED_SINCE: Duration = Duration::days(30);

/// Ends the rows of fillings that died: whoever calls this holds the lease of the level.
pub fn end_crashed(db: &mut Db, level: Level) -> Result<()> {
    let since = stamp(Utc::now() - CRASHED_SINCE);
    db.exec(
        sql!("rollup/aggregation_log.crash.sql"),
        params! { "level" => level.word(), since },
    )?;
    Ok(())
}

pub fn begin(db: &mut Db, span: Span, run_id: u64) -> Result<Entry> {
    let log_id = db.insert(
        sql!("rollup/aggregation_log.begin.sql"),
        params! {
            run_id,
            "job_type" => span.level().word(),
            "target_period" => stamp(span.start()),
            "started_at" => stamp(Utc::now()),
        },
    )?;
    Ok(Entry(log_id))
}

pub fn end(db: &mut Db, entry: Entry, filled: &Result<u64>) -> Result<()> {
    db.exec(
        sql!("rollup/aggregation_log.end.sql"),
        params! {
            "log_id" => entry.0,
            "finished_at" => stamp(Utc::now()),
            "status" => if filled.is_ok() { "success" } else { "failed" },
            "rows_written" => filled.as_ref().ok().copied().unwrap_or(0),
            "error" => filled.as_ref().err().map(|error| format!("{error:#}")),
        },
    )?;
    Ok(())
}
