//! A TCP door before the real server's socket, which can fall silent, break, or change a word.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Listens on loopback and passes everything on to a socket, unless told otherwise.
pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Connections made so far, and how many of the first of them get no more answers, or are cut.
    made: AtomicU32,
    silent: AtomicU32,
    cut: AtomicU32,
    /// A word to change wherever it passes, into one of the same length.
    change: Mutex<Option<(Vec<u8>, Vec<u8>)>>,
}

impl Proxy {
    pub fn before(socket: PathBuf) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("the port").port();
        let state = Arc::new(State::default());
        let theirs = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let number = theirs.made.fetch_add(1, Ordering::SeqCst);
                let server = UnixStream::connect(&socket).expect("the server answers");
                let ends = Arc::new((client, server));
                for is_answer in [false, true] {
                    let (state, ends) = (Arc::clone(&theirs), Arc::clone(&ends));
                    thread::spawn(move || match is_answer {
                        false => state.pass(number, &ends.0, &ends.1, &ends, is_answer),
                        true => state.pass(number, &ends.1, &ends.0, &ends, is_answer),
                    });
                }
            }
        });
        Proxy { port, state }
    }

    pub fn url(&self, user: &str, database: &str) -> String {
        format!("mysql://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// How many connections have been made.
    pub fn made(&self) -> u32 {
        self.state.made.load(Ordering::SeqCst)
    }

    /// From now on the connections there are stay open and answer nothing.
    pub fn silence(&self) {
        self.state.silent.store(self.made(), Ordering::SeqCst);
    }

    /// The connections there are break at the next word of the client, before the server hears it.
    pub fn cut(&self) {
        self.state.cut.store(self.made(), Ordering::SeqCst);
    }

    pub fn change(&self, from: &str, to: &str) {
        assert_eq!(from.len(), to.len(), "packets keep their length");
        *self.state.change.lock().expect("the word") = Some((from.into(), to.into()));
    }
}

impl State {
    fn pass(
        &self,
        number: u32,
        mut from: impl Read,
        mut to: impl Write,
        ends: &(TcpStream, UnixStream),
        is_answer: bool,
    ) {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(size @ 1..) = from.read(&mut buffer) {
            if number < self.cut.load(Ordering::SeqCst) {
                break;
            }
            if is_answer && number < self.silent.load(Ordering::SeqCst) {
                continue;
            }
            let bytes = &mut buffer[..size];
            if let Some((old, new)) = &*self.change.lock().expect("the word") {
                while let Some(at) = bytes.windows(old.len()).position(|window| window == old) {
                    bytes[at..at + new.len()].copy_from_slice(new);
                }
            }
            if to.write_all(bytes).is_err() {
                break;
            }
        }
        ends.0.shutdown(Shutdown::Both).ok();
        ends.1.shutdown(Shutdown::Both).ok();
    }
}
