//! The axis of a grid: the times of a period, each once, with the labels people read in Los Angeles.

use crate::model::Instant;
use crate::model::period::Period;
use crate::model::span::{CALENDAR_ZONE, Day, Hour, slot};
use chrono::{Datelike, Duration, NaiveDate, Timelike};

/// A cycle has one slot, so a live chart has this many.
const LIVE_SLOTS: i32 = 12;
const SLOT_MINUTES: u32 = 5;

/// Charts of a day begin at this hour, unless something happened before it.
const FIRST_HOUR: u32 = 6;

/// Where a row lies on the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    Time(Instant),
    Date(NaiveDate),
}

pub struct Point {
    pub at: At,
    pub label: String,
    /// Nothing can have happened yet.
    pub is_ahead: bool,
}

/// How far apart the points lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Slot,
    Hour,
    Day,
    Month,
}

pub struct Axis {
    step: Step,
    points: Vec<Point>,
    /// Points that stand on the axis from here on, whatever happened.
    shown_from: usize,
}

impl Axis {
    pub fn of(period: Period, now: Instant) -> Axis {
        let (first, after) = period.days(now);
        let (step, ats) = match period {
            Period::Live => (Step::Slot, slots(now).map(At::Time).collect::<Vec<_>>()),
            Period::Today | Period::Yesterday | Period::Date(_) => {
                (Step::Hour, hours(first, after).map(At::Time).collect())
            }
            Period::Year(_) | Period::All => (
                Step::Month,
                days(first, after)
                    .filter(|date| date.day() == 1)
                    .map(At::Date)
                    .collect(),
            ),
            _ => (Step::Day, days(first, after).map(At::Date).collect()),
        };
        let is_shown = |at: &At| match at {
            At::Time(time) if step == Step::Hour => {
                time.with_timezone(&CALENDAR_ZONE).hour() >= FIRST_HOUR
            }
            _ => true,
        };
        let shown_from = ats.iter().position(is_shown).unwrap_or(0);
        let point = |at| Point {
            at,
            label: label(step, at),
            is_ahead: match at {
                At::Time(time) => time > now,
                At::Date(date) => Day::of(date).start() > now,
            },
        };
        Axis {
            step,
            points: ats.into_iter().map(point).collect(),
            shown_from,
        }
    }

    /// First moment and end of the axis, for statements that read by time.
    pub fn span(period: Period, now: Instant) -> (Instant, Instant) {
        match period {
            Period::Live => {
                let newest = slot(now, SLOT_MINUTES);
                let step = Duration::minutes(SLOT_MINUTES.into());
                (newest - step * (LIVE_SLOTS - 1), newest + step)
            }
            _ => {
                let (first, after) = period.days(now);
                (first.start(), after.start())
            }
        }
    }

    /// Where a time or a day belongs; none where it lies outside.
    pub fn position(&self, at: At) -> Option<usize> {
        let at = match (at, self.step) {
            (At::Time(time), Step::Hour) => At::Time(Hour::containing(time).start()),
            (At::Time(time), Step::Slot) => At::Time(slot(time, SLOT_MINUTES)),
            (At::Time(time), Step::Day) => At::Date(Day::containing(time).date()),
            (At::Date(date), Step::Month) => At::Date(date.with_day(1).unwrap_or(date)),
            (at, _) => at,
        };
        self.points.binary_search_by_key(&at, |point| point.at).ok()
    }

    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// The points shown: no minute in which something happened is left out.
    pub fn shown(&self, earliest_event: Option<usize>) -> (usize, &[Point]) {
        let from = earliest_event.map_or(self.shown_from, |event| event.min(self.shown_from));
        (from, &self.points[from..])
    }
}

fn slots(now: Instant) -> impl Iterator<Item = Instant> {
    let (first, _) = Axis::span(Period::Live, now);
    (0..LIVE_SLOTS).map(move |number| first + Duration::minutes(SLOT_MINUTES.into()) * number)
}

fn hours(first: Day, after: Day) -> impl Iterator<Item = Instant> {
    let hours = std::iter::successors(Some(first.start()), |hour| Some(*hour + Duration::hours(1)));
    hours.take_while(move |hour| *hour < after.start())
}

