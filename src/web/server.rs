//! The server: worker threads on tiny_http, a pump that keeps it awake, and an orderly end.

use super::porter::{is_awaited, porters};
use super::reply::{Answer, Ask};
use crate::model::Instant;
use anyhow::{Context, Result, anyhow, bail};
use socket2::SockRef;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::{self, Duration};
use tiny_http::{HTTPVersion, Method, Request, Server};

/// More workers than cores: some may wait for the database.
const WORKERS: usize = 16;

/// Requests under way when the end is asked for get this long; then it ends without them.
const DRAIN: Duration = Duration::from_secs(3);

/// A client that says nothing for so long, in the middle of a request or between two, is hung up on.
const SILENCE: Duration = Duration::from_secs(15);

/// A client that takes nothing of its answer for so long is hung up on.
const UNREAD: Duration = Duration::from_secs(3);

/// tiny_http leaves a connection of a burst without a thread until another one comes; the pump is that other one.
const PUMP_EVERY: Duration = Duration::from_millis(10);

/// What stands behind the HTTP.
pub trait Site: Send + Sync + 'static {
    fn answer(self: Arc<Self>, ask: &Ask) -> Answer;

    /// The wall clock.
    fn now(&self) -> Instant;
}

/// Serves until `stop` is set, then answers what is under way and returns.
pub fn serve(listener: TcpListener, site: Arc<dyn Site>, stop: Arc<AtomicBool>) -> Result<()> {
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    // Connections inherit both from the listener. The first counts for accepting too, which the pump keeps awake.
    let socket = SockRef::from(&listener);
    (socket.set_read_timeout(Some(SILENCE)))
        .and_then(|()| socket.set_tcp_user_timeout(Some(UNREAD)))
        .with_context(|| format!("could not limit how long clients of `{address}` may take"))?;
    let server = Server::from_listener(listener, None)
        .map_err(|error| anyhow!("could not serve on `{address}`: {error}"))?;
    let server = Arc::new(server);
    let porters = porters()?;
    let workers = (0..WORKERS).map(|number| {
        let (server, site, stop) = (server.clone(), site.clone(), stop.clone());
        let porters = porters.clone();
        thread::Builder::new()
            .name(format!("web-{number}"))
            .spawn(move || work(&server, &site, &porters, &stop))
            .context("could not start a worker thread")
    });
    let workers: Vec<JoinHandle<bool>> = workers.collect::<Result<_>>()?;
    while !stop.load(Ordering::Relaxed) && !workers.iter().any(JoinHandle::is_finished) {
        pump(address);
        thread::sleep(PUMP_EVERY);
    }
    let was_asked_to = stop.swap(true, Ordering::Relaxed);
    let end = time::Instant::now() + DRAIN;
    while time::Instant::now() < end && !workers.iter().all(JoinHandle::is_finished) {
        // Wakes one idle worker a call, after the requests that are queued already.
        server.unblock();
        thread::sleep(Duration::from_millis(5));
    }
    match was_asked_to {
        true => Ok(()),
        false => bail!("the listener on `{address}` failed; start `hallctl serve` again"),
    }
}

/// A connection that ends at once, without a trace in TIME_WAIT.
fn pump(address: SocketAddr) {
    if let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).ok();
    }
}

/// Answers until told to stop, or until the listener has failed.
fn work(
    server: &Server,
    site: &Arc<dyn Site>,
    porters: &Sender<Request>,
    stop: &AtomicBool,
) -> bool {
    while let Ok(request) = server.recv() {
        if is_awaited(&request) {
            porters.send(request).ok();
        } else {
            // A client that went away costs its answer, nothing else.
            respond(request, site, stop.load(Ordering::Relaxed)).ok();
        }
        if stop.load(Ordering::Relaxed) {
            return true;
        }
    }
    stop.load(Ordering::Relaxed)
}

fn respond(request: Request, site: &Arc<dyn Site>, is_ending: bool) -> std::io::Result<()> {
    let header = |name: &'static str| {
        let mut headers = request.headers().iter();
        headers
            .find(|header| header.field.equiv(name))
            .map(|header| header.value.as_str())
    };
    let closes = is_ending
        || *request.http_version() <= HTTPVersion(1, 0)
        || header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let answer = match request.method() {
        Method::Get | Method::Head => {
            guarded(site, &Ask::new(request.url(), header("Authorization")))
        }
        Method::Options => Answer::preflight(),
        _ => Answer::error(405, "only GET, HEAD and OPTIONS are answered here"),
    };
    let is_head = *request.method() == Method::Head;
    let bytes = answer.bytes(site.now(), header("If-None-Match"), is_head, closes);
    let mut writer = request.into_writer();
    writer.write_all(&bytes)?;
    writer.flush()
}

/// A fault in one answer is that answer's alone.
fn guarded(site: &Arc<dyn Site>, ask: &Ask) -> Answer {
    catch_unwind(AssertUnwindSafe(|| site.clone().answer(ask))).unwrap_or_else(|_| {
        Answer::error(
            500,
            "something went wrong here; it is in the log of the server",
        )
    })
}
