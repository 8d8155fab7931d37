//! Made-up parks: days with storms, outages, silence and a feed that errs, told in polls that arrive in any order.

use crate::made_park::{Made, pick};
use crate::made_wiki::park_id;
use crate::oracle::{Said, Time};
use crate::recording::Dice;
use crate::visit::{Decision, Visit};
use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;

/// Everything a hall is told, in the order in which it is told.
#[derive(Clone)]
pub struct Story {
    pub parks: Vec<KnownPark>,
    pub rides: Vec<KnownRide>,
    pub runs: Vec<Run>,
    /// Each with the run that brings it.
    pub polls: Vec<(usize, Poll)>,
    /// When the last hours, days and years are filled.
    pub end: Time,
}

/// A park that a person has decided about, and the feeds that know it.
#[derive(Clone, Copy, Debug)]
pub struct KnownPark {
    pub id: u32,
    pub zone: Tz,
    pub is_active: bool,
    pub reports_down: bool,
    pub queue_times: bool,
    pub wiki: bool,
}

/// A ride that a person has decided about before the feed lists it.
#[derive(Clone)]
pub struct KnownRide {
    pub id: u32,
    pub park: u32,
    pub tier: Option<u8>,
    pub category: &'static str,
    pub is_active: bool,
}

/// Decisions, a visit, one `hallctl collect --recorded`, and what is filled after it.
#[derive(Clone)]
pub struct Run {
    pub decisions: Vec<(u32, Decision)>,
    pub visit: Option<Visit>,
    pub clock: Time,
    pub interval: u32,
    pub fills: &'static [&'static str],
}

#[derive(Clone)]
pub struct Poll {
    pub park: u32,
    pub at: Time,
    pub is_wiki: bool,
    pub entries: Vec<Entry>,
}

/// One entry of a body, and what it says; nothing where it is a line for single riders.
#[derive(Clone)]
pub struct Entry {
    pub said: Option<Said>,
    pub json: Value,
    pub in_land: bool,
    /// When it last changed, where the feed tells.
    pub changed: Option<Time>,
}

/// How long a story is and in what pieces it arrives.
#[derive(Clone, Copy, Debug)]
pub struct Length {
    pub parks: usize,
    pub days: usize,
    pub minutes: &'static [i64],
    pub runs: usize,
}

/// Days on which something turns: clocks, years, a leap day; and one on which nothing does.
const SEASONS: [(i32, u32, u32); 6] = [
    (2026, 3, 8),
    (2025, 11, 2),
    (2026, 1, 1),
    (2024, 2, 29),
    (2026, 3, 29),
    (2026, 7, 4),
];

const ZONES: [Tz; 6] = [
    chrono_tz::Asia::Tokyo,
    chrono_tz::America::New_York,
    chrono_tz::America::Los_Angeles,
    chrono_tz::Europe::Paris,
    chrono_tz::Australia::Brisbane,
    chrono_tz::Asia::Kolkata,
];

impl Poll {
    /// What it says, in the order in which it counts: lands before rides.
    pub fn said(&self) -> Vec<Said> {
        let of = |in_land| {
            self.entries
                .iter()
                .filter(move |entry| entry.in_land == in_land)
        };
        let said = of(true).chain(of(false));
        said.filter_map(|entry| entry.said.clone()).collect()
    }

    /// When anything it says had last changed; a clock that is ahead knows no more than we do.
    pub fn changed(&self) -> Option<Time> {
        let changes = self.entries.iter().filter_map(|entry| entry.changed);
        changes.map(|at| at.min(self.at)).max()
    }

    /// The body of an answer.
    pub fn body(&self) -> Value {
        if self.is_wiki {
            let entries: Vec<&Value> = self.entries.iter().map(|entry| &entry.json).collect();
            return json!({"id": park_id(self.park), "liveData": entries});
        }
        let of = |in_land| -> Vec<&Value> {
            let entries = self.entries.iter().filter(|entry| entry.in_land == in_land);
            entries.map(|entry| &entry.json).collect()
        };
        let lands = json!([{"id": 1, "name": "Land", "rides": of(true)}]);
        json!({"lands": lands, "rides": of(false)})
    }

    pub fn line(&self) -> String {
        let body = self.body();
        match self.is_wiki {
            true => json!({"polled_at": self.at, "entity_id": park_id(self.park), "body": body}),
            false => json!({"polled_at": self.at, "park_id": self.park, "body": body}),
        }
        .to_string()
    }
}

