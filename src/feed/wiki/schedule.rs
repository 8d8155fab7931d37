//! When a park opens, `/entity/{id}/schedule`: bytes in, windows out.

use super::{Read, timezone};
use crate::feed::entry::{array, capped, json, local_time, shown};
use crate::model::Instant;
use crate::model::key::{Key, Uuid};
use crate::model::schedule::{Kind, Window};
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Duration, TimeZone};
use chrono_tz::Tz;
use serde_json::Value;
use std::collections::BTreeMap;

/// Nobody opens a gate for longer; a window that says so is a slip of the pen.
const LONGEST: Duration = Duration::hours(36);

/// Reads the windows of a park, each kind and opening once. Where the park is answered as part of its
/// resort, its own part counts.
pub(in crate::feed) fn read(bytes: &[u8], park: Key) -> Result<Read<Vec<Window>>> {
    let answer = json(bytes).context("the schedule is not JSON")?;
    ensure!(answer.is_object(), "the schedule is not a JSON object");
    let mut remarks = Vec::new();
    let own = array(&answer, "parks", &mut remarks)
        .iter()
        .find(|part| id(part).map(Key::Wiki) == Some(park));
    let zone = timezone(&answer);
    let mut windows: BTreeMap<(Kind, Instant), Window> = BTreeMap::new();
    for entry in array(own.unwrap_or(&answer), "schedule", &mut remarks) {
        let Some(window) = window(entry, zone, &mut remarks) else {
            continue;
        };
        let first = windows
            .entry((window.kind, window.opens_at))
            .or_insert(window);
        first.closes_at = first.closes_at.max(window.closes_at);
    }
    let with_park = |remark| format!("schedule of park `{park}`: {remark}");
    Ok(Read {
        found: windows.into_values().collect(),
        remarks: capped(remarks, |more| more)
            .into_iter()
            .map(with_park)
            .collect(),
    })
}

/// One entry of the schedule; one without hours, as a note for a day, is no window.
fn window(entry: &Value, zone: Tz, remarks: &mut Vec<String>) -> Option<Window> {
    let word = entry
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let kind = Kind::from_word(word).unwrap_or_else(|| {
        remarks.push(format!(
            "`{word}` is no kind of hours we know, taken as information"
        ));
        Kind::Info
    });
    let mut time = |field: &str| {
        let value = entry.get(field).filter(|value| !value.is_null())?;
        let time = instant(value, zone);
        if time.is_none() {
            remarks.push(format!(
                "{field} `{}` is not a time, left out",
                shown(value)
            ));
        }
        time
    };
    let (opens_at, closes_at) = (time("openingTime")?, time("closingTime")?);
    let closes_at = match closes_at <= opens_at {
        true => closes_at + Duration::days(1),
        false => closes_at,
    };
    let length = closes_at - opens_at;
    if length <= Duration::zero() || length > LONGEST {
        let shown = opens_at.to_rfc3339();
        remarks.push(format!(
            "hours from `{shown}` last {} hours, left out",
            length.num_hours()
        ));
        return None;
    }
    Some(Window {
        kind,
        opens_at,
        closes_at,
    })
}

/// A moment; without an offset it is on the clocks of the park, the earlier one where they show it twice.
fn instant(value: &Value, zone: Tz) -> Option<Instant> {
    let text = value.as_str()?.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let local = local_time(text).ok()?;
    Some(zone.from_local_datetime(&local).earliest()?.to_utc())
}

fn id(entry: &Value) -> Option<Uuid> {
    entry.get("id")?.as_str()?.parse().ok()
}
