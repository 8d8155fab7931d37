//! `hallctl explain`: from a number back to what the feed said, with the reason of each judgement.

use crate::hall::Hall;
use crate::history::filled;
use crate::recording::Recording;
use serde_json::{Value, json};

/// One park on one day: a storm at 20:00 (three cycles), an early stop of ride 3 at 21:30, closing from 22:00.
fn day() -> Hall {
    let hall = Hall::new().at("2026-07-05T08:00:00Z").migrated();
    let rides = [
        //18    19    20    21    22    23
        "OOOOOOOOOOOOOOOOOOOOOOOOccccccccccc",
        "OOOOOOOOcccOOOOOOOOOOOOOOccccccccccc",
        "OOOOOOOOcccOOOOOOOOOOcccccccccccccc",
        "OOOOOOOOcccOcccOOOOOOOOOOccccccccccc",
        "cccccccccccccccccccccccccccccccccccc",
        "OOOssOOOOOOOOOOOOOOOOOOOOccccccccccc",
    ];
    let length = rides.iter().map(|ride| ride.len()).min().expect("a ride");
    let rides: Vec<&str> = rides.iter().map(|ride| &ride[..length]).collect();
    Recording::new()
        .park(64, "2026-07-04T18:00:00Z", 10, &rides)
        .collect(&hall, 10);
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    hall
}

/// What is said of a park or ride at a time of 2026-07-04.
fn at(hall: &Hall, whom: &str, time: &str) -> String {
    hall.run(&format!("explain {whom} --at 2026-07-04T{time}"))
        .succeeds()
        .stdout
}

#[track_caller]
fn says(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(
            text.lines().any(|said| said.trim() == *line),
            "{line}\n\n{text}"
        );
    }
}

#[test]
fn every_state_of_a_park_has_its_reason() {
    let hall = day();
    for (time, lines) in [
        (
            "18:00",
            [
                "the park was open (observed, feed queue_times)",
                "6 rides are listed, 6 of them fresh: O = 5 are reported open, S = 5 are in service",
                "no spell was under way, and O is at least half of S and at least 3 or all that are listed: a spell begins here",
            ],
        ),
        (
            "19:00",
            [
                "the park was open (observed, feed queue_times)",
                "6 rides are listed, 6 of them fresh: O = 5 are reported open, S = 5 are in service",
                "O is at least half of S, which is 3: open, in the spell that began at 18:00Z",
            ],
        ),
        // A moment between two cycles lies in the first of them.
        (
            "19:36",
            [
                "the park was open (observed, feed queue_times)",
                "6 rides are listed, 6 of them fresh: O = 2 are reported open, S = 5 are in service",
                "O is below half of S, which is 3; this was in doubt until rides came back at 19:50Z: the park was open, in the spell that began at 18:00Z",
            ],
        ),
        (
            "22:10",
            [
                "the park was closed (observed, feed queue_times)",
                "6 rides are listed, 6 of them fresh: O = 0 are reported open, S = 5 are in service",
                "O is below half of S, which is 3, and rides did not come back before the spell that began at 18:00Z ended: it was closing, and the park had been open until 22:00Z",
            ],
        ),
    ] {
        says(&at(&hall, "park 1", time), &lines);
    }
    let text = at(&hall, "park 1", "22:20");
    says(
        &text,
        &[
            "O is at most a tenth of S: the spell has ended, and the park is closed",
            "no score: only an open park has one",
        ],
    );
    says(
        &at(&hall, "park 1", "23:30"),
        &[
            "no spell was under way, and O is below half of S or below 3 and below all that are listed: no spell begins",
        ],
    );
}

#[test]
fn every_state_of_a_ride_has_its_reason() {
    let hall = day();
    for (ride, time, was, reason) in [
        (
            1,
            "19:00",
            "operating, for 10 minutes, with weight 2",
            "reported open while its park is open: operating",
        ),
        (
            4,
            "20:10",
            "down, for 10 minutes, with weight 2",
            "it operated earlier in this spell and has stopped, since 20:00Z: down",
        ),
        (
            3,
            "21:40",
            "closed, for 10 minutes, with weight 2",
            "it stopped at 21:30Z and stayed so until the spell ended at 22:00Z, within its last quarter or its last 60 minutes: it had closed for the day",
        ),
        (
            5,
            "19:00",
            "closed, for 10 minutes, with weight 2",
            "not open and not in service: closed",
        ),
        (
            6,
            "18:30",
            "unknown, for 10 minutes, with weight 2",
            "what is not fresh says nothing of now: unknown",
        ),
        (
            1,
            "22:20",
            "closed, for 10 minutes, with weight 2",
            "its park is closed, and so is it",
        ),
    ] {
        let text = at(&hall, &format!("ride {ride}"), time);
        says(&text, &[&format!("the ride was {was}"), reason]);
    }
    let text = at(&hall, "ride 4", "20:10");
    says(
        &text,
        &[
            "the feed said: not open, wait 0, 2 minutes old: fresh (at most 30 minutes are)",
            "it operated within 7 days, last at 19:50Z: in service",
        ],
    );
    says(
        &at(&hall, "ride 6", "18:30"),
        &["what is not fresh is not in service"],
    );
}

