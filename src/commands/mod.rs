//! The corridor: one file per verb, and the frame round a job.

mod man;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use anyhow::Result;

pub fn run(cli: Cli) -> Result<Exit> {
    match cli.command {
        Command::Man(args) => man::run(&args),
        command => anyhow::bail!("{command:?} is being built"),
    }
}
