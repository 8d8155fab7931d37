//! What is wrong with the feed: noted once, counted while it lasts, resolved when it is gone.

use crate::feed_server::{Answer, FeedServer, catalogue};
use crate::hall::{Hall, Ran, run};
use crate::recording::{Recording, time};
use crate::wiki_server::{ANAHEIM, Feeds, ride};
use chrono::Duration;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const START: &str = "2026-07-04T12:00:00Z";

/// A feed that says of park 64 what it is told to, and a hall that asks it every 5 minutes.
struct Stage {
    hall: Hall,
    feed: FeedServer,
    says: Arc<Mutex<Answer>>,
    cycle: i64,
}

impl Stage {
    fn new() -> Stage {
        let says = Arc::new(Mutex::new(Answer::status(404)));
        let told = Arc::clone(&says);
        let feed = FeedServer::start(move |request| match request.park() {
            None => catalogue(&[64]),
            Some(_) => told.lock().expect("no handler panics").clone(),
        });
        Stage {
            hall: Hall::new().migrated(),
            feed,
            says,
            cycle: 0,
        }
    }

    fn says(&self, answer: Answer) {
        *self.says.lock().expect("no handler panics") = answer;
    }

    /// Polls at the next slot.
    fn poll(&mut self) -> Ran {
        let now = time(START) + Duration::minutes(5 * self.cycle);
        self.cycle += 1;
        let mut command = self
            .hall
            .command(&["collect", "--feed-url", &self.feed.url]);
        command.env("HALLCTL_NOW", now.to_rfc3339());
        run(command)
    }

    fn issues(&self) -> Vec<String> {
        issues(&self.hall)
    }
}

/// Kind, ride, topic, times, occurrences and end of every issue.
fn issues(hall: &Hall) -> Vec<String> {
    let rows = hall.query(
        "select kind, coalesce(rides.queue_times_id, '-'), topic, time_format(first_seen, '%H:%i'), time_format(last_seen, '%H:%i'),
                occurrences, coalesce(time_format(resolved_at, '%H:%i'), 'open')
           from feed_issues left join rides using (ride_id) order by issue_id",
    );
    rows.iter().map(|row| row.join(" ")).collect()
}

fn rides(rides: &Value) -> Answer {
    Answer::json(json!({"lands": [], "rides": rides}).to_string())
}

/// How many lines of a run's log are about the feed.
fn warned(ran: &Ran) -> usize {
    ran.stderr
        .lines()
        .filter(|line| line.contains("WARN"))
        .count()
}

#[test]
fn an_issue_is_noted_once_over_twelve_cycles_and_resolved_by_the_first_without_it() {
    let mut stage = Stage::new();
    stage.says(rides(&json!([
        {"id": 1, "name": "Swing", "is_open": true, "wait_time": -1},
        {"id": 2, "name": "Mill", "is_open": "perhaps", "wait_time": 5},
        {"id": 2, "name": "Mill", "is_open": true, "wait_time": 5},
        {"id": null, "name": "Ghost"},
        {"id": null, "name": "Spook"},
    ])));
    for cycle in 0..12 {
        let ran = stage.poll().succeeds();
        assert_eq!(
            warned(&ran),
            if cycle == 0 { 4 } else { 0 },
            "{}",
            ran.stderr
        );
    }
    let lasting = |issue: &str| format!("invalid {issue} 12:00 12:55 12 open");
    let four = ["1 wait_time", "2 is_open", "2 listed twice", "- id"].map(lasting);
    assert_eq!(stage.issues(), four);
    stage.says(rides(&json!([
        {"id": 1, "name": "Swing", "is_open": true, "wait_time": 5},
        {"id": 2, "name": "Mill", "is_open": "perhaps", "wait_time": 5},
    ])));
    stage.poll().succeeds();
    let resolved = |issue: &str| format!("invalid {issue} 12:00 12:55 12 13:00");
    assert_eq!(
        stage.issues(),
        [
            resolved("1 wait_time"),
            "invalid 2 is_open 12:00 13:00 13 open".to_owned(),
            resolved("2 listed twice"),
            resolved("- id"),
        ]
    );
    stage.says(rides(
        &json!([{"id": 1, "name": "Swing", "is_open": true, "wait_time": -1}]),
    ));
    let ran = stage.poll().succeeds();
    assert_eq!(warned(&ran), 1, "it is back: {}", ran.stderr);
    assert_eq!(stage.issues()[4], "invalid 1 wait_time 13:05 13:05 1 open");
}

#[test]
fn a_second_poll_of_a_slot_counts_no_issue_twice() {
    let mut stage = Stage::new();
    stage.says(rides(
        &json!([{"id": 1, "name": "Swing", "is_open": true, "wait_time": -1}]),
    ));
    for _ in 0..2 {
        stage.poll().succeeds();
        stage.cycle -= 1;
    }
    assert_eq!(stage.issues(), ["invalid 1 wait_time 12:00 12:00 1 open"]);
}

