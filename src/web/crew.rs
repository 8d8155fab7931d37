//! The threads that answer: a client has one of them at most, and who keeps one for long is replaced.

use super::cut::Cut;
use super::porter::{is_framed, let_go};
use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Instant;
use tiny_http::{Request, Server};

/// More than cores: some may wait for the database.
const WORKERS: usize = 16;

/// Beyond this a client that does not read is waited for by others; tiny_http has a thread for each client too.
const MOST_WORKERS: usize = 1_000;

/// What a worker does with a request that came at a time.
type Respond = Box<dyn Fn(Request, Instant) + Send + Sync>;

/// Over TCP every client has one. Over a socket file none has: there each request is a client of its own, which only
/// one who sends several ahead would notice.
type Client = Option<SocketAddr>;

pub struct Crew {
    server: Arc<Server>,
    desk: Arc<Desk>,
    workers: Vec<JoinHandle<()>>,
    /// How many requests had been taken when we last looked.
    taken: u64,
}

/// Where the workers take their requests. One thread lays them down, so that those of a client keep their order:
/// the second would wait for the answer of the first.
struct Desk {
    respond: Respond,
    requests: Mutex<Requests>,
    changed: Condvar,
}

#[derive(Default)]
struct Requests {
    /// Of clients that have no worker yet.
    ready: VecDeque<(Client, Request, Instant)>,
    /// Behind the request of each client that is ready or being answered: what else it has sent.
    lanes: HashMap<Client, VecDeque<(Request, Instant)>>,
    idle: usize,
    taken: u64,
    /// No more will come: the end was asked for, or the listener has failed.
    is_closed: bool,
}

impl Crew {
    pub fn new(server: Server, respond: Respond) -> io::Result<Crew> {
        let desk = Desk {
            respond,
            requests: Mutex::default(),
            changed: Condvar::new(),
        };
        let mut crew = Crew {
            server: Arc::new(server),
            desk: Arc::new(desk),
            workers: Vec::new(),
            taken: 0,
        };
        (0..WORKERS).try_for_each(|_| crew.hire())?;
        let (server, desk) = (crew.server.clone(), crew.desk.clone());
        Builder::new()
            .name("web-desk".to_owned())
            .spawn(move || desk.lay_down(&server))?;
        Ok(crew)
    }

    /// Adds a worker where requests wait, all workers are taken up and none has come back since the last call.
    pub fn relieve(&mut self) {
        self.workers.retain(|worker| !worker.is_finished());
        let is_stuck = {
            let requests = self.desk.requests();
            let before = std::mem::replace(&mut self.taken, requests.taken);
            requests.idle == 0 && !requests.ready.is_empty() && before == self.taken
        };
        if is_stuck && self.workers.len() < MOST_WORKERS {
            // Where there is no thread left now there may be one at the next call.
            self.hire().ok();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.desk.requests().is_closed
    }

    /// Sends the workers home after what has come already. Whether all have gone.
    pub fn dismiss(&self) -> bool {
        self.server.unblock();
        self.workers.iter().all(JoinHandle::is_finished)
    }

    fn hire(&mut self) -> io::Result<()> {
        let desk = self.desk.clone();
        let worker = Builder::new().name("web".to_owned());
        self.workers.push(worker.spawn(move || desk.work())?);
        Ok(())
    }
}

impl Desk {
    fn lay_down(&self, server: &Server) {
        let mut cut = Cut::of(server.server_addr().to_ip());
        while let Ok(request) = server.recv() {
            let (client, now) = (request.remote_addr().copied(), Instant::now());
            if client.is_some_and(|client| cut.is_off(client)) {
                let_go(request);
                continue;
            }
            // It is refused, and what follows it is not looked at: in the order that they came. On a socket file a
            // client has no address to be known by again, so nothing is marked: its 411 says `Connection: close`,
            // which nginx keeps to.
            if let Some(client) = client.filter(|_| !is_framed(&request)) {
                cut.off(client);
            }
            let mut requests = self.requests();
            if client.is_some() {
                match requests.lanes.entry(client) {
                    Entry::Occupied(lane) => {
                        lane.into_mut().push_back((request, now));
                        continue;
                    }
                    Entry::Vacant(lane) => lane.insert(VecDeque::new()),
                };
            }
            requests.ready.push_back((client, request, now));
            self.changed.notify_one();
        }
        self.requests().is_closed = true;
        self.changed.notify_all();
    }

    fn work(&self) {
        while let Some((client, request, came)) = self.take() {
            (self.respond)(request, came);
            while let Some(((request, came), is_closed)) = self.behind(client) {
                match is_closed {
                    false => (self.respond)(request, came),
                    // Only let go: its client has been told that the connection ends.
                    true => drop(request.into_writer()),
                }
            }
        }
    }

    /// The next request of a client that has no worker yet; none when this worker is not needed any more.
    fn take(&self) -> Option<(Client, Request, Instant)> {
        let mut requests = self.requests();
        if requests.idle >= WORKERS {
            return None;
        }
        requests.idle += 1;
        let nothing_to_do =
            |requests: &mut Requests| requests.ready.is_empty() && !requests.is_closed;
        let waited = self.changed.wait_while(requests, nothing_to_do);
        let mut requests = waited.unwrap_or_else(PoisonError::into_inner);
        requests.idle -= 1;
        requests.taken += 1;
        requests.ready.pop_front()
    }

    /// What waits behind the request just answered, and whether the end has begun; with none the client is
    /// anybody's again.
    fn behind(&self, client: Client) -> Option<((Request, Instant), bool)> {
        let mut requests = self.requests();
        let next = requests.lanes.get_mut(&client)?.pop_front();
        if next.is_none() {
            requests.lanes.remove(&client);
        }
        Some((next?, requests.is_closed))
    }

    /// Also after a panic: every change to them is a single step.
    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
