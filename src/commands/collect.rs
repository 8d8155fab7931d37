//! `hallctl collect`: ask the feed, store what it says, judge it, tell the ledger.

mod problems;
mod wiki;

use super::{Cx, Outcome, job, roster};
use crate::cli::Collect;
use crate::db::{Db, settings};
use crate::exit::{Exit, misused};
use crate::feed::fetch::Feed;
use crate::feed::recorded::{self, Answer, Endpoint};
use crate::feed::wiki::Wiki;
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::key::Key;
use crate::model::snapshot::Poll;
use crate::model::span::{slot, stamp};
use crate::raw::schedule::Announced;
use crate::{raw, rollup};
use anyhow::Result;
use chrono::{Datelike, Days, Duration, NaiveDate};
use indicatif::{ProgressBar, ProgressStyle};
use problems::Problems;
use std::collections::BTreeSet;

/// What `--wiki-url` says to leave ThemeParks.wiki out.
const NO_WIKI: &str = "none";

/// A live poll stands for this long: the feed itself is refreshed about as often.
const INTERVAL_MINUTES: u32 = 5;

/// Parks come and go a few times a year; asking for the list once a day is polite.
const CATALOGUE_AGE: Duration = Duration::hours(24);

/// Partitions stand ready this far ahead, so that a night without `collect` costs nothing.
const DAYS_AHEAD: u64 = 3;

/// Nobody recorded a feed before this year: an earlier poll is a wrong clock, not data.
const FIRST_YEAR: i32 = 2000;

/// A recorded poll later than this is a wrong clock too.
const FUTURE: Duration = Duration::minutes(5);

pub fn run(args: Collect) -> Result<Exit> {
    job("collect", |cx| {
        let mut tally = Tally::default();
        tally.lose_all(silent_spells_ended(cx)?);
        let (outcome, what) = match args.recorded.is_empty() {
            true => (live(cx, &args, &mut tally), "parks"),
            false => (replay(cx, &args, &mut tally), "polls"),
        };
        tally.problems.tell(what);
        outcome
    })
}

/// Ends the spells of parks that fell silent, which every job does that reads raw rows. The result is a
/// sentence for each park where that failed.
pub(super) fn silent_spells_ended(cx: &mut Cx) -> Result<Vec<String>> {
    raw::end_if_silent(&mut cx.db, cx.now, rollup::ledger::raise_hours)
}

fn live(cx: &mut Cx, args: &Collect, tally: &mut Tally) -> Result<Outcome> {
    let feed = Feed::new(&args.feed_url)?;
    let wiki = match args.wiki_url.as_str() {
        NO_WIKI => None,
        url => Some(Wiki::new(url)?),
    };
    follow_catalogue(cx, &feed, tally)?;
    if let Some(wiki) = &wiki {
        wiki::follow(cx, wiki, tally)?;
    }
    let parks = raw::park::targets(&mut cx.db, &args.parks)?;
    let now = cx.now;
    ensure_partitions(&mut cx.db, [now.date_naive()])?;
    let parks = wiki::polls(cx, wiki.as_ref(), &parks, tally)?;
    let mut going = Ok(());
    feed.polls(&parks, now, |park, poll| {
        going = match poll {
            // Without a database nothing can be kept; without the lease another run is at work.
            _ if going.is_err() => return,
            Ok(poll) => tally.keep(cx, &poll, INTERVAL_MINUTES),
            Err(error) => tally.lose_park(
                cx,
                Key::QueueTimes(park),
                slot(now, INTERVAL_MINUTES),
                &error,
            ),
        }
        .and_then(|()| cx.beat());
    });
    going?;
    if tally.is_all_empty() {
        remark!("collect: no park listed any ride");
    }
    let exit = tally.exit();
    let mut summary = format!(
        "{}, {}",
        count(tally.parks.len(), "park"),
        count(tally.rides, "ride")
    );
    let (unread, empty) = (count(tally.lost, "park"), count(tally.empty, "park"));
    for (number, what) in [
        (tally.lost, format!("{unread} unread")),
        (tally.empty, format!("{empty} without rides")),
        (tally.taken, format!("{} already stored", tally.taken)),
        (
            tally.fell_back,
            format!(
                "{} read at Queue-Times instead of ThemeParks.wiki",
                tally.fell_back
            ),
        ),
    ] {
        if number > 0 {
            summary += &format!(", {what}");
        }
    }
    Ok(Outcome { exit, summary })
}

