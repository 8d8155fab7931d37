//! What was asked for, kept in the database so that a person can compare it with what is refreshed.

use crate::db::{Db, settings, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use mysql::params;

/// How often a key was asked for, and how often its body was not there.
#[derive(Clone, Debug, Default)]
pub struct Served {
    pub key: String,
    pub served: u64,
    pub missed: u64,
}

/// Adds to what is known.
pub fn add(db: &mut Db, counts: &[Served], wall: Instant) -> Result<()> {
    db.transaction(|db| {
        if settings::instant(db, settings::SERVED_SINCE)?.is_none() {
            settings::set_instant(db, settings::SERVED_SINCE, wall)?;
        }
        counts.iter().try_for_each(|count| {
            let Served {
                key,
                served,
                missed,
            } = count;
            let (cache_key, now) = (key, stamp(wall));
            let added = params! { cache_key, served, missed, now };
            db.exec(sql!("views/cache_served.upsert.sql"), added)
                .map(drop)
        })
    })
}

pub fn all(db: &mut Db) -> Result<Vec<Served>> {
    let rows: Vec<(String, u64, u64)> = db.rows(sql!("views/cache_served.select.sql"), ())?;
    let counts = rows.into_iter().map(|(key, served, missed)| Served {
        key,
        served,
        missed,
    });
    Ok(counts.collect())
}
