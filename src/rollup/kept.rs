//! Hours as they are kept for a while: where they stand, and whether they hold all that is about to go.

use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::span::Hour;
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::params;

/// The tables of hours, parks first.
pub const HOURLY_TABLES: [Table; 2] = [
    Table {
        name: "park_hourly_stats",
        time: "hour_start",
        key: "hour_start, park_id",
    },
    Table {
        name: "ride_hourly_stats",
        time: "hour_start",
        key: "hour_start, ride_id",
    },
];

/// An hour whose rides were filled from other snapshots than are stored: how many are, how many were.
pub type Unfilled = (Hour, u64, u64);

/// The first hour of a span that was not filled from just the snapshots that are stored.
pub fn unfilled(db: &mut Db, start: Instant, end: Instant) -> Result<Option<Unfilled>> {
    let found: Option<(NaiveDateTime, u64, u64)> = db.first(
        sql!("rollup/ride_hourly_stats.unfilled.select.sql"),
        params! { "start" => stamp(start), "end" => stamp(end) },
    )?;
    Ok(found.map(|(hour, stored, filled)| (Hour::containing(hour.and_utc()), stored, filled)))
}
