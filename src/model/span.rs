//! Hour, Day, Year: half-open spans of UTC time; days and years are the calendar's in Los Angeles.

use super::Instant;
use chrono::{
    DateTime, Datelike, Days, Duration, DurationRound, NaiveDate, NaiveTime, Offset, TimeZone, Utc,
};
use chrono_tz::{America::Los_Angeles, Tz};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The zone whose calendar names every day and year, whatever park they speak of.
pub const CALENDAR_ZONE: Tz = Los_Angeles;

/// One hour, from a full hour UTC to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(Instant);

/// One calendar day in Los Angeles: 23, 24 or 25 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(NaiveDate);

/// One calendar year in Los Angeles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(i32);

impl Hour {
    pub fn containing(at: Instant) -> Hour {
        Hour(at.duration_trunc(Duration::hours(1)).unwrap_or(at))
    }

    pub fn start(self) -> Instant {
        self.0
    }

    pub fn end(self) -> Instant {
        self.0 + Duration::hours(1)
    }

    pub fn previous(self) -> Hour {
        Hour(self.0 - Duration::hours(1))
    }

    pub fn next(self) -> Hour {
        Hour(self.end())
    }
}

impl Day {
    pub fn of(date: NaiveDate) -> Day {
        Day(date)
    }

    pub fn containing(at: Instant) -> Day {
        Day(at.with_timezone(&CALENDAR_ZONE).date_naive())
    }

    pub fn date(self) -> NaiveDate {
        self.0
    }

    pub fn start(self) -> Instant {
        midnight(self.0)
    }

    pub fn end(self) -> Instant {
        self.next().start()
    }

    pub fn next(self) -> Day {
        self.plus(1)
    }

    /// When clocks showed `time` on this day for the first time, or an hour later where that was skipped.
    pub fn at(self, time: NaiveTime) -> Instant {
        let local = self.0.and_time(time);
        let read = |local| CALENDAR_ZONE.from_local_datetime(&local).earliest();
        read(local)
            .or_else(|| read(local + Duration::hours(1)))
            .map_or_else(|| self.start(), |at| at.with_timezone(&Utc))
    }

    /// The day `days` later, or earlier where `days` is negative.
    pub fn plus(self, days: i64) -> Day {
        let step = Days::new(days.unsigned_abs());
        let date = if days < 0 {
            self.0.checked_sub_days(step)
        } else {
            self.0.checked_add_days(step)
        };
        Day(date.unwrap_or(self.0))
    }
}

impl Year {
    pub fn of(year: i32) -> Year {
        Year(year)
    }

    pub fn containing(at: Instant) -> Year {
        Year(Day::containing(at).date().year())
    }

    pub fn number(self) -> i32 {
        self.0
    }

    pub fn first_day(self) -> Day {
        Day(NaiveDate::from_ymd_opt(self.0, 1, 1).unwrap_or_default())
    }

    pub fn next(self) -> Year {
        Year(self.0 + 1)
    }

    pub fn start(self) -> Instant {
        self.first_day().start()
    }

    pub fn end(self) -> Instant {
        self.next().start()
    }
}

/// Midnight in Los Angeles. Its clocks change at 02:00, so midnight is never skipped or doubled.
fn midnight(date: NaiveDate) -> Instant {
    let local = date.and_time(NaiveTime::MIN);
    CALENDAR_ZONE
        .from_local_datetime(&local)
        .earliest()
        .map_or_else(|| Utc.from_utc_datetime(&local), |t| t.with_timezone(&Utc))
}

/// What clocks in Los Angeles show.
pub fn time_of_day(at: Instant) -> NaiveTime {
    at.with_timezone(&CALENDAR_ZONE).time()
}

/// The first full hour of a span at which the clocks of Los Angeles differ from those at its beginning, or its end;
/// and their minutes ahead of UTC before and after.
pub fn clock_change(from: Instant, to: Instant) -> (Instant, i64, i64) {
    let minutes = |at: Instant| {
        let offset = at.with_timezone(&CALENDAR_ZONE).offset().fix();
        i64::from(offset.local_minus_utc()) / 60
    };
    let before = minutes(from);
    let hours = std::iter::successors(Some(Hour::containing(from)), |hour| Some(hour.next()));
    let mut starts = hours.map(Hour::start).take_while(|start| *start < to);
    match starts.find(|start| minutes(*start) != before) {
        Some(change) => (change, before, minutes(change)),
        None => (to, before, before),
    }
}

/// `at` rounded down to a multiple of `minutes` since midnight UTC.
pub fn slot(at: Instant, minutes: u32) -> Instant {
    let step = i64::from(minutes.max(1)) * 60;
    let second = at.timestamp() - at.timestamp().rem_euclid(step);
    DateTime::from_timestamp(second, 0).unwrap_or(at)
}

/// An instant as people are told it: `2026-07-04T20:10Z`.
pub fn stamp(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%MZ").to_string()
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%HZ"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
