//! `hallctl backfill`: draw a plan between two dates, show it, ask, and fill exactly that.

mod plan;

use super::aggregate::last_complete_hour;
use super::collect::silent_spells_ended;
use super::{Cx, Outcome, ask, connect, filling, frame, progress};
use crate::cli::{Backfill, BackfillLevel};
use crate::config;
use crate::exit::{Exit, misused};
use crate::job_log;
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::span::Day;
use crate::raw;
use crate::rollup::ledger::{self, Level};
use crate::rollup::{self, Days, Fault, Span};
use anyhow::Result;
use plan::Plan;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub fn run(args: Backfill) -> Result<Exit> {
    let now = config::now()?;
    let days = days(&args)?;
    if !(args.plan || args.yes || ask::can_ask()) {
        return Err(misused(
            "there is no terminal to ask on; give `--yes` to carry out the plan, or `--plan` to see it",
        ));
    }
    let mut db = connect()?;
    let jobs = jobs(args.level);
    if !args.plan {
        job_log::check_free(&mut db, jobs)?;
    }
    let through = last_complete_hour(&mut db, now)?;
    let plan = Plan::draw(&mut db, &args, days, through)?;
    say!("{}", plan.to_string().trim_end());
    if let Some((first, last)) = plan.only_pruned() {
        return Err(misused(format!(
            "{first} to {last}: what they sum was pruned, so nothing can fill them; \
             `hallctl restore` brings archived days back"
        )));
    }
    if plan.periods() == 0 {
        match rollup::beyond(&mut db, days, through)? {
            Some(why) => say!("backfill: nothing to do: {why}"),
            None => say!("backfill: nothing to do"),
        }
        return Ok(Exit::Done);
    }
    if args.plan {
        return Ok(Exit::Done);
    }
    let question = format!("fill {}?", count(plan.periods(), "period"));
    if !args.yes && !ask::agrees(&question)? {
        say!("backfill: nothing was changed");
        return Ok(Exit::Done);
    }
    frame(db, now, jobs, |cx| carry_out(cx, &args, &plan))
}

fn days(args: &Backfill) -> Result<Days> {
    if args.from > args.to {
        return Err(misused(format!(
            "`--from {}` lies after `--to {}`; turn them round",
            args.from, args.to
        )));
    }
    if args.judge && !matches!(args.level, BackfillLevel::All | BackfillLevel::Hourly) {
        return Err(misused(
            "`--judge` changes what hours are filled from; leave `--level` out, or say `--level hourly`",
        ));
    }
    Ok(Days {
        first: Day::of(args.from),
        last: Day::of(args.to),
    })
}

/// This job, and those that fill the same levels: two writers of one level must not run at once.
fn jobs(level: BackfillLevel) -> &'static [&'static str] {
    match level {
        BackfillLevel::Hourly => &["backfill", "aggregate-hourly"],
        BackfillLevel::Daily => &["backfill", "aggregate-daily"],
        BackfillLevel::Yearly => &["backfill", "aggregate-yearly"],
        BackfillLevel::All => &[
            "backfill",
            "aggregate-hourly",
            "aggregate-daily",
            "aggregate-yearly",
        ],
    }
}

/// What came of the plan so far.
#[derive(Default)]
struct Tally {
    filled: Vec<Span>,
    rows: u64,
    failed: usize,
    /// Parks whose last spell could not be ended, or whose snapshots not judged again.
    unsettled: usize,
    /// The first period left when it was asked to end.
    left_from: Option<Span>,
}

