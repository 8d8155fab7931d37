//! Traps that caught others and have no test elsewhere: calendars, bounds, the zone of the host, a ride's first run.

use crate::hall::Hall;
use crate::model::period::Period;
use crate::recording::Recording;
use crate::rows::{self, RAW, ROLLUPS};
use chrono::{DateTime, Utc};
use mysql::prelude::Queryable;
use serde_json::json;
use std::fs;

fn filled(hall: &Hall) {
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

/// Ten-minute cycles of one ride, beside three that never stop.
fn beside_three(hall: &Hall, start: &str, ride: &str) {
    let runs = "O".repeat(ride.len());
    let rides = [ride, &runs, &runs, &runs];
    Recording::new()
        .park(64, start, 10, &rides)
        .collect(hall, 10);
    filled(hall);
}

fn lines(hall: &Hall, statement: &str) -> Vec<String> {
    let rows = hall.query(statement);
    rows.iter().map(|row| row.join(" ")).collect()
}

#[test]
fn periods_are_whole_days_of_california_on_one_calendar() {
    use Period::{LastMonth, LastWeek, Yesterday};
    for (now, period, first, last) in [
        ("2024-12-02T20:00:00Z", LastWeek, "2024-11-24", "2024-11-30"),
        ("2025-12-07T20:00:00Z", LastWeek, "2025-11-30", "2025-12-06"),
        ("2025-12-06T20:00:00Z", LastWeek, "2025-11-23", "2025-11-29"),
        ("2025-12-08T20:00:00Z", LastWeek, "2025-11-30", "2025-12-06"),
        ("2026-01-01T20:00:00Z", LastWeek, "2025-12-21", "2025-12-27"),
        (
            "2026-01-01T20:00:00Z",
            LastMonth,
            "2025-12-01",
            "2025-12-31",
        ),
        (
            "2026-01-01T07:59:59Z",
            LastMonth,
            "2025-11-01",
            "2025-11-30",
        ),
        (
            "2025-12-22T07:59:59Z",
            Yesterday,
            "2025-12-20",
            "2025-12-20",
        ),
        (
            "2025-12-22T08:00:00Z",
            Yesterday,
            "2025-12-21",
            "2025-12-21",
        ),
        (
            "2026-07-05T06:59:59Z",
            Yesterday,
            "2026-07-03",
            "2026-07-03",
        ),
    ] {
        let at: DateTime<Utc> = now.parse().expect("a time");
        let (start, after) = period.days(at);
        let days = [start.to_string(), after.plus(-1).to_string()];
        assert_eq!(days, [first, last], "at {now}");
    }
}

#[test]
fn the_zone_of_the_host_changes_no_number() {
    let hall = |zone| {
        let hall = Hall::new()
            .at("2025-11-04T09:00:00Z")
            .env("TZ", zone)
            .migrated();
        beside_three(&hall, "2025-11-02T05:00:00Z", &"OOOOOOccc".repeat(20));
        hall
    };
    let (here, there) = (hall("UTC"), hall("America/New_York"));
    rows::assert_same(&there, &here, &[RAW, ROLLUPS].concat());
}

#[test]
fn a_posted_wait_beats_a_closed_flag_and_never_seen_rides_weigh_nothing() {
    let hall = Hall::new().at("2026-07-05T08:00:00Z").migrated();
    // Five rides run, one of them with a wait beside a flag that says closed; then four stop. Eighteen never ran.
    let poll = |minute: u32, running: u32| {
        let ride = |id: u32| {
            let (flag, wait) = match id {
                1 => (false, 45),
                _ => (id <= running, 0),
            };
            json!({"id": id, "name": "Ride", "is_open": flag, "wait_time": wait})
        };
        let rides: Vec<_> = (1..=23).map(ride).collect();
        let at = format!("2026-07-04T12:{minute:02}:00Z");
        json!({"polled_at": at, "park_id": 64, "body": {"rides": rides}}).to_string()
    };
    let polls = [(0, 5), (5, 5), (10, 3), (15, 5)].map(|(minute, running)| poll(minute, running));
    fs::write(hall.path("polls.jsonl"), polls.join("\n")).expect("the polls are kept");
    hall.run("collect --recorded polls.jsonl").succeeds();
    assert_eq!(
        lines(
            &hall,
            "select rides_operating, rides_down, weight_down, weight_in_service, score from park_snapshots order by slot"
        ),
        [
            "5 0 0 10 0.000000",
            "5 0 0 10 0.000000",
            "3 2 4 10 4.000000",
            "5 0 0 10 0.000000"
        ]
    );
    let states = "select distinct state from ride_snapshots join rides using (ride_id) where queue_times_id = 1";
    assert_eq!(lines(&hall, states), ["operating"]);
}

#[test]
fn a_score_beyond_its_bounds_is_refused_by_the_table() {
    let hall = Hall::new().at("2026-07-05T08:00:00Z").migrated();
    beside_three(&hall, "2026-07-04T12:00:00Z", "OOOO");
    let mut db = hall.db();
    for wrong in [
        "score = 99",
        "score = 37.2",
        "score = -1",
        "score = null",
        "weight_down = weight_in_service + 1",
    ] {
        let refused = db.query_drop(format!("update park_snapshots set {wrong}"));
        assert!(refused.is_err(), "{wrong}");
    }
    db.query_drop("update park_snapshots set score = 10")
        .expect("ten is the most");
}

#[test]
fn what_a_ride_did_before_it_first_ran_is_no_downtime() {
    // Closed from 09:00, first seen running at 13:00, down from 15:00 to 16:00, running until 22:00.
    let hall = Hall::new().at("2026-07-05T08:00:00Z").migrated();
    let ride = [
        "c".repeat(24),
        "O".repeat(12),
        "c".repeat(6),
        "O".repeat(36),
    ]
    .concat();
    beside_three(&hall, "2026-07-04T09:00:00Z", &ride);
    let of_the_ride =
        "from ride_hourly_stats join rides using (ride_id) where queue_times_id = 6401";
    let down = format!(
        "select date_format(hour_start, '%H'), minutes_down {of_the_ride} and minutes_down > 0"
    );
    assert_eq!(lines(&hall, &down), ["15 60"]);
    let day = "select minutes_down, minutes_closed, outages from ride_daily_stats join rides using (ride_id) where queue_times_id = 6401";
    assert_eq!(lines(&hall, day), ["60 240 1"]);
}

#[test]
fn a_constant_rate_is_the_same_after_one_hour_and_after_ten_and_none_is_zero() {
    // One of four rides is down for ten hours, and for ten more none is.
    let hall = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    let ride = ["O".repeat(6), "c".repeat(60), "O".repeat(60)].concat();
    beside_three(&hall, "2026-07-04T07:00:00Z", &ride);
    let scores = lines(
        &hall,
        "select avg_shame_score from park_hourly_stats where sample_count > 0 order by hour_start",
    );
    let (zero, quarter) = ("0.000000", "2.500000");
    let expected = [&[zero][..], &[quarter; 10], &[zero; 10]].concat();
    assert_eq!(scores, expected);
    // 10 of 21 hours at 2.5, whichever way they are added up.
    for level in ["daily", "yearly"] {
        let whole = format!(
            "select score_minutes, open_minutes, avg_shame_score from park_{level}_stats where open_minutes > 0"
        );
        assert_eq!(lines(&hall, &whole), ["1500.000000 1260 1.190476"]);
    }
}

#[test]
fn no_row_of_a_number_is_without_its_park_or_ride() {
    let hall = Hall::new().migrated();
    let nullable = format!(
        "select table_name, column_name from information_schema.columns
          where table_schema = '{}' and is_nullable = 'YES' and column_name in ('park_id', 'ride_id')
            and (table_name like '%\\_stats' or table_name like '%\\_snapshots' or table_name = 'rides')",
        hall.database
    );
    assert!(lines(&hall, &nullable).is_empty());
    let keyed = nullable.replace("is_nullable = 'YES'", "is_nullable = 'NO'");
    assert_eq!(
        lines(&hall, &keyed).len(),
        3 + 6 + 5,
        "the columns are there"
    );
}
