//! Views that are asked by POST: the body is the parameters, and no client with an odd one holds others up.

use crate::hall::Hall;
use crate::serve::{Reply, Served};
use crate::wide_hall::NOW;
use serde_json::json;
use socket2::{Domain, SockRef, Socket, Type};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

pub const HALVED: &str = "\
-- A number halved.
-- view: halved  type: numbers  route: /api/numbers/{kind}/halved  method: post
-- param: kind = exact|rounded
-- param: number = num -10..10; required
-- param: note = text 1..12; default null
-- store: on-demand  fresh: 1m
-- set: kind = :kind, number = :number, note? = :note

-- name: half :value
select cast(:number as decimal(40, 20)) / 2 as \"half: num4\";
";

const PATH: &str = "/api/numbers/exact/halved";

fn served() -> (Hall, Served) {
    let hall = Hall::new().at(NOW).migrated();
    let views = hall.path("views");
    fs::create_dir(&views).expect("a directory");
    fs::write(views.join("halved.sql"), HALVED).expect("a file");
    let hall = hall.env("HALLCTL_VIEWS", &views.display().to_string());
    let served = Served::start(&hall);
    (hall, served)
}

#[track_caller]
fn refused(reply: &Reply, status: u16, said: &str) {
    assert_eq!(reply.status, status, "{said}: {}", reply.body);
    assert_eq!(reply.json()["success"], false);
    let error = reply.json()["error"]
        .as_str()
        .expect("a sentence")
        .to_owned();
    assert!(error.contains(said), "{error}");
    assert_eq!(reply.header("Access-Control-Allow-Origin"), Some("*"));
}

