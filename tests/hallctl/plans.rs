//! How the server goes about the statements of the views: none reads raw rows beyond the tail that nobody has filled.

use crate::audit::{QUESTIONS, claim};
use crate::contract::{PERIODS, matrix};
use crate::serve::Served;
use crate::wide_hall;
use mysql::Row;
use mysql::prelude::Queryable;
use serde_json::Value;
use std::collections::BTreeSet;

/// What two hours of raw rows come to in the wide hall, which has thirty rides: the tail is one hour and three minutes long.
const TWO_HOURS: u64 = 2 * 12 * 30;

/// Partitions of raw rows hold the day before the one they are named for: here today and yesterday.
const RECENT: [&str; 2] = ["until_2026_07_16", "until_2026_07_15"];

/// Statements as the server saw them with their values, from its own log: of every view, all it can be asked for.
fn statements(hall: &crate::hall::Hall) -> BTreeSet<String> {
    let mut db = hall.db();
    for setting in ["log_output = 'TABLE'", "general_log = 1"] {
        db.query_drop(format!("set global {setting}"))
            .expect(setting);
    }
    let served = Served::start(hall);
    for (path, _) in matrix() {
        let is_repetition = path.contains("sort_by")
            && !path.contains("=shame_score")
            && !path.contains("=downtime_hours");
        if !is_repetition && !path.contains("disney-universal") {
            assert_eq!(served.get(&path).status, 200, "{path}");
        }
    }
    for path in QUESTIONS {
        assert_eq!(served.get(path).status, 200, "{path}");
    }
    assert_eq!(served.post("/api/audit/run", "").status, 200);
    for period in PERIODS {
        for (kind, id) in [
            ("park_shame_score", 71),
            ("ride_downtime", 7101),
            ("wait_time", 7101),
        ] {
            let claim = claim(kind, id, period, &Value::from(1));
            assert_eq!(
                served.post("/api/audit/verify", &claim).status,
                200,
                "{claim}"
            );
        }
    }
    db.query_drop("set global general_log = 0")
        .expect("silence");
    let seen: Vec<Vec<u8>> = db
        .query(format!(
            "select argument from mysql.general_log
              where command_type = 'Execute'
                and thread_id in (select thread_id from mysql.general_log where command_type = 'Connect' and argument like '% on {} using%')",
            hall.database
        ))
        .expect("the log");
    let seen = seen
        .into_iter()
        .map(|text| String::from_utf8(text).expect("text"));
    // Those of view files come without their comments; what else serve asks, it asks by name and limit.
    let is_of_a_view = |text: &String| !text.starts_with("-- ") && text.contains("_snapshots");
    seen.filter(is_of_a_view).collect()
}

#[test]
fn no_statement_reads_raw_rows_beyond_the_unfilled_tail() {
    let hall = wide_hall::hall();
    let mut db = hall.db();
    let analyze = "analyze table park_snapshots, ride_snapshots, park_hourly_stats, ride_hourly_stats, park_daily_stats, ride_daily_stats";
    let _: Vec<Row> = db.query(analyze).expect("statistics");
    let is_mariadb = hall.value("select version()").contains("MariaDB");
    let explain = if is_mariadb {
        "explain partitions"
    } else {
        "explain format = traditional"
    };
    let statements = statements(&hall);
    assert!(statements.len() > 100, "{}", statements.len());
    let mut breaches = BTreeSet::new();
    let mut read = 0;
    for statement in &statements {
        let plan: Vec<Row> = db
            .query(format!("{explain} {statement}"))
            .unwrap_or_else(|error| panic!("{error}: {statement}"));
        for row in plan {
            let text = |column: &str| {
                row.get::<Option<String>, _>(column)
                    .flatten()
                    .unwrap_or_default()
            };
            let partitions = text("partitions");
            let days: Vec<&str> = partitions
                .split(',')
                .filter(|name| name.starts_with("until_2026_07_1"))
                .collect();
            let rows = row
                .get::<Option<u64>, _>("rows")
                .flatten()
                .unwrap_or_default();
            // Row by row through the whole key is no scan, whatever partitions the rows may lie in.
            if days.is_empty() || text("type") == "eq_ref" || text("type") == "const" {
                continue;
            }
            read += 1;
            // A stretch a year ago has no raw rows any more, and finding none reads at most one.
            let is_recent = rows <= 1 || days.iter().all(|day| RECENT.contains(day));
            if !is_recent || rows > TWO_HOURS {
                breaches.insert(format!(
                    "{} {} {rows} rows of {partitions}: {statement}",
                    text("table"),
                    text("type")
                ));
            }
        }
    }
    assert!(read > 100, "{read}");
    let shown: Vec<String> = breaches
        .iter()
        .map(|breach| breach.chars().take(600).collect())
        .collect();
    assert!(
        shown.is_empty(),
        "{} of {read}:\n{}",
        shown.len(),
        shown.join("\n\n")
    );
}
