//! Runs the built program, each test in a hall of its own; a test file missing from this list is itself a failing test.

// Tests that are skipped say so.
#![allow(clippy::print_stderr, clippy::print_stdout)]

mod aggregate;
mod agree;
mod audit;
mod backfill;
mod bugs;
mod cascades;
mod chain;
mod collect;
mod compare;
mod contract;
mod corpus;
mod crontab;
mod demo;
mod door;
mod explain;
mod feed;
mod feed_server;
mod guard;
mod guide;
mod gzip;
mod hall;
mod help;
mod history;
mod issues;
mod jobs;
mod kills;
mod late;
mod made_park;
mod made_wiki;
mod metrics;
mod migrate;
mod months;
mod nginx;
mod numbers;
mod oracle;
mod oracle_hours;
mod oracle_sums;
mod own_views;
mod packs;
mod partitions;
mod people;
mod plans;
mod posted;
mod properties;
mod proxy;
mod recording;
mod refresh_cache;
mod replay;
mod retention;
mod rows;
mod scale;
mod schedule;
mod schema;
mod serve;
mod server;
mod small_hall;
mod status;
mod story;
mod swaps;
mod tidy;
mod tidy_sql;
mod traps;
mod tree;
mod verify;
mod view_language;
mod views;
mod visit;
mod wide_hall;
mod wiki;
mod wiki_server;

/// The door itself, for the traps of the driver that no command walks into on purpose.
#[path = "../../src/db/mod.rs"]
#[allow(dead_code, unused_imports)]
mod db;
#[path = "../../src/exit.rs"]
#[allow(dead_code)]
mod exit;
#[path = "../../src/job_log.rs"]
#[allow(dead_code)]
mod job_log;
#[path = "../../src/model/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros)]
mod model;
