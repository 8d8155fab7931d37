//! A park's cycle in the tables: one row for the park, one for each ride.

use super::check::Otherwise;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::cycle::{Cycle, Entry, JudgedCycle, JudgedRide};
use crate::model::park::ParkState;
use crate::model::ride::{RideState, Status};
use crate::model::snapshot::Reading;
use crate::model::span::Hour;
use anyhow::{Context, Result};
use chrono::NaiveDateTime;
use mysql::params;
use mysql::prelude::FromRow;

/// A stored cycle: what it says, and how it is judged in the tables now.
pub(super) struct StoredCycle {
    pub cycle: Cycle,
    pub state: String,
    pub spell_start: Option<Instant>,
    rides: Vec<RideRow>,
}

#[derive(FromRow)]
struct ParkRow {
    slot: NaiveDateTime,
    state: String,
    spell_start: Option<NaiveDateTime>,
    interval_minutes: u32,
    scheduled_open: Option<bool>,
    quiet_minutes: Option<u16>,
}

#[derive(FromRow)]
struct RideRow {
    slot: NaiveDateTime,
    ride_id: u32,
    reported_open: Option<bool>,
    status: Option<String>,
    wait_minutes: Option<u16>,
    age_minutes: Option<u16>,
    weight: u32,
    park_is_open: bool,
    state: String,
    in_service: bool,
    operated: bool,
    outage_began: bool,
}

/// The park's cycles from `slot` on, oldest first, a bounded number at a time.
pub(super) fn load(db: &mut Db, park_id: u32, slot: Instant) -> Result<Vec<StoredCycle>> {
    let slot = stamp(slot);
    let parks: Vec<ParkRow> = db.rows(
        sql!("raw/park_snapshots.from.select.sql"),
        params! { park_id, slot },
    )?;
    let (Some(first), Some(last)) = (parks.first(), parks.last()) else {
        return Ok(Vec::new());
    };
    let span = params! { park_id, "first_slot" => first.slot, "last_slot" => last.slot };
    let rides: Vec<RideRow> = db.rows(sql!("raw/ride_snapshots.from.select.sql"), span)?;
    let mut rides = rides.into_iter().peekable();
    let stored = parks.into_iter().map(|park| {
        let mut of_cycle = Vec::new();
        while let Some(ride) = rides.next_if(|ride| ride.slot == park.slot) {
            of_cycle.push(ride);
        }
        StoredCycle {
            cycle: Cycle {
                slot: park.slot.and_utc(),
                interval_minutes: park.interval_minutes,
                scheduled_open: park.scheduled_open,
                quiet_minutes: park.quiet_minutes,
                entries: of_cycle.iter().map(RideRow::entry).collect(),
            },
            state: park.state,
            spell_start: park.spell_start.map(|at| at.and_utc()),
            rides: of_cycle,
        }
    });
    Ok(stored.collect())
}

impl StoredCycle {
    /// The cycle as it is judged in the tables.
    pub fn judged(&self, reports_down: bool) -> Result<JudgedCycle> {
        let unknown = |word: &str| format!("`{word}` is no state that this hallctl knows");
        let ride = |row: &RideRow| -> Result<JudgedRide> {
            Ok(JudgedRide {
                ride_id: row.ride_id,
                weight: row.weight,
                wait_minutes: row.wait_minutes,
                state: RideState::from_word(&row.state).with_context(|| unknown(&row.state))?,
                in_service: row.in_service,
                operated: row.operated,
                outage_began: row.outage_began,
                is_stated: reports_down && row.status.is_some(),
            })
        };
        Ok(JudgedCycle {
            slot: self.cycle.slot,
            interval_minutes: self.cycle.interval_minutes,
            state: ParkState::from_word(&self.state).with_context(|| unknown(&self.state))?,
            spell_start: self.spell_start,
            rides: self.rides.iter().map(ride).collect::<Result<_>>()?,
        })
    }

    /// The columns of its rides that the second judgement would store otherwise.
    pub fn rides_judged_otherwise(&self, judged: &JudgedCycle) -> Vec<Otherwise> {
        let park_is_open = judged.state == ParkState::Open;
        let pairs = self.rides.iter().zip(&judged.rides);
        let columns = pairs.flat_map(|(row, ride)| {
            let flag = |flag: bool| u8::from(flag).to_string();
            let flags = [
                ("park_is_open", row.park_is_open, park_is_open),
                ("in_service", row.in_service, ride.in_service),
                ("operated", row.operated, ride.operated),
                ("outage_began", row.outage_began, ride.outage_began),
            ];
            let flags = flags.map(|(name, row, ride)| (name, flag(row), flag(ride)));
            let state = ("state", row.state.clone(), ride.state.word().to_owned());
            let of_ride = move |(column, stored, judged): (&str, String, String)| Otherwise {
                ride_id: Some(ride.ride_id),
                column: column.to_owned(),
                stored: Some(stored),
                judged: Some(judged),
            };
            [state].into_iter().chain(flags).map(of_ride)
        });
        columns
            .filter(|column| column.stored != column.judged)
            .collect()
    }

    /// The rides of which the second judgement says otherwise whether they operated.
    pub fn operated_otherwise(&self, judged: &JudgedCycle) -> Vec<JudgedRide> {
        let pairs = self.rides.iter().zip(&judged.rides);
        let otherwise = pairs.filter(|(row, ride)| row.operated != ride.operated);
        otherwise.map(|(_, ride)| *ride).collect()
    }
}

