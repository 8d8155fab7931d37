//! Made-up parks through the whole chain, every level held against the oracle, row by row.
//!
//! `PROPTEST_CASES=500 cargo test --test hallctl properties` tries more than the 10 of every run; a failure
//! shows its seed, which `PROPTEST_RNG_SEED` brings back, and the smallest story that still fails.

use crate::feed_server::Answer;
use crate::hall::{self, Hall};
use crate::made_wiki::park_id;
use crate::model::count::count as counted;
use crate::oracle::{Fate, Oracle, Park, Ride};
use crate::oracle_hours::Calendar;
use crate::recording::Dice;
use crate::rows;
use crate::story::{KnownPark, Length, Story};
use crate::visit::{Decision, Visit};
use crate::wiki_server::{self, Feeds, live_path};
use chrono::{NaiveDateTime, TimeDelta};
use mysql::prelude::Queryable;
use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;

const CASES: u32 = 5; // In each of two tests: together they take half a minute on a small machine.
const SHRINKING_MILLISECONDS: u32 = 90_000;

const LIVE_MINUTES: u32 = 5; // What a cycle stands for that is not recorded.

/// A park or ride by its number, which both feeds know in their own way.
const PARK: &str = "coalesce(parks.queue_times_id, cast(right(parks.wiki_id, 12) as unsigned))";
const RIDE: &str = "coalesce(rides.queue_times_id, cast(right(rides.wiki_id, 12) as unsigned))";

const RAW: [(&str, &str); 2] = [
    (
        "park_snapshots",
        "select slot, {park}, state, interval_minutes, scheduled_open, quiet_minutes, park_snapshots.spell_start, rides_listed, rides_operating, rides_down,
                rides_closed, rides_refurbishment, rides_unknown, wait_sum, wait_samples, wait_max, weight_down, weight_in_service, score
           from park_snapshots join parks using (park_id)",
    ),
    (
        "ride_snapshots",
        "select hour_start + interval minute minute, {ride}, {park}, reported_open, status, wait_minutes, age_minutes,
                weight, interval_minutes, park_is_open, state, in_service, operated, outage_began
           from ride_snapshots join rides using (ride_id) join parks on parks.park_id = ride_snapshots.park_id",
    ),
];

const PARK_COLUMNS: &str = "{park}, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum, wait_samples, wait_max,
    ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment, ride_minutes_unknown,
    first_operated_at, stats.last_operated_at, is_complete, avg_wait_minutes, avg_shame_score";
const RIDE_COLUMNS: &str = "{ride}, {park}, sample_count, open_minutes, outages, weighted_minutes_down,
    wait_sum, wait_samples, wait_max, minutes_operating, minutes_down, minutes_closed, minutes_refurbishment, minutes_unknown,
    first_operated_at, stats.last_operated_at, is_complete, avg_wait_minutes";

const LEVELS: [(&str, &str); 3] = [
    ("hourly", "hour_start"),
    ("daily", "stat_date"),
    ("yearly", "stat_year"),
];

/// Stories of a length; a smaller one is tried as long as it fails.
#[derive(Debug)]
struct Stories(Length);

struct Shrinking {
    seed: u64,
    fails: Story,
    smaller: Vec<Story>,
    tried: Option<Story>,
}

#[derive(Clone)]
struct Told {
    seed: u64,
    story: Story,
}

impl Strategy for Stories {
    type Tree = Shrinking;
    type Value = Told;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Stories> {
        let seed = any::<u64>().new_tree(runner)?.current();
        let fails = Story::of(&mut Dice(seed), self.0);
        Ok(Shrinking {
            seed,
            smaller: Vec::new(),
            fails,
            tried: None,
        })
    }
}

impl ValueTree for Shrinking {
    type Value = Told;

    fn current(&self) -> Told {
        let story = self.tried.as_ref().unwrap_or(&self.fails).clone();
        Told {
            seed: self.seed,
            story,
        }
    }