#[test]
fn a_running_doubt_is_told_as_what_nobody_knows_yet() {
    let hall = Hall::new().at("2026-07-04T18:55:00Z").migrated();
    Recording::new()
        .park(
            64,
            "2026-07-04T18:00:00Z",
            10,
            &["OOOOcc", "OOOOOc", "OOOOcc", "OOOOOO"],
        )
        .collect(&hall, 10);
    says(
        &at(&hall, "park 1", "18:50"),
        &[
            "the park was doubt (observed, feed queue_times)",
            "O is below half of S, which is 2: in doubt since 18:50Z. It was open if rides come back to half, and closed if O falls to a tenth of S or this lasts 180 minutes",
        ],
    );
    says(
        &at(&hall, "ride 1", "18:50"),
        &["while its park is in doubt nobody knows whether it has stopped or closed: unknown"],
    );
    says(
        &at(&hall, "ride 1", "18:50"),
        &["hour 2026-07-04T18Z: no row; it is not filled yet, or lists the ride in no cycle"],
    );
}

#[test]
fn a_blind_park_and_a_judgement_no_rule_gives_are_called_so() {
    let hall = Hall::new().at("2026-07-04T19:55:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-04T18:00:00Z", 10, &["OOOss", "OOOss", "OOOsO"])
        .collect(&hall, 10);
    let text = at(&hall, "park 1", "18:40");
    says(
        &text,
        &[
            "nothing can be told from what is not fresh, so the park is blind: its spell neither begins nor ends",
        ],
    );
    says(
        &at(&hall, "ride 3", "18:40"),
        &["its park is blind: unknown"],
    );
    hall.query("update ride_snapshots set state = 'down' where ride_id = 1 and minute = 20");
    says(
        &at(&hall, "ride 1", "18:20"),
        &[
            "none of the rules of this hallctl gives this state; `hallctl verify --deep` says what they give",
        ],
    );
}

#[test]
fn a_schedule_and_a_frozen_feed_are_named_where_they_decided() {
    let hall = day();
    let stored = |what: &str, time: &str| {
        hall.query(&format!(
            "update park_snapshots set {what} where slot = '2026-07-04 {time}'"
        ));
    };
    stored("scheduled_open = true, state_source = 'schedule'", "19:00");
    says(
        &at(&hall, "park 1", "19:00"),
        &[
            "the park was open (schedule, feed queue_times)",
            "its schedule said open: open, in the spell that began at 18:00Z",
        ],
    );
    stored("scheduled_open = false, state_source = 'schedule'", "23:30");
    says(
        &at(&hall, "park 1", "23:30"),
        &["its schedule said closed: closed, whatever runs"],
    );
    stored("state = 'blind', score = null, quiet_minutes = 75", "21:00");
    says(
        &at(&hall, "park 1", "21:00"),
        &[
            "nothing its feed says has changed for 75 minutes while it was open: the feed has frozen, and the park is blind",
            "6 rides are listed, 0 of them fresh: O = 0 are reported open, S = 5 are in service",
        ],
    );
    let ride = at(&hall, "ride 1", "21:00");
    assert!(
        ride.contains(": frozen since 19:45Z\n") && !ride.contains(": fresh"),
        "{ride}"
    );
    let cycle = object(&hall, "ride 1 --at 2026-07-04T21:00")["cycle"].take();
    assert_eq!(
        (&cycle["rides_fresh"], &cycle["rides"][0]["is_fresh"]),
        (&json!(0), &json!(false))
    );
}

