//! Parks: following the feed's catalogue, which to poll, and the watch kept over each.

use crate::db::{Db, settings, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{Spell, Watch};
use crate::model::key::{Key, Uuid};
use crate::model::park::CatalogueEntry;
use crate::model::span::Hour;
use anyhow::Result;
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use mysql::prelude::FromRow;
use mysql::{Params, params};
use std::collections::{BTreeSet, HashMap};
use std::iter::successors;

/// The zone of a park until a feed names one that exists.
const UNKNOWN_ZONE: &str = "UTC";

/// What came of reading a catalogue.
#[derive(Default)]
pub struct Drift {
    pub added: usize,
    /// One sentence for each park that the catalogue now describes otherwise.
    pub changes: Vec<String>,
}

/// A park to poll, by the ids under which the feeds know it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub queue_times_id: Option<u32>,
    pub wiki_id: Option<Uuid>,
}

/// A park while it is locked for storing or judging.
pub struct Park {
    pub park_id: u32,
    pub reports_down: bool,
    pub timezone: Tz,
    pub schedule_read_at: Option<Instant>,
    /// Its oldest cycle: from that hour on every hour has a row of the park.
    pub first_slot: Option<Instant>,
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
        let known: HashMap<Key, Known> = known
            .into_iter()
            .map(|park| (Key::QueueTimes(park.queue_times_id), park))
            .collect();
        let mut drift = Drift::default();
        for entry in entries {
            match known.get(&entry.key) {
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
pub(super) fn add_unnamed(db: &mut Db, key: Key, now: Instant) -> Result<()> {
    let feed = match key {
        Key::QueueTimes(_) => "Queue-Times",
        Key::Wiki(_) => "ThemeParks.wiki",
    };
    let entry = CatalogueEntry {
        key,
        name: format!("{feed} park {key}"),
        operator: None,
        country: None,
        latitude_degrees: None,
        longitude_degrees: None,
        timezone: None,
        is_disney: false,
        is_universal: false,
    };
    insert(db, &entry, now)
}

/// The parks to poll: those of these keys, or every active one. A key nobody knows yet is a park of its own.
pub fn targets(db: &mut Db, keys: &[Key]) -> Result<Vec<Target>> {
    let known: Vec<(Option<u32>, Option<String>, bool)> =
        db.rows(sql!("raw/parks.targets.select.sql"), ())?;
    let known = known
        .into_iter()
        .map(|(queue_times_id, wiki_id, is_active)| {
            let wiki_id = wiki_id.and_then(|id| id.parse().ok());
            (
                Target {
                    queue_times_id,
                    wiki_id,
                },
                is_active,
            )
        });
    if keys.is_empty() {
        let active = known.filter(|(_, is_active)| *is_active);
        return Ok(active.map(|(target, _)| target).collect());
    }
    let mut keys: BTreeSet<Key> = keys.iter().copied().collect();
    let mut targets = Vec::new();
    for (target, _) in known {
        let asked = target.keys().filter(|key| keys.remove(key)).count();
        if asked > 0 {
            targets.push(target);
        }
    }
    targets.extend(keys.into_iter().map(|key| Target {
        queue_times_id: key.queue_times_id(),
        wiki_id: key.wiki_id(),
    }));
    Ok(targets)
}

impl Target {
    fn keys(&self) -> impl Iterator<Item = Key> {
        let queue_times = self.queue_times_id.map(Key::QueueTimes);
        queue_times.into_iter().chain(self.wiki_id.map(Key::Wiki))
    }
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

/// Parks whose spell nobody has heard of since `heard_before`, by their own ids.
pub fn silent(db: &mut Db, heard_before: Instant) -> Result<Vec<u32>> {
    let heard_before = stamp(heard_before);
    db.rows(
        sql!("raw/parks.silent.select.sql"),
        params! { heard_before },
    )
}

/// A park by number and name, and since when its present spell lasts.
pub type InSpell = (u32, String, Instant);

/// The park that has been open for the longest without a break, if since before a time.
pub fn longest_in_spell(db: &mut Db, before: Instant) -> Result<Option<InSpell>> {
    let found: Option<(u32, String, NaiveDateTime)> = db.first(
        sql!("raw/parks.in_spell.select.sql"),
        params! { "before" => stamp(before) },
    )?;
    Ok(found.map(|(park_id, name, start)| (park_id, name, start.and_utc())))
}

#[derive(FromRow)]
struct Locked {
    park_id: u32,
    reports_down: bool,
    timezone: String,
    schedule_read_at: Option<NaiveDateTime>,
    first_slot: Option<NaiveDateTime>,
    last_slot: Option<NaiveDateTime>,
    spell_start: Option<NaiveDateTime>,
    doubt_since: Option<NaiveDateTime>,
}

/// Locks a park until the transaction ends; its rides are not yet in the watch.
pub(super) fn lock(db: &mut Db, key: Key) -> Result<Option<Park>> {
    let (queue_times_id, wiki_id) = ids(key);
    let found: Option<u32> = db.first(
        sql!("raw/parks.find.select.sql"),
        params! { queue_times_id, wiki_id },
    )?;
    found.map_or(Ok(None), |park_id| lock_by_id(db, park_id))
}

/// As `lock`, by our own id.
pub(super) fn lock_by_id(db: &mut Db, park_id: u32) -> Result<Option<Park>> {
    let locked: Option<Locked> = db.first(sql!("raw/parks.lock.sql"), params! { park_id })?;
    Ok(locked.map(|park| Park {
        park_id: park.park_id,
        reports_down: park.reports_down,
        timezone: park.timezone.parse().unwrap_or(Tz::UTC),
        schedule_read_at: park.schedule_read_at.map(|at| at.and_utc()),
        first_slot: park.first_slot.map(|at| at.and_utc()),
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

/// Notes a cycle older than any the park had. The result is the hours that owe it a row of zeros by this: up to
/// the one that was its first, or to the last that may be filled already. The caller holds on to the line of
/// what is pruned, as does whoever marks hours to be filled, so that none is filled in between.
pub(super) fn begin_earlier(db: &mut Db, park: &Park, slot: Instant) -> Result<BTreeSet<Hour>> {
    if park.first_slot.is_some_and(|first| first <= slot) {
        return Ok(BTreeSet::new());
    }
    let end = match park.first_slot {
        Some(first) => Some(Hour::containing(first)),
        None => settings::instant(db, settings::MARKED_THROUGH)?
            .map(|through| Hour::containing(through).next()),
    };
    set_first_slot(db, park.park_id, slot)?;
    let hours = successors(Some(Hour::containing(slot)), |hour| Some(hour.next()));
    Ok(hours
        .take_while(|hour| end.is_some_and(|end| *hour < end))
        .collect())
}

/// Notes the cycles between two times, which came without polls, where parks had none as old.
pub fn note_began(db: &mut Db, start: Instant, end: Instant) -> Result<()> {
    let span = params! { "start" => stamp(start), "end" => stamp(end) };
    let began: Vec<(u32, NaiveDateTime)> =
        db.rows(sql!("raw/park_snapshots.began.select.sql"), span)?;
    began
        .into_iter()
        .try_for_each(|(park_id, slot)| set_first_slot(db, park_id, slot.and_utc()))
}

fn set_first_slot(db: &mut Db, park_id: u32, slot: Instant) -> Result<()> {
    let first = params! { park_id, "first_slot" => stamp(slot) };
    db.exec(sql!("raw/parks.first_slot.update.sql"), first)?;
    Ok(())
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
    let (queue_times_id, wiki_id) = ids(entry.key);
    db.exec(
        sql!("raw/parks.insert.sql"),
        params! {
            queue_times_id,
            wiki_id,
            "name" => &entry.name,
            "operator" => &entry.operator,
            "country" => &entry.country,
            "latitude_degrees" => entry.latitude_degrees.map(degrees),
            "longitude_degrees" => entry.longitude_degrees.map(degrees),
            "timezone" => entry.timezone.as_deref().unwrap_or(UNKNOWN_ZONE),
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
        && entry
            .timezone
            .as_ref()
            .is_none_or(|zone| park.timezone == *zone);
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
            // A zone that is nonsense leaves the one we know.
            "timezone" => entry.timezone.as_ref().unwrap_or(&park.timezone),
            "is_disney" => entry.is_disney,
            "is_universal" => entry.is_universal,
            "now" => stamp(now),
        },
    )?;
    Ok(())
}

/// A key as the columns `queue_times_id` and `wiki_id`, of which one is null.
pub(super) fn ids(key: Key) -> (Option<u32>, Option<String>) {
    (key.queue_times_id(), key.wiki_id().map(|id| id.to_string()))
}

/// The ids of ThemeParks.wiki that a statement answers.
pub(super) fn wiki_ids(db: &mut Db, statement: &str, params: Params) -> Result<Vec<Uuid>> {
    let ids: Vec<String> = db.rows(statement, params)?;
    Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
}

/// Degrees as the tables hold them, so that what was read and what is stored compare equal.
fn degrees(degrees: f64) -> String {
    format!("{degrees:.6}")
}
