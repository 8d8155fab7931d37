//! `hallctl backfill`: the plan it shows is what it does; it can be stopped, repeated and resumed.

use crate::hall::{Hall, eventually, wait};
use crate::history::{collected, filled};
use crate::rows::{self, ROLLUPS};
use mysql::prelude::Queryable;
use rustix::process::{Pid, Signal, kill_process};

const DAYS: &str = "backfill --from 2026-10-30 --to 2026-11-03";

fn backfill(flags: &str) -> String {
    format!("{DAYS} {flags}")
}

/// The line of a level in a plan: periods, present, missing, failed, partial, stale, outdated, pruned, to fill.
fn plan(hall: &Hall, flags: &str, level: &str) -> Vec<u32> {
    let plan = hall
        .run(&backfill(&format!("{flags} --plan")))
        .succeeds()
        .stdout;
    let line = plan
        .lines()
        .find(|line| line.starts_with(level))
        .expect("a line of that level");
    let numbers = line.split_whitespace().skip(1).take(9);
    numbers
        .map(|number| number.parse().expect("a number"))
        .collect()
}

/// The order in which periods of a level were filled.
fn order(hall: &Hall, level: &str) -> Vec<String> {
    let log = format!(
        "select target_period from aggregation_log where job_type = '{level}' order by log_id"
    );
    hall.query(&log).into_iter().flatten().collect()
}

