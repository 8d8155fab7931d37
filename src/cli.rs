//! The whole command line: every command, flag and word of help.

mod cache;
mod history;
mod people;
mod retention;
mod views;

pub use cache::{Keys, RefreshCache, Serve};
pub use history::*;
pub use people::*;
pub use retention::{Prune, Restore};
pub use views::{Views, ViewsCheck, ViewsCommand, ViewsCompare, ViewsList};

use crate::help::{after, guide};
use crate::model::key::Key;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Collects ride status of theme parks into MySQL or MariaDB, rolls it up and serves it as JSON.
#[derive(Parser, Debug)]
#[command(name = "hallctl", version, max_term_width = 100, after_help = after(""))]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the whole chain on a simulated hall of parks, on a server of its own
    ///
    /// Starts a database server in a directory of its own, feeds it simulated history through the real
    /// collection path, aggregates, fills the shelf and serves it. Ctrl-C leaves nothing behind.
    #[command(after_help = after("demo"))]
    Demo(Demo),
    /// Poll the feed once and store what it says
    ///
    /// Every row of a cycle carries one slot, the time floored to 5 minutes; a second poll of the same
    /// slot stores nothing. One bad park never costs the others: it gets a line and the exit status 3.
    ///
    /// A recording holds one answer a line: polled_at, park_id (of Queue-Times) or entity_id (of
    /// ThemeParks.wiki), body. With endpoint `schedule` the body is that of ThemeParks.wiki's
    /// /entity/{id}/schedule, under either id: from its polled_at on polls are judged by it, for 7 days, until
    /// the next one; of answers of the same time it comes first. One older than the schedule on file is not
    /// followed, so give a recording whole or in the order of time.
    #[command(after_help = after("collect"))]
    Collect(Collect),
    /// Fill every stale complete hour, day or year
    ///
    /// A period is stale when its inputs changed since it was filled. Each is replaced whole in one
    /// transaction, so a run may come late, twice, or die half-way; the next one finishes the work.
    #[command(subcommand, after_help = after("aggregate"))]
    Aggregate(Aggregate),
    /// Fill periods between two dates, after showing the plan
    ///
    /// Without a selection: what is missing, failed, partial, stale or outdated. The arithmetic is that
    /// of aggregate; hours come first, then their days, then their years. Ctrl-C ends it after the period in hand.
    ///
    /// Snapshots of outdated hours are judged again first, with --judge those of every period chosen. What the feed
    /// said is taken as it is stored, and what rests on pruned history stays as it was judged.
    #[command(after_help = after("backfill"))]
    Backfill(Backfill),
    /// Sum periods anew and compare every column with what is stored
    ///
    /// Changes no number, and lists each value that differs; `hallctl status` warns of them until the same
    /// days were looked at again. Without dates: the two newest days in full, and of
    /// all that is older a sample that is another every day.
    ///
    /// A cycle that differs with --deep was not judged so by this hallctl: another hand changed the judgement, which
    /// `hallctl backfill --judge --all` mends, or what the feed said, which only a backup brings back.
    #[command(after_help = after("verify"))]
    Verify(Verify),
    /// Say where a number comes from, back to what the feed said
    ///
    /// Of a cycle: the reading, the judgement with its reasons, the score, and the rows it went into with
    /// the runs that wrote them. Of a day: its hours, their sums, and the number on the page.
    ///
    /// With --json one object, whose names stay: park_id, park, ride_id, ride, joined_ride_id (of the ride that
    /// it turned out to be, or null); rows, the hours, the day and the year, of which each has level (hourly,
    /// daily or yearly), period, starts_at, is_stale, written_by (run_id, job, finished_at, aggregation_log_id,
    /// or null) and columns, as the table has them; pruned, of which each has stock (raw or hourly), through
    /// and restore, the command that brings it back. Of a cycle also asked_at and cycle, which is null where
    /// there is none: slot, interval_minutes, holds_asked_at, park_state, state_source, feed, spell_start,
    /// rides_listed, rides_fresh, rides_reported_open, rides_in_service, reasons (sentences, which may change),
    /// weight_down, weight_in_service, score, and rides, of which each has ride_id, ride, state, weight,
    /// in_service, outage_began, reasons, said_status, said_open, said_wait_minutes, said_age_minutes,
    /// is_fresh. Of a day also date, starts_at, ends_at, hours and page, null without a row: average_wait,
    /// longest_wait; of a park shame_score, of a ride uptime_minutes and downtime_minutes. Times are UTC.
    #[command(subcommand, after_help = after("explain"))]
    Explain(Explain),
    #[command(after_help = after("refresh-cache"))]
    RefreshCache(RefreshCache),
    /// Answer HTTP requests from the shelf
    ///
    /// Keeps answering from memory while the database is down, and says how old the data is. What a view answers
    /// to a GET goes out in gzip where it has 1024 bytes or more and the client accepts that. Put nginx in front
    /// of it to face the public, as --nginx prints its configuration: it keeps answers as long as they allow, asks
    /// for each once, goes on with the last one while serve is down, and lets only requests through that serve has
    /// an answer to. Without it, here a client that sends nothing for 15 seconds, or takes nothing for 3, is hung
    /// up on, a body is refused that is not a POST's or has more than 1024 bytes, and behind a request that does
    /// not say plainly where it ends nothing more is taken from its connection, but there is
    /// no limit to how many connect, to how many requests each sends ahead, to the size of a head, or to how
    /// slowly one byte follows another, and a client that announces a body of more than 64 MiB gets no answer
    /// and keeps its thread until the end.
    #[command(after_help = after("serve"))]
    Serve(Serve),
    #[command(after_help = after("views"), after_long_help = guide())]
    Views(Views),
    #[command(after_help = after("prune"))]
    Prune(Prune),
    #[command(after_help = after("restore"))]
    Restore(Restore),
    /// Say how fresh each station is, with one verdict
    ///
    /// Feed, raw, hourly, daily, yearly, cache, retention and verify get a line each: newest period, age,
    /// verdict and, when something is wrong, the cause and the command to type next. Times are UTC, days and
    /// years those of Los Angeles.
    #[command(after_help = after("status"))]
    Status(Status),
    /// List parks, and set what a person decides of them
    ///
    /// Without a command, lists the active ones. Every change says what was there before, and makes every
    /// view due.
    #[command(after_help = after("parks"))]
    Parks(Parks),
    /// List rides, set or import their tiers and categories
    ///
    /// Without a command, lists them. A change counts from the next poll on: stored rows keep their
    /// weights. Every change says what was there before, and makes every view due.
    ///
    /// Where two feeds name one ride differently it stands as two rows; `join KEEP OTHER` shows both, asks, and
    /// makes them one from the next poll on. No stored number changes: what OTHER did stays in its own rows and
    /// in the sums of the park, and no ranking lists it any more. KEEP begins with what it did itself: where it
    /// has not operated within 7 days it is in service once it operates, and a breakdown that OTHER is in ends
    /// at the join. KEEP takes the tier of OTHER where it has none. No command takes a join back.
    #[command(after_help = after("rides"))]
    Rides(Rides),
    /// Bring the database to the schema of this hallctl
    ///
    /// Safe to run by several processes at once and again after a crash; refuses a schema newer than itself.
    #[command(after_help = after("migrate"))]
    Migrate(Migrate),
    /// Start, stop or reach the private database server
    ///
    /// A MariaDB or MySQL server on a unix socket, for machines without one; no network, readable by its
    /// owner alone.
    #[command(subcommand, after_help = after("db"))]
    Db(DbCommand),
    /// Write the man pages, made from this command line, into a directory
    #[command(hide = true)]
    Man(Man),
}

