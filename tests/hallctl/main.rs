//! Runs the built program, each test in a hall of its own; a test file missing from this list is itself a failing test.

mod crontab;
mod door;
mod hall;
mod help;
mod jobs;
mod migrate;
mod server;
mod tidy;
mod tidy_sql;
mod tree;