#[test]
fn the_members_of_the_body_are_the_parameters_and_nobody_keeps_the_answer() {
    let (_hall, served) = served();
    let first = served.post(PATH, r#"{"number": 8.3, "note": "a", "other": [1]}"#);
    assert_eq!(
        (first.status, first.json()),
        (
            200,
            json!({"kind": "exact", "number": 8.3, "note": "a", "half": 4.15})
        )
    );
    assert_eq!(first.header("Cache-Control"), Some("no-store"));
    assert_eq!(first.header("ETag"), None);
    assert_eq!(first.header("X-Cache-Hit"), Some("false"));
    let again = served.post(PATH, r#" {"note":"a","number":"8.3","other":null} "#);
    assert_eq!(
        (again.header("X-Cache-Hit"), &again.body),
        (Some("true"), &first.body)
    );
    let other = served.post(PATH, r#"{"number": 8.31}"#);
    assert_eq!(
        (other.header("X-Cache-Hit"), other.json()["half"].clone()),
        (Some("false"), json!(4.155))
    );
    // A query of a POST says nothing.
    refused(
        &served.post(&format!("{PATH}?number=1"), "{}"),
        400,
        "`number` is missing",
    );
    refused(&served.post("/api/numbers/odd/halved", "{}"), 404, "`odd`");
    refused(
        &served.post("/api/numbers/halved", "{}"),
        404,
        "nothing at this address",
    );
    for (body, status, said) in [
        (
            "",
            400,
            "`number` is missing; use a decimal number from -10 to 10",
        ),
        ("number=1", 400, "the body is not JSON"),
        ("[1]", 400, "the body is not a JSON object"),
        (
            r#"{"number": 10.000000000000000001}"#,
            400,
            "`10.000000000000000001` is not a value of `number`",
        ),
        (r#"{"number": {}}"#, 400, "`number` is one value"),
        (r#"{"number": 1, "note": "as long as that"}"#, 400, "`note`"),
    ] {
        refused(&served.post(PATH, body), status, said);
    }
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
    ] {
        let reply = served.send("POST", PATH, &format!("{kind}Content-Length: 2\r\n"), "{}");
        refused(&reply, 415, "`Content-Type: application/json`");
    }
    let kind = "Content-Type: Application/JSON; charset=utf-8\r\nContent-Length: 12\r\n";
    assert_eq!(
        served.send("POST", PATH, kind, r#"{"number":2}"#).json()["half"],
        1.0
    );
}

#[test]
fn each_route_says_how_it_may_be_asked() {
    let (hall, served) = served();
    for (method, path, allow) in [
        ("GET", PATH, "POST, OPTIONS"),
        ("HEAD", PATH, "POST, OPTIONS"),
        ("DELETE", PATH, "POST, OPTIONS"),
        ("POST", "/api/parks/downtime", "GET, HEAD, OPTIONS"),
        ("POST", "/api/health", "GET, HEAD, OPTIONS"),
        ("PUT", "/", "GET, HEAD, OPTIONS"),
    ] {
        let reply = served.ask(method, path, "");
        assert_eq!(
            (reply.status, reply.header("Allow")),
            (405, Some(allow)),
            "{method} {path}"
        );
    }
    let preflight = served.ask(
        "OPTIONS",
        PATH,
        "Origin: http://x.test\r\nAccess-Control-Request-Method: POST\r\n",
    );
    assert_eq!((preflight.status, preflight.body.as_str()), (204, ""));
    for (name, value) in [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", "POST, OPTIONS"),
        (
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, X-API-Key",
        ),
    ] {
        assert_eq!(preflight.header(name), Some(value));
    }
    let listed = hall.run("views list").succeeds().stdout;
    let said = "/api/numbers/{kind}/halved\n    halved: by POST, on demand, fresh for 60 s\n";
    assert!(listed.contains(said), "{listed}");
    let shelved = HALVED.replace("on-demand", "shelf  key: x  due: 1m");
    fs::write(hall.path("views").join("shelved.sql"), shelved).expect("a file");
    let said = hall.run("views list").exits(1).stderr;
    assert!(
        said.contains("`method: post` is computed on demand"),
        "{said}"
    );
}

/// A connection on which `text` was sent.
fn opened(served: &Served, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&served.address).expect("serve listens");
    let patience = Some(Duration::from_secs(30));
    stream.set_read_timeout(patience).expect("a timeout");
    stream.write_all(text.as_bytes()).expect("it is taken");
    stream
}

fn head(more: &str) -> String {
    format!("POST {PATH} HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n{more}\r\n")
}

/// What comes until the server ends the connection, or until `end` has come.
pub fn heard(stream: &mut impl Read, end: &str) -> String {
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with(end) && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        text.push(char::from(byte[0]));
    }
    text
}

#[test]
fn a_body_is_read_up_to_its_limit_and_whoever_is_slow_with_one_waits_alone() {
    let (_hall, served) = served();
    let body = r#"{"number": 3}"#;
    // The largest there may be, and one byte more.
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    assert_eq!(served.post(PATH, &padded(1024)).json()["half"], 1.5);
    refused(
        &served.post(PATH, &padded(1025)),
        413,
        "larger than the 1024 bytes",
    );

    let slow = head(&format!("Content-Length: {}\r\n", body.len()));
    let expecting = head(&format!(
        "Content-Length: {}\r\nExpect: 100-continue\r\n",
        body.len()
    ));
    let mut waiting: Vec<TcpStream> = (0..40).map(|_| opened(&served, &slow)).collect();
    let mut large: Vec<TcpStream> = (0..10)
        .map(|_| opened(&served, &head("Content-Length: 1000000\r\n")))
        .collect();
    let begun = Instant::now();
    for _ in 0..5 {
        assert_eq!(served.post(PATH, body).json()["half"], 1.5);
        assert_eq!(served.get("/api/health").status, 200);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    for stream in &mut large {
        assert!(heard(stream, "\r\n").starts_with("HTTP/1.1 413 "));
    }
    // Who asks first is told to go on.
    let mut polite = opened(&served, &expecting);
    assert!(heard(&mut polite, "\r\n\r\n").starts_with("HTTP/1.1 100 "));
    polite.write_all(body.as_bytes()).expect("it is taken");
    assert!(heard(&mut polite, "1.5}").starts_with("HTTP/1.1 200 "));
    // The connection goes on.
    polite
        .write_all(b"GET /api/health HTTP/1.1\r\nHost: hall\r\n\r\n")
        .expect("it is taken");
    assert!(heard(&mut polite, "\r\n").starts_with("HTTP/1.1 200 "));
    for stream in &mut waiting[..2] {
        stream.write_all(body.as_bytes()).expect("it is taken");
        assert!(heard(stream, "1.5}").starts_with("HTTP/1.1 200 "));
    }
    // Who says nothing more is hung up on.
    let mut silent = opened(&served, &expecting);
    heard(&mut silent, "\r\n\r\n");
    assert_eq!(heard(&mut waiting[2], "never"), "");
    assert!(waiting[2].read(&mut [0]).is_ok_and(|count| count == 0));
    assert!(heard(&mut silent, "\r\n").starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_body_whose_length_is_not_said_plainly_is_not_read() {
    let (_hall, served) = served();
    let body = r#"{"number": 3}"#;
    for framing in [
        "Transfer-Encoding: chunked\r\n".to_owned(),
        format!(
            "Transfer-Encoding: chunked\r\nContent-Length: {}\r\n",
            body.len()
        ),
        format!("Content-Length: {0}\r\nContent-Length: {0}\r\n", body.len()),
        "Content-Length: many\r\n".to_owned(),
        "Content-Length: 99999999999999999999999\r\n".to_owned(),
        format!(
            "Connection: upgrade\r\nUpgrade: x\r\nContent-Length: {}\r\n",
            body.len()
        ),
    ] {
        let mut stream = opened(&served, &(head(&framing) + body));
        let answer = heard(&mut stream, "}");
        assert!(answer.starts_with("HTTP/1.1 411 "), "{framing}: {answer}");
        assert!(
            answer.contains("Connection: close\r\n") && answer.contains("\"success\":false"),
            "{answer}"
        );
    }
    // What was not read as a body answers nothing.
    let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let mut stream = opened(&served, &(head("Transfer-Encoding: chunked\r\n") + &chunk));
    let answers = heard(&mut stream, "never");
    assert!(
        !answers.contains(" 200 ") && answers.matches("HTTP/1.1").count() <= 2,
        "{answers}"
    );
    assert_eq!(served.post(PATH, body).json()["half"], 1.5);
}

#[test]
fn behind_a_request_that_does_not_say_where_it_ends_nothing_is_taken() {
    let (_hall, served) = served();
    let hidden = "GET /api/health HTTP/1.1\r\nHost: hall\r\n\r\n";
    let length = hidden.len();
    let framings = [
        "Transfer-Encoding: chunked\r\n".to_owned(),
        "Transfer-Encoding: identity\r\n".to_owned(),
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n"),
        "Content-Length: -1\r\n".to_owned(),
        "Content-Length: +0\r\n".to_owned(),
        "Content-Length: 0, 0\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n".to_owned(),
    ];
    let mut wires = Vec::new();
    for target in [
        format!("POST {PATH}"),
        "POST /nowhere".to_owned(),
        "GET /api/health".to_owned(),
        "HEAD /api/health".to_owned(),
        "DELETE /api/health".to_owned(),
    ] {
        for framing in &framings {
            let text = format!("{target} HTTP/1.1\r\nHost: hall\r\n{framing}\r\n{hidden}");
            wires.push((text.clone(), opened(&served, &text)));
        }
    }
    for (text, stream) in &mut wires {
        let answer = heard(stream, "\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 411 "), "{text}: {answer}");
        assert!(answer.contains("Connection: close\r\n"), "{text}: {answer}");
    }
    // Nor later, when it is looked up whether the connection is still the same.
    for pause in [0, 1200, 1200] {
        thread::sleep(Duration::from_millis(pause));
        for (_, stream) in &mut wires {
            stream.write_all(hidden.repeat(3).as_bytes()).ok();
        }
    }
    let patience = Some(Duration::from_millis(1));
    thread::sleep(Duration::from_millis(500));
    for (text, stream) in &mut wires {
        stream.set_read_timeout(patience).expect("a timeout");
        let rest = heard(stream, "never");
        assert!(!rest.contains("HTTP/1.1 "), "{text}: {rest}");
    }
    assert_eq!(served.get("/api/health").status, 200);

    // Another connection from the same port is another client.
    let (_, cut) = wires.remove(0);
    let port = cut.local_addr().expect("an address");
    SockRef::from(&cut)
        .set_linger(Some(Duration::ZERO))
        .expect("an option");
    drop(cut);
    thread::sleep(Duration::from_millis(1100));
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_reuse_address(true).expect("an option");
    socket.bind(&port.into()).expect("the same port");
    let address: SocketAddr = served.address.parse().expect("an address");
    socket.connect(&address.into()).expect("serve listens");
    let mut stream = TcpStream::from(socket);
    stream.write_all(hidden.as_bytes()).expect("it is taken");
    assert!(heard(&mut stream, "\r\n").starts_with("HTTP/1.1 "));
}
