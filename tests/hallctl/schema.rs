//! The JSON examples of the contract beside the repository, read as schemas; nothing of them is copied here.

use serde_json::Value;
use std::collections::BTreeSet;

/// Members the contract allows to be null although an example has a value.
const NULLABLE: [&str; 28] = [
    "avg_wait",
    "avg_wait_time",
    "avg_wait_time_minutes",
    "chart_data",
    "current_is_open",
    "current_status",
    "current_wait_time",
    "data",
    "effective_park_weight",
    "location",
    "matrix",
    "operator",
    "park_is_open",
    "peak_wait_time",
    "previous_downtime_hours",
    "previous_uptime",
    "queue_times_id",
    "queue_times_url",
    "shame_score",
    "tier",
    "tier_distribution",
    "timestamp",
    "last_updated",
    "total_downtime_hours",
    "total_operating_hours",
    "trend_percentage",
    "uptime_percentage",
    "days_with_downtime",
];

/// The examples by the path they stand for.
pub struct Examples {
    marked: Vec<(String, Value)>,
    days: [Value; 2],
}

impl Examples {
    /// None, and it says so, where the contract is not beside the repository.
    pub fn read() -> Option<Examples> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract.md");
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("skipped: no contract beside the repository");
            return None;
        };
        let examples = text.split("<!-- ex: ").skip(1).map(|piece| {
            let (path, rest) = piece.split_once(" -->").expect("a marked example");
            let json = rest
                .split("```json")
                .nth(1)
                .and_then(|rest| rest.split("```").next());
            let example = serde_json::from_str(json.expect("its JSON"));
            (
                path.to_owned(),
                example.unwrap_or_else(|error| panic!("{path}: {error}")),
            )
        });
        let days = text.split_once("Daily row shapes: `").expect("its days").1;
        let mut days = days.split('`').step_by(2).map(serde_json::from_str);
        let mut day = || {
            days.next()
                .and_then(Result::ok)
                .expect("the shape of a day")
        };
        Some(Examples {
            marked: examples.collect(),
            days: [day(), day()],
        })
    }

    pub fn of(&self, path: &str) -> Value {
        let known = self.marked.iter().find(|(known, _)| known == path);
        known
            .map(|(_, example)| example.clone())
            .unwrap_or_else(|| panic!("no example of {path}"))
    }

    /// The example of trends, as the contract words its other three categories.
    pub fn of_trends(&self, category: &str) -> Value {
        let mut example = self.of("/api/trends");
        let members = example.as_object_mut().expect("an object");
        let mut rows = members.remove("parks").expect("the parks of the example");
        let row = rows[0].as_object_mut().expect("a row");
        let (entity, direction) = category.split_once('-').expect("two words");
        if direction == "declining" {
            let points = row.remove("improvement_percentage").expect("the points");
            row.insert("decline_percentage".to_owned(), points);
        }
        if entity == "rides" {
            row.remove("location");
            row.insert("ride_id".to_owned(), row["park_id"].clone());
            row.insert("ride_name".to_owned(), row["park_name"].clone());
        }
        members.insert(entity.to_owned(), rows);
        example
    }

    /// The example of a ride with rows of days, whose two shapes the contract gives in its text.
    pub fn of_days(&self) -> Value {
        let mut example = self.of("/api/rides/701/details");
        example["timeseries"] = Value::Array(vec![self.days[0].clone()]);
        example["hourly_breakdown"] = Value::Array(vec![self.days[1].clone()]);
        example
    }
}

/// Where `ours` lacks a member of `example`, has it in another type, or null where the contract does not allow that.
pub fn misses(place: &str, example: &Value, ours: &Value, found: &mut BTreeSet<String>) {
    let mut miss = |what: String| {
        found.insert(format!("{place} {what}"));
    };
    match (example, ours) {
        (Value::Object(example), Value::Object(ours)) => {
            for (name, value) in example {
                match ours.get(name) {
                    Some(ours) => misses(&format!("{place}.{name}"), value, ours, found),
                    // Of a chart of parks, and of a heatmap of rides.
                    None if ["tier", "location"].contains(&name.as_str()) && is_series(ours) => {}
                    None => drop(found.insert(format!("{place}.{name} is missing"))),
                }
            }
        }
        (Value::Array(examples), Value::Array(ours)) => {
            let pairs = examples
                .iter()
                .flat_map(|example| ours.iter().map(move |ours| (example, ours)));
            for (example, ours) in pairs {
                misses(&format!("{place}[]"), example, ours, found);
            }
        }
        (Value::Null, _) => {}
        (_, Value::Null) => {
            let name = place
                .trim_end_matches("[]")
                .rsplit('.')
                .next()
                .unwrap_or_default();
            if !NULLABLE.contains(&name) {
                miss("is null".to_owned());
            }
        }
        (Value::Number(example), Value::Number(ours)) if example.is_i64() && !ours.is_i64() => {
            miss(format!(
                "is {ours}, where the contract has the whole number {example}"
            ));
        }
        _ if std::mem::discriminant(example) == std::mem::discriminant(ours) => {}
        _ => miss(format!("is {ours}, where the contract has {example}")),
    }
}

fn is_series(ours: &serde_json::Map<String, Value>) -> bool {
    ours.contains_key("entity_id")
}
