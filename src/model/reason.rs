//! Why a stored cycle was judged as it was, in sentences. Nothing is decided here: each names the rule that fits what
//! was decided.

use super::Instant;
use super::count::{agree, count};
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
        let counts = counts(&self.cycles[self.at]);
        match self.frozen_since() {
            None => counts,
            Some(_) => Counts {
                fresh: 0,
                open: 0,
                ..counts
            },
        }
    }

    /// Since when nothing its feed says has changed, where that made the park blind: then nothing of it is fresh.
    pub fn frozen_since(&self) -> Option<Instant> {
        let quiet = self.cycles[self.at].0.quiet_minutes?;
        self.is_blind_of_fresh_rides()
            .then(|| self.judged().slot - Duration::minutes(quiet.into()))
    }

    fn is_blind_of_fresh_rides(&self) -> bool {
        let Counts { listed, fresh, .. } = counts(&self.cycles[self.at]);
        self.judged().state == ParkState::Blind && 2 * fresh >= listed
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
        let is = |number| agree(number, "is", "are");
        let mut reasons = vec![format!(
            "{} {} listed, {fresh} of them fresh: O = {open} {} reported open, S = {in_service} {} in service",
            count(listed, "ride"),
            is(listed),
            is(open),
            is(in_service)
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
            open, in_service, ..
        } = counts;
        let judged = self.judged();
        let half = in_service.div_ceil(2);
        let clock = |at| self.clock(at);
        let start = judged.spell_start.map(clock).unwrap_or_default();
        let patience = PATIENCE.num_minutes();
        let cycle = &self.cycles[self.at].0;
        match judged.state {
            ParkState::Blind if self.frozen_since().is_some() => format!(
                "nothing its feed says has changed for {} minutes{}: the feed has frozen, and the park is blind",
                cycle.quiet_minutes.unwrap_or_default(),
                match judged.spell_start {
                    Some(_) => " while it was open",
                    None => ", so what looks like an opening is old",
                }
            ),
            ParkState::Blind if self.is_blind_of_fresh_rides() => NO_RULE.to_owned(),
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
                "no spell was under way, and O is at least half of S and at least 3 or all that are listed: a spell begins here".to_owned()
            }
            ParkState::Open if open >= half => {
                format!("O is at least half of S, which is {half}: open, in the spell that began at {start}")
            }
            ParkState::Open => format!(
                "O is below half of S, which is {half}; this was in doubt until {}: the park was open, in the spell that began at {start}",
                self.dispelled()
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
            ParkState::Closed if self.ended_here() && 10 * open <= in_service => {
                "O is at most a tenth of S: the spell has ended, and the park is closed".to_owned()
            }
            ParkState::Closed if self.ended_here() => format!(
                "O has been below half of S, which is {half}, for {patience} minutes: the spell has ended, and the park is closed"
            ),
            ParkState::Closed => {
                "no spell was under way, and O is below half of S or below 3 and below all that are listed: no spell begins".to_owned()
            }
        }
    }

    /// Why a ride was in the state it was in; `None` where the cycle does not list it.
    pub fn of_ride(&self, ride_id: u32) -> Option<Vec<String>> {
        let (entry, ride) = ride(&self.cycles[self.at], ride_id)?;
        let mut said = format!("the feed said: {}", self.said(&entry.reading));
        if self.frozen_since().is_none() {
            said += &format!(" (at most {FRESH_MINUTES} minutes are)");
        }
        let mut reasons = vec![said];
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
                    self.clock(at)
                ),
                (true, false, None) => format!("it operated within {days} days: in service"),
                (false, _, _) if !entry.reading.is_fresh() => {
                    "what is not fresh is not in service".to_owned()
                }
                (false, _, _) if self.frozen_since().is_some() => {
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
        let status = entry.reading.status;
        match (park, state) {
            (ParkState::Blind, RideState::Unknown) => "its park is blind: unknown".to_owned(),
            (ParkState::Closed, RideState::Closed) => "its park is closed, and so is it".to_owned(),
            (ParkState::Blind | ParkState::Closed, _) => NO_RULE.to_owned(),
            (_, RideState::Unknown) if !is_fresh => {
                "what is not fresh says nothing of now: unknown".to_owned()
            }
            _ if !is_fresh => NO_RULE.to_owned(),
            (ParkState::Open, RideState::Unknown) => NO_RULE.to_owned(),
            (_, RideState::Unknown) => {
                "while its park is in doubt nobody knows whether it has stopped or closed: unknown"
                    .to_owned()
            }
            (_, RideState::Refurbishment) if status != Some(Status::Refurbishment) => {
                NO_RULE.to_owned()
            }
            (_, RideState::Refurbishment) => {
                "its feed says REFURBISHMENT: refurbishment".to_owned()
            }
            (_, RideState::Operating) if !is_open => NO_RULE.to_owned(),
            (_, RideState::Down | RideState::Closed) if is_open => NO_RULE.to_owned(),
            (_, RideState::Down) if !ride.in_service => NO_RULE.to_owned(),
            (_, RideState::Down) if ride.is_stated && status != Some(Status::Down) => {
                NO_RULE.to_owned()
            }
            (_, RideState::Operating) => {
                "reported open while its park is open: operating".to_owned()
            }
            (_, RideState::Down) if ride.is_stated => {
                "its feed tells down from closed and says DOWN, and it is in service: down"
                    .to_owned()
            }
            (_, RideState::Down) if self.last_operated_in_spell(ride.ride_id).is_none() => {
                NO_RULE.to_owned()
            }
            (_, RideState::Down) => format!(
                "it operated earlier in this spell and has stopped, since {}: down",
                self.clock(self.run_of_stop(ride.ride_id))
            ),
            (_, RideState::Closed) if ride.is_stated => match status {
                Some(Status::Down) if ride.in_service => NO_RULE.to_owned(),
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
                self.clock(self.run_of_stop(ride.ride_id)),
                self.last_open()
                    .map(|at| self.clock(at))
                    .unwrap_or_default(),
                CLOSING.num_minutes()
            ),
        }
    }

    /// What ended a doubt: the first cycle after this one that was open beyond it.
    fn dispelled(&self) -> String {
        let later = self.cycles[self.at + 1..].iter();
        for cycle in later.filter(|(_, judged)| judged.state == ParkState::Open) {
            let (at, counts) = (self.clock(cycle.0.slot), counts(cycle));
            if cycle.0.scheduled_open == Some(true) {
                return format!("its schedule said open at {at}");
            }
            if counts.open >= counts.in_service.div_ceil(2) {
                return format!("rides came back at {at}");
            }
        }
        "rides came back".to_owned()
    }

    fn doubt_since(&self) -> Instant {
        let before = self.cycles[..=self.at].iter().rev();
        // A blind cycle neither ends a doubt nor begins one.
        let doubtful = before
            .take_while(|(_, judged)| matches!(judged.state, ParkState::Doubt | ParkState::Blind))
            .filter(|(_, judged)| judged.state == ParkState::Doubt);
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

    /// The first cycle of the ride's present stop: one that says so, for a stale one does not.
    fn run_of_stop(&self, ride_id: u32) -> Instant {
        let last = self.last_operated(ride_id);
        let says_so = |cycle: &&(Cycle, JudgedCycle)| {
            ride(cycle, ride_id).is_some_and(|(entry, _)| entry.reading.is_fresh())
        };
        let stopped = self.cycles[..=self.at]
            .iter()
            .find(|cycle| Some(cycle.0.slot) > last && says_so(cycle));
        stopped.map_or(self.judged().slot, |(cycle, _)| cycle.slot)
    }
}

impl Moment<'_> {
    /// What the feed said of a ride, in short.
    pub fn said(&self, reading: &Reading) -> String {
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
            Some(age) => format!("{} old", count(age, "minute")),
            None => "no time of its own".to_owned(),
        };
        let fresh = match (self.frozen_since(), reading.is_fresh()) {
            (Some(since), _) => format!("frozen since {}", self.clock(since)),
            (None, true) => "fresh".to_owned(),
            (None, false) => "not fresh".to_owned(),
        };
        format!("{flag}, {wait}, {age}: {fresh}")
    }

    /// The time of day, with its date where that is not plain.
    fn clock(&self, at: Instant) -> String {
        match (at - self.judged().slot).abs() < Duration::hours(24) {
            true => at.format("%H:%MZ").to_string(),
            false => stamp(at),
        }
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
