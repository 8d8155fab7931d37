//! The simulated hall behind real HTTP, so that a live demo polls it as it would poll any feed.

use super::Simulator;
use crate::model::Instant;
use anyhow::Result;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A feed being served; it stops when this is dropped.
pub struct ServedFeed {
    pub url: String,
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

const CALLER_TIMEOUT: Duration = Duration::from_secs(1); // Callers are answered one after another.
const HEAD_MOST_BYTES: u64 = 16 * 1024;

/// Answers on `listener` with what the hall says at the time `now` gives.
///
/// One connection an answer, without tiny_http: its thread pool may leave one of several callers
/// that connect at once waiting until another hangs up, and our own fetch keeps connections open.
pub fn serve_feed(
    simulator: Simulator,
    listener: TcpListener,
    now: impl Fn() -> Instant + Send + 'static,
) -> Result<ServedFeed> {
    let address = listener.local_addr()?;
    let is_over = Arc::new(AtomicBool::new(false));
    let is_over_too = Arc::clone(&is_over);
    let thread = thread::spawn(move || {
        for caller in listener.incoming() {
            if is_over_too.load(Ordering::Relaxed) {
                return;
            }
            // A caller that has hung up is no concern of the feed.
            caller
                .and_then(|caller| answer(caller, &simulator, now()))
                .ok();
        }
    });
    Ok(ServedFeed {
        url: format!("http://{address}"),
        address,
        is_over,
        thread: Some(thread),
    })
}

fn answer(mut caller: TcpStream, simulator: &Simulator, at: Instant) -> io::Result<()> {
    caller.set_read_timeout(Some(CALLER_TIMEOUT))?;
    caller.set_write_timeout(Some(CALLER_TIMEOUT))?;
    let mut head = BufReader::new(&caller).take(HEAD_MOST_BYTES).lines();
    let request = head.next().unwrap_or_else(|| Ok(String::new()))?;
    // The rest is read so that closing does not cut off the answer.
    head.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .for_each(drop);
    let body = match request.split(' ').nth(1).unwrap_or_default() {
        "/parks.json" => Some(simulator.catalogue_json()),
        path => path
            .strip_prefix("/parks/")
            .and_then(|path| path.strip_suffix("/queue_times.json"))
            .and_then(|park| park.parse().ok())
            .and_then(|park| simulator.queue_times_json(park, at)),
    };
    let status = if body.is_some() {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let body = body.unwrap_or_default();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    caller.write_all(answer.as_bytes())
}

impl Drop for ServedFeed {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // A last caller wakes the thread.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
