//! What an age means: the limits of each station, and the verdict over all of them.

use chrono::Duration;
use serde::Serialize;

/// From calm to urgent. What is known to be broken comes before what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    Ok,
    Warning,
    Unknown,
    Critical,
}

impl Verdict {
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Ok => "OK",
            Verdict::Warning => "WARNING",
            Verdict::Unknown => "UNKNOWN",
            Verdict::Critical => "CRITICAL",
        }
    }

    /// As monitoring plugins know them.
    pub fn exit_status(self) -> u8 {
        match self {
            Verdict::Ok => 0,
            Verdict::Warning => 1,
            Verdict::Critical => 2,
            Verdict::Unknown => 3,
        }
    }
}

/// Above how many minutes an age is a warning, and above how many critical.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub warning: i64,
    pub critical: i64,
}

/// Polls come every 5 minutes: three lost in a row are odd, and live views are empty after 15. Half
/// an hour is what the feed's own entries are trusted for.
pub const POLL: Limits = Limits {
    warning: 15,
    critical: 30,
};

/// Since the end of the first unfilled hour. Filling begins 3 minutes after an hour, so the newest
/// `hour_start` is 63 to 125 minutes old in health; at 185 an hour is missing.
pub const HOUR: Limits = Limits {
    warning: 5,
    critical: 65,
};

/// Since the end of the first unfilled day: due by 02:00, critical when the next one is due too.
pub const DAY: Limits = Limits {
    warning: 2 * 60,
    critical: 26 * 60,
};

/// Since the end of the first day of the first year without a row: due within two days.
pub const YEAR: Limits = Limits {
    warning: 24 * 60,
    critical: 48 * 60,
};

/// The shelf follows the feed; rankings are promised to be at most 15 minutes old.
pub const SHELF: Limits = Limits {
    warning: 15,
    critical: 30,
};

/// Hours of today that views sum from raw rows; beyond these they stop, so the day is cut short.
pub const TAIL_HOURS: i64 = 6;

impl Limits {
    /// The boundary itself is still in order.
    pub fn verdict(self, age: Duration) -> Verdict {
        if age > Duration::minutes(self.critical) {
            Verdict::Critical
        } else if age > Duration::minutes(self.warning) {
            Verdict::Warning
        } else {
            Verdict::Ok
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Critical, Ok, Unknown, Warning};
    use super::*;

    #[test]
    fn ages_are_judged_by_their_limits() {
        // The age of the newest `hour_start` is 120 minutes more than the lateness of the next hour.
        let hour_start_age = |minutes: i64| minutes - 120;
        let table = [
            (POLL, -1, Ok),
            (POLL, 15, Ok),
            (POLL, 16, Warning),
            (POLL, 30, Warning),
            (POLL, 31, Critical),
            (HOUR, hour_start_age(64), Ok),
            (HOUR, hour_start_age(65), Ok),
            (HOUR, hour_start_age(125), Ok),
            (HOUR, hour_start_age(126), Warning),
            (HOUR, hour_start_age(185), Warning),
            (HOUR, hour_start_age(186), Critical),
            (DAY, 120, Ok),
            (DAY, 121, Warning),
            (DAY, 26 * 60 + 1, Critical),
            (YEAR, 48 * 60, Warning),
            (YEAR, 48 * 60 + 1, Critical),
            (SHELF, 31, Critical),
        ];
        for (limits, minutes, verdict) in table {
            let judged = limits.verdict(Duration::minutes(minutes));
            assert_eq!(judged, verdict, "{minutes} minutes under {limits:?}");
        }
        let just_over = Duration::minutes(15) + Duration::seconds(1);
        assert_eq!(POLL.verdict(just_over), Warning);
    }

    #[test]
    fn known_trouble_is_more_urgent_than_missing_knowledge() {
        assert_eq!(
            [Ok, Unknown, Critical, Warning].iter().max(),
            Some(&Critical)
        );
        assert_eq!([Ok, Unknown, Warning].iter().max(), Some(&Unknown));
        assert_eq!(
            [Ok, Warning, Critical, Unknown].map(Verdict::exit_status),
            [0, 1, 2, 3]
        );
    }
}
