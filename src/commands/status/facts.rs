//! What the tables say, read once; nothing is judged here.

use super::issues::{self, Issue};
use super::retention::Kept;
use crate::commands::verify::Found;
use crate::db::{Db, settings, sql, stamp};
use crate::job_log;
use crate::model::Instant;
use crate::model::span::{Day, Hour, Year};
use anyhow::Result;
use chrono::{Duration, NaiveDate, NaiveDateTime};
use mysql::params;

pub struct Facts {
    /// The clock of data time; ages of data are taken against it.
    pub now: Instant,
    /// The wall clock; ages of runs are taken against it.
    pub wall: Instant,
    pub parks: u64,
    pub first_slot: Option<Instant>,
    pub newest_slot: Option<Instant>,
    pub newest_hour: Option<Hour>,
    pub newest_day: Option<Day>,
    pub newest_year: Option<Year>,
    pub stale_hours: Backlog,
    pub stale_days: Backlog,
    pub stale_years: Backlog,
    /// The newest run of each job that ever ran.
    pub runs: Vec<Run>,
    pub shelf: Shelf,
    pub kept: Kept,
    /// What `verify` found and has not looked at again.
    pub found: Option<Found>,
    pub issues: Vec<Issue>,
}

/// Periods that are over and wait to be filled again.
#[derive(Default)]
pub struct Backlog {
    pub count: u64,
    pub oldest: Option<Instant>,
    /// The newest period that could not be filled, why, and how often it was tried since it last was.
    pub failed: Option<(Instant, String, u32)>,
    /// Periods that are never tried again by themselves, since filling them would lose history.
    pub refused: u64,
    pub newest_refused: Option<Instant>,
}

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
    /// The one line said by the last run that came to its end.
    pub summary: String,
    /// Runs of the last 24 hours that failed or crashed.
    pub recent_troubles: u64,
}

#[derive(PartialEq)]
pub enum RunState {
    Good,
    Running,
    Failed(String),
    Crashed,
}

#[derive(Default)]
pub struct Shelf {
    pub views: u64,
    pub newest: Option<Instant>,
    /// Views due for longer than a round of the crontab.
    pub overdue: u64,
    pub failed: u64,
    pub error: String,
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

impl Facts {
    pub fn read(db: &mut Db, now: Instant, wall: Instant) -> Result<Facts> {
        let (parks, newest_slot) = db
            .first(sql!("status/parks.count.sql"), ())?
            .unwrap_or_default();
        let newest: (Moment, Option<NaiveDate>, Option<i32>) = db
            .first(sql!("status/park_hourly_stats.newest.sql"), ())?
            .unwrap_or_default();
        // An hour is over two minutes after its end, a day with its last hour; a year takes in each day.
        let this_hour = Hour::containing(now - Duration::minutes(2));
        let today = Day::containing(now);
        let mut runs = Vec::new();
        for job in JOBS {
            runs.extend(run(db, job, wall)?);
        }
        Ok(Facts {
            now,
            wall,
            parks,
            first_slot: settings::instant(db, settings::FIRST_SLOT)?,
            newest_slot: utc(newest_slot),
            newest_hour: utc(newest.0).map(Hour::containing),
            newest_day: newest.1.map(Day::of),
            newest_year: newest.2.map(Year::of),
            stale_hours: backlog(db, "hourly", this_hour.start())?,
            stale_days: backlog(db, "daily", today.start())?,
            stale_years: backlog(db, "yearly", now)?,
            runs,
            shelf: shelf(db, now)?,
            kept: Kept::read(db)?,
            found: Found::standing(db)?,
            issues: issues::unresolved(db)?,
        })
    }

    pub fn run(&self, job: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.job == job)
    }
}

/// A time as the tables hold it.
pub type Moment = Option<NaiveDateTime>;

pub fn utc(at: Moment) -> Option<Instant> {
    at.map(|at| at.and_utc())
}

fn backlog(db: &mut Db, level: &str, before: Instant) -> Result<Backlog> {
    let values = params! { "level" => level, "before" => stamp(before) };
    let found: Option<(u64, Moment)> = db.first(sql!("status/stale_periods.count.sql"), values)?;
    let (count, oldest) = found.unwrap_or_default();
    let failed: Option<(NaiveDateTime, String, u32)> = db.first(
        sql!("status/aggregation_log.failed.sql"),
        params! { "level" => level },
    )?;
    let (refused, newest_refused): (u64, Moment) = db
        .first(
            sql!("status/aggregation_log.refused.sql"),
            params! { "level" => level },
        )?
        .unwrap_or_default();
    Ok(Backlog {
        count,
        oldest: utc(oldest),
        failed: failed.map(|(period, error, attempts)| (period.and_utc(), error, attempts)),
        refused,
        newest_refused: utc(newest_refused),
    })
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
        }
    }
    Ok(run)
}

fn newest_run(db: &mut Db, job: &str, wall: Instant) -> Result<Option<Run>> {
    type Row = (
        String,
        NaiveDateTime,
        String,
        u32,
        String,
        Moment,
        Moment,
        Option<String>,
        u64,
    );
    let since = stamp(wall - Duration::hours(24));
    let values = params! { "job" => job, "since" => since };
    let found: Option<Row> = db.first(sql!("status/job_runs.latest.sql"), values)?;
    Ok(found.map(|row| {
        let (
            status,
            started_at,
            host,
            pid,
            words,
            last_good_at,
            data_time,
            summary,
            recent_troubles,
        ) = row;
        let partly = (status == "partial").then(|| words.clone());
        let state = match status.as_str() {
            "running" => RunState::Running,
            "crashed" => RunState::Crashed,
            "failed" => RunState::Failed(words),
            _ => RunState::Good,
        };
        Run {
            job: job.to_owned(),
            state,
            partly,
            started_at: started_at.and_utc(),
            host,
            pid,
            last_good_at: utc(last_good_at),
            last_good_data_time: utc(data_time),
            summary: summary.unwrap_or_default(),
            recent_troubles,
        }
    }))
}

fn shelf(db: &mut Db, now: Instant) -> Result<Shelf> {
    // A view that came due since the last round of cron is not overdue yet.
    let overdue = params! { "overdue" => stamp(now - Duration::minutes(5)) };
    let (views, newest, overdue) = db
        .first(sql!("status/cached_api_views.count.sql"), overdue)?
        .unwrap_or_default();
    let (failed, error) = db
        .first(sql!("status/cache_refresh_log.latest.sql"), ())?
        .unwrap_or_default();
    let newest = utc(newest);
    Ok(Shelf {
        views,
        newest,
        overdue,
        failed,
        error,
    })
}
