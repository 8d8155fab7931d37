//! `hallctl status`: what it says of empty, healthy, late, broken and absent databases.

use crate::feed_server::{Answer, FeedServer, catalogue};
use crate::hall::{Hall, Ran, eventually};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

const NOW: &str = "2026-07-04T20:12:00Z";

/// A day of two parks up to now, folded and shelved: everything as cron would have left it.
fn healthy() -> Hall {
    let hall = Hall::new().migrated().at(NOW);
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let mut lines = String::new();
    for cycle in 0..288 {
        let polled_at = now - Duration::minutes(5 * cycle);
        for park in [64, 65] {
            let ride = |number: u32| json!({"id": park * 10 + number, "name": format!("Ride {number}"), "is_open": true, "wait_time": 20});
            let body = json!({"lands": [], "rides": [ride(1), ride(2)]});
            let poll = json!({"polled_at": polled_at, "park_id": park, "body": body});
            lines += &format!("{poll}\n");
        }
    }
    let polls = hall.path("polls.jsonl");
    fs::write(&polls, lines).expect("the polls are kept");
    hall.run(&format!("collect --recorded {}", polls.display()))
        .succeeds();
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    shelve(&hall, NOW);
    hall
}

/// One view on the shelf, as a refresh at that time leaves it.
fn shelve(hall: &Hall, at: &str) {
    let at = at.trim_end_matches('Z');
    hall.query(&format!(
        "replace into cached_api_views
           (cache_key, view_type, result_json, record_count, generated_at, generation_time_ms, due_at)
         values ('a_view', 'a_type', '{{}}', 0, '{at}', 1, '{at}' + interval 5 minute)"
    ));
}

/// Status as a program reads it; the text must agree.
fn json(hall: &Hall) -> Value {
    let Ran {
        status,
        stdout,
        stderr,
    } = hall.run("status --json");
    let report: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    let verdict = report["verdict"].as_str().expect("a verdict");
    let number = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
        .iter()
        .position(|word| *word == verdict);
    assert_eq!(number, Some(status as usize), "{stdout}");
    let text = hall.run("status").exits(status).stdout;
    assert!(text.starts_with(verdict), "{text}");
    report
}

