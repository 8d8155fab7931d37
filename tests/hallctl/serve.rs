//! `serve` over real HTTP: one write an answer, errors as JSON, and answers that outlive the database.

use crate::hall::{Hall, eventually, wait};
use crate::view_language::with_views;
use mysql::prelude::Queryable;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A running `hallctl serve`; it ends with the test.
pub struct Served {
    child: Child,
    pub address: String,
}

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Served {
    pub fn start(hall: &Hall) -> Served {
        Served::at(hall, "127.0.0.1:0")
    }

    pub fn at(hall: &Hall, address: &str) -> Served {
        let mut child = hall.spawn(&format!("serve --listen {address}"));
        let stdout = child.stdout.as_mut().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the first URL");
        if address.starts_with("unix:") {
            let address = address.to_owned();
            assert!(
                line.starts_with(&format!("serve: http://{address}:/api/")),
                "{line}"
            );
            return Served { child, address };
        }
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address
            .unwrap_or_else(|| panic!("no URL in `{line}`"))
            .to_owned();
        Served { child, address }
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "")
    }

    /// The body of a 200.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.json()
    }

    pub fn ask(&self, method: &str, path: &str, headers: &str) -> Reply {
        self.send(method, path, headers, "")
    }

    /// Posts a body of JSON.
    pub fn post(&self, path: &str, body: &str) -> Reply {
        let length = body.len();
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        self.send("POST", path, &headers, body)
    }

    pub fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        send_to(&self.address, method, path, headers, body)
    }

    /// Asks it to end, and gives its exit status and how long that took.
    pub fn end(&mut self) -> (i32, Duration) {
        let begun = Instant::now();
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).expect("it still runs");
        (wait(&mut self.child), begun.elapsed())
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("it still runs");
        wait(&mut self.child);
    }

    /// Ends it, for all that it said on stderr.
    pub fn said(&mut self) -> String {
        self.end();
        let mut said = String::new();
        let stderr = self.child.stderr.as_mut().expect("a pipe");
        stderr.read_to_string(&mut said).expect("words");
        said
    }
}

/// Asks whoever listens at an address, on a connection of its own.
pub fn send_to(address: &str, method: &str, path: &str, headers: &str, body: &str) -> Reply {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n{headers}\r\n{body}"
    );
    stream
        .write_all(request.as_bytes())
        .expect("the request is sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the answer ends");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Reply {
        status: status.expect("a status"),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// A connection that is kept from one request to the next.
pub struct Wire {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Wire {
    pub fn to(served: &Served) -> Wire {
        let stream = TcpStream::connect(&served.address).expect("serve listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let reader = BufReader::new(stream.try_clone().expect("a reader"));
        Wire { stream, reader }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        let request = format!("GET {path} HTTP/1.1\r\nHost: hall\r\n\r\n");
        self.stream
            .write_all(request.as_bytes())
            .expect("the request is sent");
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(
                self.reader.read_line(&mut head).expect("a header") > 0,
                "hung up on: {head}"
            );
        }
        let mut reply = Reply {
            status: head[9..12].parse().expect("a status"),
            head: head.trim_end().to_owned(),
            body: String::new(),
        };
        let length = reply.header("Content-Length").expect("a length");
        let mut body = vec![0; length.parse().expect("a length")];
        self.reader.read_exact(&mut body).expect("the body");
        reply.body = String::from_utf8(body).expect("text");
        reply
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// A socket before the server's: as long as it stands the database answers.
pub struct Line {
    socket: PathBuf,
    state: Arc<AtomicU8>,
    ends: Arc<Mutex<Vec<UnixStream>>>,
}

const WHOLE: u8 = 0;
pub const CUT: u8 = 1;
/// Everything is heard and nothing said.
const MUTE: u8 = 2;

impl Line {
    pub fn to(server: &Path, socket: PathBuf) -> Line {
        let listener = UnixListener::bind(&socket).expect("a socket");
        let line = Line {
            socket,
            state: Arc::default(),
            ends: Arc::default(),
        };
        let (state, ends, server) = (line.state.clone(), line.ends.clone(), server.to_owned());
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if state.load(Ordering::SeqCst) == CUT {
                    continue;
                }
                let far = UnixStream::connect(&server).expect("the server answers");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (
                        from.try_clone().expect("an end"),
                        to.try_clone().expect("an end"),
                    );
                    let state = state.clone();
                    thread::spawn(move || carry(from, to, &state));
                }
                ends.lock().expect("the ends").extend([near, far]);
            }
        });
        line
    }

    pub fn url(&self, hall: &Hall) -> String {
        format!(
            "mysql://root@localhost/{}?socket={}",
            hall.database,
            self.socket.display()
        )
    }

    pub fn turn(&self, state: u8) {
        self.state.store(state, Ordering::SeqCst);
        if state == CUT {
            for end in self.ends.lock().expect("the ends").drain(..) {
                end.shutdown(Shutdown::Both).ok();
            }
        }
    }
}

