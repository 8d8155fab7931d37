//! The guard over history: no filling shrinks a period, and nothing pruned is ever filled anew.

use crate::hall::Hall;
use crate::recording::Recording;
use crate::rows::{self, ROLLUPS};

const NOW: &str = "2026-07-06T20:10:00Z";

/// Two parks for a day of Los Angeles and a bit, filled at every level.
fn filled() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    Recording::new()
        .park(
            64,
            "2026-07-04T07:00:00Z",
            15,
            &["O".repeat(100).as_str(), "Occc".repeat(25).as_str()],
        )
        .park(
            65,
            "2026-07-04T07:00:00Z",
            15,
            &["Occc".repeat(25).as_str()],
        )
        .collect(&hall, 15);
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    hall
}

fn park_id(hall: &Hall, queue_times_id: u32) -> String {
    hall.value(&format!(
        "select park_id from parks where queue_times_id = {queue_times_id}"
    ))
}

/// Says that the inputs of a period changed, as whoever changes them would.
fn mark(hall: &Hall, level: &str, start: &str) {
    hall.query(&format!(
        "insert into stale_periods (level, period_start, generation) values ('{level}', '{start}', 1)"
    ));
}

#[test]
fn an_hour_that_lost_snapshots_keeps_its_rows_and_says_which_park_would_shrink() {
    let hall = filled();
    let before = rows::of(&hall, ROLLUPS);
    let park = park_id(&hall, 64);
    hall.query(&format!(
        "delete from park_snapshots where park_id = {park} and slot >= '2026-07-04 20:15' and slot < '2026-07-04 21:00'"
    ));
    mark(&hall, "hourly", "2026-07-04 20:00:00");
    let ran = hall.run("aggregate hourly").exits(1);
    let reason = format!(
        "refused: it would shrink park `{park}` from 4 to 1 sample; its rows stay as they are: \
         restore what is missing below it, then run `hallctl backfill`"
    );
    assert_eq!(
        ran.stderr,
        format!("aggregate: hour 2026-07-04T20Z was not filled: {reason}\n")
    );
    assert_eq!(rows::of(&hall, ROLLUPS), before);
    let log = "select status, error from aggregation_log order by log_id desc limit 1";
    assert_eq!(hall.query(log), [["failed".to_owned(), reason]]);
}

#[test]
fn a_refused_period_is_not_tried_for_ever_and_status_counts_it() {
    let hall = filled();
    hall.query("delete from ride_snapshots where hour_start = '2026-07-04 20:00:00'");
    mark(&hall, "hourly", "2026-07-04 20:00:00");
    let ran = hall.run("aggregate hourly").exits(1);
    assert!(ran.stderr.contains("would shrink ride `1` from 4 to 0 samples, ride `2` from 4 to 0 samples, ride `3` from 4 to 0 samples; "), "{}", ran.stderr);
    assert_eq!(
        hall.value("select count(*) from stale_periods where level = 'hourly'"),
        "0"
    );
    assert_eq!(
        hall.run("aggregate hourly").succeeds().stdout,
        "aggregate-hourly: nothing to do\n"
    );
    let status = hall.run("status").stdout;
    assert!(
        status.contains("1 refused to keep their rows, the newest 2026-07-04T20:00Z"),
        "{status}"
    );
}

#[test]
fn a_day_that_lost_an_hour_of_a_ride_keeps_its_rows() {
    let hall = filled();
    let before = rows::of(&hall, &["park_daily_stats", "ride_daily_stats"]);
    hall.query(
        "delete from ride_hourly_stats where hour_start = '2026-07-04 20:00:00' and ride_id = 2",
    );
    let ran = hall.run("aggregate daily --date 2026-07-04").exits(1);
    assert!(
        ran.stderr.contains("day 2026-07-04 was not filled: refused: it would shrink ride `2` from 96 to 92 samples; "),
        "{}", ran.stderr
    );
    assert_eq!(
        rows::of(&hall, &["park_daily_stats", "ride_daily_stats"]),
        before
    );
}

#[test]
fn a_late_poll_that_adds_samples_is_no_loss_and_is_filled() {
    let hall = filled();
    Recording::new()
        .park(65, "2026-07-04T20:05:00Z", 15, &["O"])
        .collect(&hall, 5);
    hall.run("aggregate hourly").succeeds();
    let samples = "select sample_count from park_hourly_stats where hour_start = '2026-07-04 20:00:00' order by park_id";
    assert_eq!(hall.query(samples), [["4"], ["5"]]);
}

#[test]
fn nothing_before_what_was_pruned_is_ever_filled_anew() {
    let hall = filled();
    let before = rows::of(&hall, ROLLUPS);
    hall.query(
        "replace into settings (name, value) values ('pruned_through_raw', '2026-07-04T21:00:00+00:00')",
    );
    // The rows are still there: the setting alone decides, since it is committed before they go.
    mark(&hall, "hourly", "2026-07-04 20:00:00");
    mark(&hall, "hourly", "2026-07-04 21:00:00");
    let ran = hall.run("aggregate hourly").exits(3);
    assert_eq!(
        ran.stderr,
        "aggregate: hour 2026-07-04T20Z was not filled: refused: what it sums was pruned through `2026-07-04T21:00Z`, \
         so its rows stay as they are\n"
    );
    hall.query(
        "replace into settings (name, value) values ('pruned_through_hourly', '2026-07-05T07:00:00+00:00')",
    );
    let ran = hall.run("aggregate hourly --hour 2026-07-04T21").exits(1);
    assert!(
        ran.stderr
            .contains("its rows were pruned through `2026-07-05T07:00Z`; only `hallctl restore` brings them back"),
        "{}",
        ran.stderr
    );
    let ran = hall.run("aggregate daily --date 2026-07-04").exits(1);
    assert!(
        ran.stderr
            .contains("what it sums was pruned through `2026-07-05T07:00Z`"),
        "{}",
        ran.stderr
    );
    assert_eq!(rows::of(&hall, ROLLUPS), before);
}
