//! Stored cycles as they were judged, for a person who asks why.

use super::cycle;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::cycle::{Cycle, JudgedCycle};
use crate::model::judgement::PATIENCE;
use anyhow::Result;
use chrono::{Duration, NaiveDateTime};
use mysql::params;
use mysql::prelude::FromRow;
use std::collections::HashMap;

/// A park, as people call it.
#[derive(Clone, FromRow)]
pub struct Named {
    pub park_id: u32,
    pub name: String,
    pub timezone: String,
    pub reports_down: bool,
}

/// A cycle and its place in the spell it lies in.
pub struct Story {
    pub feed: String,
    pub state_source: String,
    pub weight_down: u32,
    pub weight_in_service: u32,
    pub score: Option<String>,
    /// The whole spell as far as it is stored, oldest first; outside a spell, and where one begins, the hours before.
    pub cycles: Vec<(Cycle, JudgedCycle)>,
    /// Where the cycle stands among them.
    pub at: usize,
}

/// Outside a spell this much is looked at before the cycle: enough for the end of the last one, unless that
/// was silence.
const BEFORE: Duration = PATIENCE;

pub fn named(db: &mut Db, park_id: u32) -> Result<Option<Named>> {
    db.first(sql!("raw/parks.named.select.sql"), params! { park_id })
}

/// The park of a ride, and the ride it was joined into.
pub fn park_of(db: &mut Db, ride_id: u32) -> Result<Option<(u32, Option<u32>)>> {
    db.first(sql!("raw/rides.park.select.sql"), params! { ride_id })
}

/// The names of a park's rides.
pub fn ride_names(db: &mut Db, park_id: u32) -> Result<HashMap<u32, String>> {
    let names: Vec<(u32, String)> =
        db.rows(sql!("raw/rides.named.select.sql"), params! { park_id })?;
    Ok(names.into_iter().collect())
}

/// The park's first cycle after `at`.
pub fn first_after(db: &mut Db, park: &Named, at: Instant) -> Result<Option<Instant>> {
    let after = params! { "park_id" => park.park_id, "at" => stamp(at) };
    let slot: Option<NaiveDateTime> =
        db.first(sql!("raw/park_snapshots.after.select.sql"), after)?;
    Ok(slot.map(|slot| slot.and_utc()))
}

/// The park's newest cycle that is not after `at`, and its spell.
pub fn story(db: &mut Db, park: &Named, at: Instant) -> Result<Option<Story>> {
    type Told = (NaiveDateTime, String, String, u32, u32, Option<String>);
    let park_id = park.park_id;
    let newest: Option<Told> = db.first(
        sql!("raw/park_snapshots.told.select.sql"),
        params! { park_id, "at" => stamp(at) },
    )?;
    let Some((slot, feed, state_source, weight_down, weight_in_service, score)) = newest else {
        return Ok(None);
    };
    let slot = slot.and_utc();
    let spell = cycle::load(db, park_id, slot)?;
    let spell = spell.first().and_then(|cycle| cycle.spell_start);
    let mut cycles = Vec::new();
    let mut next = spell.filter(|start| *start < slot).unwrap_or(slot - BEFORE);
    'reading: loop {
        let chunk = cycle::load(db, park_id, next)?;
        let Some(last) = chunk.last() else { break };
        next = last.cycle.slot + Duration::seconds(1);
        for stored in chunk {
            let is_beyond =
                stored.cycle.slot > slot && (spell.is_none() || stored.spell_start != spell);
            if is_beyond {
                break 'reading;
            }
            let judged = stored.judged(park.reports_down)?;
            cycles.push((stored.cycle, judged));
        }
    }
    let at = cycles
        .iter()
        .position(|(cycle, _)| cycle.slot == slot)
        .unwrap_or(0);
    Ok(Some(Story {
        feed,
        state_source,
        weight_down,
        weight_in_service,
        score,
        cycles,
        at,
    }))
}
