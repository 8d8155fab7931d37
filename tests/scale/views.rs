//! The views of a year: how long they take to compute, to serve, and from raw rows alone.

use super::answers::Reader;
use super::hall::Hall;
use super::world::{self, Time, first_slot};
use super::{history, year};
use chrono::Duration;
use mysql::prelude::Queryable;
use serde_json::Value;
use std::path::PathBuf;
use std::time;

/// Today is this far on.
const TODAY_HOURS: i64 = 13;

/// How much of a world, and where its database stays when it is over.
pub struct Size {
    pub parks: u32,
    /// Days of raw rows before today; with 35 all of June 2026, and of the week that begins on its 28th.
    pub raw_days: i64,
    /// Days of hourly and daily rows in front of them.
    pub days_before: i64,
    /// How often the whole shelf is refreshed.
    pub rounds: usize,
    pub at: Option<PathBuf>,
}

/// Builds the world, measures, and says what was measured.
pub fn run(size: &Size) {
    let throwaway = tempfile::TempDir::with_prefix("views").expect("a directory");
    let directory = size.at.as_deref().unwrap_or(throwaway.path());
    std::fs::create_dir_all(directory).expect("a directory");
    let hall = Hall::open(directory, world::parks(size.parks));
    let today = first_slot() + Duration::days(size.raw_days);
    let now = today + Duration::hours(TODAY_HOURS) + Duration::minutes(4);
    if hall.is_new() {
        grown_up(&hall, size, now);
    }
    let rows = |table| hall.rows(table);
    println!(
        "{} raw, {} hourly and {} daily rows of rides",
        rows("ride_snapshots"),
        rows("ride_hourly_stats"),
        rows("ride_daily_stats")
    );
    refreshed(&hall, size.rounds, now);
    let served = answered(&hall, now);
    compared(&hall, served, now);
}

/// The whole shelf in one run, and what took longest in the last.
fn refreshed(hall: &Hall, rounds: usize, now: Time) {
    for _ in 0..rounds {
        let cost = hall.run(&["refresh-cache", "--all"], now);
        let (wall, cpu, reads) = (cost.wall, cost.cpu, cost.reads);
        println!(
            "refresh-cache --all: {wall:.1} s; processor of the server {cpu:.1} s, {reads} rows read"
        );
    }
    let slowest: Vec<(String, u32)> = hall
        .db()
        .query("select cache_key, generation_time_ms from cached_api_views order by 2 desc limit 8")
        .expect("the shelf");
    for (key, milliseconds) in slowest {
        println!("  {key}: {milliseconds} ms");
    }
}

/// How long an answer from memory takes in the median; and the slowest ones that are computed for the reader.
fn answered(hall: &Hall, now: Time) -> time::Duration {
    let mut from_memory = Reader::start(hall, now, &[]);
    from_memory.each();
    let mut took: Vec<time::Duration> = from_memory
        .each()
        .into_iter()
        .map(|(_, took)| took)
        .collect();
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    println!(
        "served from memory: median {:?}, 99 of 100 within {:?}, {} answers",
        at(50),
        at(99),
        took.len()
    );
    let mut uncached = Reader::start(hall, now, &[("HALLCTL_VIEW_CACHE", "off")]);
    let mut computed = uncached.each();
    computed.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
    println!("computed for the reader:");
    for (path, took) in computed.iter().take(8) {
        println!("  {path}: {:.0} ms", took.as_secs_f64() * 1000.0);
    }
    at(50)
}

/// Every body against the one from raw rows alone.
fn compared(hall: &Hall, served: time::Duration, now: Time) {
    for period in ["today", "yesterday", "last_week", "last_month", "year"] {
        let keys = format!("*_{period}_all-parks");
        let said = hall.said(&["views", "compare", "--match", &keys, "--json"], now);
        let bodies: Vec<Value> = serde_json::from_str(&said).expect("JSON");
        let compared: Vec<&Value> = bodies
            .iter()
            .filter(|body| !body["is_same"].is_null())
            .collect();
        for body in &compared {
            assert_eq!(body["is_same"], true, "{body}");
        }
        let sum = |name: &str| {
            compared
                .iter()
                .filter_map(|body| body[name].as_f64())
                .sum::<f64>()
        };
        let mut ratios: Vec<f64> = compared
            .iter()
            .filter_map(|body| body["ratio"].as_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "{period}: {} bodies, {} without raw rows",
            compared.len(),
            bodies.len() - compared.len()
        );
        let Some((least, most)) = ratios.first().zip(ratios.last()) else {
            continue;
        };
        let (filled, raw) = (sum("milliseconds"), sum("milliseconds_from_raw"));
        let to_serve = served.as_secs_f64() * 1000.0 * compared.len() as f64;
        println!(
            "  from rollups {filled:.0} ms, from raw rows {raw:.0} ms, {:.1} times ({least:.1} to {most:.1}); {:.0} times what serving them takes",
            raw / filled,
            raw / to_serve
        );
    }
}

/// Collects two days, repeats the second, collects today so far, and lets the program sum it all.
fn grown_up(hall: &Hall, size: &Size, now: Time) {
    history::found(hall, size.raw_days);
    year::found(hall, size.raw_days);
    let after = |days: i64| first_slot() + Duration::days(days);
    hall.collect(first_slot(), after(1));
    hall.collect(after(1), after(2));
    history::grow(hall, size.raw_days - 2);
    hall.collect(after(size.raw_days), now + Duration::minutes(1));
    for level in ["hourly", "daily"] {
        hall.run(&["aggregate", level], now);
    }
    year::fill(hall, size.raw_days, size.days_before, now);
}
