//! Answers in gzip: only for who takes them so, of the same content, under a name of their own.

use crate::hall::{Hall, eventually};
use crate::serve::Served;
use crate::view_language::with_views;
use crate::wide_hall::NOW;
use flate2::read::GzDecoder;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A body of ten bytes more than `size`.
const VIEW: &str = "-- X.\n-- view: NAME  type: x  route: /api/NAME/{size:int}\n-- store: on-demand  fresh: 1h\n\
    -- name: wide :value\nselect repeat('x', :size - 1);\n";

/// Head and body of an answer.
pub struct Sent(pub String, pub Vec<u8>);

impl Sent {
    pub fn of(served: &Served, method: &str, path: &str, headers: &str) -> Sent {
        Sent::at(&served.address, method, path, headers)
    }

    pub fn at(address: &str, method: &str, path: &str, headers: &str) -> Sent {
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).expect("it is taken");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the answer ends");
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let body = bytes.split_off(end.expect("a head") + 4);
        Sent(String::from_utf8(bytes).expect("a head"), body)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.0.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    fn status(&self) -> &str {
        self.0.split(' ').nth(1).expect("a status")
    }

    /// Everything in the head that is not of the moment.
    fn lasting(&self) -> Vec<&str> {
        let of_now = |line: &&str| !line.starts_with("Date:") && !line.starts_with("X-Cache-");
        self.0.lines().filter(of_now).collect()
    }

    pub fn unpacked(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = GzDecoder::new(&self.1[..]).read_to_end(&mut bytes);
        read.expect("gzip");
        bytes
    }
}

const TAKES: &str = "Accept-Encoding: deflate, gzip;q=0.8, br\r\n";

#[test]
fn who_takes_gzip_gets_the_same_content_under_a_name_of_its_own() {
    let read = VIEW.replace("NAME", "read");
    let posted = VIEW
        .replace("NAME", "posted")
        .replace("  type", "  method: post  type");
    let files = [("read.sql", read.as_str()), ("posted.sql", &posted)];
    let hall = with_views(Hall::new().at(NOW).migrated(), &files);
    let hall = hall.env("HALLCTL_TOKEN", "sesame");
    let served = Served::start(&hall);
    let path = "/api/read/5000";
    let plain = Sent::of(&served, "GET", path, "");
    let packed = Sent::of(&served, "GET", path, TAKES);
    assert_eq!(plain.1.len(), 5010);
    assert!(packed.1.len() < 500, "{}", packed.1.len());
    assert_eq!(packed.unpacked(), plain.1);
    let length = packed.1.len().to_string();
    assert_eq!(
        ["Content-Encoding", "Content-Length", "Vary"].map(|name| packed.header(name)),
        [Some("gzip"), Some(&length[..]), Some("Accept-Encoding")]
    );
    assert_eq!(
        ["Content-Encoding", "Vary"].map(|name| plain.header(name)),
        [None, Some("Accept-Encoding")]
    );
    let names = [&plain, &packed].map(|sent| sent.header("ETag").expect("a name").to_owned());
    assert_eq!(
        names[0].replace("\"", "") + "-gzip",
        names[1].replace("\"", "")
    );
    assert!(
        names[0].starts_with('"') && names[1].ends_with('"'),
        "{names:?}"
    );

    for (headers, sent) in [("", &plain), (TAKES, &packed)] {
        let head = Sent::of(&served, "HEAD", path, headers);
        assert_eq!((head.lasting(), head.1.len()), (sent.lasting(), 0));
        for name in &names {
            let known = format!("{headers}If-None-Match: {name}\r\n");
            let same = Sent::of(&served, "GET", path, &known);
            assert_eq!(
                (
                    same.status(),
                    same.header("ETag"),
                    same.header("Vary"),
                    same.1.len()
                ),
                ("304", sent.header("ETag"), Some("Accept-Encoding"), 0)
            );
        }
    }
    for refusing in ["gzip;q=0", "identity", "*;q=1, gzip;q=0.0"] {
        let sent = Sent::of(
            &served,
            "GET",
            path,
            &format!("Accept-Encoding: {refusing}\r\n"),
        );
        assert_eq!((sent.lasting(), &sent.1), (plain.lasting(), &plain.1));
    }

    // From 1024 bytes on, and neither what is posted nor an error.
    for (size, coding) in [(1013, None), (1014, Some("gzip"))] {
        let sent = Sent::of(&served, "GET", &format!("/api/read/{size}"), TAKES);
        assert_eq!(sent.header("Content-Encoding"), coding, "{size}");
        assert_eq!(sent.header("Vary"), Some("Accept-Encoding"));
    }
    for (method, path, status) in [
        ("POST", "/api/posted/5000", "200"),
        ("GET", &format!("/api/read/{}", "x".repeat(2000)), "404"),
    ] {
        let sent = Sent::of(&served, method, path, TAKES);
        assert_eq!(
            (sent.status(), sent.header("Content-Encoding")),
            (status, None)
        );
        assert!(sent.1.starts_with(b"{\""));
    }
}

#[test]
fn what_is_made_of_a_body_counts_as_memory_once() {
    let read = VIEW.replace("NAME", "read");
    let hall = with_views(Hall::new().at(NOW).migrated(), &[("read.sql", &read)]);
    let hall = hall.env("HALLCTL_TOKEN", "sesame");
    let served = Served::start(&hall);
    let bytes = || {
        let token = "Authorization: Bearer sesame\r\n";
        let status = served.ask("GET", "/api/admin/cache-status", token).json();
        status["on_demand"]["bytes"].as_u64().expect("a number")
    };
    let path = "/api/read/100000";
    eventually("it is computed", || served.get(path).status == 200);
    let plain = bytes();
    let packed = Sent::of(&served, "GET", path, TAKES);
    assert_eq!(bytes(), plain + packed.1.len() as u64);
    let again = Sent::of(&served, "GET", path, TAKES);
    assert_eq!(
        (bytes(), &again.1),
        (plain + packed.1.len() as u64, &packed.1)
    );
    // The rows, and the answer that was put together from them.
    assert!((200_000..210_000).contains(&plain), "{plain}");
}
