//! Made-up parks through the whole chain, every level held against the oracle, row by row.
//!
//! `PROPTEST_CASES=500 cargo test --test hallctl properties` tries more than the 16 of every run; a failure
//! shows its seed, which `PROPTEST_RNG_SEED` brings back, and the smallest story that still fails.

use crate::hall::Hall;
use crate::oracle::{Fate, Oracle, Ride};
use crate::recording::Dice;
use crate::rows;
use crate::story::{Length, Story};
use mysql::prelude::Queryable;
use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::fmt;
use std::fs;

const CASES: u32 = 8; // In each of two tests: together they take a minute on a small machine.
const SHRINKING_MILLISECONDS: u32 = 90_000;

const RAW: [(&str, &str); 2] = [
    (
        "park_snapshots",
        "select slot, queue_times_id, state, interval_minutes, park_snapshots.spell_start, rides_listed, rides_operating, rides_down,
                rides_closed, rides_refurbishment, rides_unknown, wait_sum, wait_samples, wait_max, weight_down, weight_in_service, score
           from park_snapshots join parks using (park_id)",
    ),
    (
        "ride_snapshots",
        "select hour_start + interval minute minute, rides.queue_times_id, parks.queue_times_id, reported_open, wait_minutes, age_minutes,
                weight, interval_minutes, park_is_open, state, in_service, operated, outage_began
           from ride_snapshots join rides using (ride_id) join parks on parks.park_id = ride_snapshots.park_id",
    ),
];

const PARK_COLUMNS: &str = "queue_times_id, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum, wait_samples, wait_max,
    ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment, ride_minutes_unknown,
    first_operated_at, stats.last_operated_at, is_complete, avg_wait_minutes, avg_shame_score";
const RIDE_COLUMNS: &str = "rides.queue_times_id, parks.queue_times_id, sample_count, open_minutes, outages, weighted_minutes_down,
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
    let parks = story.parks.iter().map(|(park, zone, is_active)| {
        // Whether a park reports DOWN makes no difference to a feed without a word for it.
        format!(
            "({park}, 'Park {park}', '{zone}', {is_active}, {}, '2020-01-01', '2020-01-01')",
            park % 2
        )
    });
    let parks: Vec<String> = parks.collect();
    db.query_drop(format!(
        "insert into parks (queue_times_id, name, timezone, is_active, reports_down, created_at, updated_at) values {}",
        parks.join(", ")
    ))
    .expect("the parks are known");
    for ride in &story.rides {
        db.exec_drop(
            "insert into rides (queue_times_id, park_id, name, tier, category, is_active, created_at, updated_at)
             select ?, park_id, 'Ride', ?, ?, ?, '2020-01-01', '2020-01-01' from parks where queue_times_id = ?",
            (ride.id, ride.tier, ride.category, ride.is_active, ride.park),
        )
        .expect("the ride is known");
    }
    hall
}

fn oracle(story: &Story) -> Oracle {
    let mut oracle = Oracle::default();
    for ride in &story.rides {
        let known = Ride {
            park: ride.park,
            weight: ride.tier.map_or(2, |tier| 4 - u32::from(tier)),
            counts: ride.is_active && ride.category == "ATTRACTION",
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
        hall = hall.at(&run.clock.to_rfc3339());
        if !polls.is_empty() {
            let lines: Vec<String> = polls.iter().map(|poll| poll.line()).collect();
            fs::write(hall.path("polls.jsonl"), lines.join("\n")).expect("the polls are kept");
            let fates: Vec<Fate> = polls
                .iter()
                .map(|poll| oracle.hear(poll.park, poll.at, run.interval, &poll.said()))
                .collect();
            let count = |fate| fates.iter().filter(|other| **other == fate).count();
            let ran = hall.run(&format!(
                "collect --recorded polls.jsonl --interval {}",
                run.interval
            ));
            let summary = format!(
                "collect: {} polls read, {} stored, {} slot collisions, {} empty,",
                polls.len(),
                count(Fate::Stored),
                count(Fate::Taken),
                count(Fate::Empty)
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

fn fill(hall: &Hall, levels: &[&str]) {
    for level in levels {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

/// Every table with the statement that shows it.
fn statements() -> Vec<(String, String)> {
    let own = |(table, statement): (&str, &str)| (table.to_owned(), statement.to_owned());
    let mut statements: Vec<(String, String)> = RAW.into_iter().map(own).collect();
    for (level, start) in LEVELS {
        let (parks, rides) = (format!("park_{level}_stats"), format!("ride_{level}_stats"));
        statements.push((
            parks.clone(),
            format!(
                "select {start}, {PARK_COLUMNS} from {parks} as stats join parks using (park_id)"
            ),
        ));
        statements.push((
            rides.clone(),
            format!(
                "select {start}, {RIDE_COLUMNS} from {rides} as stats join rides using (ride_id)
                   join parks on parks.park_id = stats.park_id"
            ),
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

#[test]
fn many_parks_for_a_few_days_come_to_what_the_oracle_says_at_every_level() {
    hold_for(Length {
        parks: 4,
        days: 2,
        minutes: &[10, 15, 20, 30, 60],
        runs: 2,
    });
}

#[test]
fn weeks_of_late_and_shuffled_polls_come_to_what_the_oracle_says_at_every_level() {
    hold_for(Length {
        parks: 3,
        days: 11,
        minutes: &[60, 60, 90, 120, 170],
        runs: 7,
    });
}
