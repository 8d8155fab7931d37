//! The year before: hourly and daily rows of the weeks that were filled, shifted back as often as it takes.

use super::hall::Hall;
use super::history::execute;
use super::world::{Time, first_slot};
use chrono::{Datelike, Duration, Months};
use std::thread;

/// A partition for every month of the year before the first day, and of the weeks after it; and every fourth park is of the two
/// that have a filter of their own.
pub fn found(hall: &Hall, days: i64) {
    let after = (first_slot() + Duration::days(days + 3)).date_naive();
    let first = (first_slot() - Duration::days(366)).date_naive();
    let months = (0..)
        .map(|month| first.with_day(1).expect("a first") + Months::new(month))
        .take_while(|month| *month <= after + Months::new(1));
    let partitions: Vec<String> = months
        .map(|bound| {
            let name = bound.format("until_%Y_%m_%d");
            format!("partition {name} values less than ('{bound}')")
        })
        .collect();
    let marked = "update parks set is_disney = park_id % 8 = 1, is_universal = park_id % 8 = 2";
    execute(&mut hall.db(), marked);
    for table in ["park_hourly_stats", "ride_hourly_stats"] {
        let partitions = partitions.join(", ");
        execute(
            &mut hall.db(),
            &format!("alter table {table} add partition ({partitions})"),
        );
    }
}

/// Repeats the first weeks, four at most, until there are `days` of hourly and daily rows before them, and has the years summed.
pub fn fill(hall: &Hall, raw_days: i64, days: i64, now: Time) {
    // Whole weeks, so that a Saturday stays one.
    let span = (raw_days / 7).min(4) * 7;
    let copies = days / span;
    thread::scope(|scope| {
        for table in ["park_hourly_stats", "ride_hourly_stats"] {
            scope.spawn(move || {
                (1..=copies).for_each(|copy| shift(hall, table, "hour_start", span, copy))
            });
        }
    });
    for table in ["park_daily_stats", "ride_daily_stats"] {
        (1..=copies).for_each(|copy| shift(hall, table, "stat_date", span, copy));
    }
    let mut db = hall.db();
    let years = "select distinct 'yearly', concat(year(stat_date), '-01-01 08:00:00'), 1 from park_daily_stats";
    execute(
        &mut db,
        &format!("insert ignore into stale_periods (level, period_start, generation) {years}"),
    );
    hall.run(&["aggregate", "yearly"], now);
    // Their raw rows are gone, as after a prune.
    let line = first_slot().to_rfc3339();
    execute(
        &mut db,
        &format!("update settings set value = '{line}' where name = 'pruned_through_raw'"),
    );
    for table in [
        "park_hourly_stats",
        "ride_hourly_stats",
        "park_daily_stats",
        "ride_daily_stats",
    ] {
        hall.first::<mysql::Row>(&format!("analyze table {table}"));
    }
}

fn shift(hall: &Hall, table: &str, time: &str, span: i64, copy: i64) {
    let mut db = hall.db();
    let back = span * copy;
    let columns = hall.columns(table);
    let shifted = columns.iter().map(|column| match column.as_str() {
        "hour_start" | "stat_date" | "first_operated_at" | "last_operated_at" => {
            format!("{column} - interval {back} day")
        }
        _ => column.clone(),
    });
    let shifted: Vec<String> = shifted.collect();
    let (columns, shifted) = (columns.join(", "), shifted.join(", "));
    let (start, end) = (first_slot(), first_slot() + Duration::days(span));
    let (from, to) = match time {
        "stat_date" => (start.date_naive().to_string(), end.date_naive().to_string()),
        _ => (start.naive_utc().to_string(), end.naive_utc().to_string()),
    };
    execute(
        &mut db,
        &format!(
            "insert into {table} ({columns}) select {shifted} from {table} where {time} >= '{from}' and {time} < '{to}'"
        ),
    );
}
