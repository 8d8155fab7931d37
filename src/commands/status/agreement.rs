//! Whether values agree with what they sum, as `verify` said last.

use super::facts::Facts;
use super::stations::{Station, span as length};
use super::verdict::Verdict;
use crate::model::span::stamp;
use chrono::Duration;

/// Values are compared every night; a week without is no accident.
const RUN: Duration = Duration::days(7);

const NEXT: &str = "hallctl verify";

/// The line of `verify`, where it ever ran.
pub fn agreement(facts: &Facts) -> Option<Station> {
    let mut station = Station::new("verify");
    let run = facts.run("verify")?;
    station.run(run, facts.wall, NEXT);
    if let Some(found) = &facts.found {
        let cause = format!("values differ from what they sum, {found}");
        station.trouble(Verdict::Warning, cause, &found.next());
    }
    let idle = facts.wall - run.last_good_at.unwrap_or(run.started_at);
    if let Some(at) = run.last_good_data_time {
        station.newest(stamp(at), idle);
    }
    if idle > RUN {
        let cause = format!("nothing was compared for {}", length(idle));
        station.trouble(Verdict::Warning, cause, NEXT);
    }
    if !run.summary.is_empty() {
        station.notes.push(run.summary.clone());
    }
    Some(station)
}
