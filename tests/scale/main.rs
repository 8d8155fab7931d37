//! The scale benchmark: a month of eighty parks on a real server; `cargo bench --bench scale -- [--parks 80] [--days 30] [--at DIRECTORY]`.
//! With `--views` a year of them, and what its views take.

#![allow(clippy::print_stdout, dead_code)]

mod answers;
mod hall;
mod history;
mod measure;
mod plans;
mod postgres;
mod server;
pub mod views;
mod world;
mod year;

use chrono::Duration;
use hall::{Cost, Hall};
use measure::{Age, backfill, floor, median};
use postgres::{Postgres, Times};
use std::path::PathBuf;
use world::first_slot;

/// How much of a world, for how long, and where its database stays when it is over.
pub struct Size {
    pub parks: u32,
    pub days: i64,
    pub at: Option<PathBuf>,
    /// How often a month and its floor are measured in turn.
    pub rounds: usize,
    pub with_postgres: bool,
}

fn main() {
    let mut size = Size {
        parks: 80,
        days: 30,
        at: None,
        rounds: 5,
        with_postgres: true,
    };
    let mut is_of_views = false;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .unwrap_or_else(|| panic!("`{word}` takes a value"))
        };
        match word.as_str() {
            "--parks" => size.parks = value().parse().expect("a number of parks"),
            "--days" => size.days = value().parse().expect("a number of days"),
            "--rounds" => size.rounds = value().parse().expect("a number of rounds"),
            "--at" => size.at = Some(value().into()),
            "--without-postgres" => size.with_postgres = false,
            "--views" => is_of_views = true,
            // `cargo bench` says so to every benchmark.
            "--bench" => {}
            _ => panic!("`{word}` is no word of this benchmark"),
        }
    }
    match is_of_views {
        true => views::run(&views::Size {
            parks: size.parks,
            raw_days: 35,
            days_before: 336,
            rounds: size.rounds,
            at: size.at,
        }),
        false => run(&size),
    }
}

/// Builds the world, measures, and says what was measured.
pub fn run(size: &Size) {
    let throwaway = tempfile::TempDir::with_prefix("scale").expect("a directory");
    let directory = size.at.as_deref().unwrap_or(throwaway.path());
    std::fs::create_dir_all(directory).expect("a directory");
    let hall = Hall::open(directory, world::parks(size.parks));
    let rides: usize = hall.parks.iter().map(|park| park.rides.len()).sum();
    println!("{} parks, {rides} rides, {} days", size.parks, size.days);
    if hall.is_new() {
        let ages = grown_up(&hall, size.days);
        ages.iter().for_each(say_age);
        check_constant(&ages);
        check_content(&hall, size);
    }
    check_plans(&hall, size);
    compare(&hall, size);
    if size.with_postgres {
        match Postgres::beside(&hall, size.days) {
            Some(postgres) => say_postgres(
                &postgres.times(size.days),
                rides_rows(&hall, "ride_snapshots", size.days),
            ),
            None => println!("postgres: not here; `apt install postgresql-15` brings it"),
        }
    }
}

/// Lets the database grow old, and looks at it with 1, 10 and all of its days.
fn grown_up(hall: &Hall, days: i64) -> Vec<Age> {
    history::found(hall, days);
    let after = |days: i64| first_slot() + Duration::days(days);
    say(
        "ingest of a day",
        hall.collect(first_slot(), after(1)),
        hall.rows("ride_snapshots"),
    );
    let mut ages = vec![measure::age(hall, 1)];
    for days in [10.min(days), days] {
        let end = hall.end().expect("a day of history");
        let age = (end - first_slot()).num_days();
        if age >= days {
            continue;
        }
        // A day that follows on another one is what all days after it repeat.
        hall.collect(end, after(age + 1));
        if age + 1 < days {
            history::grow(hall, days - age - 1);
        }
        ages.push(measure::age(hall, days));
    }
    ages
}

/// The program has nothing to mend in what was made, and every number is what it sums.
fn check_content(hall: &Hall, size: &Size) {
    let now = hall.end().expect("a history") + Duration::minutes(3);
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&["aggregate", level], now);
    }
    let (_, last) = measure::dates(size.days);
    hall.run(&["verify", "--deep", "--from", &last.to_string()], now);
    let (from, to) = measure::dates(size.days);
    let plan = [
        "backfill",
        "--from",
        &from.to_string(),
        "--to",
        &to.to_string(),
        "--plan",
    ];
    let said = hall.said(&plan, now);
    assert!(said.contains("nothing to do"), "{said}");
    let status = hall.said(&["status"], now);
    // The shelf is empty, which is all there is to say.
    let is_calm = !["WARNING", "CRITICAL"]
        .iter()
        .any(|word| status.contains(word));
    assert!(is_calm && status.contains("the shelf is empty"), "{status}");
}

