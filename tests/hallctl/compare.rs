//! `hallctl views compare`: what the shelf says is what the raw snapshots say, in every body.

use crate::hall::Hall;
use crate::history::{collected, filled};
use serde_json::Value;

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