#[derive(Args, Debug)]
pub struct Demo {
    /// Address to serve on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5001")]
    pub listen: SocketAddr,
    /// Days of simulated history
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 14,
        value_parser = clap::value_parser!(u32).range(1..=90)
    )]
    pub days: u32,
    /// Build everything, say how it stands and stop instead of serving
    #[arg(long)]
    pub once: bool,
}

#[derive(Args, Debug)]
pub struct Collect {
    /// Where the feed answers
    #[arg(
        long,
        value_name = "URL",
        env = "HALLCTL_FEED_URL",
        hide_env_values = true,
        default_value = "https://queue-times.com"
    )]
    pub feed_url: String,
    /// Where ThemeParks.wiki answers, which is asked first for parks it knows; `none` leaves it out
    #[arg(
        long,
        value_name = "URL",
        env = "HALLCTL_WIKI_URL",
        hide_env_values = true,
        default_value = "https://api.themeparks.wiki/v1"
    )]
    pub wiki_url: String,
    /// Only these parks, by their ids at Queue-Times or ThemeParks.wiki
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub parks: Vec<Key>,
    /// Read recorded polls from files instead of the feed: one JSON object a line, gzip or plain
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub recorded: Vec<PathBuf>,
    /// Minutes one recorded poll stands for: 1, 5, 10, 15 or another divisor of 60
    #[arg(
        long,
        value_name = "MINUTES",
        default_value_t = 5,
        requires = "recorded",
        value_parser = parse_interval
    )]
    pub interval: u32,
}

