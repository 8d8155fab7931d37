//! The catalogue of Queue-Times, `/parks.json`: bytes in, parks out.

use super::entry::{NAME_MOST_CHARS, array, capped, id, json, number, shown, text};
use crate::model::key::Key;
use crate::model::park::{CatalogueEntry, is_of};
use anyhow::{Context, Result};
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

const OPERATOR_MOST_CHARS: usize = 100;

/// Reads `/parks.json`: operators, each with its parks.
pub fn read(bytes: &[u8]) -> Result<Catalogue> {
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
            if seen.insert(entry.key) {
                entries.push(entry);
            } else {
                let id = entry.key;
                remarks.push(format!("park `{id}` is listed twice; the first stands"));
            }
        }
    }
    let remarks = capped(remarks, |more| more);
    Ok(Catalogue { entries, remarks })
}

fn catalogue_entry(
    park: &Value,
    operator: Option<String>,
    remarks: &mut Vec<String>,
) -> Option<CatalogueEntry> {
    let queue_times_id = id(park, "park", remarks)?;
    let Some(name) = text(park.get("name"), NAME_MOST_CHARS) else {
        // It would be polled and ranked under a number; and one we know keeps the name it has.
        remarks.push(format!(
            "park `{queue_times_id}` has no name; left out until it has one"
        ));
        return None;
    };
    let country = text(park.get("country"), OPERATOR_MOST_CHARS);
    let mut degrees = |field, limit| coordinate(park, field, limit, queue_times_id, remarks);
    let latitude_degrees = degrees("latitude", 90.0);
    let longitude_degrees = degrees("longitude", 180.0);
    let is_of = |word| is_of(word, &name, operator.as_deref());
    Some(CatalogueEntry {
        key: Key::QueueTimes(queue_times_id),
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

fn timezone(park: &Value, queue_times_id: u32, remarks: &mut Vec<String>) -> Option<String> {
    let zone = park.get("timezone").unwrap_or(&Value::Null);
    match zone
        .as_str()
        .and_then(|name| name.trim().parse::<Tz>().ok())
    {
        Some(zone) => Some(zone.name().to_owned()),
        None => {
            let shown = shown(zone);
            remarks.push(format!(
                "park `{queue_times_id}`: unknown time zone `{shown}`, not taken over"
            ));
            None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_park_costs_no_other() {
        let catalogue = read(
            serde_json::json!([
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
            key: Key::QueueTimes(5),
            name: "Epcot".to_owned(),
            operator: Some("Walt Disney Attractions".to_owned()),
            country: Some("United States".to_owned()),
            latitude_degrees: Some(28.37),
            longitude_degrees: Some(-81.55),
            timezone: Some("America/New_York".to_owned()),
            is_disney: true,
            is_universal: false,
        };
        let nowhere = CatalogueEntry {
            key: Key::QueueTimes(9),
            name: "Universal Nowhere".to_owned(),
            operator: None,
            country: None,
            latitude_degrees: None,
            longitude_degrees: Some(10.5),
            timezone: None,
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
                "park `9`: unknown time zone `Moon/Tycho`, not taken over",
                "park `5` is listed twice; the first stands",
            ]
        );
    }
}
