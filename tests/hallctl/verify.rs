//! `hallctl verify`: it finds any value that is not what it sums, and nothing else.

use crate::hall::Hall;
use crate::history::{NOW, filled};
use crate::recording::{Recording, time};
use crate::rows::{self, KEPT, RAW, ROLLUPS};
use chrono::Duration;
use serde_json::Value;

const ALL: &str = "verify --from 2026-10-30 --to 2026-11-03";

/// The columns of a table that are stored and not part of its key.
fn columns(hall: &Hall, table: &str) -> Vec<String> {
    let columns = hall.query(&format!(
        "select column_name from information_schema.columns
          where table_schema = '{}' and table_name = '{table}' and column_key <> 'PRI' and extra not like '%GENERATED%'
            and column_name not in ('filled_at', 'park_id')",
        hall.database
    ));
    columns.into_iter().flatten().collect()
}

#[test]
fn what_the_jobs_left_agrees_at_every_level_across_the_end_of_summer_time() {
    let hall = filled();
    let ran = hall.run(&format!("{ALL} --deep")).succeeds();
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        (
            "verify: hourly 112 agree; daily 5 agree; yearly 1 agree; cycles 200 agree\n",
            ""
        )
    );
}

#[test]
fn a_wrong_value_in_any_column_of_any_level_is_listed_with_both_values() {
    let hall = filled();
    // Row by row another park and ride, so that no two tables hide each other.
    for (table, key) in [
        (
            "park_hourly_stats",
            "hour_start = '2026-10-31 18:00:00' and park_id = 1",
        ),
        (
            "ride_hourly_stats",
            "hour_start = '2026-10-31 18:00:00' and ride_id = 2",
        ),
        (
            "park_daily_stats",
            "stat_date = '2026-11-01' and park_id = 1",
        ),
        (
            "ride_daily_stats",
            "stat_date = '2026-11-01' and ride_id = 2",
        ),
        ("park_yearly_stats", "stat_year = 2026 and park_id = 1"),
        ("ride_yearly_stats", "stat_year = 2026 and ride_id = 2"),
    ] {
        let columns = columns(&hall, table);
        assert!(columns.len() > 14, "{columns:?}");
        let wrong = |column: &String| match column.as_str() {
            "is_complete" => "is_complete = not is_complete".to_owned(),
            "formula_version" => "formula_version = formula_version".to_owned(),
            time if time.ends_with("_at") => {
                format!("{time} = coalesce({time}, '2026-11-01') + interval 1 minute")
            }
            number => format!("{number} = coalesce({number}, 0) + 1"),
        };
        let wrong: Vec<String> = columns.iter().map(wrong).collect();
        hall.query("drop table if exists kept");
        hall.query(&format!(
            "create table kept as select * from {table} where {key}"
        ));
        hall.query(&format!(
            "update {table} set {} where {key}",
            wrong.join(", ")
        ));
        let said = hall.run(ALL).exits(2).stdout;
        let (entity, id) = if table.starts_with("park") {
            ("park", 1)
        } else {
            ("ride", 2)
        };
        for column in columns.iter().filter(|column| *column != "formula_version") {
            let kept = hall.value(&format!("select {column} from kept"));
            let now = hall.value(&format!("select {column} from {table} where {key}"));
            let line = format!(
                ": {entity} `{id}`: {column} is {now}, comes to {}\n",
                kept.replace("NULL", "nothing")
            );
            assert!(said.contains(&line), "{table}: {line}{said}");
        }
        hall.query(&format!("delete from {table} where {key}"));
        let all = columns.join(", ");
        let names = hall.query(&format!(
            "select column_name from information_schema.columns where table_schema = '{}' and table_name = '{table}'
              and extra not like '%GENERATED%'", hall.database));
        let names = names.concat().join(", ");
        assert!(names.len() > all.len());
        let said = hall.run(ALL).exits(2).stdout;
        assert!(
            said.contains(&format!("{entity} `{id}`: row is nothing, comes to ")),
            "{said}"
        );
        hall.query(&format!(
            "insert into {table} ({names}) select {names} from kept"
        ));
        hall.run(ALL).succeeds();
    }
}

#[test]
fn a_row_nobody_sampled_is_found_and_rows_of_zeros_are_compared_like_any_other() {
    let hall = filled();
    hall.query("update park_hourly_stats set park_id = 77 where hour_start = '2026-10-31 18:00:00' and park_id = 2");
    let said = hall.run("verify --from 2026-10-31").exits(2).stdout;
    assert!(
        said.contains("hour 2026-10-31T18Z: park `77`: row is 2 samples, comes to nothing\n"),
        "{said}"
    );
    assert!(
        said.contains("hour 2026-10-31T18Z: park `2`: row is nothing, comes to 2 samples\n"),
        "{said}"
    );
    hall.query("update park_hourly_stats set park_id = 2 where park_id = 77");
    // A park that is no longer polled keeps its rows of zeros, and one never polled has none.
    hall.query("update parks set is_active = false where park_id = 1");
    hall.query(
        "insert into parks (name, timezone, queue_times_id, created_at, updated_at)
         select 'New Park', 'UTC', 99, created_at, updated_at from parks where park_id = 1",
    );
    hall.run(ALL).succeeds();
    hall.query("update park_hourly_stats set wait_sum = 5 where hour_start = '2026-10-31 09:00:00' and park_id = 1");
    let said = hall.run(ALL).exits(2).stdout;
    assert!(
        said.contains("hour 2026-10-31T09Z: park `1`: wait_sum is 5, comes to 0\n"),
        "{said}"
    );
}

#[test]
fn a_judgement_that_the_feed_does_not_bear_out_is_found_by_looking_deep() {
    let hall = filled();
    let judged = || rows::of(&hall, RAW);
    let before = judged();
    hall.query("update park_snapshots set score = 9, rides_down = 7 where slot = '2026-10-31 18:30:00' and park_id = 1");
    hall.query(
        "update ride_snapshots set state = 'down', operated = false, in_service = false, outage_began = true
          where hour_start = '2026-10-31 17:00:00' and minute = 30 and ride_id = 1",
    );
    hall.run("aggregate hourly").succeeds();
    let said = hall.run(&format!("{ALL} --deep")).exits(2).stdout;
    for line in [
        "cycle 2026-10-31T18:30Z: park `1`: rides_down is 7, comes to 1\n",
        "cycle 2026-10-31T18:30Z: park `1`: score is 9.000000, comes to 3.333333\n",
        "cycle 2026-10-31T17:30Z: ride `1`: state is down, comes to operating\n",
        "cycle 2026-10-31T17:30Z: ride `1`: operated is 0, comes to 1\n",
        "cycle 2026-10-31T17:30Z: ride `1`: in_service is 0, comes to 1\n",
        "cycle 2026-10-31T17:30Z: ride `1`: outage_began is 1, comes to 0\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    assert!(said.contains("cycles 198 agree, 2 differ"), "{said}");
    // Another hand changed what was judged, so what the feed said still comes to what was there before.
    let next = said
        .lines()
        .last()
        .and_then(|line| line.strip_prefix("next: hallctl "));
    let backfill = next
        .and_then(|next| next.split(" && ").next())
        .expect(&said);
    assert!(backfill.ends_with(" --judge --all"), "{backfill}");
    hall.run(&format!("{backfill} --yes")).succeeds();
    assert_eq!(judged(), before);
    let said = hall.run(&format!("{ALL} --deep")).succeeds().stdout;
    assert_eq!(
        said,
        "verify: hourly 112 agree; daily 5 agree; yearly 1 agree; cycles 200 agree\n"
    );
    hall.run("backfill --from 2026-10-31 --to 2026-10-31 --judge --level daily --plan")
        .exits(2);
}

#[test]
fn late_data_is_stale_first_and_agrees_once_it_is_filled() {
    let hall = filled();
    Recording::new()
        .park(64, "2026-10-31T18:15:00Z", 30, &["ccc", "ccc", "ccc"])
        .collect(&hall, 5);
    let said = hall.run("verify --from 2026-10-31").succeeds().stdout;
    assert!(
        said.starts_with("verify: hourly 22 agree, 2 stale; daily 1 agree; yearly 1 agree\n"),
        "{said}"
    );
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    let said = hall.run(&format!("{ALL} --deep")).succeeds().stdout;
    assert_eq!(
        said,
        "verify: hourly 112 agree; daily 5 agree; yearly 1 agree; cycles 203 agree\n"
    );
}

#[test]
fn a_running_spell_is_judged_again_as_far_as_it_goes() {
    let hall = Hall::new().at("2026-11-03T20:40:00Z").migrated();
    // A doubt that nobody has dispelled yet.
    Recording::new()
        .park(
            64,
            "2026-11-03T17:00:00Z",
            30,
            &["OOOOOOOO", "OOOOOccc", "OOOcOOcc", "OOOcOOcc"],
        )
        .collect(&hall, 30);
    assert_eq!(
        hall.value("select spell_start is not null and doubt_since is not null from parks"),
        "1"
    );
    let said = hall
        .run("verify --from 2026-11-03 --deep")
        .succeeds()
        .stdout;
    assert!(said.ends_with("; cycles 8 agree\n"), "{said}");
}

#[test]
fn every_day_takes_another_sample_until_each_period_had_its_turn() {
    let hall = filled();
    hall.query("update park_hourly_stats set wait_sum = wait_sum + 1 where hour_start = '2026-10-31 18:00:00' and park_id = 1");
    let runs = (0..12).map(|day| {
        let now = (time(NOW) + Duration::days(day)).to_rfc3339();
        let mut command = hall.command(&[
            "verify",
            "--from",
            "2026-10-30",
            "--to",
            "2026-11-03",
            "--sample",
            "10",
        ]);
        command.env("HALLCTL_NOW", now);
        crate::hall::run(command)
    });
    let runs: Vec<_> = runs.collect();
    assert!(
        runs[0].stdout.contains("hourly 10 agree")
            || runs[0].stdout.contains("hourly 9 agree, 1 differ")
    );
    let hour = "hour 2026-10-31T18Z: ";
    let found = runs.iter().filter(|ran| ran.stdout.contains(hour)).count();
    assert_eq!(found, 1, "{runs:?}");
}

#[test]
fn it_changes_no_number_and_a_program_can_read_what_it_found() {
    let hall = filled();
    hall.query(
        "update ride_daily_stats set outages = 9 where stat_date = '2026-11-02' and ride_id = 2",
    );
    let tables = [RAW, ROLLUPS, KEPT, &["aggregation_log"]].concat();
    let before = rows::of(&hall, &tables);
    let ran = hall.run("verify --json --deep").exits(2);
    assert_eq!(
        hall.query("select name, value from settings where name = 'verify_found'"),
        [[
            "verify_found",
            r#"{"days":{"first":"2026-11-02","last":"2026-11-02"},"years":{"first":"2026-10-30","last":"2026-10-30"},"is_deep":false}"#
        ]]
    );
    hall.query("delete from settings where name = 'verify_found'");
    assert_eq!(rows::of(&hall, &tables), before);
    let report: Value = serde_json::from_str(&ran.stdout).expect("one object");
    let found = &report["differences"][0];
    assert_eq!(found["period"], "day 2026-11-02");
    assert_eq!(
        [
            &found["entity"],
            &found["id"],
            &found["column"],
            &found["stored"],
            &found["summed"]
        ],
        ["ride", "2", "outages", "9", "1"]
    );
    assert_eq!(report["compared"][1]["differ"], 1);
    let text = hall.run("verify --deep").exits(2).stdout;
    let next = report["next"].as_str().expect("a command");
    assert!(text.ends_with(&format!("\nnext: {next}\n")), "{text}");
    hall.query(
        "update ride_daily_stats set outages = 1 where stat_date = '2026-11-02' and ride_id = 2",
    );
    let clean = hall.run("verify --json --deep").succeeds().stdout;
    let clean: Value = serde_json::from_str(&clean).expect("one object");
    assert_eq!(clean.get("next"), Some(&Value::Null));
}

#[test]
fn days_outside_history_are_refused_and_backfill_says_why_it_has_nothing_to_do() {
    let hall = Hall::new().at(NOW).migrated();
    let none = "no snapshot is stored yet; `hallctl collect` stores the first\n";
    for range in ["", " --from 2026-10-30"] {
        let said = hall.run(&format!("verify{range} --deep")).exits(2).stderr;
        assert_eq!(
            said,
            format!("hallctl: there is nothing to compare: {none}")
        );
    }
    let backfill = |hall: &Hall, from: &str, to: &str| {
        let all = format!("backfill --from {from} --to {to} --all --yes");
        hall.run(&all).succeeds().stdout
    };
    let said = backfill(&hall, "2026-10-30", "2026-10-31");
    assert!(
        said.ends_with(&format!("backfill: nothing to do: {none}")),
        "{said}"
    );

    let hall = filled();
    for (from, to) in [("2019-01-01", "2019-01-03"), ("2026-11-05", "2030-01-01")] {
        let why = format!(
            "`{from}` to `{to}` lies outside history, whose first day is `2026-10-30` and whose last is `2026-11-04`\n"
        );
        let said = hall
            .run(&format!("verify --from {from} --to {to}"))
            .exits(2);
        assert_eq!(
            (said.stdout.as_str(), said.stderr),
            ("", format!("hallctl: there is nothing to compare: {why}"))
        );
        let said = backfill(&hall, from, to);
        assert!(
            said.ends_with(&format!("backfill: nothing to do: {why}")),
            "{said}"
        );
    }
    assert_eq!(
        hall.value("select count(*) from job_runs where job = 'verify'"),
        "0"
    );
    hall.run("verify --from 2019-01-01 --to 2026-10-30")
        .succeeds();
    let said = backfill(&hall, "2026-10-30", "2026-10-30");
    assert!(!said.contains("nothing to do"), "{said}");
}
