//! One row a run in `job_runs`, and the leases that keep a job from running twice at once.

use crate::db::table::Table;
use crate::db::{Db, code, process, random, sql};
use crate::exit::{Ends, Exit};
use crate::model::Instant;
use anyhow::{Error, Result, bail};
use mysql::params;
use std::fs;
use std::time::Duration;

/// A row a run.
pub const TABLE: Table = Table {
    name: "job_runs",
    time: "started_at",
    key: "run_id",
};

/// A run that has begun: its row, and the leases it holds.
#[derive(Clone, Debug)]
pub struct Run {
    pub run_id: u64,
    leases: Vec<&'static str>,
    owner: String,
}

/// How a run ended, as its row says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Success,
    Partial,
    Failed,
    Crashed,
}

/// A row of `job_leases`.
struct Lease {
    owner: String,
    run_id: u64,
    host: String,
    boot_id: String,
    pid: u32,
    age_seconds: i64,
    has_expired: bool,
}

/// Who we are to other processes.
struct Me {
    host: String,
    boot_id: String,
    pid: u32,
}

/// Longer than any one statement may take, so that a run at work never loses its lease.
const LEASE_SECONDS: u64 = 180;

const DUPLICATE_KEY: u16 = 1062;

/// Takes the lease of the first of `jobs` and begins its row, or says who is running it. A job that does
/// the work of others names them too, so that they do not run meanwhile.
pub fn begin(db: &mut Db, jobs: &[&'static str], now: Instant) -> Result<Run> {
    let owner = format!("{:016x}{:016x}", random(), random());
    loop {
        match db.transaction(|db| take(db, jobs, &owner, now)) {
            // Another process took the free lease a moment before us; now it can be seen.
            Err(error) if code(&error) == Some(DUPLICATE_KEY) => {}
            taken => return taken,
        }
    }
}

impl Run {
    /// Puts off the end of the leases; an error where another process has taken one.
    pub fn beat(&self, db: &mut Db) -> Result<()> {
        for job in &self.leases {
            let renew =
                params! { "job" => *job, "owner" => &self.owner, "seconds" => LEASE_SECONDS };
            if db.exec(sql!("job_log/job_leases.renew.sql"), renew)? == 0 {
                bail!("another run has taken the lease of `{job}`; this one stops");
            }
        }
        Ok(())
    }

    /// Ends the row and gives the leases back.
    pub fn end(
        &self,
        db: &mut Db,
        status: Status,
        summary: Option<&str>,
        error: Option<&str>,
    ) -> Result<()> {
        db.transaction(|db| {
            end(db, self.run_id, status, summary, error)?;
            self.give_back(db)
        })
    }

    /// Leaves no row of a run that was asked what cannot be meant: a slip of the hand is no trouble of the job.
    pub fn forget(&self, db: &mut Db) -> Result<()> {
        db.transaction(|db| {
            self.give_back(db)?;
            let run = params! { "run_id" => self.run_id };
            db.exec(sql!("job_log/job_runs.forget.sql"), run)?;
            Ok(())
        })
    }

    fn give_back(&self, db: &mut Db) -> Result<()> {
        self.leases
            .iter()
            .try_for_each(|job| give_back(db, job, &self.owner))
    }
}

/// Leaves the row of a run that took no lease, since it only reads and may run beside itself.
pub fn note(
    db: &mut Db,
    job: &str,
    now: Instant,
    took: Duration,
    (status, summary, error): (Status, Option<&str>, Option<&str>),
) -> Result<()> {
    let me = Me::here();
    let run = params! {
        job, "data_time" => now.naive_utc(), "microseconds" => took.as_micros() as u64,
        "host" => me.host, "pid" => me.pid, "status" => status.word(), summary, error,
    };
    db.exec(sql!("job_log/job_runs.note.sql"), run)?;
    Ok(())
}

/// Whether `job` is at work just now, anywhere.
pub fn is_running(db: &mut Db, job: &str) -> Result<bool> {
    let lease = read(db, sql!("job_log/job_leases.look.sql"), job)?;
    let me = Me::here();
    Ok(lease.is_some_and(|lease| lease.is_alive(&me)))
}

/// An error if one of `jobs` is at work: for whoever has a question to ask before the lease is taken.
pub fn check_free(db: &mut Db, jobs: &[&'static str]) -> Result<()> {
    let me = Me::here();
    for job in jobs {
        let lease = read(db, sql!("job_log/job_leases.look.sql"), job)?;
        if let Some(lease) = lease.filter(|lease| lease.is_alive(&me)) {
            return Err(held(db, job, &lease));
        }
    }
    Ok(())
}

/// Who holds the lease of `job`.
fn held(db: &mut Db, job: &str, lease: &Lease) -> Error {
    let run = params! { "run_id" => lease.run_id };
    let holder: Result<Option<String>> = db.first(sql!("job_log/job_runs.job.sql"), run);
    let trouble = match holder {
        Err(error) => return error,
        Ok(Some(holder)) if holder != job => format!("{job} cannot run beside {holder}"),
        Ok(_) => format!("{job} is already running"),
    };
    let text = format!(
        "{trouble}: run {} on `{}`, process {}, for {} s",
        lease.run_id, lease.host, lease.pid, lease.age_seconds
    );
    Ends(Exit::AlreadyRunning, text).into()
}

fn take(db: &mut Db, leases: &[&'static str], owner: &str, now: Instant) -> Result<Run> {
    let me = Me::here();
    let run = |run_id| Run {
        run_id,
        leases: leases.to_vec(),
        owner: owner.to_owned(),
    };
    for job in leases {
        let Some(lease) = read(db, sql!("job_log/job_leases.read.sql"), job)? else {
            continue;
        };
        if lease.owner == owner {
            // Committed before, and only the answer was lost.
            return Ok(run(lease.run_id));
        }
        if lease.is_alive(&me) {
            return Err(held(db, job, &lease));
        }
        let error = format!(
            "process {} on `{}` ended without a word",
            lease.pid, lease.host
        );
        end(db, lease.run_id, Status::Crashed, None, Some(&error))?;
        give_back(db, job, &lease.owner)?;
    }
    let begin = params! {
        "job" => leases[0], "data_time" => now.naive_utc(), "host" => &me.host, "pid" => me.pid,
    };
    let run_id = db.insert(sql!("job_log/job_runs.begin.sql"), begin)?;
    for job in leases {
        let lease = params! {
            "job" => *job, "run_id" => run_id, "owner" => owner, "host" => &me.host,
            "boot_id" => &me.boot_id, "pid" => me.pid, "seconds" => LEASE_SECONDS,
        };
        db.exec(sql!("job_log/job_leases.take.sql"), lease)?;
    }
    Ok(run(run_id))
}

fn end(
    db: &mut Db,
    run_id: u64,
    status: Status,
    summary: Option<&str>,
    error: Option<&str>,
) -> Result<()> {
    let end = params! {
        "run_id" => run_id, "status" => status.word(), "summary" => summary, "error" => error,
    };
    db.exec(sql!("job_log/job_runs.end.sql"), end)?;
    Ok(())
}

fn give_back(db: &mut Db, job: &str, owner: &str) -> Result<()> {
    db.exec(sql!("job_log/job_leases.drop.sql"), params! { job, owner })?;
    Ok(())
}

fn read(db: &mut Db, statement: &str, job: &str) -> Result<Option<Lease>> {
    let row: Option<(String, u64, String, String, u32, i64, bool)> =
        db.first(statement, params! { "job" => job })?;
    Ok(row.map(
        |(owner, run_id, host, boot_id, pid, age_seconds, has_expired)| Lease {
            owner,
            run_id,
            host,
            boot_id,
            pid,
            age_seconds,
            has_expired,
        },
    ))
}

impl Lease {
    /// A process that shares our process numbers is asked for directly; any other is believed until
    /// its lease expires.
    fn is_alive(&self, me: &Me) -> bool {
        let is_here = self.host == me.host && self.boot_id == me.boot_id && !me.boot_id.is_empty();
        !self.has_expired && (!is_here || process::exists(self.pid))
    }
}

impl Me {
    fn here() -> Me {
        Me {
            host: rustix::system::uname()
                .nodename()
                .to_string_lossy()
                .into_owned(),
            boot_id: boot_id().unwrap_or_default(),
            pid: std::process::id(),
        }
    }
}

/// This boot of this kernel, and the process numbers we see: containers share the one, not the other.
fn boot_id() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let space = fs::read_link("/proc/self/ns/pid").ok()?;
    let space: String = space
        .to_string_lossy()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Some(format!("{} {space}", boot.trim()))
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Success => "success",
            Status::Partial => "partial",
            Status::Failed => "failed",
            Status::Crashed => "crashed",
        }
    }
}
