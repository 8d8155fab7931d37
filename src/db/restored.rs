//! What was pruned, and the days of it that were brought back from an archive.

use super::{Db, settings, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::{Duration, NaiveDate};
use mysql::params;
use std::collections::BTreeSet;

/// How far back the rows of a stock go: to its line, and where days before that were brought back.
pub struct Pruned {
    pub through: Instant,
    restored: BTreeSet<NaiveDate>,
}

impl Pruned {
    pub fn raw(db: &mut Db) -> Result<Pruned> {
        Pruned::of(db, "raw", settings::PRUNED_THROUGH_RAW)
    }

    pub fn hourly(db: &mut Db) -> Result<Pruned> {
        Pruned::of(db, "hourly", settings::PRUNED_THROUGH_HOURLY)
    }

    fn of(db: &mut Db, stock: &str, line: &str) -> Result<Pruned> {
        Ok(Pruned {
            through: settings::instant(db, line)?.unwrap_or_default(),
            restored: since(db, stock, Instant::UNIX_EPOCH)?,
        })
    }

    /// Whether any rows between two times are gone.
    pub fn took(&self, start: Instant, end: Instant) -> bool {
        self.dates(start, end).next().is_some()
    }

    /// The dates, UTC, whose rows between two times are gone.
    pub fn dates(&self, start: Instant, end: Instant) -> impl Iterator<Item = NaiveDate> {
        let end = end.min(self.through);
        let last = (end - Duration::seconds(1)).date_naive();
        let dates = start.date_naive().iter_days();
        dates
            .take_while(move |date| start < end && *date <= last)
            .filter(|date| !self.restored.contains(date))
    }

    /// Whether rows between two times are there again that were gone.
    pub fn gave_back(&self, start: Instant, end: Instant) -> bool {
        start < self.through && !self.took(start, end)
    }
}

/// Days brought back since `since`; `stock` is `raw` or `hourly`.
pub fn since(db: &mut Db, stock: &str, since: Instant) -> Result<BTreeSet<NaiveDate>> {
    let since = params! { stock, "since" => stamp(since) };
    let days: Vec<NaiveDate> = db.rows(sql!("db/restored_days.select.sql"), since)?;
    Ok(days.into_iter().collect())
}

/// Notes a day as brought back, in the transaction that does it.
pub fn note(db: &mut Db, stock: &str, date_utc: NaiveDate, now: Instant) -> Result<()> {
    let day = params! { stock, date_utc, "restored_at" => stamp(now) };
    db.exec(sql!("db/restored_days.upsert.sql"), day)?;
    Ok(())
}

/// Forgets the days from `first_date` to before `date_after`, whose rows are gone again.
pub fn forget(
    db: &mut Db,
    stock: &str,
    (first_date, date_after): (NaiveDate, NaiveDate),
) -> Result<()> {
    let days = params! { stock, first_date, date_after };
    db.exec(sql!("db/restored_days.delete.sql"), days)?;
    Ok(())
}
