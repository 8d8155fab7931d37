//! Invalidations: bodies told to be out of date, on the shelf at once and by every `serve` as it takes note.

use super::shelf;
use super::which::Which;
use crate::db::{Db, process, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::Duration;
use mysql::params;

/// A `serve` that was silent this long is gone.
const SEAT_STANDS: Duration = Duration::seconds(30);

/// So long an invalidation is kept for a `serve` that was cut off; one cut off longer forgets all it computed itself.
pub const KEPT: Duration = Duration::days(1);

/// One word to all: which bodies are out of date, and whether they must not be shown any more.
#[derive(Clone, Debug)]
pub struct Invalidation {
    pub id: u64,
    pub which: Which,
    pub is_hard: bool,
}

/// What came of an invalidation: its number, and the keys on the shelf that it met.
pub struct Told {
    pub id: u64,
    pub keys: Vec<String>,
}

/// Marks what is meant on the shelf as due, or takes it away, and tells every `serve`. Belongs into a transaction, best
/// that of the change. `wall` is the clock of the table of invalidations.
pub fn tell(
    db: &mut Db,
    which: &Which,
    is_hard: bool,
    now: Instant,
    wall: Instant,
) -> Result<Told> {
    let (kind, word) = which.parts();
    let made_at = stamp(wall);
    let id = db.insert(
        sql!("views/cache_invalidations.insert.sql"),
        params! { kind, word, is_hard, made_at },
    )?;
    db.exec(
        sql!("views/cache_invalidations.delete.sql"),
        params! { "before" => stamp(wall - KEPT), "newest" => id },
    )?;
    let rows = shelf::tags(db)?;
    let met = rows
        .into_iter()
        .filter(|(key, tags)| which.takes(key, tags.as_deref()));
    let keys: Vec<String> = met.map(|(key, _)| key).collect();
    for key in &keys {
        shelf::outdate(db, key, is_hard, now)?;
    }
    Ok(Told { id, keys })
}

/// The number of the newest invalidation.
pub fn newest(db: &mut Db) -> Result<u64> {
    let newest: Option<Option<u64>> = db.first(sql!("views/cache_invalidations.newest.sql"), ())?;
    Ok(newest.flatten().unwrap_or(0))
}

/// What was told since the invalidation `after`.
pub fn since(db: &mut Db, after: u64) -> Result<Vec<Invalidation>> {
    let rows: Vec<(u64, String, String, bool)> = db.rows(
        sql!("views/cache_invalidations.select.sql"),
        params! { after },
    )?;
    let told = rows
        .into_iter()
        .map(|(id, kind, word, is_hard)| Invalidation {
            id,
            which: Which::from_parts(&kind, word),
            is_hard,
        });
    Ok(told.collect())
}

/// A running `serve`, as the others see it.
pub struct Seat {
    pub host: String,
    pub pid: u32,
    pub seen: u64,
    /// How many bodies of its own the last invalidations met.
    pub met: u32,
}

/// Takes a seat; the result is its number.
pub fn sit(db: &mut Db, host: &str, pid: u32, seen: u64, wall: Instant) -> Result<u64> {
    let now = stamp(wall);
    db.insert(
        sql!("views/serve_seats.insert.sql"),
        params! { host, pid, seen, now },
    )
}

/// Says that a `serve` is there and what it has seen; false where its seat is gone.
pub fn beat(db: &mut Db, seat_id: u64, seen: u64, met: u32, wall: Instant) -> Result<bool> {
    let now = stamp(wall);
    let beaten = params! { seat_id, seen, met, now };
    Ok(db.exec(sql!("views/serve_seats.update.sql"), beaten)? > 0)
}

pub fn leave(db: &mut Db, seat_id: u64, wall: Instant) -> Result<()> {
    let before = stamp(wall - KEPT);
    db.exec(
        sql!("views/serve_seats.delete.sql"),
        params! { seat_id, before },
    )?;
    Ok(())
}

/// Every `serve` that runs. One on our own `host` is asked for directly.
pub fn seats(db: &mut Db, host: &str, wall: Instant) -> Result<Vec<Seat>> {
    let since = stamp(wall - SEAT_STANDS);
    let rows: Vec<(String, u32, u64, u32)> =
        db.rows(sql!("views/serve_seats.select.sql"), params! { since })?;
    let seats = rows.into_iter().map(|(host, pid, seen, met)| Seat {
        host,
        pid,
        seen,
        met,
    });
    Ok(seats
        .filter(|seat| seat.host != host || process::started(seat.pid).is_some())
        .collect())
}
