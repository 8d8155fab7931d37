//! Checking the judgement: stored cycles are judged again in memory, and every column that follows is compared.

use super::spell::{Reach, fold, spell_before};
use super::{cycle, operated, park};
use crate::db::restored::Pruned;
use crate::db::{Db, settings, sql, stamp, text};
use crate::model::Instant;
use crate::model::cycle::JudgedCycle;
use crate::model::judgement::IN_SERVICE;
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::{Row, Value, params};
use std::collections::HashMap;

/// What judging a park's cycles again came to.
#[derive(Default)]
pub struct JudgedAgain {
    pub agree: usize,
    /// Cycles that rest on pruned history: on a spell that began in it, or on who operated in the days before.
    pub pruned: usize,
    /// Cycles judged otherwise, and in what.
    pub differ: Vec<(Instant, Vec<Otherwise>)>,
}

/// A column that would be judged otherwise now, of a ride or of the park itself.
pub struct Otherwise {
    pub ride_id: Option<u32>,
    pub column: String,
    pub stored: Option<String>,
    pub judged: Option<String>,
}

/// Judges the park's cycles from `start` to before `end` again, with the spells they lie in, at one state of the data.
pub fn judged_again(
    db: &mut Db,
    park_id: u32,
    start: Instant,
    end: Instant,
) -> Result<JudgedAgain> {
    db.snapshot(|db| {
        let pruned = Pruned::raw(db)?;
        let mut from = spell_before(db, park_id, start)?.unwrap_or(start);
        let first_slot = settings::instant(db, settings::FIRST_SLOT)?.unwrap_or_default();
        let rests_on = (from - IN_SERVICE).max(first_slot);
        let is_cut = from < pruned.through && pruned.took(rests_on, end);
        if is_cut {
            // What these cycles rest on is gone; what follows the line rests on the days kept beside it.
            from = start.max(pruned.through);
        }
        let rides = match from < pruned.through {
            true => operated::memories_since(db, park_id, (rests_on, from))?,
            false => operated::memories_before(db, park_id, from)?,
        };
        // A spell that silence has ended leaves no cycle that would end it here.
        let (reports_down, is_in_spell) = park::judged(db, park_id)?;
        let silence = (!is_in_spell).then_some(Instant::MAX_UTC);
        let park = (park_id, reports_down);
        let again = fold(db, park, rides, from, Reach::Past(end), silence)?;
        let rows = stored_rows(db, park_id, start, end)?;
        let mut found = JudgedAgain {
            pruned: rows.keys().filter(|slot| **slot < from).count(),
            ..JudgedAgain::default()
        };
        let cycles = again.stored.iter().zip(&again.verdict.cycles);
        for (stored, judged) in
            cycles.filter(|(_, judged)| judged.slot >= start && judged.slot < end)
        {
            let began = stored.spell_start;
            if is_cut && began.is_some_and(|began| began < pruned.through) {
                found.pruned += 1;
                continue;
            }
            let mut otherwise = stored.rides_judged_otherwise(judged);
            if let Some(row) = rows.get(&judged.slot) {
                otherwise.extend(park_judged_otherwise(row, park_id, judged));
            }
            match otherwise.is_empty() {
                true => found.agree += 1,
                false => found.differ.push((judged.slot, otherwise)),
            }
        }
        Ok(found)
    })
}

/// Whether cycles between two times are gone.
pub fn is_pruned(db: &mut Db, start: Instant, end: Instant) -> Result<bool> {
    Ok(Pruned::raw(db)?.took(start, end))
}

/// The park's rows between two times by their slots.
pub(super) fn stored_rows(
    db: &mut Db,
    park_id: u32,
    start: Instant,
    end: Instant,
) -> Result<HashMap<Instant, Row>> {
    let span = params! { park_id, "start" => stamp(start), "end" => stamp(end) };
    let rows: Vec<Row> = db.rows(sql!("raw/park_snapshots.follows.select.sql"), span)?;
    let by_slot = |row: Row| Some((row.get::<NaiveDateTime, _>("slot")?.and_utc(), row));
    Ok(rows.into_iter().filter_map(by_slot).collect())
}

/// Whether any column of the park's row is otherwise than judged now.
pub(super) fn park_differs(row: &Row, park_id: u32, judged: &JudgedCycle) -> bool {
    !park_judged_otherwise(row, park_id, judged).is_empty()
}

fn park_judged_otherwise(row: &Row, park_id: u32, judged: &JudgedCycle) -> Vec<Otherwise> {
    let column = |(column, judged): (String, Value)| {
        let (stored, judged) = (text(row.get(column.as_str())?), text(judged));
        let otherwise = Otherwise {
            ride_id: None,
            column,
            stored,
            judged,
        };
        (otherwise.stored != otherwise.judged).then_some(otherwise)
    };
    let judged = cycle::park_row(park_id, judged);
    judged.into_iter().filter_map(column).collect()
}
