//! The shelf: finished bodies in `cached_api_views`, and a row in `cache_refresh_log` for every refresh.

use super::compute::Computed;
use super::page::Page;
use super::view::{Asked, View};
use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::{DateTime, Duration, NaiveDateTime};
use mysql::params;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time;

/// A row a refresh.
pub const REFRESH_LOG: Table = Table {
    name: "cache_refresh_log",
    time: "refresh_started_at",
    key: "log_id",
};

/// A place on the shelf: one view and one choice of what is in its key.
#[derive(Clone)]
pub struct Place<'a> {
    pub view: &'a View,
    pub asked: Asked,
}

/// A body on the shelf, as `serve` reads it.
pub struct Shelved {
    pub computed: Computed,
    pub generated_at: Instant,
}

impl Shelved {
    pub fn page(self, place: &Place) -> Page {
        Page::new(place.view, &place.asked, self.computed, self.generated_at)
    }
}

/// Every place that `views` keep on the shelf, in their order.
pub fn places(views: &[View]) -> Vec<Place<'_>> {
    let places = views.iter().map(|view| {
        let shelf = view.shelf().into_iter();
        shelf.map(move |asked| Place { view, asked })
    });
    places.flatten().collect()
}

/// When each key is due next, or since when it is.
pub fn due_times(db: &mut Db, now: Instant) -> Result<HashMap<String, Instant>> {
    let rows: Vec<(String, NaiveDateTime)> = db.rows(
        sql!("views/cached_api_views.due.sql"),
        params! { "now" => stamp(now) },
    )?;
    Ok(rows
        .into_iter()
        .map(|(key, due)| (key, due.and_utc()))
        .collect())
}

/// The next time after `now` at which a key is due: every `due`, and each key at an offset of its own,
/// so that views do not all come due at once.
pub fn next_due(key: &str, due: Duration, now: Instant) -> Instant {
    let period = due.num_seconds().max(1);
    let offset = key.bytes().fold(0_i64, |hash, byte| {
        (hash * 31 + i64::from(byte)) % 1_000_003
    }) % period;
    let turn = (now.timestamp() - offset).div_euclid(period) + 1;
    DateTime::from_timestamp(turn * period + offset, 0).unwrap_or(now)
}

/// Puts a body in its place, as a new row: so a reader of the newest row sees every change. Belongs into
/// the transaction that ends the refresh.
pub fn put(
    db: &mut Db,
    place: &Place,
    computed: &Computed,
    took: time::Duration,
    now: Instant,
) -> Result<()> {
    let spoken = |name: &str| {
        place
            .asked
            .choices
            .get(name)
            .map(|choice| choice.value.word())
    };
    let filter = place
        .view
        .key
        .contains("filter}")
        .then(|| spoken("filter"))
        .flatten();
    take_away(db, &place.asked.key)?;
    db.exec(
        sql!("views/cached_api_views.insert.sql"),
        params! {
            "cache_key" => &place.asked.key,
            "view_type" => &place.view.kind,
            "period" => place.view.span.as_deref().and_then(spoken),
            "filter_type" => filter,
            "result_json" => Value::Object(computed.body.clone()).to_string(),
            "record_count" => computed.record_count,
            "generated_at" => stamp(now),
            "generation_time_ms" => milliseconds(took),
            "data_through" => computed.data_through.map(stamp),
            "due_at" => stamp(next_due(&place.asked.key, place.view.due(), now)),
        },
    )?;
    Ok(())
}

/// Makes every view due, after a person changed what all of them may show; the bodies stay until then.
/// Belongs into the transaction of that change.
pub fn all_due(db: &mut Db, now: Instant) -> Result<u64> {
    let now = stamp(now);
    db.exec(
        sql!("views/cached_api_views.due.update.sql"),
        params! { now },
    )
}

/// Takes away every body whose view is no more.
pub fn clear_unknown(db: &mut Db, known: &[Place], now: Instant) -> Result<u64> {
    let mut gone = 0;
    for key in due_times(db, now)?.into_keys() {
        if !known.iter().any(|place| place.asked.key == key) {
            gone += take_away(db, &key)?;
        }
    }
    Ok(gone)
}

fn take_away(db: &mut Db, key: &str) -> Result<u64> {
    db.exec(
        sql!("views/cached_api_views.delete.sql"),
        params! { "cache_key" => key },
    )
}

/// Which body lies in a place: its number, and its time, because numbers begin anew on a table that was truncated.
pub type Version = (u64, Instant);

/// Version and key of everything on the shelf; a body put there anew has a new version.
pub fn index(db: &mut Db) -> Result<Vec<(Version, String)>> {
    let rows: Vec<(u64, NaiveDateTime, String)> =
        db.rows(sql!("views/cached_api_views.index.sql"), ())?;
    let versions = rows
        .into_iter()
        .map(|(id, generated_at, key)| ((id, generated_at.and_utc()), key));
    Ok(versions.collect())
}

/// The body of a key, unless it is not there or cannot be read: one broken body must not hide the others.
pub fn read(db: &mut Db, key: &str) -> Result<Option<Shelved>> {
    type Row = (String, usize, NaiveDateTime, Option<NaiveDateTime>);
    let row: Option<Row> = db.first(
        sql!("views/cached_api_views.select.sql"),
        params! { "cache_key" => key },
    )?;
    let Some((json, record_count, generated_at, data_through)) = row else {
        return Ok(None);
    };
    let Ok(body) = serde_json::from_str(&json) else {
        log::warn!(
            "the body of `{key}` is not a JSON object; run `hallctl refresh-cache --key {key}`"
        );
        return Ok(None);
    };
    let data_through = data_through.map(|time| time.and_utc());
    Ok(Some(Shelved {
        computed: Computed {
            body,
            record_count,
            data_through,
            is_complete: None,
        },
        generated_at: generated_at.and_utc(),
    }))
}

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

fn milliseconds(took: time::Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}
