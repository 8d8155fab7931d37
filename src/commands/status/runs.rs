//! The newest run of each job of the crontab, as its log row says, or as its lease does where it died.

use super::facts::{Moment, utc};
use crate::db::{Db, sql, stamp};
use crate::job_log;
use crate::model::Instant;
use anyhow::Result;
use chrono::{Duration, NaiveDateTime};
use mysql::params;

pub struct Run {
    pub job: String,
    pub state: RunState,
    pub started_at: Instant,
    pub host: String,
    pub pid: u32,
    /// What it said where it was done in part.
    pub partly: Option<String>,
    pub last_good_at: Option<Instant>,
    /// The data time of that run.
    pub last_good_data_time: Option<Instant>,
    /// When a run last came to its end, good or bad, and how long it took.
    pub last_end: Option<(Instant, Duration)>,
    /// The one line said by the last run that came to its end.
    pub summary: String,
    pub recent: Recent,
}

#[derive(PartialEq)]
pub enum RunState {
    Good,
    Running,
    Failed(String),
    Crashed,
}

/// How the runs of the last 24 hours ended.
#[derive(Default)]
pub struct Recent {
    pub success: u64,
    pub partial: u64,
    pub failed: u64,
    pub crashed: u64,
}

/// The jobs of the crontab, as `job_runs` names them.
const JOBS: [&str; 7] = [
    "collect",
    "aggregate-hourly",
    "aggregate-daily",
    "aggregate-yearly",
    "refresh-cache",
    "verify",
    "prune",
];

/// Of each job that ever ran.
pub fn runs(db: &mut Db, wall: Instant) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    for job in JOBS {
        runs.extend(run(db, job, wall)?);
    }
    Ok(runs)
}

impl Run {
    /// As its log row has it, or would if the run had not died.
    pub fn status(&self) -> &'static str {
        match (&self.state, &self.partly) {
            (RunState::Running, _) => "running",
            (RunState::Failed(_), _) => "failed",
            (RunState::Crashed, _) => "crashed",
            (RunState::Good, Some(_)) => "partial",
            (RunState::Good, None) => "success",
        }
    }
}

/// A run still `running` whose lease is gone or whose holder is dead has crashed; it is read once more
/// then, since it may have ended in between.
fn run(db: &mut Db, job: &str, wall: Instant) -> Result<Option<Run>> {
    let mut run = newest_run(db, job, wall)?;
    let is_open = run
        .as_ref()
        .is_some_and(|run| run.state == RunState::Running);
    if is_open && !job_log::is_running(db, job)? {
        run = newest_run(db, job, wall)?;
        if let Some(run) = run.as_mut().filter(|run| run.state == RunState::Running) {
            run.state = RunState::Crashed;
            run.recent.crashed += u64::from(run.started_at >= wall - RECENTLY);
        }
    }
    Ok(run)
}

const RECENTLY: Duration = Duration::hours(24);

fn newest_run(db: &mut Db, job: &str, wall: Instant) -> Result<Option<Run>> {
    type Row = (
        String,
        NaiveDateTime,
        String,
        u32,
        String,
        Moment,
        Moment,
        Moment,
        Option<i64>,
        Option<String>,
    );
    let found: Option<Row> =
        db.first(sql!("status/job_runs.latest.sql"), params! { "job" => job })?;
    let Some(row) = found else { return Ok(None) };
    let (
        status,
        started_at,
        host,
        pid,
        words,
        last_good_at,
        data_time,
        ended_at,
        microseconds,
        summary,
    ) = row;
    let partly = (status == "partial").then(|| words.clone());
    let state = match status.as_str() {
        "running" => RunState::Running,
        "crashed" => RunState::Crashed,
        "failed" => RunState::Failed(words),
        _ => RunState::Good,
    };
    Ok(Some(Run {
        job: job.to_owned(),
        state,
        partly,
        started_at: started_at.and_utc(),
        host,
        pid,
        last_good_at: utc(last_good_at),
        last_good_data_time: utc(data_time),
        last_end: utc(ended_at).zip(microseconds.map(Duration::microseconds)),
        summary: summary.unwrap_or_default(),
        recent: recent(db, job, wall - RECENTLY)?,
    }))
}

fn recent(db: &mut Db, job: &str, since: Instant) -> Result<Recent> {
    let values = params! { "job" => job, "since" => stamp(since) };
    let rows: Vec<(String, u64)> = db.rows(sql!("status/job_runs.recent.sql"), values)?;
    let of = |word: &str| {
        let mut rows = rows.iter();
        rows.find(|(status, _)| status == word)
            .map_or(0, |row| row.1)
    };
    Ok(Recent {
        success: of("success"),
        partial: of("partial"),
        failed: of("failed"),
        crashed: of("crashed"),
    })
}
