//! What a park and its rides were doing, judged from what the feed said in one spell.
//!
//! A *spell* is a park's stretch of being open. While it lasts every judgement in it is provisional:
//! too few rides running may be a storm or the end of the day, and a ride down may have closed early.
//! The end of the spell settles both, so the spell is judged again as a whole. A schedule leaves no doubt.

mod settle;

use super::Instant;
use super::cycle::{Cycle, Entry, JudgedCycle, JudgedRide};
use super::park::ParkState;
use super::ride::{RideState, Status};
use chrono::Duration;
use settle::{settle, withhold};
use std::collections::HashMap;

/// Rises when a rule below changes what is stored, so that older rows can be found and filled again.
pub const FORMULA_VERSION: u16 = 2;

/// A ride that operated this recently counts as in service, so that a long refurbishment drops out.
pub const IN_SERVICE: Duration = Duration::days(7);

/// Doubt and silence longer than this end a spell.
pub const PATIENCE: Duration = Duration::minutes(180);

/// A spell lasts no longer: it is judged again as a whole, and what waits for its end must not wait for ever.
pub const LONGEST_SPELL: Duration = Duration::days(7);

/// A ride that stops this late in a spell, or in its last quarter, has closed rather than broken down.
pub const CLOSING: Duration = Duration::minutes(60);

/// A feed that tells changes and has told none of an open park for this long has frozen.
const QUIET_MINUTES: u16 = 60;
const QUIET: Duration = Duration::minutes(QUIET_MINUTES as i64);

/// What is remembered of a park from one cycle to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    pub last_slot: Option<Instant>,
    pub spell: Option<Spell>,
    pub rides: HashMap<u32, RideMemory>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    pub start: Instant,
    pub doubt_since: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RideMemory {
    pub last_operated: Option<Instant>,
    pub down_since: Option<Instant>,
}

/// What a fold found.
pub struct Verdict {
    pub cycles: Vec<JudgedCycle>,
    pub watch: Watch,
    /// The start of a spell begun before this fold whose cycles must now be judged again as a whole.
    pub overturned: Option<Instant>,
}

/// A fold over a park's cycles in time order.
pub struct Judge {
    pub watch: Watch,
    reports_down: bool,
    judged: Vec<JudgedCycle>,
    /// Where the present spell begins in `judged`; `None` when it began before this fold.
    spell_from: Option<usize>,
    overturned: Option<Instant>,
}

impl Judge {
    pub fn new(watch: Watch, reports_down: bool) -> Judge {
        Judge {
            watch,
            reports_down,
            judged: Vec::new(),
            spell_from: None,
            overturned: None,
        }
    }

    /// Judges the next cycle, and settles the spell if this cycle shows that it is over.
    pub fn see(&mut self, cycle: &Cycle) -> &JudgedCycle {
        self.end_if_silent(cycle.slot);
        self.end_if_outlasted(cycle.slot);
        self.watch.last_slot = Some(cycle.slot);
        let counts = Counts::of(cycle, &self.watch);
        let is_frozen = self.is_frozen(cycle, &counts);
        let state = self.park_state(cycle, &counts, is_frozen);
        let in_spell = matches!(state, ParkState::Open | ParkState::Doubt);
        let rides = cycle.entries.iter().map(|entry| {
            let in_service = !is_frozen && is_in_service(entry, cycle.slot, &self.watch);
            let natural = match state {
                ParkState::Blind => RideState::Unknown,
                ParkState::Closed => RideState::Closed,
                ParkState::Open | ParkState::Doubt => self.ride_state(entry, in_service),
            };
            JudgedRide {
                ride_id: entry.ride_id,
                weight: entry.weight,
                wait_minutes: entry.reading.wait_minutes,
                state: natural,
                in_service,
                operated: in_spell && entry.reading.is_fresh() && entry.reading.is_reported_open(),
                outage_began: natural == RideState::Down && !self.is_down(entry.ride_id),
                is_stated: self.is_stated(entry),
            }
        });
        let rides: Vec<JudgedRide> = rides.collect();
        self.remember(cycle.slot, &rides);
        self.judged.push(JudgedCycle {
            slot: cycle.slot,
            interval_minutes: cycle.interval_minutes,
            state,
            spell_start: self.watch.spell.map(|spell| spell.start),
            rides,
        });
        &self.judged[self.judged.len() - 1]
    }

