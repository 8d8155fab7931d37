//! What the rows must be: the rules of the numbers once more, plainly and in memory.

use crate::oracle_hours::Calendar;
use crate::oracle_sums::{Levels, raw_rows};
use crate::visit::Decision;
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, BTreeSet};

pub type Time = DateTime<Utc>;

/// What a poll says of one ride, where it makes sense.
#[derive(Clone, Debug)]
pub struct Said {
    pub ride: u32,
    pub open: Option<bool>,
    pub status: Option<&'static str>,
    pub wait: Option<u32>,
    pub age_seconds: Option<i64>,
}

/// A park as the house knows it.
pub struct Park {
    /// Whether a status tells a ride that broke down from one that is closed.
    pub reports_down: bool,
    pub calendar: Calendar,
}

/// A ride as the house knows it.
#[derive(Clone, Debug)]
pub struct Ride {
    pub park: u32,
    pub weight: u32,
    pub is_active: bool,
    pub is_attraction: bool,
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
    pub parks: BTreeMap<u32, Park>,
    pub rides: BTreeMap<u32, Ride>,
    heard: BTreeMap<u32, BTreeMap<Time, Heard>>,
}

/// One cycle as stored: its minutes, and its rides with their weights.
struct Heard {
    interval: u32,
    /// Whether the park had announced to be open.
    announced: Option<bool>,
    /// For how many minutes, the last one begun, nothing had changed.
    quiet: Option<i64>,
    rides: Vec<(u32, Said)>,
}

/// One cycle as judged.
pub struct Cycle {
    pub slot: Time,
    pub interval: u32,
    pub announced: Option<bool>,
    pub quiet: Option<i64>,
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
    /// Whether its status tells down from closed.
    is_told: bool,
}

impl Ride {
    fn counts(&self) -> bool {
        self.is_active && self.is_attraction
    }
}

impl Said {
    fn says_something(&self) -> bool {
        self.open.is_some() || self.status.is_some() || self.wait.is_some()
    }

    fn is_fresh(&self) -> bool {
        self.says_something() && self.age_seconds.is_none_or(|age| age <= 30 * 60)
    }

    fn is_open(&self) -> bool {
        match self.status {
            Some(status) => status == "OPERATING",
            None => self.wait > Some(0) || self.open == Some(true),
        }
    }
}

impl Oracle {
    /// A poll of a park; `changed` is when anything it says had last changed, where the feed tells.
    pub fn hear(
        &mut self,
        park: u32,
        at: Time,
        interval: u32,
        said: &[Said],
        changed: Option<Time>,
    ) -> Fate {
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
                is_active: true,
                is_attraction: true,
            });
            let is_listed = rides.iter().any(|(_, other)| other.ride == said.ride);
            if ride.park == park && ride.counts() && !is_listed {
                rides.push((ride.weight, said.clone()));
            }
        }
        if rides.is_empty() {
            return Fate::Empty;
        }
        let quiet = changed.map(|changed| ((at - changed).num_seconds().max(0) + 59) / 60);
        let cycle = Heard {
            interval,
            announced: self.parks[&park].calendar.says(slot),
            quiet: quiet.map(|minutes| minutes.min(65_535)),
            rides,
        };
        cycles.insert(slot, cycle);
        Fate::Stored
    }

    /// A park is asked for its hours, if it is time to.
    pub fn announce(&mut self, park: u32, now: Time, open: &[(Time, Time)]) {
        let calendar = &mut self.parks.get_mut(&park).expect("a known park").calendar;
        if calendar.is_due(now) {
            calendar.read(now, open);
        }
    }

    /// A person changes his mind about a ride, which is of no account for what was heard before.
    pub fn decide(&mut self, ride: u32, decision: Decision) {
        let ride = self.rides.get_mut(&ride).expect("a known ride");
        match decision {
            Decision::Tier(tier) => ride.weight = tier.map_or(2, |tier| 4 - u32::from(tier)),
            Decision::Category(word) => ride.is_attraction = word == "ATTRACTION",
            Decision::Active(is_active) => ride.is_active = is_active,
        }
    }

    /// The rows of every table, by its name, sorted, once every level is filled at `now`.
    pub fn rows(&self, now: Time) -> BTreeMap<&'static str, Vec<String>> {
        let mut rows = BTreeMap::new();
        let mut sums = Levels::of(self, now);
        for (park, heard) in &self.heard {
            for cycle in judge(heard, self.parks[park].reports_down, now) {
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
fn judge(heard: &BTreeMap<Time, Heard>, reports_down: bool, now: Time) -> Vec<Cycle> {
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
        if is_silent(&cycles, slot) {
            end(&mut cycles, spell.take());
        } else if spell.as_ref().is_some_and(is_old) {
            // A park that is open when its week is over did not close.
            let ended = spell.take();
            if cycles.last().is_some_and(|last| last.state != "open") {
                end(&mut cycles, ended);
            }
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
        let seems_open = match spell {
            Some(_) => is_half_open,
            None => open > 0 && is_half_open && open >= listed.min(3),
        };
        // A park that has only just opened may well have been quiet; one that merely seems to open may not.
        let must_have_changed = match spell {
            _ if cycle.announced == Some(false) => false,
            Some((from, _)) => slot - cycles[from].slot >= Duration::hours(1),
            None => cycle.announced.is_none() && seems_open,
        };
        let is_frozen = must_have_changed && cycle.quiet > Some(60);
        let mut state = "closed";
        if cycle.announced == Some(false) {
            end(&mut cycles, spell.take());
        } else if is_frozen || 2 * fresh < listed {
            state = "blind";
        } else if cycle.announced == Some(true) || seems_open {
            state = "open";
            let from = spell.map_or(cycles.len(), |(from, _)| from);
            for cycle in cycles[from..]
                .iter_mut()
                .filter(|cycle| cycle.state == "doubt")
            {
                cycle.state = "open";
            }
            spell = Some((from, None));
        } else if let Some((from, doubt)) = spell {
            let is_over = doubt.is_some_and(|since| {
                10 * open <= serving || slot - since >= Duration::minutes(180)
            });
            if is_over {
                end(&mut cycles, spell.take());
            } else {
                state = "doubt";
                spell = Some((from, doubt.or(Some(slot))));
            }
        }
        let begin = spell.map(|(from, _)| cycles.get(from).map_or(slot, |first| first.slot));
        let rides = cycle.rides.iter().map(|(weight, said)| {
            let ran_in_spell =
                last_ran.get(&said.ride).copied() >= begin && last_ran.contains_key(&said.ride);
            let is_told = reports_down && said.status.is_some();
            let serves = !is_frozen && serves(said);
            let has_stopped = if is_told {
                said.status == Some("DOWN")
            } else {
                ran_in_spell
            };
            let ride_state = match state {
                "blind" => "unknown",
                "closed" => "closed",
                _ if !said.is_fresh() => "unknown",
                _ if said.status == Some("REFURBISHMENT") => "refurbishment",
                _ if said.is_open() => "operating",
                _ if has_stopped && serves => "down",
                _ => "closed",
            };
            let before = spell.map_or(&[][..], |(from, _)| &cycles[from..]);
            Judged {
                said: said.clone(),
                weight: *weight,
                state: ride_state,
                serves,
                is_told,
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
            announced: cycle.announced,
            quiet: cycle.quiet,
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
            rides.any(|ride| ride.said.ride == number && ride.state == "down" && !ride.is_told)
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
