//! What `parks` and `rides` share: a table, the ids a person gave, the changes that came of it.

use super::refresh_cache::invalidate;
use crate::cli::YesNo;
use crate::db::Db;
use crate::exit::{Exit, misused};
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::raw::roster::Change;
use crate::views::{Which, invalidation};
use anyhow::Result;
use chrono::Utc;
use serde::Serialize;
use std::collections::BTreeSet;

/// Parks or rides with what changed of each; nothing where all was so already.
pub type Changed = Vec<(String, Vec<Change>)>;

pub fn flag(flag: Option<YesNo>) -> Option<bool> {
    flag.map(|flag| flag == YesNo::Yes)
}

pub fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// A cell of a table; `-` for nothing.
pub fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The chosen of `all`, each once and in their order, or an error that names every id nobody knows.
pub fn chosen<'a, T>(
    all: &'a [T],
    ids: &[u32],
    id: impl Fn(&T) -> Option<u32>,
    list: &str,
) -> Result<Vec<&'a T>> {
    let known: BTreeSet<u32> = all.iter().filter_map(&id).collect();
    let unknown = ids.iter().filter(|id| !known.contains(id));
    let unknown: BTreeSet<String> = unknown.map(|id| format!("`{id}`")).collect();
    if !unknown.is_empty() {
        let unknown: Vec<String> = unknown.into_iter().collect();
        return Err(misused(format!(
            "nothing has the id {}; `{list}` shows them",
            unknown.join(", ")
        )));
    }
    let is_chosen = |one: &&T| id(one).is_some_and(|id| ids.contains(&id));
    Ok(all.iter().filter(is_chosen).collect())
}

/// What a change made out of date.
#[derive(Default)]
pub struct Due {
    views: usize,
    /// The number of the last word about it, which every `serve` is to see.
    told: u64,
}

/// Makes every view due that depends on what changed, where anything did.
pub fn views_due(db: &mut Db, changed: &Changed, tags: &[&str], now: Instant) -> Result<Due> {
    if changed.iter().all(|(_, changes)| changes.is_empty()) {
        return Ok(Due::default());
    }
    outdated(db, tags, now)
}

/// Tells everyone that what depends on one of `tags` is out of date.
pub fn outdated(db: &mut Db, tags: &[&str], now: Instant) -> Result<Due> {
    let (mut keys, mut last) = (BTreeSet::new(), 0);
    for tag in tags {
        let told = invalidation::tell(db, &Which::Tag((*tag).to_owned()), false, now, Utc::now())?;
        keys.extend(told.keys);
        last = told.id;
    }
    Ok(Due {
        views: keys.len(),
        told: last,
    })
}

/// `3 views are due now`, once every `serve` has taken note. Comes after the transaction of the change.
pub fn due_now(db: &mut Db, name: &str, due: &Due) -> Result<String> {
    invalidate::awaited(db, name, due.told)?;
    let due = due.views;
    Ok(format!(
        "{} {} due now",
        count(due, "view"),
        agree(due, "is", "are")
    ))
}

/// Says what changed, and the summary.
pub fn report(
    db: &mut Db,
    name: &str,
    changed: &Changed,
    refused: usize,
    due: &Due,
) -> Result<Exit> {
    for (who, changes) in changed {
        for Change { column, old, new } in changes {
            say!("{who}: {column} {old} → {new}");
        }
    }
    let same = changed.iter().filter(|(_, changes)| changes.is_empty());
    let same = same.count();
    let count = changed.len() - same;
    let mut summary = format!("{name}: {count} changed, {same} unchanged");
    if refused > 0 {
        summary += &format!(", {refused} refused");
    }
    if count > 0 {
        summary += &format!("; {}", due_now(db, name, due)?);
    }
    say!("{summary}");
    Ok(match refused {
        0 => Exit::Done,
        _ => Exit::Partly,
    })
}

pub fn print_json(rows: &[impl Serialize]) -> Result<()> {
    say!("{}", serde_json::to_string_pretty(rows)?);
    Ok(())
}

/// Columns as wide as their widest cell, numbers to the right.
pub fn print_table(header: &[&str], rows: &[Vec<String>]) {
    let header: Vec<String> = header.iter().map(|word| (*word).to_owned()).collect();
    let cells = |column: usize| rows.iter().map(move |row| &row[column]);
    let width = |column: usize| {
        let widths = cells(column).map(|cell| cell.chars().count());
        widths.max().unwrap_or(0).max(header[column].len())
    };
    let is_number = |cell: &String| cell == "-" || cell.chars().all(|c| c.is_ascii_digit());
    let columns: Vec<(usize, bool)> = (0..header.len())
        .map(|column| (width(column), cells(column).all(is_number)))
        .collect();
    for row in [&header].into_iter().chain(rows) {
        let cells = row.iter().zip(&columns);
        let cells = cells.map(|(cell, (width, is_right))| match is_right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:width$}"),
        });
        say!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
