//! What is counted of HTTP: answers by route, how long they took and how large they were, and what the limits refused.

use super::histogram::Histogram;
use crate::model::listen::Listen;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tiny_http::Method;

/// The label of every path that leads nowhere, which are without number. No route is called so.
const UNKNOWN: &str = "unknown";

pub struct Counts {
    routes: Vec<Route>,
    /// By position of the route, method and status.
    answers: Mutex<BTreeMap<(usize, &'static str, u16), u64>>,
    refused: [AtomicU64; LIMITS.len()],
    pub(super) at: OnceLock<Listen>,
}

struct Route {
    name: String,
    took: Histogram,
    bytes: AtomicU64,
}

/// A limit of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A request has no body, but for a small one where one is asked for.
    Body,
    /// Nor does it announce one that does not fit into memory: such a one is left unanswered.
    Announced,
    /// A client takes its answer.
    Unread,
}

const LIMITS: [(Limit, &str); 3] = [
    (Limit::Body, "body"),
    (Limit::Announced, "announced"),
    (Limit::Unread, "unread"),
];

/// What left for one request.
pub struct Left {
    /// Where its path led.
    pub route: Option<usize>,
    pub method: &'static str,
    pub status: u16,
    pub bytes: usize,
    pub took: Duration,
}

impl Counts {
    pub fn of(routes: impl Iterator<Item = String>) -> Counts {
        let route = |name| Route {
            name,
            took: Histogram::default(),
            bytes: AtomicU64::default(),
        };
        Counts {
            routes: routes.chain([UNKNOWN.to_owned()]).map(route).collect(),
            answers: Mutex::default(),
            refused: Default::default(),
            at: OnceLock::new(),
        }
    }

    pub fn left(&self, left: &Left) {
        let position = left.route.unwrap_or(self.routes.len() - 1);
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers
            .entry((position, left.method, left.status))
            .or_default() += 1;
        drop(answers);
        let route = &self.routes[position];
        route.took.add(left.took);
        route.bytes.fetch_add(left.bytes as u64, Ordering::Relaxed);
    }

    pub fn refused(&self, limit: Limit) {
        self.refused[limit as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Every route with how long its answers took, and how many bytes they had.
    pub fn routes(&self) -> impl Iterator<Item = (&str, &Histogram, u64)> {
        self.routes.iter().map(|route| {
            let bytes = route.bytes.load(Ordering::Relaxed);
            (route.name.as_str(), &route.took, bytes)
        })
    }

    /// How many answers there were by method, route and status.
    pub fn answers(&self) -> Vec<(&'static str, &str, u16, u64)> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = answers.iter();
        answers
            .map(|((route, method, status), count)| {
                (*method, self.routes[*route].name.as_str(), *status, *count)
            })
            .collect()
    }

    pub fn refusals(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let refused = LIMITS.iter().zip(&self.refused);
        refused.map(|((_, word), count)| (*word, count.load(Ordering::Relaxed)))
    }

    /// How many clients are connected, where the system says so: tiny_http does not.
    pub fn connections(&self) -> Option<usize> {
        let path = match self.at.get()? {
            Listen::Tcp(address) => return Some(sockets(*address)?.len()),
            Listen::Unix(path) => path,
        };
        let table = fs::read_to_string("/proc/self/net/unix").ok()?;
        let ours = format!(" {}", path.display());
        // The column of the state: 03 is connected.
        let is_open = |line: &&str| line.split(' ').nth(5) == Some("03") && line.ends_with(&ours);
        Some(table.lines().filter(is_open).count())
    }
}

/// The clients that are connected to a listener, each with the number of the socket here.
pub fn sockets(listener: SocketAddr) -> Option<HashMap<SocketAddr, u64>> {
    let table = match listener {
        SocketAddr::V4(_) => "/proc/self/net/tcp",
        SocketAddr::V6(_) => "/proc/self/net/tcp6",
    };
    let table = fs::read_to_string(table).ok()?;
    // Who listens on every address is met at one of them.
    let is_here = |ours: SocketAddr| {
        ours.port() == listener.port()
            && (listener.ip().is_unspecified() || ours.ip() == listener.ip())
    };
    let socket = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [_, ours, theirs, state, _, _, _, _, _, number, ..] = columns[..] else {
            return None;
        };
        // Connected, or hung up on by the client and not yet by us.
        let is_open = matches!(state, "01" | "08") && is_here(printed(ours)?);
        is_open.then_some((printed(theirs)?, number.parse().ok()?))
    };
    Some(table.lines().filter_map(socket).collect())
}

/// An address as the kernel prints it: words of the machine, each of four octets, and the port.
fn printed(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let word = |at| {
        Some(
            u32::from_str_radix(ip.get(at..at + 8)?, 16)
                .ok()?
                .to_ne_bytes(),
        )
    };
    let port = u16::from_str_radix(port, 16).ok()?;
    let ip = match ip.len() {
        8 => IpAddr::from(word(0)?),
        32 => {
            let words = [word(0)?, word(8)?, word(16)?, word(24)?];
            IpAddr::from(<[u8; 16]>::try_from(words.concat()).ok()?)
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

/// The label of a method; whoever makes one up makes no label up.
pub fn word(method: &Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Options => "OPTIONS",
        Method::Patch => "PATCH",
        _ => "other",
    }
}
