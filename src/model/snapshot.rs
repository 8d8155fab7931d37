//! What a feed said of a park and its rides at one moment.

use super::Instant;
use super::issue::Remark;
use super::key::Key;
use super::ride::Status;

/// A wait above this many minutes is a fault of the feed, not a queue.
pub const LONGEST_WAIT_MINUTES: i64 = 600;

/// An entry older than this at the time of the poll says nothing about now.
pub const FRESH_MINUTES: u16 = 30;

/// What the feed said of one ride.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The feed's own open flag, where it has one.
    pub is_open: Option<bool>,
    /// The feed's status, where it has one (ThemeParks.wiki).
    pub status: Option<Status>,
    /// Standby wait, 0 to 600 minutes.
    pub wait_minutes: Option<u16>,
    /// Age of the entry when it was polled, rounded up to whole minutes; `None` where the feed gave no time.
    pub age_minutes: Option<u16>,
}

impl Reading {
    /// Whether the entry says anything about the moment of the poll.
    pub fn is_fresh(&self) -> bool {
        let says_something =
            self.is_open.is_some() || self.status.is_some() || self.wait_minutes.is_some();
        says_something && self.age_minutes.is_none_or(|age| age <= FRESH_MINUTES)
    }

    /// A status decides; without one a positive wait beats the flag.
    pub fn is_reported_open(&self) -> bool {
        match self.status {
            Some(status) => status == Status::Operating,
            None => self.wait_minutes.is_some_and(|wait| wait > 0) || self.is_open == Some(true),
        }
    }
}

/// One ride as a poll lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    pub key: Key,
    pub name: String,
    pub land: Option<String>,
    pub reading: Reading,
}

/// One answer of a feed about one park: its rides, each once, in the feed's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    pub park: Key,
    pub polled_at: Instant,
    /// When any entry last changed, where the feed tells changes (ThemeParks.wiki).
    pub changed_at: Option<Instant>,
    pub listings: Vec<Listing>,
    /// What was odd about the answer; nothing here stopped a good ride.
    pub remarks: Vec<Remark>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(
        is_open: Option<bool>,
        status: Option<Status>,
        wait_minutes: Option<u16>,
        age_minutes: Option<u16>,
    ) -> Reading {
        Reading {
            is_open,
            status,
            wait_minutes,
            age_minutes,
        }
    }

    #[test]
    fn an_entry_is_fresh_for_thirty_minutes_or_without_a_time_if_it_says_anything() {
        for (said, is_fresh) in [
            (reading(Some(true), None, None, Some(30)), true),
            (reading(Some(true), None, None, Some(31)), false),
            (reading(Some(false), None, None, None), true),
            (reading(None, Some(Status::Closed), None, None), true),
            (reading(None, None, Some(0), Some(0)), true),
            (reading(None, None, None, None), false),
            (reading(None, None, None, Some(0)), false),
        ] {
            assert_eq!(said.is_fresh(), is_fresh, "{said:?}");
        }
    }

    #[test]
    fn a_status_decides_then_a_wait_then_the_flag() {
        for (said, is_open) in [
            (
                reading(Some(false), Some(Status::Operating), None, None),
                true,
            ),
            (
                reading(Some(true), Some(Status::Down), Some(20), None),
                false,
            ),
            (
                reading(Some(true), Some(Status::Closed), Some(20), None),
                false,
            ),
            (
                reading(None, Some(Status::Refurbishment), Some(20), None),
                false,
            ),
            (reading(Some(false), None, Some(1), None), true),
            (reading(Some(false), None, Some(0), None), false),
            (reading(Some(true), None, Some(0), None), true),
            (reading(None, None, Some(0), None), false),
            (reading(Some(true), None, None, None), true),
            (reading(None, None, None, None), false),
        ] {
            assert_eq!(said.is_reported_open(), is_open, "{said:?}");
        }
    }
}
