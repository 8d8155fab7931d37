//! One poll into the tables: a slot, the rides it lists, the judgement so far, and what that changes.

use super::spell::{Reach, judge_again, spell_before};
use super::{cycle, issue, operated, park, ride, schedule};
use crate::db::partition::{Partitions, Width};
use crate::db::table::Table;
use crate::db::{Db, settings, sql, stamp};
use crate::model::Instant;
use crate::model::cycle::{Cycle, Entry, JudgedCycle};
use crate::model::issue::{IssueKind, Remark};
use crate::model::judgement::{Judge, PATIENCE};
use crate::model::key::Key;
use crate::model::ride::weight;
use crate::model::snapshot::Poll;
use crate::model::span::{Hour, slot};
use anyhow::{Context, Result};
use chrono::Duration;
use mysql::params;
use std::collections::{BTreeSet, HashMap};

/// What became of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Kept, with this many rides.
    Kept { rides: usize },
    /// The park already has this slot; the first poll stands.
    SlotTaken,
    /// The cycle, or the beginning of the spell it would join, lies in pruned history.
    Pruned,
    /// The poll lists no ride that counts: no sample, and a loss where the park had rides lately.
    Empty { lately_full: bool },
}

/// A park that listed rides this recently is expected to list them now.
const LATELY: Duration = Duration::hours(24);

/// A stored poll, and what the caller must do about it.
pub struct Kept {
    pub stored: Stored,
    /// Hours with a new cycle or one judged otherwise than before, or that owe the park a row.
    pub changed: BTreeSet<Hour>,
    /// What is wrong with the feed and was not known yet, a sentence each.
    pub news: Vec<String>,
    /// What is otherwise now beside the cycle, in the words of tags: a park that is new, rides new or renamed.
    pub tags: BTreeSet<&'static str>,
}

/// The tables of raw rows: what is stored of one cycle, parks first.
pub const TABLES: [Table; 2] = [
    Table {
        name: "park_snapshots",
        time: "slot",
        key: "slot, park_id",
    },
    Table {
        name: "ride_snapshots",
        time: "hour_start",
        key: "hour_start, ride_id, minute",
    },
];

/// The partitions that raw rows fall into.
pub fn partitions(db: &mut Db) -> Result<[Partitions; 2]> {
    Ok([
        Partitions::of(db, TABLES[0].name, Width::Day)?,
        Partitions::of(db, TABLES[1].name, Width::Day)?,
    ])
}

/// Stores one poll. Runs inside the caller's transaction, in which the ledger must be told of `changed`.
pub fn store(db: &mut Db, poll: &Poll, interval_minutes: u32) -> Result<Kept> {
    let slot = slot(poll.polled_at, interval_minutes);
    let mut kept = Kept {
        stored: Stored::Empty { lately_full: false },
        changed: BTreeSet::new(),
        news: Vec::new(),
        tags: BTreeSet::new(),
    };
    // Whoever moves this line waits for our transaction, or we for theirs.
    let pruned = settings::locked_instant(db, settings::PRUNED_THROUGH_RAW)?;
    if pruned.is_some_and(|through| slot < through) {
        kept.stored = Stored::Pruned;
        return Ok(kept);
    }
    let park = match park::lock(db, poll.park)? {
        Some(park) => park,
        None if poll.listings.is_empty() => return Ok(kept),
        None => {
            park::add_unnamed(db, poll.park, slot)?;
            kept.tags.insert("parks");
            park::lock(db, poll.park)?.context("a park vanished as it was added")?
        }
    };
    let lately = |last: Instant| last < slot && slot - last <= LATELY;
    let lately_full = park.watch.last_slot.is_some_and(lately);
    kept.stored = Stored::Empty { lately_full };
    if poll.listings.is_empty() {
        issue::empty(db, &park, poll, slot, lately_full)?;
        return Ok(kept);
    }
    let is_late = park.watch.last_slot.is_some_and(|last| slot <= last);
    if is_late && is_taken(db, park.park_id, slot)? {
        kept.stored = Stored::SlotTaken;
        return Ok(kept);
    }
    if is_late && is_cut(db, park.park_id, slot, pruned)? {
        kept.stored = Stored::Pruned;
        return Ok(kept);
    }
    let followed = ride::follow_listings(db, park.park_id, &poll.listings, slot, !is_late)?;
    let strangers = followed.remark(poll.park);
    kept.tags.extend(followed.has_changed.then_some("rides"));
    let rides = followed.rides;
    let mut remarks = poll.remarks.clone();
    let cycle = Cycle {
        slot,
        interval_minutes,
        scheduled_open: schedule::scheduled_open(db, &park, slot)?,
        quiet_minutes: poll.changed_at.map(|at| minutes_begun(poll.polled_at - at)),
        entries: entries_of(poll, &rides, &mut remarks),
    };
    if cycle.entries.is_empty() {
        issue::empty(db, &park, poll, slot, lately_full)?;
        return Ok(kept);
    }
    kept.stored = Stored::Kept {
        rides: cycle.entries.len(),
    };
    kept.changed = park::begin_earlier(db, &park, slot)?;
    kept.changed.insert(Hour::containing(slot));
    let from = spell_to_judge_again(db, &park, slot, is_late)?;
    let park_id = park.park_id;
    kept.changed.extend(match from {
        Some(from) => join(db, &park, poll.park.feed(), &cycle, from)?,
        None => append(db, park, &rides, poll.park.feed(), &cycle)?,
    });
    // Issues are about now: what a late poll shows may be mended long since.
    kept.news = match is_late {
        true => remarks.iter().map(ToString::to_string).collect(),
        false => issue::follow(db, park_id, poll, &cycle, &rides, &remarks)?,
    };
    kept.news.extend(strangers);
    Ok(kept)
}

