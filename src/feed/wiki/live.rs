//! What ThemeParks.wiki says of a park now, `/entity/{id}/live`: bytes in, a poll out.

use crate::feed::entry::{
    NAME_MOST_CHARS, array, capped, field, instant, is_single_rider, json, remarked, text, uuid,
    wait_minutes,
};
use crate::model::Instant;
use crate::model::issue::Remark;
use crate::model::key::{Key, Uuid};
use crate::model::ride::Status;
use crate::model::snapshot::{Listing, Poll, Reading};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::HashSet;

/// Reads the attractions of a live answer. `lastUpdated` is the time of an entry's last change, so an entry
/// has no age; how long the whole park had none is kept instead.
pub fn read(bytes: &[u8], park: Uuid, polled_at: Instant) -> Result<Poll> {
    let answer =
        json(bytes).with_context(|| format!("the answer for park `{park}` is not JSON"))?;
    if !answer.is_object() {
        bail!("the answer for park `{park}` is not a JSON object");
    }
    let (mut listings, mut remarks, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut changed_at: Option<Instant> = None;
    let entries = remarked(&mut remarks, None, "liveData", |remarks| {
        array(&answer, "liveData", remarks)
    });
    for entry in entries {
        let changed = field(entry, "lastUpdated", instant, &mut |topic, text| {
            remarks.push(Remark::invalid(None, topic, text));
        });
        // A clock that runs ahead of ours must not hide a feed that stands still.
        changed_at = changed_at.max(changed.map(|at| at.min(polled_at)));
        let Some(listing) = attraction(entry, &mut remarks) else {
            continue;
        };
        if seen.insert(listing.key) {
            listings.push(listing);
        } else {
            let text = format!("ride `{}` is listed twice; the first stands", listing.key);
            remarks.push(Remark::invalid(Some(listing.key), "listed twice", text));
        }
    }
    let mut remarks = capped(remarks, |more| Remark::invalid(None, "remarks", more));
    for remark in &mut remarks {
        remark.text = format!("park `{park}`: {remark}");
    }
    Ok(Poll {
        park: Key::Wiki(park),
        polled_at,
        changed_at,
        listings,
        remarks,
    })
}

/// One ride with what is said of it, or nothing for whatever is no ride.
pub(super) fn attraction(entry: &Value, remarks: &mut Vec<Remark>) -> Option<Listing> {
    let kind = entry.get("entityType").and_then(Value::as_str);
    if kind != Some("ATTRACTION") || is_single_rider(entry) {
        return None;
    }
    let id = remarked(remarks, None, "id", |remarks| uuid(entry, "ride", remarks))?;
    let key = Key::Wiki(id);
    let name = text(entry.get("name"), NAME_MOST_CHARS).unwrap_or_else(|| format!("ride {id}"));
    let mut remark = |topic, what: String| {
        let text = format!("ride `{id}`: {what}");
        remarks.push(Remark::invalid(Some(key), topic, text));
    };
    let standby = entry.get("queue").and_then(|queue| queue.get("STANDBY"));
    let wait_minutes =
        standby.and_then(|queue| field(queue, "waitTime", wait_minutes, &mut remark));
    let status = field(entry, "status", status, &mut remark);
    Some(Listing {
        key,
        name,
        land: None,
        reading: Reading {
            status,
            wait_minutes,
            ..Reading::default()
        },
    })
}

fn status(value: &Value) -> Result<Status, &'static str> {
    let word = value.as_str().unwrap_or_default();
    Status::from_word(word).ok_or("is no status we know")
}
