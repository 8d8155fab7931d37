//! The whole command line: every command, flag and word of help.

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Collects ride status of theme parks into MySQL or MariaDB, rolls it up and serves it as JSON.
#[derive(Parser, Debug)]
#[command(name = "hallctl", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the whole chain on a simulated hall of parks, on a server of its own
    Demo(Demo),
    /// Poll the feed once and store what it says
    Collect(Collect),
    /// Fill every stale complete hour, day or year
    #[command(subcommand)]
    Aggregate(Aggregate),
    /// Compute JSON views and put them on the shelf
    RefreshCache(RefreshCache),
    /// Answer HTTP requests from the shelf
    Serve(Serve),
    /// Say how fresh each station is, with one verdict
    Status(Status),
    /// Bring the database to the schema of this hallctl
    Migrate(Migrate),
    /// Start, stop or reach the private database server
    #[command(subcommand)]
    Db(DbCommand),
}

#[derive(Args, Debug)]
pub struct Demo {
    /// Address to serve on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5001")]
    pub listen: SocketAddr,
    /// Days of simulated history
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub days: u32,
    /// Build everything, print the URLs and stop instead of serving
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
        default_value = "https://queue-times.com"
    )]
    pub feed_url: String,
    /// Only these parks, by their Queue-Times ids
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub parks: Vec<u32>,
    /// Read recorded polls from files instead of the feed: one JSON object a line, gzip or plain
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "feed_url")]
    pub recorded: Vec<PathBuf>,
    /// Minutes one recorded poll stands for
    #[arg(long, value_name = "MINUTES", default_value_t = 5, requires = "recorded", value_parser = clap::value_parser!(u32).range(1..=60))]
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
        #[arg(long, value_name = "DATE")]
        date: Option<NaiveDate>,
    },
    /// Days to years
    Yearly {
        /// Only this year
        #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2000..=2200))]
        year: Option<i32>,
    },
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
#[group(required = true, multiple = false)]
pub struct RefreshCache {
    /// Every view
    #[arg(long)]
    pub all: bool,
    /// One view, by its cache key
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Only views that are due
    #[arg(long)]
    pub if_stale: bool,
}

#[derive(Args, Debug)]
pub struct Serve {
    /// Loopback address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:5001")]
    pub listen: SocketAddr,
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
    /// Turn this process into the private server
    #[command(hide = true)]
    BecomeServer {
        record: PathBuf,
        #[arg(last = true)]
        words: Vec<String>,
    },
}
