//! The server: a crew on tiny_http, a pump that keeps it awake, and an orderly end.

use super::ask::{Ask, header};
use super::counts::{Counts, Left, Limit, word};
use super::crew::Crew;
use super::door::{Door, knock};
use super::porter::{is_awaited, is_framed, porters, read};
use super::reply::Answer;
use crate::model::Instant;
use anyhow::{Context, Result, anyhow, bail};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{self, Duration};
use tiny_http::{HTTPVersion, Method, Request, Server};

/// Requests under way when the end is asked for get this long; then it ends without them.
const DRAIN: Duration = Duration::from_secs(3);

/// tiny_http leaves a connection of a burst without a thread until another one comes; the pump is that other one.
const PUMP_EVERY: Duration = Duration::from_millis(10);

/// What stands behind the HTTP.
pub trait Site: Send + Sync + 'static {
    /// Which of the routes of `counts` a path leads to.
    fn route(&self, path: &[String]) -> Option<usize>;

    fn answer(self: Arc<Self>, route: Option<usize>, ask: &Ask) -> Answer;

    fn counts(&self) -> &Counts;

    /// The wall clock.
    fn now(&self) -> Instant;
}

/// Serves who comes through the door until `stop` is set, then answers what is under way and returns.
pub fn serve(door: Door, site: Arc<dyn Site>, stop: Arc<AtomicBool>) -> Result<()> {
    let Door { at, listener, file } = door;
    site.counts().at.set(at.clone()).ok();
    let server = Server::from_listener(listener, None)
        .map_err(|error| anyhow!("could not serve on `{at}`: {error}"))?;
    let (porters, is_ending) = (porters(&site, &stop)?, stop.clone());
    let answer = move |mut request: Request, came: time::Instant| {
        if is_awaited(&request) {
            porters.send((request, came)).ok();
        } else {
            let body = read(&mut request);
            let is_ending = is_ending.load(Ordering::Relaxed);
            respond((request, came), body, &site, is_ending);
        }
    };
    let mut crew =
        Crew::new(server, Box::new(answer)).context("could not start the worker threads")?;
    while !stop.load(Ordering::Relaxed) && !crew.is_closed() {
        knock(&at);
        thread::sleep(PUMP_EVERY);
        crew.relieve();
    }
    // While we still listen: the next one who finds it would be in its right to replace it.
    drop(file);
    let was_asked_to = stop.swap(true, Ordering::Relaxed);
    let end = time::Instant::now() + DRAIN;
    while !crew.dismiss() && time::Instant::now() < end {
        thread::sleep(Duration::from_millis(5));
    }
    match was_asked_to {
        true => Ok(()),
        false => bail!("the listener on `{at}` failed; start `hallctl serve` again"),
    }
}

/// Answers a request whose body has come, or will not be waited for.
pub fn respond(
    (request, came): (Request, time::Instant),
    body: Result<Vec<u8>, Answer>,
    site: &Arc<dyn Site>,
    is_ending: bool,
) {
    // Where a body was not read, what follows it cannot be told from it.
    let is_refused = body.is_err();
    let closes = is_ending
        || is_refused
        || *request.http_version() <= HTTPVersion(1, 0)
        || header(&request, "Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let ask = Ask::new(&request, body);
    let (route, method) = (site.route(&ask.path), word(request.method()));
    let answer = match &ask.body {
        Err(answer) if !is_framed(&request) => answer.clone(),
        _ => guarded(site, route, &ask),
    };
    let is_head = *request.method() == Method::Head;
    let known = header(&request, "If-None-Match");
    let (status, bytes) = answer.bytes(site.now(), known, is_head, closes);
    let mut writer = request.into_writer();
    let written = writer.write_all(&bytes).and_then(|()| writer.flush());
    // A client that went away costs its answer, nothing else.
    if written.is_err() {
        site.counts().refused(Limit::Unread);
    }
    if is_refused {
        site.counts().refused(Limit::Body);
    }
    site.counts().left(&Left {
        route,
        method,
        status,
        bytes: bytes.len(),
        took: came.elapsed(),
    });
}

/// A fault in one answer is that answer's alone.
pub fn guarded(site: &Arc<dyn Site>, route: Option<usize>, ask: &Ask) -> Answer {
    catch_unwind(AssertUnwindSafe(|| site.clone().answer(route, ask))).unwrap_or_else(|_| {
        Answer::error(
            500,
            "something went wrong here; it is in the log of the server",
        )
    })
}
