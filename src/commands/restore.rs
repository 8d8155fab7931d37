//! `hallctl restore`: bring back the rows of archived days, just as they were judged and summed.

use super::archive::{Archive, values};
use super::stock::{Stock, end_of, start_of};
use super::{Cx, Outcome, connect, frame};
use crate::cli::Restore;
use crate::config;
use crate::db::{Db, restored, settings};
use crate::exit::Exit;
use crate::model::count::{agree, count};
use crate::model::span::Hour;
use crate::raw::{self, Identities, Identity};
use crate::rollup::{self, ledger};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

/// What became of one archive.
enum Fate {
    Restored { rows: u64, unfilled: usize },
    AlreadyThere,
}

/// Our numbers of the parks and rides of an archive, by the numbers they had when it was written.
type Numbers = [HashMap<u64, u32>; 2];

/// Rows put in at once while a file is read.
const BATCH_ROWS: usize = 5_000;

/// The columns that hold the numbers of parks and rides.
const IDS: [&str; 2] = ["park_id", "ride_id"];

pub fn run(args: &Restore) -> Result<Exit> {
    frame(connect()?, config::now()?, &["restore", "prune"], |cx| {
        let (mut restored, mut there, mut failed, mut all_rows, mut hours) = (0, 0, 0, 0, 0);
        for path in &args.files {
            cx.beat()?;
            match restore(cx, path) {
                Ok(Fate::Restored { rows, unfilled }) => {
                    restored += 1;
                    all_rows += rows;
                    hours += unfilled;
                }
                Ok(Fate::AlreadyThere) => there += 1,
                Err(error) => {
                    failed += 1;
                    remark!("restore: {error:#}");
                }
            }
        }
        let mut summary = format!(
            "{} restored, {}",
            count(restored, "day"),
            count(all_rows, "row")
        );
        for (number, what) in [(there, "already there"), (failed, "failed")] {
            if number > 0 {
                summary += &format!(", {number} {what}");
            }
        }
        if hours > 0 {
            let hours = count(hours, "hour");
            summary += &format!(", {hours} to be filled by `hallctl aggregate hourly`");
        }
        let exit = match failed {
            0 => Exit::Done,
            _ if restored + there == 0 => Exit::Failed,
            _ => Exit::Partly,
        };
        Ok(Outcome { exit, summary })
    })
}

/// One day, in one transaction: all of it or nothing.
fn restore(cx: &mut Cx, path: &Path) -> Result<Fate> {
    let archive = Archive::open(path)?;
    let name = path.display();
    let numbers = numbers(cx, &archive).with_context(|| format!("could not restore `{name}`"))?;
    let (stock, date) = (archive.header.stock, archive.header.date);
    // A `prune` that died may have dropped one of its tables, so what is there need not be all.
    archive.holds_what_is_left(&mut cx.db).with_context(|| {
        format!("could not restore `{name}`: other {stock} rows of {date} are there")
    })?;
    let gone = gone(&mut cx.db, &archive)?;
    if !gone.contains(&true) {
        return Ok(Fate::AlreadyThere);
    }
    for mut partitions in stock.partitions(&mut cx.db)? {
        partitions.ensure(&mut cx.db, [date])?;
    }
    let now = cx.now;
    cx.db.transaction(|db| {
        // Holds off polls of that day, which could otherwise come in between.
        let line = settings::locked_instant(db, stock.line())?.unwrap_or_default();
        ensure!(
            self::gone(db, &archive)? == gone,
            "rows of {date} appeared while `{name}` was read"
        );
        let rows = put_back(db, &archive, gone, &numbers)?;
        if numbers
            .iter()
            .flatten()
            .all(|(then, now)| *then == u64::from(*now))
        {
            archive.compare(db)?;
        }
        if start_of(date) < line {
            restored::note(db, stock.word(), date, now)?;
        }
        let unfilled = match stock {
            Stock::Raw => mark_unfilled(db, &archive)?,
            Stock::Hourly => 0,
        };
        Ok(Fate::Restored { rows, unfilled })
    })
}

