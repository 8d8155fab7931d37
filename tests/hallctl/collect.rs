//! What `hallctl collect` accepts, refuses and reports.

use crate::feed_server::{Answer, FeedServer, catalogue};
use crate::hall::Hall;
use crate::recording::Recording;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const NOON: &str = "2026-07-04T12:00:00Z";

fn recorded(hall: &Hall) {
    Recording::new()
        .park(64, "2026-07-04T10:00:00Z", 5, &["OOO", "OOO", "OOO"])
        .keep(hall);
}

#[test]
fn a_recording_is_read_whatever_feed_the_environment_names() {
    let hall = Hall::new()
        .at(NOON)
        .migrated()
        .env("HALLCTL_FEED_URL", "http://127.0.0.1:9");
    recorded(&hall);
    let ran = hall.run("collect --recorded polls.jsonl").succeeds();
    assert_eq!(
        ran.stdout,
        "collect: 3 polls read, 3 stored, 0 slot collisions, 0 empty, 0 unread\n"
    );
}

#[test]
fn a_recording_of_an_impossible_time_is_refused_and_nothing_of_it_is_stored() {
    let hall = Hall::new().at(NOON).migrated();
    recorded(&hall);
    let good = fs::read_to_string(hall.path("polls.jsonl")).expect("the recording");
    for time in [
        "0000-01-01T00:00:00Z",
        "1969-07-20T20:17:00Z",
        "2026-07-04T12:06:00Z",
    ] {
        let bad = good
            .lines()
            .next()
            .expect("a poll")
            .replace("2026-07-04T10:00:00Z", time);
        assert!(bad.contains(time));
        fs::write(hall.path("bad.jsonl"), format!("{bad}\n{good}")).expect("the recording is kept");
        let ran = hall.run("collect --recorded bad.jsonl").exits(2);
        assert!(
            ran.stderr
                .contains("1 recorded poll lies before the year 2000"),
            "{}",
            ran.stderr
        );
        assert_eq!(
            hall.value("select count(*) from park_snapshots"),
            "0",
            "{time}"
        );
    }
}

#[test]
fn an_interval_that_does_not_divide_the_hour_is_refused() {
    let hall = Hall::new().at(NOON).migrated();
    recorded(&hall);
    for minutes in ["0", "7", "61", "five"] {
        let ran = hall
            .run(&format!(
                "collect --recorded polls.jsonl --interval {minutes}"
            ))
            .exits(2);
        assert!(
            ran.stderr.contains("a whole number of intervals"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_park_that_lists_no_rides_is_lost_only_where_it_had_some_lately() {
    let is_empty = Arc::new(AtomicBool::new(false));
    let seen = is_empty.clone();
    let feed = FeedServer::start(move |request| match request.park() {
        None => catalogue(&[64, 65]),
        Some(64) if !seen.load(Ordering::Relaxed) => Answer::json(
            r#"{"lands":[],"rides":[{"id":1,"name":"Comet","is_open":true,"wait_time":5}]}"#,
        ),
        Some(_) => Answer::json(r#"{"lands":[],"rides":[]}"#),
    });
    let hall = Hall::new().migrated().env("HALLCTL_FEED_URL", &feed.url);
    let hall = hall.at("2026-07-04T12:00:00Z");
    let ran = hall.run("collect").succeeds();
    assert_eq!(
        ran.stdout,
        "collect: 1 park, 1 ride, 1 park without rides\n"
    );
    assert_eq!(ran.stderr, "");

    is_empty.store(true, Ordering::Relaxed);
    let hall = hall.at("2026-07-04T12:05:00Z");
    let ran = hall.run("collect").exits(1);
    assert_eq!(ran.stderr, "collect: park `64` answered without rides\n");

    // A day later nobody expects rides of it any more; that no park has any is still no good run.
    let hall = hall.at("2026-07-05T12:05:00Z");
    let ran = hall.run("collect").exits(1);
    assert_eq!(ran.stderr, "collect: no park listed any ride\n");
}

#[test]
fn a_time_zone_that_is_nonsense_leaves_the_one_that_is_known() {
    let zones = ["Europe/Paris", "Mars/Olympus", "America/New_York"];
    let feed = FeedServer::start(move |request| match request.park() {
        None => Answer::json(format!(
            r#"[{{"id": 1, "name": "Test Parks", "parks": [{{"id": 64, "name": "Park 64", "timezone": "{}"}}]}}]"#,
            zones[request.earlier]
        )),
        Some(_) => Answer::json(
            r#"{"lands":[],"rides":[{"id":1,"name":"Comet","is_open":true,"wait_time":5}]}"#,
        ),
    });
    let mut hall = Hall::new().migrated().env("HALLCTL_FEED_URL", &feed.url);
    for (day, known) in ["Europe/Paris", "Europe/Paris", "America/New_York"]
        .iter()
        .enumerate()
    {
        hall = hall.at(&format!("2026-07-{:02}T12:00:00Z", day + 1));
        hall.run("collect").succeeds();
        assert_eq!(hall.value("select timezone from parks"), *known);
    }
}
