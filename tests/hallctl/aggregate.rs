//! `hallctl aggregate`: what is filled when, by itself or by name, late or twice, with trouble on the way.

use crate::feed_server::{Answer, FeedServer, catalogue};
use crate::hall::{Hall, eventually, wait};
use crate::recording::Recording;
use crate::rows::{self, KEPT, RAW, ROLLUPS};
use mysql::prelude::Queryable;
use std::fs;

/// Two rides that run all the while.
const BUSY: [&str; 2] = ["OOOOOOOOOOOO"; 2];
const HOUR: &str = "'2026-07-04 12:00:00'";

/// A hall with one park and its noon hour collected; nothing is aggregated.
fn at(now: &str) -> Hall {
    let hall = Hall::new().at(now).migrated();
    Recording::new()
        .park(64, "2026-07-04T12:00:00Z", 5, &BUSY)
        .collect(&hall, 5);
    hall
}

#[track_caller]
fn aggregate(hall: &Hall, words: &str) -> String {
    hall.run(&format!("aggregate {words}")).succeeds().stdout
}

/// Hours filled so far, oldest first, with their samples.
fn hours(hall: &Hall) -> Vec<String> {
    let rows = hall.query(
        "select date_format(hour_start, '%dT%H'), sample_count from park_hourly_stats order by hour_start",
    );
    rows.iter().map(|row| row.join(" ")).collect()
}

fn days(hall: &Hall) -> Vec<String> {
    let rows = hall.query("select stat_date, sample_count from park_daily_stats order by 1");
    rows.iter().map(|row| row.join(" ")).collect()
}

#[test]
fn a_row_that_comes_while_a_fill_is_paused_is_in_the_sum_after_the_next_run() {
    let late = |hall: &Hall, start| {
        Recording::new()
            .park(64, start, 5, &["O", "O"])
            .collect(hall, 5);
    };
    let hall = at("2026-07-04T14:10:00Z");
    aggregate(&hall, "hourly");
    late(&hall, "2026-07-04T13:00:00Z");
    // The fill reads the hour, then stops at the mark of its day, which this transaction holds.
    let mut holder = hall.db();
    holder.query_drop("start transaction").expect("it starts");
    let held: Option<u64> = holder
        .query_first("select generation from stale_periods where level = 'daily' for update")
        .expect("the mark is held");
    assert!(held.is_some(), "the filled hour left a mark on its day");
    let mut fill = hall.spawn("aggregate hourly");
    let waits = format!(
        "select count(*) from information_schema.processlist where db = '{}' and info like '%generation + 1'",
        hall.database
    );
    eventually("the fill pauses", || hall.value(&waits) == "1");
    late(&hall, "2026-07-04T13:05:00Z");
    holder.query_drop("rollback").expect("the mark is let go");
    assert_eq!(wait(&mut fill), 0);
    assert_eq!(
        hours(&hall),
        ["04T12 12", "04T13 1"],
        "what the fill had read"
    );
    aggregate(&hall, "hourly");
    assert_eq!(hours(&hall), ["04T12 12", "04T13 2"]);

    let whole = at("2026-07-04T14:10:00Z");
    late(&whole, "2026-07-04T13:00:00Z");
    late(&whole, "2026-07-04T13:05:00Z");
    aggregate(&whole, "hourly");
    rows::assert_same(&hall, &whole, &[RAW, &ROLLUPS[..2]].concat());
}