    /// Ends a spell from which nothing has been heard for longer than `PATIENCE`.
    pub fn end_if_silent(&mut self, now: Instant) {
        if self
            .watch
            .last_slot
            .is_some_and(|last| now - last > PATIENCE)
        {
            self.end_spell();
        }
    }

    /// Ends a spell that has lasted for longer than `LONGEST_SPELL`; a park that is open still begins another.
    fn end_if_outlasted(&mut self, slot: Instant) {
        let spell = self.watch.spell;
        if spell.is_some_and(|spell| slot - spell.start > LONGEST_SPELL) {
            let was_open = |cycle: &JudgedCycle| cycle.state == ParkState::Open;
            if self.judged.last().is_some_and(was_open) {
                // Nothing closed: what is down goes on being down.
                self.spell_from = self.spell_from.map(|_| self.judged.len());
            }
            self.end_spell();
        }
    }

    /// What the cycles were judged to be. An ended spell is settled, the doubt of a lasting one withheld.
    pub fn verdict(mut self) -> Verdict {
        for cycle in &mut self.judged {
            if cycle.state == ParkState::Doubt {
                withhold(cycle);
            }
        }
        Verdict {
            cycles: self.judged,
            watch: self.watch,
            overturned: self.overturned,
        }
    }

    /// Whether the fold stands outside any spell.
    pub fn is_at_rest(&self) -> bool {
        self.watch.spell.is_none()
    }

    /// Whether all the cycle says is old: nothing changed for an hour of being open, or long before it seems to open.
    fn is_frozen(&self, cycle: &Cycle, counts: &Counts) -> bool {
        let is_quiet = cycle
            .quiet_minutes
            .is_some_and(|quiet| quiet > QUIET_MINUTES);
        is_quiet
            && match (self.watch.spell, cycle.scheduled_open) {
                (_, Some(false)) => false,
                (Some(spell), _) => cycle.slot - spell.start >= QUIET,
                (None, Some(true)) => false,
                (None, None) => counts.show_opening(),
            }
    }

    fn park_state(&mut self, cycle: &Cycle, counts: &Counts, is_frozen: bool) -> ParkState {
        match cycle.scheduled_open {
            Some(false) => {
                self.end_spell();
                ParkState::Closed
            }
            _ if is_frozen || 2 * counts.fresh < counts.listed => ParkState::Blind,
            Some(true) => self.open(cycle.slot),
            None => self.observed(cycle.slot, counts),
        }
    }

    /// The state of a park without a schedule.
    fn observed(&mut self, slot: Instant, counts: &Counts) -> ParkState {
        match self.watch.spell {
            None if counts.show_opening() => self.open(slot),
            None => ParkState::Closed,
            Some(_) if counts.open >= counts.half() => self.open(slot),
            Some(Spell {
                start,
                doubt_since: None,
            }) => {
                self.watch.spell = Some(Spell {
                    start,
                    doubt_since: Some(slot),
                });
                ParkState::Doubt
            }
            Some(Spell {
                doubt_since: Some(since),
                ..
            }) => {
                if 10 * counts.open <= counts.in_service || slot - since >= PATIENCE {
                    self.end_spell();
                    ParkState::Closed
                } else {
                    ParkState::Doubt
                }
            }
        }
    }

    /// Open beyond doubt: a spell begins, or goes on.
    fn open(&mut self, slot: Instant) -> ParkState {
        match self.watch.spell {
            None => {
                self.watch.spell = Some(Spell {
                    start: slot,
                    doubt_since: None,
                });
                self.spell_from = Some(self.judged.len());
            }
            Some(spell) if spell.doubt_since.is_some() => self.dispel_doubt(),
            Some(_) => {}
        }
        ParkState::Open
    }

