//! What `/api/health` tells: how old each station's newest data is, and what that means.

use super::cover::newest_slot;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::span::{Day, Hour};
use anyhow::Result;
use chrono::{Duration, NaiveDate, NaiveDateTime};
use mysql::params;
use serde_json::{Value, json};

/// Polls come every 5 minutes; half an hour without one is six lost in a row.
const COLLECTION_STALE_MINUTES: i64 = 30;

/// An hour is filled soon after its end, so the newest is between 65 and 125 minutes from its beginning.
const HOUR_STALE_MINUTES: i64 = 125;

/// Yesterday is filled by 02:00 in Los Angeles.
const DAY_FILLED_BY_HOURS: i64 = 2;

/// The database is asked every second; so long without an answer is unusual, and still longer means it gives none.
const DATABASE_STALE_SECONDS: i64 = 5;
const DATABASE_SILENT_SECONDS: i64 = 10;

/// Days of the log that are looked through for the last good filling.
const LOG_DAYS: i64 = 7;

/// What was last read from the database.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    newest_slot: Option<Instant>,
    newest_hour: Option<Instant>,
    newest_day: Option<NaiveDate>,
    hourly: Runs,
    daily: Runs,
}

#[derive(Clone, Debug, Default)]
struct Runs {
    count: u64,
    good: u64,
    bad: u64,
    last_good: Option<NaiveDateTime>,
}

impl Facts {
    /// `now` is the data clock, `wall` that of the log.
    pub fn read(db: &mut Db, now: Instant, wall: Instant) -> Result<Facts> {
        let newest: Option<(Option<NaiveDateTime>, Option<NaiveDate>)> =
            db.first(sql!("views/park_hourly_stats.newest.sql"), ())?;
        let (newest_hour, newest_day) = newest.unwrap_or_default();
        Ok(Facts {
            newest_slot: newest_slot(db, now)?,
            newest_hour: newest_hour.map(|hour| hour.and_utc()),
            newest_day,
            hourly: runs(db, "hourly", wall)?,
            daily: runs(db, "daily", wall)?,
        })
    }

    /// How far each station has come: its newest cycle, or the end of its newest period.
    pub fn data_through(&self) -> [(&'static str, Option<Instant>); 3] {
        let day_end = self.newest_day.map(|day| Day::of(day).end());
        let hour_end = self.newest_hour.map(|hour| Hour::containing(hour).end());
        [
            ("raw", self.newest_slot),
            ("hourly", hour_end),
            ("daily", day_end),
        ]
    }

    /// The body, and whether all is well enough for a 200. `silent` is how long the database has not answered.
    pub fn health(
        &self,
        now: Instant,
        wall: Instant,
        silent: Option<Duration>,
        cache: (Option<Instant>, usize),
    ) -> (Value, bool) {
        let database = match silent {
            _ if !answers(silent) => "unhealthy",
            Some(silent) if silent.num_seconds() >= DATABASE_STALE_SECONDS => "stale",
            _ => "healthy",
        };
        let age = |at: Option<Instant>| at.map(|at| (now - at).num_minutes());
        let collection = aged(age(self.newest_slot), COLLECTION_STALE_MINUTES - 1);
        let hourly = aged(age(self.newest_hour), HOUR_STALE_MINUTES);
        let expected = Day::containing(now - Duration::hours(DAY_FILLED_BY_HOURS)).plus(-1);
        let daily = match self.newest_day {
            None => "no_data",
            Some(day) if day < expected.date() => "stale",
            Some(_) => "healthy",
        };
        let cached = aged(age(cache.0), COLLECTION_STALE_MINUTES);
        let is_well = [database, collection, hourly, daily, cached]
            .iter()
            .all(|status| *status == "healthy");
        let status = match (database, is_well) {
            ("unhealthy", _) => "unhealthy",
            (_, false) => "degraded",
            _ => "healthy",
        };
        let body = json!({
            "status": status,
            "timestamp": iso(Some(wall)),
            "api_version": "1.0.0",
            "checks": {
                "database": {"status": database, "last_answer_seconds": silent.map(|silent| silent.num_seconds())},
                "data_collection": {
                    "status": collection,
                    "last_collection": iso(self.newest_slot),
                    "age_minutes": age(self.newest_slot),
                },
                "hourly_aggregation": {
                    "status": hourly,
                    "last_hour": iso(self.newest_hour),
                    "lag_minutes": age(self.newest_hour),
                    "runs_last_24h": self.hourly.count,
                    "success_count": self.hourly.good,
                    "error_count": self.hourly.bad,
                    "error_rate_percent": percent(self.hourly.bad, self.hourly.count),
                },
                "daily_aggregation": {
                    "status": daily,
                    "aggregation_date": self.newest_day.map(|day| day.to_string()),
                    "completed_at": iso(self.daily.last_good.map(|time| time.and_utc())),
                    "age_days": self.newest_day.map(|day| (Day::containing(now).date() - day).num_days()),
                },
                "cache": {
                    "status": cached,
                    "views": cache.1,
                    "newest": iso(cache.0),
                    "age_minutes": age(cache.0),
                },
            },
        });
        (body, status != "unhealthy")
    }
}

/// Whether a database that has been silent for so long counts as one that answers.
pub fn answers(silent: Option<Duration>) -> bool {
    silent.is_some_and(|silent| silent.num_seconds() < DATABASE_SILENT_SECONDS)
}

/// What a clock that ran ahead has made is as good as stale.
fn aged(age_minutes: Option<i64>, longest: i64) -> &'static str {
    match age_minutes {
        None => "no_data",
        Some(age) if !(0..=longest).contains(&age) => "stale",
        Some(_) => "healthy",
    }
}

fn runs(db: &mut Db, job_type: &str, wall: Instant) -> Result<Runs> {
    let row: Option<(u64, u64, u64, Option<NaiveDateTime>)> = db.first(
        sql!("views/aggregation_log.recent.sql"),
        params! {
            "job_type" => job_type,
            "since" => stamp(wall - Duration::hours(24)),
            "long_ago" => stamp(wall - Duration::days(LOG_DAYS)),
        },
    )?;
    let (count, good, bad, last_good) = row.unwrap_or_default();
    Ok(Runs {
        count,
        good,
        bad,
        last_good,
    })
}

/// Whole percent, rounded half up.
fn percent(part: u64, whole: u64) -> u64 {
    (200 * part + whole).checked_div(2 * whole).unwrap_or(0)
}

fn iso(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
