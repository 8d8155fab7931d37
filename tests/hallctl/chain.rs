//! The whole chain: its jobs started twice at once, and one day from the feed to the answer.

use crate::feed_server::Replay;
use crate::hall::{Hall, eventually, run, wait};
use crate::recording::Recording;
use crate::rows::{self, KEPT, RAW, ROLLUPS};
use crate::serve::Served;
use mysql::prelude::Queryable;
use serde_json::{Value, json};
use std::process::Child;

/// Every job in the order of the chain: its command line and its name.
pub const JOBS: [(&str, &str); 7] = [
    ("collect --recorded polls.jsonl --interval 15", "collect"),
    ("aggregate hourly", "aggregate-hourly"),
    ("aggregate daily", "aggregate-daily"),
    ("aggregate yearly", "aggregate-yearly"),
    (
        "backfill --from 2026-07-04 --to 2026-07-06 --all --yes",
        "backfill",
    ),
    ("refresh-cache --all", "refresh-cache"),
    ("prune", "prune"),
];

/// Two days of two parks with outages, storms and a night between; the third day is over.
pub fn hall() -> Hall {
    let hall = Hall::new().at("2026-07-07T08:00:00Z").migrated();
    let day = |letters: &str| format!("{}{}", letters, "c".repeat(96 - letters.len()));
    let busy = day(&"O".repeat(60));
    let outage = day(&format!("{}cccccc{}", "O".repeat(20), "O".repeat(34)));
    let storm = day(&format!("{}cc{}", "O".repeat(30), "O".repeat(28)));
    let rides = [busy, outage, storm.clone(), storm].map(|day| day.repeat(2));
    let rides: Vec<&str> = rides.iter().map(String::as_str).collect();
    let (start, minutes) = ("2026-07-04T14:00:00Z", 15);
    // The first cycle brings every park and ride, so that our ids, which are in the bodies of views, do not
    // depend on what was killed.
    let first: Vec<&str> = rides.iter().map(|ride| &ride[..1]).collect();
    let recording = |rides: &[&str]| {
        Recording::new()
            .park(64, start, minutes, rides)
            .park(65, start, minutes, rides)
    };
    recording(&first).collect(&hall, 15);
    recording(&rides).keep(&hall);
    hall
}

#[test]
fn of_two_runs_of_a_job_one_works_and_the_other_says_so_in_one_line() {
    let hall = hall();
    for (words, name) in JOBS {
        // Every job reads the parks once it has its lease; so each stops there until we let go. A backfill
        // has read them by then, to draw its plan, and stops at the first hour it fills.
        let held = match name {
            "backfill" => "park_hourly_stats read",
            _ => "parks write",
        };
        let mut holder = hall.db();
        holder
            .query_drop(format!("lock tables {held}"))
            .expect("the parks are held");
        let mut first = hall.spawn(words);
        eventually("the first has its lease", || {
            let mut db = hall.db();
            db.query_first::<u32, _>("select pid from job_leases")
                .expect("a lease or none")
                == Some(first.id())
        });
        let second = hall.run(words).exits(11);
        let said = format!("hallctl: {name} is already running: run ");
        assert!(second.stderr.starts_with(&said), "{}", second.stderr);
        assert!(
            second
                .stderr
                .contains(&format!(", process {}, for ", first.id())),
            "{}",
            second.stderr
        );
        assert_eq!(
            (second.stdout.as_str(), second.stderr.lines().count()),
            ("", 1)
        );
        holder
            .query_drop("unlock tables")
            .expect("the parks are let go");
        assert_eq!(wait(&mut first), 0, "{name}");
    }
    let runs = hall.query("select job, count(*) from job_runs where status = 'success' group by job order by min(run_id)");
    let runs: Vec<String> = runs.iter().map(|run| run.join(" ")).collect();
    let expected = [
        "collect 2",
        "aggregate-hourly 1",
        "aggregate-daily 1",
        "aggregate-yearly 1",
        "backfill 1",
        "refresh-cache 1",
        "prune 1",
    ];
    assert_eq!(runs, expected);
    let clean = self::hall();
    for (words, _) in JOBS {
        clean.run(words).succeeds();
    }
    rows::assert_same(&hall, &clean, &[RAW, ROLLUPS, KEPT].concat());
}