#[derive(Subcommand, Debug, Clone, Copy)]
pub enum Aggregate {
    /// Raw snapshots to hours
    Hourly {
        /// Only this hour, UTC, as 2026-07-04T20
        #[arg(long, value_name = "HOUR", value_parser = parse_hour)]
        hour: Option<chrono::DateTime<chrono::Utc>>,
    },
    /// Hours to days of the Los Angeles calendar
    Daily {
        /// Only this day, as 2026-07-04
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        date: Option<NaiveDate>,
    },
    /// Days to years
    Yearly {
        /// Only this year, as 2026
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2000..=2200))]
        year: Option<i32>,
    },
}

fn parse_date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "write a day of the calendar as 2026-07-04".to_owned())
}

/// Slots of another length would lie across the hours they are summed into.
fn parse_interval(text: &str) -> Result<u32, String> {
    let minutes = text.parse().ok();
    minutes
        .filter(|minutes| (1..=60).contains(minutes) && 60 % minutes == 0)
        .ok_or_else(|| {
            "an hour must hold a whole number of intervals: 1, 5, 10, 15, 20, 30 or 60".to_owned()
        })
}

fn parse_hour(text: &str) -> Result<chrono::DateTime<chrono::Utc>, String> {
    let text = text
        .trim_end_matches('Z')
        .trim_end_matches(":00")
        .trim_end_matches(":00");
    chrono::NaiveDateTime::parse_from_str(&format!("{text}:00"), "%Y-%m-%dT%H:%M")
        .map(|time| time.and_utc())
        .map_err(|_| "write the hour in UTC as 2026-07-04T20".to_owned())
}

#[derive(Args, Debug)]
pub struct Status {
    /// Print one JSON object instead of the table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct Migrate {
    /// Say what would be done and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Subcommand, Debug)]
pub enum DbCommand {
    /// Start the private server, making its data directory the first time
    Start {
        /// The user to run it as, only needed for root outside a container
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
    /// Stop the private server
    Stop,
    /// Print the URL of the private server, for HALLCTL_DATABASE_URL
    Url,
    /// Open a SQL shell on the database hallctl uses
    Shell,
    /// Stop the private server in a directory, and remove it, when standard input ends
    #[command(hide = true)]
    GuardServer { home: PathBuf },
    /// Turn this process into the private server
    #[command(hide = true)]
    BecomeServer {
        record: PathBuf,
        #[arg(last = true)]
        words: Vec<String>,
    },
}

#[derive(Args, Debug)]
pub struct Man {
    /// Where the pages go
    pub directory: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use crate::help;
    use clap::{CommandFactory, Parser};

    /// Every call of hallctl in a line of shell, as the words of its command line.
    fn calls(line: &str) -> Vec<Vec<&str>> {
        let parts = line.split(['|', '&', ';', '(', ')', '#']);
        parts
            .filter_map(|part| part.split('>').next())
            .filter_map(|part| part.find("hallctl ").map(|at| &part[at..]))
            .map(|part| part.split_whitespace().collect())
            .collect()
    }

    fn assert_parses(text: &str) -> usize {
        let calls: Vec<_> = text.lines().flat_map(calls).collect();
        for words in &calls {
            if let Err(error) = Cli::try_parse_from(words) {
                panic!("`{}` does not parse: {error}", words.join(" "));
            }
        }
        calls.len()
    }

    #[test]
    fn the_definitions_agree_with_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_line_of_the_crontab_parses() {
        let jobs = include_str!("../crontab")
            .lines()
            .filter(|line| line.starts_with(|c: char| c == '*' || c.is_ascii_digit()));
        assert_eq!(jobs.map(assert_parses).sum::<usize>(), 8);
    }

    #[test]
    fn every_command_of_the_readme_parses() {
        let code = include_str!("../README.md")
            .lines()
            .filter(|line| line.starts_with("    hallctl "));
        assert_eq!(code.map(assert_parses).sum::<usize>(), 19);
    }

    #[test]
    fn every_example_parses_and_every_verb_has_one() {
        let program = Cli::command();
        let verbs = program.get_subcommands().filter(|verb| !verb.is_hide_set());
        for verb in verbs.map(|verb| verb.get_name()).chain([""]) {
            let parsed = help::examples(verb)
                .iter()
                .map(|(line, _)| assert_parses(line));
            assert!(parsed.sum::<usize>() > 0, "`{verb}` has no example");
        }
    }
}
