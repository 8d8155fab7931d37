//! Rides of one park: known and new ones, and what is remembered of each between cycles.

use super::park;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::judgement::{RideMemory, Watch};
use crate::model::key::{Key, Uuid};
use crate::model::name::plain;
use crate::model::snapshot::Listing;
use crate::model::span::Hour;
use anyhow::{Context, Result};
use chrono::NaiveDateTime;
use mysql::params;
use mysql::prelude::FromRow;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A ride as the tables know it.
#[derive(Clone, FromRow)]
pub(super) struct Ride {
    pub ride_id: u32,
    queue_times_id: Option<u32>,
    wiki_id: Option<String>,
    /// The ride it turned out to be, under whose ids it goes now.
    joined_ride_id: Option<u32>,
    pub name: String,
    land: Option<String>,
    pub tier: Option<u8>,
    /// Active and an attraction: others are no part of any number.
    pub counts: bool,
    last_operated_at: Option<NaiveDateTime>,
    down_since: Option<NaiveDateTime>,
}

/// A park's rides after following a list of them.
pub(super) struct Followed {
    pub rides: HashMap<Key, Ride>,
    /// Whether one is new, goes by another name or land, or by an id more.
    pub has_changed: bool,
    /// Names that ThemeParks.wiki alone has, added as rides of their own.
    strangers: Vec<String>,
    /// How many rides Queue-Times alone has.
    without_wiki: usize,
}

const NAMES_SHOWN: usize = 5; // Enough to see what the two feeds disagree about.

impl Ride {
    pub fn memory(&self) -> RideMemory {
        RideMemory {
            last_operated: self.last_operated_at.map(|at| at.and_utc()),
            down_since: self.down_since.map(|at| at.and_utc()),
        }
    }

    fn lacks_wiki(&self) -> bool {
        self.wiki_id.is_none() && self.joined_ride_id.is_none()
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        let wiki = self.wiki_id.as_ref().and_then(|id| id.parse().ok());
        let queue_times = self.queue_times_id.map(Key::QueueTimes);
        queue_times.into_iter().chain(wiki.map(Key::Wiki))
    }

    /// Whether another id of the same feed may become this ride's: it has none, or ThemeParks.wiki, whose
    /// ids change, no longer lists the one it has.
    fn is_free_for(&self, key: Key, listed: &HashSet<Key>) -> bool {
        match key {
            Key::QueueTimes(_) => self.queue_times_id.is_none(),
            Key::Wiki(_) => !self
                .keys()
                .any(|key| key.wiki_id().is_some() && listed.contains(&key)),
        }
    }
}

impl Followed {
    /// What a person should know: rides that the two feeds call differently stand as two.
    pub fn remark(&self, park: Key) -> Option<String> {
        let shown = self.strangers.iter().take(NAMES_SHOWN);
        let mut names = shown
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let strangers = self.strangers.len();
        if strangers > NAMES_SHOWN {
            names += &format!(" and {} more", strangers - NAMES_SHOWN);
        }
        (strangers > 0 && self.without_wiki > 0).then(|| {
            format!(
                "park `{park}`: {} of ThemeParks.wiki {} no known ride by name and {} added: {names}; \
                 {} of Queue-Times {} no match there",
                count(strangers, "ride"),
                agree(strangers, "matches", "match"),
                agree(strangers, "was", "were"),
                count(self.without_wiki, "ride"),
                agree(self.without_wiki, "has", "have")
            )
        })
    }
}

/// Follows the names that ThemeParks.wiki has for the park's rides, whether or not they are polled today. The result is
/// what a person should know, and whether any ride is otherwise now.
pub fn follow_children(
    db: &mut Db,
    park: Uuid,
    children: &[Listing],
    now: Instant,
) -> Result<(Option<String>, bool)> {
    let park_key = Key::Wiki(park);
    db.transaction(|db| {
        let park = park::lock(db, park_key)?
            .with_context(|| format!("no park has the id `{park_key}` of ThemeParks.wiki"))?;
        let followed = follow_listings(db, park.park_id, children, now, true)?;
        db.exec(
            sql!("raw/parks.children_read.update.sql"),
            params! { "park_id" => park.park_id, "now" => stamp(now) },
        )?;
        Ok((followed.remark(park_key), followed.has_changed))
    })
}

/// The parks to ask for their rides: not asked since `read_before`, at most so many.
pub fn children_due(db: &mut Db, read_before: Instant, most: usize) -> Result<Vec<Uuid>> {
    let read_before = stamp(read_before);
    park::wiki_ids(
        db,
        sql!("raw/parks.children_due.select.sql"),
        params! { read_before, most },
    )
}