    /// The present story fails: stories smaller than it are next.
    fn simplify(&mut self) -> bool {
        if let Some(fails) = self.tried.take() {
            self.fails = fails;
        }
        self.smaller = self.fails.smaller();
        self.smaller.reverse();
        self.tried = self.smaller.pop();
        self.tried.is_some()
    }

    /// It does not fail: what is missing from it matters.
    fn complicate(&mut self) -> bool {
        self.tried = self.smaller.pop();
        self.tried.is_some()
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "seed {}, {} polls\n{}",
            self.seed,
            self.story.polls.len(),
            self.story
        )
    }
}

/// A hall that knows the parks of a story, and those of its rides that a person has decided about.
fn hall(story: &Story) -> Hall {
    let hall = Hall::new().migrated();
    let mut db = hall.db();
    for park in &story.parks {
        let queue_times = park.queue_times.then_some(park.id);
        let wiki = park.wiki.then(|| park_id(park.id));
        db.exec_drop(
            "insert into parks (queue_times_id, wiki_id, name, timezone, is_active, reports_down, created_at, updated_at)
             values (?, ?, ?, ?, ?, ?, '2020-01-01', '2020-01-01')",
            (queue_times, wiki, format!("Park {}", park.id), park.zone.name(), park.is_active, park.reports_down),
        )
        .expect("the park is known");
        let park_id = db.last_insert_id();
        for ride in story.rides.iter().filter(|ride| ride.park == park.id) {
            let queue_times = park.queue_times.then_some(ride.id);
            let wiki = park.wiki.then(|| wiki_server::ride(ride.id));
            db.exec_drop(
                "insert into rides (queue_times_id, wiki_id, park_id, name, tier, category, is_active, created_at, updated_at)
                 values (?, ?, ?, ?, ?, ?, ?, '2020-01-01', '2020-01-01')",
                (queue_times, wiki, park_id, format!("Ride {}", ride.id), ride.tier, ride.category, ride.is_active),
            )
            .expect("the ride is known");
        }
    }
    hall
}

fn oracle(story: &Story) -> Oracle {
    let mut oracle = Oracle::default();
    let park = |park: &KnownPark| Park {
        reports_down: park.reports_down,
        calendar: Calendar::of(park.zone),
    };
    oracle
        .parks
        .extend(story.parks.iter().map(|known| (known.id, park(known))));
    for ride in &story.rides {
        let known = Ride {
            park: ride.park,
            weight: ride.tier.map_or(2, |tier| 4 - u32::from(tier)),
            is_active: ride.is_active,
            is_attraction: ride.category == "ATTRACTION",
        };
        oracle.rides.insert(ride.id, known);
    }
    oracle
}

/// Tells a story to a hall and to the oracle, and compares what they make of it.
fn holds(told: &Told) -> Result<(), TestCaseError> {
    let story = &told.story;
    let mut hall = hall(story);
    let mut oracle = oracle(story);
    for (number, run) in story.runs.iter().enumerate() {
        let polls = story.polls_of(number);
        for (ride, decision) in &run.decisions {
            decide(&hall, *ride, *decision);
            oracle.decide(*ride, *decision);
        }
        if let Some(visit) = &run.visit {
            let known = pay(visit, &hall)?;
            prop_assert_eq!(hear(visit, &mut oracle), known, "parks of a visit");
        }
        hall = hall.at(&run.clock.to_rfc3339());
        if !polls.is_empty() {
            let lines: Vec<String> = polls.iter().map(|poll| poll.line()).collect();
            fs::write(hall.path("polls.jsonl"), lines.join("\n")).expect("the polls are kept");
            let fates: Vec<Fate> = polls
                .iter()
                .map(|poll| {
                    oracle.hear(
                        poll.park,
                        poll.at,
                        run.interval,
                        &poll.said(),
                        poll.changed(),
                    )
                })
                .collect();
            let of = |fate| fates.iter().filter(|other| **other == fate).count();
            let ran = hall.run(&format!(
                "collect --recorded polls.jsonl --interval {}",
                run.interval
            ));
            let summary = format!(
                "collect: {} read, {} stored, {}, {} empty,",
                counted(polls.len(), "poll"),
                of(Fate::Stored),
                counted(of(Fate::Taken), "slot collision"),
                of(Fate::Empty)
            );
            prop_assert!(ran.stdout.starts_with(&summary), "{summary}\n{ran:?}");
        }
        fill(&hall, run.fills);
    }
    let hall = hall.at(&story.end.to_rfc3339());
    fill(&hall, &["hourly", "daily", "yearly"]);
    let expected = oracle.rows(story.end);
    for (table, statement) in statements() {
        let mut found: Vec<String> = hall
            .query(&statement)
            .iter()
            .map(|row| row.join(" "))
            .collect();
        found.sort_unstable();
        let expected = expected.get(table.as_str()).map_or(&[][..], Vec::as_slice);
        if let Some(difference) = rows::difference(&found, expected, &table) {
            return Err(TestCaseError::fail(difference));
        }
    }
    Ok(())
}

