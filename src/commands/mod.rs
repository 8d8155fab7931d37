//! The corridor: one file per verb, and the frame round a job.

mod aggregate;
mod collect;

use crate::cli::{Cli, Command};
use crate::db::Db;
use crate::exit::Exit;
use crate::model::Instant;
use anyhow::Result;

pub struct Cx {
    pub db: Db,
    pub now: Instant,
    pub run_id: u64,
}
impl Cx {
    pub fn beat(&mut self) -> Result<()> {
        Ok(())
    }
}
pub struct Outcome {
    pub exit: Exit,
    pub summary: String,
}
pub(super) fn job(
    name: &'static str,
    work: impl FnOnce(&mut Cx) -> Result<Outcome>,
) -> Result<Exit> {
    let db = Db::connect(&crate::config::database_url().unwrap())?;
    let mut cx = Cx {
        db,
        now: crate::config::now()?,
        run_id: 1,
    };
    let o = work(&mut cx)?;
    println!("{name}: {}", o.summary);
    Ok(o.exit)
}

pub fn run(cli: Cli) -> Result<Exit> {
    match cli.command {
        Command::Collect(args) => collect::run(args),
        Command::Aggregate(args) => aggregate::run(args),
        command => anyhow::bail!("{command:?} is being built"),
    }
}