#[test]
fn the_plan_says_what_is_missing_and_which_day_has_25_hours_and_changes_nothing() {
    let hall = collected();
    let plan = hall.run(&backfill("--plan")).succeeds().stdout;
    assert_eq!(plan, "\
level   periods  present  missing   failed  partial    stale outdated   pruned  to fill        rows      time
hourly      112        0      112        0        0        0        0        0      112     unknown   unknown
daily         5        0        5        0        0        0        0        0        5     unknown   unknown
yearly        1        0        1        0        0        0        0        0        1     unknown   unknown
day 2026-11-01 has 25 hours
");
    for table in ["aggregation_log", "park_hourly_stats"] {
        assert_eq!(hall.value(&format!("select count(*) from {table}")), "0");
    }
}

#[test]
fn a_backfill_leaves_the_rows_that_aggregate_leaves_and_the_same_again() {
    let hall = collected();
    let ran = hall.run(&backfill("--yes")).succeeds();
    assert_eq!(
        ran.stdout.lines().last(),
        Some("backfill: 118 periods filled, 516 rows")
    );
    rows::assert_same(&hall, &filled(), ROLLUPS);
    let ran = hall.run(&backfill("--yes")).succeeds();
    assert_eq!(ran.stdout.lines().last(), Some("backfill: nothing to do"));
    let before = rows::of(&hall, ROLLUPS);
    hall.run(&backfill("--yes --all")).succeeds();
    assert_eq!(rows::of(&hall, ROLLUPS), before);
}

#[test]
fn the_newest_period_comes_first_or_the_oldest_if_asked() {
    let hall = collected();
    hall.run(&backfill("--yes --level hourly")).succeeds();
    let newest_first = order(&hall, "hourly");
    assert!(newest_first.is_sorted_by(|a, b| a > b), "{newest_first:?}");
    let hall = collected();
    hall.run(&backfill("--yes --oldest-first")).succeeds();
    let oldest_first = order(&hall, "daily");
    assert_eq!(oldest_first.len(), 5);
    assert!(oldest_first.is_sorted(), "{oldest_first:?}");
}

#[test]
fn filling_an_hour_takes_its_day_and_its_year_along() {
    let hall = filled();
    hall.query("delete from park_hourly_stats where hour_start = '2026-10-31 18:00:00'");
    hall.query("delete from ride_hourly_stats where hour_start = '2026-10-31 18:00:00'");
    assert_eq!(plan(&hall, "", "hourly"), [112, 111, 1, 0, 0, 0, 0, 0, 1]);
    // A day that was filled from an hour which is gone lacks a part.
    assert_eq!(plan(&hall, "", "daily"), [5, 4, 0, 0, 1, 0, 0, 0, 1]);
    assert_eq!(
        plan(&hall, "--missing", "daily"),
        [5, 4, 0, 0, 1, 0, 0, 0, 1]
    );
    assert_eq!(
        plan(&hall, "--missing", "yearly"),
        [1, 1, 0, 0, 0, 0, 0, 0, 1]
    );
    hall.run(&backfill("--missing --yes")).succeeds();
    rows::assert_same(&hall, &filled(), ROLLUPS);
    assert_eq!(
        hall.value("select count(*) from stale_periods where level <> 'daily'"),
        "0"
    );
}

#[test]
fn rows_of_another_formula_are_outdated_until_they_are_filled_again() {
    let hall = filled();
    hall.query(
        "update park_hourly_stats set formula_version = 0 where hour_start < '2026-10-31 07:00:00'",
    );
    hall.query("update park_daily_stats set formula_version = 0 where stat_date = '2026-11-02'");
    assert_eq!(plan(&hall, "--outdated", "hourly")[6..], [15, 0, 15]);
    // One day claims to be newer than its hours, another is older than they are.
    assert_eq!(plan(&hall, "--outdated", "daily")[6..], [2, 0, 2]);
    hall.run(&backfill("--outdated --yes")).succeeds();
    rows::assert_same(&hall, &filled(), ROLLUPS);
    assert_eq!(plan(&hall, "--outdated", "hourly")[8], 0);
}

#[test]
fn snapshots_of_another_formula_are_judged_again_before_they_are_summed() {
    let hall = filled();
    // As an older formula might have judged: no ride was ever down, and the last hour of a day was no part of it.
    hall.query(
        "update ride_snapshots set state = 'closed', outage_began = false where state = 'down'",
    );
    hall.query("update park_snapshots set rides_closed = rides_closed + rides_down, rides_down = 0, weight_down = 0, score = 0 where state = 'open'");
    hall.query(
        "update park_hourly_stats set formula_version = 0 where hour_start < '2026-10-31 20:00:00'",
    );
    let shown = hall.run(&backfill("--plan")).succeeds().stdout;
    assert!(
        shown.contains(
            "the snapshots of 2 days are judged again first, and what that changes is filled too\n"
        ),
        "{shown}"
    );
    hall.run(&backfill("--yes")).succeeds();
    let clean = filled();
    let judged = "select slot, park_id, state, rides_down, score from park_snapshots where slot < '2026-11-01 07:00:00' order by 1, 2";
    assert_eq!(hall.query(judged), clean.query(judged));
    let said = hall
        .run("verify --from 2026-10-30 --to 2026-10-31 --deep")
        .succeeds()
        .stdout;
    assert_eq!(
        said,
        "verify: hourly 39 agree; daily 2 agree; yearly 1 agree; cycles 80 agree\n"
    );
}

#[test]
fn one_bad_period_costs_no_other_and_is_listed() {
    let hall = filled();
    hall.query("delete from park_snapshots where slot >= '2026-10-31 18:00' and slot < '2026-10-31 19:00' and park_id = 1");
    let ran = hall.run(&backfill("--all --yes")).exits(3);
    assert_eq!(
        ran.stdout.lines().last(),
        Some("backfill: 117 periods filled, 509 rows, 1 failed")
    );
    assert_eq!(ran.stderr.lines().count(), 1);
    assert!(
        ran.stderr.starts_with("backfill: hour 2026-10-31T18Z was not filled: refused: it would shrink park `1` from 2 to 0 samples; "),
        "{}", ran.stderr
    );
    assert_eq!(
        plan(&hall, "--failed", "hourly"),
        [112, 111, 0, 1, 0, 0, 0, 0, 1]
    );
    let status = hall.query("select job, status from job_runs order by run_id desc limit 1");
    assert_eq!(status, [["backfill", "partial"]]);
}

#[test]
fn what_was_pruned_is_shown_and_never_part_of_a_plan() {
    let hall = filled();
    hall.query("replace into settings (name, value) values ('pruned_through_raw', '2026-11-01T00:00:00+00:00')");
    assert_eq!(
        plan(&hall, "--all", "hourly"),
        [112, 80, 0, 0, 0, 0, 0, 32, 80]
    );
    assert_eq!(plan(&hall, "--all", "daily"), [5, 5, 0, 0, 0, 0, 0, 0, 5]);
    hall.run(&backfill("--all --yes")).succeeds();
    rows::assert_same(&hall, &filled(), ROLLUPS);
}

#[test]
fn without_a_terminal_it_wants_a_yes_and_dates_in_order() {
    let hall = collected();
    let ran = hall.run(DAYS).exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: there is no terminal to ask on; give `--yes` to carry out the plan, or `--plan` to see it\n"
    );
    let ran = hall
        .run("backfill --from 2026-11-03 --to 2026-10-30 --plan")
        .exits(2);
    assert!(
        ran.stderr
            .contains("`--from 2026-11-03` lies after `--to 2026-10-30`"),
        "{}",
        ran.stderr
    );
    assert_eq!(hall.value("select count(*) from aggregation_log"), "0");
}

