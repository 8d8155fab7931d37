//! `refresh-cache`: which views are taken, what a failing one costs, and what is left on the shelf.

use crate::contract::KEYS;
use crate::hall::{Hall, eventually, wait};
use crate::serve::Served;
use crate::small_hall::{an_hour_and_ten_minutes, hall, hours, sixty_days};
use crate::view_language::with_views;
use mysql::prelude::Queryable;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// The keys of the frontend, and two of a view of our own.
const SHELF: usize = KEYS as usize + 2;

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
            .starts_with("refresh-cache: 83 views, 172 failed, "),
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
    assert_eq!(log, [["partial", "83", "172", "1", "1"]]);
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
        ran.stdout.starts_with("refresh-cache: 1 view, 0 failed, "),
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
    let list = "`hallctl refresh-cache --list` shows the keys";
    assert!(wrong.stderr.ends_with(&format!("; {list}\n")));
    let odd = hall.run("refresh-cache --key x").exits(2).stderr;
    let expected = format!(
        "hallctl: unknown key `x`; keys look like `chart_park_shame_live_disney-universal`; {list}\n"
    );
    assert_eq!(odd, expected);
    let on_demand = hall.run("refresh-cache --key park_details").exits(2).stderr;
    let expected = format!(
        "hallctl: key `park_details` is of view `park_details`, which is computed on demand and not refreshed; {list} that are\n"
    );
    assert_eq!(on_demand, expected);
    for flag in ["--match", "--key", "--tag"] {
        let empty = hall.run_words(&["refresh-cache", "--invalidate", flag, ""]);
        assert!(
            empty.exits(2).stderr.contains("a value is required"),
            "{flag}"
        );
    }
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
    // Due times of rankings of today lie within five minutes, those of everything within an hour, spread: no minute has them all.
    assert_eq!(hall.value("select count(*) from cached_api_views where view_type like '%rankings' and period in ('live', 'today') and due_at not between '2026-07-04 20:10:01' and '2026-07-04 20:15:00'"), "0");
    assert_eq!(
        hall.value("select count(*) from cached_api_views where due_at between '2026-07-04 20:10:01' and '2026-07-04 21:10:00'"),
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
    hall.query("insert into cached_api_views (cache_key, view_type, result_json, record_count, generated_at, generation_time_ms, due_at) select 'old_view', 'x', '{}', 0, generated_at, 0, due_at from cached_api_views limit 1");
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

/// A view of the test's own that counts the parks.
const COUNTED: &str = "\
-- How many parks there are.
-- view: counted  type: counts  route: /api/counted
-- param: kind = all|active; default all
-- store: shelf  key: counted_{kind}  due: 10m  fresh: 2m  tags: parks, kind:{kind}
-- name: count :value
select count(*) from parks where :kind = 'all' or is_active;
";

/// The same on demand, under a key for each number.
const NUMBERED: &str = "\
-- How many parks there are beside a number.
-- view: numbered  type: counts  route: /api/numbered/{number:int}
-- store: on-demand  key: numbered_{number}  fresh: 1h  tags: parks, number:{number}
-- name: count :value
select count(*) + :number from parks;
";

fn with_counts() -> Hall {
    with_views(
        hall(),
        &[("counted.sql", COUNTED), ("numbered.sql", NUMBERED)],
    )
}

/// The keys a dry run names, in its order.
fn planned(hall: &Hall, words: &str) -> Vec<String> {
    let ran = hall
        .run(&format!("refresh-cache --dry-run {words}"))
        .succeeds();
    let lines = ran
        .stdout
        .lines()
        .filter(|line| !line.starts_with("refresh-cache: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn views_are_chosen_by_pattern_and_tag_and_a_dry_run_changes_nothing() {
    let hall = with_counts();
    assert_eq!(
        planned(&hall, "--match counted_*"),
        ["counted_all", "counted_active"]
    );
    assert_eq!(planned(&hall, "--tag kind:active"), ["counted_active"]);
    assert_eq!(planned(&hall, "--key counted_all"), ["counted_all"]);
    let today = planned(&hall, "--match *_today_all-parks");
    let families = ["chart", "awards", "park", "ride", "trends"];
    let is_of = |key: &String| families.iter().any(|family| key.starts_with(family));
    assert!(today.len() == 16 && today.iter().all(is_of), "{today:?}");
    // Now comes first, then today, then the rest.
    let all = planned(&hall, "--all");
    assert_eq!(all.len(), SHELF);
    let position = |word: &str| -> Vec<usize> {
        (0..all.len())
            .filter(|at| all[*at].contains(word))
            .collect()
    };
    assert!(position("_live").last() < position("_today_").first());
    assert!(position("_today_").last() < position("_yesterday_").first());
    assert_eq!(hall.value("select count(*) from cached_api_views"), "0");
    assert_eq!(hall.value("select count(*) from job_runs"), "0");

    hall.run("refresh-cache --match counted_*").succeeds();
    assert_eq!(
        hall.query("select cache_key, tags from cached_api_views order by cache_key"),
        [
            ["counted_active", ",parks,kind:active,"],
            ["counted_all", ",parks,kind:all,"]
        ]
    );
    assert_eq!(planned(&hall, "--match counted_* --if-stale"), [""; 0]);
    assert_eq!(planned(&hall, "--if-stale").len(), SHELF - 2);
    for (words, said) in [
        (
            "--match nothing_*",
            "no view is meant by `--match nothing_*`; `hallctl refresh-cache --list` shows the keys",
        ),
        (
            "--tag nothing",
            "no view is meant by `--tag nothing`; `hallctl refresh-cache --list` shows the keys",
        ),
    ] {
        let ran = hall.run(&format!("refresh-cache {words}")).exits(2);
        assert_eq!(ran.stderr, format!("hallctl: {said}\n"));
    }
    hall.run("refresh-cache").exits(2);
    hall.run("refresh-cache --all --key x").exits(2);
    hall.run("refresh-cache --hard --all").exits(2);
}

#[test]
fn a_program_reads_what_a_refresh_did() {
    let hall = with_counts();
    let ran = hall
        .run("refresh-cache --match counted_* --json")
        .succeeds();
    let mut said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert!(said["milliseconds"].take().is_u64());
    assert_eq!(
        said,
        json!({"total": 2, "successful": 2, "failed": 0, "removed": 0, "keys": ["counted_all", "counted_active"],
        "errors": {}, "milliseconds": null})
    );
    hall.query("alter table parks rename column is_active to was_active");
    let ran = hall.run("refresh-cache --match counted_* --json").exits(1);
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (&said["total"], &said["successful"], &said["failed"]),
        (&json!(2), &json!(0), &json!(2))
    );
    assert!(
        said["errors"]["counted_active"]
            .as_str()
            .is_some_and(|error| error.contains("is_active"))
    );
    hall.query("alter table parks rename column was_active to is_active");
    let plan = hall
        .run("refresh-cache --tag kind:all --dry-run --json")
        .succeeds();
    assert_eq!(plan.stdout, "{\"total\":1,\"keys\":[\"counted_all\"]}\n");

    let listed = hall
        .run("refresh-cache --list --match counted_*")
        .succeeds()
        .stdout;
    let lines: Vec<Vec<&str>> = listed
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["key", "type", "due", "age", "bytes", "ms"]);
    assert_eq!(lines[1][..2], ["counted_active", "counts"]);
    let absent = hall
        .run("refresh-cache --list --key status_summary_live")
        .succeeds()
        .stdout;
    assert!(absent.contains("absent"), "{absent}");
    let listed = hall.run("refresh-cache --list --json").succeeds().stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(SHELF));
    let row = &listed[31];
    let of = |key: &str| {
        listed
            .as_array()
            .expect("rows")
            .iter()
            .find(|row| row["key"] == key)
            .cloned()
    };
    let row = of("counted_all").unwrap_or_else(|| row.clone());
    assert_eq!(
        (&row["bytes"], &row["is_due"], &row["age_seconds"]),
        (&json!(11), &json!(false), &json!(0))
    );
}

