//! `hallctl refresh-cache`: computes views on one state of the data and puts them on the shelf together.

use super::{Cx, Outcome, job};
use crate::cli::RefreshCache;
use crate::exit::{Exit, misused};
use crate::views::shelf::{self, Place};
use crate::views::{self, Computed, Moment};
use anyhow::Result;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// An unknown key is answered with the known ones that differ in at most this many letters.
const CLOSE: usize = 8;

pub fn run(args: RefreshCache) -> Result<Exit> {
    let views = views::built_in();
    for refusal in &views.refused {
        remark!("refresh-cache: {refusal}");
    }
    let all = shelf::places(&views.sound);
    if let Some(key) = args.key.as_deref() {
        known(&all, key)?;
    }
    job("refresh-cache", |cx| refresh(cx, &all, &args))
}

fn refresh(cx: &mut Cx, all: &[Place], args: &RefreshCache) -> Result<Outcome> {
    let chosen = choose(cx, all, args)?;
    if chosen.is_empty() {
        return Ok(Outcome {
            exit: Exit::Done,
            summary: "nothing is due".to_owned(),
        });
    }
    let log = shelf::begin(&mut cx.db, cx.now)?;
    let (bodies, failed) = compute(cx, &chosen)?;
    for (key, error) in &failed {
        remark!("refresh-cache: could not compute `{key}`: {error}");
    }
    let now = cx.now;
    cx.db.transaction(|db| {
        for (place, computed, took) in &bodies {
            shelf::put(db, place, computed, *took, now)?;
        }
        if args.all {
            shelf::clear_unknown(db, all, now)?;
        }
        log.end(db, bodies.len(), &failed)
    })?;
    Ok(Outcome {
        exit: match (bodies.len(), failed.len()) {
            (_, 0) => Exit::Done,
            (0, _) => Exit::Failed,
            _ => Exit::Partly,
        },
        summary: format!(
            "{} views, {} failed, {} ms",
            bodies.len(),
            failed.len(),
            log.milliseconds()
        ),
    })
}

fn choose<'a>(cx: &mut Cx, all: &[Place<'a>], args: &RefreshCache) -> Result<Vec<Place<'a>>> {
    let due = if args.if_stale {
        shelf::due_times(&mut cx.db, cx.now)?
    } else {
        Default::default()
    };
    let is_chosen = |place: &&Place| match &args.key {
        Some(key) => place.asked.key == *key,
        None => due.get(&place.asked.key).is_none_or(|due| *due <= cx.now),
    };
    Ok(all.iter().filter(is_chosen).cloned().collect())
}

type Bodies<'a> = Vec<(&'a Place<'a>, Computed, Duration)>;

/// Every chosen view on one state of the data. One that fails costs only itself; a lost connection or
/// a deadlock ends the snapshot, which is then taken again from the start.
fn compute<'a>(
    cx: &mut Cx,
    chosen: &'a [Place<'a>],
) -> Result<(Bodies<'a>, BTreeMap<String, String>)> {
    let now = cx.now;
    cx.db.snapshot(|db| {
        let mut moment = Moment::at(now);
        let (mut bodies, mut failed) = (Vec::new(), BTreeMap::new());
        for place in chosen {
            let begun = Instant::now();
            match views::compute(db, &mut moment, place.view, &place.asked) {
                Ok(computed) => bodies.push((place, computed, begun.elapsed())),
                Err(error) if db.is_sound() => {
                    failed.insert(place.asked.key.clone(), format!("{error:#}"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((bodies, failed))
    })
}

fn known(all: &[Place], key: &str) -> Result<()> {
    let keys = || all.iter().map(|place| place.asked.key.as_str());
    if keys().any(|known| known == key) {
        return Ok(());
    }
    let mut close: Vec<(usize, &str)> = keys()
        .map(|known| (distance(known, key), known))
        .filter(|(distance, _)| *distance <= CLOSE)
        .collect();
    close.sort_unstable();
    let names: Vec<String> = close
        .iter()
        .take(3)
        .map(|(_, known)| format!("`{known}`"))
        .collect();
    Err(misused(match names.is_empty() {
        true => format!(
            "unknown key `{key}`; keys look like `{}`",
            keys().next().unwrap_or_default()
        ),
        false => format!("unknown key `{key}`; close to it are {}", names.join(", ")),
    }))
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
