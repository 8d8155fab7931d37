//! Places in an answer: `shame_breakdown.rides` stands in the object `shame_breakdown`, `.` is the answer itself.

use serde_json::map::Entry;
use serde_json::{Map, Value};

/// Puts a value in its place. An object joins the one that is there, anything else takes its place; below null
/// there is nothing to put a thing in.
pub fn put(body: &mut Map<String, Value>, place: &str, value: Value) {
    if place == "." {
        if let Value::Object(members) = value {
            members
                .into_iter()
                .for_each(|(name, value)| put_here(body, name, value));
        }
        return;
    }
    match place.split_once('.') {
        None => put_here(body, place.to_owned(), value),
        Some((first, rest)) => {
            let parent = body
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(members) = parent {
                put(members, rest, value);
            }
        }
    }
}

fn put_here(body: &mut Map<String, Value>, name: String, value: Value) {
    match (body.entry(name), value) {
        (Entry::Occupied(mut known), Value::Object(new)) if known.get().is_object() => {
            if let Value::Object(members) = known.get_mut() {
                new.into_iter()
                    .for_each(|(name, value)| put_here(members, name, value));
            }
        }
        (Entry::Occupied(mut known), value) => {
            known.insert(value);
        }
        (Entry::Vacant(free), value) => {
            free.insert(value);
        }
    }
}

/// What stands in a place, to be changed.
pub fn at<'a>(body: &'a mut Map<String, Value>, place: &str) -> Option<&'a mut Value> {
    match place.split_once('.') {
        None => body.get_mut(place),
        Some((first, rest)) => at(body.get_mut(first)?.as_object_mut()?, rest),
    }
}

/// The place of a member of what stands in a place.
pub fn below(place: &str, name: &str) -> String {
    match place {
        "." => name.to_owned(),
        place => format!("{place}.{name}"),
    }
}

pub fn take_out(body: &mut Map<String, Value>, place: &str) {
    match place.split_once('.') {
        None => {
            body.shift_remove(place);
        }
        Some((first, rest)) => {
            if let Some(Value::Object(members)) = body.get_mut(first) {
                take_out(members, rest);
            }
        }
    }
}