/// Whatever one cycle, one hour or one day reads, it reads as much in an old database.
fn check_constant(ages: &[Age]) {
    for pair in ages.windows(2) {
        for (young, old) in [
            (pair[0].cycle, pair[1].cycle),
            (pair[0].hour, pair[1].hour),
            (pair[0].day, pair[1].day),
        ] {
            let most = young.reads + young.reads / 20;
            assert!(
                old.reads <= most,
                "{} reads, and {} when older",
                young.reads,
                old.reads
            );
        }
    }
}

/// No statement of the three reads a growing table beyond the partitions and the range of its own period.
fn check_plans(hall: &Hall, size: &Size) {
    let reads = plans::read(hall, size.days);
    assert!(!reads.is_empty(), "no statement was heard");
    for read in &reads {
        let mark = if read.is_bounded() { " " } else { "!" };
        println!(
            "{mark} {:<22}{:<8}{:<28}{:>3} partitions{:>9} rows  {}",
            read.table, read.access, read.key, read.partitions, read.rows, read.statement
        );
    }
    let unbounded = reads.iter().filter(|read| !read.is_bounded()).count();
    // The optimizer may read all of a table of a few rows.
    assert!(
        unbounded == 0 || size.parks < 80,
        "a plan reads beyond its period"
    );
}

fn rides_rows(hall: &Hall, table: &str, days: i64) -> u64 {
    let (start, end) = measure::span(days);
    hall.first(&format!(
        "select count(*) from {table} where hour_start >= '{start}' and hour_start < '{end}'"
    ))
}

/// A month filled again beside its floor, in turn, so that both meet the same machine.
fn compare(hall: &Hall, size: &Size) {
    let rows = rides_rows(hall, "ride_snapshots", size.days);
    let (mut floors, mut fills) = (Vec::new(), Vec::new());
    let times = |fill: Cost, floor: Cost| {
        let (wall, cpu) = (fill.wall / floor.wall, fill.cpu / floor.cpu);
        format!("{wall:.2} times its floor, {cpu:.2} by processor time of the server")
    };
    for _ in 0..size.rounds {
        let (floor, fill) = (floor(hall, size.days), backfill(hall, "hourly", size.days));
        println!(
            "  floor {:.1} s, fill {:.1} s: {}",
            floor.wall,
            fill.wall,
            times(fill, floor)
        );
        floors.push(floor);
        fills.push(fill);
    }
    let (floor, fill) = (median(&floors), median(&fills));
    say("floor", floor, rows);
    say("hourly backfill", fill, rows);
    println!("hourly backfill: {}", times(fill, floor));
    let daily = backfill(hall, "daily", size.days);
    let hours = rides_rows(hall, "ride_hourly_stats", size.days);
    say("daily backfill", daily, hours);
}

fn say_postgres(times: &Times, rows: u64) {
    println!("postgres, {rows} rows:");
    for (what, (seconds, cpu)) in [
        ("floor", times.floor[0]),
        ("floor, parallel", times.floor[1]),
        ("refill hour by hour", times.by_hour),
        ("refill day by day", times.by_day),
        ("fresh table", times.fresh[0]),
        ("fresh table, parallel", times.fresh[1]),
    ] {
        let rate = rows as f64 / seconds;
        println!("  {what}: {seconds:.1} s, {rate:.0} rows/s; processor {cpu:.1} s");
    }
}

fn say(what: &str, cost: Cost, rows: u64) {
    let Cost {
        wall, server, cpu, ..
    } = cost;
    let rate = rows as f64 / wall;
    println!(
        "{what}: {rows} rows in {wall:.1} s, {rate:.0} rows/s; server {server:.1} s, processor {cpu:.1} s"
    );
}

fn say_age(age: &Age) {
    println!("{} days:", age.days);
    for (what, cost) in [("cycle", age.cycle), ("hour", age.hour), ("day", age.day)] {
        let [wall, server, cpu] = [cost.wall, cost.server, cost.cpu].map(|seconds| seconds * 1e3);
        println!(
            "  one {what}: {wall:.0} ms; server {server:.0} ms, processor {cpu:.0} ms; {} reads",
            cost.reads
        );
    }
}