impl Story {
    /// The polls of one run, by time and park as `collect` reads them.
    pub fn polls_of(&self, run: usize) -> Vec<&Poll> {
        let polls = self.polls.iter().filter(|(number, _)| *number == run);
        let mut polls: Vec<&Poll> = polls.map(|(_, poll)| poll).collect();
        polls.sort_by_key(|poll| (poll.at, poll.is_wiki, poll.park));
        polls
    }

    /// A story from dice alone.
    pub fn of(dice: &mut Dice, length: Length) -> Story {
        let season = pick(dice, &SEASONS);
        let turn = NaiveDate::from_ymd_opt(season.0, season.1, season.2).expect("a date");
        let first = turn - Duration::days(dice.throw(length.days) as i64);
        let minutes = pick(dice, length.minutes);
        let feeds: Vec<(bool, bool)> = (0..length.parks)
            .map(|_| {
                pick(
                    dice,
                    &[(true, false), (true, false), (false, true), (true, true)],
                )
            })
            .collect();
        let parks = (64..)
            .zip(&feeds)
            .map(|(id, (queue_times, wiki))| KnownPark {
                id,
                zone: pick(dice, &ZONES),
                is_active: dice.throw(8) > 0,
                reports_down: dice.throw(2) == 0,
                queue_times: *queue_times,
                wiki: *wiki,
            });
        let parks: Vec<KnownPark> = parks.collect();
        let (mut rides, mut polls, mut storms) = (Vec::new(), Vec::new(), Vec::new());
        let mut made = Vec::new();
        for park in &parks {
            let park = Made::of(dice, *park, first, length.days, minutes);
            rides.extend(park.known(dice));
            polls.extend(park.polls(dice, &parks));
            storms.extend(park.storms.iter().copied());
            made.push(park);
        }
        // Half the stories break off in the first hours of a storm, while doubt lasts.
        let breaks_off = dice.throw(2) == 0 && !storms.is_empty();
        if breaks_off {
            let hours = Duration::minutes(minutes * (1 + dice.throw(3) as i64));
            let end = pick(dice, &storms).0 + hours;
            if polls.iter().any(|poll: &Poll| poll.at < end) {
                polls.retain(|poll| poll.at < end);
            }
        }
        // Two polls of a park never share a second, so that the first of a slot is never a matter of bytes.
        let mut seen = BTreeSet::new();
        polls.retain(|poll: &Poll| seen.insert((poll.park, poll.at)));
        polls.sort_by_key(|poll| (poll.at, poll.park));
        let mut story = Story::in_runs(dice, length.runs, minutes, parks, rides, polls);
        if breaks_off {
            story.end_at_once();
        }
        story.decide(dice);
        story.visit(dice, &made);
        story
    }

    /// Collects and fills as soon as the polls are there.
    fn end_at_once(&mut self) {
        let mut clock = self.runs[0].clock;
        for number in 0..self.runs.len() {
            let newest = self.polls_of(number).last().map(|poll| poll.at);
            clock = if number == 0 {
                newest
            } else {
                newest.max(Some(clock))
            }
            .unwrap_or(clock);
            self.runs[number].clock = clock;
        }
        self.end = clock + Duration::minutes(4);
    }

    fn in_runs(
        dice: &mut Dice,
        most: usize,
        minutes: i64,
        parks: Vec<KnownPark>,
        rides: Vec<KnownRide>,
        polls: Vec<Poll>,
    ) -> Story {
        let (count, way) = (1 + dice.throw(most), dice.throw(4));
        let mut order: Vec<usize> = (0..count).collect();
        if way > 0 {
            dice.shuffle(&mut order);
        }
        let each = polls.len().div_ceil(count).max(1);
        let into = |(number, poll): (usize, Poll)| {
            let run = match way {
                // In order, in pieces of no order, all mixed up, and in order but for a few latecomers.
                0 | 1 => order[number / each],
                2 => dice.throw(count),
                _ if dice.throw(20) == 0 => count - 1,
                _ => (number / each).min(count - 1),
            };
            (run, poll)
        };
        let polls: Vec<(usize, Poll)> = polls.into_iter().enumerate().map(into).collect();
        let mut clock = polls.iter().map(|(_, poll)| poll.at).min().expect("a poll");
        let mut runs = Vec::new();
        for number in 0..count {
            let brought = polls.iter().filter(|(run, _)| *run == number);
            let newest = brought.map(|(_, poll)| poll.at).max();
            clock = newest.unwrap_or(clock).max(clock)
                + Duration::minutes(pick(dice, &[0, 0, 5, 100, 181, 600]));
            let fills: &[&str] = match dice.throw(6) {
                0 => &["hourly", "daily", "yearly"],
                1 => &["hourly"],
                2 => &["hourly", "daily"],
                _ => &[],
            };
            let interval = match dice.throw(8) {
                0 => 5,
                1 => 10,
                _ => u32::try_from(minutes).expect("few minutes").min(60),
            };
            runs.push(Run {
                decisions: Vec::new(),
                visit: None,
                clock,
                interval,
                fills,
            });
        }
        let end = clock + Duration::minutes(pick(dice, &[0, 3, 90, 180, 181, 900, 2000]));
        Story {
            parks,
            rides,
            runs,
            polls,
            end,
        }
    }