fn carry(mut from: UnixStream, mut to: UnixStream, state: &AtomicU8) {
    let mut buffer = [0; 1 << 16];
    while let Ok(size @ 1..) = from.read(&mut buffer) {
        if state.load(Ordering::SeqCst) != MUTE && to.write_all(&buffer[..size]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
}

pub fn migrated() -> Hall {
    Hall::new().at("2026-07-04T20:10:00Z").migrated()
}

/// One park that is open with a ride that is down, polled at `slot`.
pub fn poll(hall: &Hall, slot: &str) {
    for statement in [
        "alter table park_snapshots add partition (partition until_2027_01_01 values less than ('2027-01-01'))",
        "alter table ride_snapshots add partition (partition until_2027_01_01 values less than ('2027-01-01'))",
        &format!(
            "insert into parks (park_id, queue_times_id, name, timezone, is_disney, created_at, updated_at, last_slot)
             values (1, 64, 'Amberlight Pier', 'America/Los_Angeles', true, '{slot}', '{slot}', '{slot}')"
        ),
        &format!("insert into rides (ride_id, park_id, queue_times_id, name, tier, created_at, updated_at) values (1, 1, 701, 'Kraken Drop', 1, '{slot}', '{slot}')"),
        &format!("insert into park_snapshots values ('{slot}', 1, 'open', 'observed', 'queue_times', 5, '{slot}', 1, 0, 1, 0, 0, 0, 0, 0, null, 3, 3, 10, null, null)"),
        &format!("insert into ride_snapshots values (date_format('{slot}', '%Y-%m-%d %H:00:00'), 1, minute('{slot}'), 1, false, null, null, 1, 3, 5, true, 'down', true, false, true)"),
    ] {
        hall.query(statement);
    }
}

#[test]
fn serve_answers_head_304_404_and_405_as_http_wants_them() {
    let hall = migrated();
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(&hall);
    let path = "/api/parks/downtime?period=today";

    let got = served.get(path);
    assert_eq!(got.status, 200);
    assert_eq!(got.header("Content-Type"), Some("application/json"));
    assert_eq!(
        got.header("Content-Length"),
        Some(got.body.len().to_string().as_str())
    );
    assert_eq!(got.header("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(got.header("X-Cache-Hit"), Some("true"));
    assert_eq!(got.header("X-Cache-Age"), Some("0"));
    assert!(
        got.header("Cache-Control")
            .is_some_and(|value| value.contains("stale-if-error"))
    );
    assert!(
        got.header("Date")
            .is_some_and(|date| date.ends_with(" GMT"))
    );

    let head = served.ask("HEAD", path, "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("Content-Length"), got.header("Content-Length"));

    let etag = got.header("ETag").expect("an etag");
    let known = served.ask("GET", path, &format!("If-None-Match: {etag}\r\n"));
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    assert_eq!(known.header("Content-Length"), None);
    let other = served.ask("GET", path, "If-None-Match: \"other\"\r\n");
    assert_eq!((other.status, other.body), (200, got.body));

    for (method, path, status) in [
        ("GET", "/api/nothing", 404),
        ("GET", "/api/parks/downtime/", 404),
        ("GET", "/api", 404),
        ("POST", "/api/parks/downtime", 405),
        ("DELETE", "/api/parks/downtime", 405),
        ("GET", "/api/parks/downtime?period=decade", 400),
    ] {
        let reply = served.ask(method, path, "");
        assert_eq!(reply.status, status, "{method} {path}");
        assert_eq!(reply.json()["success"], false);
        assert!(reply.json()["error"].is_string());
        assert_eq!(reply.header("Access-Control-Allow-Origin"), Some("*"));
    }
    assert_eq!(
        served.ask("PUT", "/api/parks/downtime", "").header("Allow"),
        Some("GET, HEAD, OPTIONS")
    );
    let preflight = served.ask(
        "OPTIONS",
        path,
        "Origin: http://x.test\r\nAccess-Control-Request-Method: GET\r\n",
    );
    assert_eq!((preflight.status, preflight.body.as_str()), (204, ""));
    for (name, value) in [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
        (
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, X-API-Key",
        ),
    ] {
        assert_eq!(preflight.header(name), Some(value));
    }
    assert_eq!(preflight.header("Content-Length"), None);
}

#[test]
fn a_target_may_name_the_server_and_the_start_names_every_route() {
    let hall = migrated();
    let mut child = hall.spawn("serve --listen 127.0.0.1:0");
    let mut said = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    while !said.ends_with("/metrics\n") {
        assert!(stdout.read_line(&mut said).expect("a line") > 0, "{said}");
    }
    let address = said["serve: http://".len()..].split('/').next();
    let address = address.expect("an address").to_owned();
    let served = Served { child, address };
    let origin = format!("http://{}", served.address);
    for path in ["/", "/api/search/index", "/api/parks/downtime?period=today"] {
        let named = served.get(&format!("{origin}{path}"));
        let plain = served.get(path);
        assert_eq!((named.status, named.body), (200, plain.body), "{path}");
    }
    assert_eq!(served.get(&origin).json()["name"], "hallctl");
    assert_eq!(served.get(&format!("{origin}/nowhere")).status, 404);
    for path in [
        "POST {}/api/audit/run",
        "{}/api/health",
        "{}/api/admin/cache-status",
        "{}/metrics",
    ] {
        let line = format!("serve: {}\n", path.replace("{}", &origin));
        assert!(said.contains(&line), "{line} is not in {said}");
    }
}

#[test]
fn a_kept_connection_answers_one_request_after_the_other() {
    let hall = migrated();
    let served = Served::start(&hall);
    let mut wire = Wire::to(&served);
    for _ in 0..3 {
        assert_eq!(wire.get("/api/live/status-summary").json()["success"], true);
    }
}

#[test]
fn a_burst_of_connections_is_answered_to_the_last_one() {
    let hall = migrated();
    let served = Served::start(&hall);
    let streams: Vec<TcpStream> = (0..40)
        .map(|_| TcpStream::connect(&served.address).expect("serve listens"))
        .collect();
    for mut stream in &streams {
        stream
            .write_all(b"GET /api/health HTTP/1.1\r\nHost: hall\r\n\r\n")
            .expect("a request");
    }
    for mut stream in streams {
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a timeout");
        let mut start = [0; 12];
        stream.read_exact(&mut start).expect("an answer");
        assert_eq!(&start, b"HTTP/1.1 200");
    }
}

#[test]
fn serve_ends_in_good_order_on_sigterm() {
    let hall = migrated();
    let mut served = Served::start(&hall);
    let mut idle = TcpStream::connect(&served.address).expect("serve listens");
    idle.write_all(b"GET /api/health HTTP/1.1\r\n")
        .expect("half a request");
    assert_eq!(served.get("/api/health").status, 200);
    let (status, took) = served.end();
    assert_eq!(status, 0);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

/// Connects, sends `text` and then nothing more, and reads nothing.
fn send(served: &Served, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&served.address).expect("serve listens");
    // The kernel reads no more than this in our place.
    socket2::SockRef::from(&stream)
        .set_recv_buffer_size(4096)
        .expect("a small buffer");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    stream.write_all(text.as_bytes()).expect("it is taken");
    stream
}

#[test]
fn clients_that_promise_a_body_and_send_none_hold_nobody_up() {
    let hall = migrated();
    let served = Served::start(&hall);
    let head = |method, length: u64| {
        format!("{method} /api/health HTTP/1.1\r\nHost: hall\r\nContent-Length: {length}\r\n\r\n")
    };
    // More than there is memory for.
    let boundless = send(&served, &head("POST", 100_000_000_000_000));
    let mut stalled: Vec<TcpStream> = (0..30)
        .map(|number| {
            send(
                &served,
                &head(if number == 0 { "GET" } else { "POST" }, 1_000_000),
            )
        })
        .collect();
    assert_eq!(served.get("/api/health").status, 200);
    for (stream, status) in stalled.iter_mut().zip(["413", "405"]) {
        let mut start = [0; 12];
        stream.read_exact(&mut start).expect("an answer");
        assert_eq!(start, format!("HTTP/1.1 {status}").as_bytes());
    }
    drop((boundless, stalled));
    let posted = send(
        &served,
        &(head("POST", 5_000) + &"x".repeat(5_000) + &head("GET", 0)),
    );
    let mut lines = BufReader::new(posted).lines();
    for start in ["HTTP/1.1 405", "HTTP/1.1 200"] {
        assert!(
            lines.any(|line| line.expect("a line").contains(start)),
            "{start}"
        );
    }
}

#[test]
fn clients_that_do_not_read_hold_up_neither_others_nor_the_end() {
    let hall = migrated();
    let mut served = Served::start(&hall);
    // More answers than the kernel keeps for a client: those of the others are under way, and stuck.
    let stuck = |requests| {
        let request = "GET /api/parks/downtime HTTP/1.1\r\nHost: hall\r\n\r\n";
        send(&served, &request.repeat(requests))
    };
    let mut first = stuck(10_000);
    assert_eq!(served.get("/api/health").status, 200);
    // With the first they are more than there are workers to begin with.
    let others: Vec<TcpStream> = (0..20).map(|_| stuck(2_000)).collect();
    thread::sleep(Duration::from_secs(1));
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(served.get("/api/health").status, 200);
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    eventually("the first is hung up on", || first.write_all(b" ").is_err());
    let second = stuck(10_000);
    thread::sleep(Duration::from_secs(2));
    let (status, took) = served.end();
    assert_eq!(status, 0);
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop((others, second));
}

#[test]
fn whoever_sends_many_requests_at_once_gets_all_answers_in_order() {
    let hall = migrated();
    let served = Served::start(&hall);
    let large = "PUT /api/health HTTP/1.1\r\nHost: hall\r\nContent-Length: 2000\r\n\r\n";
    let three = "GET /api/health HTTP/1.1\r\nHost: hall\r\n\r\n".to_owned()
        + "GET /api/nothing HTTP/1.1\r\nHost: hall\r\n\r\n"
        + large
        + &"x".repeat(2000);
    let last = "HEAD /api/health HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n";
    let greedy = three.repeat(100) + last;
    let mut stream = TcpStream::connect(&served.address).expect("serve listens");
    let mut reader = stream.try_clone().expect("a reader");
    let reading = thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).map(|_| text)
    });
    stream.write_all(greedy.as_bytes()).expect("it is taken");
    let text = reading.join().expect("a reader").expect("the answers end");
    let statuses: Vec<&str> = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|one| &one[..3])
        .collect();
    let mut expected = ["200", "404", "405"].repeat(100);
    expected.push("200");
    assert_eq!(statuses, expected);
}

#[test]
fn serve_refuses_an_address_that_others_can_reach() {
    let hall = migrated();
    let ran = hall.run("serve --listen 0.0.0.0:0").exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: `0.0.0.0:0` is not a loopback address; listen on 127.0.0.1 and put nginx in front (`hallctl serve --nginx`), or say `--exposed` on a network you trust\n"
    );
    let exposed = Served::at(&hall, "0.0.0.0:0 --exposed");
    assert!(exposed.address.starts_with("0.0.0.0:"));
    let metrics = exposed.get("/metrics").body;
    assert!(metrics.contains("\nhttp_connections_open 1\n"), "{metrics}");
    let served = Served::start(&hall);
    let taken = hall
        .run(&format!("serve --listen {}", served.address))
        .exits(1);
    assert!(
        taken
            .stderr
            .contains(&format!("could not listen on `{}`", served.address)),
        "{}",
        taken.stderr
    );
}

