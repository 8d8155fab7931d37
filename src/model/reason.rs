//! Why a stored cycle was judged as it was, in sentences. Nothing is decided here: each names the rule that fits what
//! was decided.

use super::Instant;
use super::cycle::{Cycle, Entry, JudgedCycle, JudgedRide};
use super::judgement::{CLOSING, IN_SERVICE, LONGEST_SPELL, PATIENCE};
use super::park::ParkState;
use super::ride::{RideState, Status};
use super::snapshot::{FRESH_MINUTES, Reading};
use super::span::stamp;
use chrono::Duration;

/// What is said of a judgement that follows from none of the rules.
const NO_RULE: &str = "none of the rules of this hallctl gives this state; `hallctl verify --deep` says what they give";

/// A cycle among those of its spell.
pub struct Moment<'a> {
    pub cycles: &'a [(Cycle, JudgedCycle)],
    pub at: usize,
}

/// How many rides a cycle lists, and how many of them are fresh, reported open, in service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub listed: usize,
    pub fresh: usize,
    pub open: usize,
    pub in_service: usize,
}

impl<'a> Moment<'a> {
    pub fn judged(&self) -> &'a JudgedCycle {
        &self.cycles[self.at].1
    }

    pub fn counts(&self) -> Counts {
        counts(&self.cycles[self.at])
    }

    /// Why the park was in the state it was in.
    pub fn of_park(&self) -> Vec<String> {
        let counts = self.counts();
        let Counts {
            listed,
            fresh,
            open,
            in_service,
        } = counts;
        let mut reasons = vec![format!(
            "{listed} rides are listed, {fresh} of them fresh: O = {open} are reported open, S = {in_service} are in service"
        )];
        reasons.extend(self.outlasted().map(|start| {
            format!(
                "the spell that began at {} had lasted for more than {} days and was ended: this cycle is judged as the first after it",
                stamp(start),
                LONGEST_SPELL.num_days()
            )
        }));
        reasons.push(self.state_of_park(counts));
        reasons
    }

    fn state_of_park(&self, counts: Counts) -> String {
        let Counts {
            listed,
            fresh,
            open,
            in_service,
        } = counts;
        let judged = self.judged();
        let half = in_service.div_ceil(2);
        let start = judged
            .spell_start
            .map(|start| match judged.slot - start < Duration::days(1) {
                true => clock(start),
                false => stamp(start),
            });
        let start = start.unwrap_or_default();
        let patience = PATIENCE.num_minutes();
        let cycle = &self.cycles[self.at].0;
        match judged.state {
            ParkState::Blind if 2 * fresh >= listed => format!(
                "nothing its feed says has changed for {} minutes while it was open: the feed has frozen, and the park is blind",
                cycle.quiet_minutes.unwrap_or_default()
            ),
            ParkState::Blind => "nothing can be told from what is not fresh, so the park is blind: its spell neither begins nor ends".to_owned(),
            ParkState::Open if cycle.scheduled_open == Some(true) => {
                format!("its schedule said open: open, in the spell that began at {start}")
            }
            ParkState::Closed if cycle.scheduled_open == Some(false) => {
                "its schedule said closed: closed, whatever runs".to_owned()
            }
            ParkState::Open if judged.spell_start == Some(judged.slot) && self.outlasted().is_some() => {
                "O is at least half of S and at least 3 or all that are listed: open still, and another spell begins here".to_owned()
            }
            ParkState::Open if judged.spell_start == Some(judged.slot) => {
                "it was closed, and O is at least half of S and at least 3 or all that are listed: a spell begins here".to_owned()
            }
            ParkState::Open if open >= half => {
                format!("O is at least half of S, which is {half}: open, in the spell that began at {start}")
            }
            ParkState::Open => format!(
                "O is below half of S, which is {half}; this was in doubt until rides came back{}: the park was open, in the spell that began at {start}",
                self.after(ParkState::Open).map(|at| format!(" at {}", clock(at))).unwrap_or_default()
            ),
            ParkState::Doubt => format!(
                "O is below half of S, which is {half}: in doubt since {}. It was open if rides come back to half, and closed \
                 if O falls to a tenth of S or this lasts {patience} minutes", clock(self.doubt_since())
            ),
            ParkState::Closed if judged.spell_start.is_some() => format!(
                "O is below half of S, which is {half}, and rides did not come back before the spell that began at {start} ended: it was closing, \
                 and the park had been open until {}", self.last_open().map(clock).unwrap_or_default()
            ),
            ParkState::Closed if self.outlasted().is_some() => {
                "O is below half of S or below 3 and below all that are listed: no other spell begins".to_owned()
            }
            ParkState::Closed if self.ended_here() => format!(
                "O is at most a tenth of S, or it has been below half for {patience} minutes: the spell has ended, and the park is closed"
            ),
            ParkState::Closed => {
                "it was closed, and O is below half of S or below 3 and below all that are listed: no spell begins".to_owned()
            }
        }
    }

    /// Why a ride was in the state it was in; `None` where the cycle does not list it.
    pub fn of_ride(&self, ride_id: u32) -> Option<Vec<String>> {
        let (entry, ride) = ride(&self.cycles[self.at], ride_id)?;
        let mut reasons = vec![format!(
            "the feed said: {} (at most {FRESH_MINUTES} minutes are)",
            said(&entry.reading)
        )];
        let days = IN_SERVICE.num_days();
        reasons.push(
            match (
                ride.in_service,
                entry.reading.is_reported_open(),
                self.last_operated(ride_id),
            ) {
                (true, true, _) => "it is reported open: in service".to_owned(),
                (true, false, Some(at)) => format!(
                    "it operated within {days} days, last at {}: in service",
                    clock(at)
                ),
                (true, false, None) => format!("it operated within {days} days: in service"),
                (false, _, _) if !entry.reading.is_fresh() => {
                    "what is not fresh is not in service".to_owned()
                }
                (false, _, _) if self.judged().state == ParkState::Blind => {
                    "its feed has frozen: not in service".to_owned()
                }
                (false, _, _) => format!("it has not operated within {days} days: not in service"),
            },
        );
        reasons.push(self.state_of_ride(entry, ride));
        Some(reasons)
    }

    fn state_of_ride(&self, entry: &Entry, ride: &JudgedRide) -> String {
        let state = ride.state;
        let park = self.judged().state;
        let is_fresh = entry.reading.is_fresh();
        let is_open = entry.reading.is_reported_open();
        match (park, state) {
            (ParkState::Blind, _) => "its park is blind: unknown".to_owned(),
            (ParkState::Closed, _) => "its park is closed, and so is it".to_owned(),
            (_, RideState::Unknown) if !is_fresh => {
                "what is not fresh says nothing of now: unknown".to_owned()
            }
            (_, RideState::Unknown) => {
                "while its park is in doubt nobody knows whether it has stopped or closed: unknown"
                    .to_owned()
            }
            (_, RideState::Refurbishment) => {
                "its feed says REFURBISHMENT: refurbishment".to_owned()
            }
            (_, RideState::Operating) if !is_open => NO_RULE.to_owned(),
            (_, RideState::Down) if is_open || !ride.in_service => NO_RULE.to_owned(),
            (_, RideState::Operating) => {
                "reported open while its park is open: operating".to_owned()
            }
            (_, RideState::Down) if ride.is_stated => {
                "its feed tells down from closed and says DOWN, and it is in service: down"
                    .to_owned()
            }
            (_, RideState::Down) => format!(
                "it operated earlier in this spell and has stopped, since {}: down",
                clock(self.run_of_stop(ride.ride_id))
            ),
            (_, RideState::Closed) if ride.is_stated => match entry.reading.status {
                Some(Status::Down) => {
                    "its feed says DOWN, but it is not in service: closed".to_owned()
                }
                _ => "its feed tells down from closed and says it is closed".to_owned(),
            },
            (_, RideState::Closed) if !ride.in_service => {
                "not open and not in service: closed".to_owned()
            }
            (_, RideState::Closed) if self.last_operated_in_spell(ride.ride_id).is_none() => {
                "it has not operated in this spell yet: closed".to_owned()
            }
            (_, RideState::Closed) => format!(
                "it stopped at {} and stayed so until the spell ended at {}, within its last quarter or its last {} minutes: \
                 it had closed for the day",
                clock(self.run_of_stop(ride.ride_id)),
                self.last_open().map(clock).unwrap_or_default(),
                CLOSING.num_minutes()
            ),
        }
    }

    /// The first cycle after this one in which the park ran at half again.
    fn after(&self, state: ParkState) -> Option<Instant> {
        let is_back = |cycle: &&(Cycle, JudgedCycle)| {
            let counts = counts(cycle);
            cycle.1.state == state && counts.open >= counts.in_service.div_ceil(2)
        };
        self.cycles[self.at + 1..]
            .iter()
            .find(is_back)
            .map(|(cycle, _)| cycle.slot)
    }

    fn doubt_since(&self) -> Instant {
        let before = self.cycles[..=self.at].iter().rev();
        let doubtful = before.take_while(|(_, judged)| judged.state == ParkState::Doubt);
        doubtful
            .last()
            .map_or(self.judged().slot, |(cycle, _)| cycle.slot)
    }

    fn last_open(&self) -> Option<Instant> {
        let open = |cycle: &&(Cycle, JudgedCycle)| cycle.1.state == ParkState::Open;
        self.cycles
            .iter()
            .rev()
            .find(open)
            .map(|(cycle, _)| cycle.slot)
    }

    /// The beginning of the spell in which the cycle before stood, where this one came too late for it.
    fn outlasted(&self) -> Option<Instant> {
        let before = self.at.checked_sub(1).map(|at| &self.cycles[at].1);
        let start = before.and_then(|judged| judged.spell_start);
        start.filter(|start| self.judged().slot - *start > LONGEST_SPELL)
    }

    /// Whether the cycle before still belonged to a spell.
    fn ended_here(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| &self.cycles[at].1);
        before.is_some_and(|judged| judged.spell_start.is_some())
    }

    fn last_operated(&self, ride_id: u32) -> Option<Instant> {
        let operated = |cycle: &&(Cycle, JudgedCycle)| {
            ride(cycle, ride_id).is_some_and(|(_, ride)| ride.operated)
        };
        self.cycles[..=self.at]
            .iter()
            .rev()
            .find(operated)
            .map(|(cycle, _)| cycle.slot)
    }

    fn last_operated_in_spell(&self, ride_id: u32) -> Option<Instant> {
        self.last_operated(ride_id)
            .filter(|at| Some(*at) >= self.judged().spell_start)
    }

    /// The first cycle of the ride's present stop.
    fn run_of_stop(&self, ride_id: u32) -> Instant {
        let last = self.last_operated(ride_id);
        let stopped = self.cycles[..=self.at]
            .iter()
            .find(|(cycle, _)| Some(cycle.slot) > last);
        stopped.map_or(self.judged().slot, |(cycle, _)| cycle.slot)
    }
}

