//! The corridor: one file per verb, and the frame round a job.

mod aggregate;
mod archive;
mod ask;
mod backfill;
mod collect;
mod db;
mod demo;
mod explain;
mod filling;
mod man;
mod migrate;
mod parks;
mod progress;
mod prune;
mod refresh_cache;
mod restore;
mod rides;
mod roster;
mod serve;
mod status;
mod stock;
mod verify;
mod views;

use crate::cli::{Cli, Command};
use crate::config;
use crate::db::server::Server;
use crate::db::{Address, Db, Limits, migrate as schema};
use crate::exit::{Exit, misused};
use crate::job_log::{self, Run, Status};
use crate::model::Instant;
use anyhow::{Result, bail};
use std::time::{self, Duration};

pub fn run(cli: Cli) -> Result<Exit> {
    match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Collect(args) => collect::run(args),
        Command::Aggregate(args) => aggregate::run(args),
        Command::Backfill(args) => backfill::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Serve(args) => serve::run(args),
        Command::RefreshCache(args) => refresh_cache::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Views(args) => views::run(args),
        Command::Prune(args) => prune::run(args),
        Command::Restore(args) => restore::run(&args),
        Command::Status(args) => status::run(args),
        Command::Parks(args) => parks::run(args),
        Command::Rides(args) => rides::run(args),
        Command::Db(command) => db::run(command),
        Command::Man(args) => man::run(&args),
    }
}

/// What a job works with: one connection, one reading of the data clock, its run.
pub struct Cx {
    pub db: Db,
    pub now: Instant,
    pub run: Run,
    beaten: time::Instant,
}

/// How a job ended, and the one line it says.
pub struct Outcome {
    pub exit: Exit,
    pub summary: String,
}

/// A lease is renewed this often: a fraction of its length, and hardly ever a statement more.
const BEAT: Duration = Duration::from_secs(15);

impl Cx {
    /// Renews the lease; a job calls it between steps, as often as it likes.
    pub fn beat(&mut self) -> Result<()> {
        if self.beaten.elapsed() >= BEAT {
            self.run.beat(&mut self.db)?;
            self.beaten = time::Instant::now();
        }
        Ok(())
    }
}

/// The frame round a job: connection, schema, lease, clock, log row, last line, exit status.
pub(super) fn job(
    name: &'static str,
    work: impl FnOnce(&mut Cx) -> Result<Outcome>,
) -> Result<Exit> {
    let now = config::now()?;
    frame(connect()?, now, &[name], work)
}

/// The same for a job whose last line is its own to say.
pub(super) fn quiet_job(
    name: &'static str,
    work: impl FnOnce(&mut Cx) -> Result<Outcome>,
) -> Result<Exit> {
    let (result, ended) = carried_out(connect()?, config::now()?, &[name], work)?;
    concluded(name, result, ended).map(|outcome| outcome.exit)
}

/// The same as `job` for one that has looked at the data before. The first name is its own; a job that does the work of
/// others names them too, so that they do not run meanwhile.
pub(super) fn frame(
    db: Db,
    now: Instant,
    names: &[&'static str],
    work: impl FnOnce(&mut Cx) -> Result<Outcome>,
) -> Result<Exit> {
    let (result, ended) = carried_out(db, now, names, work)?;
    if let Ok(outcome) = &result {
        say!("{}: {}", names[0], outcome.summary);
    }
    concluded(names[0], result, ended).map(|outcome| outcome.exit)
}

/// Runs the work between the two ends of its log row. The result is what came of it, and of logging its end.
fn carried_out(
    mut db: Db,
    now: Instant,
    names: &[&'static str],
    work: impl FnOnce(&mut Cx) -> Result<Outcome>,
) -> Result<(Result<Outcome>, Result<()>)> {
    let run = job_log::begin(&mut db, names, now)?;
    let mut cx = Cx {
        db,
        now,
        run,
        beaten: time::Instant::now(),
    };
    let result = work(&mut cx);
    let Cx { mut db, run, .. } = cx;
    let ended = match &result {
        Ok(outcome) => run.end(&mut db, outcome.status(), Some(&outcome.summary), None),
        Err(error) if Exit::of(error) == Exit::Misused => run.forget(&mut db),
        Err(error) => run.end(&mut db, Status::Failed, None, Some(&format!("{error:#}"))),
    };
    Ok((result, ended))
}

fn concluded(name: &str, result: Result<Outcome>, ended: Result<()>) -> Result<Outcome> {
    match (result, ended) {
        (Ok(outcome), ended) => ended.map(|()| outcome),
        (Err(error), ended) => {
            if let Err(ended) = ended {
                log::warn!("could not log the end of `{name}`: {ended:#}");
            }
            Err(error)
        }
    }
}

impl Outcome {
    fn status(&self) -> Status {
        match self.exit {
            Exit::Done => Status::Success,
            Exit::Partly => Status::Partial,
            _ => Status::Failed,
        }
    }
}

/// A connection to the database, its schema checked.
pub fn connect() -> Result<Db> {
    let mut db = Db::connect_within(&address()?, Limits::JOB)?;
    schema::check(&mut db)?;
    Ok(db)
}

/// The database the environment names, or the private server where there is one, started where nobody stopped it.
pub fn address() -> Result<Address> {
    if let Some(url) = config::database_url()? {
        return Address::parse(&url);
    }
    let server = Server::at(&config::home()?);
    if !server.exists() && !agrees_to_make(&server)? {
        return Err(no_database(&server));
    }
    if !server.is_running() {
        server.start(&db::means(false))?;
    }
    Address::parse(&server.url())
}

/// The same for who only looks: nothing is made or started.
pub fn address_as_it_is() -> Result<Address> {
    if let Some(url) = config::database_url()? {
        return Address::parse(&url);
    }
    let server = Server::at(&config::home()?);
    if !server.exists() {
        return Err(no_database(&server));
    }
    if !server.is_running() {
        bail!(server.stopped());
    }
    Address::parse(&server.url())
}

fn no_database(server: &Server) -> anyhow::Error {
    misused(format!(
        "no database is set; name one in HALLCTL_DATABASE_URL, \
         or run `hallctl db start` for a private server in `{}`",
        server.home().display()
    ))
}

/// Asks whether to make a private server; nobody at a terminal means no.
fn agrees_to_make(server: &Server) -> Result<bool> {
    let home = server.home().display();
    let question = format!("no database is set; make a private server in `{home}`?");
    Ok(ask::can_ask() && ask::agrees(&question)?)
}