#[test]
fn an_invalidation_is_seen_by_every_reader_when_the_command_ends() {
    let hall = with_counts();
    hall.run("refresh-cache --all").succeeds();
    let (one, other) = (Served::start(&hall), Served::start(&hall));
    let count = |served: &Served, path: &str| served.json(path)["count"].clone();
    for served in [&one, &other] {
        eventually("the shelf", || {
            served.get("/api/counted").header("X-Cache-Hit") == Some("true")
        });
        assert_eq!(count(served, "/api/counted"), 3);
        assert_eq!(
            (
                count(served, "/api/numbered/5"),
                count(served, "/api/numbered/6")
            ),
            (json!(8), json!(9))
        );
    }
    hall.query("insert into parks (park_id, name, timezone, created_at, updated_at) values (80, 'New', 'UTC', now(), now())");
    // Soft: the body on the shelf is due and shown on, what is computed on demand is computed anew.
    let ran = hall
        .run("refresh-cache --invalidate --tag number:5")
        .succeeds();
    assert_eq!(
        ran.stdout,
        "refresh-cache: 0 bodies on the shelf are due now, and 2 in memory\n"
    );
    for served in [&one, &other] {
        assert_eq!(
            (
                count(served, "/api/numbered/5"),
                count(served, "/api/numbered/6")
            ),
            (json!(9), json!(9))
        );
    }
    let ran = hall
        .run("refresh-cache --invalidate --match counted_* --json")
        .succeeds();
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        said,
        json!({"total": 2, "keys": ["counted_all", "counted_active"], "in_memory": 0, "hard": false})
    );
    assert_eq!(count(&one, "/api/counted"), 3);
    assert_eq!(
        planned(&hall, "--if-stale"),
        ["counted_all", "counted_active"]
    );
    // Hard: gone, and the next reader computes.
    let ran = hall
        .run("refresh-cache --invalidate --hard --tag parks")
        .succeeds();
    assert!(
        ran.stdout.starts_with(&format!(
            "refresh-cache: {SHELF} bodies on the shelf are gone, and "
        )),
        "{}",
        ran.stdout
    );
    for served in [&one, &other] {
        let reply = served.get("/api/counted");
        assert_eq!(
            (reply.header("X-Cache-Hit"), reply.json()["count"].clone()),
            (Some("false"), json!(4))
        );
        assert_eq!(count(served, "/api/numbered/6"), 10);
    }
    assert_eq!(hall.value("select count(*) from cached_api_views"), "0");
    for words in ["--match nobody_*", "--key nobody", "--tag nobody"] {
        let ran = hall
            .run(&format!("refresh-cache --invalidate {words}"))
            .exits(2);
        assert_eq!(
            ran.stderr,
            format!(
                "hallctl: nothing is meant by `{words}`; `hallctl refresh-cache --list` shows the keys on the shelf\n"
            )
        );
    }
}

