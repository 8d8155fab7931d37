//! `hallctl demo`: the whole chain on a simulated hall of parks, with the very commands a person would type.

mod house;

use crate::cli::Demo;
use crate::config;
use crate::exit::Exit;
use crate::feed::simulator::{Simulator, serve_feed};
use crate::model::Instant;
use crate::model::count::{agree, count};
use crate::model::span::slot;
use anyhow::{Context, Result};
use chrono::{Duration, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use house::House;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

/// The same hall every time.
const SEED: u64 = 1;

/// The feed's own cadence.
const INTERVAL_MINUTES: u32 = 5;

pub fn run(args: Demo) -> Result<Exit> {
    let now = config::now()?;
    say!(
        "demo: a simulated hall of eight parks, on a server and in a directory that end with this command"
    );
    // Before anything is built: a port that is taken is better known at once.
    drop(TcpListener::bind(args.listen).with_context(|| {
        format!(
            "could not listen on `{}`; name another address with `--listen`",
            args.listen
        )
    })?);
    let mut house = House::build()?;
    let history = house.path("history.jsonl.gz");
    let since = now - Duration::days(i64::from(args.days));
    let polls = record(&Simulator::new(SEED), since, now, &history)?;
    say!(
        "demo: {} of the last {} {} in `{}`",
        count(polls, "poll"),
        count(args.days, "day"),
        agree(polls, "is", "are"),
        history.display()
    );
    let listener =
        TcpListener::bind("127.0.0.1:0").context("could not open a port for the simulated feed")?;
    let feed = serve_feed(Simulator::new(SEED), listener, move || {
        config::now().unwrap_or(now)
    })?;

    house.hallctl(&["migrate"])?;
    house.hallctl(&["collect", "--recorded", &history.display().to_string()])?;
    let round = [
        vec!["collect", "--feed-url", &feed.url, "--wiki-url", "none"],
        vec!["aggregate", "hourly"],
        vec!["aggregate", "daily"],
        vec!["aggregate", "yearly"],
    ];
    for words in &round {
        house.hallctl(words)?;
    }
    house.hallctl(&["refresh-cache", "--all"])?;
    house.hallctl(&["status"])?;
    if args.once || house.is_over() {
        return Ok(Exit::Done);
    }
    serve(&mut house, &round, args.listen)
}

/// Serves until Ctrl-C, and does meanwhile what cron would do.
fn serve(house: &mut House, round: &[Vec<&str>], listen: SocketAddr) -> Result<Exit> {
    house.serve(&listen.to_string())?;
    say!(
        "demo: in another terminal, on the same database: export HALLCTL_DATABASE_URL='{}'",
        house.url()
    );
    say!(
        "demo: every 5 minutes it collects, aggregates and refreshes as cron would; Ctrl-C ends it all"
    );
    let mut done = slot(Utc::now(), INTERVAL_MINUTES);
    while house.rest()? {
        let present = slot(Utc::now(), INTERVAL_MINUTES);
        if present > done {
            done = present;
            for words in round {
                house.hallctl(words)?;
            }
            house.hallctl(&["refresh-cache", "--if-stale"])?;
        }
    }
    say!("demo: over; nothing is left running");
    Ok(Exit::Done)
}

/// Writes what the hall said between two times as a recording.
fn record(simulator: &Simulator, since: Instant, until: Instant, path: &Path) -> Result<usize> {
    let file =
        File::create(path).with_context(|| format!("could not write `{}`", path.display()))?;
    let mut lines = GzEncoder::new(BufWriter::new(file), Compression::fast());
    let step = Duration::minutes(i64::from(INTERVAL_MINUTES));
    let first = slot(since, INTERVAL_MINUTES);
    let times = std::iter::successors(Some(first), |at| Some(*at + step));
    let mut polls = 0;
    for at in times.take_while(|at| *at < slot(until, INTERVAL_MINUTES)) {
        for park in simulator.parks() {
            let Some(body) = simulator.queue_times_json(park, at) else {
                continue;
            };
            let at = at.to_rfc3339();
            writeln!(
                lines,
                r#"{{"polled_at":"{at}","park_id":{park},"body":{body}}}"#
            )?;
            polls += 1;
        }
    }
    lines.finish()?.flush()?;
    Ok(polls)
}
