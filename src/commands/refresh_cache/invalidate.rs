//! `--invalidate`: bodies are out of date, and everyone who shows them has taken note when this ends.

use super::super::connect;
use crate::cli::RefreshCache;
use crate::config;
use crate::db::{Db, process};
use crate::exit::{Exit, misused};
use crate::model::count::{agree, count};
use crate::views::shelf::Place;
use crate::views::{Store, View, Which, invalidation};
use anyhow::Result;
use chrono::Utc;
use std::thread;
use std::time::{Duration, Instant};

/// A `serve` looks every second; one that does not within this time is cut off or busy.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(views: &[View], all: &[Place], which: &Which, args: &RefreshCache) -> Result<Exit> {
    let (mut db, now) = (connect()?, config::now()?);
    let told = db.transaction(|db| invalidation::tell(db, which, args.hard, now, Utc::now()))?;
    let (met, is_noted) = awaited(&mut db, "refresh-cache", told.id)?;
    let is_known = all.iter().any(|place| place.is_meant_by(which))
        || views.iter().any(|view| may_mean(which, view));
    if told.keys.is_empty() && met == 0 && !is_known {
        return Err(misused(format!(
            "nothing is meant by {which}; `hallctl refresh-cache --list` shows the keys on the shelf"
        )));
    }
    let state = if args.hard { "gone" } else { "due now" };
    let summary = format!(
        "{} on the shelf {} {state}, and {met} in memory",
        count(told.keys.len(), "body"),
        agree(told.keys.len(), "is", "are")
    );
    match args.json {
        true => say!(
            "{}",
            serde_json::json!({"total": told.keys.len(), "keys": told.keys, "in_memory": met, "hard": args.hard})
        ),
        false => say!("refresh-cache: {summary}"),
    }
    Ok(if is_noted { Exit::Done } else { Exit::Partly })
}

/// Waits until every `serve` has seen an invalidation, and says in the name of the verb which has not. The result is
/// how many bodies in memory it met, and whether all have.
pub fn awaited(db: &mut Db, verb: &str, id: u64) -> Result<(u32, bool)> {
    let (host, end) = (process::host(), Instant::now() + PATIENCE);
    loop {
        let seats = invalidation::seats(db, &host, Utc::now())?;
        let (seen, silent): (Vec<_>, Vec<_>) = seats.into_iter().partition(|seat| seat.seen >= id);
        if silent.is_empty() || Instant::now() > end {
            for seat in &silent {
                let (host, pid) = (&seat.host, seat.pid);
                remark!(
                    "{verb}: `hallctl serve` on `{host}`, process {pid}, has not taken note yet"
                );
            }
            let met = seen.iter().map(|seat| seat.met).sum();
            return Ok((met, silent.is_empty()));
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Whether bodies of a view may be meant, though none is there: what is computed on demand has no list of keys.
pub fn may_mean(which: &Which, view: &View) -> bool {
    // What stands in a key or a tag before its first parameter.
    let start = |text: &str| text.split('{').next().unwrap_or_default().to_owned();
    let is_on_demand = matches!(view.store, Store::OnDemand { .. });
    match which {
        Which::All => true,
        Which::Tag(tag) => view.tags.iter().any(|known| match known.contains('{') {
            true => tag.starts_with(&start(known)),
            false => known == tag,
        }),
        Which::Key(key) => is_on_demand && key.starts_with(&start(&view.key)),
        Which::Match(pattern) => {
            let words = pattern.split(['*', '?']).filter(|word| word.len() > 2);
            is_on_demand
                && words
                    .into_iter()
                    .any(|word| start(&view.key).contains(word))
        }
    }
}
