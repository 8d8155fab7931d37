//! The JSON of Queue-Times: bytes in, catalogue and polls out; what one entry gets wrong costs no other.

use crate::model::Instant;
use crate::model::park::CatalogueEntry;
use crate::model::snapshot::{LONGEST_WAIT_MINUTES, Listing, Poll, Reading};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use std::collections::HashSet;

/// Every park the feed knows, each once, in the feed's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    pub entries: Vec<CatalogueEntry>,
    /// What was odd, one sentence each.
    pub remarks: Vec<String>,
}

const NAME_MOST_CHARS: usize = 255; // As wide as the columns that hold names.
const OPERATOR_MOST_CHARS: usize = 100;
const SHOWN_MOST_CHARS: usize = 40; // Enough of a bad value to recognise it in a log line.
const REMARKS_MOST: usize = 50; // A body that is all wrong would otherwise flood the log.

/// Reads `/parks.json`: operators, each with its parks.
pub fn catalogue(bytes: &[u8]) -> Result<Catalogue> {
    let answer = json(bytes).context("the catalogue of parks is not JSON")?;
    let operators = answer
        .as_array()
        .context("the catalogue of parks is not an array of operators")?;
    let (mut entries, mut remarks, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for operator in operators {
        let name = text(operator.get("name"), OPERATOR_MOST_CHARS);
        for park in array(operator, "parks", &mut remarks) {
            let Some(entry) = catalogue_entry(park, name.clone(), &mut remarks) else {
                continue;
            };
            if seen.insert(entry.queue_times_id) {
                entries.push(entry);
            } else {
                let id = entry.queue_times_id;
                remarks.push(format!("park `{id}` is listed twice; the first stands"));
            }
        }
    }
    let remarks = capped(remarks);
    Ok(Catalogue { entries, remarks })
}

/// Reads `/parks/{id}/queue_times.json`: the rides of all lands, then those of no land.
pub fn queue_times(bytes: &[u8], queue_times_id: u32, polled_at: Instant) -> Result<Poll> {
    let answer = json(bytes)
        .with_context(|| format!("the answer for park `{queue_times_id}` is not JSON"))?;
    if !answer.is_object() {
        anyhow::bail!("the answer for park `{queue_times_id}` is not a JSON object");
    }
    let (mut listings, mut remarks, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let lands = array(&answer, "lands", &mut remarks);
    let named = |land| (text(Value::get(land, "name"), NAME_MOST_CHARS), land);
    for (land, group) in lands.iter().map(named).chain([(None, &answer)]) {
        for ride in array(group, "rides", &mut remarks) {
            let Some(listing) = listing(ride, land.clone(), polled_at, &mut remarks) else {
                continue;
            };
            if seen.insert(listing.queue_times_id) {
                listings.push(listing);
            } else {
                let id = listing.queue_times_id;
                remarks.push(format!("ride `{id}` is listed twice; the first stands"));
            }
        }
    }
    let remarks = capped(remarks);
    Ok(Poll {
        queue_times_id,
        polled_at,
        listings,
        remarks,
    })
}

fn catalogue_entry(
    park: &Value,
    operator: Option<String>,
    remarks: &mut Vec<String>,
) -> Option<CatalogueEntry> {
    let queue_times_id = id(park, "park", remarks)?;
    let name = name(park, "park", queue_times_id, remarks);
    let country = text(park.get("country"), OPERATOR_MOST_CHARS);
    let mut degrees = |field, limit| coordinate(park, field, limit, queue_times_id, remarks);
    let latitude_degrees = degrees("latitude", 90.0);
    let longitude_degrees = degrees("longitude", 180.0);
    let is_of = |word| {
        let says = |text: &str| text.to_lowercase().contains(word);
        says(&name) || operator.as_deref().is_some_and(says)
    };
    Some(CatalogueEntry {
        queue_times_id,
        is_disney: is_of("disney"),
        is_universal: is_of("universal"),
        timezone: timezone(park, queue_times_id, remarks),
        latitude_degrees,
        // The feed forgets the sign of some parks in the United States; none lies east of Greenwich.
        longitude_degrees: longitude_degrees.map(|degrees| match country.as_deref() {
            Some("United States") => -degrees.abs(),
            _ => degrees,
        }),
        name,
        operator,
        country,
    })
}

fn timezone(park: &Value, queue_times_id: u32, remarks: &mut Vec<String>) -> String {
    let zone = park.get("timezone").unwrap_or(&Value::Null);
    match zone
        .as_str()
        .and_then(|name| name.trim().parse::<Tz>().ok())
    {
        Some(zone) => zone.name().to_owned(),
        None => {
            let shown = shown(zone);
            remarks.push(format!(
                "park `{queue_times_id}`: unknown time zone `{shown}`, taken as UTC"
            ));
            "UTC".to_owned()
        }
    }
}

/// Degrees, which the feed writes as strings.
fn coordinate(
    park: &Value,
    field: &str,
    limit: f64,
    queue_times_id: u32,
    remarks: &mut Vec<String>,
) -> Option<f64> {
    let value = park.get(field).filter(|value| !value.is_null())?;
    let degrees = number(value).filter(|degrees| degrees.abs() <= limit);
    if degrees.is_none() {
        let shown = shown(value);
        remarks.push(format!(
            "park `{queue_times_id}`: {field} `{shown}` is no place on earth, left out"
        ));
    }
    degrees
}

/// One ride, or nothing for single-rider lines, which open and close on their own, and entries without an id.
fn listing(
    ride: &Value,
    land: Option<String>,
    polled_at: Instant,
    remarks: &mut Vec<String>,
) -> Option<Listing> {
    let named = text(ride.get("name"), NAME_MOST_CHARS);
    if named.is_some_and(|name| name.to_lowercase().contains("single rider")) {
        return None;
    }
    let queue_times_id = id(ride, "ride", remarks)?;
    let name = name(ride, "ride", queue_times_id, remarks);
    let mut remark = |what: String| remarks.push(format!("ride `{queue_times_id}`: {what}"));
    let reading = Reading {
        is_open: field(ride, "is_open", is_open, &mut remark),
        status: None,
        wait_minutes: field(ride, "wait_time", wait_minutes, &mut remark),
        age_minutes: field(
            ride,
            "last_updated",
            |value| age_minutes(value, polled_at),
            &mut remark,
        ),
    };
    Some(Listing {
        queue_times_id,
        name,
        land,
        reading,
    })
}

/// The value of a field that may be absent; one that makes no sense counts as absent, with a remark.
fn field<T>(
    entry: &Value,
    field: &str,
    read: impl Fn(&Value) -> Result<T, &'static str>,
    remark: &mut impl FnMut(String),
) -> Option<T> {
    let value = entry.get(field).filter(|value| !value.is_null())?;
    read(value)
        .map_err(|fault| {
            remark(format!(
                "{field} `{}` {fault}, taken as unknown",
                shown(value)
            ))
        })
        .ok()
}

fn is_open(value: &Value) -> Result<bool, &'static str> {
    let word = match value {
        Value::Bool(flag) => return Ok(*flag),
        Value::String(word) => word.trim().to_lowercase(),
        other => other.to_string(),
    };
    match word.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("is neither true nor false"),
    }
}

