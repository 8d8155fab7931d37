//! Parks: following the feed's catalogue, which to poll, and the watch kept over each.

use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{Spell, Watch};
use crate::model::park::CatalogueEntry;
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::params;
use mysql::prelude::FromRow;
use std::collections::HashMap;

/// What came of reading a catalogue.
#[derive(Default)]
pub struct Drift {
    pub added: usize,
    /// One sentence for each park that the catalogue now describes otherwise.
    pub changes: Vec<String>,
}

/// A park while it is locked for storing or judging.
pub struct Park {
    pub park_id: u32,
    pub reports_down: bool,
    pub watch: Watch,
}

#[derive(FromRow)]
struct Known {
    park_id: u32,
    queue_times_id: u32,
    name: String,
    operator: Option<String>,
    country: Option<String>,
    latitude_degrees: Option<String>,
    longitude_degrees: Option<String>,
    timezone: String,
}

/// Adds new parks and follows changes of known ones. A park the catalogue no longer lists stays as it is.
pub fn follow_catalogue(db: &mut Db, entries: &[CatalogueEntry], now: Instant) -> Result<Drift> {
    db.transaction(|db| {
        let known: Vec<Known> = db.rows(sql!("raw/parks.catalogue.select.sql"), ())?;
        let known: HashMap<u32, Known> = known
            .into_iter()
            .map(|park| (park.queue_times_id, park))
            .collect();
        let mut drift = Drift::default();
        for entry in entries {
            match known.get(&entry.queue_times_id) {
                None => {
                    insert(db, entry, now)?;
                    drift.added += 1;
                }
                Some(park) => update(db, park, entry, now, &mut drift)?,
            }
        }
        Ok(drift)
    })
}

/// Adds a park that a poll names and no catalogue has described yet.
pub(super) fn add_unnamed(db: &mut Db, queue_times_id: u32, now: Instant) -> Result<()> {
    let entry = CatalogueEntry {
        queue_times_id,
        name: format!("Queue-Times park {queue_times_id}"),
        operator: None,
        country: None,
        latitude_degrees: None,
        longitude_degrees: None,
        timezone: "UTC".to_owned(),
        is_disney: false,
        is_universal: false,
    };
    insert(db, &entry, now)
}

/// The Queue-Times ids of the parks to poll.
pub fn active(db: &mut Db) -> Result<Vec<u32>> {
    db.rows(sql!("raw/parks.active.select.sql"), ())
}

/// Every park there is, by our own id.
pub fn every(db: &mut Db) -> Result<Vec<u32>> {
    db.rows(sql!("raw/parks.every.select.sql"), ())
}

/// Whether the park's feed tells down from closed, and whether its last spell is thought to last.
pub(super) fn judged(db: &mut Db, park_id: u32) -> Result<(bool, bool)> {
    let found = db.first(sql!("raw/parks.judged.select.sql"), params! { park_id })?;
    Ok(found.unwrap_or_default())
}

/// Parks whose spell nobody has heard of since `heard_before`, by Queue-Times id.
pub fn silent(db: &mut Db, heard_before: Instant) -> Result<Vec<u32>> {
    let heard_before = stamp(heard_before);
    db.rows(
        sql!("raw/parks.silent.select.sql"),
        params! { heard_before },
    )
}

#[derive(FromRow)]
struct Locked {
    park_id: u32,
    reports_down: bool,
    last_slot: Option<NaiveDateTime>,
    spell_start: Option<NaiveDateTime>,
    doubt_since: Option<NaiveDateTime>,
}

/// Locks a park until the transaction ends; its rides are not yet in the watch.
pub(super) fn lock(db: &mut Db, queue_times_id: u32) -> Result<Option<Park>> {
    let locked: Option<Locked> =
        db.first(sql!("raw/parks.lock.sql"), params! { queue_times_id })?;
    Ok(locked.map(|park| Park {
        park_id: park.park_id,
        reports_down: park.reports_down,
        watch: Watch {
            last_slot: park.last_slot.map(|at| at.and_utc()),
            spell: park.spell_start.map(|start| Spell {
                start: start.and_utc(),
                doubt_since: park.doubt_since.map(|at| at.and_utc()),
            }),
            rides: HashMap::new(),
        },
    }))
}

/// Keeps the park's own part of the watch.
pub(super) fn keep_watch(db: &mut Db, park_id: u32, watch: &Watch) -> Result<()> {
    let doubt_since = watch.spell.and_then(|spell| spell.doubt_since);
    db.exec(
        sql!("raw/parks.watch.update.sql"),
        params! {
            park_id,
            "last_slot" => watch.last_slot.map(stamp),
            "spell_start" => watch.spell.map(|spell| stamp(spell.start)),
            "doubt_since" => doubt_since.map(stamp),
        },
    )?;
    Ok(())
}

fn insert(db: &mut Db, entry: &CatalogueEntry, now: Instant) -> Result<()> {
    db.exec(
        sql!("raw/parks.insert.sql"),
        params! {
            "queue_times_id" => entry.queue_times_id,
            "name" => &entry.name,
            "operator" => &entry.operator,
            "country" => &entry.country,
            "latitude_degrees" => entry.latitude_degrees.map(degrees),
            "longitude_degrees" => entry.longitude_degrees.map(degrees),
            "timezone" => &entry.timezone,
            "is_disney" => entry.is_disney,
            "is_universal" => entry.is_universal,
            "now" => stamp(now),
        },
    )?;
    Ok(())
}

fn update(
    db: &mut Db,
    park: &Known,
    entry: &CatalogueEntry,
    now: Instant,
    drift: &mut Drift,
) -> Result<()> {
    let latitude = entry.latitude_degrees.map(degrees);
    let longitude = entry.longitude_degrees.map(degrees);
    let same = park.name == entry.name
        && park.operator == entry.operator
        && park.country == entry.country
        && park.latitude_degrees == latitude
        && park.longitude_degrees == longitude
        && park.timezone == entry.timezone;
    if same {
        return Ok(());
    }
    if park.operator.is_none() {
        // Known from its polls alone until now.
        drift.added += 1;
    } else if park.name != entry.name {
        let renamed = format!("park `{}` is now called `{}`", park.name, entry.name);
        drift.changes.push(renamed);
    } else {
        drift
            .changes
            .push(format!("park `{}` is described anew", entry.name));
    }
    db.exec(
        sql!("raw/parks.update.sql"),
        params! {
            "park_id" => park.park_id,
            "name" => &entry.name,
            "operator" => &entry.operator,
            "country" => &entry.country,
            "latitude_degrees" => latitude,
            "longitude_degrees" => longitude,
            "timezone" => &entry.timezone,
            "is_disney" => entry.is_disney,
            "is_universal" => entry.is_universal,
            "now" => stamp(now),
        },
    )?;
    Ok(())
}

/// Degrees as the tables hold them, so that what was read and what is stored compare equal.
fn degrees(degrees: f64) -> String {
    format!("{degrees:.6}")
}
