//! `hallctl`: parse the command line, run the command, print the one error line, exit.

#[macro_use]
mod say;

mod cli;
mod commands;
mod config;
mod db;
mod exit;
mod feed;
mod help;
mod job_log;
mod model;
mod raw;
mod rollup;
mod views;
mod web;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn"))
        .format_target(false)
        .init();
    match commands::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            remark!("hallctl: {error:#}");
            exit::Exit::of(&error).into()
        }
    }
}
