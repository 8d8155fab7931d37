//! The nginx in front of `serve`, with the configuration that hallctl prints and the public at its door.

use crate::gzip::Sent;
use crate::hall::{Hall, eventually};
use crate::posted::{HALVED, heard};
use crate::serve::{Reply, Served, migrated, poll, send_to};
use crate::view_language::with_views;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// A second of thought, for one who asks.
const SLOW: &str = "\
-- An answer that takes a while.
-- view: slow  type: numbers  route: /api/slow/{number:int}
-- store: on-demand  fresh: 5m

-- name: slept :value
select sleep(0.5);
";

const PRIVATE: &str = "\
-- What only who has the token may see.
-- view: private  type: numbers  route: /api/private.d/{number:int}  auth: bearer
-- store: on-demand  fresh: 5m

-- name: one :value
select 1;
";

const RANKING: &str = "/api/parks/downtime?period=today";

/// A hall with a shelf, these views, and a token.
fn hall() -> Hall {
    let hall = migrated();
    poll(&hall, "2026-07-04 20:10:00");
    let views = [
        ("halved.sql", HALVED),
        ("slow.sql", SLOW),
        ("private.sql", PRIVATE),
    ];
    let hall = with_views(hall, &views).env("HALLCTL_TOKEN", "secret");
    hall.run("refresh-cache --all").succeeds();
    hall
}

/// A private nginx, which ends with the test that started it.
struct Front {
    child: Child,
    address: String,
}

/// What stands around the printed configuration: who runs it, and the places it would otherwise take from the machine.
const AROUND: &str = "\
daemon off;
worker_processes 2;
pid nginx.pid;
error_log error.log;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include hallctl.conf;
}
";

impl Front {
    /// Nothing, with a word to the reader, where there is no nginx.
    fn of(hall: &Hall, served: &Served) -> Option<Front> {
        if nginx(&["-v"]).is_none() {
            eprintln!("skipped: no `nginx`; `tests/run` installs it");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = port.local_addr().expect("an address").to_string();
        drop(port);
        let printed = hall.run(&format!("serve --nginx --listen {}", served.address));
        let mut printed = printed.succeeds().stdout;
        let prefix = hall.path("nginx");
        fs::create_dir(&prefix).expect("a directory");
        let cache = prefix.join("cache").display().to_string();
        // The lines that it says to edit.
        for (line, edited) in [
            ("listen 80;", &format!("listen {address};")),
            ("server_name example.org;", &"server_name hall;".to_owned()),
            ("/var/cache/hallctl-nginx", &cache),
        ] {
            assert_eq!(printed.matches(line).count(), 1, "{line}: {printed}");
            printed = printed.replace(line, edited);
        }
        fs::write(prefix.join("hallctl.conf"), printed).expect("a file");
        // Its workers are otherwise somebody else, who may not enter here.
        let user = if rustix::process::geteuid().is_root() {
            "user root root;\n"
        } else {
            ""
        };
        let around = prefix.join("nginx.conf");
        fs::write(&around, format!("{user}{AROUND}")).expect("a file");
        let (prefix, around) = (prefix.display().to_string(), around.display().to_string());
        let tested = nginx(&["-t", "-p", &prefix, "-c", &around]).expect("it runs");
        let said = String::from_utf8_lossy(&tested.stderr);
        assert!(
            tested.status.success() && !said.contains("[warn]"),
            "{said}"
        );
        // The shell holds the other end of our pipe, so that nginx ends however we do.
        let mut shell = Command::new("/bin/sh");
        shell
            .args(["-c", "nginx -p $0 -c $1 & read _; kill $!; wait $!"])
            .args([prefix, around])
            .env("PATH", PATH)
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let child = shell.spawn().expect("a shell");
        let front = Front { child, address };
        eventually("nginx listens", || {
            TcpStream::connect(&front.address).is_ok()
        });
        Some(front)
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Reply {
        send_to(&self.address, method, path, headers, "")
    }

    fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "")
    }

