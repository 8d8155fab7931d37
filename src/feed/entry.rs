//! One entry of a feed's JSON, field by field: what makes no sense is remarked on and costs no neighbour.

use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::issue::Remark;
use crate::model::key::{Key, Uuid};
use crate::model::snapshot::LONGEST_WAIT_MINUTES;
use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;

pub const NAME_MOST_CHARS: usize = 255; // As wide as the columns that hold names.
const SHOWN_MOST_CHARS: usize = 40; // Enough of a bad value to recognise it in a log line.
const REMARKS_MOST: usize = 50; // A body that is all wrong would otherwise flood the log.

pub fn json(bytes: &[u8]) -> serde_json::Result<Value> {
    // One name in another encoding must not cost the park.
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
}

/// The array in a field; an absent one is empty, anything else is empty with a remark.
pub fn array<'a>(entry: &'a Value, field: &str, remarks: &mut Vec<String>) -> &'a [Value] {
    match entry.get(field) {
        Some(Value::Array(values)) => values,
        None | Some(Value::Null) if entry.is_object() => &[],
        other => {
            let shown = shown(other.unwrap_or(entry));
            remarks.push(format!("`{shown}` is no list of {field}; left out"));
            &[]
        }
    }
}

pub fn id(entry: &Value, kind: &str, remarks: &mut Vec<String>) -> Option<u32> {
    let value = entry.get("id").unwrap_or(&Value::Null);
    let id = match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64().and_then(|id| u32::try_from(id).ok()),
    }
    .filter(|id| *id > 0);
    if id.is_none() {
        let name = shown(entry.get("name").unwrap_or(&Value::Null));
        let shown = shown(value);
        remarks.push(format!(
            "{kind} `{name}`: id `{shown}` is not usable; skipped"
        ));
    }
    id
}

/// An id of ThemeParks.wiki.
pub fn uuid(entry: &Value, kind: &str, remarks: &mut Vec<String>) -> Option<Uuid> {
    let value = entry.get("id").unwrap_or(&Value::Null);
    let id = value.as_str().and_then(|id| id.parse().ok());
    if id.is_none() {
        let name = shown(entry.get("name").unwrap_or(&Value::Null));
        let shown = shown(value);
        remarks.push(format!(
            "{kind} `{name}`: id `{shown}` is not usable; skipped"
        ));
    }
    id
}

pub fn name(entry: &Value, kind: &str, id: u32, remarks: &mut Vec<String>) -> String {
    text(entry.get("name"), NAME_MOST_CHARS).unwrap_or_else(|| {
        remarks.push(format!("{kind} `{id}` has no name"));
        format!("{kind} {id}")
    })
}

/// Single-rider lines open and close on their own; they are no rides.
pub fn is_single_rider(entry: &Value) -> bool {
    let name = text(entry.get("name"), NAME_MOST_CHARS);
    name.is_some_and(|name| name.to_lowercase().contains("single rider"))
}

/// The value of a field that may be absent; one that makes no sense counts as absent, with a remark.
pub fn field<T>(
    entry: &Value,
    field: &'static str,
    read: impl Fn(&Value) -> Result<T, &'static str>,
    remark: &mut impl FnMut(&'static str, String),
) -> Option<T> {
    let value = entry.get(field).filter(|value| !value.is_null())?;
    read(value)
        .map_err(|fault| {
            let shown = shown(value);
            remark(
                field,
                format!("{field} `{shown}` {fault}, taken as unknown"),
            );
        })
        .ok()
}

pub fn wait_minutes(value: &Value) -> Result<u16, &'static str> {
    let minutes = number(value).ok_or("is not a number")?;
    if minutes < 0.0 {
        return Err("is negative");
    }
    if minutes > LONGEST_WAIT_MINUTES as f64 {
        return Err("is too long to be a queue");
    }
    Ok(minutes.round() as u16)
}

/// A moment; one without an offset is UTC.
pub fn instant(value: &Value) -> Result<Instant, &'static str> {
    let text = value.as_str().ok_or("is not a time")?.trim();
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .or_else(|_| local_time(text).map(|time| time.and_utc()))
        .map_err(|_| "is not a time")
}

/// A time of day without an offset.
pub fn local_time(text: &str) -> chrono::ParseResult<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
}

/// Trimmed text on one line, cut to `most` characters; nothing where nothing is left.
pub fn text(value: Option<&Value>, most: usize) -> Option<String> {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = value?
        .as_str()?
        .trim()
        .chars()
        .map(visible)
        .take(most)
        .collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A number, or a string that holds one.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    }
    .filter(|number| number.is_finite())
}

pub fn shown(value: &Value) -> String {
    match value {
        Value::String(_) => text(Some(value), SHOWN_MOST_CHARS).unwrap_or_default(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        other => other.to_string(),
    }
}

pub fn capped<R>(mut remarks: Vec<R>, remark: impl FnOnce(String) -> R) -> Vec<R> {
    let more = remarks.len().saturating_sub(REMARKS_MOST);
    if more > 0 {
        remarks.truncate(REMARKS_MOST);
        remarks.push(remark(format!(
            "{} {} left out",
            count(more, "more remark"),
            agree(more, "was", "were")
        )));
    }
    remarks
}

/// What `read` remarks on in words becomes remarks on one topic of a ride, or of the park where there is none.
pub fn remarked<T>(
    remarks: &mut Vec<Remark>,
    ride: Option<Key>,
    topic: &'static str,
    read: impl FnOnce(&mut Vec<String>) -> T,
) -> T {
    let mut words = Vec::new();
    let value = read(&mut words);
    let invalid = |text| Remark::invalid(ride, topic, text);
    remarks.extend(words.into_iter().map(invalid));
    value
}
