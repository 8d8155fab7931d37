//! Spells judged again as a whole: when they end, when doubt is dispelled, when late data joins them.

use super::cycle::StoredCycle;
use super::{check, cycle, operated, park, ride};
use crate::db::{Db, settings, sql, stamp};
use crate::model::Instant;
use crate::model::judgement::{IN_SERVICE, Judge, PATIENCE, RideMemory, Verdict, Watch};
use crate::model::span::Hour;
use anyhow::Result;
use chrono::{Duration, NaiveDateTime};
use mysql::{Row, params};
use std::collections::{BTreeSet, HashMap};

/// How far a second judgement must go.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    /// To the park's newest cycle.
    Newest,
    /// Until both judgements agree from there on: after this slot, outside any spell or at the beginning of
    /// one, and no ride's membership of the 7 days in doubt.
    Past(Instant),
}

/// Ends the spells of parks that have not been heard of for too long; each in its own transaction, in
/// which `changed` is told the hours whose cycles were judged otherwise. The result is a sentence for
/// each park where that failed.
pub fn end_if_silent(
    db: &mut Db,
    now: Instant,
    changed: impl Fn(&mut Db, &BTreeSet<Hour>) -> Result<()>,
) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for park_id in park::silent(db, now - PATIENCE)? {
        let ended = db.transaction(|db| {
            let Some(park) = park::lock_by_id(db, park_id)? else {
                return Ok(());
            };
            let Some(spell) = park.watch.spell else {
                return Ok(());
            };
            let hours = judge_again(
                db,
                &park,
                spell.start,
                Reach::Newest,
                Some(now),
                &HashMap::new(),
            )?;
            changed(db, &hours)
        });
        if let Err(error) = ended {
            problems.push(format!(
                "park_id `{park_id}` fell silent and could not be judged: {error:#}"
            ));
        }
    }
    Ok(problems)
}

/// Judges a park's cycles between two times again, with the spells they lie in, and stores what is otherwise
/// now; `changed` is told the hours of it. A spell that began in pruned history stays as it is.
pub fn judge_between(
    db: &mut Db,
    park_id: u32,
    start: Instant,
    end: Instant,
    changed: impl Fn(&mut Db, &BTreeSet<Hour>) -> Result<()>,
) -> Result<BTreeSet<Hour>> {
    db.transaction(|db| {
        let pruned = settings::locked_instant(db, settings::PRUNED_THROUGH_RAW)?;
        let Some(park) = park::lock_by_id(db, park_id)? else {
            return Ok(BTreeSet::new());
        };
        let from = spell_before(db, park_id, start)?.unwrap_or(start);
        if pruned.is_some_and(|through| from < through) {
            return Ok(BTreeSet::new());
        }
        // A spell that silence has ended leaves no cycle that would end it here.
        let silence = park.watch.spell.is_none().then_some(Instant::MAX_UTC);
        let rows = check::stored_rows(db, park_id, start, end)?;
        let hours = judge_again(db, &park, from, Reach::Past(end), silence, &rows)?;
        changed(db, &hours)?;
        Ok(hours)
    })
}

/// A park's stored cycles, and what judging them again comes to.
pub(super) struct Fold {
    pub stored: Vec<StoredCycle>,
    pub verdict: Verdict,
    operated_otherwise: bool,
    reached_newest: bool,
}

/// Judges the park's stored cycles again from `from` on, which must lie outside any earlier spell, without
/// storing anything; `rides` is what is remembered of them by then.
pub(super) fn fold(
    db: &mut Db,
    (park_id, reports_down): (u32, bool),
    rides: HashMap<u32, RideMemory>,
    from: Instant,
    reach: Reach,
    now: Option<Instant>,
) -> Result<Fold> {
    let watch = Watch {
        rides,
        ..Watch::default()
    };
    let mut judge = Judge::new(watch, reports_down);
    let mut stored = Vec::new();
    let mut horizon = match reach {
        Reach::Newest => None,
        Reach::Past(late) => Some(late),
    };
    let mut operated_otherwise = false;
    let mut next = from;
    let reached_newest = 'reading: loop {
        let chunk = cycle::load(db, park_id, next)?;
        let Some(last) = chunk.last() else { break true };
        next = last.cycle.slot + Duration::seconds(1);
        for cycle in chunk {
            let slot = cycle.cycle.slot;
            let judged = judge.see(&cycle.cycle);
            let is_beginning = judged.spell_start == Some(slot);
            for ride in cycle.operated_otherwise(judged) {
                operated_otherwise = true;
                if let Some(horizon) = &mut horizon {
                    // What a ride no longer did may have carried its membership all by itself.
                    let until = if ride.operated {
                        operated::membership_changes_until(db, ride.ride_id, slot)?
                    } else {
                        Some(slot + IN_SERVICE)
                    };
                    *horizon = until.map_or(*horizon, |until| until.max(*horizon));
                }
            }
            let agrees = is_beginning && cycle.spell_start == Some(slot)
                || judge.is_at_rest() && cycle.spell_start.is_none();
            stored.push(cycle);
            if agrees && horizon.is_some_and(|horizon| slot > horizon) {
                break 'reading false;
            }
        }
    };
    if let Some(now) = now.filter(|_| reached_newest) {
        judge.end_if_silent(now);
    }
    Ok(Fold {
        stored,
        verdict: judge.verdict(),
        operated_otherwise,
        reached_newest,
    })
}

/// The same, and stores what is otherwise than before. The result is the hours in which anything changed. The sums
/// of a cycle follow from its rides; only where `doubted` holds its row are they compared with it.
pub(super) fn judge_again(
    db: &mut Db,
    park: &park::Park,
    from: Instant,
    reach: Reach,
    now: Option<Instant>,
    doubted: &HashMap<Instant, Row>,
) -> Result<BTreeSet<Hour>> {
    let park_id = park.park_id;
    let rides = operated::memories_before(db, park_id, from)?;
    let Fold {
        stored,
        verdict,
        operated_otherwise,
        reached_newest,
    } = fold(db, (park_id, park.reports_down), rides, from, reach, now)?;
    let mut hours = BTreeSet::new();
    for (stored, judged) in stored.iter().zip(&verdict.cycles) {
        let row = doubted.get(&judged.slot);
        let differs = row.is_some_and(|row| check::park_differs(row, park_id, judged));
        if cycle::rejudge(db, park_id, stored, judged, differs)? {
            hours.insert(Hour::containing(judged.slot));
        }
    }
    if operated_otherwise
        && let (Some(first), Some(last)) = (verdict.cycles.first(), verdict.cycles.last())
    {
        operated::note_again(db, park_id, first.slot, last.slot)?;
    }
    if reached_newest {
        park::keep_watch(db, park_id, &verdict.watch)?;
        ride::correct_down_since(db, park_id, &verdict.watch)?;
    }
    Ok(hours)
}

/// The start of the spell in which the park was seen at its last cycle before `slot`. That is a moment ago as a rule,
/// and a look at every partition costs more the more there are.
pub(super) fn spell_before(db: &mut Db, park_id: u32, slot: Instant) -> Result<Option<Instant>> {
    for since in [slot - PATIENCE, Instant::UNIX_EPOCH] {
        let before: Option<Option<NaiveDateTime>> = db.first(
            sql!("raw/park_snapshots.before.select.sql"),
            params! { park_id, "since" => stamp(since), "slot" => stamp(slot) },
        )?;
        if let Some(start) = before {
            return Ok(start.map(|start| start.and_utc()));
        }
    }
    Ok(None)
}
