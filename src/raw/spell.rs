//! Spells judged again as a whole: when they end, when doubt is dispelled, when late data joins them.

use super::{cycle, park, ride};
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{Judge, PATIENCE, Watch};
use crate::model::span::Hour;
use anyhow::Result;
use chrono::{Duration, NaiveDateTime};
use mysql::params;
use std::collections::BTreeSet;

/// How far a second judgement must go.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// To the park's newest cycle.
    Newest,
    /// Until, after this slot, both judgements stand outside any spell: from there on they agree.
    Past(Instant),
}

/// Ends the spells of parks that have not been heard of for too long; each in its own transaction,
/// in which `changed` is told the hours whose cycles were judged otherwise.
pub fn end_if_silent(
    db: &mut Db,
    now: Instant,
    changed: impl Fn(&mut Db, &BTreeSet<Hour>) -> Result<()>,
) -> Result<usize> {
    let silent = park::silent(db, now - PATIENCE)?;
    for queue_times_id in &silent {
        db.transaction(|db| {
            let Some(park) = park::lock(db, *queue_times_id)? else {
                return Ok(());
            };
            let Some(spell) = park.watch.spell else {
                return Ok(());
            };
            let hours = judge_again(db, &park, spell.start, Reach::Newest, Some(now))?;
            changed(db, &hours)
        })?;
    }
    Ok(silent.len())
}

/// Judges the park's stored cycles again from `from` on, which must lie outside any earlier spell.
/// The result is the hours in which anything changed.
pub(super) fn judge_again(
    db: &mut Db,
    park: &park::Park,
    from: Instant,
    reach: Reach,
    now: Option<Instant>,
) -> Result<BTreeSet<Hour>> {
    let mut judge = Judge::new(Watch::default(), park.reports_down);
    let mut stored = Vec::new();
    let mut next = from;
    let reached_newest = 'reading: loop {
        let chunk = cycle::load(db, park.park_id, next)?;
        let Some(last) = chunk.last() else { break true };
        next = last.cycle.slot + Duration::seconds(1);
        for cycle in chunk {
            judge.see(&cycle.cycle);
            let agrees = judge.is_at_rest() && cycle.spell_start.is_none();
            let slot = cycle.cycle.slot;
            stored.push(cycle);
            if let Reach::Past(late) = reach
                && slot > late
                && agrees
            {
                break 'reading false;
            }
        }
    };
    if let Some(now) = now.filter(|_| reached_newest) {
        judge.end_if_silent(now);
    }
    let verdict = judge.verdict();
    let mut hours = BTreeSet::new();
    for (stored, judged) in stored.iter().zip(&verdict.cycles) {
        if cycle::rejudge(db, park.park_id, stored, judged)? {
            hours.insert(Hour::containing(judged.slot));
        }
    }
    if let (Some(first), Some(last)) = (verdict.cycles.first(), verdict.cycles.last()) {
        ride::note_operated_days(db, park.park_id, first.slot, last.slot)?;
    }
    if reached_newest {
        park::keep_watch(db, park.park_id, &verdict.watch)?;
        ride::correct_memories(db, park.park_id, &verdict.watch)?;
    }
    Ok(hours)
}

/// Where to begin judging when a cycle arrives late: at the start of the spell it falls into, or at itself.
pub(super) fn start_around(db: &mut Db, park_id: u32, slot: Instant) -> Result<Instant> {
    let before: Option<Option<NaiveDateTime>> = db.first(
        sql!("raw/park_snapshots.before.select.sql"),
        params! { park_id, "slot" => stamp(slot) },
    )?;
    Ok(before.flatten().map_or(slot, |start| start.and_utc()))
}