#[test]
fn on_a_terminal_it_asks_and_takes_anything_but_yes_for_no() {
    let hall = collected();
    for (answer, said, filled) in [
        ("n", "nothing was changed", "0"),
        ("y", "118 periods filled, 516 rows", "118"),
    ] {
        let ran = hall.run_typing(DAYS, answer).succeeds();
        assert!(
            ran.stdout.contains("fill 118 periods? [y/N] "),
            "{}",
            ran.stdout
        );
        assert!(
            ran.stdout.contains(&format!("backfill: {said}")),
            "{}",
            ran.stdout
        );
        assert_eq!(hall.value("select count(*) from aggregation_log"), filled);
    }
}

#[test]
fn asked_to_stop_it_ends_the_period_in_hand_and_the_next_run_does_the_rest() {
    let hall = collected();
    hall.run("aggregate hourly --hour 2026-10-30T16").succeeds();
    let mut guard = hall.db();
    guard
        .query_drop("start transaction")
        .expect("a transaction");
    guard
        .query_drop("select * from settings where name = 'filling_hourly' for update")
        .expect("the lock that every fill of an hour takes");
    let mut child = hall.spawn(&backfill("--level hourly --yes"));
    eventually("a fill that waits", || {
        hall.value("select count(*) from aggregation_log where status = 'running'") == "1"
    });
    // While it is at work nobody else fills hours.
    let ran = hall.run("aggregate hourly").exits(11);
    assert!(
        ran.stderr
            .contains("aggregate-hourly cannot run beside backfill: run "),
        "{}",
        ran.stderr
    );
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    std::thread::sleep(std::time::Duration::from_millis(100));
    guard.query_drop("rollback").expect("the lock is free");
    assert_eq!(wait(&mut child), 3);
    let summary = hall.value("select summary from job_runs where job = 'backfill'");
    assert_eq!(
        summary,
        "1 period filled, 2 rows, 110 left; for the rest: hallctl backfill --from 2026-10-30 --to 2026-11-03 --level hourly"
    );
    hall.run(&backfill("--level hourly --yes")).succeeds();
    hall.run("aggregate daily").succeeds();
    hall.run("aggregate yearly").succeeds();
    rows::assert_same(&hall, &filled(), ROLLUPS);
}

#[test]
fn what_a_backfill_filled_first_is_not_filled_again_by_the_first_aggregate() {
    let hall = collected();
    hall.run("backfill --from 2026-10-01 --to 2026-11-30 --yes")
        .succeeds();
    let filled = order(&hall, "hourly").len();
    hall.run("aggregate hourly").succeeds();
    assert_eq!(order(&hall, "hourly").len(), filled);
}

#[test]
fn a_year_alone_is_not_filled_from_days_that_are_missing() {
    let hall = collected();
    let ran = hall.run(&backfill("--level yearly --yes")).exits(1);
    let next = "hallctl backfill --from 2026-10-30 --to 2026-11-03";
    let said = format!("5 of its days are missing, from 2026-10-30 to 2026-11-03; run `{next}`");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    assert_eq!(hall.value("select count(*) from park_yearly_stats"), "0");
    hall.run(&backfill("--yes")).succeeds();
    hall.run(&backfill("--level yearly --all --yes")).succeeds();
    assert_ne!(hall.value("select count(*) from park_yearly_stats"), "0");
}
