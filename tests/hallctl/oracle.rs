//! What the rows must be: the rules of the numbers once more, plainly and in memory, for parks without a schedule.

use chrono::{DateTime, Datelike, Duration, DurationRound, NaiveDate, Utc};
use chrono_tz::America::Los_Angeles;
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
    /// Parks by id, and whether they are active.
    pub parks: BTreeMap<u32, bool>,
    pub rides: BTreeMap<u32, Ride>,
    heard: BTreeMap<u32, BTreeMap<Time, Heard>>,
}

/// One cycle as stored: its minutes, and its rides with their weights.
struct Heard {
    interval: u32,
    rides: Vec<(u32, Said)>,
}

/// One cycle as judged.
struct Cycle {
    slot: Time,
    interval: u32,
    state: &'static str,
    spell: Option<Time>,
    rides: Vec<Judged>,
}

struct Judged {
    said: Said,
    weight: u32,
    state: &'static str,
    serves: bool,
    operated: bool,
    outage_began: bool,
}

const STATES: [&str; 5] = ["operating", "down", "closed", "refurbishment", "unknown"];

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

    fn first_slot(&self) -> Option<Time> {
        self.heard
            .values()
            .filter_map(|cycles| cycles.keys().next().copied())
            .min()
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
        if is_silent(&cycles, slot) {
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

/// Sums of one park or ride over any span.
#[derive(Clone, Default)]
struct Sums {
    samples: u64,
    open: u64,
    /// Minutes times millionths.
    score: u64,
    outages: u64,
    weighted_down: u64,
    waits: Vec<u64>,
    minutes: [u64; 5],
    operated: Vec<Time>,
}

impl Cycle {
    /// Ten times the share of weight in service that is down, in millionths, halves up.
    fn score(&self) -> u64 {
        let (down, all) = (self.weight_down(), self.weight_in_service());
        if all == 0 {
            0
        } else {
            (20_000_000 * down + all) / (2 * all)
        }
    }

    fn weight_down(&self) -> u64 {
        self.weight(|ride| ride.state == "down")
    }

    fn weight_in_service(&self) -> u64 {
        self.weight(|ride| ride.serves)
    }

    fn weight(&self, which: impl Fn(&Judged) -> bool) -> u64 {
        let rides = self
            .rides
            .iter()
            .filter(|ride| self.is_open() && which(ride));
        rides.map(|ride| u64::from(ride.weight)).sum()
    }

    fn is_open(&self) -> bool {
        self.state == "open"
    }

    fn waits(&self) -> impl Iterator<Item = u64> {
        let running = self.rides.iter().filter(|ride| ride.state == "operating");
        running
            .filter_map(|ride| ride.said.wait)
            .filter(|wait| *wait > 0)
            .map(u64::from)
    }

    fn count(&self, state: &str) -> u64 {
        self.rides.iter().filter(|ride| ride.state == state).count() as u64
    }
}

impl Sums {
    fn add_park(&mut self, cycle: &Cycle) {
        let minutes = u64::from(cycle.interval);
        self.samples += 1;
        if cycle.is_open() {
            self.open += minutes;
            self.score += minutes * cycle.score();
        }
        self.weighted_down += minutes * cycle.weight_down();
        self.waits.extend(cycle.waits());
        for (sum, state) in self.minutes.iter_mut().zip(STATES) {
            *sum += minutes * cycle.count(state);
        }
        if cycle.count("operating") > 0 {
            self.operated.push(cycle.slot);
        }
    }

    fn add_ride(&mut self, cycle: &Cycle, ride: &Judged) {
        let minutes = u64::from(cycle.interval);
        self.samples += 1;
        self.open += if cycle.is_open() { minutes } else { 0 };
        self.outages += u64::from(ride.outage_began);
        for (sum, state) in self.minutes.iter_mut().zip(STATES) {
            *sum += if ride.state == state { minutes } else { 0 };
        }
        match ride.state {
            "operating" => {
                self.waits
                    .extend(ride.said.wait.filter(|wait| *wait > 0).map(u64::from));
                self.operated.push(cycle.slot);
            }
            "down" => self.weighted_down += minutes * u64::from(ride.weight),
            _ => {}
        }
    }

    /// The columns after the ids; a park has a score where a ride has outages.
    fn columns(&self, is_park: bool, is_complete: bool) -> String {
        let (sum, number) = (self.waits.iter().sum::<u64>(), self.waits.len() as u64);
        let mut columns = vec![self.samples.to_string(), self.open.to_string()];
        columns.push(if is_park {
            decimal(self.score, 6)
        } else {
            self.outages.to_string()
        });
        columns.extend([self.weighted_down, sum, number].map(|value| value.to_string()));
        columns.push(or_null(self.waits.iter().max()));
        columns.extend(self.minutes.map(|minutes| minutes.to_string()));
        columns.push(or_null(self.operated.iter().min().map(stamp)));
        columns.push(or_null(self.operated.iter().max().map(stamp)));
        columns.push(u8::from(is_complete).to_string());
        columns.push(mean(sum * 10_000, number, 4));
        if is_park {
            columns.push(mean(self.score, self.open, 6));
        }
        columns.join(" ")
    }
}

/// Hours, days and years that are over, with their parks and rides. Days and years are summed from cycles, not from hours.
struct Levels {
    complete_until: Time,
    parks: BTreeMap<(Period, u32), Sums>,
    rides: BTreeMap<(Period, u32, u32), Sums>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Period {
    Hour(Time),
    Day(NaiveDate),
    Year(i32),
}

impl Levels {
    /// Every active park has a row in every period since the first snapshot.
    fn of(oracle: &Oracle, now: Time) -> Levels {
        let complete_until = hour(now - Duration::minutes(2));
        let mut levels = Levels {
            complete_until,
            parks: BTreeMap::new(),
            rides: BTreeMap::new(),
        };
        let mut at = oracle.first_slot().map_or(complete_until, hour);
        while at < complete_until {
            for period in levels.periods(at) {
                for (park, _) in oracle.parks.iter().filter(|(_, is_active)| **is_active) {
                    levels.parks.entry((period, *park)).or_default();
                }
            }
            at += Duration::hours(1);
        }
        levels
    }

    /// The complete hour, day and running year that an instant is counted in.
    fn periods(&self, at: Time) -> Vec<Period> {
        let (date, today) = (pacific(at), pacific(self.complete_until));
        let mut periods = Vec::new();
        if at < self.complete_until {
            periods.push(Period::Hour(hour(at)));
        }
        if date < today {
            periods.extend([Period::Day(date), Period::Year(date.year())]);
        }
        periods
    }

    fn add(&mut self, park: u32, cycle: &Cycle) {
        for period in self.periods(cycle.slot) {
            self.parks
                .entry((period, park))
                .or_default()
                .add_park(cycle);
            for ride in &cycle.rides {
                let key = (period, ride.said.ride, park);
                self.rides.entry(key).or_default().add_ride(cycle, ride);
            }
        }
    }

    fn rows(&self, rows: &mut BTreeMap<&'static str, Vec<String>>) {
        let is_complete = |period: &Period| match period {
            Period::Year(year) => *year < pacific(self.complete_until).year(),
            _ => true,
        };
        let name = |period: &Period| match period {
            Period::Hour(start) => stamp(start),
            Period::Day(date) => date.to_string(),
            Period::Year(year) => year.to_string(),
        };
        for ((period, park), sums) in &self.parks {
            let columns = sums.columns(true, is_complete(period));
            let table = ["park_hourly_stats", "park_daily_stats", "park_yearly_stats"];
            let rows = rows.entry(table[period.level()]).or_default();
            rows.push(format!("{} {park} {columns}", name(period)));
        }
        for ((period, ride, park), sums) in &self.rides {
            let columns = sums.columns(false, is_complete(period));
            let table = ["ride_hourly_stats", "ride_daily_stats", "ride_yearly_stats"];
            let rows = rows.entry(table[period.level()]).or_default();
            rows.push(format!("{} {ride} {park} {columns}", name(period)));
        }
    }
}

impl Period {
    fn level(self) -> usize {
        match self {
            Period::Hour(_) => 0,
            Period::Day(_) => 1,
            Period::Year(_) => 2,
        }
    }
}

fn raw_rows(rows: &mut BTreeMap<&'static str, Vec<String>>, park: u32, cycle: &Cycle) {
    let (slot, interval, state) = (stamp(&cycle.slot), cycle.interval, cycle.state);
    let spell = or_null(cycle.spell.as_ref().map(stamp));
    let counts = STATES.map(|state| cycle.count(state).to_string()).join(" ");
    let waits: Vec<u64> = cycle.waits().collect();
    let score = or_null(cycle.is_open().then(|| decimal(cycle.score(), 6)));
    rows.entry("park_snapshots").or_default().push(format!(
        "{slot} {park} {state} {interval} {spell} {} {counts} {} {} {} {} {} {score}",
        cycle.rides.len(),
        waits.iter().sum::<u64>(),
        waits.len(),
        or_null(waits.iter().max()),
        cycle.weight_down(),
        cycle.weight_in_service(),
    ));
    for ride in &cycle.rides {
        let bit = u8::from;
        let age = ride.said.age_seconds.map(|age| (age.max(0) + 59) / 60);
        rows.entry("ride_snapshots").or_default().push(format!(
            "{slot} {} {park} {} {} {} {} {interval} {} {} {} {} {}",
            ride.said.ride,
            or_null(ride.said.open.map(bit)),
            or_null(ride.said.wait),
            or_null(age),
            ride.weight,
            bit(cycle.is_open()),
            ride.state,
            bit(ride.serves),
            bit(ride.operated),
            bit(ride.outage_began),
        ));
    }
}

fn hour(at: Time) -> Time {
    at.duration_trunc(Duration::hours(1)).expect("an hour")
}

fn pacific(at: Time) -> NaiveDate {
    at.with_timezone(&Los_Angeles).date_naive()
}

fn stamp(at: &Time) -> String {
    at.format("%F %T").to_string()
}

fn or_null(value: Option<impl ToString>) -> String {
    value.map_or("NULL".to_owned(), |value| value.to_string())
}

fn decimal(value: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    format!("{}.{:02$}", value / unit, value % unit, places as usize)
}

/// The mean, halves up; of nothing there is none.
fn mean(sum: u64, number: u64, places: u32) -> String {
    or_null((number > 0).then(|| decimal((2 * sum + number) / (2 * number.max(1)), places)))
}
