//! `refresh-cache`: which views are taken, what a failing one costs, and what is left on the shelf.

use crate::contract::KEYS;
use crate::hall::{Hall, wait};
use crate::small_hall::{an_hour_and_ten_minutes, hall, sixty_days};
use mysql::prelude::Queryable;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[test]
fn a_failing_view_costs_only_itself_and_its_last_good_body_stays() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    hall.run("refresh-cache --all").succeeds();
    let good = hall.value("select result_json from cached_api_views where cache_key = 'park_downtime_today_all-parks'");
    hall.query("rename table ride_hourly_stats to hidden_away");
    hall.query("update rides set is_active = false where ride_id = 704");
    let ran = hall.run("refresh-cache --all").exits(3);
    assert!(
        ran.stdout
            .starts_with("refresh-cache: 77 views, 166 failed, "),
        "{}",
        ran.stdout
    );
    let complaint = "refresh-cache: could not compute `park_downtime_today_all-parks`: ";
    assert!(
        ran.stderr
            .lines()
            .any(|line| line.starts_with(complaint) && line.contains("ride_hourly_stats")),
        "{}",
        ran.stderr
    );
    assert_eq!(
        hall.value("select count(*) from cached_api_views"),
        KEYS.to_string()
    );
    assert_eq!(hall.value("select result_json from cached_api_views where cache_key = 'park_downtime_today_all-parks'"), good);
    assert!(
        hall.value(
            "select result_json from cached_api_views where cache_key = 'status_summary_live'"
        )
        .contains("\"total\":3")
    );
    let log = hall.query("select status, views_refreshed, views_failed, error_message like '%ride_hourly_stats%', total_time_ms is not null from cache_refresh_log order by log_id desc limit 1");
    assert_eq!(log, [["partial", "77", "166", "1", "1"]]);
    assert_eq!(
        hall.value(
            "select status from job_runs where job = 'refresh-cache' order by run_id desc limit 1"
        ),
        "partial"
    );

    hall.query("rename table hidden_away to ride_hourly_stats");
    hall.run("refresh-cache --all").succeeds();
    assert_eq!(
        hall.value("select status from cache_refresh_log order by log_id desc limit 1"),
        "success"
    );
}

#[test]
fn refresh_cache_takes_one_key_and_names_close_ones_for_a_wrong_one() {
    let hall = hall();
    let ran = hall
        .run("refresh-cache --key park_downtime_today_all-parks")
        .succeeds();
    assert!(
        ran.stdout.starts_with("refresh-cache: 1 views, 0 failed, "),
        "{}",
        ran.stdout
    );
    assert_eq!(
        hall.query("select cache_key, view_type, period, filter_type from cached_api_views"),
        [[
            "park_downtime_today_all-parks",
            "park_rankings",
            "today",
            "all-parks"
        ]]
    );
    let wrong = hall
        .run("refresh-cache --key park_downtime_todya_all-parks")
        .exits(2);
    assert!(wrong.stderr.starts_with("hallctl: unknown key `park_downtime_todya_all-parks`; close to it are `park_downtime_today_all-parks`, "), "{}", wrong.stderr);
    let odd = hall.run("refresh-cache --key x").exits(2);
    assert!(
        odd.stderr
            .contains("keys look like `chart_park_shame_live_disney-universal`"),
        "{}",
        odd.stderr
    );
}

#[test]
fn a_body_that_a_clock_ahead_has_made_is_due_at_once() {
    let hall = hall().at("2026-07-05T04:00:00Z");
    hall.run("refresh-cache --all").succeeds();
    let hall = hall.at("2026-07-04T20:10:00Z");
    let ran = hall.run("refresh-cache --if-stale").succeeds();
    assert!(
        ran.stdout
            .starts_with(&format!("refresh-cache: {KEYS} views, 0 failed")),
        "{}",
        ran.stdout
    );
    assert_eq!(
        hall.query("select distinct generated_at from cached_api_views"),
        [["2026-07-04 20:10:00.000"]]
    );
}

