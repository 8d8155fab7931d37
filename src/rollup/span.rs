//! Span: a period of one level, as fills and checks name it.

use super::ledger::Level;
use crate::model::Instant;
use crate::model::span::{Day, Hour, Year};
use std::fmt;

/// A period to fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Hour(Hour),
    Day(Day),
    /// A year, and whether it is over with no day left to fill.
    Year(Year, bool),
}

impl Span {
    pub fn level(self) -> Level {
        match self {
            Span::Hour(_) => Level::Hourly,
            Span::Day(_) => Level::Daily,
            Span::Year(..) => Level::Yearly,
        }
    }

    pub fn start(self) -> Instant {
        match self {
            Span::Hour(hour) => hour.start(),
            Span::Day(day) => day.start(),
            Span::Year(year, _) => year.start(),
        }
    }

    pub fn end(self) -> Instant {
        match self {
            Span::Hour(hour) => hour.end(),
            Span::Day(day) => day.end(),
            Span::Year(year, _) => year.end(),
        }
    }

    /// How it is called among others of its level.
    pub fn name(self) -> String {
        match self {
            Span::Hour(hour) => hour.to_string(),
            Span::Day(day) => day.to_string(),
            Span::Year(year, _) => year.to_string(),
        }
    }

    /// The longer period whose sum this one is part of.
    pub fn parent(self) -> Option<(Level, Instant)> {
        match self {
            Span::Hour(hour) => Some((Level::Daily, Day::containing(hour.start()).start())),
            Span::Day(day) => Some((Level::Yearly, Year::containing(day.start()).start())),
            Span::Year(..) => None,
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Span::Hour(hour) => write!(f, "hour {hour}"),
            Span::Day(day) => write!(f, "day {day}"),
            Span::Year(year, _) => write!(f, "year {year}"),
        }
    }
}
