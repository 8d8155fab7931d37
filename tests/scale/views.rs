//! The benchmark of views: a year of eighty parks; `cargo bench --bench views -- [--parks 80] [--at DIRECTORY]`.

#![allow(clippy::print_stdout, dead_code)]

mod hall;
mod history;
mod server;
mod world;
mod year;

use chrono::Duration;
use hall::Hall;
use std::path::PathBuf;
use std::time::Instant;
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