fn decide(hall: &Hall, ride: u32, decision: Decision) {
    let id = hall.value(&format!("select ride_id from rides where {RIDE} = {ride}"));
    let [flag, value] = decision.words();
    hall.run_words(&["rides", "set", &id, &flag, &value])
        .succeeds();
}

/// Pays ThemeParks.wiki a visit; the result is how many parks were heard.
fn pay(visit: &Visit, hall: &Hall) -> Result<usize, TestCaseError> {
    let feeds = Feeds::start();
    feeds.set("/parks.json", Answer::json("[]"));
    let names: Vec<(String, String)> = visit
        .polls
        .iter()
        .map(|poll| (park_id(poll.park), format!("Park {}", poll.park)))
        .collect();
    let parks: Vec<(&str, &str)> = names.iter().map(|(id, name)| (&**id, &**name)).collect();
    feeds.destinations(&[("Resort", &parks)]);
    for (park, announced) in &visit.announced {
        let id = park_id(*park);
        let entries: Vec<_> = announced.iter().map(|entry| &entry.json).collect();
        feeds.children(&id, &[]);
        feeds.schedule(&id, visit.zone(*park).name(), &json!(entries));
    }
    for poll in &visit.polls {
        let body = poll.body().to_string();
        feeds.set(&live_path(&park_id(poll.park)), Answer::json(body));
    }
    let (url, ids): (_, Vec<&str>) = (&feeds.server.url, parks.iter().map(|(id, _)| *id).collect());
    let (wiki, ids) = (format!("{url}/v1"), ids.join(","));
    let words = [
        "collect",
        "--feed-url",
        url,
        "--wiki-url",
        &wiki,
        "--parks",
        &ids,
    ];
    let mut command = hall.command(&words);
    command.env("HALLCTL_NOW", visit.at.to_rfc3339());
    let ran = hall::run(command);
    let parks = ran
        .stdout
        .strip_prefix("collect: ")
        .and_then(|said| said.split(' ').next());
    let parks = parks.and_then(|parks| parks.parse().ok());
    parks.ok_or_else(|| TestCaseError::fail(format!("a visit came to nothing\n{ran:?}")))
}

/// The same for the oracle.
fn hear(visit: &Visit, oracle: &mut Oracle) -> usize {
    for (park, announced) in &visit.announced {
        let open: Vec<_> = announced.iter().filter_map(|entry| entry.open).collect();
        oracle.announce(*park, visit.at, &open);
    }
    let fates = visit.polls.iter().map(|poll| {
        oracle.hear(
            poll.park,
            poll.at,
            LIVE_MINUTES,
            &poll.said(),
            poll.changed(),
        )
    });
    fates.filter(|fate| *fate == Fate::Stored).count()
}

