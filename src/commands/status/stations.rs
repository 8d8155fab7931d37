//! From facts to one line a station: what is newest, how old it is, what is wrong and what to type.

use super::agreement::agreement;
use super::facts::{Backlog, Facts};
use super::issues;
use super::retention::retention;
use super::runs::{Run, RunState};
use super::verdict::{DAY, HOUR, Limits, POLL, SHELF, TAIL_HOURS, Verdict, YEAR};
use crate::config;
use crate::model::Instant;
use crate::model::count::count;
use crate::model::span::{Day, Hour, Year, stamp};
use chrono::Duration;
use serde::Serialize;
use std::path::PathBuf;

/// Above one park in so many unread, the feed itself is the trouble rather than a park.
const UNREAD_SHARE: u64 = 4;

/// What is newer than the clock by more than this is no matter of seconds: a clock ran ahead.
pub const FUTURE: Duration = Duration::minutes(5);

#[derive(Debug, Serialize)]
pub struct Station {
    pub name: &'static str,
    pub verdict: Verdict,
    pub newest: Option<String>,
    pub age_minutes: Option<i64>,
    pub notes: Vec<String>,
    pub troubles: Vec<Trouble>,
}

/// Something wrong, why, and the command to type next.
#[derive(Debug, Serialize)]
pub struct Trouble {
    pub verdict: Verdict,
    pub cause: String,
    pub next: String,
}

