//! Runs the built program, each test in a hall of its own; a test file missing from this list is itself a failing test.

// Tests that are skipped say so.
#![allow(clippy::print_stderr, clippy::print_stdout)]

mod aggregate;
mod backfill;
mod bugs;
mod chain;
mod collect;
mod corpus;
mod crontab;
mod demo;
mod door;
mod explain;
mod feed;
mod feed_server;
mod guard;
mod hall;
mod help;
mod history;
mod issues;
mod jobs;
mod late;
mod made_park;
mod migrate;
mod numbers;
mod oracle;
mod oracle_sums;
mod people;
mod properties;
mod proxy;
mod recording;
mod refresh_cache;
mod replay;
mod retention;
mod rows;
mod scale;
mod schedule;
mod serve;
mod server;
mod small_hall;
mod status;
mod story;
mod tidy;
mod tidy_sql;
mod traps;
mod tree;
mod verify;
mod views;
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