#[test]
fn what_a_person_changes_is_due_where_it_is_shown_and_nowhere_else() {
    let hall = with_counts();
    hall.run("refresh-cache --all").succeeds();
    let due = |hall: &Hall| {
        hall.query("select cache_key from cached_api_views where due_at <= '2026-07-04 20:10:00' order by cache_key").concat()
    };
    hall.run("rides set 704 --tier 1").succeeds();
    let of_rides = due(&hall);
    assert!(
        of_rides.contains(&"ride_downtime_today_all-parks".to_owned()),
        "{of_rides:?}"
    );
    assert!(
        !of_rides.contains(&"counted_all".to_owned()),
        "{of_rides:?}"
    );
    hall.run("parks set 71 --city Elmport").succeeds();
    assert!(due(&hall).contains(&"counted_all".to_owned()));
}

#[test]
fn a_refresh_without_the_files_of_a_view_says_how_many_of_its_bodies_it_took_away() {
    let hall = with_counts();
    hall.run("refresh-cache --all").succeeds();
    let others = hall.path("others");
    std::fs::create_dir(&others).expect("a directory");
    let all = format!("refresh-cache --all --views {}", others.display());
    let ran = hall.run(&all).succeeds();
    let expected = format!(
        "refresh-cache: {} views, 0 failed, 2 bodies of no view removed, ",
        SHELF - 2
    );
    assert!(ran.stdout.starts_with(&expected), "{}", ran.stdout);
    hall.run("refresh-cache --key counted_all").succeeds();
    let ran = hall.run(&format!("{all} --json")).succeeds();
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(said["removed"], 1);
    assert_eq!(
        hall.value("select count(*) from cached_api_views"),
        (SHELF - 2).to_string()
    );
}

