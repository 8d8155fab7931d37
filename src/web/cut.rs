//! Clients of whom nothing more is taken: a request of theirs did not say plainly where it ends, so that what follows
//! may be its body. tiny_http hangs up on nobody, so that is remembered until the connection is another one.

use super::counts::sockets;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Whether the connection is still the same is looked up this often, for all that a client may send meanwhile.
const LOOKED_UP_EVERY: Duration = Duration::from_secs(1);

/// Where the system does not tell one connection from another, this long without a word from it counts as its end.
const ENDED_AFTER: Duration = Duration::from_secs(60);

pub struct Cut {
    server: Option<SocketAddr>,
    clients: HashMap<SocketAddr, Mark>,
}

struct Mark {
    /// The number of its socket here.
    socket: Option<u64>,
    seen: Instant,
}

impl Cut {
    pub fn of(server: Option<SocketAddr>) -> Cut {
        Cut {
            server,
            clients: HashMap::new(),
        }
    }

    /// Takes nothing more from a client, and forgets those that have gone: no more are remembered than are connected.
    pub fn off(&mut self, client: SocketAddr) {
        let open = self.open();
        self.clients.retain(|client, mark| match mark.socket {
            Some(_) => open.get(client) == mark.socket.as_ref(),
            None => mark.seen.elapsed() < ENDED_AFTER,
        });
        let mark = Mark {
            socket: open.get(&client).copied(),
            seen: Instant::now(),
        };
        self.clients.insert(client, mark);
    }

    /// Whether nothing is taken from a client. Another connection from the same port is another client.
    pub fn is_off(&mut self, client: SocketAddr) -> bool {
        let Some(mark) = self.clients.get(&client) else {
            return false;
        };
        if mark.seen.elapsed() < LOOKED_UP_EVERY {
            return true;
        }
        let is_same = match (mark.socket, self.open().get(&client)) {
            (Some(socket), Some(now)) => socket == *now,
            // Its connection has ended since it sent this.
            (Some(_), None) => true,
            (None, _) => mark.seen.elapsed() < ENDED_AFTER,
        };
        match self.clients.get_mut(&client) {
            Some(mark) if is_same => mark.seen = Instant::now(),
            _ => drop(self.clients.remove(&client)),
        }
        is_same
    }

    /// The socket of every client that is connected.
    fn open(&self) -> HashMap<SocketAddr, u64> {
        let of_server = |server| sockets(server).unwrap_or_default();
        self.server.map(of_server).unwrap_or_default()
    }
}