    /// Says all this, whether it is heard or not, for the error that comes back.
    fn blurt(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("nginx listens");
        stream.write_all(text.as_bytes()).ok();
        heard(&mut stream, "}")
    }

    fn post(&self, path: &str, body: &str) -> Reply {
        let length = body.len();
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        send_to(&self.address, "POST", path, &headers, body)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().ok();
    }
}

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

fn nginx(words: &[&str]) -> Option<Output> {
    let mut command = Command::new("/usr/bin/env");
    command.env("PATH", PATH).arg("nginx").args(words);
    let output = command.output().expect("`env` runs");
    (output.status.code() != Some(127)).then_some(output)
}

/// How many requests have reached serve, but for those that ask just this. An answer is counted once it has left, so
/// it is looked at until the count stands still.
fn reached(served: &Served) -> u64 {
    let mut before = None;
    loop {
        let text = served.get("/metrics").body;
        let counted = text
            .lines()
            .filter(|line| line.starts_with("http_requests_total{"))
            .filter(|line| !line.contains("route=\"/metrics\""));
        let counts = counted.map(|line| line.rsplit(' ').next().expect("a count"));
        let count = counts.map(|count| count.parse::<u64>().expect("a count"));
        let now = count.sum();
        if before == Some(now) {
            return now;
        }
        before = Some(now);
        thread::sleep(Duration::from_millis(20));
    }
}

