//! Which views a run takes, and in which order.

use super::invalidate::may_mean;
use crate::cli::Keys;
use crate::db::Db;
use crate::exit::misused;
use crate::model::Instant;
use crate::model::period::Period;
use crate::views::shelf::{self, Place};
use crate::views::{View, Which};
use anyhow::Result;

/// An unknown key is answered with the known ones that differ in at most this many letters.
const CLOSE: usize = 8;

/// What the flags mean.
pub fn which(keys: &Keys) -> Which {
    match (&keys.key, &keys.glob, &keys.tag) {
        (Some(key), ..) => Which::Key(key.clone()),
        (_, Some(pattern), _) => Which::Match(pattern.clone()),
        (.., Some(tag)) => Which::Tag(tag.clone()),
        _ => Which::All,
    }
}

/// The places that are meant; that there are none is an error of who asked.
pub fn meant<'a>(views: &[View], all: &[Place<'a>], which: &Which) -> Result<Vec<Place<'a>>> {
    let is_meant = |place: &&Place| which.takes(&place.asked.key, Some(&place.tags()));
    let mut meant: Vec<Place> = all.iter().filter(is_meant).cloned().collect();
    if meant.is_empty() && *which != Which::All {
        return Err(misused(match which {
            Which::Key(key) => unknown(views, all, key),
            _ => format!(
                "no view is meant by {which}; `hallctl refresh-cache --list` shows the keys"
            ),
        }));
    }
    // Who looks at now notices a delay first, who looks at a year last.
    meant.sort_by_key(|place| match place.view.period(&place.asked) {
        Some(Period::Live) | None => 0,
        Some(Period::Today) => 1,
        Some(Period::Year(_) | Period::All) => 3,
        Some(_) => 2,
    });
    Ok(meant)
}

/// Those of `places` that are due, or not there.
pub fn due<'a>(db: &mut Db, places: Vec<Place<'a>>, now: Instant) -> Result<Vec<Place<'a>>> {
    let due = shelf::due_times(db, now)?;
    let is_due = |place: &Place| due.get(&place.asked.key).is_none_or(|due| *due <= now);
    Ok(places.into_iter().filter(is_due).collect())
}

fn unknown(views: &[View], all: &[Place], key: &str) -> String {
    const LIST: &str = "`hallctl refresh-cache --list` shows the keys";
    if let Some(view) = views
        .iter()
        .find(|view| may_mean(&Which::Key(key.to_owned()), view))
    {
        let name = &view.name;
        return format!(
            "key `{key}` is of view `{name}`, which is computed on demand and not refreshed; {LIST} that are"
        );
    }
    let keys = || all.iter().map(|place| place.asked.key.as_str());
    let mut close: Vec<(usize, &str)> = keys()
        .map(|known| (distance(known, key), known))
        .filter(|(distance, _)| *distance <= CLOSE)
        .collect();
    close.sort_unstable();
    let close = close.iter().take(3);
    let names: Vec<String> = close.map(|(_, known)| format!("`{known}`")).collect();
    match names.is_empty() {
        true => format!(
            "unknown key `{key}`; keys look like `{}`; {LIST}",
            keys().next().unwrap_or_default()
        ),
        false => format!(
            "unknown key `{key}`; close to it are {}; {LIST}",
            names.join(", ")
        ),
    }
}

/// How many letters must be added, dropped or changed to turn one word into the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, counterpart) in other.bytes().enumerate() {
            let changed = diagonal + usize::from(letter != counterpart);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
