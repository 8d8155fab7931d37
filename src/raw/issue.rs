//! What is wrong with the feed's data: noted once, counted while it lasts, resolved by the first good cycle without it.

use super::{park, ride};
use crate::db::table::Table;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::cycle::Cycle;
use crate::model::issue::{IssueKind, Remark};
use crate::model::key::Key;
use crate::model::park::ParkState;
use crate::model::snapshot::Poll;
use anyhow::Result;
use chrono::Duration;
use mysql::params;
use mysql::prelude::FromRow;
use std::collections::{HashMap, HashSet};

/// Issues as they go: some time after they were resolved.
pub const TABLE: Table = Table {
    name: "feed_issues",
    time: "resolved_at",
    key: "issue_id",
};

/// A ride that closes for the night is quiet for some hours; one without news for a day is an issue.
const DAY_MINUTES: u16 = 24 * 60;

/// The topic of a park whose feed gave no answer.
const UNREAD: &str = "park";

/// As many characters as the column holds.
const DETAIL_MOST_CHARS: usize = 500;

/// What makes two findings the same issue, within one park.
type Identity = (&'static str, Option<u32>, String);

struct Found {
    key: Identity,
    detail: String,
}

#[derive(FromRow)]
struct Unresolved {
    issue_id: u32,
    kind: String,
    ride_id: Option<u32>,
    topic: String,
}

impl Found {
    fn new(kind: IssueKind, ride_id: Option<u32>, topic: &str, detail: String) -> Found {
        let key = (kind.word(), ride_id, topic.to_owned());
        Found { key, detail }
    }
}

impl Unresolved {
    fn is(&self, (kind, ride_id, topic): &Identity) -> bool {
        self.kind == *kind && self.ride_id == *ride_id && self.topic == *topic
    }
}

/// Follows what the park's newest cycle, stored and judged, shows to be wrong. The result is a sentence for
/// each issue that is new.
pub(super) fn follow(
    db: &mut Db,
    park_id: u32,
    poll: &Poll,
    cycle: &Cycle,
    rides: &HashMap<Key, ride::Ride>,
    remarks: &[Remark],
) -> Result<Vec<String>> {
    let known = unresolved(db, park_id)?;
    let mut found = of_remarks(remarks, rides);
    found.extend(of_park(db, park_id, poll, cycle)?);
    found.extend(stale_rides(poll, rides));
    found.extend(unlisted_rides(db, park_id, poll, cycle, rides, &known)?);
    let is_found = |issue: &&Unresolved| found.iter().any(|found| issue.is(&found.key));
    let (lasting, gone): (Vec<_>, Vec<_>) = known.iter().partition(is_found);
    for issue in gone {
        resolve(db, issue, cycle.slot)?;
    }
    if !lasting.is_empty() {
        again(db, park_id, cycle.slot, None)?;
    }
    note(db, park_id, cycle.slot, &known, found)
}

/// A park whose feed could not be read at all says nothing about its other issues. One that nobody knows
/// has none; the caller tells of it every time.
pub fn unread(db: &mut Db, park: Key, slot: Instant, why: &str) -> Result<()> {
    let Some(park) = park::lock(db, park)? else {
        return Ok(());
    };
    let found = Found::new(IssueKind::Missing, None, UNREAD, why.to_owned());
    add(db, &park, slot, found, true)
}

/// Nor does an answer without a ride that counts. It is an issue where the park had rides lately, and stays one.
pub(super) fn empty(
    db: &mut Db,
    park: &park::Park,
    poll: &Poll,
    slot: Instant,
    lately_full: bool,
) -> Result<()> {
    if is_past(park, slot) {
        return Ok(());
    }
    let why = format!("park `{}` answered without rides", poll.park);
    let found = Found::new(IssueKind::Missing, None, "rides", why);
    let unread = Found::new(IssueKind::Missing, None, UNREAD, String::new());
    let known = unresolved(db, park.park_id)?;
    for issue in known.iter().filter(|issue| issue.is(&unread.key)) {
        resolve(db, issue, slot)?;
    }
    add(db, park, slot, found, lately_full)
}

/// Counts an issue of a park once more, or notes it where it `is_news`, and leaves the park's others alone.
fn add(db: &mut Db, park: &park::Park, slot: Instant, found: Found, is_news: bool) -> Result<()> {
    if is_past(park, slot) {
        return Ok(());
    }
    let known = unresolved(db, park.park_id)?;
    match known.iter().find(|issue| issue.is(&found.key)) {
        Some(issue) => again(db, park.park_id, slot, Some(issue.issue_id))?,
        None if is_news => drop(note(db, park.park_id, slot, &known, vec![found])?),
        None => {}
    }
    Ok(())
}

/// A slot that is stored, or older than the newest, tells nothing about now.
fn is_past(park: &park::Park, slot: Instant) -> bool {
    park.watch.last_slot.is_some_and(|last| slot <= last)
}

fn resolve(db: &mut Db, issue: &Unresolved, slot: Instant) -> Result<()> {
    let resolved = params! { "issue_id" => issue.issue_id, "slot" => stamp(slot) };
    db.exec(sql!("raw/feed_issues.resolve.update.sql"), resolved)?;
    Ok(())
}

fn unresolved(db: &mut Db, park_id: u32) -> Result<Vec<Unresolved>> {
    db.rows(
        sql!("raw/feed_issues.unresolved.select.sql"),
        params! { park_id },
    )
}

fn again(db: &mut Db, park_id: u32, slot: Instant, issue_id: Option<u32>) -> Result<()> {
    let slot = stamp(slot);
    let counted = params! { park_id, slot, issue_id };
    db.exec(sql!("raw/feed_issues.again.update.sql"), counted)?;
    Ok(())
}

/// Writes down what is not known yet, each issue once, and tells it.
fn note(
    db: &mut Db,
    park_id: u32,
    slot: Instant,
    known: &[Unresolved],
    found: Vec<Found>,
) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let is_new = |found: &Found| {
        !known.iter().any(|issue| issue.is(&found.key)) && seen.insert(found.key.clone())
    };
    let new: Vec<Found> = found.into_iter().filter(is_new).collect();
    let rows = new.iter().map(|Found { key, detail }| {
        let (kind, ride_id, topic) = key;
        let detail: String = detail.chars().take(DETAIL_MOST_CHARS).collect();
        let at = stamp(slot);
        vec![
            (*kind).into(),
            park_id.into(),
            (*ride_id).into(),
            topic.into(),
            at.into(),
            at.into(),
            detail.into(),
        ]
    });
    db.insert_many(sql!("raw/feed_issues.insert.sql"), rows)?;
    Ok(new.into_iter().map(|found| found.detail).collect())
}