/// Where judging must begin again for a cycle that is late, or that follows so soon on a spell ended by
/// silence that there was none: at the start of that spell, or at the cycle itself.
fn spell_to_judge_again(
    db: &mut Db,
    park: &park::Park,
    slot: Instant,
    is_late: bool,
) -> Result<Option<Instant>> {
    let follows_soon = park
        .watch
        .last_slot
        .is_some_and(|last| slot - last <= PATIENCE);
    if is_late || (follows_soon && park.watch.spell.is_none()) {
        let start = spell_before(db, park.park_id, slot)?;
        return Ok(start.or(is_late.then_some(slot)));
    }
    Ok(None)
}

/// The park's newest cycle: judged from the watch alone, unless it shows that the spell was otherwise.
/// The result is the hours in which older cycles changed.
fn append(
    db: &mut Db,
    mut park: park::Park,
    rides: &HashMap<Key, ride::Ride>,
    feed: &str,
    cycle: &Cycle,
) -> Result<BTreeSet<Hour>> {
    if park.watch.last_slot.is_none() {
        note_first_slot(db, cycle.slot)?;
    }
    park.watch.rides = rides
        .values()
        .map(|ride| (ride.ride_id, ride.memory()))
        .collect();
    let mut judge = Judge::new(park.watch.clone(), park.reports_down);
    judge.see(cycle);
    let verdict = judge.verdict();
    cycle::insert(db, park.park_id, feed, cycle, &verdict.cycles[0])?;
    ride::remember(db, park.park_id, cycle.slot)?;
    operated::note(db, park.park_id, cycle.slot)?;
    match verdict.overturned {
        Some(start) => judge_again(db, &park, start, Reach::Newest, None, &HashMap::new()),
        None => {
            park::keep_watch(db, park.park_id, &verdict.watch)?;
            Ok(BTreeSet::new())
        }
    }
}

/// A cycle that joins a spell judged before, which is judged again as a whole.
fn join(
    db: &mut Db,
    park: &park::Park,
    feed: &str,
    cycle: &Cycle,
    from: Instant,
) -> Result<BTreeSet<Hour>> {
    // Without a judgement yet: whatever the second one says of it is news.
    cycle::insert(
        db,
        park.park_id,
        feed,
        cycle,
        &JudgedCycle::outside_any_spell(cycle),
    )?;
    note_first_slot(db, cycle.slot)?;
    judge_again(
        db,
        park,
        from,
        Reach::Past(cycle.slot),
        None,
        &HashMap::new(),
    )
}

/// Whether the park already has a cycle at this slot.
fn is_taken(db: &mut Db, park_id: u32, slot: Instant) -> Result<bool> {
    let at = params! { park_id, "slot" => stamp(slot) };
    let taken: Option<u8> = db.first(sql!("raw/park_snapshots.exists.sql"), at)?;
    Ok(taken.is_some())
}

/// Whether the cycle would join a spell whose beginning is pruned: nobody can judge that one again.
fn is_cut(db: &mut Db, park_id: u32, slot: Instant, pruned: Option<Instant>) -> Result<bool> {
    let Some(through) = pruned else {
        return Ok(false);
    };
    let beside = params! { park_id, "slot" => stamp(slot), "through" => stamp(through) };
    let cut: Option<u8> = db.first(sql!("raw/park_snapshots.cut.select.sql"), beside)?;
    Ok(cut.is_some())
}

fn minutes_begun(duration: Duration) -> u16 {
    let seconds = duration.num_seconds().max(0);
    u16::try_from((seconds + 59) / 60).unwrap_or(u16::MAX)
}

fn entries_of(
    poll: &Poll,
    rides: &HashMap<Key, ride::Ride>,
    remarks: &mut Vec<Remark>,
) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(poll.listings.len());
    for listing in &poll.listings {
        let Some(ride) = rides.get(&listing.key) else {
            remarks.push(Remark {
                kind: IssueKind::Inconsistent,
                ride: Some(listing.key),
                topic: "park",
                text: format!(
                    "park `{}` lists ride `{}` ({}), which belongs to another park and stays there",
                    poll.park, listing.key, listing.name
                ),
            });
            continue;
        };
        if ride.counts {
            entries.push(Entry {
                ride_id: ride.ride_id,
                weight: weight(ride.tier),
                reading: listing.reading,
            });
        }
    }
    entries
}

/// The ledger begins at the oldest snapshot.
pub fn note_first_slot(db: &mut Db, slot: Instant) -> Result<()> {
    if settings::instant(db, settings::FIRST_SLOT)?.is_none_or(|first| slot < first) {
        settings::set_instant(db, settings::FIRST_SLOT, slot)?;
    }
    Ok(())
}
