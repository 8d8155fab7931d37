//! The crontab as shipped: when its jobs run, wherever the server's clock stands.

use crate::hall::{HALLCTL, Hall, run};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const CRONTAB: &str = include_str!("../../crontab");

/// Minutes that zones of the world are apart from a full hour: Paris, Kolkata, Kathmandu.
const ZONES_OFF_THE_HOUR: [u32; 3] = [0, 30, 45];

/// A line that runs something: its five fields, and the command.
fn jobs() -> Vec<(Vec<&'static str>, String)> {
    let lines = CRONTAB
        .lines()
        .filter(|line| line.starts_with(|c: char| c == '*' || c.is_ascii_digit()));
    let jobs = lines.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[..5].to_vec(), words[5..].join(" "))
    });
    jobs.collect()
}

/// The minutes a field of the crontab names: `*/5`, `3-59/5`, `10,40`.
fn minutes(field: &str) -> BTreeSet<u32> {
    let number = |text: &str| text.parse::<u32>().expect("a minute");
    let part = |part: &str| {
        let (range, step) = part
            .split_once('/')
            .map_or((part, 1), |(range, step)| (range, number(step)));
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 59),
            Some((first, last)) => (number(first), number(last)),
            None => (number(range), number(range)),
        };
        (first..=last).step_by(step as usize).collect::<Vec<_>>()
    };
    field.split(',').flat_map(part).collect()
}

/// The minutes of every hour at which `command` begins; each job runs in every hour of every day.
fn minutes_of(command: &str) -> BTreeSet<u32> {
    let mut lines = jobs()
        .into_iter()
        .filter(|(_, line)| line.contains(command));
    let (fields, _) = lines
        .next()
        .unwrap_or_else(|| panic!("no line runs `{command}`"));
    assert!(lines.next().is_none(), "two lines run `{command}`");
    assert_eq!(
        fields[1..],
        ["*"; 4],
        "`{command}` must not depend on the server's zone"
    );
    minutes(fields[0])
}

/// How many minutes after the full hour UTC a job begins, on a server so far off the hour.
fn after_the_hour(command: &str, off: u32) -> BTreeSet<u32> {
    minutes_of(command)
        .into_iter()
        .map(|minute| (minute + 60 - off) % 60)
        .collect()
}

#[test]
fn minute_fields_are_read_as_cron_reads_them() {
    assert_eq!(minutes("*/20"), BTreeSet::from([0, 20, 40]));
    assert_eq!(minutes("3-20/5,59"), BTreeSet::from([3, 8, 13, 18, 59]));
}

#[test]
fn the_feed_is_read_once_in_every_slot() {
    let slots: Vec<u32> = minutes_of("hallctl collect")
        .iter()
        .map(|minute| minute / 5)
        .collect();
    assert_eq!(slots, (0..12).collect::<Vec<_>>());
}

#[test]
fn an_hour_is_tried_twice_between_its_grace_and_15_minutes_after_it() {
    for off in ZONES_OFF_THE_HOUR {
        let minutes = after_the_hour("hallctl aggregate hourly", off);
        let tries = minutes.range(2..15).count();
        assert!(
            tries >= 2,
            "{tries} tries on a server {off} minutes off the hour"
        );
    }
    let polls = minutes_of("hallctl collect");
    let folds = minutes_of("hallctl aggregate hourly");
    assert!(
        polls.is_disjoint(&folds),
        "an hour is not complete while a poll is running"
    );
}

#[test]
fn a_day_is_tried_after_its_last_hour_and_before_two_in_the_morning() {
    // Midnight in Los Angeles is a full hour UTC in summer and in winter, and its 02:00 is at least
    // one hour later; a job of every hour therefore begins in between, once its hour is filled.
    for off in ZONES_OFF_THE_HOUR {
        let first_hour_filled = *after_the_hour("hallctl aggregate hourly", off)
            .range(2..)
            .next()
            .expect("a fold after the grace");
        let days = after_the_hour("hallctl aggregate daily", off);
        let tries = days.range(first_hour_filled + 1..).count() + days.len();
        assert!(
            days.range(first_hour_filled + 1..).next().is_some(),
            "off by {off}"
        );
        assert!(
            tries >= 3,
            "{tries} tries before 02:00 on a server {off} minutes off the hour"
        );
    }
}

#[test]
fn years_follow_days_and_the_shelf_follows_the_feed() {
    for (first, then) in [
        ("hallctl aggregate daily", "hallctl aggregate yearly"),
        ("hallctl collect", "hallctl refresh-cache --if-stale"),
    ] {
        assert_eq!(minutes_of(first), minutes_of(then));
        let line = jobs()
            .into_iter()
            .find(|(_, line)| line.contains(first))
            .expect("the line")
            .1;
        let (a, b) = (line.find(first), line.find(then));
        assert!(
            a < b && line.contains("; "),
            "`{then}` must come after `{first}`, whatever came of it"
        );
    }
}

#[test]
fn cron_finds_the_programs_and_the_database() {
    for setting in [
        "SHELL=/bin/sh",
        "PATH=",
        "MAILTO=",
        "HALLCTL_DATABASE_URL_FILE=",
    ] {
        assert!(
            CRONTAB.lines().any(|line| line.starts_with(setting)),
            "`{setting}` is missing"
        );
    }
    // cron turns every % of a command into the end of a line.
    assert!(jobs().iter().all(|(_, line)| !line.contains('%')));
    assert!(
        CRONTAB.ends_with('\n'),
        "cron ignores a last line without an end"
    );
}

/// Every line as cron would run it: by its shell, in its environment, of which only the directory of
/// the program, the place of the URL and the feed are the test's own.
#[test]
fn every_line_does_its_job_in_the_environment_of_cron() {
    let hall = Hall::new().migrated();
    let url = hall.path("database-url");
    fs::write(&url, hall.url()).expect("the URL is kept");
    fs::set_permissions(&url, fs::Permissions::from_mode(0o600)).expect("it is private");
    let settings = CRONTAB
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    let settings: Vec<_> = settings.filter_map(|line| line.split_once('=')).collect();
    let value = |name| {
        settings
            .iter()
            .find(|(key, _)| *key == name)
            .expect("a setting")
            .1
    };
    let place = Path::new(HALLCTL).parent().expect("a directory").display();
    let (mut said, mut heard) = (String::new(), String::new());
    for (_, line) in jobs() {
        let mut command = Command::new(value("SHELL"));
        command
            .args(["-c", &line])
            .env_clear()
            .envs(settings.iter().copied())
            .env("HOME", "/nonexistent")
            .env("PATH", format!("{place}:{}", value("PATH")))
            .env("HALLCTL_DATABASE_URL_FILE", &url)
            .env("HALLCTL_FEED_URL", "http://127.0.0.1:9");
        let ran = run(command);
        assert!(!ran.stderr.contains("Usage:"), "`{line}`: {}", ran.stderr);
        said += &ran.stdout;
        heard += &ran.stderr;
    }
    let runs = hall.query("select job, status from job_runs order by run_id");
    let runs: Vec<String> = runs.iter().map(|run| run.join(" ")).collect();
    assert_eq!(
        runs,
        [
            "collect failed",
            "refresh-cache success",
            "aggregate-hourly success",
            "aggregate-daily success",
            "aggregate-yearly success",
            "prune success",
        ]
    );
    assert!(
        heard.contains("there is nothing to compare: no snapshot is stored yet"),
        "{heard}"
    );
    // All that would be mailed from stdout is the verdict, for the feed was not there.
    assert!(said.trim_start().starts_with("CRITICAL"), "{said}");
}
