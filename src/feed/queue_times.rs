//! What Queue-Times says of a park, `/parks/{id}/queue_times.json`: bytes in, a poll out.

use super::entry::{
    NAME_MOST_CHARS, array, capped, field, id, instant, is_single_rider, json, name, remarked,
    text, wait_minutes,
};
use crate::model::Instant;
use crate::model::issue::Remark;
use crate::model::key::Key;
use crate::model::snapshot::{Listing, Poll, Reading};
use anyhow::{Context, Result};
use chrono::TimeDelta;
use serde_json::Value;
use std::collections::HashSet;

/// Reads `/parks/{id}/queue_times.json`: the rides of all lands, then those of no land.
pub fn read(bytes: &[u8], queue_times_id: u32, polled_at: Instant) -> Result<Poll> {
    let answer = json(bytes)
        .with_context(|| format!("the answer for park `{queue_times_id}` is not JSON"))?;
    if !answer.is_object() {
        anyhow::bail!("the answer for park `{queue_times_id}` is not a JSON object");
    }
    let (mut listings, mut remarks, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let lands = list(&answer, "lands", &mut remarks);
    let named = |land| (text(Value::get(land, "name"), NAME_MOST_CHARS), land);
    for (land, group) in lands.iter().map(named).chain([(None, &answer)]) {
        for ride in list(group, "rides", &mut remarks) {
            let Some(listing) = listing(ride, land.clone(), polled_at, &mut remarks) else {
                continue;
            };
            if seen.insert(listing.key) {
                listings.push(listing);
            } else {
                let text = format!("ride `{}` is listed twice; the first stands", listing.key);
                remarks.push(Remark::invalid(Some(listing.key), "listed twice", text));
            }
        }
    }
    let mut remarks = capped(remarks, |more| Remark::invalid(None, "remarks", more));
    for remark in &mut remarks {
        remark.text = format!("park `{queue_times_id}`: {remark}");
    }
    Ok(Poll {
        park: Key::QueueTimes(queue_times_id),
        polled_at,
        changed_at: None,
        listings,
        remarks,
    })
}

fn list<'a>(entry: &'a Value, field: &'static str, remarks: &mut Vec<Remark>) -> &'a [Value] {
    remarked(remarks, None, field, |remarks| array(entry, field, remarks))
}

/// One ride, or nothing for single-rider lines, which open and close on their own, and entries without an id.
fn listing(
    ride: &Value,
    land: Option<String>,
    polled_at: Instant,
    remarks: &mut Vec<Remark>,
) -> Option<Listing> {
    if is_single_rider(ride) {
        return None;
    }
    let queue_times_id = remarked(remarks, None, "id", |remarks| id(ride, "ride", remarks))?;
    let named = Some(Key::QueueTimes(queue_times_id));
    let name = remarked(remarks, named, "name", |remarks| {
        name(ride, "ride", queue_times_id, remarks)
    });
    let mut remark = |topic, what: String| {
        let text = format!("ride `{queue_times_id}`: {what}");
        remarks.push(Remark::invalid(named, topic, text));
    };
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
        key: Key::QueueTimes(queue_times_id),
        name,
        land,
        reading,
    })
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

fn age_minutes(value: &Value, polled_at: Instant) -> Result<u16, &'static str> {
    let updated_at = instant(value)?;
    let age = (polled_at - updated_at).max(TimeDelta::zero());
    let begun = i64::from(age > TimeDelta::minutes(age.num_minutes()));
    Ok(u16::try_from(age.num_minutes() + begun).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn noon() -> Instant {
        "2026-07-04T12:00:00Z".parse().expect("a time")
    }

    fn poll(body: &Value) -> Poll {
        read(body.to_string().as_bytes(), 64, noon()).expect("a poll")
    }

    fn words(poll: &Poll) -> Vec<String> {
        poll.remarks.iter().map(ToString::to_string).collect()
    }

    /// Reads one ride with the given fields beside id and name.
    fn reading(fields: &Value) -> (Reading, Vec<String>) {
        let mut ride = json!({"id": 7, "name": "Swing"});
        for (field, value) in fields.as_object().expect("fields") {
            ride[field] = value.clone();
        }
        let poll = poll(&json!({"rides": [ride]}));
        (poll.listings[0].reading, words(&poll))
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
            .map(|ride| {
                (
                    ride.key.queue_times_id(),
                    ride.name.clone(),
                    ride.land.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (Some(1), "Mill".to_owned(), Some("Old Town")),
                (Some(2), "ride 2".to_owned(), Some("Old Town")),
                (Some(3), "é".repeat(255), None),
                (Some(4), "Boat".to_owned(), None),
            ]
        );
        assert_eq!(poll.listings[0].reading.wait_minutes, Some(5));
        assert_eq!(
            words(&poll),
            [
                "park `64`: ride `2` has no name",
                "park `64`: `nonsense` is no list of rides; left out",
                "park `64`: ride `1` is listed twice; the first stands",
                "park `64`: ride `Ghost`: id `0` is not usable; skipped",
                "park `64`: ride `Giant`: id `4294967296` is not usable; skipped",
                "park `64`: ride `null`: id `null` is not usable; skipped",
            ]
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_an_error_that_names_the_park() {
        for body in ["", "[]", "null", "<html>", r#"{"rides": ["#] {
            let error = read(body.as_bytes(), 64, noon()).expect_err(body);
            assert!(error.to_string().contains("park `64`"), "{error}");
        }
        let listings = poll(&json!({})).listings;
        assert!(listings.is_empty());
    }

    #[test]
    fn remarks_are_bounded() {
        let rides: Vec<_> = (0..1000).map(|_| json!({"name": "Ghost"})).collect();
        let remarks = words(&poll(&json!({"rides": rides})));
        assert_eq!(remarks.len(), 51);
        assert_eq!(remarks[50], "park `64`: 950 more remarks were left out");
    }
}
