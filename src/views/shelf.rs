//! The shelf: finished bodies in `cached_api_views`.

use super::compute::Computed;
use super::page::Page;
use super::view::{Asked, View};
use super::which::Which;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use anyhow::Result;
use chrono::{DateTime, Duration, NaiveDateTime};
use mysql::params;
use serde_json::Value;
use std::collections::HashMap;
use std::time;

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

impl Place<'_> {
    /// When the body made `now` is to be computed anew: in its turn, and at once when its period is another one.
    fn next_due(&self, now: Instant) -> Instant {
        let turn = next_due(&self.asked.key, self.view.due(&self.asked, now), now);
        let changes_at = self.view.changes_at(now);
        changes_at.map_or(turn, |changes_at| turn.min(changes_at))
    }

    pub fn tags(&self) -> Vec<String> {
        self.view.tags_of(&self.asked)
    }

    pub fn is_meant_by(&self, which: &Which) -> bool {
        which.takes(&self.asked.key, Some(&self.tags()))
    }
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
            "due_at" => stamp(place.next_due(now)),
            "tags" => format!(",{},", place.tags().join(",")),
            "is_complete" => computed.is_complete,
        },
    )?;
    Ok(())
}

/// A body is out of date: due now and shown until then, or taken away where that would be wrong.
pub fn outdate(db: &mut Db, cache_key: &str, is_hard: bool, now: Instant) -> Result<()> {
    if is_hard {
        take_away(db, cache_key)?;
        return Ok(());
    }
    let now = stamp(now);
    db.exec(
        sql!("views/cached_api_views.due.update.sql"),
        params! { cache_key, now },
    )?;
    Ok(())
}

/// Every key on the shelf with its tags; none are known of a body from before there were any.
pub fn tags(db: &mut Db) -> Result<Vec<(String, Option<Vec<String>>)>> {
    let rows: Vec<(String, Option<String>)> =
        db.rows(sql!("views/cached_api_views.tags.sql"), ())?;
    let cut = |tags: String| {
        let tags = tags.split(',').filter(|tag| !tag.is_empty());
        tags.map(str::to_owned).collect()
    };
    Ok(rows
        .into_iter()
        .map(|(key, tags)| (key, tags.map(cut)))
        .collect())
}

/// What is known of a body without reading it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub kind: String,
    pub generated_at: Instant,
    pub due_at: Instant,
    pub bytes: u64,
    pub records: u32,
    pub milliseconds: u32,
}

/// Everything on the shelf, by key.
pub fn entries(db: &mut Db) -> Result<Vec<Entry>> {
    type Row = (String, String, NaiveDateTime, NaiveDateTime, u64, u32, u32);
    let rows: Vec<Row> = db.rows(sql!("views/cached_api_views.list.sql"), ())?;
    let entries = rows.into_iter().map(|row| Entry {
        key: row.0,
        kind: row.1,
        generated_at: row.2.and_utc(),
        due_at: row.3.and_utc(),
        bytes: row.4,
        records: row.5,
        milliseconds: row.6,
    });
    Ok(entries.collect())
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
    type Row = (
        String,
        usize,
        NaiveDateTime,
        Option<NaiveDateTime>,
        Option<bool>,
    );
    let row: Option<Row> = db.first(
        sql!("views/cached_api_views.select.sql"),
        params! { "cache_key" => key },
    )?;
    let Some((json, record_count, generated_at, data_through, is_complete)) = row else {
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
            is_complete,
        },
        generated_at: generated_at.and_utc(),
    }))
}

pub fn milliseconds(took: time::Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}