    fn ride_state(&self, entry: &Entry, in_service: bool) -> RideState {
        let reading = &entry.reading;
        if !reading.is_fresh() {
            RideState::Unknown
        } else if reading.status == Some(Status::Refurbishment) {
            RideState::Refurbishment
        } else if reading.is_reported_open() {
            RideState::Operating
        } else if in_service && self.stopped_counts_as_down(entry) {
            RideState::Down
        } else {
            RideState::Closed
        }
    }

    /// Where the feed tells DOWN from CLOSED it is believed; elsewhere a ride must have run in this spell.
    fn stopped_counts_as_down(&self, entry: &Entry) -> bool {
        if self.is_stated(entry) {
            return entry.reading.status == Some(Status::Down);
        }
        let last = self
            .watch
            .rides
            .get(&entry.ride_id)
            .and_then(|ride| ride.last_operated);
        let start = self.watch.spell.map(|spell| spell.start);
        last.is_some() && last >= start
    }

    fn is_stated(&self, entry: &Entry) -> bool {
        self.reports_down && entry.reading.status.is_some()
    }

    fn is_down(&self, ride_id: u32) -> bool {
        self.watch
            .rides
            .get(&ride_id)
            .is_some_and(|ride| ride.down_since.is_some())
    }

    fn remember(&mut self, slot: Instant, rides: &[JudgedRide]) {
        for ride in rides {
            let memory = self.watch.rides.entry(ride.ride_id).or_default();
            if ride.operated {
                memory.last_operated = memory.last_operated.max(Some(slot));
            }
            match ride.state {
                RideState::Down => memory.down_since = memory.down_since.or(Some(slot)),
                RideState::Unknown => {}
                _ => memory.down_since = None,
            }
        }
    }

    /// The rides came back: the doubtful cycles were open after all.
    fn dispel_doubt(&mut self) {
        let Some(spell) = &mut self.watch.spell else {
            return;
        };
        spell.doubt_since = None;
        match self.spell_from {
            None => self.overturned = self.overturned.or(Some(spell.start)),
            Some(from) => {
                for cycle in &mut self.judged[from..] {
                    if cycle.state == ParkState::Doubt {
                        cycle.state = ParkState::Open;
                    }
                }
            }
        }
    }

    fn end_spell(&mut self) {
        let Some(spell) = self.watch.spell.take() else {
            return;
        };
        match self.spell_from.take() {
            None => self.overturned = self.overturned.or(Some(spell.start)),
            Some(from) => settle(&mut self.judged[from..]),
        }
        for ride in self.watch.rides.values_mut() {
            ride.down_since = None;
        }
    }
}

/// How many of a cycle's rides are listed, fresh, fresh and reported open, in service.
#[derive(Clone, Copy)]
struct Counts {
    listed: usize,
    fresh: usize,
    open: usize,
    in_service: usize,
}

impl Counts {
    fn half(&self) -> usize {
        self.in_service.div_ceil(2)
    }

    /// Whether enough rides run for a closed park to be open.
    fn show_opening(&self) -> bool {
        self.open > 0 && self.open >= self.half().max(self.listed.min(3))
    }

    fn of(cycle: &Cycle, watch: &Watch) -> Counts {
        let fresh = || {
            cycle
                .entries
                .iter()
                .filter(|entry| entry.reading.is_fresh())
        };
        Counts {
            listed: cycle.entries.len(),
            fresh: fresh().count(),
            open: fresh()
                .filter(|entry| entry.reading.is_reported_open())
                .count(),
            in_service: fresh()
                .filter(|entry| is_in_service(entry, cycle.slot, watch))
                .count(),
        }
    }
}

fn is_in_service(entry: &Entry, slot: Instant, watch: &Watch) -> bool {
    let operated_lately = || {
        let last = watch
            .rides
            .get(&entry.ride_id)
            .and_then(|ride| ride.last_operated);
        last.is_some_and(|last| slot - last <= IN_SERVICE)
    };
    entry.reading.is_fresh() && (entry.reading.is_reported_open() || operated_lately())
}

#[cfg(test)]
mod tests;
