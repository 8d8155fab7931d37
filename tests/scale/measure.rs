//! What is measured: ingest and fills as the database ages, and a whole month filled again beside its floor.

use super::hall::{Cost, Hall};
use super::world::{CYCLE_MINUTES, Time, first_slot};
use chrono::{Duration, NaiveDate};
use chrono_tz::America::Los_Angeles;

/// One cycle, one hour and one day at some age of the database.
pub struct Age {
    pub days: i64,
    pub cycle: Cost,
    pub hour: Cost,
    pub day: Cost,
}

/// The statement whose sums the floor evaluates; the very one that fills.
const FILL: &str = include_str!("../../sql/rollup/ride_hourly_stats.fill.sql");

/// An hour is complete this long after its end.
const GRACE: Duration = Duration::minutes(3);

const HOUR_RUNS: usize = 7;
const DAY_RUNS: usize = 5;

/// Collects an hour, cycle by cycle, and fills the newest hour and the newest whole day again and again.
pub fn age(hall: &Hall, days: i64) -> Age {
    let start = hall.end().expect("a day of history");
    let cycle = |number| {
        let at = start + Duration::minutes(number * CYCLE_MINUTES);
        hall.collect(at, at + Duration::minutes(CYCLE_MINUTES))
    };
    let cycles: Vec<Cost> = (0..60 / CYCLE_MINUTES).map(cycle).collect();
    let now = start + Duration::hours(1) + GRACE;
    for level in ["hourly", "daily"] {
        hall.run(&["aggregate", level], now);
    }
    let hour = start.format("%Y-%m-%dT%H").to_string();
    let date = date_of(start - Duration::days(1)).to_string();
    let hour = || hall.run(&["aggregate", "hourly", "--hour", &hour], now);
    let hours: Vec<Cost> = (0..HOUR_RUNS).map(|_| hour()).collect();
    let day = || hall.run(&["aggregate", "daily", "--date", &date], now);
    let runs: Vec<Cost> = (0..DAY_RUNS).map(|_| day()).collect();
    Age {
        days,
        cycle: median(&cycles),
        hour: median(&hours),
        day: median(&runs),
    }
}

/// One more cycle, and the last hour and the last of these days once more.
pub fn each_once(hall: &Hall, days: i64) {
    let cycle = hall.end().expect("a history");
    let now = cycle + GRACE;
    hall.collect(cycle, cycle + Duration::minutes(CYCLE_MINUTES));
    let hour = first_slot() + Duration::days(days) - Duration::hours(1);
    let hour = hour.format("%Y-%m-%dT%H").to_string();
    let (_, date) = dates(days);
    hall.run(&["aggregate", "hourly", "--hour", &hour], now);
    hall.run(&["aggregate", "daily", "--date", &date.to_string()], now);
}

/// The dates of the first and of the last whole day.
pub fn dates(days: i64) -> (NaiveDate, NaiveDate) {
    let first = first_slot();
    (date_of(first), date_of(first + Duration::days(days - 1)))
}

fn date_of(at: Time) -> NaiveDate {
    at.with_timezone(&Los_Angeles).date_naive()
}

/// Every hour of these days filled again, as a person would have it done.
pub fn backfill(hall: &Hall, level: &str, days: i64) -> Cost {
    let (from, to) = dates(days);
    let (from, to) = (from.to_string(), to.to_string());
    let now = hall.end().expect("a history") + GRACE;
    let words = [
        "backfill", "--from", &from, "--to", &to, "--level", level, "--all", "--yes",
    ];
    hall.run(&words, now)
}

/// The sums of all these days as one row, by the same expressions over the same rows.
pub fn floor(hall: &Hall, days: i64) -> Cost {
    let sums = FILL
        .split_once("max(park_id)")
        .and_then(|(_, sums)| sums.split_once("where"))
        .expect("a statement that fills");
    let (start, end) = span(days);
    let statement = format!(
        "select max(park_id){}where hour_start >= '{start}' and hour_start < '{end}'",
        sums.0
    )
    .replace(":hour_start", "'2026-06-01'")
    .replace(":formula_version", "1")
    .replace(":filled_at", "'2026-06-01'");
    hall.ask(&statement)
}

/// From the first slot to the end of these days, as the database writes them.
pub fn span(days: i64) -> (String, String) {
    let text = |at: Time| at.naive_utc().to_string();
    (
        text(first_slot()),
        text(first_slot() + Duration::days(days)),
    )
}

/// The middle one of each.
pub fn median(costs: &[Cost]) -> Cost {
    let of = |part: fn(&Cost) -> f64| middle(costs.iter().map(part).collect());
    Cost {
        wall: of(|cost| cost.wall),
        server: of(|cost| cost.server),
        cpu: of(|cost| cost.cpu),
        reads: of(|cost| cost.reads as f64) as u64,
    }
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
