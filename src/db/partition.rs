//! Partitions by time, made before they are needed: a write never falls into one that holds more than its span.

use super::{Db, is_passing, sql};
use anyhow::{Context, Result};
use chrono::{Datelike, Days, Months, NaiveDate};
use mysql::params;
use std::collections::BTreeSet;
use std::mem;

/// A table is changed when nobody reads it; each try waits a minute for that, and the next job wants its turn.
const TRIES: u32 = 3;

/// How much time one partition of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Day,
    Month,
}

impl Width {
    /// The span that holds `date`, as its first date and the one after its last.
    pub fn around(self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Width::Day => (date, date + Days::new(1)),
            Width::Month => {
                let first = date.with_day(1).unwrap_or(date);
                (first, first + Months::new(1))
            }
        }
    }
}

/// A partitioned table and the upper bounds of its partitions, read once a run.
pub struct Partitions {
    table: &'static str,
    width: Width,
    bounds: BTreeSet<NaiveDate>,
}

impl Partitions {
    pub fn of(db: &mut Db, table: &'static str, width: Width) -> Result<Partitions> {
        let bounds = bounds(db, table)?;
        Ok(Partitions {
            table,
            width,
            bounds,
        })
    }

    /// Makes every date its own partition where it has none. Not for use inside a transaction.
    pub fn ensure(
        &mut self,
        db: &mut Db,
        dates: impl IntoIterator<Item = NaiveDate>,
    ) -> Result<()> {
        let around = |date| <[NaiveDate; 2]>::from(self.width.around(date));
        let wanted: BTreeSet<NaiveDate> = dates.into_iter().flat_map(around).collect();
        self.settle(db, |partitions, db| partitions.split(db, &wanted))
    }

    fn split(&mut self, db: &mut Db, wanted: &BTreeSet<NaiveDate>) -> Result<()> {
        let mut wanted: BTreeSet<NaiveDate> = wanted.difference(&self.bounds).copied().collect();
        while let Some(&bound) = wanted.first() {
            // All new bounds below the next existing one split the same partition.
            let above = self.bounds.range(bound..).next().copied();
            let split: Vec<NaiveDate> = match above {
                Some(above) => wanted.range(..above).copied().collect(),
                None => wanted.iter().copied().collect(),
            };
            let statement = alteration(self.table, &split, above);
            db.exec(&statement, ()).with_context(|| {
                format!(
                    "could not make partitions of table `{}` from `{bound}` on",
                    self.table
                )
            })?;
            for bound in split {
                wanted.remove(&bound);
                self.bounds.insert(bound);
            }
        }
        Ok(())
    }

    /// Drops the partition of `last` and all before it, apart from those of the `kept` dates. The one in
    /// front of what remains is empty, so that older dates can be given partitions again without moving a row.
    pub fn drop_through(
        &mut self,
        db: &mut Db,
        last: NaiveDate,
        kept: &BTreeSet<NaiveDate>,
    ) -> Result<()> {
        self.ensure(db, [last])?;
        self.settle(db, |partitions, db| partitions.drop_now(db, last, kept))
    }

    fn drop_now(&mut self, db: &mut Db, last: NaiveDate, kept: &BTreeSet<NaiveDate>) -> Result<()> {
        let (_, through) = self.width.around(last);
        let kept: Vec<_> = kept.iter().map(|date| self.width.around(*date)).collect();
        let is_needed = |bound: &NaiveDate| {
            *bound == past()
                || kept
                    .iter()
                    .any(|(first, after)| bound == first || bound == after)
        };
        self.alter(db, &format!("truncate partition {}", name(through)))?;
        let before = self.bounds.range(..through);
        let gone: Vec<NaiveDate> = before.filter(|bound| !is_needed(bound)).copied().collect();
        if !gone.is_empty() {
            let names: Vec<String> = gone.iter().map(|bound| name(*bound)).collect();
            self.alter(db, &format!("drop partition {}", names.join(", ")))?;
            self.bounds.retain(|bound| !gone.contains(bound));
        }
        Ok(())
    }

    /// Makes a change that looks first at what is there, so that it can be made again: after a fault that passes,
    /// which may have hidden that it was made, and where somebody else has changed the partitions meanwhile.
    fn settle(
        &mut self,
        db: &mut Db,
        change: impl Fn(&mut Partitions, &mut Db) -> Result<()>,
    ) -> Result<()> {
        for _ in 1..TRIES {
            let Err(error) = change(self, db) else {
                return Ok(());
            };
            let thought = mem::replace(&mut self.bounds, bounds(db, self.table)?);
            if !is_passing(&error) && self.bounds == thought {
                return Err(error);
            }
            log::info!("trying again: {error:#}");
        }
        change(self, db)
    }

    fn alter(&self, db: &mut Db, change: &str) -> Result<()> {
        let table = self.table;
        db.exec(&format!("alter table {table} {change}"), ())
            .with_context(|| format!("could not {change} of table `{table}`"))?;
        Ok(())
    }
}

fn bounds(db: &mut Db, table: &'static str) -> Result<BTreeSet<NaiveDate>> {
    let described: Vec<String> =
        db.rows(sql!("db/partitions.bounds.select.sql"), params! { table })?;
    let date = |text: &String| {
        let date = text.trim_matches('\'').get(..10).unwrap_or(text);
        date.parse().with_context(|| {
            format!("table `{table}` has a partition bound `{text}`, which is no date")
        })
    };
    described.iter().map(date).collect()
}

/// Adds partitions up to each of `bounds`: at the end, or by splitting the one that ends at `above`.
fn alteration(table: &str, bounds: &[NaiveDate], above: Option<NaiveDate>) -> String {
    let parts: Vec<String> = bounds
        .iter()
        .chain(&above)
        .map(|bound| definition(*bound))
        .collect();
    let parts = parts.join(", ");
    match above {
        None => format!("alter table {table} add partition ({parts})"),
        Some(above) => format!(
            "alter table {table} reorganize partition {} into ({parts})",
            name(above)
        ),
    }
}

fn definition(bound: NaiveDate) -> String {
    format!(
        "partition {} values less than ('{bound} 00:00:00')",
        name(bound)
    )
}

/// A partition is named for the date it ends before; `past` is the one each table is born with.
fn name(bound: NaiveDate) -> String {
    if bound == past() {
        "past".to_owned()
    } else {
        bound.format("until_%Y_%m_%d").to_string()
    }
}

fn past() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}