#[test]
fn if_stale_takes_what_is_due_or_absent_and_all_takes_away_what_is_unknown() {
    let hall = hall();
    let first = hall.run("refresh-cache --if-stale").succeeds();
    assert!(
        first
            .stdout
            .starts_with(&format!("refresh-cache: {KEYS} views, ")),
        "{}",
        first.stdout
    );
    assert_eq!(
        hall.run("refresh-cache --if-stale").succeeds().stdout,
        "refresh-cache: nothing is due\n"
    );
    // Due times of rankings lie within five minutes, those of everything within a quarter of an hour, spread: no minute has them all.
    assert_eq!(hall.value("select count(*) from cached_api_views where view_type like '%rankings' and due_at not between '2026-07-04 20:10:01' and '2026-07-04 20:15:00'"), "0");
    assert_eq!(
        hall.value("select count(*) from cached_api_views where due_at between '2026-07-04 20:10:01' and '2026-07-04 20:25:00'"),
        KEYS.to_string()
    );
    assert!(
        hall.value("select count(distinct due_at) from cached_api_views")
            .parse::<u32>()
            .expect("a number")
            > 30
    );
    let due: u32 = hall
        .value("select count(*) from cached_api_views where due_at <= '2026-07-04 20:12:00'")
        .parse()
        .expect("a number");
    assert!((1..KEYS).contains(&due));
    hall.query("delete from cached_api_views where cache_key = 'status_summary_live' and due_at > '2026-07-04 20:12:00'");
    let absent = KEYS
        - hall
            .value("select count(*) from cached_api_views")
            .parse::<u32>()
            .expect("a number");
    hall.query("insert into cached_api_views select null, 'old_view', 'x', null, null, '{}', 0, generated_at, 0, null, due_at from cached_api_views limit 1");
    let hall = hall.at("2026-07-04T20:12:00Z");
    let ran = hall.run("refresh-cache --if-stale").succeeds();
    assert!(
        ran.stdout
            .starts_with(&format!("refresh-cache: {} views, 0 failed", due + absent)),
        "{}",
        ran.stdout
    );
    assert_eq!(
        hall.value("select count(*) from cached_api_views"),
        (KEYS + 1).to_string()
    );
    hall.run("refresh-cache --all").succeeds();
    assert_eq!(
        hall.value("select count(*) from cached_api_views where cache_key = 'old_view'"),
        "0"
    );
    assert_eq!(
        hall.value("select count(*) from cached_api_views"),
        KEYS.to_string()
    );
}

#[test]
fn a_refresh_that_died_is_shown_as_crashed_by_the_next() {
    let hall = hall();
    hall.query("insert into cache_refresh_log (refresh_started_at, status) values ('2026-07-04 20:00:00', 'running')");
    hall.run("refresh-cache --all").succeeds();
    assert_eq!(
        hall.query("select status from cache_refresh_log order by log_id"),
        [["crashed"], ["success"]]
    );
}

#[test]
fn refreshing_twice_leaves_the_same_shelf() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    sixty_days(&hall);
    let shelf = |hall: &Hall| {
        hall.query("select cache_key, result_json, record_count, generated_at, data_through, due_at from cached_api_views order by cache_key")
    };
    hall.run("refresh-cache --all").succeeds();
    let once = shelf(&hall);
    hall.run("refresh-cache --all").succeeds();
    assert_eq!(shelf(&hall), once);
}

#[test]
fn all_views_of_one_refresh_speak_of_one_moment() {
    let hall = hall();
    sixty_days(&hall);
    let stop = AtomicBool::new(false);
    let totals = || -> Vec<String> {
        let bodies = hall.query(
            "select result_json from cached_api_views
              where cache_key in ('park_downtime_yesterday_all-parks', 'ride_downtime_yesterday_all-parks') order by cache_key",
        );
        let body = |at: usize| {
            serde_json::from_str::<Value>(&bodies[at][0]).expect("JSON")["data"][0].clone()
        };
        vec![
            body(0)["total_downtime_hours"].to_string(),
            body(1)["downtime_hours"].to_string(),
        ]
    };
    thread::scope(|scope| {
        // Park and ride gain the same minutes again and again, always together.
        scope.spawn(|| {
            let mut db = hall.db();
            while !stop.load(Ordering::Relaxed) {
                for statement in [
                    "start transaction",
                    "update park_daily_stats set ride_minutes_down = ride_minutes_down + 60 where stat_date = '2026-07-03'",
                    "update ride_daily_stats set minutes_down = minutes_down + 60 where stat_date = '2026-07-03'",
                    "commit",
                ] {
                    db.query_drop(statement).expect(statement);
                }
            }
        });
        let mut seen = BTreeSet::new();
        for _ in 0..5 {
            hall.run("refresh-cache --all").succeeds();
            let totals = totals();
            assert_eq!(totals[0], totals[1]);
            seen.extend(totals);
        }
        stop.store(true, Ordering::Relaxed);
        assert!(seen.len() > 1, "the numbers did move: {seen:?}");
    });
}

#[test]
fn a_killed_refresh_leaves_the_old_shelf_or_the_new_one() {
    let hall = hall();
    sixty_days(&hall);
    let mut hall = hall;
    hall.run("refresh-cache --all").succeeds();
    for step in 0..8 {
        hall = hall.at(&format!("2026-07-04T20:1{step}:30Z"));
        let mut child = hall.spawn("refresh-cache --all");
        thread::sleep(Duration::from_millis(40 * step));
        child.kill().expect("it is killed");
        wait(&mut child);
        let times =
            hall.query("select count(*), count(distinct generated_at) from cached_api_views");
        assert_eq!(times, [[KEYS.to_string().as_str(), "1"]], "step {step}");
    }
    hall.run("refresh-cache --all").succeeds();
    assert_eq!(
        hall.value("select count(*) from cache_refresh_log where status = 'running'"),
        "0"
    );
}
