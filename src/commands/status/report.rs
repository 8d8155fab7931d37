//! The report as people and programs read it.

use super::issues::Issue;
use super::stations::{FUTURE, Station, span};
use super::verdict::Verdict;
use crate::db::Place;
use crate::model::Instant;
use crate::model::span::stamp;
use chrono::Duration;
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
pub struct Report {
    pub verdict: Verdict,
    now: String,
    /// Absent where no database answered.
    database: Option<Place>,
    stations: Vec<Station>,
    /// What is wrong with the feed's data; the text only counts them.
    feed_issues: Vec<Issue>,
}

impl Report {
    pub fn new(
        now: Instant,
        database: Option<Place>,
        stations: Vec<Station>,
        feed_issues: Vec<Issue>,
    ) -> Report {
        let worst = stations.iter().map(|station| station.verdict).max();
        Report {
            verdict: worst.unwrap_or(Verdict::Unknown),
            now: stamp(now),
            database,
            stations,
            feed_issues,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} at {}\n", self.verdict.word(), self.now)?;
        if let Some(place) = &self.database {
            let Place {
                server,
                database,
                host,
                server_id,
                version,
            } = place;
            writeln!(
                f,
                "`{database}` at {server}: {version}, server id {server_id} on {host}\n"
            )?;
        }
        writeln!(
            f,
            "{:<10}{:<10}{:<19}{:>15}  times are UTC, days those of Los Angeles",
            "station", "verdict", "newest", "age"
        )?;
        for station in &self.stations {
            line(f, station)?;
        }
        Ok(())
    }
}

/// A station and, below it, what is wrong with it and what to type.
fn line(f: &mut fmt::Formatter<'_>, station: &Station) -> fmt::Result {
    let newest = station.newest.as_deref().unwrap_or("-");
    let age = station.age_minutes.map(Duration::minutes);
    let age = age.map(|age| match age < -FUTURE {
        true => format!("in {}", span(-age)),
        false => span(age),
    });
    let line = format!(
        "{:<10}{:<10}{newest:<19}{:>15}  {}",
        station.name,
        station.verdict.word(),
        age.unwrap_or_default(),
        station.notes.join("; ")
    );
    writeln!(f, "{}", line.trim_end())?;
    for trouble in &station.troubles {
        writeln!(f, "{:20}{}", "", trouble.cause)?;
        writeln!(f, "{:20}next: {}", "", trouble.next)?;
    }
    Ok(())
}
