//! The plans of the statements that a cycle, an hour's fill and a day's fill send: none may read more as the database ages.

use super::hall::Hall;
use super::measure;
use mysql::prelude::Queryable;
use mysql::{Row, Value};
use std::collections::BTreeMap;

/// How a statement reads one of the tables that grow.
pub struct Read {
    /// What the statement says of itself.
    pub statement: String,
    pub table: String,
    pub access: String,
    pub key: String,
    pub partitions: usize,
    pub rows: u64,
}

/// Tables that grow without being partitioned, by the names that statements give them.
const GROWING: [&str; 6] = [
    "ride_operated_days",
    "operated",
    "park_daily_stats",
    "ride_daily_stats",
    "aggregation_log",
    "feed_issues",
];

/// A statement may look at its own partition, the one before, and those that stand ready for three days ahead.
const PARTITIONS: usize = 5;

impl Read {
    pub fn is_bounded(&self) -> bool {
        // A whole key names its one partition, which only the execution knows.
        match self.access.as_str() {
            "eq_ref" | "const" => true,
            "ALL" | "index" => false,
            _ => self.partitions <= PARTITIONS,
        }
    }
}

/// Has the program do each of the three once, listens to what it sends, and asks the server how it reads for that.
pub fn read(hall: &Hall, days: i64) -> Vec<Read> {
    let mut db = hall.db();
    for statement in [
        "set global log_output = 'TABLE'",
        "truncate mysql.general_log",
        "set global general_log = on",
    ] {
        db.query_drop(statement).expect("the server listens");
    }
    measure::each_once(hall, days);
    db.query_drop("set global general_log = off")
        .expect("it stops");
    let sent: Vec<String> = db
        .query(
            "select convert(argument using utf8mb4) from mysql.general_log
              where command_type in ('Execute', 'Query') and user_host like 'hallctl%' order by event_time",
        )
        .expect("the log is read");
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    for statement in sent {
        let sentence = statement.lines().next().unwrap_or_default();
        if let Some(sentence) = sentence.strip_prefix("-- ") {
            kinds.insert(sentence.to_owned(), statement);
        }
    }
    let reads = kinds.into_iter().flat_map(|(sentence, statement)| {
        let plan: Vec<Row> = db
            .query(format!("explain partitions {statement}"))
            .unwrap_or_default();
        plan.into_iter()
            .map(|row| step(&sentence, row))
            .collect::<Vec<Read>>()
    });
    reads
        // An insert of values reads nothing and is listed all the same.
        .filter(|read| read.rows > 0)
        .filter(|read| read.partitions > 0 || GROWING.contains(&read.table.as_str()))
        .collect()
}

fn step(sentence: &str, row: Row) -> Read {
    let text = |name: &str| match row.get::<Value, _>(name) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::UInt(number)) => number.to_string(),
        _ => String::new(),
    };
    let partitions = text("partitions");
    Read {
        statement: sentence.to_owned(),
        table: text("table"),
        access: text("type"),
        key: text("key"),
        partitions: partitions
            .split(',')
            .filter(|name| !name.is_empty())
            .count(),
        rows: text("rows").parse().unwrap_or(0),
    }
}
