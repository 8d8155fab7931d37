//! `--audit`: what on the shelf does not fit what is asked for, and how long bodies are good for their pace.

use super::super::connect;
use super::list::age;
use crate::config;
use crate::db::settings;
use crate::exit::Exit;
use crate::model::Instant;
use crate::views::refresh_log::{self, Apart, KEYS_KEPT};
use crate::views::served;
use crate::views::shelf::{self, Place};
use anyhow::Result;
use chrono::Duration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;

struct Audit {
    /// Since when it is counted what is served; nothing where no `serve` ever ran.
    counted_since: Option<Instant>,
    never_refreshed: Vec<String>,
    never_served: Vec<String>,
    too_short: Vec<TooShort>,
}

/// A key whose bodies are stale before the next one comes.
struct TooShort {
    key: String,
    fresh: Duration,
    apart: Apart,
}

pub fn run(all: &[Place], as_json: bool) -> Result<Exit> {
    let (mut db, now) = (connect()?, config::now()?);
    let times = refresh_log::refreshed(&mut db, now - KEYS_KEPT)?;
    let served = served::all(&mut db)?.into_iter();
    let served: BTreeSet<String> = served.map(|served| served.key).collect();
    let entries = shelf::entries(&mut db)?;
    let shelved: BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    // What was taken off the shelf lately was refreshed too.
    let is_refreshed = |key: &&String| shelved.contains(key.as_str()) || times.contains_key(*key);
    let too_short = entries.iter().filter_map(|entry| {
        let place = all.iter().find(|place| place.asked.key == entry.key)?;
        let fresh = place.view.fresh(&place.asked, entry.generated_at);
        let apart = Apart::of(times.get(&entry.key)?)?;
        let key = entry.key.clone();
        (fresh < apart.longest).then_some(TooShort { key, fresh, apart })
    });
    let counted_since = settings::instant(&mut db, settings::SERVED_SINCE)?;
    let was_missed = |key: &&str| counted_since.is_some() && !served.contains(*key);
    let audit = Audit {
        too_short: too_short.collect(),
        counted_since,
        never_refreshed: served
            .iter()
            .filter(|key| !is_refreshed(key))
            .cloned()
            .collect(),
        never_served: (shelved.iter().copied().filter(was_missed))
            .map(str::to_owned)
            .collect(),
    };
    match as_json {
        true => say!("{}", audit.json()),
        false => say!("{audit}"),
    }
    Ok(Exit::Done)
}

impl Audit {
    fn json(&self) -> Value {
        let too_short = self.too_short.iter().map(|TooShort { key, fresh, apart }| {
            json!({
                "key": key,
                "fresh_seconds": fresh.num_seconds(),
                "longest_seconds_apart": apart.longest.num_seconds(),
                "median_seconds_apart": apart.median.num_seconds(),
                "intervals": apart.count,
            })
        });
        json!({
            "served_counted_since": self.counted_since,
            "served_never_refreshed": self.never_refreshed,
            "refreshed_never_served": self.never_served,
            "fresh_too_short": too_short.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in &self.never_refreshed {
            writeln!(f, "served, never refreshed: {key}")?;
        }
        for key in &self.never_served {
            writeln!(f, "refreshed, never served: {key}")?;
        }
        for TooShort { key, fresh, apart } in &self.too_short {
            let (fresh, longest, median) = (age(*fresh), age(apart.longest), age(apart.median));
            writeln!(
                f,
                "fresh for {fresh}, refreshed up to {longest} apart (median {median} of {}): {key}",
                apart.count
            )?;
        }
        match self.counted_since {
            Some(at) => writeln!(
                f,
                "what is served is counted since {}",
                at.format("%Y-%m-%dT%H:%M:%SZ")
            )?,
            None => writeln!(
                f,
                "what is served was never counted: no `hallctl serve` ran yet"
            )?,
        }
        write!(
            f,
            "refresh-cache: {} served and never refreshed, {} refreshed and never served, {} fresh for too short",
            self.never_refreshed.len(),
            self.never_served.len(),
            self.too_short.len()
        )
    }
}
