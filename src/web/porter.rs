//! Requests with a body: a POST's is read where it is small, the others are refused; where that takes waiting for the
//! client, on threads of their own, because tiny_http lets go of a request only when it has all of its body.

use super::ask::{Ask, Verb, header};
use super::counts::{Left, Limit, word};
use super::reply::{Answer, NO_STORE};
use super::server::{Site, guarded, respond};
use anyhow::{Context, Result};
use std::io::Cursor;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;
use tiny_http::{Header, Request, Response, StatusCode};

/// So many clients can be slow with their bodies before others with a body wait; those without never do.
const PORTERS: usize = 16;

/// tiny_http has read a body up to this before the request comes here, on the thread of its connection; so that no
/// POST waits for another one's client, none may be larger.
pub const LARGEST_BODY: usize = 1024;

/// tiny_http takes as much memory as a client announces, and the program ends where there is less. Beyond this the
/// request is left lying, unanswered, with its connection.
const LARGEST_REFUSED: usize = 64 << 20;

/// Whether reading or letting go of the request means waiting for its client.
pub fn is_awaited(request: &Request) -> bool {
    let length = request.body_length();
    length > Some(LARGEST_BODY) || (length.is_some() && header(request, "Expect").is_some())
}

/// Whether a request says plainly where it ends, for us and for whoever passed it on.
pub fn is_framed(request: &Request) -> bool {
    let headers = request.headers().iter();
    let mut lengths = headers.filter(|header| header.field.equiv("Content-Length"));
    let is_plain = lengths.next().is_none_or(|header| {
        let digits = header.value.as_str().bytes();
        request.body_length().is_some() && digits.into_iter().all(|byte| byte.is_ascii_digit())
    });
    is_plain && lengths.next().is_none() && header(request, "Transfer-Encoding").is_none()
}

/// Drops a request without an answer. Of one whose body has not come yet tiny_http would wait for that, so such a one
/// is left lying, with its connection.
pub fn let_go(request: Request) {
    match is_awaited(&request) {
        true => mem::forget(request),
        false => drop(request.into_writer()),
    }
}

/// The body of a POST, or the answer to one that cannot be read. Whether there is none we must know beforehand: what
/// is left of it would be read as the next request.
pub fn read(request: &mut Request) -> Result<Vec<u8>, Answer> {
    let is_upgrade = || {
        let value = header(request, "Connection").map(str::to_ascii_lowercase);
        value.is_some_and(|value| value.contains("upgrade"))
    };
    let is_post = Verb::of(request.method()) == Verb::Post;
    if !is_framed(request) || (is_post && is_upgrade()) {
        return Err(unframed());
    }
    match request.body_length() {
        Some(length) if is_post && length <= LARGEST_BODY => {
            let mut body = vec![0; length];
            match request.as_reader().read_exact(&mut body) {
                Ok(()) => Ok(body),
                Err(_) => Err(Answer::error(400, "the body ended early")),
            }
        }
        Some(_) if is_post => Err(Answer::error(
            413,
            &format!("the body is larger than the {LARGEST_BODY} bytes that are read here"),
        )),
        _ => Ok(Vec::new()),
    }
}

fn unframed() -> Answer {
    Answer::error(
        411,
        "a body needs one Content-Length, in digits, and no Transfer-Encoding or upgrade",
    )
}

/// A request, and when it came.
type Came = (Request, Instant);

/// Starts the threads; what is sent to them is answered and let go.
pub fn porters(site: &Arc<dyn Site>, stop: &Arc<AtomicBool>) -> Result<Sender<Came>> {
    let (door, queue) = channel();
    let queue = Arc::new(Mutex::new(queue));
    for number in 0..PORTERS {
        let (queue, site, stop) = (queue.clone(), site.clone(), stop.clone());
        thread::Builder::new()
            .name(format!("porter-{number}"))
            .spawn(move || {
                while let Some(came) = next(&queue) {
                    admit(came, &site, &stop);
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

fn admit((mut request, came): Came, site: &Arc<dyn Site>, stop: &AtomicBool) {
    if request.body_length() > Some(LARGEST_REFUSED) {
        log::warn!(
            "left a request lying that announces {:?} bytes",
            request.body_length()
        );
        site.counts().refused(Limit::Announced);
        return mem::forget(request);
    }
    let verb = Verb::of(request.method());
    let body = match (verb, read(&mut request)) {
        (Verb::Post, Ok(body)) => {
            let is_ending = stop.load(Ordering::Relaxed);
            return respond((request, came), Ok(body), site, is_ending);
        }
        (_, body) => body,
    };
    let ask = Ask::new(&request, body);
    let (route, method) = (site.route(&ask.path), word(request.method()));
    let answer = match verb {
        _ if !is_framed(&request) => unframed(),
        Verb::Get | Verb::Options => {
            Answer::error(413, "a request with a body is not answered here")
        }
        _ => guarded(site, route, &ask),
    };
    refuse(request, &answer);
    site.counts().refused(Limit::Body);
    site.counts().left(&Left {
        route,
        method,
        status: answer.status,
        bytes: answer.body.len(),
        took: came.elapsed(),
    });
}

/// Answers before the body has come: `respond` would wait for it.
fn refuse(request: Request, answer: &Answer) {
    let headers = [
        ("Content-Type", answer.content_type),
        ("Access-Control-Allow-Origin", "*"),
        ("Cache-Control", NO_STORE),
    ];
    let allow = answer.allow.map(|allow| ("Allow", allow));
    let headers = headers
        .into_iter()
        .chain(allow)
        .filter_map(|(name, value)| Header::from_bytes(name, value).ok());
    let length = answer.body.len();
    let answer = Response::new(
        StatusCode(answer.status),
        headers.collect(),
        Cursor::new(answer.body.clone()),
        Some(length),
        None,
    );
    // A client that went away costs its answer, nothing else.
    request.respond(answer).ok();
}
