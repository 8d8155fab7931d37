//! A feed for tests: real HTTP on loopback, with every fault a feed may have.

use crate::corpus::Poll;
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A server that runs until it is dropped.
pub struct FeedServer {
    pub url: String,
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    handler: Box<dyn Fn(&Request) -> Answer + Send + Sync>,
    requests: Mutex<Vec<Request>>,
    is_over: AtomicBool,
}

/// What a caller asked, and when.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    pub asked_at: Instant,
    /// How many times this path was asked before.
    pub earlier: usize,
    headers: Vec<String>,
}

/// What the server says, and how it goes about it.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<String>,
    body: Vec<u8>,
    manner: Manner,
}

#[derive(Clone, Copy, Debug)]
enum Manner {
    Whole,
    /// Says nothing until the caller gives up.
    Hang,
    /// Promises the whole body and hangs up after half of it.
    Truncated,
    /// One byte every so often, so that no single read times out.
    Drip(Duration),
}

impl FeedServer {
    pub fn start(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> FeedServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            requests: Mutex::new(Vec::new()),
            is_over: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let mut callers = Vec::new();
            for caller in listener.incoming() {
                if served.is_over.load(Ordering::Relaxed) {
                    break;
                }
                let shared = Arc::clone(&served);
                // A caller that hangs up in the middle is part of many tests.
                callers.push(thread::spawn(move || {
                    caller.and_then(|caller| shared.serve(caller)).ok();
                }));
            }
            for caller in callers {
                caller.join().expect("no handler panics");
            }
        });
        FeedServer {
            url: format!("http://{address}"),
            address,
            shared,
            thread: Some(thread),
        }
    }

    /// All requests so far, in the order they came.
    pub fn requests(&self) -> Vec<Request> {
        self.shared
            .requests
            .lock()
            .expect("no handler panics")
            .clone()
    }

    /// The requests for one park.
    pub fn requests_for(&self, park: u32) -> Vec<Request> {
        let path = queue_times_path(park);
        let requests = self.requests().into_iter();
        requests.filter(|request| request.path == path).collect()
    }
}

impl Shared {
    fn serve(&self, mut caller: TcpStream) -> io::Result<()> {
        caller.set_read_timeout(Some(Duration::from_secs(5)))?;
        let mut lines = BufReader::new(&caller).lines();
        let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        let headers = lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty());
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let request = {
            let headers = headers.collect();
            let mut requests = self.requests.lock().expect("no handler panics");
            let earlier = requests
                .iter()
                .filter(|request| request.path == path)
                .count();
            requests.push(Request {
                path,
                asked_at: Instant::now(),
                earlier,
                headers,
            });
            requests[requests.len() - 1].clone()
        };
        let answer = (self.handler)(&request);
        self.send(&mut caller, &answer)
    }

    fn send(&self, caller: &mut TcpStream, answer: &Answer) -> io::Result<()> {
        let mut head = format!(
            "HTTP/1.1 {} Said\r\nConnection: close\r\nContent-Length: {}\r\n",
            answer.status,
            answer.body.len()
        );
        for header in &answer.headers {
            head += &format!("{header}\r\n");
        }
        head += "\r\n";
        match answer.manner {
            Manner::Hang => loop {
                if self.is_over.load(Ordering::Relaxed) || has_hung_up(caller) {
                    return Ok(());
                }
            },
            Manner::Whole => caller.write_all(&[head.as_bytes(), &answer.body].concat()),
            Manner::Truncated => {
                let half = &answer.body[..answer.body.len() / 2];
                caller.write_all(&[head.as_bytes(), half].concat())
            }
            Manner::Drip(pause) => {
                caller.write_all(head.as_bytes())?;
                for byte in &answer.body {
                    if self.is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    caller.write_all(&[*byte])?;
                    thread::sleep(pause);
                }
                Ok(())
            }
        }
    }
}

