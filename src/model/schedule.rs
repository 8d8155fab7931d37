//! The hours a park announced, and what they say of a moment.

use super::Instant;
use super::ride::words;
use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;

/// Words older than this bind nobody.
const BINDING: Duration = Duration::days(7);

/// The hours after midnight belong to the date before: a park that closes at one is closed at two.
const NIGHT: Duration = Duration::hours(5);

/// What a stretch of announced hours is for; only `Operating` opens a park to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Operating,
    TicketedEvent,
    PrivateEvent,
    ExtraHours,
    Info,
}

/// One stretch of announced hours, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub kind: Kind,
    pub opens_at: Instant,
    pub closes_at: Instant,
}

/// A park's schedule as last read.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The zone whose dates it is written in.
    pub timezone: Tz,
    pub read_at: Instant,
    /// Windows of kind `Operating`, by opening.
    pub operating: Vec<Window>,
}

impl Schedule {
    /// Whether the park is open, where the schedule decides: read within 7 days, and covering the date.
    /// It covers every date from the one it was read on to its last, so a date left out in between is a
    /// day off; and each date it has a window for. An empty one covers nothing.
    pub fn says(&self, at: Instant) -> Option<bool> {
        if (at - self.read_at).abs() > BINDING {
            return None;
        }
        let is_open = |window: &Window| window.opens_at <= at && at < window.closes_at;
        if self.operating.iter().any(is_open) {
            return Some(true);
        }
        let dates = self
            .operating
            .iter()
            .map(|window| self.date(window.opens_at));
        let last = dates.clone().max()?;
        let covers = |date| {
            let ahead = self.date(self.read_at)..=last;
            ahead.contains(&date) || dates.clone().any(|day| day == date)
        };
        (covers(self.date(at)) || covers(self.date(at - NIGHT))).then_some(false)
    }

    fn date(&self, at: Instant) -> NaiveDate {
        at.with_timezone(&self.timezone).date_naive()
    }
}

words!(Kind {
    Operating = "OPERATING",
    TicketedEvent = "TICKETED_EVENT",
    PrivateEvent = "PRIVATE_EVENT",
    ExtraHours = "EXTRA_HOURS",
    Info = "INFO",
});

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("a time")
    }

    fn schedule(timezone: &str, read_at: &str, operating: &[(&str, &str)]) -> Schedule {
        let window = |(opens, closes): &(&str, &str)| Window {
            kind: Kind::Operating,
            opens_at: at(opens),
            closes_at: at(closes),
        };
        Schedule {
            timezone: timezone.parse().expect("a zone"),
            read_at: at(read_at),
            operating: operating.iter().map(window).collect(),
        }
    }

    /// Each moment with what the schedule says: open, closed, or nothing.
    fn assert_says(schedule: &Schedule, cases: &[(&str, Option<bool>)]) {
        for (moment, says) in cases {
            assert_eq!(schedule.says(at(moment)), *says, "{moment}");
        }
    }

    #[test]
    fn instants_decide_and_dates_of_two_zones_never_meet() {
        let anaheim = schedule(
            "America/Los_Angeles",
            "2025-12-01T12:00:00Z",
            &[
                ("2025-12-01T16:00:00Z", "2025-12-02T07:00:00Z"),
                ("2025-12-02T16:00:00Z", "2025-12-03T07:00:00Z"),
            ],
        );
        assert_says(
            &anaheim,
            &[
                ("2025-12-02T02:21:00Z", Some(true)),
                ("2025-12-02T06:59:59Z", Some(true)),
                ("2025-12-02T07:00:00Z", Some(false)),
                ("2025-12-02T07:00:01Z", Some(false)),
                ("2025-12-02T15:59:00Z", Some(false)),
                ("2025-12-02T16:00:00Z", Some(true)),
            ],
        );
        let tokyo = schedule(
            "Asia/Tokyo",
            "2025-12-01T20:00:00Z",
            &[("2025-12-01T23:00:00Z", "2025-12-02T13:00:00Z")],
        );
        assert_says(
            &tokyo,
            &[
                ("2025-12-01T15:00:00Z", Some(false)),
                ("2025-12-01T23:30:00Z", Some(true)),
                ("2025-12-02T13:00:00Z", Some(false)),
                ("2025-12-02T19:59:00Z", Some(false)),
                ("2025-12-02T20:00:00Z", None),
            ],
        );
    }

    #[test]
    fn several_windows_unite_a_date_between_is_a_day_off_and_an_old_word_binds_nobody() {
        let july = schedule(
            "Europe/Paris",
            "2026-07-04T06:00:00Z",
            &[
                ("2026-07-02T08:00:00Z", "2026-07-02T18:00:00Z"),
                ("2026-07-04T08:00:00Z", "2026-07-04T12:00:00Z"),
                ("2026-07-04T11:00:00Z", "2026-07-04T14:00:00Z"),
                ("2026-07-04T18:00:00Z", "2026-07-05T00:30:00Z"),
                ("2026-07-06T08:00:00Z", "2026-07-06T18:00:00Z"),
                ("2026-07-30T20:00:00Z", "2026-07-31T01:00:00Z"),
            ],
        );
        assert_says(
            &july,
            &[
                // Of days before it was read it says what it once said, and of the rest nothing.
                ("2026-06-27T06:00:00Z", None),
                ("2026-07-02T07:59:00Z", Some(false)),
                ("2026-07-02T17:59:00Z", Some(true)),
                ("2026-07-03T02:59:00Z", Some(false)),
                ("2026-07-03T03:00:00Z", None),
                ("2026-07-03T21:59:00Z", None),
                ("2026-07-03T22:00:00Z", Some(false)),
                ("2026-07-04T11:30:00Z", Some(true)),
                ("2026-07-04T13:59:00Z", Some(true)),
                ("2026-07-04T14:00:00Z", Some(false)),
                ("2026-07-04T18:00:00Z", Some(true)),
                ("2026-07-05T00:29:00Z", Some(true)),
                ("2026-07-05T12:00:00Z", Some(false)),
                ("2026-07-11T06:00:00Z", Some(false)),
                ("2026-07-11T06:00:01Z", None),
            ],
        );
        let last_night = schedule(
            "Europe/Paris",
            "2026-07-30T06:00:00Z",
            &[("2026-07-30T20:00:00Z", "2026-07-31T01:00:00Z")],
        );
        assert_says(
            &last_night,
            &[
                ("2026-07-31T00:59:00Z", Some(true)),
                ("2026-07-31T01:00:00Z", Some(false)),
                ("2026-07-31T03:00:00Z", None),
            ],
        );
        let read_later = schedule(
            "Europe/Paris",
            "2026-07-11T12:00:00Z",
            &[
                ("2026-07-04T08:00:00Z", "2026-07-04T18:00:00Z"),
                ("2026-07-11T08:00:00Z", "2026-07-11T18:00:00Z"),
            ],
        );
        assert_says(
            &read_later,
            &[
                ("2026-07-04T11:59:59Z", None),
                ("2026-07-04T12:00:00Z", Some(true)),
            ],
        );
        let nothing_planned = schedule("Europe/Paris", "2026-07-04T06:00:00Z", &[]);
        assert_says(&nothing_planned, &[("2026-07-04T12:00:00Z", None)]);
    }
}
