//! `hallctl explain`: where a number comes from, back to what the feed said. It only reads.

mod cycle;
mod day;
mod gone;
mod json;
mod rows;

use super::connect;
use crate::cli::Explain;
use crate::db::Db;
use crate::exit::{Exit, misused};
use crate::model::Instant;
use crate::model::span::{CALENDAR_ZONE, Day, stamp};
use crate::raw::story::{self, Named};
use crate::rollup::Of;
use anyhow::Result;
use chrono_tz::Tz;
use std::collections::HashMap;

/// What is asked about: a park or one ride of it.
struct Subject {
    park: Named,
    rides: HashMap<u32, String>,
    of: Of,
    /// The ride that the one asked about turned out to be.
    joined_ride_id: Option<u32>,
}

pub fn run(args: Explain) -> Result<Exit> {
    let mut db = connect()?;
    // One state of the data, so that what is said of rows and of the runs that wrote them belongs together.
    let text = db.snapshot(|db| {
        let (of, when) = match args {
            Explain::Park { id, when } => (Of::Park(id), when),
            Explain::Ride { id, when } => (Of::Ride(id), when),
        };
        let subject = Subject::of(db, of)?;
        let day = Day::of(when.date.unwrap_or_default());
        let report = match (when.at, when.json) {
            (Some(at), false) => return cycle::explain(db, &subject, at),
            (None, false) => return day::explain(db, &subject, day),
            (Some(at), true) => json::cycle(db, &subject, at)?,
            (None, true) => json::day(db, &subject, day)?,
        };
        Ok(serde_json::to_string_pretty(&report)?)
    })?;
    say!("{}", text.trim_end());
    Ok(Exit::Done)
}

impl Subject {
    fn of(db: &mut Db, of: Of) -> Result<Subject> {
        let (what, id, found) = match of {
            Of::Park(id) => ("park", id, Some((id, None))),
            Of::Ride(id) => ("ride", id, story::park_of(db, id)?),
        };
        let park = found
            .map(|(park_id, _)| story::named(db, park_id))
            .transpose()?
            .flatten();
        let park = park.ok_or_else(|| {
            misused(format!(
                "there is no {what} `{id}`; `hallctl {what}s` shows the ids"
            ))
        })?;
        let rides = story::ride_names(db, park.park_id)?;
        Ok(Subject {
            park,
            rides,
            of,
            joined_ride_id: found.and_then(|(_, joined)| joined),
        })
    }

    fn title(&self) -> String {
        let park = format!("park {} `{}`", self.park.park_id, self.park.name);
        match self.of {
            Of::Park(_) => park,
            Of::Ride(id) => {
                let mut title = format!("ride {id} `{}` of {park}", self.ride(id));
                if let Some(keep) = self.joined_ride_id {
                    title +=
                        &format!("\nit was joined into ride {keep}, which has its cycles since");
                }
                title
            }
        }
    }

    fn ride(&self, ride_id: u32) -> &str {
        self.rides.get(&ride_id).map_or("?", String::as_str)
    }

    /// A time in UTC, at the park and, where that is another zone, in Los Angeles.
    fn clocks(&self, at: Instant) -> String {
        let zone: Tz = self.park.timezone.parse().unwrap_or(Tz::UTC);
        let mut clocks = stamp(at);
        for (zone, place) in [(zone, "at the park"), (CALENDAR_ZONE, "in Los Angeles")] {
            let local = at.with_timezone(&zone).format("%H:%M");
            clocks += &format!(", {local} {place}");
            if zone == CALENDAR_ZONE {
                break;
            }
        }
        clocks
    }
}