fn counts((cycle, judged): &(Cycle, JudgedCycle)) -> Counts {
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
        in_service: judged.rides.iter().filter(|ride| ride.in_service).count(),
    }
}

fn ride((cycle, judged): &(Cycle, JudgedCycle), ride_id: u32) -> Option<(&Entry, &JudgedRide)> {
    let mut pairs = cycle.entries.iter().zip(&judged.rides);
    pairs.find(|(entry, _)| entry.ride_id == ride_id)
}

/// What the feed said of a ride, in short.
pub fn said(reading: &Reading) -> String {
    let flag = match (reading.status, reading.is_open) {
        (Some(status), _) => status.word(),
        (None, Some(true)) => "open",
        (None, Some(false)) => "not open",
        (None, None) => "neither open nor closed",
    };
    let wait = match reading.wait_minutes {
        Some(wait) => format!("wait {wait}"),
        None => "no wait".to_owned(),
    };
    let age = match reading.age_minutes {
        Some(age) => format!("{age} minutes old"),
        None => "no time of its own".to_owned(),
    };
    let fresh = if reading.is_fresh() {
        "fresh"
    } else {
        "not fresh"
    };
    format!("{flag}, {wait}, {age}: {fresh}")
}

fn clock(at: Instant) -> String {
    at.format("%H:%MZ").to_string()
}
