//! The oracle's sums: hours, days and years, each straight from the judged cycles in it, as rows of text.

use crate::oracle::{Cycle, Judged, Oracle, Time};
use chrono::{Datelike, Duration, DurationRound, NaiveDate};
use chrono_tz::America::Los_Angeles;
use std::collections::BTreeMap;

/// The states of a ride in the order of the columns that count them.
const STATES: [&str; 5] = ["operating", "down", "closed", "refurbishment", "unknown"];

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
pub struct Levels {
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
    /// Every park has a row in every period from the hour of its first snapshot on, polled then or not.
    pub fn of(oracle: &Oracle, now: Time) -> Levels {
        let complete_until = hour(now - Duration::minutes(2));
        let mut levels = Levels {
            complete_until,
            parks: BTreeMap::new(),
            rides: BTreeMap::new(),
        };
        for (park, first) in oracle.first_slots() {
            let mut at = hour(first);
            while at < complete_until {
                for period in levels.periods(at) {
                    levels.parks.entry((period, park)).or_default();
                }
                at += Duration::hours(1);
            }
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

    pub fn add(&mut self, park: u32, cycle: &Cycle) {
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

    pub fn rows(&self, rows: &mut BTreeMap<&'static str, Vec<String>>) {
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

pub fn raw_rows(rows: &mut BTreeMap<&'static str, Vec<String>>, park: u32, cycle: &Cycle) {
    let (slot, interval, state) = (stamp(&cycle.slot), cycle.interval, cycle.state);
    let spell = or_null(cycle.spell.as_ref().map(stamp));
    let counts = STATES.map(|state| cycle.count(state).to_string()).join(" ");
    let waits: Vec<u64> = cycle.waits().collect();
    let score = or_null(cycle.is_open().then(|| decimal(cycle.score(), 6)));
    rows.entry("park_snapshots").or_default().push(format!(
        "{slot} {park} {state} {interval} {} {} {spell} {} {counts} {} {} {} {} {} {score}",
        or_null(cycle.announced.map(u8::from)),
        or_null(cycle.quiet),
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
            "{slot} {} {park} {} {} {} {} {} {interval} {} {} {} {} {}",
            ride.said.ride,
            or_null(ride.said.open.map(bit)),
            or_null(ride.said.status),
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
