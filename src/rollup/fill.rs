//! Filling one period: cleared and summed anew from the level below, in one transaction.

use super::guard::{self, Counts, Refused};
use super::ledger;
use super::span::Span;
use super::statements::Renewal;
use crate::db::partition::{Partitions, Width};
use crate::db::{Db, sql};
use crate::model::Instant;
use anyhow::Result;
use mysql::params;

/// The partitions that hourly rows fall into.
pub fn partitions(db: &mut Db) -> Result<[Partitions; 2]> {
    Ok([
        Partitions::of(db, "park_hourly_stats", Width::Month)?,
        Partitions::of(db, "ride_hourly_stats", Width::Month)?,
    ])
}

/// Fills one period and returns the rows written. Its parent is marked stale, its own mark taken away
/// unless somebody changed an input after this transaction read it. A fill that would lose history is
/// refused: nothing is rewritten, and the mark goes.
pub fn fill(db: &mut Db, span: Span, now: Instant) -> Result<u64> {
    let filled = db.transaction(|db| {
        let level = span.level().word();
        let lock = params! { "name" => format!("filling_{level}") };
        db.exec(sql!("rollup/settings.filling.lock.sql"), lock)?;
        let seen = ledger::generation(db, span.level(), span.start())?;
        guard::check_closed(db, span, seen)?;
        let rows = replace(db, span, now, seen)?;
        if let Some((level, start)) = span.parent() {
            ledger::raise(db, level, start)?;
        }
        ledger::lower(db, span.level(), span.start(), seen)?;
        Ok(rows)
    });
    if let Err(error) = &filled
        && let Some(refused) = error.downcast_ref::<Refused>()
    {
        ledger::lower(db, span.level(), span.start(), refused.generation)?;
    }
    filled
}

/// Replaces the rows of both tables, unless that would shrink any.
fn replace(db: &mut Db, span: Span, now: Instant, generation: Option<u64>) -> Result<u64> {
    let counts = |db: &mut Db, statement| -> Result<Counts> {
        Ok(db.rows(statement, span.key())?.into_iter().collect())
    };
    let mut rows = 0;
    let mut shrunk = Vec::new();
    for table in span.level().tables() {
        let before = counts(db, table.count)?;
        let fill = |db: &mut Db| db.exec(table.fill, span.fill_params(now));
        if before.is_empty() {
            if let Renewal::Cleared(clear) = table.renewal {
                db.exec(clear, span.key())?;
            }
            rows += fill(db)?;
            continue;
        }
        let after = match table.renewal {
            Renewal::Cleared(clear) => {
                db.exec(clear, span.key())?;
                rows += fill(db)?;
                counts(db, table.count)?
            }
            // What is written over counts twice as a row that was affected.
            Renewal::WrittenOver(count) => {
                let found = counts(db, count)?;
                fill(db)?;
                rows += found.len() as u64;
                found
            }
        };
        shrunk.extend(guard::shrunk(table.entity, &before, &after));
    }
    guard::check_shrunk(&shrunk, generation)?;
    Ok(rows)
}