#[test]
fn every_reader_sees_what_a_person_changed_when_the_command_ends() {
    let hall = with_counts();
    let (one, other) = (Served::start(&hall), Served::start(&hall));
    let name = |served: &Served| served.json("/api/parks/71/details?period=today")["park"].clone();
    for (number, words) in ["--city Elmport", "--city Ashford", "--state Ohio"]
        .iter()
        .enumerate()
    {
        let before = name(&one);
        assert_eq!(name(&other), before, "{number}");
        hall.run(&format!("parks set 71 {words}")).succeeds();
        assert_ne!(name(&one), before, "{words}");
        assert_eq!(name(&other), name(&one), "{words}");
    }
    let tier_of = |served: &Served| {
        served.json("/api/rides/704/details?period=today")["ride"]["tier"].clone()
    };
    for tier in [1, 2, 3] {
        assert_ne!((tier_of(&one), tier_of(&other)), (json!(tier), json!(tier)));
        hall.run(&format!("rides set 704 --tier {tier}")).succeeds();
        assert_eq!((tier_of(&one), tier_of(&other)), (json!(tier), json!(tier)));
    }
}

#[test]
fn a_body_computed_from_before_an_invalidation_is_not_taken_for_a_new_one() {
    let slow = COUNTED.replace("select count(*)", "select sleep(1) + count(*)");
    let hall = with_views(hall(), &[("counted.sql", &slow)]);
    hall.run("refresh-cache --key counted_all").succeeds();
    thread::scope(|scope| {
        // It has read the tables, and is still at it.
        let refresh = scope.spawn(|| hall.run("refresh-cache --key counted_all").succeeds());
        thread::sleep(Duration::from_millis(700));
        hall.query("insert into parks (park_id, name, timezone, created_at, updated_at) values (80, 'New', 'UTC', now(), now())");
        hall.run("refresh-cache --invalidate --key counted_all")
            .succeeds();
        refresh.join().expect("it ends");
    });
    assert_eq!(hall.value("select due_at <= '2026-07-04 20:10:00' from cached_api_views where cache_key = 'counted_all'"), "1");
}

#[test]
fn an_audit_names_what_is_served_and_what_is_refreshed() {
    let hall = with_counts();
    hall.run("refresh-cache --match counted_*").succeeds();
    let mut served = Served::start(&hall);
    served.json("/api/counted");
    served.json("/api/parks/downtime?period=today");
    // What was asked for is written down in the end at the latest.
    assert_eq!(served.end().0, 0);
    let mut hall = hall;
    for at in ["20:17", "20:20", "20:20", "20:21"] {
        hall = hall.at(&format!("2026-07-04T{at}:00Z"));
        hall.run("refresh-cache --match counted_*").succeeds();
    }
    let audit = |hall: &Hall| {
        let said = hall.run("refresh-cache --audit --json").succeeds();
        serde_json::from_str::<Value>(&said.stdout).expect("JSON")
    };
    let said = audit(&hall);
    let since = said["served_counted_since"].as_str().expect("a time");
    assert_eq!(
        hall.run("refresh-cache --audit").succeeds().stdout,
        format!(
            "served, never refreshed: park_downtime_today_all-parks\n\
             refreshed, never served: counted_active\n\
             fresh for 2 min, refreshed up to 7 min apart (median 3 min of 3): counted_active\n\
             fresh for 2 min, refreshed up to 7 min apart (median 3 min of 3): counted_all\n\
             what is served is counted since {}Z\n\
             refresh-cache: 1 served and never refreshed, 1 refreshed and never served, 2 fresh for too short\n",
            &since[..19]
        )
    );
    assert_eq!(
        said["served_never_refreshed"],
        json!(["park_downtime_today_all-parks"])
    );
    assert_eq!(
        said["fresh_too_short"][1],
        json!({"key": "counted_all", "fresh_seconds": 120, "longest_seconds_apart": 420, "median_seconds_apart": 180, "intervals": 3})
    );
    // What is gone was refreshed all the same; and what lies more than a day back is no matter any more.
    hall.run("refresh-cache --invalidate --hard --key counted_all")
        .succeeds();
    assert_eq!(
        audit(&hall)["served_never_refreshed"],
        said["served_never_refreshed"]
    );
    hall = hall.at("2026-07-05T20:20:30Z");
    hall.run("refresh-cache --match counted_*").succeeds();
    let day = &audit(&hall)["fresh_too_short"][0]["longest_seconds_apart"];
    assert_eq!(*day, 86_370);
    hall = hall.at("2026-07-05T20:22:00Z");
    hall.run("refresh-cache --match counted_*").succeeds();
    assert_eq!(audit(&hall)["fresh_too_short"], json!([]));
    assert_eq!(
        hall.value("select count(*) from cache_refresh_log where cache_keys is not null"),
        "2"
    );
    assert_eq!(hall.value("select count(*) from serve_seats"), "0");
}