fn fill(hall: &Hall, levels: &[&str]) {
    for level in levels {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

/// Every table with the statement that shows it.
fn statements() -> Vec<(String, String)> {
    let ids = |statement: &str| statement.replace("{park}", PARK).replace("{ride}", RIDE);
    let own = |(table, statement): (&str, &str)| (table.to_owned(), ids(statement));
    let mut statements: Vec<(String, String)> = RAW.into_iter().map(own).collect();
    for (level, start) in LEVELS {
        let (parks, rides) = (format!("park_{level}_stats"), format!("ride_{level}_stats"));
        statements.push((
            parks.clone(),
            ids(&format!(
                "select {start}, {PARK_COLUMNS} from {parks} as stats join parks using (park_id)"
            )),
        ));
        statements.push((
            rides.clone(),
            ids(&format!(
                "select {start}, {RIDE_COLUMNS} from {rides} as stats join rides using (ride_id)
                   join parks on parks.park_id = stats.park_id"
            )),
        ));
    }
    statements
}

fn hold_for(length: Length) {
    let mut config = Config {
        failure_persistence: None,
        max_shrink_time: SHRINKING_MILLISECONDS,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    let mut runner = TestRunner::new(config);
    if let Err(error) = runner.run(&Stories(length), |told| holds(&told)) {
        panic!("{error}");
    }
}

const DAYS: Length = Length {
    parks: 4,
    days: 2,
    minutes: &[10, 15, 20, 30, 60],
    runs: 2,
};

const WEEKS: Length = Length {
    parks: 3,
    days: 11,
    minutes: &[60, 60, 90, 120, 170],
    runs: 7,
};

/// Told to the oracle alone: what no story holds, no comparison can find wrong.
#[test]
fn the_stories_hold_every_rule() {
    let mut found = BTreeSet::new();
    for seed in 0..30 {
        let story = Story::of(&mut Dice(seed), if seed % 3 == 0 { DAYS } else { WEEKS });
        let mut oracle = oracle(&story);
        for (number, run) in story.runs.iter().enumerate() {
            run.visit.iter().for_each(|visit| {
                hear(visit, &mut oracle);
            });
            for poll in story.polls_of(number) {
                oracle.hear(
                    poll.park,
                    poll.at,
                    run.interval,
                    &poll.said(),
                    poll.changed(),
                );
            }
        }
        let rows = oracle.rows(story.end);
        for row in &rows["park_snapshots"] {
            let words: Vec<&str> = row.split(' ').collect();
            let [state, announced, quiet, date, time] = [3, 5, 6, 7, 8].map(|at| words[at]);
            found.insert(format!("{state}, announced {announced}"));
            if state == "blind" && quiet != "NULL" {
                found.insert("frozen".to_owned());
            }
            let is_of_a_week = || {
                let lasted = time_of(words[0], words[1]) - time_of(date, time);
                lasted > TimeDelta::hours(7 * 24 - 2)
            };
            if date != "NULL" && is_of_a_week() {
                found.insert("a week".to_owned());
            }
        }
        for row in &rows["ride_snapshots"] {
            let words: Vec<&str> = row.split(' ').collect();
            found.insert(format!("{} is {}", words[5], words[11]));
        }
    }
    let expected = [
        "CLOSED is closed",
        "CLOSED is down",
        "CLOSED is unknown",
        "DOWN is closed",
        "DOWN is down",
        "DOWN is unknown",
        "NULL is closed",
        "NULL is down",
        "NULL is operating",
        "NULL is unknown",
        "OPERATING is closed",
        "OPERATING is operating",
        "OPERATING is unknown",
        "REFURBISHMENT is closed",
        "REFURBISHMENT is refurbishment",
        "REFURBISHMENT is unknown",
        "a week",
        "blind, announced 1",
        "blind, announced NULL",
        "closed, announced 0",
        "closed, announced NULL",
        "doubt, announced NULL",
        "frozen",
        "open, announced 1",
        "open, announced NULL",
    ];
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
}

fn time_of(date: &str, time: &str) -> NaiveDateTime {
    format!("{date}T{time}").parse().expect("a time")
}

#[test]
fn many_parks_for_a_few_days_come_to_what_the_oracle_says_at_every_level() {
    hold_for(DAYS);
}

#[test]
fn weeks_of_late_and_shuffled_polls_come_to_what_the_oracle_says_at_every_level() {
    hold_for(WEEKS);
}
