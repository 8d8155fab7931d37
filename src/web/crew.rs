//! The threads that answer: a client has one of them at most, and who keeps one for long is replaced.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use tiny_http::{Request, Server};

/// More than cores: some may wait for the database.
const WORKERS: usize = 16;

/// Beyond this a client that does not read is waited for by others; tiny_http has a thread for each client too.
const MOST_WORKERS: usize = 1_000;

/// What a worker does with a request.
type Respond = Box<dyn Fn(Request) + Send + Sync>;

pub struct Crew {
    desk: Arc<Desk>,
    workers: Vec<JoinHandle<()>>,
    /// How many requests had been taken when we last looked.
    taken: u64,
}

/// Where the workers take their requests.
struct Desk {
    server: Server,
    respond: Respond,
    /// Whose turn it is to take a request: of one client the first must not be overtaken by the second, which
    /// would wait for its answer.
    turn: Mutex<()>,
    /// Behind the client whose request is being answered: what else it has sent.
    lanes: Mutex<HashMap<SocketAddr, VecDeque<Request>>>,
    idle: AtomicUsize,
    taken: AtomicU64,
    /// The end has begun, or the listener has failed.
    is_closed: AtomicBool,
}

impl Crew {
    pub fn new(server: Server, respond: Respond) -> std::io::Result<Crew> {
        let desk = Desk {
            server,
            respond,
            turn: Mutex::default(),
            lanes: Mutex::default(),
            idle: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
        };
        let mut crew = Crew {
            desk: Arc::new(desk),
            workers: Vec::new(),
            taken: 0,
        };
        (0..WORKERS).try_for_each(|_| crew.hire())?;
        Ok(crew)
    }

    /// Adds a worker when all are taken up and none has come back since the last call.
    pub fn relieve(&mut self) {
        let before = self.taken;
        self.taken = self.desk.taken.load(Ordering::Relaxed);
        self.workers.retain(|worker| !worker.is_finished());
        let is_stuck = self.desk.idle.load(Ordering::Relaxed) == 0 && self.taken == before;
        if is_stuck && self.workers.len() < MOST_WORKERS {
            // Where there are no threads left now there may be one at the next call.
            self.hire().ok();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.desk.is_closed.load(Ordering::Relaxed)
    }

    /// Sends idle workers home, the others after the answer they are at. Whether all have gone.
    pub fn dismiss(&self) -> bool {
        self.desk.is_closed.store(true, Ordering::Relaxed);
        // Wakes one idle worker a call, after the requests that are queued already.
        self.desk.server.unblock();
        self.workers.iter().all(JoinHandle::is_finished)
    }

    fn hire(&mut self) -> std::io::Result<()> {
        let desk = self.desk.clone();
        let worker = Builder::new().name("web".to_owned());
        self.workers.push(worker.spawn(move || desk.work())?);
        Ok(())
    }
}

impl Desk {
    fn work(&self) {
        while let Some((client, request)) = self.take() {
            (self.respond)(request);
            while let Some(request) = self.behind(&client) {
                match self.is_closed.load(Ordering::Relaxed) {
                    false => (self.respond)(request),
                    // Only let go: its client has been told that the connection ends.
                    true => drop(request.into_writer()),
                }
            }
        }
    }

    /// The next request of a client that has no worker yet; none when this worker is not needed any more.
    fn take(&self) -> Option<(SocketAddr, Request)> {
        if self.idle.fetch_add(1, Ordering::Relaxed) >= WORKERS {
            self.idle.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let taken = self.take_turn();
        self.idle.fetch_sub(1, Ordering::Relaxed);
        self.taken.fetch_add(1, Ordering::Relaxed);
        taken
    }

    fn take_turn(&self) -> Option<(SocketAddr, Request)> {
        let _turn = guard(&self.turn);
        loop {
            let Ok(request) = self.server.recv() else {
                self.is_closed.store(true, Ordering::Relaxed);
                return None;
            };
            let client = *request.remote_addr()?;
            match guard(&self.lanes).entry(client) {
                Entry::Occupied(lane) => lane.into_mut().push_back(request),
                Entry::Vacant(lane) => {
                    lane.insert(VecDeque::new());
                    return Some((client, request));
                }
            }
        }
    }

    /// What waits behind the request just answered; with none the client is anybody's again.
    fn behind(&self, client: &SocketAddr) -> Option<Request> {
        let mut lanes = guard(&self.lanes);
        let next = lanes.get_mut(client)?.pop_front();
        if next.is_none() {
            lanes.remove(client);
        }
        next
    }
}

/// What a mutex guards, also after a panic: every change to it is a single step.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
