//! Where the sums of a stretch of time are read from: filled days, then filled hours, then the raw tail.

use crate::db::restored::Pruned;
use crate::db::{Db, sql, stamp};
use crate::model::Instant;
use crate::model::period::Stretch;
use crate::model::span::{Day, Hour, Year};
use anyhow::Result;
use chrono::{Duration, NaiveDate, NaiveDateTime};
use mysql::params;

/// At most this much is summed from raw rows for one answer: more is a fault of `aggregate`, and to be seen as one.
const LONGEST_TAIL_HOURS: i64 = 6;

/// A day that is missing this far back is passed over: its hours and all after them would be too much to sum.
const LONGEST_HOURS_DAYS: i64 = 31;

/// A stale day this far before the newest one is read by its hours. An older one is used as it is: late beats lost.
const STALE_DAYS: i64 = 2;

/// Neighbouring half-open parts of one period, as far as there is data.
#[derive(Clone, Copy, Debug)]
pub struct Cover {
    /// Years whose rows stand for all their days so far.
    pub years: (i32, i32),
    /// First day, and the first that is missing.
    pub days: (NaiveDate, NaiveDate),
    /// First hour, and where the filled ones that may be used end.
    pub hours: (Instant, Instant),
    pub tail: (Instant, Instant),
    /// The same without days, where the period is short enough for a chart by hours.
    pub chart_hours: (Instant, Instant),
    pub chart_tail: (Instant, Instant),
    /// The last moment the answer speaks of.
    pub data_through: Option<Instant>,
    /// Every day of the period is over and filled, and nothing of it is stale.
    pub is_complete: bool,
}

impl Cover {
    pub fn resolve(db: &mut Db, stretch: Stretch, now: Instant) -> Result<Cover> {
        let Stretch { first, after, end } = stretch;
        let Some(began) = began(db)?.filter(|began| *began < end) else {
            return Ok(Cover::nothing(first, end));
        };
        let known = first.max(Day::containing(began));
        let over = after.min(Day::containing(end));
        let filled = Filled::read(db, known, over)?;
        let stale = Stale::read(db, known, over.plus(-1 - STALE_DAYS), end)?;
        let mut days_end = filled.end(known, end);
        let rest = |db: &mut Db, days_end: Day| {
            let start = days_end.start().max(Hour::containing(began).start());
            by_hours(db, start, end)
        };
        let (mut hours, mut tail) = rest(db, days_end)?;
        if let Some(day) = stale.recent.filter(|day| *day < days_end) {
            let instead = rest(db, day)?;
            // Where its hours are gone, the stale day is all there is.
            if instead.1.1 == end {
                (days_end, (hours, tail)) = (day, instead);
            }
        }
        let is_short = after.date() - first.date() <= Duration::days(2);
        let (chart_hours, chart_tail) = match is_short && hours.0 > first.start() {
            true => by_hours(db, first.start().max(Hour::containing(began).start()), end)?,
            false => (hours, tail),
        };
        let years = whole_years(db, &filled, known, days_end)?;
        let newest = newest_slot(db, now)?;
        Ok(Cover {
            years,
            days: match years.0 < years.1 {
                true => (days_end.date(), days_end.date()),
                false => (known.date(), days_end.date()),
            },
            hours,
            tail,
            chart_hours,
            chart_tail,
            data_through: newest.map(|newest| newest.min(tail.1)),
            is_complete: known == first
                && days_end == after
                && !stale.any
                && filled.days == after.date() - first.date(),
        })
    }

    /// The same stretch read from raw rows alone; nothing where some of them are gone.
    pub fn raw(self, db: &mut Db, stretch: Stretch) -> Result<Option<Cover>> {
        let Some(began) = began(db)? else {
            return Ok(Some(self));
        };
        let first = stretch.first;
        let start = first.start().max(Hour::containing(began).start());
        let tail = (start, self.tail.1.max(start));
        let is_whole = !Pruned::raw(db)?.took(tail.0, tail.1);
        Ok(is_whole.then_some(Cover {
            years: (0, 0),
            days: (first.date(), first.date()),
            hours: (start, start),
            tail,
            chart_hours: (start, start),
            chart_tail: tail,
            ..self
        }))
    }

    fn nothing(first: Day, end: Instant) -> Cover {
        Cover {
            years: (0, 0),
            days: (first.date(), first.date()),
            hours: (end, end),
            tail: (end, end),
            chart_hours: (end, end),
            chart_tail: (end, end),
            data_through: None,
            is_complete: false,
        }
    }
}

/// The days of a stretch that have rows.
struct Filled {
    days: Duration,
    first_missing: Day,
    last: Option<Day>,
}

impl Filled {
    fn read(db: &mut Db, from: Day, to: Day) -> Result<Filled> {
        let filled: Vec<NaiveDate> = db.rows(
            sql!("views/park_daily_stats.days.sql"),
            params! { "from" => from.date(), "to" => to.date() },
        )?;
        let mut first_missing = from;
        for date in &filled {
            if *date != first_missing.date() {
                break;
            }
            first_missing = first_missing.next();
        }
        Ok(Filled {
            days: Duration::days(filled.len() as i64),
            first_missing,
            last: filled.last().copied().map(Day::of),
        })
    }

