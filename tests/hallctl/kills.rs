//! Jobs killed, or stopped and continued, at any moment: what is left is what one clean run leaves.

use crate::chain::{JOBS, hall};
use crate::hall::{Hall, wait};
use crate::rows::{self, KEPT, RAW, ROLLUPS};
use mysql::prelude::Queryable;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Raw rows of July 4 and 5 are a week old by then.
const LATER: &str = "2026-07-13T08:00:00Z";
const PRUNE: (&str, &str) = ("prune --raw-days 7 --archive attic", "prune");

/// What must come out the same whatever was killed.
const TABLES: [&[&str]; 3] = [RAW, ROLLUPS, KEPT];

/// How often each job is killed; `HALLCTL_TEST_KILLS` says otherwise.
fn kills() -> u32 {
    std::env::var("HALLCTL_TEST_KILLS").map_or(3, |kills| kills.parse().expect("a number"))
}

/// Kills jobs at random moments of their work.
struct Killer<'a> {
    hall: &'a Hall,
    crashes: u32,
}

impl Killer<'_> {
    /// Starts a job and kills it; a run that was still at work is shown as crashed from then on.
    fn kill(&mut self, (words, name): (&str, &str), longest: Duration) {
        let mut job = self.hall.spawn(words);
        let running = begun(self.hall, &mut job, name);
        thread::sleep(longest.mul_f64(random() * 0.7));
        job.kill().ok();
        job.wait().expect("it is gone");
        if running && self.hall.value(&still_running(&job)) == "1" {
            self.crashes += 1;
            let status = self.hall.run("status --json").stdout;
            let shown = format!("`{name}` crashed: pid {} on ", job.id());
            let is_watched = !["backfill", "restore"].contains(&name);
            assert!(!is_watched || status.contains(&shown), "{status}");
        }
    }
}

fn still_running(job: &Child) -> String {
    let pid = job.id();
    format!("select count(*) from job_runs where status = 'running' and pid = {pid}")
}

/// Waits until the job has begun its row, or ended.
fn begun(hall: &Hall, job: &mut Child, name: &str) -> bool {
    let running = format!("{} and job = '{name}'", still_running(job));
    let mut db = hall.db();
    while job.try_wait().expect("a child").is_none() {
        if db.query_first(&running).expect("a count") == Some(1) {
            return true;
        }
    }
    false
}

/// A number from 0 to 1: kills fall on other moments in every run of the tests.
fn random() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    f64::from(since.expect("a time after 1970").subsec_nanos() % 100_003) / 100_003.0
}

/// Late data would mark what is filled already once more, so there is work to be killed at.
fn mark_all(hall: &Hall) {
    hall.query(
        "insert into stale_periods (level, period_start, generation)
         select distinct job_type, target_period, 1 from aggregation_log where status = 'success'
             on duplicate key update generation = stale_periods.generation + 1",
    );
}

fn aggregate(hall: &Hall) {
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

fn archives(hall: &Hall) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(hall.path("attic"))
        .expect("the directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort_unstable();
    files
}

fn restore(hall: &Hall) -> Option<String> {
    let files: Vec<String> = archives(hall)
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "gz"))
        .map(|file| file.display().to_string())
        .collect();
    (!files.is_empty()).then(|| format!("restore {}", files.join(" ")))
}

#[test]
fn jobs_killed_at_any_moment_and_run_again_leave_the_rows_of_one_clean_run() {
    let clean = hall();
    let mut longest = Vec::new();
    for (words, _) in JOBS {
        let begun = Instant::now();
        clean.run(words).succeeds();
        longest.push(begun.elapsed());
    }
    let killed = hall();
    let mut killer = Killer {
        hall: &killed,
        crashes: 0,
    };
    for (job, longest) in JOBS.into_iter().zip(&longest) {
        for _ in 0..kills() {
            mark_all(&killed);
            killer.kill(job, *longest);
        }
        killed.run(job.0).succeeds();
    }
    let crashes = killer.crashes;
    for (words, _) in JOBS {
        killed.run(words).succeeds();
    }
    rows::assert_same(&killed, &clean, &TABLES.concat());
    let crashes = crashes + pruned_under_kills(killed, clean);
    assert!(
        crashes > 2,
        "only {crashes} of the jobs were killed at work"
    );
    println!("{crashes} of the jobs were killed at work");
}

/// Days go to the attic and come back, killed on the way; the last run of `prune` leaves the same rows and files.
fn pruned_under_kills(killed: Hall, clean: Hall) -> u32 {
    let [killed, clean] = [killed, clean].map(|hall| {
        let hall = hall.at(LATER);
        fs::create_dir(hall.path("attic")).expect("a directory");
        aggregate(&hall);
        hall
    });
    let begun = Instant::now();
    clean.run(PRUNE.0).succeeds();
    let longest = begun.elapsed();
    let mut killer = Killer {
        hall: &killed,
        crashes: 0,
    };
    for _ in 0..kills() {
        if let Some(restore) = restore(&killed) {
            killer.kill((&restore, "restore"), longest);
            killed.run(&restore).succeeds();
            // As if the days had been looked at for long enough.
            killed.query("update restored_days set restored_at = restored_at - interval 40 day");
        }
        killer.kill(PRUNE, longest);
    }
    let crashes = killer.crashes;
    killed.run(PRUNE.0).succeeds();
    rows::assert_same(&killed, &clean, &TABLES.concat());
    let contents = |hall: &Hall| -> Vec<_> {
        let name = |file: &PathBuf| file.file_name().map(ToOwned::to_owned);
        let read = |file: &PathBuf| fs::read(file).expect("an archive");
        archives(hall)
            .iter()
            .map(|file| (name(file), read(file)))
            .collect()
    };
    assert!(
        contents(&killed) == contents(&clean),
        "the archives are the same"
    );
    all_ended(&killed);
    crashes
}

/// No row still says that something runs.
fn all_ended(hall: &Hall) {
    for log in ["job_runs", "aggregation_log", "cache_refresh_log"] {
        let running = format!("select count(*) from {log} where status = 'running'");
        assert_eq!(hall.value(&running), "0", "{log}");
    }
    assert_eq!(hall.value("select count(*) from job_leases"), "0");
}

fn signal(job: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), job.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success(), "{name}");
}

#[test]
fn a_holder_stopped_past_its_lease_and_continued_beside_the_next_harms_nothing() {
    let clean = hall();
    let stopped = hall();
    let mut stops = 0;
    for (words, name) in JOBS {
        let began = Instant::now();
        clean.run(words).succeeds();
        let longest = began.elapsed();
        mark_all(&stopped);
        let mut first = stopped.spawn(words);
        if begun(&stopped, &mut first, name) {
            thread::sleep(longest.mul_f64(random() * 0.5));
            signal(&first, "STOP");
            stops += u32::from(stopped.value(&still_running(&first)) == "1");
            stopped
                .query("update job_leases set expires_at = utc_timestamp(3) - interval 1 second");
            let mut second = stopped.spawn(words);
            begun(&stopped, &mut second, name);
            signal(&first, "CONT");
            let ended = [wait(&mut second), wait(&mut first)];
            assert!(
                ended.iter().all(|status| [0, 1, 3].contains(status)),
                "{name}: {ended:?}"
            );
        }
    }
    assert!(stops > 1, "only {stops} of the jobs were stopped at work");
    for (words, _) in JOBS {
        stopped.run(words).succeeds();
        clean.run(words).succeeds();
    }
    rows::assert_same(&stopped, &clean, &TABLES.concat());
    all_ended(&stopped);
}
