//! What is to go, drawn before anything goes.

use super::Policy;
use super::hold::{self, Hold};
use crate::commands::stock::{Stock, start_of};
use crate::db::table::Table;
use crate::db::{Db, settings};
use crate::model::Instant;
use crate::model::count::count;
use crate::model::span::Hour;
use crate::rollup::ledger;
use crate::{job_log, raw, rollup, views};
use anyhow::Result;
use chrono::{Days, NaiveDate};
use std::fmt;
use std::ops::Range;

/// Called now and then while a plan is drawn.
pub type Beat<'a> = &'a dyn Fn(&mut Db) -> Result<()>;

pub struct Plan {
    pub cuts: [Cut; 2],
    /// Days before this one say of no ride any more whether it is in service; so many rows.
    pub operated: (NaiveDate, u64),
    /// What parks announced and no cycle that can still come is judged by.
    pub schedules: Tail,
    pub logs: Vec<Tail>,
}

/// What goes of one stock, partition by partition, and what keeps the next one.
pub struct Cut {
    pub stock: Stock,
    pub parts: Vec<Part>,
    pub hold: Option<Hold>,
}

/// A partition that holds rows, by its dates.
pub struct Part {
    pub dates: Range<NaiveDate>,
    pub rows: u64,
}

/// The rows of a table from before a time.
pub struct Tail {
    pub table: Table,
    pub before: Instant,
    pub rows: u64,
}

/// The 7 days in which a ride is in service before the first slot that can still be judged, and one to spare.
const OPERATED: Days = Days::new(8);

impl Part {
    pub fn span(&self) -> (Instant, Instant) {
        (start_of(self.dates.start), start_of(self.dates.end))
    }

    pub fn last_date(&self) -> NaiveDate {
        self.dates.end - Days::new(1)
    }
}

impl Plan {
    /// Data goes by the data clock, logs of runs by the wall clock, as they were written. `beat` is called
    /// for each partition: the first plan of an old database takes its time.
    pub fn draw(
        db: &mut Db,
        policy: &Policy,
        (now, wall): (Instant, Instant),
        beat: Beat,
    ) -> Result<Plan> {
        let limit = now - policy.raw;
        let raw = Cut::draw(db, Stock::Raw, (now, limit), beat)?;
        // Hours may go where no raw rows are left that could fill them again.
        let line = raw.line(db)?;
        let raw_left = Stock::Raw.oldest(db, line)?;
        let limit = now - policy.hourly;
        let limit = raw_left.map_or(limit, |left| limit.min(left));
        let hourly = Cut::draw(db, Stock::Hourly, (now, limit), beat)?;
        let operated = line.date_naive() - OPERATED;
        let schedules = line - raw::schedule::REMEMBERED;
        let schedules = Tail::draw(db, raw::schedule::TABLE, schedules)?;
        let mut logs = Vec::new();
        for (table, clock) in [
            (rollup::log::TABLE, wall),
            (views::refresh_log::REFRESH_LOG, wall),
            (job_log::TABLE, wall),
            (raw::ISSUES, now),
        ] {
            logs.push(Tail::draw(db, table, clock - policy.log)?);
        }
        Ok(Plan {
            operated: (operated, raw::prunable_days(db, operated)?),
            schedules,
            cuts: [raw, hourly],
            logs,
        })
    }
}

impl Tail {
    fn draw(db: &mut Db, table: Table, before: Instant) -> Result<Tail> {
        let rows = table.count(db, Instant::UNIX_EPOCH, before)?;
        Ok(Tail {
            table,
            before,
            rows,
        })
    }
}

impl Cut {
    /// Every partition with rows that ends by `limit`, oldest first, up to the first that is held.
    fn draw(
        db: &mut Db,
        stock: Stock,
        (now, limit): (Instant, Instant),
        beat: Beat,
    ) -> Result<Cut> {
        let mut cut = Cut {
            stock,
            parts: Vec::new(),
            hold: None,
        };
        let restored = stock.restored(db, now)?;
        let mut sound = stock.pruned_through(db)?;
        let mut from = Instant::UNIX_EPOCH;
        let through = ledger::last_complete_hour(now);
        while let Some(oldest) = stock.oldest(db, from)? {
            beat(db)?;
            let (first, after) = stock.width().around(oldest.date_naive());
            from = start_of(after);
            if from > limit {
                break;
            }
            // What lies behind the line was in order when the line was drawn.
            if from <= sound {
                if restored.range(first..after).next().is_some() {
                    continue;
                }
            } else {
                cut.hold = hold::look(db, stock, (sound, from), through)?;
                if cut.hold.is_some() {
                    break;
                }
                sound = from;
            }
            let mut rows = 0;
            for table in stock.tables() {
                rows += table.count(db, start_of(first), from)?;
            }
            cut.parts.push(Part {
                dates: first..after,
                rows,
            });
        }
        Ok(cut)
    }

    /// Up to where the stock is pruned once this is carried out.
    fn line(&self, db: &mut Db) -> Result<Instant> {
        let line = self.stock.pruned_through(db)?;
        Ok(self
            .parts
            .last()
            .map_or(line, |part| line.max(part.span().1)))
    }
}

/// Draws the line behind a part, unless something has come up since the plan was drawn. Whoever stores
/// snapshots holds on to the line, so that nothing can come up from here on.
pub fn draw_line(db: &mut Db, stock: Stock, part: &Part, through: Hour) -> Result<Option<Hold>> {
    db.transaction(|db| {
        let line = settings::locked_instant(db, stock.line())?.unwrap_or_default();
        let (_, end) = part.span();
        if end <= line {
            return Ok(None);
        }
        let hold = hold::look(db, stock, (line, end), through)?;
        if hold.is_none() {
            settings::set_instant(db, stock.line(), end)?;
        }
        Ok(hold)
    })
}

/// The alternate form, `{:#}`, also says what holds a stock.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for cut in &self.cuts {
            cut.fmt(f)?;
        }
        let (before, rows) = self.operated;
        if rows > 0 {
            writeln!(
                f,
                "prune: ride_operated_days: {} from before {before}",
                count(rows, "row")
            )?;
        }
        let tails = std::iter::once(&self.schedules).chain(&self.logs);
        for tail in tails.filter(|tail| tail.rows > 0) {
            let before = tail.before.date_naive();
            writeln!(
                f,
                "prune: {}: {} from before {before}",
                tail.table.name,
                count(tail.rows, "row")
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stock = self.stock;
        if let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) {
            let rows: u64 = self.parts.iter().map(|part| part.rows).sum();
            writeln!(
                f,
                "prune: {stock}: {} of {}, {} to {}",
                count(rows, "row"),
                count(self.parts.len(), "partition"),
                first.dates.start,
                last.last_date()
            )?;
        } else if self.hold.is_none() {
            writeln!(f, "prune: {stock}: nothing is past its retention")?;
        }
        if let Some(hold) = self.hold.as_ref().filter(|_| f.alternate()) {
            writeln!(f, "prune: {stock}: held: {hold}")?;
        }
        Ok(())
    }
}