#[test]
fn a_park_unread_or_empty_is_missing_and_its_other_issues_wait() {
    let mut stage = Stage::new();
    let odd = rides(&json!([{"id": 1, "name": "Swing", "is_open": true, "wait_time": -1}]));
    stage.says(odd.clone());
    stage.poll().succeeds();
    stage.says(Answer::status(404));
    stage.poll().exits(1);
    stage.poll().exits(1);
    stage.says(rides(&json!([])));
    stage.poll().exits(1);
    assert_eq!(
        stage.issues(),
        [
            "invalid 1 wait_time 12:00 12:00 1 open",
            "missing - park 12:05 12:10 2 12:15",
            "missing - rides 12:15 12:15 1 open",
        ]
    );
    assert_eq!(
        stage
            .hall
            .value("select detail from feed_issues where topic = 'park'"),
        "could not read the feed of park `64`: `/parks/64/queue_times.json` answered 404"
    );
    stage.says(odd);
    stage.poll().succeeds();
    assert_eq!(
        stage.issues(),
        [
            "invalid 1 wait_time 12:00 12:20 2 open",
            "missing - park 12:05 12:10 2 12:15",
            "missing - rides 12:15 12:15 1 12:20",
        ]
    );
}

#[test]
fn a_park_that_never_had_rides_misses_none() {
    let mut stage = Stage::new();
    stage.says(rides(&json!([])));
    stage.poll();
    assert!(stage.issues().is_empty(), "{:?}", stage.issues());
}

/// Recorded cycles of park 64, an hour apart from the start of the 1st of July.
fn hours(rides: &[&str]) -> Hall {
    let hall = Hall::new().at("2026-07-05T00:00:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-01T00:00:00Z", 60, rides)
        .collect(&hall, 60);
    hall
}

fn kinds(hall: &Hall) -> Vec<String> {
    let rows = hall.query(
        "select kind, coalesce(rides.queue_times_id, '-'), date_format(first_seen, '%dT%H'), occurrences,
                coalesce(date_format(resolved_at, '%dT%H'), 'open')
           from feed_issues left join rides using (ride_id) order by issue_id",
    );
    rows.iter().map(|row| row.join(" ")).collect()
}

#[test]
fn a_park_most_of_whose_entries_are_old_is_stale_until_they_are_fresh() {
    assert_eq!(
        kinds(&hours(&["OssO", "OssO", "OOOO"])),
        ["stale - 01T01 2 01T03"]
    );
}

#[test]
fn a_ride_without_news_for_more_than_a_day_is_stale() {
    let mut stage = Stage::new();
    let ride = |id: u32, updated: &str| json!({"id": id, "name": "R", "is_open": false, "wait_time": 0, "last_updated": updated});
    let fresh = "2026-07-04T11:59:00Z";
    let old = |updated: &str| rides(&json!([ride(1, updated), ride(2, fresh), ride(3, fresh)]));
    stage.says(old("2026-07-03T12:00:00Z"));
    stage.poll().succeeds();
    assert!(stage.issues().is_empty(), "a day is not more than a day");
    stage.poll().succeeds();
    assert_eq!(stage.issues(), ["stale 1 last_updated 12:05 12:05 1 open"]);
    stage.says(old("2026-07-04T12:09:00Z"));
    stage.poll().succeeds();
    assert_eq!(stage.issues(), ["stale 1 last_updated 12:05 12:05 1 12:10"]);
}

#[test]
fn a_ride_not_listed_for_a_day_is_missing_until_it_is_back_or_a_person_says_it_is_gone() {
    // Listed at 00:00 for the last time; 24 hours later that cycle is not yet more than a day ago.
    let gone = |hours: usize, then: &str| format!("O{}{then}", "-".repeat(hours));
    let runs = |hours: usize| "O".repeat(hours);
    assert!(kinds(&hours(&[&gone(24, ""), &runs(25)])).is_empty());
    let hall = hours(&[&gone(27, ""), &gone(26, "O"), &runs(28)]);
    assert_eq!(
        kinds(&hall),
        ["missing 6401 02T01 3 open", "missing 6402 02T01 2 02T03"]
    );
    let detail = hall.value("select detail from feed_issues limit 1");
    let ride = hall.value("select ride_id from rides where queue_times_id = 6401");
    assert_eq!(
        detail,
        format!(
            "park `64` has not listed `Ride 6401` for a day; if it is gone, `hallctl rides set {ride} --active no`"
        )
    );
    hall.run(&format!("rides set {ride} --active no"))
        .succeeds();
    Recording::new()
        .park(64, "2026-07-02T04:00:00Z", 60, &["-", "O", "O"])
        .collect(&hall, 60);
    assert_eq!(
        kinds(&hall),
        ["missing 6401 02T01 3 02T04", "missing 6402 02T01 2 02T03"]
    );
}

