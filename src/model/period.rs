//! The periods a reader may ask for, and the days they cover.

use super::Instant;
use super::span::{Day, Year, time_of_day};
use chrono::{Datelike, Duration, NaiveDate};

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
    /// One day of the calendar.
    Date(NaiveDate),
    /// A year by its number, or the running one.
    Year(Option<i32>),
    /// Everything there is, today included.
    All,
}

/// Before anything that could have been seen.
const FIRST_YEAR: i32 = 2000;

/// Half-open: whole days, of which the last may end early because it is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub first: Day,
    pub after: Day,
    /// The start of `after`, or of what has not happened yet.
    pub end: Instant,
}

impl Stretch {
    /// The day it ends on: of a running one today.
    pub fn last(&self) -> Day {
        match self.end > self.first.start() {
            true => Day::containing(self.end - Duration::seconds(1)),
            // Nothing of it has happened yet.
            false => self.after.plus(-1),
        }
    }
}

impl Period {
    pub fn from_word(word: &str) -> Option<Period> {
        Some(match word {
            "live" => Period::Live,
            "today" => Period::Today,
            "yesterday" => Period::Yesterday,
            "7days" => Period::Last7Days,
            "30days" => Period::Last30Days,
            "last_week" => Period::LastWeek,
            "last_month" => Period::LastMonth,
            // Every year is bound together with the one before it.
            "year" | "year-over-year" => Period::Year(None),
            "all" => Period::All,
            _ => return None,
        })
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
            Period::Date(date) => (Day::of(date), Day::of(date).next()),
            Period::Year(number) => {
                let year = number.map_or_else(|| Year::containing(now), Year::of);
                (year.first_day(), year.next().first_day())
            }
            Period::All => (Year::of(FIRST_YEAR).first_day(), today.next()),
        }
    }

    /// Whether what it covers has all happened: what is known of it changes only by late data.
    pub fn is_over(self, now: Instant) -> bool {
        self.days(now).1 <= Day::containing(now)
    }

    pub fn stretch(self, now: Instant) -> Stretch {
        let (first, after) = self.days(now);
        // The slot of this very second is part of now.
        let end = after.start().min(now + Duration::seconds(1));
        Stretch { first, after, end }
    }

    /// The period before, of the same kind; before one that still runs, as much of it by calendar and clock.
    pub fn previous(self, now: Instant) -> Stretch {
        let Stretch { first, after, end } = self.stretch(now);
        let back = |day: Day| match self {
            Period::Year(_) => Day::of(year_before(day.date())),
            Period::LastMonth => Day::of(first_of_month(day.plus(-1).date())),
            Period::LastWeek | Period::Last7Days => day.plus(-7),
            Period::Last30Days => day.plus(-30),
            Period::All => first,
            _ => day.plus(-1),
        };
        let (earlier, next) = (back(first), back(after));
        let end = match end < after.start() {
            true => back(Day::containing(end)).at(time_of_day(end)),
            false => next.start(),
        };
        Stretch {
            first: earlier,
            after: next,
            end: end.clamp(earlier.start(), next.start()),
        }
    }

    /// How the period is written for people: `Mar 10, 2026`, `Mar 1-7, 2026`, `Mar 29 - Apr 4, 2026`, `February 2026`.
    pub fn label(self, now: Instant) -> String {
        let (first, after) = self.days(now);
        let (first, last) = (first.date(), after.plus(-1).date());
        match self {
            Period::LastMonth => first.format("%B %Y").to_string(),
            Period::Year(_) => first.format("%Y").to_string(),
            Period::All => "all time".to_owned(),
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

/// The same date a year earlier; of a leap day the day after.
fn year_before(date: NaiveDate) -> NaiveDate {
    date.with_year(date.year() - 1)
        .or_else(|| NaiveDate::from_ymd_opt(date.year() - 1, 3, 1))
        .unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn previous(word: &str, now: &str) -> String {
        let now = now.parse().expect("an instant");
        let stretch = Period::from_word(word).expect(word).previous(now);
        let end = stretch.end.format("%Y-%m-%dT%H:%M:%SZ");
        format!("{} {} {end}", stretch.first, stretch.after)
    }

    #[test]
    fn the_period_before_is_of_the_same_kind_and_as_long_by_calendar_and_clock() {
        for (word, now, expected) in [
            (
                "yesterday",
                "2026-07-04T20:10:00Z",
                "2026-07-02 2026-07-03 2026-07-03T07:00:00Z",
            ),
            (
                "7days",
                "2026-07-04T20:10:00Z",
                "2026-06-20 2026-06-27 2026-06-27T07:00:00Z",
            ),
            (
                "last_week",
                "2026-07-04T20:10:00Z",
                "2026-06-14 2026-06-21 2026-06-21T07:00:00Z",
            ),
            (
                "last_month",
                "2026-03-31T20:10:00Z",
                "2026-01-01 2026-02-01 2026-02-01T08:00:00Z",
            ),
            (
                "today",
                "2026-07-04T20:10:00Z",
                "2026-07-03 2026-07-04 2026-07-03T20:10:01Z",
            ),
            // Three in the afternoon is three in the afternoon, also when an hour was skipped or doubled since.
            (
                "today",
                "2026-03-08T22:00:00Z",
                "2026-03-07 2026-03-08 2026-03-07T23:00:01Z",
            ),
            (
                "live",
                "2026-11-01T23:00:00Z",
                "2026-10-31 2026-11-01 2026-10-31T22:00:01Z",
            ),
            (
                "year",
                "2026-07-04T20:10:00Z",
                "2025-01-01 2026-01-01 2025-07-04T20:10:01Z",
            ),
            (
                "year",
                "2024-02-29T20:10:00Z",
                "2023-01-01 2024-01-01 2023-03-01T20:10:01Z",
            ),
        ] {
            assert_eq!(previous(word, now), expected, "{word} at {now}");
        }
    }
}
