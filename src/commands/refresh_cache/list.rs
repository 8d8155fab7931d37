//! `--list`: what is on the shelf, and what should be.

use super::super::connect;
use super::super::roster::{cell, print_table};
use crate::config;
use crate::exit::Exit;
use crate::model::Instant;
use crate::views::Which;
use crate::views::shelf::{self, Entry, Place};
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

fn in_words(until: Duration) -> String {
    match until > Duration::zero() {
        true => format!("in {}", age(until)),
        false => "now".to_owned(),
    }
}

pub fn age(span: Duration) -> String {
    match span.num_seconds() {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}
