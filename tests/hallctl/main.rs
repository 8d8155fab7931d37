//! One crate that runs the built program, each test in a hall of its own.

mod door;
mod hall;
mod jobs;
mod migrate;
mod server;