/// Verdict, first cause and next command of a station.
fn station(report: &Value, name: &str) -> [String; 3] {
    let stations = report["stations"].as_array().expect("stations");
    let station = stations.iter().find(|station| station["name"] == name);
    let station = station.unwrap_or_else(|| panic!("no `{name}` in {report}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let trouble = &station["troubles"][0];
    [
        text(&station["verdict"]),
        text(&trouble["cause"]),
        text(&trouble["next"]),
    ]
}

#[test]
fn a_healthy_hall_is_ok() {
    let hall = healthy();
    let text = hall.run("status").succeeds().stdout;
    let stations: Vec<&str> = text.lines().skip(5).collect();
    let [database, feed, rest @ ..] = &stations[..] else {
        panic!("{text}")
    };
    assert_eq!(*database, "database  OK        -");
    assert!(
        feed.starts_with("feed      OK        2026-07-04T20:12Z            0 min ")
            && feed.ends_with("0 of 2 parks unread"),
        "{feed}"
    );
    insta::assert_snapshot!(rest.join("\n"), @r"
    raw       OK        2026-07-04T20:10Z            2 min
    hourly    OK        2026-07-04T19Z          1 h 12 min
    daily     OK        2026-07-03             13 h 12 min
    yearly    OK        2026
    cache     OK        2026-07-04T20:12Z            0 min  1 view, 0 overdue
    retention OK        -                                   raw since 2026-07-03; hours since 2026-07-03
    ");
    assert_eq!(json(&hall)["verdict"], "OK");
}

#[test]
fn an_empty_database_names_the_first_commands() {
    let hall = Hall::new().at(NOW);
    let report = json(&hall);
    let [verdict, cause, next] = station(&report, "database");
    assert_eq!(
        (verdict.as_str(), next.as_str()),
        ("CRITICAL", "hallctl migrate"),
        "{cause}"
    );
    let hall = hall.migrated();
    let report = json(&hall);
    assert_eq!(report["verdict"], "UNKNOWN");
    assert_eq!(
        station(&report, "feed"),
        ["UNKNOWN", "nothing was ever collected", "hallctl collect"]
    );
    assert_eq!(
        station(&report, "cache"),
        [
            "UNKNOWN",
            "the shelf is empty",
            "hallctl refresh-cache --all"
        ]
    );
}

#[test]
fn an_older_schema_is_critical_and_names_migrate() {
    let hall = healthy();
    hall.query("delete from schema_migrations order by number desc limit 1");
    let [verdict, cause, next] = station(&json(&hall), "database");
    assert_eq!(
        (verdict.as_str(), next.as_str()),
        ("CRITICAL", "hallctl migrate")
    );
    assert!(cause.contains("lacks 1 migration"), "{cause}");
}

#[test]
fn each_station_turns_warning_and_then_critical_as_the_data_ages() {
    let hall = healthy();
    let table = [
        ("2026-07-04T20:25:00Z", "raw", "OK"),
        ("2026-07-04T20:26:00Z", "raw", "WARNING"),
        ("2026-07-04T20:41:00Z", "raw", "CRITICAL"),
        // The newest hour starts at 19:00 and is 125, 126, 185 and 186 minutes old.
        ("2026-07-04T21:05:00Z", "hourly", "OK"),
        ("2026-07-04T21:06:00Z", "hourly", "WARNING"),
        ("2026-07-04T22:05:00Z", "hourly", "WARNING"),
        ("2026-07-04T22:06:00Z", "hourly", "CRITICAL"),
        // The fourth of July ends at 07:00 UTC.
        ("2026-07-05T09:00:00Z", "daily", "OK"),
        ("2026-07-05T09:01:00Z", "daily", "WARNING"),
        ("2026-07-06T09:01:00Z", "daily", "CRITICAL"),
        ("2027-01-03T08:01:00Z", "yearly", "WARNING"),
        ("2027-01-04T08:01:00Z", "yearly", "CRITICAL"),
        ("2026-07-04T20:27:00Z", "cache", "OK"),
        ("2026-07-04T20:28:00Z", "cache", "WARNING"),
        ("2026-07-04T20:43:00Z", "cache", "CRITICAL"),
    ];
    let mut hall = hall;
    for (now, name, verdict) in table {
        hall = hall.at(now);
        let found = station(&json(&hall), name);
        assert_eq!(found[0], verdict, "{name} at {now}: {}", found[1]);
        assert_eq!(
            found[2].is_empty(),
            verdict == "OK",
            "{name} at {now}: {}",
            found[2]
        );
    }
}

#[test]
fn a_feed_that_nobody_reads_any_more_is_late_by_the_wall_clock() {
    let hall = healthy();
    for (minutes, verdict) in [(16, "WARNING"), (31, "CRITICAL")] {
        hall.query(&format!(
            "update job_runs set finished_at = utc_timestamp(3) - interval {minutes} minute where job = 'collect'"
        ));
        let [found, cause, next] = station(&json(&hall), "feed");
        assert_eq!(
            (found.as_str(), next.as_str()),
            (verdict, "hallctl collect")
        );
        assert_eq!(cause, format!("the last good poll ended {minutes} min ago"));
    }
}

#[test]
fn a_failed_run_shows_its_error() {
    let hall = healthy().env("HALLCTL_FEED_URL", "http://127.0.0.1:9");
    hall.run("collect").exits(1);
    let [verdict, cause, next] = station(&json(&hall), "feed");
    assert_eq!(
        (verdict.as_str(), next.as_str()),
        ("WARNING", "hallctl collect")
    );
    assert!(cause.starts_with("`collect` failed: "), "{cause}");
}

#[test]
fn a_run_that_died_is_shown_as_crashed() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let hall = healthy().env("HALLCTL_FEED_URL", &url);
    let mut collect = hall.spawn("collect");
    let is_running = || hall.value("select count(*) from job_runs where status = 'running'") == "1";
    eventually("a run", is_running);
    let report = json(&hall);
    assert!(
        report.to_string().contains("`collect` running for 0 min"),
        "{report}"
    );
    collect.kill().expect("the run is killed");
    collect.wait().expect("the run is gone");
    let [verdict, cause, _] = station(&json(&hall), "feed");
    assert_eq!(verdict, "WARNING");
    assert!(
        cause.starts_with(&format!("`collect` crashed: pid {} on ", collect.id())),
        "{cause}"
    );
}

#[test]
fn stale_periods_wait_quietly_for_cron_and_loudly_without_it() {
    let hall = healthy();
    hall.query("insert into stale_periods values ('hourly', '2026-07-03 21:00:00', 1)");
    let report = json(&hall);
    assert_eq!(station(&report, "hourly")[0], "OK");
    assert!(
        report
            .to_string()
            .contains("1 stale, the oldest 2026-07-03T21:00Z"),
        "{report}"
    );
    hall.query("update job_runs set finished_at = finished_at - interval 16 minute where job = 'aggregate-hourly'");
    let [verdict, _, next] = station(&json(&hall), "hourly");
    assert_eq!(
        (verdict.as_str(), next.as_str()),
        ("WARNING", "hallctl aggregate hourly")
    );
}

#[test]
fn a_period_that_could_not_be_filled_shows_the_error() {
    let hall = healthy();
    hall.query(
        "create trigger refuses before insert on park_hourly_stats
           for each row signal sqlstate '45000' set message_text = 'the disk is full'",
    );
    hall.query("insert into stale_periods values ('hourly', '2026-07-04 18:00:00', 1)");
    hall.run("aggregate hourly").exits(1);
    let report = json(&hall);
    let causes = report.to_string();
    let cause = "2026-07-04T18:00Z could not be filled: ";
    assert!(
        causes.contains(cause) && causes.contains("the disk is full"),
        "{causes}"
    );
    for _ in 0..2 {
        hall.run("aggregate hourly").exits(1);
    }
    let causes = json(&hall).to_string();
    assert!(
        causes.contains("2026-07-04T18:00Z could not be filled in 3 attempts: "),
        "{causes}"
    );
    let plan = hall
        .run("backfill --from 2026-07-04 --to 2026-07-04 --level hourly --plan")
        .succeeds();
    assert!(
        plan.stdout
            .contains("hour 2026-07-04T18Z: 3 attempts failed since it was last filled: ")
            && plan.stdout.contains("the disk is full"),
        "{}",
        plan.stdout
    );
    hall.query("drop trigger refuses");
    hall.run("aggregate hourly").succeeds();
    assert_eq!(station(&json(&hall), "hourly")[0], "OK");
    hall.run("aggregate hourly --hour 2026-07-04T18").succeeds();
    let attempts = "select status, attempts from aggregation_log
                     where job_type = 'hourly' and target_period = '2026-07-04 18:00:00' order by log_id";
    let attempts: Vec<String> = hall
        .query(attempts)
        .iter()
        .map(|row| row.join(" "))
        .collect();
    assert!(
        attempts.ends_with(
            &["failed 1", "failed 2", "failed 3", "success 4", "success 1"].map(str::to_owned)
        ),
        "{attempts:?}"
    );
}

#[test]
fn a_tail_that_views_cannot_read_whole_is_critical() {
    let hall = healthy();
    // Midnight in Los Angeles was at 07:00 UTC.
    hall.query("insert into stale_periods values ('hourly', '2026-07-04 14:00:00', 1)");
    assert_eq!(station(&json(&hall), "hourly")[0], "OK");
    hall.query("insert into stale_periods values ('hourly', '2026-07-04 13:00:00', 1)");
    let [verdict, cause, next] = station(&json(&hall), "hourly");
    assert_eq!(
        (verdict.as_str(), next.as_str()),
        ("CRITICAL", "hallctl aggregate hourly")
    );
    assert_eq!(cause, "7 hours of today are unfilled; views read at most 6");
}

#[test]
fn a_view_that_failed_is_named() {
    let hall = healthy();
    hall.query(
        "insert into cache_refresh_log
           (refresh_started_at, refresh_completed_at, status, views_refreshed, views_failed, error_message)
         values (utc_timestamp(3), utc_timestamp(3), 'partial', 57, 1, 'status_summary_live: no such column')",
    );
    assert_eq!(
        station(&json(&hall), "cache"),
        [
            "WARNING",
            "1 view failed: status_summary_live: no such column",
            "hallctl refresh-cache --all"
        ]
    );
    // Without its directory the command would take away what lies there of views of one's own.
    let [.., next] = station(&json(&hall.env("HALLCTL_VIEWS", "my/views")), "cache");
    assert_eq!(next, "hallctl refresh-cache --all --views my/views");
}

#[test]
fn parks_that_the_last_run_did_not_read_are_counted_and_empty_ones_are_no_trouble() {
    let feed = FeedServer::start(|request| match (request.park(), request.earlier) {
        (None, _) => catalogue(&[64, 65, 66]),
        (Some(64), 0) => Answer::status(404),
        (Some(66), _) => Answer::json(r#"{"lands": [], "rides": []}"#),
        (Some(park), _) => Answer::json(format!(
            r#"{{"lands": [], "rides": [{{"id": {park}1, "name": "Ride 1", "is_open": true, "wait_time": 20}}]}}"#
        )),
    });
    // Park 66 never has a snapshot, and that is no news.
    let hall = healthy().at("2026-07-04T21:12:00Z");
    hall.run_words(&["collect", "--feed-url", &feed.url])
        .exits(3);
    let found = station(&json(&hall), "feed");
    assert_eq!(found, ["WARNING", "1 of 3 parks unread", "hallctl collect"]);
    let hall = hall.at("2026-07-04T21:22:00Z");
    hall.run_words(&["collect", "--feed-url", &feed.url])
        .succeeds();
    let report = json(&hall);
    assert_eq!(station(&report, "feed")[0], "OK", "{report}");
    let text = hall.run("status").stdout;
    assert!(
        text.contains("0 of 3 parks unread; 1 without rides"),
        "{text}"
    );
}

#[test]
fn what_lies_in_the_future_is_a_warning_and_no_fresh_data() {
    // The clock ran two days ahead for a while; in the Los Angeles of then the fourth and fifth were over.
    let hall = healthy().at("2026-07-02T20:12:00Z");
    let report = json(&hall);
    assert_eq!(report["verdict"], "WARNING");
    for (name, what, passes) in [
        ("raw", "the newest snapshot", "2026-07-04T20:10Z"),
        ("hourly", "hour 2026-07-04T19Z", "2026-07-04T20:00Z"),
        ("daily", "day 2026-07-03", "2026-07-04T07:00Z"),
        ("cache", "the newest view", "2026-07-04T20:12Z"),
    ] {
        let cause = format!("{what} lies in the future: the clock was or is wrong");
        let next = format!("date -u; where that is right, this passes at {passes}");
        assert_eq!(
            station(&report, name),
            ["WARNING".to_owned(), cause, next],
            "{report}"
        );
    }
    let text = hall.run("status").stdout;
    assert!(text.contains("in 1 day 23 h"), "{text}");
    hall.query("update park_yearly_stats set stat_year = 2027");
    let [_, cause, _] = station(&json(&hall), "yearly");
    assert!(cause.starts_with("year 2027 lies in the future"), "{cause}");
    // Five minutes are the difference of two clocks.
    let hall = hall.at("2026-07-04T20:07:00Z");
    assert_eq!(station(&json(&hall), "raw")[0], "OK");
    assert_eq!(station(&json(&hall), "cache")[0], "OK");
}

#[test]
fn an_error_of_many_lines_is_shown_by_its_first() {
    let hall = healthy();
    let error = vec!["no such column"; 56].join("\n");
    hall.query(&format!(
        "insert into cache_refresh_log
           (refresh_started_at, refresh_completed_at, status, views_refreshed, views_failed, error_message)
         values (utc_timestamp(3), utc_timestamp(3), 'partial', 1, 56, '{error}')"
    ));
    let [_, cause, _] = station(&json(&hall), "cache");
    assert_eq!(cause, "56 views failed: no such column (and 55 more lines)");
}

#[test]
fn a_database_out_of_reach_is_unknown_within_five_seconds_and_its_password_stays_secret() {
    let mute = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mute = mute.local_addr().expect("an address").port();
    let free = TcpListener::bind("127.0.0.1:0").and_then(|taken| taken.local_addr());
    let closed = free.expect("an address").port();
    for port in [mute, closed] {
        let url = format!("mysql://hall:s3cret@127.0.0.1:{port}/hall");
        let hall = Hall::new().env("HALLCTL_DATABASE_URL", &url);
        let begun = Instant::now();
        let Ran { stdout, stderr, .. } = hall.run("status").exits(3);
        assert!(begun.elapsed().as_secs_f32() < 5.0, "{:?}", begun.elapsed());
        assert!(stdout.contains(&format!("127.0.0.1:{port}")), "{stdout}");
        let next = "next: check the server and HALLCTL_DATABASE_URL\n";
        assert!(stdout.ends_with(next), "{stdout}");
        assert!(
            !format!("{stdout}{stderr}").contains("s3cret"),
            "{stdout}{stderr}"
        );
    }
}

#[test]
fn without_a_database_it_is_unknown_and_names_both_choices() {
    let hall = Hall::new().env("HALLCTL_DATABASE_URL", "");
    let [verdict, cause, next] = station(&json(&hall), "database");
    assert_eq!(
        (verdict.as_str(), cause.as_str()),
        ("UNKNOWN", "no database is set")
    );
    for choice in ["HALLCTL_DATABASE_URL", "`hallctl db start`"] {
        assert!(next.contains(choice), "{next}");
    }
    assert!(!hall.path("home").exists(), "asking must not make a server");
}

#[test]
fn each_way_to_miss_the_database_has_its_own_next_step() {
    let hall = Hall::new().migrated();
    let Hall { database, .. } = &hall;
    hall.query(&format!(
        "create user {database}_shut@localhost identified by 'right'"
    ));
    let url = hall.url();
    let file = hall.path("url").display().to_string();
    let with = |hall: Hall, url: &str| hall.env("HALLCTL_DATABASE_URL", url);
    let next = |hall: &Hall| {
        let [verdict, _, next] = station(&json(hall), "database");
        assert_eq!(verdict, "UNKNOWN");
        next
    };
    let password = "correct user and password in HALLCTL_DATABASE_URL";
    let shut = url.replace("root@", &format!("{database}_shut:wrong@"));
    let nowhere = url.replace(database.as_str(), "nowhere");
    hall.query(
        "insert into schema_migrations values (999, '0999_future.create', repeat('0', 64), 'applied', '', now(), now())",
    );
    assert_eq!(next(&hall), "install the newer hallctl");
    let hall = with(hall, &shut);
    assert_eq!(next(&hall), password);
    let hall = with(hall, &nowhere);
    assert_eq!(next(&hall), "hallctl migrate");
    let hall = with(hall, "mysql:/hall");
    assert_eq!(next(&hall), "correct HALLCTL_DATABASE_URL");
    let hall = with(hall, "").env("HALLCTL_DATABASE_URL_FILE", &file);
    assert!(next(&hall).starts_with("make it a file of mode 600"));
    fs::write(&file, url).expect("a file that others may read");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("its mode");
    assert_eq!(next(&hall), format!("chmod 600 {file}"));
}

#[test]
fn what_verify_found_is_a_warning_until_it_has_looked_there_again() {
    let hall = healthy();
    assert!(!hall.run("status").succeeds().stdout.contains("verify"));
    hall.run("verify").succeeds();
    let text = hall.run("status").succeeds().stdout;
    assert!(
        text.contains("verify    OK        2026-07-04T20:12Z            0 min  hourly 24 agree; daily 1 agree; yearly 1 agree\n"),
        "{text}"
    );
    hall.query("update park_hourly_stats set wait_sum = 1 where hour_start = '2026-07-04 03:00:00' and park_id = 1");
    hall.query("update ride_snapshots set wait_minutes = 5, weight = 3 where hour_start = '2026-07-04 09:00:00' and minute = 5");
    let warned = |cause: &str, next: &str| {
        let expected = ["WARNING", cause, next].map(str::to_owned);
        assert_eq!(station(&json(&hall), "verify"), expected);
    };
    hall.run("verify --from 2026-07-03").exits(2);
    let cause = "values differ from what they sum, 2026-07-03 to 2026-07-03";
    let next = "hallctl backfill --from 2026-07-03 --to 2026-07-03 --all && hallctl verify --from 2026-07-03 --to 2026-07-03";
    warned(cause, next);
    // Another day in order, or a sample, says nothing of that one.
    hall.run("verify --from 2026-07-04 --sample 1").succeeds();
    warned(cause, next);
    hall.run("verify --from 2026-07-04 --deep").exits(2);
    let cause = "values differ from what they sum, 2026-07-03 to 2026-07-04";
    let deep = "verify --from 2026-07-03 --to 2026-07-04 --deep";
    let next = &format!(
        "hallctl backfill --from 2026-07-03 --to 2026-07-04 --judge --all && hallctl {deep}; \
         where what the feed said was changed too, put those rows back from a backup first"
    );
    warned(cause, next);
    hall.run("backfill --from 2026-07-03 --to 2026-07-04 --all --yes")
        .succeeds();
    hall.run("verify --from 2026-07-03 --to 2026-07-04")
        .succeeds();
    warned(cause, next);
    hall.query("update ride_snapshots set wait_minutes = 20, weight = 2 where hour_start = '2026-07-04 09:00:00' and minute = 5");
    hall.run("backfill --from 2026-07-03 --to 2026-07-04 --all --yes")
        .succeeds();
    hall.run(deep).succeeds();
    assert_eq!(station(&json(&hall), "verify")[0], "OK");
    // A year that differs says nothing of its days.
    hall.query("update park_yearly_stats set wait_sum = wait_sum + 1");
    let said = hall.run("verify").exits(2).stdout;
    let fill = "backfill --from 2026-07-03 --to 2026-07-03 --level yearly --all";
    let look = "verify --from 2026-07-03 --to 2026-07-03";
    let next = format!("hallctl {fill} && hallctl {look}");
    assert_eq!(said.lines().last(), Some(format!("next: {next}").as_str()));
    warned("values differ from what they sum, year 2026", &next);
    // Today is not over, so that a look at it is none at the year.
    hall.run("verify --from 2026-07-04").succeeds();
    warned("values differ from what they sum, year 2026", &next);
    hall.run(&format!("{fill} --yes")).succeeds();
    hall.run(look).succeeds();
    assert_eq!(station(&json(&hall), "verify")[0], "OK");
    // A week without a look is no accident; a run that cannot be meant is no look.
    hall.query("update job_runs set started_at = started_at - interval 169 hour, finished_at = finished_at - interval 169 hour where job = 'verify'");
    hall.run("verify --from 2026-07-04 --to 2026-07-03")
        .exits(2);
    warned("nothing was compared for 7 days 1 h", "hallctl verify");
    // A run that fails says so.
    hall.query("rename table park_yearly_stats to gone");
    hall.run("verify").exits(1);
    hall.query("rename table gone to park_yearly_stats");
    let [verdict, cause, _] = station(&json(&hall), "verify");
    assert_eq!(verdict, "WARNING");
    assert!(
        cause.starts_with("`verify` failed: ") && cause.contains("park_yearly_stats"),
        "{cause}"
    );
}
