//! `hallctl prune`: archive and drop what is past its retention, behind clean, filled periods only.

mod hold;
mod plan;

use super::collect::silent_spells_ended;
use super::stock::Stock;
use super::{Cx, Outcome, archive, connect, frame};
use crate::cli::Prune;
use crate::config;
use crate::db::{Db, restored};
use crate::exit::{Exit, misused};
use crate::model::count::count;
use crate::raw;
use crate::rollup::ledger;
use anyhow::Result;
use chrono::{Duration, Utc};
use plan::{Cut, Part, Plan, Tail, draw_line};
use std::path::Path;

/// How long rows are kept.
struct Policy {
    raw: Duration,
    hourly: Duration,
    log: Duration,
}

/// What was done to one stock.
#[derive(Default)]
struct Done {
    parts: usize,
    rows: u64,
    files: usize,
    held: Option<String>,
}

pub fn run(args: Prune) -> Result<Exit> {
    let policy = Policy::of(&args)?;
    let now = config::now()?;
    let mut db = connect()?;
    if args.dry_run {
        let plan = Plan::draw(&mut db, &policy, (now, Utc::now()), &|_| Ok(()))?;
        say!("{}", format!("{plan:#}").trim_end());
        say!("prune: a dry run, nothing was changed");
        return Ok(Exit::Done);
    }
    // What is being restored must not be dropped at the same time.
    frame(db, now, &["prune", "restore"], |cx| {
        for problem in silent_spells_ended(cx)? {
            remark!("prune: {problem}");
        }
        let run = cx.run.clone();
        let beat = |db: &mut Db| run.beat(db);
        let plan = Plan::draw(&mut cx.db, &policy, (now, Utc::now()), &beat)?;
        // What holds a stock is said when its turn comes.
        let told = plan.to_string();
        if !told.is_empty() {
            say!("{}", told.trim_end());
        }
        carry_out(cx, plan, args.archive.as_deref())
    })
}

impl Policy {
    fn of(args: &Prune) -> Result<Policy> {
        if args.hourly_days < args.raw_days {
            return Err(misused(format!(
                "--hourly-days `{}` is less than --raw-days `{}`; hours must outlive the rows they sum",
                args.hourly_days, args.raw_days
            )));
        }
        if let Some(directory) = args.archive.as_deref().filter(|path| !path.is_dir()) {
            return Err(misused(format!(
                "--archive `{0}` is no directory; make it first: `mkdir -p {0}`",
                directory.display()
            )));
        }
        Ok(Policy {
            raw: Duration::days(args.raw_days),
            hourly: Duration::days(args.hourly_days),
            log: Duration::days(args.log_days),
        })
    }
}

fn carry_out(cx: &mut Cx, plan: Plan, directory: Option<&Path>) -> Result<Outcome> {
    let [raw, hourly] = plan.cuts;
    let raw = prune(cx, raw, directory)?;
    let hourly = prune(cx, hourly, directory)?;
    let mut logs = 0;
    // Behind a line that was drawn; one that is held may still be collected into.
    if raw.held.is_none() {
        if plan.operated.1 > 0 {
            raw::prune_days(&mut cx.db, plan.operated.0)?;
        }
        let Tail { table, before, .. } = plan.schedules;
        table.delete_before(&mut cx.db, before)?;
    }
    for tail in plan.logs.iter().filter(|tail| tail.rows > 0) {
        cx.beat()?;
        logs += tail.table.delete_before(&mut cx.db, tail.before)?;
    }
    let mut summary = format!(
        "{} and {} of hours dropped, {}",
        count(raw.parts, "raw day"),
        count(hourly.parts, "month"),
        count(raw.rows + hourly.rows, "row")
    );
    if directory.is_some() {
        summary += &format!(", {} archived", count(raw.files + hourly.files, "day"));
    }
    if logs > 0 {
        summary += &format!(", {} deleted", count(logs, "log row"));
    }
    for (hold, stock) in [(&raw.held, Stock::Raw), (&hourly.held, Stock::Hourly)] {
        if let Some(hold) = hold {
            summary += &format!("; {stock} rows are held: {hold}");
        }
    }
    let is_held = raw.held.is_some() || hourly.held.is_some();
    let exit = if is_held { Exit::Partly } else { Exit::Done };
    Ok(Outcome { exit, summary })
}

/// Line, archive, drop: in this order nothing can change between the archive and the drop, and a run
/// that dies leaves behind the line what the next one finishes.
fn prune(cx: &mut Cx, cut: Cut, directory: Option<&Path>) -> Result<Done> {
    let stock = cut.stock;
    let mut done = Done::default();
    let mut hold = cut.hold;
    for part in &cut.parts {
        cx.beat()?;
        let through = ledger::last_complete_hour(cx.now);
        if let Some(found) = draw_line(&mut cx.db, stock, part, through)? {
            hold = Some(found);
            break;
        }
        if let Some(directory) = directory {
            done.files += keep(cx, stock, part, directory)?;
        }
        drop_part(cx, stock, part)?;
        done.parts += 1;
        done.rows += part.rows;
    }
    if let Some(hold) = hold {
        remark!("prune: {stock} rows are held: {hold}");
        done.held = Some(hold.to_string());
    }
    Ok(done)
}

/// Archives the days of a partition that have rows.
fn keep(cx: &mut Cx, stock: Stock, part: &Part, directory: &Path) -> Result<usize> {
    let mut files = 0;
    let dates = part.dates.start.iter_days();
    for date in dates.take_while(|date| *date < part.dates.end) {
        if stock.rows_of(&mut cx.db, date)? > 0 {
            files += usize::from(archive::keep(cx, stock, date, directory)?);
        }
    }
    Ok(files)
}

fn drop_part(cx: &mut Cx, stock: Stock, part: &Part) -> Result<()> {
    let kept = stock.restored(&mut cx.db, cx.now)?;
    for mut partitions in stock.partitions(&mut cx.db)? {
        partitions.drop_through(&mut cx.db, part.last_date(), &kept)?;
    }
    restored::forget(&mut cx.db, stock.word(), (part.dates.start, part.dates.end))
}