impl RideRow {
    fn entry(&self) -> Entry {
        Entry {
            ride_id: self.ride_id,
            weight: self.weight,
            reading: Reading {
                is_open: self.reported_open,
                status: self.status.as_deref().and_then(Status::from_word),
                wait_minutes: self.wait_minutes,
                age_minutes: self.age_minutes,
            },
        }
    }

    fn is_judged(&self, judged: &JudgedRide, park_is_open: bool) -> bool {
        self.state == judged.state.word()
            && self.park_is_open == park_is_open
            && self.in_service == judged.in_service
            && self.operated == judged.operated
            && self.outage_began == judged.outage_began
    }
}

/// Stores a new cycle as judged, with the word for the feed that spoke.
pub(super) fn insert(
    db: &mut Db,
    park_id: u32,
    feed: &str,
    cycle: &Cycle,
    judged: &JudgedCycle,
) -> Result<()> {
    let hour = Hour::containing(cycle.slot);
    let minute = (cycle.slot - hour.start()).num_minutes();
    let park_is_open = judged.state == ParkState::Open;
    let rows = cycle
        .entries
        .iter()
        .zip(&judged.rides)
        .map(|(entry, ride)| {
            vec![
                stamp(hour.start()).into(),
                entry.ride_id.into(),
                minute.into(),
                park_id.into(),
                entry.reading.is_open.into(),
                entry.reading.status.map(Status::word).into(),
                entry.reading.wait_minutes.into(),
                entry.reading.age_minutes.into(),
                entry.weight.into(),
                cycle.interval_minutes.into(),
                park_is_open.into(),
                ride.state.word().into(),
                ride.in_service.into(),
                ride.operated.into(),
                ride.outage_began.into(),
            ]
        });
    db.insert_many(sql!("raw/ride_snapshots.insert.sql"), rows)?;
    let mut row = park_row(park_id, judged);
    let said: [(&str, mysql::Value); 5] = [
        ("feed", feed.into()),
        ("interval_minutes", cycle.interval_minutes.into()),
        ("rides_listed", cycle.entries.len().into()),
        ("scheduled_open", cycle.scheduled_open.into()),
        ("quiet_minutes", cycle.quiet_minutes.into()),
    ];
    row.extend(said.map(|(name, value)| (name.to_owned(), value)));
    db.exec(sql!("raw/park_snapshots.insert.sql"), row)?;
    Ok(())
}

/// Writes what a second judgement changed of a stored cycle; the result says whether it changed anything.
pub(super) fn rejudge(
    db: &mut Db,
    park_id: u32,
    stored: &StoredCycle,
    judged: &JudgedCycle,
    park_differs: bool,
) -> Result<bool> {
    let park_is_open = judged.state == ParkState::Open;
    let hour = Hour::containing(judged.slot);
    let mut changed = park_differs
        || stored.state != judged.state.word()
        || stored.spell_start != judged.spell_start;
    for (row, ride) in stored.rides.iter().zip(&judged.rides) {
        if row.is_judged(ride, park_is_open) {
            continue;
        }
        changed = true;
        db.exec(
            sql!("raw/ride_snapshots.rejudge.sql"),
            params! {
                "hour_start" => stamp(hour.start()),
                "ride_id" => ride.ride_id,
                "minute" => (judged.slot - hour.start()).num_minutes(),
                park_is_open,
                "state" => ride.state.word(),
                "in_service" => ride.in_service,
                "operated" => ride.operated,
                "outage_began" => ride.outage_began,
            },
        )?;
    }
    if changed {
        db.exec(
            sql!("raw/park_snapshots.rejudge.sql"),
            park_row(park_id, judged),
        )?;
    }
    Ok(changed)
}

/// The columns of a park's row that follow from the judgement, as named parameters.
pub(super) fn park_row(park_id: u32, judged: &JudgedCycle) -> Vec<(String, mysql::Value)> {
    let waits: Vec<u16> = judged.rides.iter().filter_map(JudgedRide::wait).collect();
    let wait_sum: u32 = waits.iter().map(|wait| u32::from(*wait)).sum();
    let rides_in = |state| judged.rides_in(state);
    let columns: Vec<(&str, mysql::Value)> = vec![
        ("slot", stamp(judged.slot).into()),
        ("park_id", park_id.into()),
        ("state", judged.state.word().into()),
        ("spell_start", judged.spell_start.map(stamp).into()),
        ("rides_operating", rides_in(RideState::Operating).into()),
        ("rides_down", rides_in(RideState::Down).into()),
        ("rides_closed", rides_in(RideState::Closed).into()),
        (
            "rides_refurbishment",
            rides_in(RideState::Refurbishment).into(),
        ),
        ("rides_unknown", rides_in(RideState::Unknown).into()),
        ("wait_sum", wait_sum.into()),
        ("wait_samples", waits.len().into()),
        ("wait_max", waits.iter().max().into()),
        ("weight_down", judged.weight_down().into()),
        ("weight_in_service", judged.weight_in_service().into()),
        (
            "score",
            judged.score().map(|score| score.to_string()).into(),
        ),
    ];
    columns
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
