//! The words of `hallctl prune` and `hallctl restore`.

use clap::Args;
use std::path::PathBuf;

/// Archive and drop rows that are past their retention
///
/// Raw rows go after 90 days, hours after 3 years, logs of runs and resolved issues after a year, announced opening
/// hours a week after the raw rows of their day; days and years stay for ever. Whole partitions are dropped,
/// and only behind periods that are filled, clean and no longer provisional: the first that is missing, failed
/// or stale holds the line and is named with the next command (exit status 3). Polls of pruned history are
/// refused from then on, and nothing in it is filled again.
///
/// With --archive each day becomes one file, `raw-2026-04-05.jsonl.gz` or `hourly-2023-11-20.jsonl.gz`,
/// its date in UTC. It is read back and compared with the tables row by row before anything is dropped;
/// a file that is there already must hold the same rows.
///
/// The file is gzip of JSON lines. The first is an object: hallctl_archive (the version, 1), stock (raw
/// or hourly), date, and tables, a list of table, columns, rows (how many lines follow) and sha256 (over
/// these lines, line ends included). The rows follow table by table as arrays in the order of columns:
/// parks' rows, rides' rows, then the parks and the rides they speak of with our number, that of
/// Queue-Times and the id of ThemeParks.wiki. `hallctl restore` reads it.
#[derive(Args, Debug)]
pub struct Prune {
    /// Say what would be done and change nothing; exits 0 even where rows are held
    #[arg(long)]
    pub dry_run: bool,
    /// Keep what is dropped in this directory, a file a day
    #[arg(
        long,
        value_name = "DIR",
        env = "HALLCTL_ARCHIVE",
        hide_env_values = true
    )]
    pub archive: Option<PathBuf>,
    /// Days that raw rows are kept, at least a week
    #[arg(
        long,
        value_name = "DAYS",
        env = "HALLCTL_RAW_DAYS",
        hide_env_values = true,
        default_value_t = 90,
        value_parser = clap::value_parser!(i64).range(7..=36_500)
    )]
    pub raw_days: i64,
    /// Days that hours are kept, not less than raw rows
    #[arg(
        long,
        value_name = "DAYS",
        env = "HALLCTL_HOURLY_DAYS",
        hide_env_values = true,
        default_value_t = 1095,
        value_parser = clap::value_parser!(i64).range(31..=36_500)
    )]
    pub hourly_days: i64,
    /// Days that logs of runs and resolved issues are kept
    #[arg(
        long,
        value_name = "DAYS",
        env = "HALLCTL_LOG_DAYS",
        hide_env_values = true,
        default_value_t = 365,
        value_parser = clap::value_parser!(i64).range(30..=36_500)
    )]
    pub log_days: i64,
}

/// Bring back archived days
///
/// Each file is a day that `hallctl prune --archive` wrote. All its rows come back just as they were, or
/// none: a damaged file, a park or ride that is not known here, or other rows of that day are refused.
/// Nothing is judged or summed again, unless hours of a raw day have no rows; these are marked stale.
///
/// A restored day of pruned history stays closed to polls. `hallctl prune` leaves it alone for 30 days
/// and then drops it like any other.
#[derive(Args, Debug)]
pub struct Restore {
    /// Archives that `hallctl prune --archive` wrote
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}
