//! Runs the built program, each test in a hall of its own; a test file missing from this list is itself a failing test.

mod corpus;
mod crontab;
mod door;
mod feed;
mod feed_server;
mod hall;
mod help;
mod jobs;
mod migrate;
mod server;
mod tidy;
mod tidy_sql;
mod tree;