    /// Stories with less in them, large pieces first.
    pub fn smaller(&self) -> Vec<Story> {
        let mut smaller = Vec::new();
        let mut without = |goes: &dyn Fn(usize, &Poll) -> bool| {
            let mut story = self.clone();
            let mut number = 0..;
            story
                .polls
                .retain(|(_, poll)| !goes(number.next().unwrap_or(0), poll));
            if story.polls.len() < self.polls.len() && !story.polls.is_empty() {
                smaller.push(story);
            }
        };
        let all = self.polls.len();
        for park in &self.parks {
            without(&|_, poll| poll.park != park.id);
        }
        let mut piece = all.div_ceil(2);
        while piece > 0 {
            for from in (0..all).step_by(piece) {
                without(&|number, _| (from..from + piece).contains(&number));
            }
            piece /= if all > 24 && piece <= all / 16 {
                all
            } else {
                2
            };
        }
        let listed = self.polls.iter().flat_map(|(_, poll)| poll.said());
        let rides: BTreeSet<u32> = listed.map(|said| said.ride).collect();
        for ride in rides.iter().filter(|_| rides.len() > 1) {
            let mut story = self.clone();
            for (_, poll) in &mut story.polls {
                let is_other =
                    |entry: &Entry| entry.said.as_ref().is_none_or(|said| said.ride != *ride);
                poll.entries.retain(is_other);
            }
            smaller.push(story);
        }
        for run in 0..self.runs.len() {
            let mut without = |has: bool, empty: &dyn Fn(&mut Run)| {
                let mut story = self.clone();
                empty(&mut story.runs[run]);
                smaller.extend(has.then_some(story));
            };
            let told = &self.runs[run];
            without(!told.fills.is_empty(), &|run| run.fills = &[]);
            without(!told.decisions.is_empty(), &|run| run.decisions.clear());
            without(told.visit.is_some(), &|run| run.visit = None);
        }
        smaller
    }
}

/// A story that fails is shown as what to type.
impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let polled: BTreeSet<u32> = self.polls.iter().map(|(_, poll)| poll.park).collect();
        for park in self.parks.iter().filter(|park| polled.contains(&park.id)) {
            writeln!(f, "{park:?}")?;
        }
        for ride in self.rides.iter().filter(|ride| polled.contains(&ride.park)) {
            let KnownRide {
                id,
                park,
                tier,
                category,
                is_active,
            } = ride;
            writeln!(
                f,
                "ride {id} of park {park}, tier {tier:?}, {category}, active {is_active}"
            )?;
        }
        for (number, run) in self.runs.iter().enumerate() {
            let polls = self.polls_of(number);
            for (ride, decision) in &run.decisions {
                writeln!(f, "hallctl rides set {ride} {decision}")?;
            }
            if let Some(visit) = &run.visit {
                visit.show(f, &polled)?;
            }
            if polls.is_empty() && run.fills.is_empty() {
                continue;
            }
            let (clock, interval) = (run.clock.to_rfc3339(), run.interval);
            writeln!(
                f,
                "HALLCTL_NOW={clock} hallctl collect --recorded - --interval {interval} <<'POLLS'"
            )?;
            for poll in polls {
                writeln!(f, "{}", poll.line())?;
            }
            writeln!(f, "POLLS")?;
            for level in run.fills {
                writeln!(f, "HALLCTL_NOW={clock} hallctl aggregate {level}")?;
            }
        }
        write!(
            f,
            "HALLCTL_NOW={} hallctl aggregate hourly, daily, yearly",
            self.end.to_rfc3339()
        )
    }
}
