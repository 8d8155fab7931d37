//! The frame round a job: lease, log row, clock, last line, exit status.

use crate::db::{Address, Db, Limits};
use crate::hall::Hall;
use crate::job_log;
use mysql::prelude::Queryable;
use std::process::{Child, Command};

const NOW: &str = "2026-07-04T20:10:00Z";

fn hall() -> Hall {
    Hall::new().at(NOW).migrated()
}

fn door(hall: &Hall) -> Db {
    Db::connect_within(&Address::parse(&hall.url()).expect("a URL"), Limits::JOB).expect("a door")
}

/// A process that runs until it is ended.
fn sleeper() -> Child {
    Command::new("/bin/sleep")
        .arg("60")
        .spawn()
        .expect("it sleeps")
}

/// Lets a run of the job stand as begun, by us or by another process.
fn begin(hall: &Hall, job: &'static str) -> job_log::Run {
    job_log::begin(&mut door(hall), &[job], NOW.parse().expect("a time")).expect("the lease")
}

fn hand_to(hall: &Hall, pid: u32) {
    hall.db()
        .query_drop(format!("update job_leases set pid = {pid}"))
        .expect("another holder");
    hall.db()
        .query_drop(format!("update job_runs set pid = {pid}"))
        .expect("another holder");
}

#[test]
fn a_job_says_one_line_and_its_row_says_the_same() {
    let hall = hall();
    let ran = hall.run("aggregate hourly").succeeds();
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
    let row = hall.query(
        "select job, data_time, status, summary, error, finished_at >= started_at from job_runs",
    );
    let summary = ran
        .stdout
        .trim()
        .strip_prefix("aggregate-hourly: ")
        .expect("its name");
    assert_eq!(
        row,
        [[
            "aggregate-hourly",
            "2026-07-04 20:10:00.000",
            "success",
            summary,
            "NULL",
            "1"
        ]]
    );
    assert_eq!(
        hall.query("select * from job_leases"),
        Vec::<Vec<String>>::new()
    );
}

#[test]
fn a_job_that_fails_says_so_in_its_row_in_the_same_words() {
    let hall = hall();
    hall.query("rename table settings to elsewhere");
    let ran = hall.run("aggregate hourly").exits(1);
    assert_eq!(ran.stdout, "");
    let row = hall.query("select status, summary, error from job_runs");
    let error = ran
        .stderr
        .trim()
        .strip_prefix("hallctl: ")
        .expect("its error");
    assert_eq!(row, [["failed", "NULL", error]]);
    assert!(hall.query("select * from job_leases").is_empty());
}

#[test]
fn a_run_asked_what_cannot_be_meant_leaves_no_row_and_no_lease() {
    let hall = hall();
    hall.run("aggregate hourly").succeeds();
    for words in [
        "aggregate hourly --hour 2026-07-04T23",
        "aggregate daily --date 2026-07-05",
    ] {
        hall.run(words).exits(2);
    }
    assert_eq!(
        hall.query("select job, status from job_runs"),
        [["aggregate-hourly", "success"]]
    );
    assert!(hall.query("select * from job_leases").is_empty());
}

#[test]
fn a_second_run_of_a_job_says_who_holds_it_in_one_line_and_exits_11() {
    let hall = hall();
    begin(&hall, "aggregate-hourly");
    let ran = hall.run("aggregate hourly").exits(11);
    assert_eq!((ran.stdout.as_str(), ran.stderr.lines().count()), ("", 1));
    let host = hall.value("select host from job_leases");
    let start = format!(
        "hallctl: aggregate-hourly is already running: run 1 on `{host}`, process {}, for ",
        std::process::id()
    );
    assert!(ran.stderr.starts_with(&start), "{}", ran.stderr);
    assert_eq!(
        hall.value("select count(*) from job_runs"),
        "1",
        "it leaves no row"
    );
    hall.run("aggregate daily").succeeds();
}