#[test]
fn of_many_runs_started_together_at_least_one_works_and_the_rest_are_quiet() {
    let hall = hall();
    for (words, name) in JOBS {
        let mut runs: Vec<Child> = (0..4).map(|_| hall.spawn(words)).collect();
        let mut ended: Vec<i32> = runs.iter_mut().map(wait).collect();
        ended.sort_unstable();
        assert!(
            ended[0] == 0 && ended.iter().all(|status| [0, 11].contains(status)),
            "{name}: {ended:?}"
        );
    }
    let clean = self::hall();
    for (words, _) in JOBS {
        clean.run(words).succeeds();
    }
    rows::assert_same(&hall, &clean, &[RAW, ROLLUPS, KEPT].concat());
}

/// What the route says of the first entry of its list.
fn first(served: &Served, route: &str, names: &[&str]) -> Value {
    let body = served.json(route);
    let entry = &body["data"][0];
    assert!(entry.is_object(), "{route}: {body}");
    names.iter().map(|name| entry[*name].clone()).collect()
}

#[test]
fn a_day_goes_from_the_feed_to_the_answer() {
    // 18:00 to 20:00 UTC in 24 cycles; the first of four rides stands from 18:30 to 19:00.
    let outage = format!("{}{}{}", "O".repeat(6), "c".repeat(6), "O".repeat(12));
    let busy = "O".repeat(24);
    let polls = Recording::new()
        .park(
            64,
            "2026-07-04T18:01:00Z",
            5,
            &[&outage, &busy, &busy, &busy],
        )
        .polls();
    let feed = Replay::start(&polls);
    let hall = Hall::new()
        .env("HALLCTL_FEED_URL", &feed.server.url)
        .migrated();
    for poll in &polls {
        feed.at(poll.polled_at);
        let mut collect = hall.command(&["collect"]);
        collect.env("HALLCTL_NOW", poll.polled_at.to_rfc3339());
        assert_eq!(run(collect).succeeds().stdout, "collect: 1 park, 4 rides\n");
    }
    let mut hall = hall;
    for (now, period) in [
        ("2026-07-04T20:02:00Z", "today"),
        ("2026-07-05T07:02:00Z", "yesterday"),
    ] {
        hall = hall.at(now);
        for (words, _) in &JOBS[1..] {
            hall.run(words).succeeds();
        }
        let served = Served::start(&hall);
        let ask = |route: &str, names: &[&str]| {
            first(&served, &format!("{route}?period={period}"), names)
        };
        // A ride of four, all of one weight, was down for a quarter of the time: 10 × 1/4 × 1/4.
        assert_eq!(
            ask(
                "/api/parks/downtime",
                &[
                    "park_name",
                    "rank",
                    "shame_score",
                    "total_downtime_hours",
                    "uptime_percentage",
                    "snapshot_count"
                ]
            ),
            json!(["Park 64", 1, 0.6, 0.5, 93.8, 24])
        );
        assert_eq!(
            ask(
                "/api/rides/downtime",
                &[
                    "ride_name",
                    "park_name",
                    "downtime_hours",
                    "uptime_percentage",
                    "status_changes"
                ]
            ),
            json!(["Ride 6401", "Park 64", 0.5, 75.0, 1])
        );
        assert_eq!(
            ask(
                "/api/parks/waittimes",
                &["avg_wait_minutes", "peak_wait_minutes", "rides_reporting"]
            ),
            json!([20.0, 20, 4])
        );
        assert_eq!(
            ask(
                "/api/rides/waittimes",
                &["avg_wait_minutes", "peak_wait_minutes"]
            ),
            json!([20.0, 20])
        );
        if period == "today" {
            let live = served.json("/api/live/status-summary");
            assert_eq!(live["status_summary"]["OPERATING"], 4, "{live}");
            assert_eq!(
                first(
                    &served,
                    "/api/rides/waittimes?period=live",
                    &["current_wait_minutes"]
                ),
                json!([20])
            );
        }
    }
}
