//! `hallctl views compare`: what the shelf says is what the raw snapshots say, in every body.

use crate::hall::Hall;
use crate::history::{collected, filled};
use crate::recording::Recording;
use crate::serve::Served;
use serde_json::{Value, json};

fn compared(hall: &Hall, words: &str) -> Vec<Value> {
    let ran = hall
        .run(&format!("views compare --json {words}"))
        .succeeds();
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[test]
fn every_body_over_any_mixture_of_rollups_is_the_one_of_raw_rows_alone() {
    // A year with its row, days without one, hours not filled: every leg that a sum can stand on.
    let whole = filled();
    let days = filled();
    days.query("delete from park_yearly_stats");
    days.query("delete from park_daily_stats where stat_date = '2026-11-03'");
    days.query("delete from ride_daily_stats where stat_date = '2026-11-03'");
    let hours = collected();
    let evening = hours.at("2026-11-04T01:03:00Z");
    evening.run("aggregate hourly").succeeds();
    evening.run("aggregate daily").succeeds();
    for hall in [whole, days, evening] {
        let bodies = compared(&hall, "");
        assert!(bodies.len() > 250, "{}", bodies.len());
        for body in &bodies {
            assert_eq!(body["is_same"], true, "{body}");
            assert!(body["ratio"].as_f64().is_some_and(|ratio| ratio > 0.0));
        }
    }
}

/// What the ranking, the detail and the chart of a period say ride `id` was down, and whether they call it complete.
fn down(hall: &Hall, period: &str, id: u64) -> ([f64; 3], [bool; 3]) {
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(hall);
    let replies = [
        format!("/api/rides/downtime?period={period}"),
        format!("/api/rides/{id}/details?period={period}"),
        format!("/api/parks/1/rides/charts?period={period}"),
    ]
    .map(|path| served.get(&path));
    let is_complete = replies
        .each_ref()
        .map(|reply| reply.header("X-Data-Complete") == Some("true"));
    let [ranking, detail, chart] = replies.map(|reply| reply.json());
    let of_it = |list: &Value| {
        let mut rows = list.as_array().expect("a list").iter();
        rows.find(|row| row["ride_id"] == id).cloned().expect("it")
    };
    let hours = |value: &Value| value.as_f64().expect("hours");
    let cells = of_it(&chart["datasets"])["data"].clone();
    let cells = cells.as_array().expect("cells").iter();
    let numbers = [
        hours(&of_it(&ranking["data"])["downtime_hours"]),
        hours(&detail["summary"]["total_downtime_hours"]),
        cells.filter_map(Value::as_f64).sum(),
    ];
    (numbers, is_complete)
}

/// Polls of an evening of park 64 that come late: its second ride is down for an hour more.
fn come_late(hall: &Hall, at: &str) {
    Recording::new()
        .park(64, at, 30, &["OOO", "ccO", "OOO"])
        .collect(hall, 30);
}

#[test]
fn a_day_that_late_polls_changed_is_read_by_its_hours_until_it_is_filled_again() {
    let hall = filled();
    assert_eq!(down(&hall, "yesterday", 2), ([2.5; 3], [true; 3]));
    come_late(&hall, "2026-11-04T03:00:00Z");
    // These last hours are read raw until they are filled again, and then by themselves.
    assert_eq!(down(&hall, "yesterday", 2), ([3.5; 3], [false; 3]));
    hall.run("aggregate hourly").succeeds();
    assert_eq!(down(&hall, "yesterday", 2), ([3.5; 3], [false; 3]));
    let compared = compared(&hall, "--match *yesterday*");
    assert!(compared.iter().all(|body| body["is_same"] == json!(true)));
    hall.run("aggregate daily").succeeds();
    assert_eq!(down(&hall, "yesterday", 2), ([3.5; 3], [true; 3]));
}

#[test]
fn an_older_day_that_late_polls_changed_is_shown_as_it_was_filled_and_not_called_complete() {
    let hall = filled().at("2026-11-06T08:05:00Z");
    hall.run("aggregate hourly").succeeds();
    hall.run("aggregate daily").succeeds();
    let before = down(&hall, "7days", 2);
    assert_eq!(before.1, [true; 3]);
    come_late(&hall, "2026-11-03T03:00:00Z");
    hall.run("aggregate hourly").succeeds();
    assert_eq!(down(&hall, "7days", 2), (before.0, [false; 3]));
    hall.run("aggregate daily").succeeds();
    let after = before.0.map(|hours| hours + 1.0);
    assert_eq!(down(&hall, "7days", 2), (after, [true; 3]));
    // A day less old is no such burden.
    come_late(&hall, "2026-11-04T03:00:00Z");
    hall.run("aggregate hourly").succeeds();
    let after = after.map(|hours| hours + 1.0);
    assert_eq!(down(&hall, "7days", 2), (after, [false; 3]));
}

#[test]
fn a_wrong_value_in_a_rollup_is_named_with_both_and_ends_in_1() {
    let hall = filled();
    hall.query(
        "update park_daily_stats set wait_max = 99 where stat_date = '2026-11-03' and park_id = 1",
    );
    let ran = hall
        .run("views compare --key park_waittimes_yesterday_all-parks")
        .exits(1);
    assert!(
        ran.stdout
            .contains("park_waittimes_yesterday_all-parks: differs; "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("views: 0 bodies the same, 1 differ, 0 without raw rows\n")
    );
    let place = "views: body `park_waittimes_yesterday_all-parks`: `data.0.peak_wait_minutes` is 99 from rollups and ";
    assert!(ran.stderr.starts_with(place), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1);
}

#[test]
fn a_period_whose_raw_rows_were_pruned_is_said_to_be_so_and_not_compared() {
    let hall = filled();
    hall.query(
        "update settings set value = '2026-11-02T00:00:00+00:00' where name = 'pruned_through_raw'",
    );
    let ran = hall
        .run("views compare --match park_downtime_*_all-parks")
        .succeeds();
    let line = |key: &str| {
        ran.stdout
            .lines()
            .find(|line| line.starts_with(key))
            .expect("its line")
    };
    assert!(line("park_downtime_7days").ends_with("raw rows of its period were pruned"));
    assert!(line("park_downtime_yesterday").contains(": the same; "));
    hall.run("views compare --key nothing").exits(2);
}
