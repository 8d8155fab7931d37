//! What the verbs of history can be told: backfill, verify, explain.

use super::parse_date;
use chrono::NaiveDate;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Args, Debug)]
pub struct Backfill {
    /// First day of the Los Angeles calendar, as 2026-07-04
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub from: NaiveDate,
    /// Last day
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub to: NaiveDate,
    /// Only hours, days or years
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "all")]
    pub level: BackfillLevel,
    /// Periods without rows
    #[arg(long)]
    pub missing: bool,
    /// Periods whose last filling failed or was refused
    #[arg(long)]
    pub failed: bool,
    /// Periods that lack an hour or a day
    #[arg(long)]
    pub partial: bool,
    /// Periods filled by another formula than that of this hallctl
    #[arg(long)]
    pub outdated: bool,
    /// Every period
    #[arg(long, conflicts_with_all = ["missing", "failed", "partial", "outdated"])]
    pub all: bool,
    /// First judge again what the feed said on the days of these periods
    #[arg(long)]
    pub judge: bool,
    /// Print the plan and change nothing
    #[arg(long)]
    pub plan: bool,
    /// Do not ask; needed where there is no terminal
    #[arg(long)]
    pub yes: bool,
    /// Begin with the oldest period instead of the newest
    #[arg(long)]
    pub oldest_first: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackfillLevel {
    Hourly,
    Daily,
    Yearly,
    All,
}

#[derive(Args, Debug)]
pub struct Verify {
    /// First day of the Los Angeles calendar, as 2026-07-04; alone, that day
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub from: Option<NaiveDate>,
    /// Last day
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub to: Option<NaiveDate>,
    /// Only so many periods of each level; without dates, so many older ones [default: 20]
    #[arg(long, value_name = "COUNT")]
    pub sample: Option<usize>,
    /// Judge the snapshots of those days again too
    #[arg(long)]
    pub deep: bool,
    /// Print one JSON object instead of lines
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand, Debug, Clone, Copy)]
pub enum Explain {
    /// A park and all its rides
    Park {
        /// The park's id, as `hallctl parks` shows it
        id: u32,
        #[command(flatten)]
        when: When,
    },
    /// One ride
    Ride {
        /// The ride's id, as `hallctl rides` shows it
        id: u32,
        #[command(flatten)]
        when: When,
    },
}

#[derive(Args, Debug, Clone, Copy)]
#[group(skip)]
#[command(group = ArgGroup::new("moment").required(true).args(["at", "date"]))]
pub struct When {
    /// A moment, UTC, as 2026-07-04T20:10
    #[arg(long, value_name = "TIME", value_parser = parse_minute)]
    pub at: Option<chrono::DateTime<chrono::Utc>>,
    /// A day of the Los Angeles calendar, as 2026-07-04
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub date: Option<NaiveDate>,
    /// Print one JSON object instead of lines
    #[arg(long)]
    pub json: bool,
}

fn parse_minute(text: &str) -> Result<chrono::DateTime<chrono::Utc>, String> {
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    chrono::NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M")
        .map(|time| time.and_utc())
        .map_err(|_| "write the time in UTC as 2026-07-04T20:10".to_owned())
}
