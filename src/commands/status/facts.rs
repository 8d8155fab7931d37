//! What the tables say, read once; nothing is judged here.

use super::issues::{self, Issue};
use super::retention::Kept;
use super::runs::{Run, runs};
use crate::commands::verify::Found;
use crate::db::{Db, settings, sql, stamp};
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

#[derive(Default)]
pub struct Shelf {
    pub views: u64,
    pub newest: Option<Instant>,
    /// Views due for longer than a round of the crontab.
    pub overdue: u64,
    pub failed: u64,
    pub error: String,
}

impl Facts {
    pub fn read(db: &mut Db, now: Instant, wall: Instant) -> Result<Facts> {
        let (parks, newest_slot) = db
            .first(sql!("status/parks.count.sql"), ())?
            .unwrap_or_default();
        let newest: (Moment, Option<NaiveDate>, Option<i32>) = db
            .first(sql!("status/park_hourly_stats.newest.sql"), ())?
            .unwrap_or_default();
        let [hours, days, years] = stale(db, now)?;
        Ok(Facts {
            now,
            wall,
            parks,
            first_slot: settings::instant(db, settings::FIRST_SLOT)?,
            newest_slot: utc(newest_slot),
            newest_hour: utc(newest.0).map(Hour::containing),
            newest_day: newest.1.map(Day::of),
            newest_year: newest.2.map(Year::of),
            stale_hours: backlog(db, hours)?,
            stale_days: backlog(db, days)?,
            stale_years: backlog(db, years)?,
            runs: runs(db, wall)?,
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

/// How many periods of a level are over and wait to be filled again, and the oldest of them.
pub struct Stale {
    pub level: &'static str,
    pub count: u64,
    oldest: Moment,
}

/// Of hours, days and years.
pub fn stale(db: &mut Db, now: Instant) -> Result<[Stale; 3]> {
    // An hour is over two minutes after its end, a day with its last hour; a year takes in each day.
    let this_hour = Hour::containing(now - Duration::minutes(2));
    let mut of = |level, before| {
        let values = params! { "level" => level, "before" => stamp(before) };
        let found: Option<(u64, Moment)> =
            db.first(sql!("status/stale_periods.count.sql"), values)?;
        let (count, oldest) = found.unwrap_or_default();
        anyhow::Ok(Stale {
            level,
            count,
            oldest,
        })
    };
    Ok([
        of("hourly", this_hour.start())?,
        of("daily", Day::containing(now).start())?,
        of("yearly", now)?,
    ])
}

fn backlog(db: &mut Db, stale: Stale) -> Result<Backlog> {
    let Stale {
        level,
        count,
        oldest,
    } = stale;
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

/// What stands on the shelf, and what did not come of the last refresh.
pub fn shelf(db: &mut Db, now: Instant) -> Result<Shelf> {
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
