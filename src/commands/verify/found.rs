//! What `verify` found stays known until it has looked at just that again and found nothing.

use super::{Choice, Report};
use crate::db::{Db, settings};
use crate::exit::Exit;
use crate::job_log::{self, Status};
use crate::model::Instant;
use crate::model::span::{Day, Year};
use crate::rollup::Days;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::iter::successors;
use std::time::Duration;

/// Every difference found and not yet looked at again.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Found {
    /// The days that hold those of hours, days and cycles.
    days: Option<Days>,
    /// Days whose years hold those of years.
    years: Option<Days>,
    /// Whether cycles were judged otherwise, which only `--deep` looks at.
    is_deep: bool,
}

impl Found {
    pub fn on(day: Day, is_deep: bool) -> Found {
        Found {
            days: Some(only(day)),
            years: None,
            is_deep,
        }
    }

    /// In the year of this day, a day that has rows.
    pub fn in_year_of(day: Day) -> Found {
        Found {
            days: None,
            years: Some(only(day)),
            is_deep: false,
        }
    }

    pub fn with(self, other: Option<Found>) -> Found {
        let Some(other) = other else { return self };
        Found {
            days: hull(self.days, other.days),
            years: hull(self.years, other.years),
            is_deep: self.is_deep || other.is_deep,
        }
    }

    /// The differences that stand, if any.
    pub fn standing(db: &mut Db) -> Result<Option<Found>> {
        Ok(settings::text(db, settings::VERIFY_FOUND)?
            .and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// As the setting holds it; nothing found is no word at all.
    fn setting(found: Option<Found>) -> Result<String> {
        let text = found
            .map(|found| serde_json::to_string(&found))
            .transpose()?;
        Ok(text.unwrap_or_default())
    }

    /// What a look at these periods, and at these years, does not see again.
    fn unseen_by(self, choice: &Choice, seen: &BTreeSet<Year>, is_deep: bool) -> Option<Found> {
        let Days { first, last } = choice.days;
        let sees = |days: Days| first <= days.first && last >= days.last;
        let is_whole = choice.is_whole();
        let days = self
            .days
            .filter(|days| !(is_whole && sees(*days) && (is_deep || !self.is_deep)));
        let year = |day: Day| Year::containing(day.start());
        let years = self.years.filter(|days| {
            let all = successors(Some(year(days.first)), |year| Some(year.next()));
            let mut all = all.take_while(|one| *one <= year(days.last));
            !all.all(|year| seen.contains(&year))
        });
        let is_left = days.is_some();
        (is_left || years.is_some()).then_some(Found {
            days,
            years,
            is_deep: self.is_deep && is_left,
        })
    }

    /// What mends it, and then looks at it again. A cycle of the present formula that differs was changed by another
    /// hand, and judging it again is worth as much as what it says the feed said.
    pub fn next(&self) -> String {
        let range = |Days { first, last }| format!("--from {first} --to {last}");
        let mut steps = Vec::new();
        if let Some(days) = self.days {
            let judge = if self.is_deep { " --judge" } else { "" };
            steps.push(format!("hallctl backfill {}{judge} --all", range(days)));
        }
        if let Some(years) = self.years {
            steps.push(format!(
                "hallctl backfill {} --level yearly --all",
                range(years)
            ));
        }
        let deep = if self.is_deep { " --deep" } else { "" };
        if let Some(days) = self.days {
            steps.push(format!("hallctl verify {}{deep}", range(days)));
        }
        if let Some(years) = self.years {
            steps.push(format!("hallctl verify {}", range(years)));
        }
        let steps = steps.join(" && ");
        match self.is_deep {
            true => format!(
                "{steps}; where what the feed said was changed too, put those rows back from a backup first"
            ),
            false => steps,
        }
    }
}

fn only(day: Day) -> Days {
    Days {
        first: day,
        last: day,
    }
}

/// The shortest stretch that holds both.
fn hull(one: Option<Days>, other: Option<Days>) -> Option<Days> {
    let Some((one, two)) = one.zip(other) else {
        return one.or(other);
    };
    Some(Days {
        first: one.first.min(two.first),
        last: one.last.max(two.last),
    })
}

/// Where it is.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Days { first, last }) = self.days {
            write!(f, "{first} to {last}")?;
        }
        let Some(years) = self.years else {
            return Ok(());
        };
        let [first, last] = [years.first, years.last].map(|day| Year::containing(day.start()));
        let comma = if self.days.is_some() { ", " } else { "" };
        match first == last {
            true => write!(f, "{comma}year {first}"),
            false => write!(f, "{comma}years {first} to {last}"),
        }
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
            let stood = Found::standing(db)?
                .and_then(|found| found.unseen_by(choice, &report.years, is_deep));
            let found = report.found.map(|found| found.with(stood)).or(stood);
            settings::set_text(db, settings::VERIFY_FOUND, &Found::setting(found)?)?;
        }
        let ended = (status, said.as_deref(), error.as_deref());
        job_log::note(db, "verify", now, took, ended)
    });
    if let Err(error) = noted {
        log::warn!("status will not know of this run: {error:#}");
    }
}