#[test]
fn a_ride_listed_under_another_park_is_inconsistent() {
    let hall = Hall::new().at("2026-07-05T00:00:00Z").migrated();
    Recording::new()
        .park(64, START, 5, &["OO"])
        .collect(&hall, 5);
    let line = |park: u32, minute: u32| {
        format!(
            r#"{{"polled_at":"2026-07-04T12:{minute}:00Z","park_id":{park},"body":{{"rides":[{{"id":6401,"name":"Ride 6401","is_open":true}},{{"id":6501,"name":"Own","is_open":true}}]}}}}"#
        )
    };
    std::fs::write(
        hall.path("other.jsonl"),
        [line(65, 10), line(65, 15)].join("\n"),
    )
    .expect("written");
    hall.run("collect --recorded other.jsonl").succeeds();
    assert_eq!(
        issues(&hall),
        ["inconsistent - park of ride 6401 12:10 12:15 2 open"]
    );
}

#[test]
fn a_park_half_of_which_runs_while_its_schedule_says_closed_is_inconsistent() {
    let (feeds, hall) = (Feeds::anaheim(), Hall::new().migrated());
    let hours = json!({"date": "2025-12-01", "type": "OPERATING",
                       "openingTime": "2025-12-01T08:00:00-08:00", "closingTime": "2025-12-01T23:00:00-08:00"});
    feeds.schedule(ANAHEIM, "America/Los_Angeles", &json!([hours]));
    let names = [1, 2, 3].map(ride);
    let opens_at_16 = [("15:50", 1), ("15:55", 2), ("16:00", 3)];
    for (time, running) in opens_at_16 {
        let status = |number| {
            if number < running {
                "OPERATING"
            } else {
                "CLOSED"
            }
        };
        let rides: Vec<_> = (0..3)
            .map(|at| (names[at].as_str(), names[at].as_str(), status(at)))
            .collect();
        feeds.live(ANAHEIM, "2030-01-01T00:00:00Z", &rides);
        feeds
            .collect(&hall, &format!("2025-12-01T{time}:00Z"))
            .succeeds();
    }
    let found = hall.query(
        "select topic, time_format(first_seen, '%H:%i'), time_format(resolved_at, '%H:%i'), substring_index(detail, '` ', -1)
           from feed_issues where kind = 'inconsistent'",
    );
    assert_eq!(
        found,
        [[
            "schedule",
            "15:55",
            "16:00",
            "is closed by its schedule while 2 of 3 rides run"
        ]]
    );
}

#[test]
fn late_polls_raise_and_resolve_nothing() {
    let hall = hours(&["OO", "OO"]);
    Recording::new()
        .park(64, "2026-07-01T00:30:00Z", 5, &["s", "s"])
        .collect(&hall, 5);
    assert_eq!(hall.value("select count(*) from park_snapshots"), "3");
    assert!(kinds(&hall).is_empty());
}

#[test]
fn status_counts_open_issues_by_kind_and_lists_them_for_programs() {
    let hall = hours(&["Os", "Os", "OO"]);
    hall.query("insert into feed_issues (kind, park_id, topic, first_seen, last_seen, detail, resolved_at)
                select 'invalid', park_id, 'id', '2026-07-01', '2026-07-01', 'an id', null from parks");
    hall.query("insert into feed_issues (kind, park_id, topic, first_seen, last_seen, detail, resolved_at)
                select 'missing', park_id, 'park', '2026-07-01', '2026-07-01', 'no answer', '2026-07-01' from parks");
    let text = hall.run("status").stdout;
    assert!(
        text.contains("; 2 issues: 1 stale, 1 invalid (`--json` names them)\n"),
        "{text}"
    );
    let report: Value = serde_json::from_str(&hall.run("status --json").stdout).expect("JSON");
    let listed = &report["feed_issues"];
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    assert_eq!(
        listed[1],
        json!({"kind": "stale", "park_id": listed[1]["park_id"], "park": "Queue-Times park 64", "ride_id": null, "ride": null,
               "topic": "park", "first_seen": "2026-07-01T01:00Z", "last_seen": "2026-07-01T01:00Z", "occurrences": 1,
               "detail": "park `64`: most of its entries are too old to tell anything"})
    );
    let parks: Value = serde_json::from_str(&hall.run("parks --json").stdout).expect("JSON");
    assert_eq!(parks[0]["issues"], 2);
    hall.run("parks set 64 --queue-times --active no")
        .succeeds();
    assert!(
        !hall.run("status").stdout.contains("issues"),
        "nobody polls it any more"
    );
}