/// A ride of another park has no number here, so its id at the feed goes into the topic.
fn of_remarks(remarks: &[Remark], rides: &HashMap<Key, ride::Ride>) -> Vec<Found> {
    let found = remarks.iter().map(|remark| {
        let ours = remark.ride.and_then(|id| rides.get(&id));
        let topic = match (remark.ride, ours) {
            (Some(id), None) => format!("{} of ride {id}", remark.topic),
            _ => remark.topic.to_owned(),
        };
        let ride_id = ours.map(|ride| ride.ride_id);
        Found::new(remark.kind, ride_id, &topic, remark.text.clone())
    });
    found.collect()
}

/// A park most of whose entries are old, or one that runs although its schedule says that it is closed.
fn of_park(db: &mut Db, park_id: u32, poll: &Poll, cycle: &Cycle) -> Result<Option<Found>> {
    let at = params! { park_id, "slot" => stamp(cycle.slot) };
    let judged: Option<(String, String)> =
        db.first(sql!("raw/park_snapshots.judged.select.sql"), at)?;
    let (state, source) = judged.unwrap_or_default();
    let park = poll.park;
    let readings = || cycle.entries.iter().map(|entry| entry.reading);
    let running = readings()
        .filter(|reading| reading.is_fresh() && reading.is_reported_open())
        .count();
    Ok(if state == ParkState::Blind.word() {
        let detail = match cycle.quiet_minutes {
            Some(minutes) => {
                format!("park `{park}`: nothing of it has changed for {minutes} minutes")
            }
            None => format!("park `{park}`: most of its entries are too old to tell anything"),
        };
        Some(Found::new(IssueKind::Stale, None, "park", detail))
    } else if state == ParkState::Closed.word()
        && source == "schedule"
        && 2 * running >= cycle.entries.len()
    {
        let detail = format!(
            "park `{park}` is closed by its schedule while {running} of {} {}",
            count(cycle.entries.len(), "ride"),
            agree(running, "runs", "run")
        );
        Some(Found::new(
            IssueKind::Inconsistent,
            None,
            "schedule",
            detail,
        ))
    } else {
        None
    })
}