#[test]
fn any_job_twice_leaves_the_same_rows() {
    let hall = at("2026-07-05T20:00:00Z");
    let jobs = [
        "collect --recorded polls.jsonl",
        "aggregate hourly",
        "aggregate daily",
        "aggregate yearly",
        "refresh-cache --all",
    ];
    let tables = [RAW, ROLLUPS, KEPT].concat();
    for job in jobs {
        hall.run(job).succeeds();
        let once = rows::of(&hall, &tables);
        hall.run(job).succeeds();
        let twice = rows::of(&hall, &tables);
        for table in &tables {
            rows::assert_equal(
                &twice[*table],
                &once[*table],
                &format!("{table} after `{job}`"),
            );
        }
    }
    assert!(tables.iter().all(|table| *table == "stale_periods"
        || hall.value(&format!("select count(*) from {table}")) != "0"));
    let again = hall.run("collect --recorded polls.jsonl").succeeds();
    assert_eq!(
        again.stdout,
        "collect: 12 polls read, 0 stored, 12 slot collisions, 0 empty, 0 unread\n"
    );
    for level in ["hourly", "daily", "yearly"] {
        assert_eq!(
            aggregate(&hall, level),
            format!("aggregate-{level}: nothing to do\n")
        );
    }
}

#[test]
fn every_filling_is_in_the_log_with_its_rows() {
    let hall = at("2026-07-05T08:00:00Z");
    for level in ["hourly", "daily", "yearly"] {
        aggregate(&hall, level);
    }
    let log = hall.query(
        "select job_type, target_period, aggregation_log.status, rows_written, attempts, job
           from aggregation_log join job_runs using (run_id)
          where target_period in ('2026-07-04 12:00:00', '2026-07-04 13:00:00', '2026-07-04 07:00:00', '2026-01-01 08:00:00')
          order by log_id",
    );
    let log: Vec<String> = log.iter().map(|row| row.join(" ")).collect();
    assert_eq!(
        log,
        [
            "hourly 2026-07-04 13:00:00 success 1 1 aggregate-hourly",
            "hourly 2026-07-04 12:00:00 success 3 1 aggregate-hourly",
            "daily 2026-07-04 07:00:00 success 3 1 aggregate-daily",
            "yearly 2026-01-01 08:00:00 success 3 1 aggregate-yearly",
        ]
    );
    assert_eq!(
        hall.value(
            "select count(*) from aggregation_log where finished_at is null or error is not null"
        ),
        "0"
    );
}

#[test]
fn an_hour_without_snapshots_gets_a_row_of_zeros_without_averages() {
    let hall = at("2026-07-04T15:10:00Z");
    aggregate(&hall, "hourly");
    assert_eq!(hours(&hall), ["04T12 12", "04T13 0", "04T14 0"]);
    let sums = hall.query(
        "select open_minutes, score_minutes, wait_sum, wait_samples, wait_max, ride_minutes_operating, ride_minutes_closed,
                ride_minutes_unknown, first_operated_at, avg_wait_minutes, avg_shame_score, is_complete
           from park_hourly_stats where sample_count = 0",
    );
    let empty = [
        "0", "0.000000", "0", "0", "NULL", "0", "0", "0", "NULL", "NULL", "NULL", "1",
    ];
    assert_eq!(sums, [empty, empty]);
    assert_eq!(
        hall.value("select count(distinct hour_start) from ride_hourly_stats"),
        "1"
    );
}

#[test]
fn an_hour_is_complete_two_minutes_after_its_end() {
    let hall = at("2026-07-04T13:01:59Z");
    assert_eq!(
        aggregate(&hall, "hourly"),
        "aggregate-hourly: nothing to do\n"
    );
    assert!(hours(&hall).is_empty());
    let hall = hall.at("2026-07-04T13:02:00Z");
    assert_eq!(
        aggregate(&hall, "hourly"),
        "aggregate-hourly: hour 2026-07-04T12Z filled, 3 rows\n"
    );
    assert_eq!(hours(&hall), ["04T12 12"]);
}