fn wait_minutes(value: &Value) -> Result<u16, &'static str> {
    let minutes = number(value).ok_or("is not a number")?;
    if minutes < 0.0 {
        return Err("is negative");
    }
    if minutes > LONGEST_WAIT_MINUTES as f64 {
        return Err("is too long to be a queue");
    }
    Ok(minutes.round() as u16)
}

fn age_minutes(value: &Value, polled_at: Instant) -> Result<u16, &'static str> {
    let text = value.as_str().ok_or("is not a time")?.trim();
    let updated_at = DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc())
        })
        .map_err(|_| "is not a time")?;
    let age = (polled_at - updated_at).max(TimeDelta::zero());
    let begun = i64::from(age > TimeDelta::minutes(age.num_minutes()));
    Ok(u16::try_from(age.num_minutes() + begun).unwrap_or(u16::MAX))
}

/// A number, or a string that holds one.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    }
    .filter(|number| number.is_finite())
}

fn id(entry: &Value, kind: &str, remarks: &mut Vec<String>) -> Option<u32> {
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

fn name(entry: &Value, kind: &str, id: u32, remarks: &mut Vec<String>) -> String {
    text(entry.get("name"), NAME_MOST_CHARS).unwrap_or_else(|| {
        remarks.push(format!("{kind} `{id}` has no name"));
        format!("{kind} {id}")
    })
}

/// Trimmed text on one line, cut to `most` characters; nothing where nothing is left.
fn text(value: Option<&Value>, most: usize) -> Option<String> {
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

/// The array in a field; an absent one is empty, anything else is empty with a remark.
fn array<'a>(entry: &'a Value, field: &str, remarks: &mut Vec<String>) -> &'a [Value] {
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

fn shown(value: &Value) -> String {
    match value {
        Value::String(_) => text(Some(value), SHOWN_MOST_CHARS).unwrap_or_default(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        other => other.to_string(),
    }
}

fn json(bytes: &[u8]) -> serde_json::Result<Value> {
    // One name in another encoding must not cost the park.
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
}

fn capped(mut remarks: Vec<String>) -> Vec<String> {
    let more = remarks.len().saturating_sub(REMARKS_MOST);
    if more > 0 {
        remarks.truncate(REMARKS_MOST);
        remarks.push(format!("{more} more remarks were left out"));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn noon() -> Instant {
        "2026-07-04T12:00:00Z".parse().expect("a time")
    }

    fn poll(body: &Value) -> Poll {
        queue_times(body.to_string().as_bytes(), 64, noon()).expect("a poll")
    }

    /// Reads one ride with the given fields beside id and name.
    fn reading(fields: &Value) -> (Reading, Vec<String>) {
        let mut ride = json!({"id": 7, "name": "Swing"});
        for (field, value) in fields.as_object().expect("fields") {
            ride[field] = value.clone();
        }
        let poll = poll(&json!({"rides": [ride]}));
        (poll.listings[0].reading, poll.remarks)
    }

    #[test]
    fn a_wait_is_minutes_or_unknown() {
        for (value, wait_minutes, is_remarked) in [
            (json!(35), Some(35), false),
            (json!("35"), Some(35), false),
            (json!(12.5), Some(13), false),
            (json!(0), Some(0), false),
            (json!(600), Some(600), false),
            (json!(null), None, false),
            (json!(-1), None, true),
            (json!(601), None, true),
            (json!(1e300), None, true),
            (json!("NaN"), None, true),
            (json!(true), None, true),
            (json!([5]), None, true),
        ] {
            let (reading, remarks) = reading(&json!({"wait_time": value}));
            assert_eq!(reading.wait_minutes, wait_minutes, "{value}");
            assert_eq!(!remarks.is_empty(), is_remarked, "{value}: {remarks:?}");
        }
    }

    #[test]
    fn a_flag_is_true_false_or_unknown() {
        for (value, is_open, is_remarked) in [
            (json!(true), Some(true), false),
            (json!(false), Some(false), false),
            (json!(1), Some(true), false),
            (json!(0), Some(false), false),
            (json!("true"), Some(true), false),
            (json!("False "), Some(false), false),
            (json!(null), None, false),
            (json!("maybe"), None, true),
            (json!(2), None, true),
        ] {
            let (reading, remarks) = reading(&json!({"is_open": value}));
            assert_eq!(reading.is_open, is_open, "{value}");
            assert_eq!(!remarks.is_empty(), is_remarked, "{value}: {remarks:?}");
        }
        assert_eq!(reading(&json!({})).0, Reading::default());
    }

    #[test]
    fn an_age_is_rounded_up_and_never_negative() {
        for (value, age_minutes, is_remarked) in [
            (json!("2026-07-04T12:00:00.000Z"), Some(0), false),
            (json!("2026-07-04T12:00:05.000Z"), Some(0), false),
            (json!("2026-07-04T11:59:59.999Z"), Some(1), false),
            (json!("2026-07-04T11:30:00.000Z"), Some(30), false),
            (json!("2026-07-04T11:29:59.500Z"), Some(31), false),
            (json!("2026-07-04T13:30:00+02:00"), Some(30), false),
            (json!("2026-07-04T11:50:00"), Some(10), false),
            (json!("1999-01-01T00:00:00Z"), Some(u16::MAX), false),
            (json!(null), None, false),
            (json!("yesterday"), None, true),
            (json!(1_783_166_400), None, true),
        ] {
            let (reading, remarks) = reading(&json!({"last_updated": value}));
            assert_eq!(reading.age_minutes, age_minutes, "{value}");
            assert_eq!(!remarks.is_empty(), is_remarked, "{value}: {remarks:?}");
        }
    }

    #[test]
    fn lands_come_before_rides_and_the_first_entry_of_an_id_stands() {
        let poll = poll(&json!({
            "lands": [
                {"id": 1, "name": " Old Town ", "rides": [
                    {"id": 1, "name": "  Mill\n", "wait_time": 5},
                    {"id": null, "name": "Mill SINGLE RIDER", "wait_time": 5},
                    {"id": 2},
                ]},
                {"id": 2, "rides": null},
                "nonsense",
            ],
            "rides": [
                {"id": 1, "name": "Mill", "wait_time": 50},
                {"id": 3, "name": "é".repeat(300)},
                {"id": "4", "name": "Boat"},
                {"id": 0, "name": "Ghost"},
                {"id": 4_294_967_296_u64, "name": "Giant"},
                "nonsense",
            ],
        }));
        let seen: Vec<_> = poll
            .listings
            .iter()
            .map(|ride| (ride.queue_times_id, ride.name.clone(), ride.land.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                (1, "Mill".to_owned(), Some("Old Town")),
                (2, "ride 2".to_owned(), Some("Old Town")),
                (3, "é".repeat(255), None),
                (4, "Boat".to_owned(), None),
            ]
        );
        assert_eq!(poll.listings[0].reading.wait_minutes, Some(5));
        assert_eq!(
            poll.remarks,
            [
                "ride `2` has no name",
                "`nonsense` is no list of rides; left out",
                "ride `1` is listed twice; the first stands",
                "ride `Ghost`: id `0` is not usable; skipped",
                "ride `Giant`: id `4294967296` is not usable; skipped",
                "ride `null`: id `null` is not usable; skipped",
            ]
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_an_error_that_names_the_park() {
        for body in ["", "[]", "null", "<html>", r#"{"rides": ["#] {
            let error = queue_times(body.as_bytes(), 64, noon()).expect_err(body);
            assert!(error.to_string().contains("park `64`"), "{error}");
        }
        let listings = poll(&json!({})).listings;
        assert!(listings.is_empty());
    }

    #[test]
    fn remarks_are_bounded() {
        let rides: Vec<_> = (0..1000).map(|_| json!({"name": "Ghost"})).collect();
        let remarks = poll(&json!({"rides": rides})).remarks;
        assert_eq!(remarks.len(), REMARKS_MOST + 1);
        assert_eq!(remarks[REMARKS_MOST], "950 more remarks were left out");
    }

    #[test]
    fn one_bad_park_costs_no_other() {
        let catalogue = catalogue(
            json!([
                {"id": 1, "name": "Walt Disney Attractions", "parks": [
                    {"id": 5, "name": "Epcot", "country": "United States", "latitude": "28.37",
                     "longitude": "81.55", "timezone": "America/New_York"},
                    {"name": "No id"},
                ]},
                {"id": 2, "name": "Universal Parks", "parks": null},
                7,
                {"id": 3, "parks": [
                    {"id": 9, "name": "Universal Nowhere", "latitude": "north", "longitude": 10.5,
                     "timezone": "Moon/Tycho"},
                    {"id": 5, "name": "Epcot again", "timezone": "UTC"},
                ]},
            ])
            .to_string()
            .as_bytes(),
        )
        .expect("a catalogue");
        let epcot = CatalogueEntry {
            queue_times_id: 5,
            name: "Epcot".to_owned(),
            operator: Some("Walt Disney Attractions".to_owned()),
            country: Some("United States".to_owned()),
            latitude_degrees: Some(28.37),
            longitude_degrees: Some(-81.55),
            timezone: "America/New_York".to_owned(),
            is_disney: true,
            is_universal: false,
        };
        let nowhere = CatalogueEntry {
            queue_times_id: 9,
            name: "Universal Nowhere".to_owned(),
            operator: None,
            country: None,
            latitude_degrees: None,
            longitude_degrees: Some(10.5),
            timezone: "UTC".to_owned(),
            is_disney: false,
            is_universal: true,
        };
        assert_eq!(catalogue.entries, [epcot, nowhere]);
        assert_eq!(
            catalogue.remarks,
            [
                "park `No id`: id `null` is not usable; skipped",
                "`7` is no list of parks; left out",
                "park `9`: latitude `north` is no place on earth, left out",
                "park `9`: unknown time zone `Moon/Tycho`, taken as UTC",
                "park `5` is listed twice; the first stands",
            ]
        );
    }
}
