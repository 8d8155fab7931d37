//! Days of pruned history that were brought back from an archive.

use super::{Db, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::NaiveDate;
use mysql::params;
use std::collections::BTreeSet;

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
