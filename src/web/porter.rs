//! Requests with a body: refused on threads of their own, because tiny_http lets go of one only when it has all of it.

use super::counts::{Left, Limit, word};
use super::reply::Ask;
use super::server::Site;
use anyhow::{Context, Result};
use serde_json::json;
use std::io::Cursor;
use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// So many clients can be slow with their bodies before others with a body wait; those without never do.
const PORTERS: usize = 16;

/// tiny_http has read a body up to this before the request comes here.
const READ_ALREADY: usize = 1024;

/// tiny_http takes as much memory as a client announces, and the program ends where there is less. Beyond this the
/// request is left lying, unanswered, with its connection.
const LARGEST: usize = 64 << 20;

/// Whether letting go of the request means waiting for its client.
pub fn is_awaited(request: &Request) -> bool {
    let expects = |header: &Header| header.field.equiv("Expect");
    (request.body_length()).is_some_and(|length| length > READ_ALREADY)
        || request.headers().iter().any(expects)
}

/// A request, and when it came.
type Came = (Request, Instant);

/// Starts the threads; what is sent to them is answered and let go.
pub fn porters(site: Arc<dyn Site>) -> Result<Sender<Came>> {
    let (door, queue) = channel();
    let queue = Arc::new(Mutex::new(queue));
    for number in 0..PORTERS {
        let (queue, site) = (queue.clone(), site.clone());
        thread::Builder::new()
            .name(format!("porter-{number}"))
            .spawn(move || {
                while let Some((request, came)) = next(&queue) {
                    refuse(request, came, &*site);
                }
            })
            .context("could not start a porter thread")?;
    }
    Ok(door)
}

fn next(queue: &Mutex<Receiver<Came>>) -> Option<Came> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}

fn refuse(request: Request, came: Instant, site: &dyn Site) {
    let counts = site.counts();
    if request.body_length() > Some(LARGEST) {
        log::warn!(
            "left a request lying that announces {:?} bytes",
            request.body_length()
        );
        counts.refused(Limit::Announced);
        return mem::forget(request);
    }
    let (status, sentence) = match request.method() {
        Method::Get | Method::Head | Method::Options => {
            (413, "a request with a body is not answered here")
        }
        _ => (405, "only GET, HEAD and OPTIONS are answered here"),
    };
    let body = json!({"success": false, "error": sentence})
        .to_string()
        .into_bytes();
    let headers = [
        ("Content-Type", "application/json"),
        ("Access-Control-Allow-Origin", "*"),
        ("Cache-Control", "no-store"),
        ("Allow", "GET, HEAD, OPTIONS"),
    ];
    let headers = headers
        .into_iter()
        .filter_map(|(name, value)| Header::from_bytes(name, value).ok());
    let length = body.len();
    let answer = Response::new(
        StatusCode(status),
        headers.collect(),
        Cursor::new(body),
        Some(length),
        None,
    );
    let route = site.route(&Ask::new(request.url(), None).path);
    let method = word(request.method());
    // A client that went away costs its answer, nothing else.
    request.respond(answer).ok();
    counts.refused(Limit::Body);
    counts.left(&Left {
        route,
        method,
        status,
        bytes: length,
        took: came.elapsed(),
    });
}