fn carry_out(cx: &mut Cx, args: &Backfill, plan: &Plan) -> Result<Outcome> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let mut tally = Tally::default();
    for problem in silent_spells_ended(cx)? {
        remark!("backfill: {problem}");
        tally.unsettled += 1;
    }
    let mut changed = judge_again(cx, plan, &stop, &mut tally)?;
    let bar = progress::bar(plan.periods() + changed.len(), "periods");
    for level in &plan.levels {
        let mut spans = level.spans.clone();
        if level.level == Level::Hourly {
            spans.append(&mut changed);
        }
        rollup::log::mark_crashed(&mut cx.db, level.level)?;
        filling::make_partitions(cx, level.level, &spans)?;
        for span in &spans {
            if stop.load(Ordering::Relaxed) {
                tally.left_from.get_or_insert(*span);
                break;
            }
            bar.set_message(span.to_string());
            match fill(cx, args, *span)? {
                Ok(rows) => {
                    tally.filled.push(*span);
                    tally.rows += rows;
                }
                Err(error) => {
                    tally.failed += 1;
                    bar.suspend(|| remark!("backfill: {span} was not filled: {error:#}"));
                }
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    filling::tell_views(cx, &tally.filled)?;
    Ok(outcome(args, plan, &tally))
}

/// Judges the snapshots that the plan says again, park by park. The result is the complete hours that changed
/// by it and are not in the plan; their days could not be filled without them.
fn judge_again(
    cx: &mut Cx,
    plan: &Plan,
    stop: &AtomicBool,
    tally: &mut Tally,
) -> Result<Vec<Span>> {
    let parks = raw::park::every(&mut cx.db)?;
    let bar = progress::bar(parks.len() * plan.judged.len(), "days of parks");
    let mut changed = BTreeSet::new();
    for (day, park_id) in plan
        .judged
        .iter()
        .flat_map(|day| parks.iter().map(move |park| (day, park)))
    {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        cx.beat()?;
        bar.inc(1);
        match raw::judge_between(
            &mut cx.db,
            *park_id,
            day.start(),
            day.end(),
            ledger::raise_hours,
        ) {
            Ok(hours) => changed.extend(hours),
            Err(error) => {
                tally.unsettled += 1;
                bar.suspend(|| {
                    remark!("backfill: park `{park_id}` was not judged again on {day}: {error:#}")
                });
            }
        }
    }
    bar.finish_and_clear();
    let hours = plan
        .levels
        .iter()
        .filter(|level| level.level == Level::Hourly);
    let planned: BTreeSet<Instant> = hours
        .flat_map(|level| &level.spans)
        .map(|span| span.start())
        .collect();
    let through = ledger::last_complete_hour(cx.now);
    let more = changed
        .into_iter()
        .filter(|hour| *hour <= through && !planned.contains(&hour.start()));
    Ok(more.map(Span::Hour).collect())
}

/// A day whose hours failed just now keeps waiting for them; a year is complete once its days are. Where years alone
/// are asked for nobody fills the days, and one without them would say too little as if it were all.
fn fill(cx: &mut Cx, args: &Backfill, span: Span) -> Result<Result<u64>> {
    if let (Span::Year(year, _), BackfillLevel::Yearly) = (span, args.level) {
        let days = Days {
            first: year.first_day(),
            last: year.next().first_day().plus(-1),
        };
        let through = ledger::last_complete_hour(cx.now);
        let mut days = rollup::survey(&mut cx.db, Level::Daily, days, through)?;
        days.retain(|day| day.faults.contains(&Fault::Missing));
        if let (Some(newest), Some(oldest)) = (days.first(), days.last()) {
            let [from, to] = [oldest, newest].map(|day| Day::containing(day.span.start()));
            return Ok(Err(anyhow::anyhow!(
                "{} of its days {} missing, from {from} to {to}; run `hallctl backfill --from {from} --to {to}` first",
                days.len(),
                agree(days.len(), "is", "are")
            )));
        }
    }
    match span {
        Span::Day(day) if ledger::is_any_hour_stale(&mut cx.db, day)? => Ok(Err(anyhow::anyhow!(
            "it has stale hours; run `hallctl backfill --from {day} --to {day} --level hourly` first"
        ))),
        _ => {
            let span = ledger::settled(&mut cx.db, span)?;
            filling::fill(cx, span)
        }
    }
}

fn outcome(args: &Backfill, plan: &Plan, tally: &Tally) -> Outcome {
    let mut summary = format!(
        "{} filled, {}",
        count(tally.filled.len(), "period"),
        count(tally.rows, "row")
    );
    if tally.failed > 0 {
        summary += &format!(", {} failed", tally.failed);
    }
    if let Some(span) = tally.left_from {
        let left = plan.periods() - tally.filled.len() - tally.failed;
        summary += &format!(", {left} left; for the rest: {}", rest(args, span));
    }
    let exit = match (tally.failed + tally.unsettled, tally.left_from) {
        (0, None) => Exit::Done,
        (_, None) if tally.filled.is_empty() => Exit::Failed,
        _ => Exit::Partly,
    };
    Outcome { exit, summary }
}

/// The command that does what is left. Only `--all` must be told how far it came: any other selection
/// finds what is still wrong, and the levels above were marked by what was filled.
fn rest(args: &Backfill, next: Span) -> String {
    let (mut from, mut to) = (args.from, args.to);
    let mut level = args.level;
    if args.all {
        let (first, last) = match next {
            Span::Year(year, _) => (year.first_day(), year.next().first_day().plus(-1)),
            _ => {
                let day = Day::containing(next.start());
                (day, day)
            }
        };
        match args.oldest_first {
            true => from = from.max(first.date()),
            false => to = to.min(last.date()),
        }
        level = match next {
            Span::Hour(_) => level,
            Span::Day(_) if level == BackfillLevel::All => BackfillLevel::Daily,
            Span::Day(_) => level,
            Span::Year(..) => BackfillLevel::Yearly,
        };
    }
    let mut words = format!("hallctl backfill --from {from} --to {to}");
    let level = match level {
        BackfillLevel::Hourly => " --level hourly",
        BackfillLevel::Daily => " --level daily",
        BackfillLevel::Yearly => " --level yearly",
        BackfillLevel::All => "",
    };
    words += level;
    for (is_given, flag) in [
        (args.missing, " --missing"),
        (args.failed, " --failed"),
        (args.partial, " --partial"),
        (args.outdated, " --outdated"),
        (args.all, " --all"),
        (args.oldest_first, " --oldest-first"),
    ] {
        if is_given {
            words += flag;
        }
    }
    words
}
