//! The periods a reader may ask for, and the days they cover.

use super::Instant;
use super::span::Day;
use chrono::{Datelike, NaiveDate};

/// A named stretch of time; all but `Live` are whole days in Los Angeles, `Today` up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    Live,
    Today,
    Yesterday,
    Last7Days,
    Last30Days,
    LastWeek,
    LastMonth,
}

impl Period {
    pub const ALL: [Period; 7] = [
        Period::Live,
        Period::Today,
        Period::Yesterday,
        Period::Last7Days,
        Period::Last30Days,
        Period::LastWeek,
        Period::LastMonth,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Period::Live => "live",
            Period::Today => "today",
            Period::Yesterday => "yesterday",
            Period::Last7Days => "7days",
            Period::Last30Days => "30days",
            Period::LastWeek => "last_week",
            Period::LastMonth => "last_month",
        }
    }

    pub fn from_word(word: &str) -> Option<Period> {
        Period::ALL.into_iter().find(|period| period.word() == word)
    }

    /// First day and the day after the last; live and today cover the running day.
    pub fn days(self, now: Instant) -> (Day, Day) {
        let today = Day::containing(now);
        match self {
            Period::Live | Period::Today => (today, today.next()),
            Period::Yesterday => (today.plus(-1), today),
            Period::Last7Days => (today.plus(-7), today),
            Period::Last30Days => (today.plus(-30), today),
            Period::LastWeek => {
                let sunday = today.plus(-i64::from(today.date().weekday().num_days_from_sunday()));
                (sunday.plus(-7), sunday)
            }
            Period::LastMonth => {
                let this_month = first_of_month(today.date());
                let last_month = first_of_month(Day::of(this_month).plus(-1).date());
                (Day::of(last_month), Day::of(this_month))
            }
        }
    }

    /// How the period is written for people: `Mar 10, 2026`, `Mar 1-7, 2026`, `Mar 29 - Apr 4, 2026`, `February 2026`.
    pub fn label(self, now: Instant) -> String {
        let (first, after) = self.days(now);
        let (first, last) = (first.date(), after.plus(-1).date());
        match self {
            Period::LastMonth => first.format("%B %Y").to_string(),
            _ if first == last => first.format("%b %-d, %Y").to_string(),
            _ if first.month() == last.month() => {
                format!("{}-{}", first.format("%b %-d"), last.format("%-d, %Y"))
            }
            _ => format!("{} - {}", first.format("%b %-d"), last.format("%b %-d, %Y")),
        }
    }
}

fn first_of_month(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}
