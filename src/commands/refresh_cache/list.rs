//! `--list` and `--audit`: what is on the shelf, and what does not fit what is asked for.

use super::super::connect;
use super::super::roster::{cell, print_table};
use crate::config;
use crate::exit::Exit;
use crate::model::Instant;
use crate::views::shelf::{self, Entry, Place};
use crate::views::{Which, served};
use anyhow::Result;
use chrono::Duration;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A key, its type, and what lies there.
type Row<'a> = (&'a str, String, Option<&'a Entry>);

/// What is meant, whether or not it is on the shelf; and what lies there without a view.
pub fn list(meant: &[Place], which: &Which, as_json: bool) -> Result<Exit> {
    let (mut db, now) = (connect()?, config::now()?);
    let entries = shelf::entries(&mut db)?;
    let by_key: HashMap<&str, &Entry> = entries
        .iter()
        .map(|entry| (entry.key.as_str(), entry))
        .collect();
    let known: HashMap<&str, &Place> = meant
        .iter()
        .map(|place| (place.asked.key.as_str(), place))
        .collect();
    let mut rows: Vec<Row> = meant
        .iter()
        .map(|place| {
            (
                place.asked.key.as_str(),
                place.view.kind.clone(),
                by_key.get(place.asked.key.as_str()).copied(),
            )
        })
        .collect();
    if *which == Which::All {
        let orphans = entries
            .iter()
            .filter(|entry| !known.contains_key(entry.key.as_str()));
        rows.extend(orphans.map(|entry| {
            (
                entry.key.as_str(),
                format!("{}, of no view", entry.kind),
                Some(entry),
            )
        }));
    }
    rows.sort_by_key(|row| row.0);
    if as_json {
        let objects: Vec<Value> = rows.iter().map(|row| object(row, now)).collect();
        say!("{}", Value::Array(objects));
        return Ok(Exit::Done);
    }
    let table: Vec<Vec<String>> = rows
        .iter()
        .map(|(key, kind, entry)| {
            vec![
                (*key).to_owned(),
                kind.clone(),
                entry.map_or_else(|| "absent".to_owned(), |entry| in_words(entry.due_at - now)),
                cell(entry.map(|entry| age(now - entry.generated_at))),
                cell(entry.map(|entry| entry.bytes)),
                cell(entry.map(|entry| entry.milliseconds)),
            ]
        })
        .collect();
    print_table(&["key", "type", "due", "age", "bytes", "ms"], &table);
    Ok(Exit::Done)
}

fn object((key, kind, entry): &Row, now: Instant) -> Value {
    json!({
        "key": key,
        "type": kind,
        "due_at": entry.map(|entry| entry.due_at),
        "is_due": entry.is_none_or(|entry| entry.due_at <= now),
        "generated_at": entry.map(|entry| entry.generated_at),
        "age_seconds": entry.map(|entry| (now - entry.generated_at).num_seconds()),
        "bytes": entry.map(|entry| entry.bytes),
        "records": entry.map(|entry| entry.records),
        "milliseconds": entry.map(|entry| entry.milliseconds),
    })
}

/// Served and never refreshed, refreshed and never served, fresh for less than the bodies are apart.
pub fn audit(all: &[Place], as_json: bool) -> Result<Exit> {
    let mut db = connect()?;
    let entries = shelf::entries(&mut db)?;
    let served = served::all(&mut db)?;
    let is_on_shelf = |key: &str| entries.iter().any(|entry| entry.key == key);
    let never_refreshed: Vec<&str> = served
        .iter()
        .map(|served| served.key.as_str())
        .filter(|key| !is_on_shelf(key))
        .collect();
    let was_served = |key: &str| served.iter().any(|served| served.key == key);
    let never_served: Vec<&str> = entries
        .iter()
        .map(|entry| entry.key.as_str())
        .filter(|key| !was_served(key))
        .collect();
    let too_short: Vec<(&str, Duration, Duration)> = entries
        .iter()
        .filter_map(|entry| {
            let place = all.iter().find(|place| place.asked.key == entry.key)?;
            let apart = entry.generated_at - entry.refreshed_before?;
            let fresh = place.view.fresh(&place.asked, entry.generated_at);
            (fresh < apart).then_some((entry.key.as_str(), fresh, apart))
        })
        .collect();
    if as_json {
        let apart = |(key, fresh, apart): &(&str, Duration, Duration)| {
            let (fresh, apart) = (fresh.num_seconds(), apart.num_seconds());
            json!({"key": key, "fresh_seconds": fresh, "seconds_apart": apart})
        };
        say!(
            "{}",
            json!({
                "served_never_refreshed": never_refreshed,
                "refreshed_never_served": never_served,
                "fresh_too_short": too_short.iter().map(apart).collect::<Vec<_>>(),
            })
        );
        return Ok(Exit::Done);
    }
    never_refreshed
        .iter()
        .for_each(|key| say!("served, never refreshed: {key}"));
    never_served
        .iter()
        .for_each(|key| say!("refreshed, never served: {key}"));
    for (key, fresh, apart) in &too_short {
        say!(
            "fresh for {}, refreshed {} apart: {key}",
            age(*fresh),
            age(*apart)
        );
    }
    say!(
        "refresh-cache: {} served and never refreshed, {} refreshed and never served, {} fresh for too short",
        never_refreshed.len(),
        never_served.len(),
        too_short.len()
    );
    Ok(Exit::Done)
}

fn in_words(until: Duration) -> String {
    match until > Duration::zero() {
        true => format!("in {}", age(until)),
        false => "now".to_owned(),
    }
}

fn age(span: Duration) -> String {
    match span.num_seconds() {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}