impl Station {
    pub fn new(name: &'static str) -> Station {
        Station {
            name,
            verdict: Verdict::Ok,
            newest: None,
            age_minutes: None,
            notes: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// Records what is wrong; nothing is, where the verdict is OK.
    pub fn trouble(&mut self, verdict: Verdict, cause: impl Into<String>, next: &str) {
        if verdict != Verdict::Ok {
            let (cause, next) = (cause.into(), next.to_owned());
            self.troubles.push(Trouble {
                verdict,
                cause,
                next,
            });
            self.verdict = self.verdict.max(verdict);
        }
    }

    pub fn newest(&mut self, text: String, age: Duration) {
        self.newest = Some(text);
        self.age_minutes = Some(age.num_minutes());
    }

    /// Warns of something newer than the clock: its age says nothing, and nothing can follow it until then.
    fn ahead(&mut self, what: &str, at: Instant, now: Instant) {
        if at > now + FUTURE {
            let cause = format!("{what} lies in the future: the clock was or is wrong");
            let next = format!("date -u; where that is right, this passes at {}", stamp(at));
            self.trouble(Verdict::Warning, cause, &next);
        }
    }

    /// What the last run of this station's job says: failed, died, or still at work.
    pub fn run(&mut self, run: &Run, now: Instant, next: &str) {
        let job = &run.job;
        match &run.state {
            RunState::Good => {}
            RunState::Running => {
                let since = span(now - run.started_at);
                self.notes.push(format!("`{job}` running for {since}"));
            }
            RunState::Failed(error) => {
                let cause = format!("`{job}` failed: {}", first_line(error));
                self.trouble(Verdict::Warning, cause, next);
            }
            RunState::Crashed => {
                let who = format!("pid {} on {}", run.pid, run.host);
                self.trouble(Verdict::Warning, format!("`{job}` crashed: {who}"), next);
            }
        }
        let times = run.recent.failed + run.recent.crashed;
        if times > 1 {
            self.notes
                .push(format!("`{job}` failed {times} times in 24 hours"));
        }
    }
}

pub fn judge(facts: &Facts) -> Vec<Station> {
    let always = [
        feed(facts),
        raw(facts),
        hourly(facts),
        daily(facts),
        yearly(facts),
        cache(facts),
        retention(facts),
    ];
    always.into_iter().chain(agreement(facts)).collect()
}

fn feed(facts: &Facts) -> Station {
    const NEXT: &str = "hallctl collect";
    let mut station = Station::new("feed");
    let Some(run) = facts.run("collect") else {
        station.trouble(Verdict::Unknown, "nothing was ever collected", NEXT);
        return station;
    };
    station.run(run, facts.wall, NEXT);
    match run.last_good_at {
        Some(at) => {
            let age = facts.wall - at;
            // Named by its data time as every other station, judged by when it really ended.
            station.newest(stamp(run.last_good_data_time.unwrap_or(at)), age);
            station.ahead("the last good poll", at, facts.wall);
            let cause = format!("the last good poll ended {} ago", span(age));
            station.trouble(POLL.verdict(age), cause, NEXT);
        }
        None => station.trouble(Verdict::Critical, "no poll ever succeeded", NEXT),
    }
    let unread = counted(&run.summary, "unread");
    let words = format!("{unread} of {} unread", count(facts.parks, "park"));
    if unread * UNREAD_SHARE > facts.parks {
        station.trouble(Verdict::Warning, words, NEXT);
    } else if facts.parks > 0 {
        station.notes.push(words);
    }
    // Most parks answer without rides when they are shut for the season.
    let empty = counted(&run.summary, "without rides");
    if empty > 0 {
        station.notes.push(format!("{empty} without rides"));
    }
    station.notes.extend(issues::counted(&facts.issues));
    station
}

/// How many parks are `what` by the one line of a run; a line that does not name them had none.
fn counted(summary: &str, what: &str) -> u64 {
    let mut parts = summary.split(", ");
    let number = parts.find_map(|part| {
        let (number, parks) = part.strip_suffix(what)?.split_once(' ')?;
        matches!(parks, "park " | "parks ").then(|| number.parse().ok())?
    });
    number.unwrap_or(0)
}

fn raw(facts: &Facts) -> Station {
    let mut station = Station::new("raw");
    let Some(slot) = facts.newest_slot else {
        station.trouble(Verdict::Unknown, "no snapshots yet", "hallctl collect");
        return station;
    };
    let age = facts.now - slot;
    station.newest(stamp(slot), age);
    station.ahead("the newest snapshot", slot, facts.now);
    let cause = format!("the newest snapshot is {} old", span(age));
    station.trouble(POLL.verdict(age), cause, "hallctl collect");
    station
}

/// A rollup as the common rules see it.
struct Rollup<'a> {
    name: &'static str,
    job: &'static str,
    next: &'static str,
    /// The first period without a row, and when its row could be made at the earliest.
    due: Option<(String, Instant)>,
    limits: Limits,
    backlog: &'a Backlog,
    /// How old the last good run may be while stale periods wait for it: three turns of the crontab.
    patience: Duration,
}

impl Rollup<'_> {
    fn judge(&self, facts: &Facts) -> Station {
        let mut station = Station::new(self.name);
        let Some((due, ended)) = &self.due else {
            station.trouble(
                Verdict::Unknown,
                "no snapshots to fill from",
                "hallctl collect",
            );
            return station;
        };
        let late = facts.now - *ended;
        let cause = format!("{due} is not filled, {} after its end", span(late));
        station.trouble(self.limits.verdict(late), cause, self.next);

        let run = facts.run(self.job);
        if let Some(run) = run {
            station.run(run, facts.wall, self.next);
        }
        if let Some((period, error, attempts)) = &self.backlog.failed {
            let often = match attempts {
                0 | 1 => String::new(),
                _ => format!(" in {}", count(attempts, "attempt")),
            };
            let cause = format!(
                "{} could not be filled{often}: {}",
                stamp(*period),
                first_line(error)
            );
            station.trouble(Verdict::Warning, cause, self.next);
        }
        if let Some(newest) = self.backlog.newest_refused {
            let refused = self.backlog.refused;
            let newest = stamp(newest);
            station.notes.push(format!(
                "{refused} refused to keep their rows, the newest {newest}"
            ));
        }
        if let Some(oldest) = self.backlog.oldest.filter(|_| self.backlog.count > 0) {
            let stale = format!("{} stale, the oldest {}", self.backlog.count, stamp(oldest));
            let last_good = run.and_then(|run| run.last_good_at);
            if last_good.is_some_and(|at| facts.wall - at <= self.patience) {
                station.notes.push(stale);
            } else {
                station.trouble(Verdict::Warning, stale, self.next);
            }
        }
        station
    }
}