/// Waits a moment for the caller to close; nothing more is expected from it.
fn has_hung_up(caller: &TcpStream) -> bool {
    caller
        .set_read_timeout(Some(Duration::from_millis(20)))
        .ok();
    !matches!(caller.peek(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // A last caller wakes the thread.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Request {
    /// The park whose queue times are asked for.
    pub fn park(&self) -> Option<u32> {
        let rest = self.path.strip_prefix("/parks/")?;
        rest.strip_suffix("/queue_times.json")?.parse().ok()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    }
}

impl Answer {
    pub fn json(body: impl Into<Vec<u8>>) -> Answer {
        Answer {
            status: 200,
            headers: vec!["Content-Type: application/json".to_owned()],
            body: body.into(),
            manner: Manner::Whole,
        }
    }

    pub fn status(status: u16) -> Answer {
        Answer {
            status,
            ..Answer::json("{\"secret\": \"never shown\"}")
        }
    }

    pub fn hang() -> Answer {
        Answer {
            manner: Manner::Hang,
            ..Answer::json("")
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Answer {
        self.headers.push(format!("{name}: {value}"));
        self
    }

    pub fn gzip(mut self) -> Answer {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&self.body).expect("packed");
        self.body = gzip.finish().expect("packed");
        self.header("Content-Encoding", "gzip")
    }

    pub fn truncated(self) -> Answer {
        Answer {
            manner: Manner::Truncated,
            ..self
        }
    }

    pub fn drip(self, pause: Duration) -> Answer {
        Answer {
            manner: Manner::Drip(pause),
            ..self
        }
    }
}

/// A feed that says again what it said when it was recorded, at whatever time it is set to.
pub struct Replay {
    pub server: FeedServer,
    stage: Arc<Mutex<Stage>>,
}

#[derive(Default)]
struct Stage {
    now: DateTime<Utc>,
    faults: BTreeMap<u32, Answer>,
}

impl Replay {
    pub fn start(polls: &[Poll]) -> Replay {
        let stage = Arc::new(Mutex::new(Stage::default()));
        let parks: Vec<u32> = BTreeSet::from_iter(polls.iter().map(|poll| poll.park_id))
            .into_iter()
            .collect();
        let body = |poll: &Poll| ((poll.park_id, poll.polled_at), poll.body.get().to_owned());
        let bodies: BTreeMap<_, String> = polls.iter().map(body).collect();
        let told = Arc::clone(&stage);
        let server = FeedServer::start(move |request| {
            let Some(park) = request.park() else {
                return catalogue(&parks);
            };
            let stage = told.lock().expect("no handler panics");
            let newest = bodies
                .range((park, DateTime::UNIX_EPOCH)..=(park, stage.now))
                .next_back();
            match (stage.faults.get(&park), newest) {
                (Some(fault), _) => fault.clone(),
                (None, Some((_, body))) => Answer::json(body.as_str()),
                (None, None) => Answer::status(404),
            }
        });
        Replay { server, stage }
    }

    /// Sets the time: each park says what was recorded last until then.
    pub fn at(&self, now: DateTime<Utc>) {
        self.stage.lock().expect("no handler panics").now = now;
    }

    /// Lets one park answer with a fault, until it is told `None`.
    pub fn fault(&self, park: u32, answer: Option<Answer>) {
        let faults = &mut self.stage.lock().expect("no handler panics").faults;
        match answer {
            Some(answer) => faults.insert(park, answer),
            None => faults.remove(&park),
        };
    }
}

pub fn queue_times_path(park: u32) -> String {
    format!("/parks/{park}/queue_times.json")
}

/// A catalogue of these parks, all in one zone.
pub fn catalogue(parks: &[u32]) -> Answer {
    let park = |id: &u32| {
        format!(
            r#"{{"id": {id}, "name": "Park {id}", "country": "France", "continent": "Europe",
                "latitude": "48.8", "longitude": "2.7", "timezone": "Europe/Paris"}}"#
        )
    };
    let parks = parks.iter().map(park).collect::<Vec<_>>().join(",");
    Answer::json(format!(
        r#"[{{"id": 1, "name": "Test Parks", "parks": [{parks}]}}]"#
    ))
}