#[test]
fn an_hour_waits_a_little_for_a_collect_at_work_and_not_for_ever() {
    let feed = FeedServer::start(|request| match request.park() {
        None => catalogue(&[64]),
        Some(_) => Answer::hang(),
    });
    let hall = at("2026-07-04T13:03:59Z").env("HALLCTL_FEED_URL", &feed.url);
    let mut collect = hall.spawn("collect");
    eventually("the feed is asked", || !feed.requests_for(64).is_empty());
    let ran = hall.run("aggregate hourly").succeeds();
    assert_eq!(ran.stdout, "aggregate-hourly: nothing to do\n");
    assert!(
        ran.stderr
            .contains("hour 2026-07-04T12Z is left for the next run: collect is still at work"),
        "{}",
        ran.stderr
    );
    let hall = hall.at("2026-07-04T13:04:00Z");
    aggregate(&hall, "hourly");
    assert_eq!(hours(&hall), ["04T12 12"]);
    collect.kill().expect("it is killed");
    collect.wait().expect("it is gone");
}

#[test]
fn a_period_can_be_named() {
    let hall = at("2026-07-05T08:00:00Z");
    assert_eq!(
        aggregate(&hall, "hourly --hour 2026-07-04T13"),
        "aggregate-hourly: hour 2026-07-04T13Z filled, 1 row\n"
    );
    assert_eq!(hours(&hall), ["04T13 0"]);
    aggregate(&hall, "hourly");
    assert_eq!(
        aggregate(&hall, "daily --date 2026-07-04"),
        "aggregate-daily: day 2026-07-04 filled, 3 rows\n"
    );
    assert_eq!(days(&hall), ["2026-07-04 12"]);
    assert_eq!(
        aggregate(&hall, "yearly --year 2026"),
        "aggregate-yearly: year 2026 filled, 3 rows\n"
    );
    let filled = rows::of(&hall, ROLLUPS);
    for words in [
        "hourly --hour 2026-07-04T12",
        "daily --date 2026-07-04",
        "yearly --year 2026",
    ] {
        aggregate(&hall, words);
    }
    assert_eq!(
        rows::of(&hall, ROLLUPS),
        filled,
        "a clean period filled again is the same"
    );
}