/// The park's rides by the ids of the feeds. One that a feed lists for the first time is the only ride of
/// this name that could be meant, or new; names follow the newest poll.
pub(super) fn follow_listings(
    db: &mut Db,
    park_id: u32,
    listings: &[Listing],
    now: Instant,
    is_newest: bool,
) -> Result<Followed> {
    let mut rides = of_park(db, park_id)?;
    let known = by_key(&rides);
    let now = stamp(now);
    let mut changed = 0;
    if is_newest {
        for listing in listings {
            if let Some(ride) = known
                .get(&listing.key)
                .filter(|ride| is_renamed(ride, listing))
            {
                let (ride_id, name, land) = (ride.ride_id, &listing.name, &listing.land);
                let anew = params! { ride_id, name, land, now };
                changed += db.exec(sql!("raw/rides.rename.sql"), anew)?;
            }
        }
    }
    let is_new = |listing: &&Listing| !known.contains_key(&listing.key);
    let new: Vec<&Listing> = listings.iter().filter(is_new).collect();
    let matches = namesakes(
        &rides,
        &new,
        &listings.iter().map(|listing| listing.key).collect(),
    );
    let mut strangers = Vec::new();
    for listing in &new {
        let (queue_times_id, wiki_id) = park::ids(listing.key);
        if let Some(ride_id) = matches.get(&listing.key) {
            let adopted = params! { ride_id, queue_times_id, wiki_id, now };
            changed += db.exec(sql!("raw/rides.adopt.update.sql"), adopted)?;
            continue;
        }
        let (name, land) = (&listing.name, &listing.land);
        let ride = params! { park_id, queue_times_id, "wiki_id" => &wiki_id, name, land, now };
        let added = db.exec(sql!("raw/rides.insert.sql"), ride)?;
        changed += added;
        if added > 0 && wiki_id.is_some() {
            strangers.push(name.clone());
        }
    }
    if !new.is_empty() {
        rides = of_park(db, park_id)?;
    }
    Ok(Followed {
        without_wiki: rides.iter().filter(|ride| ride.lacks_wiki()).count(),
        rides: by_key(&rides),
        has_changed: changed > 0,
        strangers,
    })
}

/// Which ride is meant by each new listing: the only one of that name, where no other listing has it too.
fn namesakes(rides: &[Ride], new: &[&Listing], listed: &HashSet<Key>) -> HashMap<Key, u32> {
    let mut meant: HashMap<String, Vec<Key>> = HashMap::new();
    for listing in new {
        meant
            .entry(plain(&listing.name))
            .or_default()
            .push(listing.key);
    }
    let mut matches = HashMap::new();
    for (name, keys) in meant {
        let same = rides.iter().filter(|ride| plain(&ride.name) == name);
        // The name of a ride that turned out to be another is another name of that one.
        let same: BTreeSet<u32> = same
            .map(|ride| ride.joined_ride_id.unwrap_or(ride.ride_id))
            .collect();
        let is_free =
            |ride: &Ride, key| same.contains(&ride.ride_id) && ride.is_free_for(key, listed);
        if let ([key], 1) = (keys.as_slice(), same.len())
            && let Some(ride) = rides.iter().find(|ride| is_free(ride, *key))
        {
            matches.insert(*key, ride.ride_id);
        }
    }
    matches
}

/// ThemeParks.wiki renames only rides that Queue-Times does not know; it has no lands.
fn is_renamed(ride: &Ride, listing: &Listing) -> bool {
    match listing.key {
        Key::QueueTimes(_) => ride.name != listing.name || ride.land != listing.land,
        Key::Wiki(_) => ride.queue_times_id.is_none() && ride.name != listing.name,
    }
}

fn of_park(db: &mut Db, park_id: u32) -> Result<Vec<Ride>> {
    db.rows(sql!("raw/rides.of_park.select.sql"), params! { park_id })
}

fn by_key(rides: &[Ride]) -> HashMap<Key, Ride> {
    let keyed = rides
        .iter()
        .flat_map(|ride| ride.keys().map(|key| (key, ride.clone())));
    keyed.collect()
}

/// Remembers the park's cycle at `slot`, which is its newest and stored as judged.
pub(super) fn remember(db: &mut Db, park_id: u32, slot: Instant) -> Result<()> {
    let hour = Hour::containing(slot);
    db.exec(
        sql!("raw/rides.remember.sql"),
        params! {
            park_id,
            "slot" => stamp(slot),
            "hour_start" => stamp(hour.start()),
            "minute" => (slot - hour.start()).num_minutes(),
        },
    )?;
    Ok(())
}

/// Corrects since when rides are down, after the park was judged again up to its newest cycle.
pub(super) fn correct_down_since(db: &mut Db, park_id: u32, watch: &Watch) -> Result<()> {
    let stored: Vec<(u32, Option<NaiveDateTime>)> =
        db.rows(sql!("raw/rides.down_since.select.sql"), params! { park_id })?;
    for (ride_id, stored) in stored {
        let memory = watch.rides.get(&ride_id).copied().unwrap_or_default();
        let down_since = memory.down_since.map(stamp);
        if down_since != stored {
            let correction = params! { ride_id, down_since };
            db.exec(sql!("raw/rides.down_since.update.sql"), correction)?;
        }
    }
    Ok(())
}
