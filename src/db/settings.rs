//! Facts about the whole database, by name.

use super::{Db, sql};
use crate::model::Instant;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use mysql::params;

/// The slot of the oldest snapshot ever stored.
pub const FIRST_SLOT: &str = "first_slot";
/// Hours from here …
pub const MARKED_FROM: &str = "marked_from";
/// … up to here have been in the ledger at least once.
pub const MARKED_THROUGH: &str = "marked_through";
/// When the feed's catalogue was last read.
pub const CATALOGUE_READ_AT: &str = "catalogue_read_at";
/// Raw rows from before this time are gone …
pub const PRUNED_THROUGH_RAW: &str = "pruned_through_raw";
/// … and hourly rows from before this one.
pub const PRUNED_THROUGH_HOURLY: &str = "pruned_through_hourly";

/// The days on which `verify` found differences that still stand; nothing where there are none.
pub const VERIFY_FOUND: &str = "verify_found";
/// When the destinations of ThemeParks.wiki were last read.
pub const DESTINATIONS_READ_AT: &str = "destinations_read_at";
/// Since when it is counted which keys are served.
pub const SERVED_SINCE: &str = "served_since";

pub fn text(db: &mut Db, name: &str) -> Result<Option<String>> {
    db.first(sql!("db/settings.select.sql"), params! { name })
}

pub fn instant(db: &mut Db, name: &str) -> Result<Option<Instant>> {
    let text = text(db, name)?;
    parsed(name, text)
}

/// The same, and nobody else sets or locks it until the transaction ends.
pub fn locked_instant(db: &mut Db, name: &str) -> Result<Option<Instant>> {
    let text: Option<String> = db.first(sql!("db/settings.lock.sql"), params! { name })?;
    parsed(name, text)
}

pub fn set_instant(db: &mut Db, name: &str, at: Instant) -> Result<()> {
    set_text(db, name, &at.to_rfc3339())
}

pub fn set_text(db: &mut Db, name: &str, value: &str) -> Result<()> {
    db.exec(sql!("db/settings.upsert.sql"), params! { name, value })?;
    Ok(())
}

fn parsed(name: &str, text: Option<String>) -> Result<Option<Instant>> {
    text.map(|text| {
        DateTime::parse_from_rfc3339(&text)
            .map(|time| time.with_timezone(&Utc))
            .with_context(|| format!("the setting `{name}` is `{text}`, which is no time"))
    })
    .transpose()
}
