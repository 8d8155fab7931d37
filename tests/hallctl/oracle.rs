//! What the rows must be: the rules of the numbers once more, plainly and in memory, for parks without a schedule.

use crate::oracle_sums::{Levels, raw_rows};
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, BTreeSet};

pub type Time = DateTime<Utc>;

/// What a poll says of one ride, where it makes sense.
#[derive(Clone, Debug)]
pub struct Said {
    pub ride: u32,
    pub open: Option<bool>,
    pub wait: Option<u32>,
    pub age_seconds: Option<i64>,
}

/// A ride as the house knows it; one that no number counts is inactive or no attraction.
#[derive(Clone, Debug)]
pub struct Ride {
    pub park: u32,
    pub weight: u32,
    pub counts: bool,
}

/// What must become of a poll.
#[derive(Debug, PartialEq, Eq)]
pub enum Fate {
    Stored,
    Taken,
    Empty,
}

/// All that was stored, poll by poll in the order of arrival.
#[derive(Default)]
pub struct Oracle {
    pub rides: BTreeMap<u32, Ride>,
    heard: BTreeMap<u32, BTreeMap<Time, Heard>>,
}

/// One cycle as stored: its minutes, and its rides with their weights.
struct Heard {
    interval: u32,
    rides: Vec<(u32, Said)>,
}

/// One cycle as judged.
pub struct Cycle {
    pub slot: Time,
    pub interval: u32,
    pub state: &'static str,
    pub spell: Option<Time>,
    pub rides: Vec<Judged>,
}

pub struct Judged {
    pub said: Said,
    pub weight: u32,
    pub state: &'static str,
    pub serves: bool,
    pub operated: bool,
    pub outage_began: bool,
}

impl Said {
    fn says_something(&self) -> bool {
        self.open.is_some() || self.wait.is_some()
    }

    fn is_fresh(&self) -> bool {
        self.says_something() && self.age_seconds.is_none_or(|age| age <= 30 * 60)
    }

    fn is_open(&self) -> bool {
        self.wait > Some(0) || self.open == Some(true)
    }
}

impl Oracle {
    pub fn hear(&mut self, park: u32, at: Time, interval: u32, said: &[Said]) -> Fate {
        let step = i64::from(interval) * 60;
        let slot = at.timestamp() - at.timestamp().rem_euclid(step);
        let slot = DateTime::from_timestamp(slot, 0).expect("a time");
        if said.is_empty() {
            return Fate::Empty;
        }
        let cycles = self.heard.entry(park).or_default();
        if cycles.contains_key(&slot) {
            return Fate::Taken;
        }
        let mut rides: Vec<(u32, Said)> = Vec::new();
        for said in said {
            let ride = self.rides.entry(said.ride).or_insert(Ride {
                park,
                weight: 2,
                counts: true,
            });
            let is_listed = rides.iter().any(|(_, other)| other.ride == said.ride);
            if ride.park == park && ride.counts && !is_listed {
                rides.push((ride.weight, said.clone()));
            }
        }
        if rides.is_empty() {
            return Fate::Empty;
        }
        cycles.insert(slot, Heard { interval, rides });
        Fate::Stored
    }

    /// The rows of every table, by its name, sorted, once every level is filled at `now`.
    pub fn rows(&self, now: Time) -> BTreeMap<&'static str, Vec<String>> {
        let mut rows = BTreeMap::new();
        let mut sums = Levels::of(self, now);
        for (park, heard) in &self.heard {
            for cycle in judge(heard, now) {
                raw_rows(&mut rows, *park, &cycle);
                sums.add(*park, &cycle);
            }
        }
        sums.rows(&mut rows);
        for rows in rows.values_mut() {
            rows.sort_unstable();
        }
        rows
    }

    /// Every park that was heard of, and when first.
    pub fn first_slots(&self) -> impl Iterator<Item = (u32, Time)> {
        self.heard
            .iter()
            .filter_map(|(park, cycles)| Some((*park, *cycles.keys().next()?)))
    }
}

