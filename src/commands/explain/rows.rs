//! Rows of the rollup with the runs that wrote them.

use super::Subject;
use super::gone::Gone;
use crate::commands::stock::Stock;
use crate::db::Db;
use crate::model::Instant;
use crate::model::count::count;
use crate::model::span::Hour;
use crate::rollup::ledger::Level;
use crate::rollup::{self, Of, Told};
use anyhow::Result;
use std::fmt::Write;

/// Two lines for each row: what it holds, and who wrote it.
pub fn list(
    db: &mut Db,
    text: &mut String,
    subject: &Subject,
    start: Instant,
    end: Instant,
) -> Result<()> {
    let rows = rollup::told(db, subject.of, start, end)?;
    if !rows.iter().any(|row| row.span.level() == Level::Hourly) {
        let hour = Hour::containing(start);
        let or_else = match subject.of {
            Of::Park(_) => "",
            Of::Ride(_) => ", or lists the ride in no cycle",
        };
        match Gone::between(db, Stock::Hourly, start, end)? {
            Some(gone) => writeln!(text, "  hour {hour}: {gone}")?,
            None => writeln!(text, "  hour {hour}: no row; it is not filled yet{or_else}")?,
        }
    }
    for row in &rows {
        write_row(text, subject, row)?;
        write_run(text, row)?;
    }
    Ok(())
}

fn write_row(text: &mut String, subject: &Subject, row: &Told) -> Result<()> {
    let value = |column| row.value(column);
    let (samples, open) = (value("sample_count"), value("open_minutes"));
    write!(
        text,
        "  {}: {}, {} open, ",
        row.span,
        count(samples, "sample"),
        count(open, "minute")
    )?;
    match subject.of {
        Of::Park(_) => write!(
            text,
            "score {} = {} / {open}, ",
            value("avg_shame_score"),
            value("score_minutes")
        )?,
        Of::Ride(_) => write!(
            text,
            "{} operating, {} down in {}, ",
            value("minutes_operating"),
            value("minutes_down"),
            count(value("outages"), "outage")
        )?,
    }
    let (sum, count) = (value("wait_sum"), value("wait_samples"));
    writeln!(
        text,
        "average wait {} = {sum} / {count}",
        value("wait_shown")
    )?;
    Ok(())
}

pub fn write_run(text: &mut String, row: &Told) -> Result<()> {
    write!(text, "    ")?;
    match &row.wrote {
        None => write!(text, "nobody knows which run wrote it")?,
        Some(wrote) => {
            let at = wrote.at.format("%Y-%m-%dT%H:%M:%SZ");
            let run = wrote
                .run_id
                .map_or("a run".to_owned(), |run| format!("run {run}"));
            write!(
                text,
                "written by {run} ({}) at {at}, aggregation_log {}",
                wrote.job, wrote.log_id
            )?;
        }
    }
    let formula = row.value("formula_version");
    writeln!(
        text,
        ", formula {formula}{}",
        if row.is_stale {
            "; stale: it will be filled again"
        } else {
            ""
        }
    )?;
    Ok(())
}
