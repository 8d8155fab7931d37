//! The list of migrations, embedded in order.

/// One file of `sql/migrations`: one statement.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub number: u16,
    /// The file name without `.sql`.
    pub name: &'static str,
    pub statement: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal)+) => {
        &[$(Migration {
            number: $number,
            name: $name,
            statement: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/migrations/", $name, ".sql")),
        }),+]
    };
}

/// Every migration; a test holds this list against the directory.
pub const MIGRATIONS: &[Migration] = migrations! {
    1 "0001_parks.create"
    2 "0002_rides.create"
    3 "0003_ride_operated_days.create"
    4 "0004_park_snapshots.create"
    5 "0005_ride_snapshots.create"
    6 "0006_park_hourly_stats.create"
    7 "0007_ride_hourly_stats.create"
    8 "0008_park_daily_stats.create"
    9 "0009_ride_daily_stats.create"
    10 "0010_park_yearly_stats.create"
    11 "0011_ride_yearly_stats.create"
    12 "0012_stale_periods.create"
    13 "0013_aggregation_log.create"
    14 "0014_cached_api_views.create"
    15 "0015_cache_refresh_log.create"
    16 "0016_job_runs.create"
    17 "0017_job_leases.create"
    18 "0018_settings.create"
};
