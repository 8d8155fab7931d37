//! The list of migrations, embedded in order.

use super::sql;

/// One file of `sql/migrations`: one statement. One that writes rows must be safe to run twice, for
/// a process killed between the statement and its mark leaves it to the next.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    path: &'static str,
    pub statement: &'static str,
}

macro_rules! migrations {
    ($($path:literal)+) => {
        &[$(Migration { path: $path, statement: sql!($path) }),+]
    };
}

/// Every migration; a test holds this list against the directory.
pub const MIGRATIONS: &[Migration] = migrations! {
    "migrations/0001_parks.create.sql"
    "migrations/0002_rides.create.sql"
    "migrations/0003_ride_operated_days.create.sql"
    "migrations/0004_park_snapshots.create.sql"
    "migrations/0005_ride_snapshots.create.sql"
    "migrations/0006_park_hourly_stats.create.sql"
    "migrations/0007_ride_hourly_stats.create.sql"
    "migrations/0008_park_daily_stats.create.sql"
    "migrations/0009_ride_daily_stats.create.sql"
    "migrations/0010_park_yearly_stats.create.sql"
    "migrations/0011_ride_yearly_stats.create.sql"
    "migrations/0012_stale_periods.create.sql"
    "migrations/0013_aggregation_log.create.sql"
    "migrations/0014_cached_api_views.create.sql"
    "migrations/0015_cache_refresh_log.create.sql"
    "migrations/0016_job_runs.create.sql"
    "migrations/0017_job_leases.create.sql"
    "migrations/0018_settings.create.sql"
    "migrations/0019_park_schedules.create.sql"
    "migrations/0020_park_snapshots.alter.sql"
    "migrations/0021_parks.alter.sql"
    "migrations/0028_settings.insert.sql"
    "migrations/0029_restored_days.create.sql"
    "migrations/0031_feed_issues.create.sql"
    "migrations/0032_parks.alter.sql"
    "migrations/0033_parks.update.sql"
    "migrations/0034_rides.alter.sql"
    "migrations/0040_cached_api_views.alter.sql"
    "migrations/0041_cache_invalidations.create.sql"
    "migrations/0042_serve_seats.create.sql"
    "migrations/0043_cache_served.create.sql"
    "migrations/0047_cache_refresh_log.alter.sql"
    "migrations/0048_cached_api_views.alter.sql"
};

impl Migration {
    /// The file name without `.sql`, such as `0001_parks.create`.
    pub fn name(&self) -> &'static str {
        self.path
            .trim_start_matches("migrations/")
            .trim_end_matches(".sql")
    }

    /// The digits the name begins with.
    pub fn number(&self) -> u16 {
        let digits = self.name().split('_').next();
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }
}
