//! The same for a program: one JSON object, whose field names stay as they are.

use super::Subject;
use super::gone::Gone;
use crate::commands::stock::Stock;
use crate::db::Db;
use crate::model::Instant;
use crate::model::cycle::{Entry, JudgedRide};
use crate::model::reason::{Counts, Moment};
use crate::model::span::{Day, Hour, stamp};
use crate::raw::story::{self, Story};
use crate::rollup::ledger::Level;
use crate::rollup::{self, Of, Told};
use anyhow::Result;
use chrono::Duration;
use serde_json::{Map, Value, json};

pub fn cycle(db: &mut Db, subject: &Subject, at: Instant) -> Result<Value> {
    let mut report = head(subject);
    report.insert("asked_at".to_owned(), json!(stamp(at)));
    let hour = Hour::containing(at);
    let lost = Gone::between(db, Stock::Raw, at, hour.end())?;
    let story = match &lost {
        None => story::story(db, &subject.park, at)?,
        Some(_) => None,
    };
    // Rows outlive the cycles that went into them.
    let slot = story.as_ref().map(|story| story.cycles[story.at].1.slot);
    let slot = slot.or(lost.as_ref().map(|_| at));
    let mut rows = Vec::new();
    let mut pruned: Vec<Value> = lost.iter().map(Gone::json).collect();
    if let Some(hour) = slot.map(Hour::containing) {
        rows = rollup::told(db, subject.of, hour.start(), hour.end())?;
        let gone = Gone::between(db, Stock::Hourly, hour.start(), hour.end())?;
        pruned.extend(gone.iter().map(Gone::json));
    }
    let story = story.map(|story| of_cycle(subject, &story, at));
    report.insert("cycle".to_owned(), json!(story));
    report.insert("rows".to_owned(), rows.iter().map(row).collect());
    report.insert("pruned".to_owned(), json!(pruned));
    Ok(Value::Object(report))
}

pub fn day(db: &mut Db, subject: &Subject, day: Day) -> Result<Value> {
    let mut report = head(subject);
    let rows = rollup::told(db, subject.of, day.start(), day.end())?;
    let gone = Gone::between(db, Stock::Hourly, day.start(), day.end())?;
    let pruned: Vec<Value> = gone.iter().map(Gone::json).collect();
    let of_day = rows.iter().find(|row| row.span.level() == Level::Daily);
    for (name, value) in [
        ("date", json!(day.to_string())),
        ("starts_at", json!(stamp(day.start()))),
        ("ends_at", json!(stamp(day.end()))),
        ("hours", json!((day.end() - day.start()).num_hours())),
        ("rows", rows.iter().map(row).collect()),
        ("pruned", json!(pruned)),
        ("page", json!(of_day.map(|row| page(subject, row)))),
    ] {
        report.insert(name.to_owned(), value);
    }
    Ok(Value::Object(report))
}

fn head(subject: &Subject) -> Map<String, Value> {
    let ride = match subject.of {
        Of::Park(_) => None,
        Of::Ride(id) => Some(id),
    };
    let head = [
        ("park_id", json!(subject.park.park_id)),
        ("park", json!(subject.park.name)),
        ("ride_id", json!(ride)),
        ("ride", json!(ride.map(|id| subject.ride(id)))),
        ("joined_ride_id", json!(subject.joined_ride_id)),
    ];
    let named = head.map(|(name, value)| (name.to_owned(), value));
    named.into_iter().collect()
}

fn of_cycle(subject: &Subject, story: &Story, asked: Instant) -> Value {
    let moment = Moment {
        cycles: &story.cycles,
        at: story.at,
    };
    let (cycle, judged) = &story.cycles[story.at];
    let Counts {
        listed,
        fresh,
        open,
        in_service,
    } = moment.counts();
    let is_asked = |ride: &JudgedRide| match subject.of {
        Of::Park(_) => true,
        Of::Ride(id) => ride.ride_id == id,
    };
    let rides = cycle.entries.iter().zip(&judged.rides);
    let rides = rides.filter(|(_, judged)| is_asked(judged));
    let rides: Vec<Value> = rides
        .map(|(entry, judged)| ride(subject, &moment, entry, judged))
        .collect();
    let end = judged.slot + Duration::minutes(i64::from(judged.interval_minutes));
    json!({
        "slot": stamp(judged.slot),
        "interval_minutes": judged.interval_minutes,
        "holds_asked_at": asked < end,
        "park_state": judged.state.word(),
        "state_source": story.state_source,
        "feed": story.feed,
        "spell_start": judged.spell_start.map(stamp),
        "rides_listed": listed,
        "rides_fresh": fresh,
        "rides_reported_open": open,
        "rides_in_service": in_service,
        "reasons": moment.of_park(),
        "weight_down": story.weight_down,
        "weight_in_service": story.weight_in_service,
        "score": story.score.as_deref().map(number),
        "rides": rides,
    })
}

fn ride(subject: &Subject, moment: &Moment, entry: &Entry, judged: &JudgedRide) -> Value {
    let reading = &entry.reading;
    json!({
        "ride_id": judged.ride_id,
        "ride": subject.ride(judged.ride_id),
        "state": judged.state.word(),
        "weight": judged.weight,
        "in_service": judged.in_service,
        "outage_began": judged.outage_began,
        "reasons": moment.of_ride(judged.ride_id),
        "said_status": reading.status.map(|status| status.word()),
        "said_open": reading.is_open,
        "said_wait_minutes": reading.wait_minutes,
        "said_age_minutes": reading.age_minutes,
        "is_fresh": reading.is_fresh() && moment.frozen_since().is_none(),
    })
}

/// A row of the rollup, column by column as it is stored.
fn row(row: &Told) -> Value {
    let columns = row.columns().map(|(name, value)| {
        let value = value.map_or(Value::Null, number);
        (name.to_owned(), value)
    });
    let wrote = row.wrote.as_ref().map(|wrote| {
        json!({
            "run_id": wrote.run_id,
            "job": wrote.job,
            "finished_at": wrote.at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "aggregation_log_id": wrote.log_id,
        })
    });
    json!({
        "level": row.span.level().word(),
        "period": row.span.name(),
        "starts_at": stamp(row.span.start()),
        "is_stale": row.is_stale,
        "written_by": wrote,
        "columns": columns.collect::<Map<_, _>>(),
    })
}

/// The numbers of a page; null where nothing was measured.
fn page(subject: &Subject, row: &Told) -> Value {
    let shown = |column| row.shown(column).map_or(Value::Null, number);
    let mut page = json!({
        "average_wait": shown("wait_shown"),
        "longest_wait": shown("wait_max"),
    });
    match subject.of {
        Of::Park(_) => page["shame_score"] = shown("score_shown"),
        Of::Ride(_) => {
            page["uptime_minutes"] = shown("minutes_operating");
            page["downtime_minutes"] = shown("minutes_down");
        }
    }
    page
}

/// A number where the text is one.
fn number(text: &str) -> Value {
    let number = text.parse().ok().map(|number: i64| json!(number));
    let number = number.or_else(|| text.parse().ok().map(|number: f64| json!(number)));
    number.unwrap_or_else(|| json!(text))
}