/// Rides whose entries have said nothing new for more than a day.
fn stale_rides(poll: &Poll, rides: &HashMap<Key, ride::Ride>) -> Vec<Found> {
    let found = poll.listings.iter().filter_map(|listing| {
        let age = listing
            .reading
            .age_minutes
            .filter(|age| *age > DAY_MINUTES)?;
        let ride = rides.get(&listing.key).filter(|ride| ride.counts)?;
        let since = poll.polled_at - Duration::minutes(age.into());
        let detail = format!(
            "park `{}`: ride `{}`: its entry is from {}",
            poll.park,
            listing.key,
            since.format("%Y-%m-%dT%H:%MZ or before")
        );
        let ride_id = Some(ride.ride_id);
        Some(Found::new(
            IssueKind::Stale,
            ride_id,
            "last_updated",
            detail,
        ))
    });
    found.collect()
}

/// Rides that count and were in no cycle of the last day. Cycles are looked through only for those that have
/// gone within it, and no further than to the first that lists them.
fn unlisted_rides(
    db: &mut Db,
    park_id: u32,
    poll: &Poll,
    cycle: &Cycle,
    rides: &HashMap<Key, ride::Ride>,
    known: &[Unresolved],
) -> Result<Vec<Found>> {
    const TOPIC: &str = "ride";
    let listed: HashSet<u32> = cycle.entries.iter().map(|entry| entry.ride_id).collect();
    // What the other feed alone knows is not to be expected of this one.
    let known_here = |key: &Key| key.feed() == poll.park.feed();
    let gone = rides
        .iter()
        .filter(|(key, ride)| known_here(key) && ride.counts && !listed.contains(&ride.ride_id));
    let gone: HashSet<u32> = gone.map(|(_, ride)| ride.ride_id).collect();
    let missing = |ride_id, detail| Found::new(IssueKind::Missing, Some(ride_id), TOPIC, detail);
    let still = known
        .iter()
        .filter(|issue| issue.kind == IssueKind::Missing.word());
    let still = still.filter_map(|issue| issue.ride_id.filter(|ride_id| gone.contains(ride_id)));
    let mut found: Vec<Found> = still
        .map(|ride_id| missing(ride_id, String::new()))
        .collect();
    if gone.len() > found.len() {
        let slot = stamp(cycle.slot);
        let day_ago = slot - Duration::minutes(DAY_MINUTES.into());
        let new: Vec<(u32, String)> = db.rows(
            sql!("raw/rides.unlisted.select.sql"),
            params! { park_id, slot, day_ago },
        )?;
        let new = new
            .into_iter()
            .filter(|(ride_id, _)| gone.contains(ride_id));
        found.extend(new.map(|(ride_id, name)| {
            let detail = format!(
                "park `{}` has not listed `{name}` for a day; if it is gone, \
                 `hallctl rides set {ride_id} --active no`",
                poll.park
            );
            missing(ride_id, detail)
        }));
    }
    Ok(found)
}
