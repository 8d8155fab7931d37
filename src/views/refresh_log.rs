//! A row in `cache_refresh_log` for every refresh.

use super::shelf::milliseconds;
use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::{Duration, NaiveDateTime};
use mysql::params;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time;

/// A row a refresh.
pub const REFRESH_LOG: Table = Table {
    name: "cache_refresh_log",
    time: "refresh_started_at",
    key: "log_id",
};

/// A row in `cache_refresh_log`, from beginning to end.
pub struct Refresh {
    log_id: u64,
    started: time::Instant,
    now: Instant,
}

/// So long it is known which keys a refresh took.
pub const KEYS_KEPT: Duration = Duration::days(1);

/// A refresh is about to begin; one that never ended is marked as crashed.
pub fn begin(db: &mut Db, now: Instant) -> Result<Refresh> {
    db.exec(sql!("views/cache_refresh_log.crash.sql"), ())?;
    let before = stamp(now - KEYS_KEPT);
    db.exec(
        sql!("views/cache_refresh_log.forget.sql"),
        params! { before },
    )?;
    let begun = params! { "refresh_started_at" => stamp(now) };
    let log_id = db.insert(sql!("views/cache_refresh_log.begin.sql"), begun)?;
    Ok(Refresh {
        log_id,
        started: time::Instant::now(),
        now,
    })
}

impl Refresh {
    pub fn milliseconds(&self) -> u32 {
        milliseconds(self.started.elapsed())
    }

    /// How it ended: the keys that are new on the shelf, and for each view that failed why.
    pub fn end(
        &self,
        db: &mut Db,
        refreshed: &[&str],
        failed: &BTreeMap<String, String>,
    ) -> Result<()> {
        let status = match (refreshed.len(), failed.len()) {
            (_, 0) => "success",
            (0, _) => "failed",
            _ => "partial",
        };
        let errors: Vec<String> = failed
            .iter()
            .map(|(key, error)| format!("{key}: {error}"))
            .collect();
        let completed_at = self.now + Duration::milliseconds(i64::from(self.milliseconds()));
        db.exec(
            sql!("views/cache_refresh_log.end.sql"),
            params! {
                "log_id" => self.log_id,
                "refresh_completed_at" => stamp(completed_at),
                "status" => status,
                "views_refreshed" => refreshed.len(),
                "views_failed" => failed.len(),
                "total_time_ms" => self.milliseconds(),
                "error_message" => (!errors.is_empty()).then(|| errors.join("\n")),
                "cache_keys" => refreshed.join("\n"),
            },
        )?;
        Ok(())
    }
}

/// How long after one another the bodies of a key were made.
#[derive(Clone, Copy, Debug)]
pub struct Apart {
    pub longest: Duration,
    pub median: Duration,
    pub count: usize,
}

/// When each key was refreshed since a time, as far as that is kept.
pub fn refreshed(db: &mut Db, since: Instant) -> Result<HashMap<String, BTreeSet<Instant>>> {
    let rows: Vec<(NaiveDateTime, String)> = db.rows(
        sql!("views/cache_refresh_log.refreshed.sql"),
        params! { "since" => stamp(since) },
    )?;
    let mut times: HashMap<String, BTreeSet<Instant>> = HashMap::new();
    for (at, keys) in &rows {
        for key in keys.lines() {
            // A refresh that is run again at the same moment is no second one.
            times
                .entry(key.to_owned())
                .or_default()
                .insert(at.and_utc());
        }
    }
    Ok(times)
}

impl Apart {
    /// Of a key that was refreshed at these times, if more than once.
    pub fn of(times: &BTreeSet<Instant>) -> Option<Apart> {
        let pairs = times.iter().zip(times.iter().skip(1));
        let mut apart: Vec<Duration> = pairs.map(|(one, next)| *next - *one).collect();
        apart.sort();
        Some(Apart {
            longest: *apart.last()?,
            median: apart[apart.len() / 2],
            count: apart.len(),
        })
    }
}
