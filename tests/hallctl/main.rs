//! One crate that runs the built program, each test in a hall of its own; a file missing here fails `tidy`.

mod crontab;
mod door;
mod hall;
mod help;
mod jobs;
mod migrate;
mod server;
mod status;
mod tidy;
mod tidy_sql;
mod tree;