fn replay(cx: &mut Cx, args: &Collect, tally: &mut Tally) -> Result<Outcome> {
    let recording = recorded::read(&args.recorded)?;
    tally.is_recorded = true;
    for remark in &recording.remarks {
        remark!("collect: {remark}");
    }
    tally.lost += recording.unread;
    let wanted = |park: Key| args.parks.is_empty() || args.parks.contains(&park);
    let answers: Vec<_> = recording
        .answers
        .into_iter()
        .filter(|answer| wanted(answer.park))
        .collect();
    let is_misdated = |at: Instant| at.year() < FIRST_YEAR || at > cx.now + FUTURE;
    let misdated = answers
        .iter()
        .filter(|answer| is_misdated(answer.polled_at))
        .count();
    if misdated > 0 {
        return Err(misused(format!(
            "{} {} before the year {FIRST_YEAR} or after the present time `{}`; \
             correct `polled_at` there, or the clock; nothing was stored",
            count(misdated, "recorded poll"),
            agree(misdated, "lies", "lie"),
            stamp(cx.now)
        )));
    }
    let pruned = settings::instant(&mut cx.db, settings::PRUNED_THROUGH_RAW)?.unwrap_or_default();
    let is_poll = |answer: &&recorded::Recorded| answer.endpoint == Endpoint::Live;
    let polls = || answers.iter().filter(is_poll);
    let dates: BTreeSet<NaiveDate> = polls()
        .filter(|poll| poll.polled_at >= pruned)
        .map(|poll| poll.polled_at.date_naive())
        .collect();
    ensure_partitions(&mut cx.db, dates)?;
    let bar = progress(answers.len() as u64);
    for recorded in &answers {
        match recorded.answer() {
            Ok(Answer::Poll(poll)) => tally.keep(cx, &poll, args.interval)?,
            Ok(Answer::Schedule(schedule)) => {
                let (park, at) = (recorded.park, recorded.polled_at);
                match raw::schedule::replace(&mut cx.db, park, &schedule.found, at)? {
                    Announced::Late => {}
                    Announced::Same => tally.schedules += 1,
                    Announced::New => {
                        tally.schedules += 1;
                        outdate(cx, "schedules")?;
                    }
                }
                schedule
                    .remarks
                    .iter()
                    .for_each(|remark| tally.remark(remark));
            }
            Err(error) if recorded.endpoint == Endpoint::Schedule => {
                tally.lose(format!("{error:#}"))
            }
            Err(error) => {
                let slot = slot(recorded.polled_at, args.interval);
                tally.lose_park(cx, recorded.park, slot, &error)?;
            }
        }
        bar.inc(1);
        cx.beat()?;
    }
    bar.finish_and_clear();
    if tally.remarks > 0 {
        remark!(
            "collect: {} on odd entries; RUST_LOG=info shows them",
            count(tally.remarks, "remark")
        );
    }
    tally.lose_all(silent_spells_ended(cx)?);
    let exit = tally.exit();
    let mut summary = format!(
        "{} read, {} stored, {}, {} empty, {} unread",
        count(polls().count(), "poll"),
        tally.stored,
        count(tally.taken, "slot collision"),
        tally.empty,
        tally.lost
    );
    if tally.schedules > 0 {
        summary += &format!(", {} followed", count(tally.schedules, "schedule"));
    }
    if tally.pruned > 0 {
        summary += &format!(
            ", {} of pruned history (before {}, or in an opening that began before)",
            count(tally.pruned, "poll"),
            stamp(pruned)
        );
    }
    Ok(Outcome { exit, summary })
}

/// Reads the catalogue when it is a day old. Losing it costs a remark: the parks we know are polled all the same.
fn follow_catalogue(cx: &mut Cx, feed: &Feed, tally: &mut Tally) -> Result<()> {
    let read_at = settings::instant(&mut cx.db, settings::CATALOGUE_READ_AT)?;
    if read_at.is_some_and(|at| cx.now - at < CATALOGUE_AGE && at <= cx.now) {
        return Ok(());
    }
    match feed.catalogue() {
        Err(error) => tally.miss(format!("the catalogue of parks was not read: {error:#}")),
        Ok(catalogue) => {
            let drift = raw::park::follow_catalogue(&mut cx.db, &catalogue.entries, cx.now)?;
            if drift.added > 0 {
                log::info!("new: {}", count(drift.added, "park"));
            }
            if drift.added > 0 || !drift.changes.is_empty() {
                outdate(cx, "parks")?;
            }
            for remark in catalogue.remarks.iter().chain(&drift.changes) {
                log::warn!("{remark}");
            }
            settings::set_instant(&mut cx.db, settings::CATALOGUE_READ_AT, cx.now)?;
        }
    }
    Ok(())
}

/// Makes every view due that depends on a thing which is otherwise now.
fn outdate(cx: &mut Cx, tag: &str) -> Result<()> {
    let now = cx.now;
    (cx.db).transaction(|db| roster::outdated(db, &[tag], now).map(drop))
}

