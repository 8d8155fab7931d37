//! `hallctl status`: how fresh each station is, with one verdict.

mod agreement;
mod facts;
mod issues;
mod report;
mod retention;
mod runs;
mod stations;
mod verdict;

use crate::cli::Status;
use crate::config;
use crate::db::server::Server;
use crate::db::{Db, Limits, Place, migrate as schema};
use crate::exit::Exit;
use crate::model::Instant;
use crate::model::count::count;
use anyhow::{Result, anyhow};
use chrono::Utc;
use facts::Facts;
pub use facts::{Shelf, Stale, shelf, stale};
use issues::Issue;
use report::Report;
pub use runs::{Run, runs};
use stations::Station;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use verdict::Verdict;

/// Whoever asks at night gets an answer within 5 seconds, whatever the database does.
const PATIENCE: Duration = Duration::from_millis(4_500);

pub fn run(args: Status) -> Result<Exit> {
    let now = config::now()?;
    let (sender, receiver) = mpsc::channel();
    // A thread of its own, left behind where it hangs: no single limit bounds all statements together.
    thread::spawn(move || sender.send(look(now)).ok());
    let silence = || anyhow!("no answer within {} s", PATIENCE.as_secs_f32());
    let found = receiver.recv_timeout(PATIENCE).map_err(|_| silence());
    let report = match found.and_then(|found| found) {
        Ok((place, stations, issues)) => Report::new(now, Some(place), stations, issues),
        Err(error) => Report::new(now, None, vec![unreachable(&error)], Vec::new()),
    };
    if args.json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        say!("{}", report.to_string().trim_end());
    }
    Ok(Exit::Verdict(report.verdict.exit_status()))
}

fn look(now: Instant) -> Result<(Place, Vec<Station>, Vec<Issue>)> {
    let mut db = Db::connect_within(&super::address_as_it_is()?, Limits::QUICK)?;
    let mut database = Station::new("database");
    if config::database_url()?.is_none() {
        let home = Server::at(&config::home()?).home().display().to_string();
        database.notes.push(format!("private server in `{home}`"));
    }
    let missing = schema::plan(&mut db)?.len();
    let (mut stations, mut issues) = (Vec::new(), Vec::new());
    if missing > 0 {
        let cause = format!(
            "the schema lacks {}; no job runs on it",
            count(missing, "migration")
        );
        database.trouble(Verdict::Critical, cause, "hallctl migrate");
    } else {
        let facts = Facts::read(&mut db, now, Utc::now())?;
        stations = stations::judge(&facts);
        issues = facts.issues;
    }
    stations.insert(0, database);
    Ok((db.place(), stations, issues))
}

/// An error of ours names its next step after its last semicolon; a command stands there as `run …`.
fn unreachable(error: &anyhow::Error) -> Station {
    let mut database = Station::new("database");
    let text = format!("{error:#}");
    let (cause, next) = text
        .rsplit_once("; ")
        .unwrap_or((&text, "check the server and HALLCTL_DATABASE_URL"));
    let command = next
        .strip_prefix("run `")
        .and_then(|rest| rest.strip_suffix('`'));
    database.trouble(Verdict::Unknown, cause, command.unwrap_or(next));
    database
}