/// Judges a park's whole history.
fn judge(heard: &BTreeMap<Time, Heard>, now: Time) -> Vec<Cycle> {
    let mut cycles: Vec<Cycle> = Vec::new();
    // Index of the spell's first cycle, and since when it is in doubt.
    let mut spell: Option<(usize, Option<Time>)> = None;
    let mut last_ran: BTreeMap<u32, Time> = BTreeMap::new();
    let is_silent = |cycles: &[Cycle], at: Time| {
        let last = cycles.last();
        last.is_some_and(|last| at - last.slot > Duration::minutes(180))
    };
    for (&slot, cycle) in heard {
        let is_old = |(from, _): &(usize, _)| slot - cycles[*from].slot > Duration::days(7);
        if is_silent(&cycles, slot) || spell.as_ref().is_some_and(is_old) {
            end(&mut cycles, spell.take());
        }
        let ran_lately = |ride: u32| {
            let last = last_ran.get(&ride);
            last.is_some_and(|last| slot - *last <= Duration::days(7))
        };
        let serves = |said: &Said| said.is_fresh() && (said.is_open() || ran_lately(said.ride));
        let count = |which: &dyn Fn(&Said) -> bool| {
            let rides = cycle.rides.iter();
            rides.filter(|(_, said)| which(said)).count()
        };
        let (listed, fresh) = (cycle.rides.len(), count(&Said::is_fresh));
        let open = count(&|said| said.is_fresh() && said.is_open());
        let serving = count(&serves);
        let is_half_open = 2 * open >= serving;
        let mut state = "closed";
        if 2 * fresh < listed {
            state = "blind";
        } else if let Some((from, doubt)) = spell {
            let is_over = doubt.is_some_and(|since| {
                10 * open <= serving || slot - since >= Duration::minutes(180)
            });
            if is_half_open {
                state = "open";
                for cycle in &mut cycles[from..] {
                    if cycle.state == "doubt" {
                        cycle.state = "open";
                    }
                }
                spell = Some((from, None));
            } else if is_over {
                end(&mut cycles, spell.take());
            } else {
                state = "doubt";
                spell = Some((from, doubt.or(Some(slot))));
            }
        } else if open > 0 && is_half_open && open >= listed.min(3) {
            state = "open";
            spell = Some((cycles.len(), None));
        }
        let begin = spell.map(|(from, _)| cycles.get(from).map_or(slot, |first| first.slot));
        let rides = cycle.rides.iter().map(|(weight, said)| {
            let ran_in_spell =
                last_ran.get(&said.ride).copied() >= begin && last_ran.contains_key(&said.ride);
            let ride_state = match state {
                "blind" => "unknown",
                "closed" => "closed",
                _ if !said.is_fresh() => "unknown",
                _ if said.is_open() => "operating",
                _ if ran_in_spell && serves(said) => "down",
                _ => "closed",
            };
            let before = spell.map_or(&[][..], |(from, _)| &cycles[from..]);
            Judged {
                said: said.clone(),
                weight: *weight,
                state: ride_state,
                serves: serves(said),
                operated: ["open", "doubt"].contains(&state) && said.is_fresh() && said.is_open(),
                outage_began: ride_state == "down" && last_known(before, said.ride) != "down",
            }
        });
        let rides: Vec<Judged> = rides.collect();
        for ride in rides.iter().filter(|ride| ride.operated) {
            last_ran.insert(ride.said.ride, slot);
        }
        cycles.push(Cycle {
            slot,
            interval: cycle.interval,
            state,
            spell: begin,
            rides,
        });
    }
    if is_silent(&cycles, now) {
        end(&mut cycles, spell.take());
    }
    // Nobody knows yet whether rides that stand in doubt are closed or down.
    for cycle in cycles.iter_mut().filter(|cycle| cycle.state == "doubt") {
        for ride in &mut cycle.rides {
            if ["down", "closed"].contains(&ride.state) {
                (ride.state, ride.outage_began) = ("unknown", false);
            }
        }
    }
    cycles
}

/// What was last known of a ride in these cycles.
fn last_known(cycles: &[Cycle], ride: u32) -> &'static str {
    let rides = cycles.iter().rev().flat_map(|cycle| &cycle.rides);
    rides
        .filter(|other| other.said.ride == ride && other.state != "unknown")
        .map(|other| other.state)
        .next()
        .unwrap_or("unknown")
}

/// The spell is over: what was in doubt was closed, and so were rides that stopped in its last quarter, or hour.
fn end(cycles: &mut [Cycle], spell: Option<(usize, Option<Time>)>) {
    let Some((from, _)) = spell else { return };
    let spell = &mut cycles[from..];
    for cycle in spell.iter_mut().filter(|cycle| cycle.state == "doubt") {
        cycle.state = "closed";
        for ride in &mut cycle.rides {
            (ride.state, ride.outage_began) = ("closed", false);
        }
    }
    let last = spell.iter().rposition(|cycle| cycle.state == "open");
    let spell = &mut spell[..=last.expect("a spell begins open")];
    let (begin, end) = (spell[0].slot, spell[spell.len() - 1].slot);
    let rides: BTreeSet<u32> = spell
        .iter()
        .flat_map(|cycle| cycle.rides.iter().map(|ride| ride.said.ride))
        .collect();
    for number in rides {
        let down_at = |cycle: &Cycle| {
            let mut rides = cycle.rides.iter();
            rides.any(|ride| ride.said.ride == number && ride.state == "down")
        };
        let run = spell
            .iter()
            .rev()
            .take_while(|cycle| down_at(cycle))
            .count();
        let run = spell.len() - run..;
        let Some(first) = spell[run.clone()].first() else {
            continue;
        };
        let down_for = end - first.slot;
        if down_for <= Duration::minutes(60)
            || 4 * down_for.num_seconds() <= (end - begin).num_seconds()
        {
            for ride in spell[run].iter_mut().flat_map(|cycle| &mut cycle.rides) {
                if ride.said.ride == number {
                    (ride.state, ride.outage_began) = ("closed", false);
                }
            }
        }
    }
}