fn ensure_partitions(db: &mut Db, dates: impl IntoIterator<Item = NaiveDate>) -> Result<()> {
    let dates: Vec<NaiveDate> = dates
        .into_iter()
        .flat_map(|date| (0..=DAYS_AHEAD).map(move |days| date + Days::new(days)))
        .collect();
    for mut partitions in raw::partitions(db)? {
        partitions.ensure(db, dates.iter().copied())?;
    }
    Ok(())
}

/// A bar on a terminal, nothing elsewhere.
fn progress(polls: u64) -> ProgressBar {
    let style = "{bar:40} {pos}/{len} polls, {per_sec}, {eta} left";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(polls).with_style(style)
}

/// What came of the polls of a run.
#[derive(Default)]
struct Tally {
    parks: BTreeSet<Key>,
    rides: usize,
    stored: usize,
    taken: usize,
    pruned: usize,
    empty: usize,
    lost: usize,
    /// Recorded schedules that were newer than the one on file.
    schedules: usize,
    /// Parks for which Queue-Times stood in.
    fell_back: usize,
    /// Whether a catalogue, or the like, was due and not read.
    missed: bool,
    /// A recording may hold an oddity a line; they are counted and shown to who asks.
    is_recorded: bool,
    remarks: usize,
    problems: Problems,
}

impl Tally {
    /// Stores one poll in a transaction of its own, so that a park that fails costs no other.
    /// An error means that the database is gone, and the rest of the run with it.
    fn keep(&mut self, cx: &mut Cx, poll: &Poll, interval_minutes: u32) -> Result<()> {
        let now = cx.now;
        let kept = cx.db.transaction(|db| {
            let kept = raw::store(db, poll, interval_minutes)?;
            rollup::ledger::raise_hours(db, &kept.changed)?;
            let tags: Vec<&str> = kept.tags.iter().copied().collect();
            roster::outdated(db, &tags, now)?;
            Ok(kept)
        });
        match kept {
            Err(error) => {
                let problem = format!("park `{}` was not stored", poll.park);
                if !cx.db.is_connected() {
                    return Err(error.context(problem));
                }
                self.lose(format!("{problem}: {error:#}"));
            }
            Ok(kept) => {
                for news in &kept.news {
                    self.remark(news);
                }
                match kept.stored {
                    raw::Stored::Kept { rides } => {
                        self.parks.insert(poll.park);
                        self.rides += rides;
                        self.stored += 1;
                    }
                    raw::Stored::SlotTaken => self.taken += 1,
                    raw::Stored::Empty { lately_full } => {
                        self.empty += 1;
                        // A recording is what it is: its empty answers are counted, not mourned.
                        if lately_full && !self.is_recorded {
                            self.lose(format!("park `{}` answered without rides", poll.park));
                        }
                    }
                    raw::Stored::Pruned => self.pruned += 1,
                }
            }
        }
        Ok(())
    }

    fn remark(&mut self, remark: &str) {
        self.remarks += 1;
        if self.is_recorded {
            log::info!("{remark}");
        } else {
            log::warn!("{remark}");
        }
    }

    fn lose_all(&mut self, problems: Vec<String>) {
        for problem in problems {
            self.lose(problem);
        }
    }

    /// A park whose feed was not read: what is told of it, and the issue of it.
    fn lose_park(
        &mut self,
        cx: &mut Cx,
        park: Key,
        slot: Instant,
        error: &anyhow::Error,
    ) -> Result<()> {
        let why = format!("{error:#}");
        let noted = cx.db.transaction(|db| raw::unread(db, park, slot, &why));
        self.lose(why);
        match noted {
            Err(error) if !cx.db.is_connected() => Err(error),
            Err(error) => {
                log::warn!("the issue of park `{park}` was not noted: {error:#}");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }

    fn lose(&mut self, problem: String) {
        self.problems.add(problem);
        self.lost += 1;
    }

    fn miss(&mut self, problem: String) {
        self.problems.add(problem);
        self.missed = true;
    }

    fn is_all_empty(&self) -> bool {
        self.empty > 0 && self.stored + self.taken + self.lost == 0
    }

    /// A park without rides is lost when it had some lately; a slot already stored is no loss.
    fn exit(&self) -> Exit {
        let nothing_kept = self.stored + self.taken == 0;
        if self.lost == 0 && !self.missed && !self.is_all_empty() {
            // Whoever gave it nothing but pruned history should not believe that it is there now.
            match nothing_kept && self.pruned > 0 {
                true => Exit::Partly,
                false => Exit::Done,
            }
        } else if nothing_kept {
            Exit::Failed
        } else {
            Exit::Partly
        }
    }
}
