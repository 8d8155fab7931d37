//! What `verify` found stays known until it has looked at just that again and found nothing.

use super::{Choice, Report};
use crate::db::{Db, settings};
use crate::exit::Exit;
use crate::job_log::{self, Status};
use crate::model::Instant;
use crate::model::span::Day;
use crate::rollup::Days;
use anyhow::Result;
use std::fmt;
use std::time::Duration;

/// The days that hold every difference found and not yet looked at again.
#[derive(Clone, Copy)]
pub struct Found {
    pub days: Days,
    /// Whether cycles were judged otherwise, which only `--deep` looks at.
    pub is_deep: bool,
}

/// The end of a setting that speaks of cycles.
const DEEP: &str = "deep";

impl Found {
    pub fn on(day: Day, is_deep: bool) -> Found {
        let days = Days {
            first: day,
            last: day,
        };
        Found { days, is_deep }
    }

    pub fn with(self, other: Option<Found>) -> Found {
        let Some(other) = other else { return self };
        Found {
            days: Days {
                first: self.days.first.min(other.days.first),
                last: self.days.last.max(other.days.last),
            },
            is_deep: self.is_deep || other.is_deep,
        }
    }

    /// The differences that stand, if any.
    pub fn standing(db: &mut Db) -> Result<Option<Found>> {
        Ok(settings::text(db, settings::VERIFY_FOUND)?.and_then(|text| Found::parse(&text)))
    }

    fn parse(text: &str) -> Option<Found> {
        let mut words = text.split(' ');
        let mut day = || Some(Day::of(words.next()?.parse().ok()?));
        let (first, last) = (day()?, day()?);
        Some(Found {
            days: Days { first, last },
            is_deep: words.next() == Some(DEEP),
        })
    }

    /// As the setting holds it; nothing found is no word at all.
    fn setting(found: Option<Found>) -> String {
        found.map_or_else(String::new, |Found { days, is_deep }| {
            let deep = if is_deep { DEEP } else { "" };
            format!("{} {} {deep}", days.first, days.last)
        })
    }

    /// Whether a look at these periods sees all of it again.
    fn is_seen_by(self, choice: &Choice, is_deep: bool) -> bool {
        choice.is_whole()
            && choice.days.first <= self.days.first
            && choice.days.last >= self.days.last
            && (is_deep || !self.is_deep)
    }
}

/// The command that looks at it again.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Days { first, last } = self.days;
        let deep = if self.is_deep { " --deep" } else { "" };
        write!(f, "hallctl verify --from {first} --to {last}{deep}")
    }
}

/// Notes how a run ended, for `status`. Whoever may only read is answered all the same.
pub fn note(
    db: &mut Db,
    now: Instant,
    took: Duration,
    is_deep: bool,
    compared: &Result<(Choice, Report)>,
) {
    let (status, said, error) = match compared {
        Err(error) if Exit::of(error) == Exit::Misused => return,
        Err(error) => (Status::Failed, None, Some(format!("{error:#}"))),
        Ok((_, report)) if report.is_clean() => (Status::Success, Some(report.tallies()), None),
        Ok((_, report)) => (Status::Partial, Some(report.tallies()), None),
    };
    let noted = db.transaction(|db| {
        if let Ok((choice, report)) = compared {
            let stood = Found::standing(db)?.filter(|found| !found.is_seen_by(choice, is_deep));
            let found = report.found.map(|found| found.with(stood)).or(stood);
            settings::set_text(db, settings::VERIFY_FOUND, &Found::setting(found))?;
        }
        let ended = (status, said.as_deref(), error.as_deref());
        job_log::note(db, "verify", now, took, ended)
    });
    if let Err(error) = noted {
        log::warn!("status will not know of this run: {error:#}");
    }
}