fn refused(reply: &Reply, status: u16, said: &str) {
    assert_eq!(reply.status, status, "{said}: {}", reply.head);
    assert_eq!(reply.json()["success"], false);
    let error = reply.json()["error"].to_string();
    assert!(error.contains(said), "{error}");
    assert_eq!(reply.header("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
}

#[test]
fn the_configuration_is_printed_without_a_database_and_knows_the_views() {
    let hall = Hall::new().env("HALLCTL_DATABASE_URL", "mysql://nobody@127.0.0.1:1/nowhere");
    let built_in = hall.run("serve --nginx").succeeds();
    assert_eq!(built_in.stderr, "");
    for said in [
        "server 127.0.0.1:5001 max_conns=",
        "\"~^POST /api/audit/verify(\\?|$)\" 0;",
        "\"~^POST /api/audit/run(\\?|$)\" 0;",
        "client_max_body_size 1024;",
    ] {
        assert_eq!(built_in.stdout.matches(said).count(), 1, "{said}");
    }
    assert!(!built_in.stdout.contains('@'), "{}", built_in.stdout);
    let hall = with_views(hall, &[("halved.sql", HALVED), ("private.sql", PRIVATE)]);
    let views = hall.path("views").display().to_string();
    let words = [
        "serve",
        "--nginx",
        "--listen",
        "[::1]:8080",
        "--views",
        &views,
    ];
    let own = hall.run_words(&words).succeeds().stdout;
    for said in [
        "server [::1]:8080 max_conns=",
        "\"~^POST /api/numbers/[^/?]+/halved(\\?|$)\" 0;",
        "\"~^/api/private\\x2ed/[^/?]+(\\?|$)\" 1;",
    ] {
        assert_eq!(own.matches(said).count(), 1, "{said}: {own}");
        assert!(!built_in.stdout.contains(said), "{said}");
    }
}

#[test]
fn what_nginx_gives_is_what_serve_gives_and_serve_is_asked_once() {
    let hall = hall();
    let served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    for path in [
        RANKING,
        "/api/parks/1/details?period=today",
        "/",
        "/api/nothing",
        "/api/parks/a%2Fb/details",
    ] {
        let (direct, through) = (served.get(path), front.get(path));
        assert_eq!(
            (through.status, &through.body),
            (direct.status, &direct.body),
            "{path}"
        );
        for name in [
            "ETag",
            "Content-Type",
            "Content-Length",
            "Cache-Control",
            "Access-Control-Allow-Origin",
            "X-Data-Through",
        ] {
            assert_eq!(through.header(name), direct.header(name), "{path}: {name}");
        }
    }
    let etag = served
        .get(RANKING)
        .header("ETag")
        .expect("an etag")
        .to_owned();
    let before = reached(&served);
    for _ in 0..3 {
        let hit = front.get(RANKING);
        assert_eq!(hit.header("X-Cache-Status"), Some("HIT"));
        assert_eq!(hit.header("X-Cache-Hit"), Some("true"));
        assert!(hit.header("X-Cache-Age").is_some());
        let head = front.ask(
            "HEAD",
            RANKING,
            "Cookie: me=1\r\nCache-Control: no-cache\r\n",
        );
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        assert_eq!(head.header("Content-Length"), hit.header("Content-Length"));
        let known = front.ask("GET", RANKING, &format!("If-None-Match: {etag}\r\n"));
        assert_eq!((known.status, known.body.as_str()), (304, ""));
        assert_eq!(known.header("ETag"), Some(etag.as_str()));
    }
    assert_eq!(reached(&served), before);
    // The query is another answer.
    let year = front.get("/api/parks/downtime?period=yesterday");
    assert_ne!(year.header("ETag"), Some(etag.as_str()));
    assert_eq!(reached(&served), before + 1);
    // How it stands is asked each time, and so is what may be asked.
    for _ in 0..2 {
        assert_eq!(front.get("/api/health").status, 200);
        let preflight = front.ask("OPTIONS", RANKING, "");
        assert_eq!(preflight.status, 204);
        let methods = preflight.header("Access-Control-Allow-Methods");
        assert_eq!(methods, Some("GET, HEAD, OPTIONS"));
    }
    assert_eq!(reached(&served), before + 5);
    // We are the machine itself.
    assert_eq!(front.get("/metrics").status, 200);
    assert_eq!(front.get("/api/admin/cache-status").status, 401);
}

#[test]
fn who_takes_gzip_gets_it_once() {
    let hall = hall();
    let served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    let path = "/api/parks/1/details?period=today";
    let gzip = "Accept-Encoding: gzip\r\n";
    let direct = ["", gzip].map(|headers| Sent::of(&served, "GET", path, headers));
    assert_eq!(direct[1].header("Content-Encoding"), Some("gzip"));
    let before = reached(&served);
    // Each is kept, and neither is given for the other.
    for status in ["MISS", "HIT", "HIT"] {
        for (headers, direct) in ["", gzip].into_iter().zip(&direct) {
            let through = Sent::at(&front.address, "GET", path, headers);
            for name in ["Content-Encoding", "Content-Length", "ETag", "Vary"] {
                assert_eq!(through.header(name), direct.header(name), "{name}");
            }
            assert_eq!(through.header("X-Cache-Status"), Some(status));
            assert_eq!(through.0.matches("\r\nVary: ").count(), 1, "{}", through.0);
            assert_eq!(through.1, direct.1);
        }
    }
    // However it is said, and who refuses it does not get it.
    for (accepted, direct) in [
        ("gzip, deflate, br, zstd", &direct[1]),
        ("br;q=1.0,GZIP;q=0.05", &direct[1]),
        ("gzip;q=0, deflate", &direct[0]),
        ("gzip; q=0.000", &direct[0]),
        ("br", &direct[0]),
    ] {
        let headers = format!("Accept-Encoding: {accepted}\r\n");
        let through = Sent::at(&front.address, "GET", path, &headers);
        assert_eq!(through.header("X-Cache-Status"), Some("HIT"), "{accepted}");
        assert_eq!(through.header("ETag"), direct.header("ETag"), "{accepted}");
    }
    assert_eq!(reached(&served), before + 2);
    let packed = Sent::at(&front.address, "GET", path, gzip);
    assert_eq!(packed.unpacked(), direct[0].1);
    let name = packed.header("ETag").expect("a name");
    let known = format!("{gzip}If-None-Match: {name}\r\n");
    let same = Sent::at(&front.address, "GET", path, &known);
    assert!(same.0.starts_with("HTTP/1.1 304 "), "{}", same.0);
}

#[test]
fn answers_go_on_while_serve_is_dead_and_are_fresh_once_it_is_back() {
    let hall = hall();
    let mut served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    let asked = Instant::now();
    let first = front.get(RANKING);
    assert_eq!(first.status, 200);
    served.kill();
    refused(&front.get("/api/health"), 502, "hallctl does not answer");
    refused(&front.get("/api/nothing"), 502, "hallctl does not answer");
    assert_eq!(front.get(RANKING).header("X-Cache-Status"), Some("HIT"));
    // Once it is over an answer is stale, and goes on all the same.
    thread::sleep(Duration::from_secs(62).saturating_sub(asked.elapsed()));
    for _ in 0..3 {
        let stale = front.get(RANKING);
        assert_eq!((stale.status, &stale.body), (200, &first.body));
        assert_ne!(stale.header("X-Cache-Status"), Some("HIT"));
    }
    hall.query("update parks set name = 'Amberlight Harbour'");
    hall.run("refresh-cache --all").succeeds();
    let served = Served::at(&hall, &served.address);
    eventually("the new answer", || {
        front.get(RANKING).body.contains("Amberlight Harbour")
    });
    assert_eq!(front.get(RANKING).body, served.get(RANKING).body);
    assert_eq!(front.get("/api/health").status, 200);
}

#[test]
fn a_post_passes_where_a_view_takes_one_and_nobody_keeps_the_answer() {
    let hall = hall();
    let served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    let path = "/api/numbers/exact/halved";
    for number in 1..4 {
        let before = reached(&served);
        let body = format!("{{\"number\": {number}}}");
        let reply = front.post(path, &body);
        assert_eq!(
            (reply.status, reply.body),
            (200, served.post(path, &body).body)
        );
        assert_eq!(reached(&served), before + 2);
    }
    let run = front.post("/api/audit/run", r#"{"date": "2026-07-03"}"#);
    assert_eq!(run.status, 200, "{}", run.body);
    // nginx reads what serve could not.
    let chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let reply = send_to(
        &front.address,
        "POST",
        path,
        chunked,
        "d\r\n{\"number\": 3}\r\n0\r\n\r\n",
    );
    assert_eq!(reply.json()["half"], 1.5);

    let before = reached(&served);
    for (method, path, allow) in [
        ("POST", RANKING, "GET, HEAD, OPTIONS"),
        ("PUT", RANKING, "GET, HEAD, OPTIONS"),
        ("DELETE", "/api/parks/1/details", "GET, HEAD, OPTIONS"),
        ("BREW", "/", "GET, HEAD, OPTIONS"),
        (
            "POST",
            "/api/numbers/exact/halved/more",
            "GET, HEAD, OPTIONS",
        ),
        ("POST", "/api/admin/cache-status", "GET, HEAD, OPTIONS"),
        ("PATCH", path, "POST, OPTIONS"),
        ("PUT", "/api/audit/run?date=today", "POST, OPTIONS"),
    ] {
        let reply = front.ask(method, path, "Content-Length: 0\r\n");
        refused(&reply, 405, &format!("here only {allow} are answered"));
        assert_eq!(reply.header("Allow"), Some(allow), "{method} {path}");
    }
    assert_eq!(reached(&served), before);
}

#[test]
fn too_large_a_body_or_head_ends_at_nginx() {
    let hall = hall();
    let served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    let path = "/api/numbers/exact/halved";
    let padded = |length: usize| format!("{:length$}", r#"{"number": 3}"#);
    assert_eq!(front.post(path, &padded(1024)).json()["half"], 1.5);
    let before = reached(&served);
    refused(
        &front.post(path, &padded(1025)),
        413,
        "larger than the 1024 bytes",
    );
    let long = "x".repeat(10_000);
    let many = format!("X-Many: {}\r\n", "x".repeat(1000)).repeat(40);
    // Announced, but not sent.
    let announced = "HTTP/1.1\r\nContent-Length: 100000000000000\r\n";
    for (start, status, said) in [
        (format!("GET {path} {announced}"), 413, "that are read here"),
        (
            format!("POST {path} {announced}"),
            413,
            "that are read here",
        ),
        (format!("PUT {path} {announced}"), 413, "that are read here"),
        (
            format!("GET / HTTP/1.1\r\nX-Long: {long}\r\n"),
            431,
            "too large",
        ),
        (format!("GET / HTTP/1.1\r\n{many}"), 431, "too large"),
        (format!("GET /{long} HTTP/1.1\r\n"), 414, "too long"),
    ] {
        let answer = front.blurt(&format!("{start}Host: hall\r\n\r\n"));
        let is_shape_a = answer.ends_with(&format!("{said}\"}}"))
            && answer.contains("\r\n\r\n{\"success\":false,\"error\":\"");
        let is_status = answer.starts_with(&format!("HTTP/1.1 {status} "));
        assert!(is_status && is_shape_a, "{answer}");
    }
    refused(
        &front.ask("GET", RANKING, "Host: twice\r\n"),
        400,
        "cannot be read",
    );
    assert_eq!(reached(&served), before);
    let metrics = served.get("/metrics").body;
    assert!(
        metrics.contains("http_requests_refused_total{limit=\"body\"} 0\n"),
        "{metrics}"
    );
    assert_eq!(front.get(RANKING).status, 200);
}

#[test]
fn what_is_asked_with_a_token_is_shared_with_nobody() {
    let hall = hall();
    let served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    for path in ["/api/private.d/1", "/api/slow/1"] {
        for token in ["secret", "secret"] {
            let before = reached(&served);
            let reply = front.ask("GET", path, &format!("Authorization: Bearer {token}\r\n"));
            assert_eq!(reply.status, 200, "{path}");
            assert_eq!(reached(&served), before + 1, "{path}");
        }
    }
    for _ in 0..2 {
        let before = reached(&served);
        assert_eq!(front.get("/api/private.d/1").status, 401);
        assert_eq!(reached(&served), before + 1);
    }
    // Nor did those leave anything for who has none.
    assert_eq!(
        front.get("/api/slow/1").header("X-Cache-Status"),
        Some("MISS")
    );
}

#[test]
fn two_hundred_who_ask_for_a_cold_answer_at_once_reach_serve_once() {
    let hall = hall();
    let served = Served::start(&hall);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    // Who takes gzip is given another answer, which is as cold when the first one is there.
    for headers in ["", "Accept-Encoding: gzip\r\n"] {
        let before = reached(&served);
        let gate = Barrier::new(200);
        thread::scope(|scope| {
            for _ in 0..200 {
                scope.spawn(|| {
                    gate.wait();
                    let reply = front.ask("GET", "/api/slow/7", headers);
                    assert_eq!((reply.status, reply.body.as_str()), (200, "{\"slept\":0}"));
                });
            }
        });
        assert_eq!(reached(&served), before + 1, "{headers}");
    }
}

#[test]
fn nginx_reaches_serve_by_a_socket_file_as_well() {
    let hall = hall();
    let socket = format!("unix:{}", hall.path("serve.sock").display());
    let served = Served::at(&hall, &socket);
    let Some(front) = Front::of(&hall, &served) else {
        return;
    };
    let begun = Instant::now();
    thread::scope(|scope| {
        for number in 0..12 {
            let front = &front;
            scope.spawn(move || {
                let reply = front.get(&format!("/api/slow/{number}"));
                assert_eq!(reply.body, "{\"slept\":0}");
            });
        }
    });
    // Nobody waited for another one's answer, which would be six seconds.
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert_eq!(front.get(RANKING).status, 200);
    assert_eq!(front.get(RANKING).header("X-Cache-Status"), Some("HIT"));
    let posted = front.post("/api/numbers/exact/halved", r#"{"number": 3}"#);
    assert_eq!(posted.json()["half"], 1.5);
    let metrics = front.get("/metrics").body;
    let mut open = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("http_connections_open "));
    let open: usize = open
        .next()
        .and_then(|count| count.parse().ok())
        .expect("a count");
    // Those that nginx keeps.
    assert!((1..=40).contains(&open), "{open}");
}
