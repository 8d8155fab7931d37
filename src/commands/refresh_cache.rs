//! `hallctl refresh-cache`: computes views on one state of the data and puts them on the shelf together.

mod audit;
pub mod choice;
pub mod invalidate;
mod list;

use super::{Cx, Outcome, connect, job, quiet_job};
use crate::cli::RefreshCache;
use crate::config;
use crate::exit::Exit;
use crate::model::count::count;
use crate::views::invalidation;
use crate::views::refresh_log;
use crate::views::shelf::{self, Place};
use crate::views::{self, Computed, Moment, Refused, Views};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub fn run(args: RefreshCache) -> Result<Exit> {
    let views = super::views::load(args.views.as_deref())?;
    for Refused { reason, .. } in &views.refused {
        remark!("refresh-cache: {reason}");
    }
    let all = shelf::places(&views.sound);
    let which = choice::which(&args.keys);
    if args.audit {
        return audit::run(&all, args.json);
    }
    if args.invalidate {
        return invalidate::run(&views.sound, &all, &which, &args);
    }
    let meant = choice::meant(&views.sound, &all, &which)?;
    if args.list {
        return list::list(&meant, &which, args.json);
    }
    if args.dry_run {
        return plan(meant, &args);
    }
    let whole = Whole {
        views: &views,
        all: &all,
    };
    if !args.json {
        return job("refresh-cache", |cx| {
            Ok(refresh(cx, &whole, meant, &args)?.0)
        });
    }
    let mut report = Value::Null;
    let exit = quiet_job("refresh-cache", |cx| {
        let (outcome, said) = refresh(cx, &whole, meant, &args)?;
        report = said;
        Ok(outcome)
    })?;
    say!("{report}");
    Ok(exit)
}

/// Everything there is, of which a run takes a part.
struct Whole<'a> {
    views: &'a Views,
    all: &'a [Place<'a>],
}

/// What would be refreshed now.
fn plan(mut chosen: Vec<Place>, args: &RefreshCache) -> Result<Exit> {
    if args.if_stale {
        chosen = choice::due(&mut connect()?, chosen, config::now()?)?;
    }
    let keys: Vec<&str> = chosen
        .iter()
        .map(|place| place.asked.key.as_str())
        .collect();
    match args.json {
        true => say!("{}", json!({"total": keys.len(), "keys": keys})),
        false => {
            keys.iter().for_each(|key| say!("{key}"));
            say!(
                "refresh-cache: {} would be refreshed",
                count(keys.len(), "view")
            );
        }
    }
    Ok(Exit::Done)
}

fn refresh(
    cx: &mut Cx,
    whole: &Whole,
    mut chosen: Vec<Place>,
    args: &RefreshCache,
) -> Result<(Outcome, Value)> {
    if args.if_stale {
        chosen = choice::due(&mut cx.db, chosen, cx.now)?;
    }
    let refused = &whole.views.refused;
    if chosen.is_empty() && refused.is_empty() {
        let (exit, summary) = (Exit::Done, "nothing is due".to_owned());
        return Ok((Outcome { exit, summary }, said(&[], &BTreeMap::new(), 0, 0)));
    }
    let log = refresh_log::begin(&mut cx.db, cx.now)?;
    let (bodies, mut failed, seen) = compute(cx, &chosen)?;
    for (key, error) in &failed {
        remark!("refresh-cache: could not compute `{key}`: {error}");
    }
    let files = refused
        .iter()
        .map(|refused| (refused.file.clone(), refused.reason.clone()));
    failed.extend(files);
    let keys: Vec<&str> = bodies
        .iter()
        .map(|(place, ..)| place.asked.key.as_str())
        .collect();
    let now = cx.now;
    let removed = cx.db.transaction(|db| {
        for (place, computed, took) in &bodies {
            shelf::put(db, place, computed, *took, now)?;
        }
        // Told after these bodies were read from the tables, so of them too.
        for told in invalidation::since(db, seen)? {
            let met = bodies
                .iter()
                .filter(|(place, ..)| place.is_meant_by(&told.which));
            for (place, ..) in met {
                shelf::outdate(db, &place.asked.key, told.is_hard, now)?;
            }
        }
        // The view of a file that cannot be read may come back, and shows its last good bodies meanwhile.
        let removed = match args.all && !args.if_stale && refused.is_empty() {
            true => shelf::clear_unknown(db, whole.all, now)?,
            false => 0,
        };
        log.end(db, &keys, &failed)?;
        Ok(removed)
    })?;
    let (milliseconds, fewer) = (log.milliseconds(), if_any(removed));
    let outcome = Outcome {
        exit: match (bodies.len(), failed.len()) {
            (_, 0) => Exit::Done,
            (0, _) => Exit::Failed,
            _ => Exit::Partly,
        },
        summary: format!(
            "{}, {} failed{fewer}, {milliseconds} ms",
            count(bodies.len(), "view"),
            failed.len(),
        ),
    };
    Ok((outcome, said(&keys, &failed, removed, milliseconds)))
}

/// What was taken off the shelf, in words; a run without the files of one's own takes all of theirs.
fn if_any(removed: u64) -> String {
    match removed {
        0 => String::new(),
        _ => format!(", {} of no view removed", count(removed, "body")),
    }
}

/// What came of a run, for a program.
fn said(
    keys: &[&str],
    failed: &BTreeMap<String, String>,
    removed: u64,
    milliseconds: u32,
) -> Value {
    json!({
        "total": keys.len() + failed.len(),
        "successful": keys.len(),
        "failed": failed.len(),
        "removed": removed,
        "keys": keys,
        "errors": failed,
        "milliseconds": milliseconds,
    })
}

type Bodies<'a> = Vec<(&'a Place<'a>, Computed, Duration)>;

/// Every chosen view on one state of the data, and the newest invalidation in it. One that fails costs only itself; a
/// lost connection or a deadlock ends the snapshot, which is then taken again from the start.
fn compute<'a>(
    cx: &mut Cx,
    chosen: &'a [Place<'a>],
) -> Result<(Bodies<'a>, BTreeMap<String, String>, u64)> {
    let now = cx.now;
    cx.db.snapshot(|db| {
        let seen = invalidation::newest(db)?;
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
        Ok((bodies, failed, seen))
    })
}
