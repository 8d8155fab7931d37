//! The oracle's calendar: what a park announced when it was last asked, and what that says of a moment.

use crate::oracle::Time;
use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// What a park announced of the hours in which everybody may come.
pub struct Calendar {
    zone: Tz,
    read_at: Option<Time>,
    open: Vec<(Time, Time)>,
}

impl Calendar {
    pub fn of(zone: Tz) -> Calendar {
        Calendar {
            zone,
            read_at: None,
            open: Vec::new(),
        }
    }

    /// It is asked once a day.
    pub fn is_due(&self, now: Time) -> bool {
        self.read_at
            .is_none_or(|last| now - last >= Duration::days(1))
    }

    /// What is said now stands for today and all that follows; what was said of earlier days stays.
    pub fn read(&mut self, now: Time, open: &[(Time, Time)]) {
        let (zone, today) = (self.zone, self.date(now));
        let is_earlier =
            |(opens, _): &(Time, Time)| opens.with_timezone(&zone).date_naive() < today;
        self.open.retain(is_earlier);
        let others = open.iter().filter(|window| !is_earlier(window));
        self.open.extend(others);
        self.read_at = Some(now);
    }

    /// Whether the park is open at a moment, if that was said at most a week before or after it. A date is spoken
    /// of when hours begin on it, or later than it; the first five hours of a day belong to the day before too.
    pub fn says(&self, at: Time) -> Option<bool> {
        let read_at = self.read_at?;
        if (at - read_at).num_seconds().abs() > 7 * 24 * 60 * 60 {
            return None;
        }
        if self
            .open
            .iter()
            .any(|(from, to)| (*from..*to).contains(&at))
        {
            return Some(true);
        }
        let begin: BTreeSet<NaiveDate> =
            self.open.iter().map(|(from, _)| self.date(*from)).collect();
        let is_spoken_of = |date: NaiveDate| {
            let is_ahead = date >= self.date(read_at) && begin.range(date..).next().is_some();
            is_ahead || begin.contains(&date)
        };
        let dates = [at, at - Duration::hours(5)].map(|at| self.date(at));
        dates.into_iter().any(is_spoken_of).then_some(false)
    }

    fn date(&self, at: Time) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}
