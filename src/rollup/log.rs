//! `aggregation_log`: one row a period and filling.

use super::ledger::Level;
use super::span::Span;
use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use anyhow::Result;
use chrono::Utc;
use mysql::params;

pub const TABLE: Table = Table {
    name: "aggregation_log",
    time: "started_at",
    key: "log_id",
};

/// The log row of a filling under way.
#[derive(Clone, Copy)]
pub struct Entry(u64);

/// A run of this level is about to begin; fillings that never ended are marked as crashed.
pub fn mark_crashed(db: &mut Db, level: Level) -> Result<()> {
    let crashed = params! { "job_type" => level.word() };
    db.exec(sql!("rollup/aggregation_log.crash.sql"), crashed)?;
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

/// Why the last filling of a period failed, in its own words.
pub fn last_error(db: &mut Db, span: Span) -> Result<Option<String>> {
    let error: Option<Option<String>> = db.first(
        sql!("rollup/aggregation_log.error.select.sql"),
        params! { "level" => span.level().word(), "period_start" => stamp(span.start()) },
    )?;
    Ok(error.flatten())
}