#[test]
fn a_holder_that_died_here_is_superseded_at_once_and_its_run_marked_crashed() {
    let hall = hall();
    let mut holder = sleeper();
    begin(&hall, "aggregate-hourly");
    hand_to(&hall, holder.id());
    hall.run("aggregate hourly").exits(11);
    holder.kill().expect("ours");
    holder.wait().expect("its end");
    hall.run("aggregate hourly").succeeds();
    let rows = hall.query(
        "select status, error is not null, finished_at is not null from job_runs order by run_id",
    );
    assert_eq!(rows, [["crashed", "1", "1"], ["success", "0", "1"]]);
    let error = hall.value("select error from job_runs where run_id = 1");
    assert!(
        error.starts_with(&format!("process {} on `", holder.id())),
        "{error}"
    );
}

#[test]
fn a_holder_elsewhere_is_believed_until_its_lease_expires() {
    let hall = hall();
    begin(&hall, "aggregate-hourly");
    hand_to(&hall, 4_000_000);
    for elsewhere in ["host = 'elsewhere'", "boot_id = 'another boot'"] {
        hall.db()
            .query_drop(format!("update job_leases set {elsewhere}"))
            .expect("another machine");
        hall.run("aggregate hourly").exits(11);
    }
    hall.db()
        .query_drop("update job_leases set expires_at = utc_timestamp(3) - interval 1 second")
        .expect("it expires");
    hall.run("aggregate hourly").succeeds();
    assert_eq!(
        hall.query("select status from job_runs order by run_id"),
        [["crashed"], ["success"]]
    );
}

#[test]
fn a_run_that_lost_its_lease_stops_and_leaves_the_new_holder_alone() {
    let hall = hall();
    let mut db = door(&hall);
    let run = begin(&hall, "collect");
    run.beat(&mut db).expect("the lease is ours");
    hall.db()
        .query_drop("update job_leases set owner = repeat('f', 32)")
        .expect("it is taken");
    let error = run.beat(&mut db).expect_err("the lease is gone");
    assert_eq!(
        error.to_string(),
        "another run has taken the lease of `collect`; this one stops"
    );
    run.end(
        &mut db,
        job_log::Status::Failed,
        None,
        Some("it lost its lease"),
    )
    .expect("its row ends");
    assert_eq!(hall.value("select count(*) from job_leases"), "1");
}

#[test]
fn a_beat_puts_off_the_end_of_the_lease() {
    let hall = hall();
    let run = begin(&hall, "collect");
    hall.db()
        .query_drop("update job_leases set expires_at = utc_timestamp(3) + interval 1 second")
        .expect("nearly over");
    run.beat(&mut door(&hall)).expect("the lease is ours");
    assert_eq!(
        hall.value("select expires_at > utc_timestamp(3) + interval 60 second from job_leases"),
        "1"
    );
}

#[test]
fn other_jobs_can_see_whether_one_is_at_work() {
    let hall = hall();
    let mut db = door(&hall);
    assert!(!job_log::is_running(&mut db, "collect").expect("an answer"));
    let run = begin(&hall, "collect");
    assert!(job_log::is_running(&mut db, "collect").expect("an answer"));
    run.end(&mut db, job_log::Status::Partial, Some("half of it"), None)
        .expect("its end");
    assert!(!job_log::is_running(&mut db, "collect").expect("an answer"));
    assert_eq!(
        hall.query("select status, summary from job_runs"),
        [["partial", "half of it"]]
    );
}

#[test]
fn of_eight_runs_begun_at_once_one_takes_the_lease() {
    let hall = hall();
    let begun: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut db = door(&hall);
                    job_log::begin(&mut db, &["collect"], NOW.parse().expect("a time")).is_ok()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    assert_eq!(begun.iter().filter(|begun| **begun).count(), 1);
    assert_eq!(hall.value("select count(*) from job_runs"), "1");
}

#[test]
fn a_clock_that_cannot_be_read_is_misuse() {
    let ran = hall()
        .env("HALLCTL_NOW", "yesterday")
        .run("aggregate hourly")
        .exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: HALLCTL_NOW is `yesterday`; write it as 2026-07-04T20:10:00Z\n"
    );
}

#[test]
fn a_day_that_no_calendar_has_is_misuse_and_shows_how_a_day_is_written() {
    let ran = hall().run("aggregate daily --date 2026-02-30").exits(2);
    for words in ["2026-02-30", "write a day of the calendar as 2026-07-04"] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}
