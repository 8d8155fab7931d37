//! One entry of a feed's JSON, field by field: what makes no sense is remarked on and costs no neighbour.

use crate::model::issue::Remark;
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

pub fn name(entry: &Value, kind: &str, id: u32, remarks: &mut Vec<String>) -> String {
    text(entry.get("name"), NAME_MOST_CHARS).unwrap_or_else(|| {
        remarks.push(format!("{kind} `{id}` has no name"));
        format!("{kind} {id}")
    })
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
        remarks.push(remark(format!("{more} more remarks were left out")));
    }
    remarks
}

/// What `read` remarks on in words becomes remarks on one topic of a ride, or of the park where there is none.
pub fn remarked<T>(
    remarks: &mut Vec<Remark>,
    ride: Option<u32>,
    topic: &'static str,
    read: impl FnOnce(&mut Vec<String>) -> T,
) -> T {
    let mut words = Vec::new();
    let value = read(&mut words);
    let invalid = |text| Remark::invalid(ride, topic, text);
    remarks.extend(words.into_iter().map(invalid));
    value
}
