//! Runs the built program in a hall of its own; a test file missing from this list is itself a failing test.

mod crontab;
mod help;
mod tidy;
mod tidy_sql;
mod tree;
