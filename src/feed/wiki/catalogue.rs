//! Which parks ThemeParks.wiki knows, `/destinations`, and which rides, `/entity/{id}/children`.

use super::Read;
use super::live::attraction;
use crate::feed::entry::{NAME_MOST_CHARS, array, capped, json, text, uuid};
use crate::model::park::WikiPark;
use crate::model::snapshot::Listing;
use anyhow::{Context, Result};
use std::collections::HashSet;

/// Reads `/destinations`: resorts, each with its parks.
pub(super) fn destinations(bytes: &[u8]) -> Result<Read<Vec<WikiPark>>> {
    let answer = json(bytes).context("the list of destinations is not JSON")?;
    let (mut found, mut remarks, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let destinations = answer
        .get("destinations")
        .and_then(|list| list.as_array())
        .context("the list of destinations holds none")?;
    for destination in destinations {
        let resort = text(destination.get("name"), NAME_MOST_CHARS).unwrap_or_default();
        for park in array(destination, "parks", &mut remarks) {
            let Some(name) = text(park.get("name"), NAME_MOST_CHARS) else {
                continue;
            };
            if let Some(id) = uuid(park, "park", &mut remarks).filter(|id| seen.insert(*id)) {
                let destination = resort.clone();
                found.push(WikiPark {
                    id,
                    name,
                    destination,
                });
            }
        }
    }
    let remarks = capped(remarks, |more| more);
    Ok(Read { found, remarks })
}

/// Reads the rides of a park, of which it says nothing yet.
pub(super) fn children(bytes: &[u8]) -> Result<Read<Vec<Listing>>> {
    let answer = json(bytes).context("the list of rides is not JSON")?;
    let (mut found, mut odd, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut remarks = Vec::new();
    for child in array(&answer, "children", &mut remarks) {
        let ride = attraction(child, &mut odd);
        found.extend(ride.filter(|ride| seen.insert(ride.key)));
    }
    remarks.extend(odd.iter().map(ToString::to_string));
    let remarks = capped(remarks, |more| more);
    Ok(Read { found, remarks })
}