#[test]
fn a_cycle_leads_to_its_score_and_to_the_rows_and_runs_it_went_into() {
    let hall = day();
    let text = at(&hall, "park 1", "20:10");
    says(
        &text,
        &[
            "score 2.000000 = 10 × 2 / 10: the weight that was down, of the weight in service",
            "down: `Ride 6404` 2",
        ],
    );
    for (level, name, key) in [
        (
            "hourly",
            "hour 2026-07-04T20Z",
            "hour_start = '2026-07-04 20:00:00'",
        ),
        ("daily", "day 2026-07-04", "stat_date = '2026-07-04'"),
        ("yearly", "year 2026", "stat_year = 2026"),
    ] {
        let row = hall.query(&format!(
            "select sample_count, open_minutes, avg_shame_score, score_minutes, round(wait_sum / wait_samples, 1), wait_sum, wait_samples
               from park_{level}_stats where park_id = 1 and {key}"
        ));
        let [samples, open, score, minutes, wait, sum, count] = &row[0][..] else {
            panic!("{row:?}")
        };
        let run = hall.query(&format!(
            "select run_id, date_format(finished_at, '%Y-%m-%dT%TZ'), log_id from aggregation_log
              where job_type = '{level}' and status = 'success' and target_period in ('2026-07-04 20:00:00', '2026-07-04 07:00:00', '2026-01-01 08:00:00')"
        ));
        let [run_id, at, log_id] = &run[0][..] else {
            panic!("{run:?}")
        };
        says(
            &text,
            &[
                &format!(
                    "{name}: {samples} samples, {open} minutes open, score {score} = {minutes} / {open}, average wait {wait} = {sum} / {count}"
                ),
                &format!(
                    "written by run {run_id} (aggregate-{level}) at {at}, aggregation_log {log_id}, formula 2"
                ),
            ],
        );
    }
}

#[test]
fn a_day_is_shown_hour_by_hour_with_the_number_on_the_page() {
    let hall = filled();
    let text = hall
        .run("explain park 1 --date 2026-11-01")
        .succeeds()
        .stdout;
    says(
        &text,
        &["day 2026-11-01 of the Los Angeles calendar: 25 hours from 2026-11-01T07:00Z"],
    );
    let hours = text
        .lines()
        .filter(|line| line.starts_with("2026-11-0"))
        .count();
    assert_eq!(hours, 25, "{text}");
    let page = hall.query("select round(score_minutes / open_minutes, 1), score_minutes, open_minutes from park_daily_stats where park_id = 1 and stat_date = '2026-11-01'");
    let [score, minutes, open] = &page[0][..] else {
        panic!("{page:?}")
    };
    assert_ne!(score, "0.0");
    says(
        &text,
        &[&format!(
            "shame score {score} = {minutes} / {open}: score minutes by minutes open, rounded once"
        )],
    );
    let text = hall
        .run("explain ride 2 --date 2026-11-01")
        .succeeds()
        .stdout;
    says(
        &text,
        &[
            "downtime 150 minutes; uptime 450 of 600 minutes",
            "10 of 25 hours have a row here",
        ],
    );
    hall.query("update stale_periods set generation = 2");
    hall.query("insert into stale_periods values ('hourly', '2026-11-01 18:00:00', 1)");
    let text = hall
        .run("explain park 1 --date 2026-11-01")
        .succeeds()
        .stdout;
    let stale: Vec<&str> = text
        .lines()
        .filter(|line| line.ends_with("stale"))
        .collect();
    assert!(
        stale.len() == 1 && stale[0].starts_with("2026-11-01T18Z"),
        "{text}"
    );
}

#[test]
fn what_is_not_there_is_said_and_what_cannot_be_meant_is_refused() {
    let hall = day();
    let ran = hall.run("explain ride 99 --date 2026-07-04").exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: there is no ride `99`; `hallctl rides` shows the ids\n"
    );
    hall.run("explain park 1").exits(2);
    hall.run("explain park 1 --at noon").exits(2);
    says(
        &at(&hall, "park 1", "17:00"),
        &[
            "no cycle is stored at 2026-07-04T17:00Z, 17:00 at the park, 10:00 in Los Angeles or before; the first is at 2026-07-04T18:00Z, 18:00 at the park, 11:00 in Los Angeles",
        ],
    );
    let text = hall
        .run("explain park 1 --at 2026-07-05T02:00")
        .succeeds()
        .stdout;
    says(
        &text,
        &[
            "no cycle is stored at 2026-07-05T02:00Z, 02:00 at the park, 19:00 in Los Angeles; this is the last one before",
        ],
    );
    says(
        &hall
            .run("explain park 1 --date 2026-07-09")
            .succeeds()
            .stdout,
        &["the day has no row: it is not over, not filled, or lies before the park's first cycle"],
    );
}

/// What a program reads.
fn object(hall: &Hall, words: &str) -> Value {
    let said = hall.run(&format!("explain {words} --json")).succeeds();
    serde_json::from_str(&said.stdout).expect("one object")
}

