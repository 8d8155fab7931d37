//! The benchmark of views: a year of eighty parks; `cargo bench --bench views -- [--parks 80] [--at DIRECTORY]`.

#![allow(clippy::print_stdout, dead_code)]

mod answers;
mod hall;
mod history;
mod server;
mod world;
mod year;

use answers::Reader;
use chrono::Duration;
use hall::Hall;
use mysql::prelude::Queryable;
use serde_json::Value;
use std::path::PathBuf;
use std::time::{self, Instant};
use world::{Time, first_slot};

/// Days of raw rows before today: all of June 2026, and of the week that begins on its 28th.
const RAW_DAYS: i64 = 35;

/// Days of hourly and daily rows in front of them.
const DAYS_BEFORE: i64 = 336;

/// Today is this far on.
const TODAY_HOURS: i64 = 13;

fn main() {
    let (mut parks, mut at) = (80, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .unwrap_or_else(|| panic!("`{word}` takes a value"))
        };
        match word.as_str() {
            "--parks" => parks = value().parse().expect("a number of parks"),
            "--at" => at = Some(PathBuf::from(value())),
            // `cargo bench` says so to every benchmark.
            "--bench" => {}
            _ => panic!("`{word}` is no word of this benchmark"),
        }
    }
    let throwaway = tempfile::TempDir::with_prefix("views").expect("a directory");
    let directory = at.as_deref().unwrap_or(throwaway.path());
    std::fs::create_dir_all(directory).expect("a directory");
    let hall = Hall::open(directory, world::parks(parks));
    if hall.is_new() {
        let began = Instant::now();
        grown_up(&hall);
        println!("built in {:.0} s", began.elapsed().as_secs_f64());
    }
    refreshed(&hall);
    let served = answered(&hall);
    compared(&hall, served);
}

/// The whole shelf in one run, three times, and what took longest in the last.
fn refreshed(hall: &Hall) {
    for _ in 0..3 {
        let cost = hall.run(&["refresh-cache", "--all"], now());
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
fn answered(hall: &Hall) -> time::Duration {
    let mut from_memory = Reader::start(hall, now(), &[]);
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
    let mut uncached = Reader::start(hall, now(), &[("HALLCTL_VIEW_CACHE", "off")]);
    let mut computed = uncached.each();
    computed.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
    println!("computed for the reader:");
    for (path, took) in computed.iter().take(8) {
        println!("  {path}: {:.0} ms", took.as_secs_f64() * 1000.0);
    }
    at(50)
}

/// Every body against the one from raw rows alone.
fn compared(hall: &Hall, served: time::Duration) {
    for period in ["today", "yesterday", "last_week", "last_month", "year"] {
        let keys = format!("*_{period}_all-parks");
        let said = hall.said(&["views", "compare", "--match", &keys, "--json"], now());
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

fn now() -> Time {
    first_slot() + Duration::days(RAW_DAYS) + Duration::hours(TODAY_HOURS) + Duration::minutes(4)
}

/// Collects two days, repeats the second, collects today so far, and lets the program sum it all.
fn grown_up(hall: &Hall) {
    history::found(hall, RAW_DAYS);
    year::found(hall, RAW_DAYS);
    let after = |days: i64| first_slot() + Duration::days(days);
    hall.collect(first_slot(), after(1));
    hall.collect(after(1), after(2));
    history::grow(hall, RAW_DAYS - 2);
    hall.collect(
        after(RAW_DAYS),
        after(RAW_DAYS) + Duration::hours(TODAY_HOURS) + Duration::minutes(5),
    );
    println!("collected");
    for level in ["hourly", "daily"] {
        hall.run(&["aggregate", level], now());
    }
    println!("aggregated");
    year::fill(hall, DAYS_BEFORE, now());
}
