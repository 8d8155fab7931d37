//! A row in `cache_refresh_log` for every refresh.

use super::shelf::milliseconds;
use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::Duration;
use mysql::params;
use std::collections::BTreeMap;
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

/// A refresh is about to begin; one that never ended is marked as crashed.
pub fn begin(db: &mut Db, now: Instant) -> Result<Refresh> {
    db.exec(sql!("views/cache_refresh_log.crash.sql"), ())?;
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

    /// How it ended: `failed` says for each view that failed why.
    pub fn end(
        &self,
        db: &mut Db,
        refreshed: usize,
        failed: &BTreeMap<String, String>,
    ) -> Result<()> {
        let status = match (refreshed, failed.len()) {
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
                "views_refreshed" => refreshed,
                "views_failed" => failed.len(),
                "total_time_ms" => self.milliseconds(),
                "error_message" => (!errors.is_empty()).then(|| errors.join("\n")),
            },
        )?;
        Ok(())
    }
}
