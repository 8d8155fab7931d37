//! One cycle: what the feed said, what was judged and why, the score, and the rows it went into.

use super::gone::Gone;
use super::{Subject, rows};
use crate::commands::stock::Stock;
use crate::db::Db;
use crate::model::Instant;
use crate::model::count::count;
use crate::model::cycle::JudgedRide;
use crate::model::reason::Moment;
use crate::model::ride::RideState;
use crate::model::span::Hour;
use crate::raw::story::{self, Story};
use crate::rollup::Of;
use anyhow::Result;
use chrono::Duration;
use std::fmt::Write;

pub fn explain(db: &mut Db, subject: &Subject, at: Instant) -> Result<String> {
    let mut text = format!("{}\n", subject.title());
    let hour = Hour::containing(at);
    if let Some(gone) = Gone::between(db, Stock::Raw, at, hour.end())? {
        writeln!(text, "cycles at {}: {gone}", subject.clocks(at))?;
        writeln!(text, "\nthey went into")?;
        rows::list(db, &mut text, subject, hour.start(), hour.end())?;
        return Ok(text);
    }
    let Some(story) = story::story(db, &subject.park, at)? else {
        writeln!(
            text,
            "no cycle is stored at {} or before{}",
            subject.clocks(at),
            match story::first_after(db, &subject.park, at)? {
                Some(first) => format!("; the first is at {}", subject.clocks(first)),
                None => String::new(),
            }
        )?;
        return Ok(text);
    };
    let moment = Moment {
        cycles: &story.cycles,
        at: story.at,
    };
    let slot = moment.judged().slot;
    let end = slot + Duration::minutes(i64::from(moment.judged().interval_minutes));
    writeln!(text, "cycle {}", subject.clocks(slot))?;
    if at >= end {
        writeln!(
            text,
            "no cycle is stored at {}; this is the last one before",
            subject.clocks(at)
        )?;
    }
    if let Of::Ride(ride_id) = subject.of {
        about_ride(&mut text, &moment, ride_id)?;
    }
    writeln!(
        text,
        "\nthe park was {} ({}, feed {})",
        moment.judged().state.word(),
        story.state_source,
        story.feed
    )?;
    for reason in moment.of_park() {
        writeln!(text, "  {reason}")?;
    }
    about_score(&mut text, subject, &story, &moment)?;
    if let Of::Park(_) = subject.of {
        about_rides(&mut text, subject, &story, &moment)?;
    }
    writeln!(text, "\nit went into")?;
    let hour = Hour::containing(slot);
    rows::list(db, &mut text, subject, hour.start(), hour.end())?;
    Ok(text)
}

fn about_ride(text: &mut String, moment: &Moment, ride_id: u32) -> Result<()> {
    let ride = moment
        .judged()
        .rides
        .iter()
        .find(|ride| ride.ride_id == ride_id);
    match ride.zip(moment.of_ride(ride_id)) {
        None => writeln!(
            text,
            "\nthe ride is not listed in this cycle, or counts for nothing: no sample"
        )?,
        Some((ride, reasons)) => {
            let minutes = moment.judged().interval_minutes;
            writeln!(
                text,
                "\nthe ride was {}, for {}, with weight {}",
                ride.state.word(),
                count(minutes, "minute"),
                ride.weight
            )?;
            for reason in reasons {
                writeln!(text, "  {reason}")?;
            }
            if ride.outage_began {
                writeln!(text, "  an outage began here")?;
            }
        }
    }
    Ok(())
}

fn about_score(text: &mut String, subject: &Subject, story: &Story, moment: &Moment) -> Result<()> {
    let (down, all) = (story.weight_down, story.weight_in_service);
    let Some(score) = &story.score else {
        writeln!(text, "\nno score: only an open park has one")?;
        return Ok(());
    };
    match all {
        0 => writeln!(text, "\nscore {score}: no weight is in service")?,
        _ => writeln!(
            text,
            "\nscore {score} = 10 × {down} / {all}: the weight that was down, of the weight in service"
        )?,
    }
    let rides = moment.judged().rides.iter();
    let down: Vec<String> = rides
        .filter(|ride| ride.state == RideState::Down)
        .map(|ride| format!("`{}` {}", subject.ride(ride.ride_id), ride.weight))
        .collect();
    if !down.is_empty() {
        writeln!(text, "  down: {}", down.join(", "))?;
    }
    Ok(())
}

/// A line for each ride: what was judged of it, and what the feed said.
fn about_rides(text: &mut String, subject: &Subject, story: &Story, moment: &Moment) -> Result<()> {
    let (cycle, judged) = &story.cycles[story.at];
    writeln!(text, "\nits rides")?;
    for (entry, ride) in cycle.entries.iter().zip(&judged.rides) {
        let JudgedRide {
            ride_id,
            weight,
            state,
            in_service,
            ..
        } = ride;
        let service = if *in_service { "in service" } else { "" };
        writeln!(
            text,
            "  {ride_id:>6}  {:<36.36}  weight {weight}  {:<13}  {service:<10}  {}",
            subject.ride(*ride_id),
            state.word(),
            moment.said(&entry.reading)
        )?;
    }
    Ok(())
}
