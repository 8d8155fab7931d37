//! The rows of a hall as text, for comparing what two ways to the same place left behind.

use crate::hall::Hall;
use std::collections::BTreeMap;

/// What a poll leaves in the raw tables.
pub const RAW: &[&str] = &["park_snapshots", "ride_snapshots"];

/// Every level of the rollup.
pub const ROLLUPS: &[&str] = &[
    "park_hourly_stats",
    "ride_hourly_stats",
    "park_daily_stats",
    "ride_daily_stats",
    "park_yearly_stats",
    "ride_yearly_stats",
];

/// All else that jobs keep between runs, logs of the runs apart.
pub const KEPT: &[&str] = &[
    "parks",
    "rides",
    "ride_operated_days",
    "stale_periods",
    "settings",
    "cached_api_views",
];

/// Numbers of ours, which follow the order of arrival, and times and durations of runs.
const OF_THE_RUN: &[&str] = &[
    "filled_at",
    "cache_id",
    "generated_at",
    "generation_time_ms",
    "created_at",
    "updated_at",
];

/// The rows of these tables; parks and rides go by the ids of the feeds.
pub fn of(hall: &Hall, tables: &[&str]) -> BTreeMap<String, Vec<String>> {
    let rows = |table: &&str| {
        let columns = hall.query(&format!(
            "select column_name from information_schema.columns
              where table_schema = '{}' and table_name = '{table}' order by ordinal_position",
            hall.database
        ));
        let shown = columns.iter().map(|column| column[0].as_str());
        let shown = shown.filter(|column| !OF_THE_RUN.contains(column));
        let shown: Vec<String> = shown.map(known_by_the_feed).collect();
        let rows = hall.query(&format!("select {} from {table} t", shown.join(", ")));
        let mut rows: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
        rows.sort_unstable();
        ((*table).to_owned(), rows)
    };
    tables.iter().map(rows).collect()
}

fn known_by_the_feed(column: &str) -> String {
    match column {
        "park_id" => {
            "(select coalesce(queue_times_id, wiki_id) from parks where parks.park_id = t.park_id)"
                .to_owned()
        }
        "ride_id" => {
            "(select coalesce(queue_times_id, wiki_id) from rides where rides.ride_id = t.ride_id)"
                .to_owned()
        }
        _ => column.to_owned(),
    }
}

/// Two halls hold the same rows of these tables; the first that differ are shown.
#[track_caller]
pub fn assert_same(found: &Hall, expected: &Hall, tables: &[&str]) {
    let (found, expected) = (of(found, tables), of(expected, tables));
    for (table, expected) in &expected {
        assert!(
            !expected.is_empty() || table == "stale_periods",
            "`{table}` is empty"
        );
        assert_equal(&found[table], expected, table);
    }
}

/// Two sorted lists of rows are equal; the first rows that only one of them has are shown.
#[track_caller]
pub fn assert_equal(found: &[String], expected: &[String], what: &str) {
    if let Some(difference) = difference(found, expected, what) {
        panic!("{difference}");
    }
}

/// How two sorted lists of rows differ, if they do: the first rows that only one of them has.
pub fn difference(found: &[String], expected: &[String], what: &str) -> Option<String> {
    let only = |these: &[String], others: &[String]| -> Vec<String> {
        let missing = |row: &&String| others.binary_search(row).is_err();
        these.iter().filter(missing).take(5).cloned().collect()
    };
    (found != expected).then(|| {
        format!(
            "{what}: {} rows instead of {}\nonly found: {:#?}\nonly expected: {:#?}",
            found.len(),
            expected.len(),
            only(found, expected),
            only(expected, found)
        )
    })
}
