//! The two stocks of rows that are kept for a while: raw cycles and hours, and where each of them is.

use crate::db::partition::{Partitions, Width};
use crate::db::table::Table;
use crate::db::{Db, restored, settings};
use crate::model::Instant;
use crate::{raw, rollup};
use anyhow::Result;
use chrono::{Days, Duration, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stock {
    Raw,
    Hourly,
}

/// How long a day that was brought back is left alone: time enough to look at it.
const RESTORED: Duration = Duration::days(30);

impl Stock {
    pub fn word(self) -> &'static str {
        match self {
            Stock::Raw => "raw",
            Stock::Hourly => "hourly",
        }
    }

    /// Its table of parks, then that of rides.
    pub fn tables(self) -> [Table; 2] {
        match self {
            Stock::Raw => raw::TABLES,
            Stock::Hourly => rollup::HOURLY_TABLES,
        }
    }

    /// How much of it one partition holds: what is dropped at once.
    pub fn width(self) -> Width {
        match self {
            Stock::Raw => Width::Day,
            Stock::Hourly => Width::Month,
        }
    }

    pub fn partitions(self, db: &mut Db) -> Result<[Partitions; 2]> {
        match self {
            Stock::Raw => raw::partitions(db),
            Stock::Hourly => rollup::partitions(db),
        }
    }

    /// The setting that says up to where it is pruned.
    pub fn line(self) -> &'static str {
        match self {
            Stock::Raw => settings::PRUNED_THROUGH_RAW,
            Stock::Hourly => settings::PRUNED_THROUGH_HOURLY,
        }
    }

    pub fn pruned_through(self, db: &mut Db) -> Result<Instant> {
        Ok(settings::instant(db, self.line())?.unwrap_or_default())
    }

    /// The name of the file that keeps a day of it.
    pub fn archive(self, date: NaiveDate) -> String {
        format!("{self}-{date}.jsonl.gz")
    }

    /// When the oldest row from `start` on is.
    pub fn oldest(self, db: &mut Db, start: Instant) -> Result<Option<Instant>> {
        let [parks, rides] = self.tables();
        let both = [parks.oldest(db, start)?, rides.oldest(db, start)?];
        Ok(both.into_iter().flatten().min())
    }

    pub fn rows_of(self, db: &mut Db, date: NaiveDate) -> Result<u64> {
        let (start, end) = (start_of(date), end_of(date));
        let [parks, rides] = self.tables();
        Ok(parks.count(db, start, end)? + rides.count(db, start, end)?)
    }

    /// Days of it that were brought back and not dropped again.
    pub fn brought_back(self, db: &mut Db) -> Result<BTreeSet<NaiveDate>> {
        restored::since(db, self.word(), Instant::UNIX_EPOCH)
    }

    /// Days of it brought back lately.
    pub fn restored(self, db: &mut Db, now: Instant) -> Result<BTreeSet<NaiveDate>> {
        restored::since(db, self.word(), now - RESTORED)
    }
}

impl fmt::Display for Stock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Midnight UTC, where a date begins.
pub fn start_of(date: NaiveDate) -> Instant {
    date.and_time(NaiveTime::MIN).and_utc()
}

pub fn end_of(date: NaiveDate) -> Instant {
    start_of(date + Days::new(1))
}