fn hourly(facts: &Facts) -> Station {
    let first = facts.first_slot.map(Hour::containing);
    let due = facts.newest_hour.map(Hour::next).or(first);
    let rollup = Rollup {
        name: "hourly",
        job: "aggregate-hourly",
        next: "hallctl aggregate hourly",
        due: due.map(|hour| (format!("hour {hour}"), hour.end())),
        limits: HOUR,
        backlog: &facts.stale_hours,
        patience: Duration::minutes(15),
    };
    let mut station = rollup.judge(facts);
    if let Some(hour) = facts.newest_hour {
        station.newest(hour.to_string(), facts.now - hour.start());
        station.ahead(&format!("hour {hour}"), hour.end(), facts.now);
    }
    let today = Day::containing(facts.now).start();
    let stale_today = facts.stale_hours.oldest.filter(|start| *start >= today);
    let tail_start = due.map(Hour::start).into_iter().chain(stale_today).min();
    let tail = tail_start.map_or(0, |start| (facts.now - start.max(today)).num_hours());
    if tail > TAIL_HOURS {
        let cause = format!(
            "{} of today are unfilled; views read at most {TAIL_HOURS}",
            count(tail, "hour")
        );
        station.trouble(Verdict::Critical, cause, rollup.next);
    }
    station
}

fn daily(facts: &Facts) -> Station {
    let first = facts.first_slot.map(Day::containing);
    let due = facts.newest_day.map(Day::next).or(first);
    let rollup = Rollup {
        name: "daily",
        job: "aggregate-daily",
        next: "hallctl aggregate daily",
        due: due.map(|day| (format!("day {day}"), day.end())),
        limits: DAY,
        backlog: &facts.stale_days,
        patience: Duration::minutes(90),
    };
    let mut station = rollup.judge(facts);
    if let Some(day) = facts.newest_day {
        station.newest(day.to_string(), facts.now - day.end());
        station.ahead(&format!("day {day}"), day.end(), facts.now);
    }
    station
}

fn yearly(facts: &Facts) -> Station {
    // A running year has its row once its first day is filled; the first year may begin in autumn.
    let first = facts
        .first_slot
        .map(|slot| (Year::containing(slot), Day::containing(slot)));
    let next = facts
        .newest_year
        .map(|year| (year.next(), year.next().first_day()));
    let rollup = Rollup {
        name: "yearly",
        job: "aggregate-yearly",
        next: "hallctl aggregate yearly",
        due: next
            .or(first)
            .map(|(year, day)| (format!("year {year}"), day.end())),
        limits: YEAR,
        backlog: &facts.stale_years,
        patience: Duration::minutes(90),
    };
    let mut station = rollup.judge(facts);
    if let Some(year) = facts.newest_year {
        station.newest = Some(year.to_string());
        station.ahead(&format!("year {year}"), year.start(), facts.now);
    }
    station
}

/// Typed in a shell that knows nothing of one's own views it would take their bodies away, so it names them.
fn refresh_all(views: Option<PathBuf>) -> String {
    let all = "hallctl refresh-cache --all";
    views.map_or_else(
        || all.to_owned(),
        |views| format!("{all} --views {}", views.display()),
    )
}

fn cache(facts: &Facts) -> Station {
    const NEXT: &str = "hallctl refresh-cache --if-stale";
    let all = refresh_all(config::views());
    let mut station = Station::new("cache");
    let shelf = &facts.shelf;
    if let Some(run) = facts.run("refresh-cache") {
        station.run(run, facts.wall, &all);
    }
    let Some(at) = shelf.newest else {
        station.trouble(Verdict::Unknown, "the shelf is empty", &all);
        return station;
    };
    let age = facts.now - at;
    station.newest(stamp(at), age);
    station.ahead("the newest view", at, facts.now);
    let cause = format!("nothing was refreshed for {}", span(age));
    station.trouble(SHELF.verdict(age), cause, NEXT);
    if shelf.failed > 0 {
        let cause = format!(
            "{} failed: {}",
            count(shelf.failed, "view"),
            first_line(&shelf.error)
        );
        station.trouble(Verdict::Warning, cause, &all);
    }
    station.notes.push(format!(
        "{}, {} overdue",
        count(shelf.views, "view"),
        shelf.overdue
    ));
    station
}

/// The first line of an error and how many more there were: many views fail for one cause.
fn first_line(error: &str) -> String {
    let mut lines = error.trim().lines();
    let first = lines.next().unwrap_or_default();
    match lines.count() {
        0 => first.to_owned(),
        more => format!("{first} (and {})", count(more, "more line")),
    }
}

/// A length of time in the two largest units that say enough.
pub fn span(length: Duration) -> String {
    let minutes = length.num_minutes().max(0);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (days, hours, _) => format!("{} {hours} h", count(days, "day")),
    }
}