#[test]
fn the_cache_can_be_switched_off_and_is_counted_when_it_is_on() {
    let hall = with_counts();
    hall.run("refresh-cache --all").succeeds();
    let metric = |served: &Served, line: &str| {
        let text = served.get("/metrics").body;
        let value = text
            .lines()
            .find_map(|known| known.strip_prefix(line))
            .map(str::trim);
        value
            .unwrap_or_else(|| panic!("`{line}` is not in {text}"))
            .to_owned()
    };
    let on = Served::start(&hall);
    eventually("the shelf", || {
        on.get("/api/counted").header("X-Cache-Hit") == Some("true")
    });
    let labels = r#"{cache_type="shelf",cache_key_pattern="counted_{kind}"}"#;
    let (hits, misses) = (
        format!("cache_hits_total{labels}"),
        format!("cache_misses_total{labels}"),
    );
    let before: u64 = metric(&on, &hits).parse().expect("a number");
    on.json("/api/counted");
    on.json("/api/counted?kind=active");
    assert_eq!(metric(&on, &hits), (before + 2).to_string());
    on.json("/api/numbered/1");
    on.json("/api/numbered/1");
    let labels = r#"{cache_type="on-demand",cache_key_pattern="numbered_{number}"}"#;
    assert_eq!(
        (
            metric(&on, &format!("cache_hits_total{labels}")),
            metric(&on, &format!("cache_misses_total{labels}"))
        ),
        ("1".to_owned(), "1".to_owned())
    );
    assert_eq!(
        metric(
            &on,
            "cache_operation_duration_seconds_count{operation=\"set\",cache_type=\"response\"}"
        ),
        "1"
    );

    assert_eq!(on.get("/api/admin/cache-status").status, 401);
    let hall = hall.env("HALLCTL_TOKEN", "key");
    let status = Served::start(&hall).ask(
        "GET",
        "/api/admin/cache-status",
        "Authorization: Bearer key\r\n",
    );
    assert_eq!(
        (
            status.status,
            &status.json()["shelf"].as_array().map(Vec::len)
        ),
        (200, &Some(SHELF))
    );

    for name in ["HALLCTL_VIEW_CACHE=off", "ENABLE_VIEW_CACHE=false"] {
        let (name, value) = name.split_once('=').expect("a pair");
        let off_hall = with_counts().env(name, value);
        off_hall.run("refresh-cache --all").succeeds();
        off_hall.query("insert into parks (park_id, name, timezone, created_at, updated_at) values (80, 'New', 'UTC', now(), now())");
        let off = Served::start(&off_hall);
        for _ in 0..2 {
            let reply = off.get("/api/counted");
            assert_eq!(
                (reply.header("X-Cache-Hit"), reply.json()["count"].clone()),
                (Some("false"), json!(4))
            );
        }
        assert_eq!(
            (metric(&off, &hits), metric(&off, &misses)),
            ("0".to_owned(), "2".to_owned())
        );
    }
    let wrong = hall
        .env("HALLCTL_VIEW_CACHE", "maybe")
        .run("serve --listen 127.0.0.1:0")
        .exits(2);
    assert_eq!(
        wrong.stderr,
        "hallctl: HALLCTL_VIEW_CACHE is `maybe`; set it to `on` or `off`\n"
    );
}