fn days(first: Day, after: Day) -> impl Iterator<Item = NaiveDate> {
    let days = std::iter::successors(Some(first), |day| Some(day.next()));
    days.take_while(move |day| *day < after).map(Day::date)
}

fn label(step: Step, at: At) -> String {
    match (step, at) {
        (Step::Month, At::Date(date)) => date.format("%b").to_string(),
        (_, At::Date(date)) => day_label(date),
        (Step::Slot, At::Time(time)) => minute_label(time),
        (_, At::Time(time)) => hour_label(time),
    }
}

/// `14:05`, in Los Angeles.
pub fn minute_label(time: Instant) -> String {
    time.with_timezone(&CALENDAR_ZONE)
        .format("%H:%M")
        .to_string()
}

/// `7:00`, in Los Angeles.
pub fn hour_label(time: Instant) -> String {
    time.with_timezone(&CALENDAR_ZONE)
        .format("%-H:00")
        .to_string()
}

/// `Mar 01`.
pub fn day_label(date: NaiveDate) -> String {
    date.format("%b %d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(period: Period, now: &str, earliest: Option<usize>) -> Vec<String> {
        let axis = Axis::of(period, now.parse().expect("an instant"));
        axis.shown(earliest)
            .1
            .iter()
            .map(|point| point.label.clone())
            .collect()
    }

    #[test]
    fn a_day_shows_eighteen_hours_and_on_clock_changes_every_hour_once() {
        for now in [
            "2026-01-15T20:00:00Z",
            "2026-07-15T20:00:00Z",
            "2026-03-08T20:00:00Z",
            "2026-11-01T20:00:00Z",
        ] {
            let shown = labels(Period::Today, now, None);
            assert_eq!(
                (shown.len(), shown[0].as_str(), shown[17].as_str()),
                (18, "6:00", "23:00"),
                "{now}"
            );
        }
        let spring = labels(Period::Today, "2026-03-08T20:00:00Z", Some(0));
        assert_eq!(spring[..4], ["0:00", "1:00", "3:00", "4:00"]);
        assert_eq!(spring.len(), 23);
        let autumn = labels(Period::Today, "2026-11-01T20:00:00Z", Some(0));
        assert_eq!(autumn[..4], ["0:00", "1:00", "1:00", "2:00"]);
        assert_eq!(autumn.len(), 25);
    }

    #[test]
    fn other_periods_have_slots_days_or_months() {
        let live = labels(Period::Live, "2026-07-04T20:12:00Z", None);
        assert_eq!(
            (live.len(), live[0].as_str(), live[11].as_str()),
            (12, "12:15", "13:10")
        );
        let week = labels(Period::LastWeek, "2026-03-11T20:00:00Z", None);
        assert_eq!(
            (week.len(), week[0].as_str(), week[6].as_str()),
            (7, "Mar 01", "Mar 07")
        );
        assert_eq!(
            labels(Period::LastMonth, "2026-03-11T20:00:00Z", None).len(),
            28
        );
        let year = labels(Period::Year(None), "2026-03-11T20:00:00Z", None);
        assert_eq!((year.len(), year[0].as_str()), (12, "Jan"));
    }

    #[test]
    fn a_time_finds_its_place_on_every_axis() {
        let now: Instant = "2026-11-01T20:00:00Z".parse().expect("an instant");
        let time = |text: &str| At::Time(text.parse().expect("an instant"));
        let position = |period, at| Axis::of(period, now).position(at);
        assert_eq!(
            position(Period::Today, time("2026-11-01T09:30:00Z")),
            Some(2)
        );
        assert_eq!(position(Period::Today, time("2026-11-02T08:00:00Z")), None);
        assert_eq!(
            position(Period::Last7Days, time("2026-11-01T06:59:00Z")),
            Some(6)
        );
        let date = NaiveDate::from_ymd_opt(2026, 2, 28).expect("a date");
        assert_eq!(position(Period::Year(None), At::Date(date)), Some(1));
    }
}