/// The names of an object's fields, in order.
fn names(object: &Value) -> String {
    let object = object.as_object().expect("an object");
    let mut names: Vec<&str> = object.keys().map(String::as_str).collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn a_program_reads_the_same_of_a_cycle_by_names_that_the_help_lists() {
    let hall = day();
    let report = object(&hall, "park 1 --at 2026-07-04T20:14");
    assert_eq!(
        names(&report),
        "asked_at cycle joined_ride_id park park_id pruned ride ride_id rows"
    );
    let cycle = &report["cycle"];
    assert_eq!(
        names(cycle),
        "feed holds_asked_at interval_minutes park_state reasons rides rides_fresh rides_in_service rides_listed \
         rides_reported_open score slot spell_start state_source weight_down weight_in_service"
    );
    assert_eq!(
        names(&cycle["rides"][0]),
        "in_service is_fresh outage_began reasons ride ride_id said_age_minutes said_open said_status \
         said_wait_minutes state weight"
    );
    assert_eq!(
        names(&report["rows"][0]),
        "columns is_stale level period starts_at written_by"
    );
    let help = hall.run("explain --help").succeeds().stdout;
    for name in [
        &report,
        cycle,
        &cycle["rides"][0],
        &report["rows"][0],
        &report["rows"][0]["written_by"],
    ]
    .iter()
    .flat_map(|object| object.as_object().expect("an object").keys())
    {
        assert!(help.contains(name.as_str()), "`{name}` is not in {help}");
    }
    let found = [
        "slot",
        "score",
        "weight_down",
        "rides_in_service",
        "holds_asked_at",
    ];
    assert_eq!(
        found.map(|name| cycle[name].clone()),
        [
            json!("2026-07-04T20:10Z"),
            json!(2.0),
            json!(2),
            json!(5),
            json!(true)
        ]
    );
    let down = cycle["rides"].as_array().expect("rides").iter();
    let down: Vec<_> = down.filter(|ride| ride["state"] == "down").collect();
    assert_eq!(down.len(), 1);
    assert_eq!(
        (
            &down[0]["ride_id"],
            &down[0]["said_open"],
            &down[0]["said_wait_minutes"],
            &down[0]["said_age_minutes"]
        ),
        (&json!(4), &json!(false), &json!(0), &json!(2))
    );
    let text = at(&hall, "park 1", "20:14");
    for reason in cycle["reasons"].as_array().expect("reasons") {
        says(&text, &[reason.as_str().expect("a sentence")]);
    }
    let rows = report["rows"].as_array().expect("rows");
    let levels: Vec<_> = rows
        .iter()
        .map(|row| (&row["level"], &row["period"]))
        .collect();
    assert_eq!(
        levels,
        [
            (&json!("hourly"), &json!("2026-07-04T20Z")),
            (&json!("daily"), &json!("2026-07-04")),
            (&json!("yearly"), &json!("2026"))
        ]
    );
    let stored = hall.query("select score_minutes, wait_sum, run_id, log_id from park_daily_stats, aggregation_log
                              where park_id = 1 and stat_date = '2026-07-04' and job_type = 'daily' and status = 'success'");
    let told = [
        &rows[1]["columns"]["score_minutes"],
        &rows[1]["columns"]["wait_sum"],
        &rows[1]["written_by"]["run_id"],
        &rows[1]["written_by"]["aggregation_log_id"],
    ];
    let stored = stored[0]
        .iter()
        .map(|value| value.parse().expect("a number"));
    let told = told.map(|value| value.as_f64().expect("a number"));
    assert_eq!(told.to_vec(), stored.collect::<Vec<f64>>());

    let report = object(&hall, "ride 3 --at 2026-07-04T21:40");
    assert_eq!(report["cycle"]["rides"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["cycle"]["rides"][0]["ride"], "Ride 6403");
    assert_eq!(report["ride_id"], 3);
    let report = object(&hall, "park 1 --at 2026-07-04T17:00");
    assert_eq!(
        (&report["cycle"], &report["rows"]),
        (&Value::Null, &json!([]))
    );
}

#[test]
fn a_program_reads_the_same_of_a_day_and_its_page() {
    let hall = filled();
    let report = object(&hall, "park 1 --date 2026-11-01");
    assert_eq!(
        names(&report),
        "date ends_at hours joined_ride_id page park park_id pruned ride ride_id rows starts_at"
    );
    let help = hall.run("explain --help").succeeds().stdout;
    let ride = object(&hall, "ride 2 --date 2026-11-01");
    let fields = [&report, &report["page"], &ride["page"]];
    for name in fields
        .iter()
        .flat_map(|object| object.as_object().expect("an object").keys())
    {
        assert!(help.contains(name.as_str()), "`{name}` is not in {help}");
    }
    assert_eq!(report["hours"], 25);
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(27));
    let page = hall.query(
        "select round(score_minutes / open_minutes, 1), round(wait_sum / wait_samples, 1), wait_max
                             from park_daily_stats where park_id = 1 and stat_date = '2026-11-01'",
    );
    let page: Vec<f64> = page[0]
        .iter()
        .map(|value| value.parse().expect("a number"))
        .collect();
    let told = ["shame_score", "average_wait", "longest_wait"]
        .map(|name| report["page"][name].as_f64().expect("a number"));
    assert_eq!(told.to_vec(), page);
    assert_eq!(
        ride["page"],
        json!({"average_wait": 20.0, "longest_wait": 20, "uptime_minutes": 450, "downtime_minutes": 150})
    );
    let later = object(&hall, "park 1 --date 2026-12-01");
    assert_eq!(
        (&later["page"], &later["rows"][0]["level"]),
        (&Value::Null, &json!("yearly"))
    );
}

#[test]
fn a_rule_that_does_not_fit_is_never_given_as_the_reason() {
    let hall = day();
    let stored = |table: &str, what: &str, which: &str| {
        hall.query(&format!("update {table} set {what} where {which}"));
    };
    let none = "none of the rules of this hallctl gives this state; `hallctl verify --deep` says what they give";
    // An open park's ride that nobody knows, though its entry is fresh; a closed park's that operates.
    stored(
        "ride_snapshots",
        "state = 'unknown'",
        "ride_id = 1 and hour_start = '2026-07-04 19:00' and minute = 0",
    );
    says(&at(&hall, "ride 1", "19:00"), &[none]);
    stored(
        "ride_snapshots",
        "state = 'operating'",
        "ride_id = 1 and hour_start = '2026-07-04 22:00' and minute = 20",
    );
    says(&at(&hall, "ride 1", "22:20"), &[none]);
    // A stop is told from the first cycle that shows it; a stale one does not.
    stored(
        "ride_snapshots",
        "age_minutes = 60, state = 'unknown', in_service = false",
        "ride_id = 4 and hour_start = '2026-07-04 20:00' and minute = 0",
    );
    says(
        &at(&hall, "ride 4", "20:10"),
        &["it operated earlier in this spell and has stopped, since 20:10Z: down"],
    );
    // A park that is blind since most of it is stale has no frozen feed.
    stored(
        "park_snapshots",
        "state = 'blind', score = null",
        "slot = '2026-07-04 19:00'",
    );
    stored(
        "ride_snapshots",
        "age_minutes = 60",
        "ride_id in (1, 2, 3, 4) and hour_start = '2026-07-04 19:00' and minute = 0",
    );
    let text = at(&hall, "ride 5", "19:00");
    says(
        &text,
        &["it has not operated within 7 days: not in service"],
    );
    assert!(!text.contains("frozen"), "{text}");
    // A day that never opened has neither score nor wait.
    let text = hall
        .run("explain ride 5 --date 2026-07-04")
        .succeeds()
        .stdout;
    says(&text, &["no average wait: none was posted"]);
}

#[test]
fn the_cycle_that_ends_a_spell_of_a_week_names_the_week() {
    let hall = Hall::new().at("2026-07-12T08:00:00Z").migrated();
    let hours = 7 * 24 + 2;
    let runs = "O".repeat(hours);
    // Park 65 is in doubt when its week ends: two of six run.
    let stops = "O".repeat(hours - 2) + "cc";
    Recording::new()
        .park(64, "2026-07-04T18:00:00Z", 60, &[&runs, &runs])
        .park(
            65,
            "2026-07-04T18:00:00Z",
            60,
            &[&runs, &runs, &stops, &stops, &stops, &stops],
        )
        .collect(&hall, 60);
    let week = "the spell that began at 2026-07-04T18:00Z had lasted for more than 7 days and was ended: this cycle is judged as the first after it";
    for (park, at, reasons) in [
        (
            1,
            "18:00",
            ["O is at least half of S, which is 1: open, in the spell that began at 2026-07-04T18:00Z";
                2],
        ),
        (
            1,
            "19:00",
            [
                week,
                "O is at least half of S and at least 3 or all that are listed: open still, and another spell begins here",
            ],
        ),
        (
            2,
            "19:00",
            [
                week,
                "O is below half of S or below 3 and below all that are listed: no other spell begins",
            ],
        ),
    ] {
        let said = hall.run(&format!("explain park {park} --at 2026-07-11T{at}"));
        says(&said.succeeds().stdout, &reasons);
    }
}