/// Reads the whole file, so that a damaged one changes nothing, and finds whom its rows speak of.
fn numbers(cx: &mut Cx, archive: &Archive) -> Result<Numbers> {
    let here: [Identities; 2] = raw::identities(&mut cx.db)?;
    let mut numbers = Numbers::default();
    let mut unknown = BTreeSet::new();
    archive.read(|table, line| {
        // The tables of rows come first, then the parks, then the rides.
        let Some(kind) = table.checked_sub(archive.header.stock.tables().len()) else {
            return Ok(());
        };
        let identity: Identity = serde_json::from_str(line)?;
        match here[kind].find(&identity) {
            Some(number) => drop(numbers[kind].insert(identity.0.into(), number)),
            None => drop(unknown.insert(format!("{} {line}", ["park", "ride"][kind]))),
        }
        Ok(())
    })?;
    if let Some(first) = unknown.first() {
        bail!(
            "{} of its parks and rides {} not known here, the first is `{first}`; run `hallctl collect` first",
            unknown.len(),
            agree(unknown.len(), "is", "are")
        );
    }
    Ok(numbers)
}

/// Which of its tables have no row of the day although the archive has some.
fn gone(db: &mut Db, archive: &Archive) -> Result<[bool; 2]> {
    let date = archive.header.date;
    let mut gone = [false; 2];
    let tables = archive.header.stock.tables();
    for ((gone, table), section) in gone.iter_mut().zip(tables).zip(&archive.header.tables) {
        *gone = section.rows > 0 && table.count(db, start_of(date), end_of(date))? == 0;
    }
    Ok(gone)
}

fn put_back(db: &mut Db, archive: &Archive, gone: [bool; 2], numbers: &Numbers) -> Result<u64> {
    let tables = archive.header.stock.tables();
    let mut batch: Vec<Vec<Json>> = Vec::new();
    let mut at = 0;
    let mut rows = 0;
    let mut put = |db: &mut Db, at: usize, batch: &mut Vec<Vec<Json>>| -> Result<()> {
        let columns = &archive.header.tables[at].columns;
        rows += tables[at].insert(db, columns, std::mem::take(batch))?;
        Ok(())
    };
    archive.read(|table, line| {
        if gone.get(table) != Some(&true) {
            return Ok(());
        }
        if table != at || batch.len() == BATCH_ROWS {
            put(db, at, &mut batch)?;
            at = table;
        }
        let mut row = values(line)?;
        for (id, numbers) in IDS.iter().zip(numbers) {
            let columns = &archive.header.tables[table].columns;
            if let Some(column) = columns.iter().position(|column| column == id) {
                let then = row[column].as_u64().unwrap_or_default();
                let now = numbers.get(&then);
                row[column] =
                    (*now.with_context(|| format!("`{line}` speaks of an unknown {id}"))?).into();
            }
        }
        batch.push(row);
        Ok(())
    })?;
    put(db, at, &mut batch)?;
    Ok(rows)
}

/// The rows are trusted and nothing above them changes, unless hours of theirs are not there at all.
fn mark_unfilled(db: &mut Db, archive: &Archive) -> Result<usize> {
    let date = archive.header.date;
    if let Some(first) = Stock::Raw.oldest(db, start_of(date))? {
        raw::note_first_slot(db, first)?;
    }
    let [hours, _] = Stock::Hourly.tables();
    let [cycles, _] = Stock::Raw.tables();
    let mut unfilled = BTreeSet::new();
    let all = std::iter::successors(Some(Hour::containing(start_of(date))), |hour| {
        Some(hour.next())
    });
    // Hours that were pruned themselves come back from an archive of their own.
    let pruned = Stock::Hourly.pruned_through(db)?;
    let all = all.skip_while(|hour| hour.start() < pruned);
    for hour in all.take_while(|hour| hour.end() <= end_of(date)) {
        if cycles.count(db, hour.start(), hour.end())? > 0
            && hours.count(db, hour.start(), hour.end())? == 0
        {
            unfilled.insert(hour);
        }
    }
    // Hours filled before parks were known to have cycles as old as these.
    raw::park::note_began(db, start_of(date), end_of(date))?;
    if let Some(through) = settings::instant(db, settings::MARKED_THROUGH)? {
        let line = Stock::Raw
            .pruned_through(db)?
            .max(start_of(date))
            .max(pruned);
        let lacking = rollup::lacking(db, line, Hour::containing(through).end())?;
        unfilled.extend(lacking.into_iter().map(Hour::containing));
    }
    ledger::raise_hours(db, &unfilled)?;
    Ok(unfilled.len())
}