    /// Where days end and hours begin.
    fn end(&self, from: Day, end: Instant) -> Day {
        match self.last {
            None => from,
            Some(_) if end - self.first_missing.start() <= Duration::days(LONGEST_HOURS_DAYS) => {
                self.first_missing
            }
            Some(last) => last.next(),
        }
    }
}

/// What of a stretch changed since it was filled.
struct Stale {
    any: bool,
    /// The first day near the end that is stale, or has a stale hour.
    recent: Option<Day>,
}

impl Stale {
    fn read(db: &mut Db, from: Day, recent: Day, end: Instant) -> Result<Stale> {
        let bounds = params! {
            "from" => stamp(from.start()),
            "recent" => stamp(recent.start()),
            "to" => stamp(end),
        };
        let (any, recent): (Option<NaiveDateTime>, Option<NaiveDateTime>) = db
            .first(sql!("views/stale_periods.oldest.sql"), bounds)?
            .unwrap_or_default();
        Ok(Stale {
            any: any.is_some(),
            recent: recent.map(|start| Day::containing(start.and_utc())),
        })
    }
}

/// The years whose rows may stand for all days from `first` to `end`: when these are all the days that the year has,
/// and it was summed since the last of them changed.
fn whole_years(db: &mut Db, filled: &Filled, first: Day, end: Day) -> Result<(i32, i32)> {
    let year = Year::containing(first.start());
    let is_from_the_start = filled.days > Duration::zero() && end <= year.next().first_day();
    if !is_from_the_start || end.date() - first.date() <= Duration::days(LONGEST_HOURS_DAYS) {
        return Ok((0, 0));
    }
    let bounds = params! {
        "year" => year.number(),
        "year_start" => stamp(year.start()),
        "first_date" => first.date(),
        "end_date" => end.date(),
        "year_first" => year.first_day().date(),
        "year_after" => year.next().first_day().date(),
    };
    let usable: Option<bool> = db.first(sql!("views/park_yearly_stats.usable.sql"), bounds)?;
    Ok(match usable {
        Some(true) => (year.number(), year.number() + 1),
        _ => (0, 0),
    })
}

/// Filled hours from `start` on, and the raw tail after them.
fn by_hours(
    db: &mut Db,
    start: Instant,
    end: Instant,
) -> Result<((Instant, Instant), (Instant, Instant))> {
    let hours_end = end_of_hours(db, start, end)?;
    let tail_end = end
        .min(hours_end + Duration::hours(LONGEST_TAIL_HOURS))
        .max(hours_end);
    Ok(((start, hours_end), (hours_end, tail_end)))
}

/// The oldest moment any table knows of; rollups outlive raw rows.
fn began(db: &mut Db) -> Result<Option<Instant>> {
    let (day, hour, slot): (
        Option<NaiveDate>,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
    ) = db
        .first(sql!("views/park_snapshots.began.sql"), ())?
        .unwrap_or_default();
    let day = day.map(|date| Day::of(date).start());
    let times = [hour, slot]
        .into_iter()
        .flatten()
        .map(|time| time.and_utc());
    Ok(times.chain(day).min())
}

/// Where the filled hours end that may be used: at the first that is missing or stale. A stale one is used
/// all the same where reading everything after it raw would be too much: late beats lost.
fn end_of_hours(db: &mut Db, from: Instant, end: Instant) -> Result<Instant> {
    // Only hours that lie wholly before the end: the running one is read raw.
    let to = Hour::containing(end).start();
    let filled: Vec<NaiveDateTime> = db.rows(
        sql!("views/park_hourly_stats.hours.sql"),
        params! { "from" => stamp(from), "to" => stamp(to) },
    )?;
    let mut missing = from;
    for filled in filled {
        if filled.and_utc() != missing {
            break;
        }
        missing += Duration::hours(1);
    }
    let stale: Option<Option<NaiveDateTime>> = db.first(
        sql!("views/stale_periods.first_hour.sql"),
        params! { "from" => stamp(from) },
    )?;
    let stale = stale.flatten().map(|stale| stale.and_utc());
    let is_near = |stale: &Instant| end - *stale <= Duration::hours(LONGEST_TAIL_HOURS);
    Ok(stale
        .filter(is_near)
        .map_or(missing, |stale| stale.min(missing)))
}

/// The newest cycle of any park.
pub fn newest_slot(db: &mut Db, now: Instant) -> Result<Option<Instant>> {
    let newest: Option<Option<NaiveDateTime>> = db.first(
        sql!("views/parks.newest_slot.sql"),
        params! { "now" => stamp(now) },
    )?;
    Ok(newest.flatten().map(|slot| slot.and_utc()))
}