#[test]
fn a_socket_file_is_for_one_serve_and_goes_with_it() {
    let hall = migrated();
    let socket = hall.path("serve.sock");
    let words = format!("serve --listen unix:{}", socket.display());
    let address = words.trim_start_matches("serve --listen ");
    let ask = || {
        let mut stream = UnixStream::connect(&socket).expect("serve listens");
        let ask = "GET /api/health HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).expect("it is sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("the answer ends");
        text
    };
    let refused = |said: &str| {
        let stderr = hall.run(&words).exits(1).stderr;
        let said = format!("hallctl: could not listen on `{address}`: {said}\n");
        assert_eq!(stderr, said);
    };
    std::fs::write(&socket, "precious").expect("a file");
    refused("there is a file that is not a socket");
    std::fs::remove_file(&socket).expect("it was left");

    let mut served = Served::at(&hall, address);
    let mode = std::fs::metadata(&socket).expect("a file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o660);
    refused("another process listens there");
    assert!(ask().starts_with("HTTP/1.1 200 "));
    served.kill();
    assert!(socket.exists());
    // What the dead one left is replaced.
    let mut served = Served::at(&hall, address);
    assert!(ask().starts_with("HTTP/1.1 200 "));
    // Its client has no address to be marked by, but is told that it ends.
    let mut stream = UnixStream::connect(&socket).expect("serve listens");
    let odd = "GET / HTTP/1.1\r\nHost: hall\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n";
    stream.write_all(odd.as_bytes()).expect("it is sent");
    let answer = crate::posted::heard(&mut stream, "}");
    assert!(answer.starts_with("HTTP/1.1 411 "), "{answer}");
    assert!(answer.contains("\r\nConnection: close\r\n"), "{answer}");
    assert!(ask().starts_with("HTTP/1.1 200 "));
    assert_eq!(served.end().0, 0);
    assert!(!socket.exists());
    let relative = hall.run("serve --listen unix:serve.sock").exits(2);
    let said = "write it as 127.0.0.1:5001, [::1]:5001 or unix:/run/hallctl/serve.sock";
    assert!(relative.stderr.contains(said), "{}", relative.stderr);
}

#[test]
fn serve_waits_for_a_server_that_is_down_but_not_for_one_that_refuses() {
    let hall = migrated();
    let (url, database) = (hall.url(), hall.database.clone());
    let changed = |from: &str, to: &str| url.replace(from, to);
    let nowhere = hall.path("nowhere").display().to_string();
    let socket = crate::hall::socket().display().to_string();
    for (url, next_step) in [
        (
            changed("root@", "stranger:wrong@"),
            "correct user and password in HALLCTL_DATABASE_URL",
        ),
        (changed(&database, "no_such_hall"), "hallctl migrate"),
    ] {
        let mut command = hall.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("HALLCTL_DATABASE_URL", url);
        let ran = crate::hall::run(command).exits(1);
        assert!(ran.stderr.contains(next_step), "{}", ran.stderr);
    }

    let hall = hall.env("HALLCTL_DATABASE_URL", &changed(&socket, &nowhere));
    let mut served = Served::start(&hall);
    let path = "/api/live/status-summary";
    assert_eq!(served.get(path).status, 503);
    let mut stderr = BufReader::new(served.child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains("trying again every second") {
        assert_ne!(stderr.read_line(&mut said).expect("a line"), 0, "{said}");
    }
    std::os::unix::fs::symlink(&socket, &nowhere).expect("the server comes up");
    eventually("an answer", || served.get(path).status == 200);
    eventually("health", || served_database(&served) == "healthy");
    served.end();
    stderr.read_to_string(&mut said).expect("words");
    assert!(
        said.contains("nothing is in memory to answer from, trying again"),
        "{said}"
    );
    assert!(said.contains("the database answers again"), "{said}");
    assert!(!said.contains("answering from memory"), "{said}");
}

#[test]
fn serve_follows_the_shelf() {
    let hall = migrated();
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(&hall);
    let path = "/api/parks/downtime?period=today";
    assert_eq!(served.json(path)["data"].as_array().map(Vec::len), Some(0));
    poll(&hall, "2026-07-04 20:10:00");
    hall.run("refresh-cache --all").succeeds();
    eventually("the new body", || {
        served.json(path)["data"].as_array().map(Vec::len) == Some(1)
    });
    assert_eq!(served.get(path).header("X-Cache-Hit"), Some("true"));
    // Of a shelf that is emptied nobody sees a gap: the next answer is computed.
    hall.query("delete from cached_api_views");
    eventually("a live answer", || {
        let reply = served.get(path);
        assert_eq!(reply.json()["data"].as_array().map(Vec::len), Some(1));
        reply.header("X-Cache-Hit") == Some("false")
    });
}

#[test]
fn a_new_body_under_an_old_number_is_seen() {
    let hall = migrated();
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(&hall);
    let path = "/api/live/status-summary";
    assert_eq!(served.json(path)["status_summary"]["total"], 0);
    // As after a `truncate` and a refresh between two looks: the numbers begin at 1 again.
    hall.query(
        "update cached_api_views
            set result_json = replace(result_json, '\"total\":0', '\"total\":9'), generated_at = generated_at - interval 1 minute
          where cache_key = 'status_summary_live'",
    );
    eventually("the new body", || {
        served.json(path)["status_summary"]["total"] == 9
    });
}

#[test]
fn a_body_from_the_future_is_not_fresh_and_gives_way_to_one_of_now() {
    let hall = migrated().at("2026-07-05T04:00:00Z");
    hall.run("refresh-cache --all").succeeds();
    let hall = hall.at("2026-07-04T20:10:00Z");
    poll(&hall, "2026-07-04 20:10:00");
    let served = Served::start(&hall);
    for hit in ["false", "true"] {
        let reply = served.get("/api/live/status-summary");
        assert_eq!(reply.header("X-Cache-Hit"), Some(hit));
        assert_eq!(reply.json()["status_summary"]["DOWN"], 1);
    }
}

#[test]
fn a_broken_body_on_the_shelf_is_computed_instead() {
    let hall = migrated();
    hall.run("refresh-cache --all").succeeds();
    hall.query("update cached_api_views set result_json = '{broken' where cache_key = 'status_summary_live'");
    let served = Served::start(&hall);
    let reply = served.get("/api/live/status-summary");
    assert_eq!(
        (reply.status, reply.header("X-Cache-Hit")),
        (200, Some("false"))
    );
    assert_eq!(reply.json()["status_summary"]["total"], 0);
    assert_eq!(
        served
            .get("/api/live/status-summary?filter=disney-universal")
            .header("X-Cache-Hit"),
        Some("true")
    );
}

#[test]
fn what_is_not_on_the_shelf_is_computed_once_and_kept() {
    let hall = migrated();
    poll(&hall, "2026-07-04 20:10:00");
    let served = Served::start(&hall);
    let path = "/api/live/status-summary?park_id=1";
    let first = served.get(path);
    assert_eq!(
        (first.status, first.header("X-Cache-Hit")),
        (200, Some("false"))
    );
    assert_eq!(first.json()["status_summary"]["DOWN"], 1);
    assert_eq!(first.json()["park_id"], 1);
    let second = served.get(path);
    assert_eq!(
        (second.header("X-Cache-Hit"), second.body == first.body),
        (Some("true"), true)
    );
    assert_eq!(first.header("X-Data-Through"), Some("2026-07-04T20:10:00Z"));
    assert_eq!(
        served.json("/api/live/status-summary?park_id=2")["status_summary"]["total"],
        0
    );
    let unread = served.json("/api/live/status-summary?park_id=x");
    assert_eq!(
        (&unread["status_summary"]["total"], unread.get("park_id")),
        (&Value::from(1), None)
    );
}

#[test]
fn serve_keeps_answering_when_the_database_is_gone() {
    let hall = migrated();
    poll(&hall, "2026-07-04 20:10:00");
    hall.run("refresh-cache --all").succeeds();
    let line = Line::to(crate::hall::socket(), hall.path("line"));
    // Twenty minutes later every body on the shelf is stale.
    let url = line.url(&hall);
    let hall = hall.env("HALLCTL_DATABASE_URL", &url);
    let later = Served::start(&hall);
    let hall = hall.at("2026-07-04T20:30:00Z");
    let stale = Served::start(&hall);
    let path = "/api/rides/downtime?period=today";
    let before = later.get(path);
    line.turn(CUT);

    let after = later.get(path);
    assert_eq!(
        (after.status, after.header("X-Cache-Hit")),
        (200, Some("true"))
    );
    assert_eq!(after.body, before.body);
    let old = stale.get(path);
    assert_eq!(
        (
            old.status,
            old.header("X-Cache-Hit"),
            old.header("X-Cache-Age")
        ),
        (200, Some("true"), Some("1200"))
    );
    let missing = later.get("/api/live/status-summary?park_id=1");
    assert_eq!(missing.status, 503);
    assert_eq!(missing.json()["success"], false);
    assert!(!missing.body.contains("socket"), "{}", missing.body);
    eventually("health says so", || later.get("/api/health").status == 503);
    assert_eq!(served_database(&later), "unhealthy");

    line.turn(WHOLE);
    eventually("the database is back", || {
        later.get("/api/live/status-summary?park_id=1").status == 200
    });
    eventually("a stale body is made anew", || {
        stale.get(path).header("X-Cache-Hit") == Some("false")
    });
    eventually("health recovers", || {
        served_database(&later) == "healthy" && served_database(&stale) == "healthy"
    });
}

#[test]
fn connections_that_died_while_idle_cost_nobody_an_answer() {
    let hall = migrated();
    poll(&hall, "2026-07-04 20:10:00");
    let served = Served::start(&hall);
    let theirs = || {
        hall.query("select id from information_schema.processlist where db = database() and id <> connection_id()")
    };
    // What computed this answer stays connected, and idle, beside the follower.
    served.json("/api/live/status-summary?park_id=9");
    eventually("one of them is idle", || theirs().len() > 1);
    for park in 1..4 {
        // What the server does to connections idle for longer than its wait_timeout.
        for id in theirs() {
            // The follower may have left by itself.
            hall.db().query_drop(format!("kill {}", id[0])).ok();
        }
        let path = format!("/api/live/status-summary?park_id={park}");
        assert_eq!(served.json(&path)["success"], true);
    }
}

#[test]
fn a_mute_database_holds_nobody_up_for_long() {
    let hall = migrated();
    hall.run("refresh-cache --all").succeeds();
    let line = Line::to(crate::hall::socket(), hall.path("line"));
    let url = line.url(&hall);
    // Twenty minutes later every body on the shelf is stale.
    let hall = hall
        .env("HALLCTL_DATABASE_URL", &url)
        .at("2026-07-04T20:30:00Z");
    let served = Served::start(&hall);
    line.turn(MUTE);
    let begun = Instant::now();
    for _ in 0..3 {
        for period in [
            "live",
            "today",
            "yesterday",
            "7days",
            "30days",
            "last_week",
            "last_month",
        ] {
            let reply = served.get(&format!("/api/parks/downtime?period={period}"));
            assert_eq!(
                (reply.status, reply.header("X-Cache-Age")),
                (200, Some("1200"))
            );
        }
    }
    // The first few wait a second each for their own attempt, then nobody waits at all.
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn with_a_mute_database_a_miss_ends_soon_and_health_says_so() {
    let hall = migrated();
    let line = Line::to(crate::hall::socket(), hall.path("line"));
    let url = line.url(&hall);
    let hall = hall.env("HALLCTL_DATABASE_URL", &url);
    let served = Served::start(&hall);
    assert_eq!(served_database(&served), "healthy");
    line.turn(MUTE);
    let muted = Instant::now();
    for park in 1..=3 {
        let begun = Instant::now();
        let missing = served.get(&format!("/api/live/status-summary?park_id={park}"));
        let took = begun.elapsed();
        assert_eq!(missing.status, 503);
        assert_eq!(
            missing.json()["error"],
            "the database does not answer; try again in a few seconds"
        );
        assert!(took < Duration::from_millis(3500), "{park}: {took:?}");
    }
    eventually("it is stale", || served_database(&served) == "stale");
    let silent = muted.elapsed();
    assert!(silent < Duration::from_secs(9), "{silent:?}");
    let health = served.get("/api/health");
    assert_eq!(
        (health.status, &health.json()["status"]),
        (200, &Value::from("degraded"))
    );
    eventually("it is down", || served_database(&served) == "unhealthy");
    line.turn(WHOLE);
    eventually("it is back", || served_database(&served) == "healthy");
}

fn served_database(served: &Served) -> Value {
    served.get("/api/health").json()["checks"]["database"]["status"].clone()
}

#[test]
fn health_tells_the_age_of_each_station() {
    let hall = migrated();
    let served = Served::start(&hall);
    let health = served.json("/api/health");
    assert_eq!(health["status"], "degraded");
    for check in [
        "data_collection",
        "hourly_aggregation",
        "daily_aggregation",
        "cache",
    ] {
        assert_eq!(health["checks"][check]["status"], "no_data", "{check}");
    }
    poll(&hall, "2026-07-04 19:35:00");
    eventually("the cycle is seen", || {
        served.json("/api/health")["checks"]["data_collection"]["age_minutes"] == 35
    });
    let health = served.json("/api/health");
    assert_eq!(health["checks"]["data_collection"]["status"], "stale");
    assert_eq!(
        health["checks"]["data_collection"]["last_collection"],
        "2026-07-04T19:35:00Z"
    );
    assert_eq!(health["api_version"], "1.0.0");
}

#[test]
fn a_shelf_from_the_future_is_not_healthy_and_hides_none_of_now() {
    let hall = migrated().at("2026-07-05T04:00:00Z");
    hall.run("refresh-cache --all").succeeds();
    let hall = hall.at("2026-07-04T20:10:00Z");
    let served = Served::start(&hall);
    let cache = || served.json("/api/health")["checks"]["cache"].clone();
    assert_eq!(cache()["status"], "stale");
    assert_eq!(cache()["newest"], "2026-07-05T04:00:00Z");
    hall.query("update cached_api_views set generated_at = '2026-07-04 20:05:00' where cache_key = 'status_summary_live'");
    eventually("one of now is seen", || cache()["status"] == "healthy");
    assert_eq!(cache()["age_minutes"], 5);
}

#[test]
fn what_takes_too_long_and_what_writes_is_not_blamed_on_a_database_that_answers() {
    let hall = migrated();
    hall.query("create table visits (visit_id int primary key auto_increment)");
    hall.query(
        "create function visited() returns int not deterministic modifies sql data \
         begin insert into visits values (); return 1; end",
    );
    let view = |name: &str, what: &str| {
        let text = format!(
            "-- X.\n-- view: {name}  type: x  route: /api/{name}\n-- store: on-demand  fresh: 1m\n-- name: x :value\nselect {what};\n"
        );
        (format!("{name}.sql"), text)
    };
    let thousand = "(with recursive n as (select 1 as x union all select x + 1 from n where x < 1000) select x from n)";
    let slow = format!(
        "sum(sin(one.x + two.x + three.x)) from {thousand} one join {thousand} two join {thousand} three"
    );
    let views = [view("slow", &slow), view("written", "visited()")];
    let views: Vec<(&str, &str)> = views
        .iter()
        .map(|(name, text)| (&name[..], &text[..]))
        .collect();
    let hall = with_views(hall, &views);
    let mut served = Served::start(&hall);
    let slow = served.get("/api/slow");
    assert_eq!(
        (slow.status, &slow.json()["error"]),
        (
            503,
            &Value::from("this takes longer to compute than it may; try again later")
        )
    );
    let written = served.get("/api/written");
    assert_eq!(
        (written.status, &written.json()["error"]),
        (
            500,
            &Value::from("this cannot be computed; the log of the server says why")
        )
    );
    assert_eq!(hall.value("select count(*) from visits"), "0");
    let said = served.said();
    assert!(said.contains("(error 1792)"), "{said}");
}

#[test]
fn what_cannot_be_computed_is_not_blamed_on_a_database_that_answers() {
    let hall = migrated();
    let served = Served::start(&hall);
    hall.query("alter table parks rename column city to town");
    let reply = served.get("/api/search/index");
    assert_eq!(reply.status, 500, "{}", reply.json());
    assert_eq!(
        reply.json()["error"],
        "this cannot be computed; the log of the server says why"
    );
    hall.query("alter table parks rename column town to city");
    eventually("it can", || served.get("/api/search/index").status == 200);
}
