//! `hallctl demo` as a newcomer runs it: it shows the whole chain, and whatever ends it leaves nothing behind.

use crate::hall::{HALLCTL, eventually, wait};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A demo that has come so far as to serve.
struct Demo {
    process: Child,
    directory: TempDir,
    address: String,
    said: String,
}

impl Demo {
    fn serving() -> Demo {
        let directory = TempDir::new().expect("a directory");
        let mut command = Command::new(HALLCTL);
        command
            .args(["demo", "--days", "1", "--listen", "127.0.0.1:0"])
            .env_clear()
            .env("TMPDIR", directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(program) = std::env::var_os("HALLCTL_TEST_SERVER") {
            command.env("HALLCTL_SERVER_BINARY", program);
        }
        let mut process = command.spawn().expect("the demo starts");
        let mut said = String::new();
        let lines = BufReader::new(process.stdout.take().expect("its words")).lines();
        for line in lines.map_while(Result::ok) {
            said += &line;
            said += "\n";
            if let Some(url) = line.strip_prefix("serve: http://") {
                let address = url.split('/').next().unwrap_or_default().to_owned();
                return Demo {
                    process,
                    directory,
                    address,
                    said,
                };
            }
        }
        process.wait().expect("its end");
        panic!("the demo ended before it served:\n{said}");
    }

    /// The status line and body of an answer; nothing where nobody listens.
    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let host = &self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    fn leaves_nothing(&self) {
        eventually("the end of serving", || self.get("/api/health").is_none());
        let left = || {
            fs::read_dir(self.directory.path())
                .expect("its entries")
                .count()
        };
        eventually("the end of its directory", || left() == 0);
    }
}

#[test]
fn the_demo_shows_every_command_and_ends_with_ctrl_c() {
    let mut demo = Demo::serving();
    for command in [
        "migrate",
        "collect --recorded",
        "collect --feed-url",
        "aggregate hourly",
        "refresh-cache --all",
        "status",
        "serve",
    ] {
        assert!(
            demo.said.contains(&format!("$ hallctl {command}")),
            "no `{command}` in:\n{}",
            demo.said
        );
    }
    let answer = demo
        .get("/api/parks/downtime?period=today")
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        answer.contains("\"park_name\""),
        "no park is ranked: {answer}"
    );
    let pid = demo.process.id().to_string();
    let told = Command::new("/bin/sh")
        .args(["-c", "kill -INT \"$0\"", &pid])
        .status();
    assert!(told.expect("a shell").success());
    assert_eq!(wait(&mut demo.process), 0);
    demo.leaves_nothing();
}

#[test]
fn a_demo_that_is_killed_leaves_nothing_running() {
    let mut demo = Demo::serving();
    assert!(demo.get("/api/health").is_some());
    demo.process.kill().expect("ours");
    demo.process.wait().expect("its end");
    demo.leaves_nothing();
}