#[test]
fn how_far_a_body_speaks_travels_in_header_and_table() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    sixty_days(&hall);
    hours(&hall, "2026-07-04 07:00:00", 12, 0);
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(&hall);
    for (period, through, complete) in [
        ("today", "2026-07-04T20:10:00Z", "false"),
        ("yesterday", "2026-07-04T07:00:00Z", "true"),
        ("last_month", "2026-07-01T07:00:00Z", "true"),
    ] {
        let reply = served.get(&format!("/api/parks/downtime?period={period}"));
        assert_eq!(
            (
                reply.header("X-Data-Through"),
                reply.header("X-Data-Complete")
            ),
            (Some(through), Some(complete)),
            "{period}"
        );
        assert_eq!(reply.header("X-Cache-Hit"), Some("true"));
        let table = hall.query(&format!("select data_through, is_complete from cached_api_views where cache_key = 'park_downtime_{period}_all-parks'"));
        let through = through.replace('T', " ").replace('Z', "");
        assert_eq!(
            table,
            [[through.as_str(), if complete == "true" { "1" } else { "0" }]]
        );
    }
}

#[test]
fn a_refresh_whose_connection_is_lost_begins_again() {
    let slow = COUNTED.replace("select count(*)", "select sleep(0.5) + count(*)");
    let hall = with_views(hall(), &[("counted.sql", &slow)]);
    thread::scope(|scope| {
        let refresh = scope.spawn(|| hall.run("refresh-cache --match counted_*").succeeds());
        let mut killed = 0;
        eventually("the statement", || {
            let running = hall.query(&format!(
                "select id from information_schema.processlist where db = '{}' and info like '%sleep(0.5)%' and id <> connection_id()",
                hall.database
            ));
            if let Some(id) = running.concat().first() {
                hall.query(&format!("kill {id}"));
                killed += 1;
            }
            killed > 0
        });
        let ran = refresh.join().expect("it ends");
        assert!(
            ran.stdout.starts_with("refresh-cache: 2 views, 0 failed, "),
            "{}",
            ran.stdout
        );
    });
    assert_eq!(hall.value("select count(*) from cached_api_views"), "2");
}

#[test]
fn what_is_over_is_computed_seldom_and_at_once_when_it_is_another_day_or_was_filled_anew() {
    // Five to midnight in Los Angeles.
    let hall = hall().at("2026-07-05T06:55:00Z");
    sixty_days(&hall);
    hall.run("refresh-cache --all").succeeds();
    let due = |hall: &Hall, word: &str, which: &str| {
        let planned = planned(hall, which);
        planned.iter().filter(|key| key.contains(word)).count()
    };
    let [yesterday, today, month] = ["_yesterday_", "_today_", "_30days_"];
    let all = [yesterday, today, month].map(|word| due(&hall, word, "--all"));
    let due = |hall: &Hall, word: &str| due(hall, word, "--if-stale");
    let hit = |hall: &Hall, period: &str| {
        let reply = Served::start(hall).get(&format!("/api/parks/downtime?period={period}"));
        reply.header("X-Cache-Hit") == Some("true")
    };
    let hall = hall.at("2026-07-05T06:59:30Z");
    assert!(hit(&hall, "yesterday") && hit(&hall, "30days"));
    let hall = hall.at("2026-07-05T07:00:00Z");
    assert_eq!(due(&hall, yesterday), all[0]);
    assert!(!hit(&hall, "yesterday") && !hit(&hall, "30days"));
    hall.run("refresh-cache --all").succeeds();
    // Every hour, each in its turn; today all of them by now.
    let hall = hall.at("2026-07-05T07:11:00Z");
    assert_eq!(due(&hall, today), all[1]);
    assert!(due(&hall, month) < all[2] / 2);
    assert!(hit(&hall, "30days"));
    hall.run("aggregate hourly --hour 2026-07-04T19").succeeds();
    assert_eq!(due(&hall, month), all[2]);
}