#[test]
fn a_period_that_cannot_be_filled_is_refused_by_name() {
    let hall = at("2026-07-05T20:00:00Z");
    let refusals = [
        (
            "hourly --hour 2026-07-05T19",
            "hour `2026-07-05T19Z` is not complete; the last complete hour is `2026-07-05T18Z`",
        ),
        (
            "hourly --hour 2027-07-05T12",
            "hour `2027-07-05T12Z` is not complete; the last complete hour is `2026-07-05T18Z`",
        ),
        (
            "hourly --hour 2026-07-04T11",
            "hour `2026-07-04T11Z` lies before the first snapshot, which is of `2026-07-04T12:00Z`",
        ),
        (
            "daily --date 2026-07-05",
            "day `2026-07-05` is not complete; the last complete hour is `2026-07-05T18Z`",
        ),
        (
            "daily --date 2026-07-03",
            "day `2026-07-03` lies before the first snapshot, which is of `2026-07-04T12:00Z`",
        ),
        (
            "daily --date 2026-07-04",
            "day `2026-07-04` has stale hours; run `hallctl aggregate hourly` first",
        ),
        (
            "yearly --year 2027",
            "year `2027` has not begun; name one that has",
        ),
    ];
    for (words, reason) in refusals {
        let hour = if words.contains("T19") {
            "2026-07-05T20:01:59Z"
        } else {
            "2026-07-05T19:59:00Z"
        };
        let mut command =
            hall.command(&[&["aggregate"], &words.split(' ').collect::<Vec<_>>()[..]].concat());
        command.env("HALLCTL_NOW", hour);
        let ran = crate::hall::run(command).exits(2);
        assert!(ran.stderr.contains(reason), "{words}: {}", ran.stderr);
    }
    assert_eq!(hall.value("select count(*) from aggregation_log"), "0");
    let empty = Hall::new().at("2026-07-05T20:00:00Z").migrated();
    let ran = empty.run("aggregate daily --date 2026-07-04").exits(2);
    assert!(
        ran.stderr
            .contains("there are no snapshots; run `hallctl collect` first"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_day_waits_for_its_stale_hours() {
    let hall = at("2026-07-05T20:00:00Z");
    assert_eq!(
        aggregate(&hall, "daily"),
        "aggregate-daily: nothing to do\n"
    );
    aggregate(&hall, "hourly");
    aggregate(&hall, "daily");
    assert_eq!(days(&hall), ["2026-07-04 12"]);
    Recording::new()
        .park(64, "2026-07-04T13:00:00Z", 5, &["O", "O"])
        .collect(&hall, 5);
    let hour = aggregate(&hall, "hourly --hour 2026-07-04T14");
    assert_eq!(
        hour,
        "aggregate-hourly: hour 2026-07-04T14Z filled, 1 row\n"
    );
    assert_eq!(
        aggregate(&hall, "daily"),
        "aggregate-daily: nothing to do, 1 day waits for `hallctl aggregate hourly`\n"
    );
    assert_eq!(days(&hall), ["2026-07-04 12"]);
    aggregate(&hall, "hourly");
    aggregate(&hall, "daily");
    assert_eq!(days(&hall), ["2026-07-04 13"]);
}

#[test]
fn a_period_that_fails_costs_no_other_and_is_filled_once_it_can_be() {
    let hall = at("2026-07-05T08:00:00Z");
    hall.query(&format!(
        "alter table park_hourly_stats add constraint noon_is_cursed check (hour_start <> {HOUR})"
    ));
    let ran = hall.run("aggregate hourly").exits(3);
    assert!(
        ran.stderr
            .starts_with("aggregate: hour 2026-07-04T12Z was not filled: ")
            && ran.stderr.contains("noon_is_cursed"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        "aggregate-hourly: 18 periods filled, hour 2026-07-04T12Z to hour 2026-07-05T06Z, 18 rows, 1 failed\n"
    );
    let failed = hall.query("select job_type, target_period from aggregation_log where status = 'failed' and error like '%noon_is_cursed%'");
    assert_eq!(failed, [["hourly", "2026-07-04 12:00:00"]]);
    assert_eq!(
        hall.value("select status from job_runs where job = 'aggregate-hourly'"),
        "partial"
    );
    assert_eq!(
        aggregate(&hall, "daily"),
        "aggregate-daily: nothing to do, 1 day waits for `hallctl aggregate hourly`\n"
    );
    let alone = hall.run("aggregate hourly --hour 2026-07-04T12").exits(1);
    assert!(alone.stderr.contains("noon_is_cursed"), "{}", alone.stderr);

    hall.query("alter table park_hourly_stats drop constraint noon_is_cursed");
    assert_eq!(
        aggregate(&hall, "hourly"),
        "aggregate-hourly: hour 2026-07-04T12Z filled, 3 rows\n"
    );
    aggregate(&hall, "daily");
    assert_eq!(days(&hall), ["2026-07-04 12"]);
}

#[test]
fn the_running_year_is_filled_and_incomplete_until_it_is_over() {
    let hall = Hall::new().migrated();
    let rides = ["OOOO"; 2];
    for start in ["2025-12-30T18:00:00Z", "2025-12-31T18:00:00Z"] {
        Recording::new()
            .park(64, start, 5, &rides)
            .collect(&hall, 5);
    }
    let years = |hall: &Hall| {
        hall.query("select stat_year, sample_count, is_complete from park_yearly_stats order by 1")
    };
    let mut hall = hall;
    // The old year ends at 08:00 UTC.
    for (now, expected) in [
        ("2025-12-31T20:00:00Z", vec![["2025", "4", "0"]]),
        ("2026-01-01T08:01:00Z", vec![["2025", "4", "0"]]),
        ("2026-01-01T08:02:00Z", vec![["2025", "8", "1"]]),
        (
            "2026-01-02T08:02:00Z",
            vec![["2025", "8", "1"], ["2026", "0", "0"]],
        ),
    ] {
        hall = hall.at(now);
        for level in ["hourly", "daily", "yearly"] {
            aggregate(&hall, level);
        }
        assert_eq!(years(&hall), expected, "at {now}");
    }
    fs::remove_file(hall.path("polls.jsonl")).expect("the polls were kept");
}
