//! What a reader waits for: every route of a running `serve`, one request after another over one connection.

use super::hall::Hall;
use super::world::Time;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Routes that take a filter, those of a large park and of one of its rides, and what else varies apart from the period.
const ROUTES: [&str; 26] = [
    "/api/parks/downtime?filter=all-parks",
    "/api/parks/downtime?filter=disney-universal",
    "/api/rides/downtime?filter=all-parks",
    "/api/rides/downtime?filter=disney-universal",
    "/api/parks/waittimes?filter=all-parks",
    "/api/rides/waittimes?filter=all-parks",
    "/api/trends/chart-data?filter=all-parks&type=parks",
    "/api/trends/chart-data?filter=all-parks&type=waittimes",
    "/api/trends/chart-data?filter=all-parks&type=rides",
    "/api/trends/chart-data?filter=all-parks&type=ridewaittimes",
    "/api/trends/heatmap-data?filter=all-parks&type=parks-shame",
    "/api/trends/heatmap-data?filter=all-parks&type=parks",
    "/api/trends/heatmap-data?filter=all-parks&type=rides-downtime",
    "/api/trends/heatmap-data?filter=all-parks&type=rides-waittimes",
    "/api/trends/longest-wait-times?entity=parks",
    "/api/trends/longest-wait-times?entity=rides",
    "/api/trends/least-reliable?entity=parks",
    "/api/trends/least-reliable?entity=rides",
    "/api/trends?category=parks-improving",
    "/api/trends?category=rides-declining",
    "/api/parks/2/details?type=downtime",
    "/api/parks/2/rides/charts?type=downtime",
    "/api/parks/2/rides/charts?type=wait_times",
    "/api/rides/60/details?type=downtime",
    "/api/live/status-summary?filter=all-parks",
    "/api/search/index?filter=all-parks",
];

const PERIODS: [&str; 8] = [
    "live",
    "today",
    "yesterday",
    "7days",
    "30days",
    "last_week",
    "last_month",
    "year",
];

/// A `serve` of ours and a connection to it.
pub struct Reader {
    child: Child,
    stream: BufReader<TcpStream>,
}

impl Reader {
    pub fn start(hall: &Hall, now: Time, settings: &[(&str, &str)]) -> Reader {
        let mut command = hall.command(
            &["serve", "--listen", "127.0.0.1:0", "--until-stdin-ends"],
            now,
        );
        command.envs(settings.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        stdout.read_line(&mut line).expect("its address");
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let stream = TcpStream::connect(address.expect("an address")).expect("serve listens");
        stream.set_nodelay(true).expect("no delay");
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a timeout");
        Reader {
            child,
            stream: BufReader::new(stream),
        }
    }

    /// How long each answer took; a path without the period where the route has none is asked all the same.
    pub fn each(&mut self) -> Vec<(String, Duration)> {
        let paths = ROUTES.iter().flat_map(|route| {
            PERIODS
                .iter()
                .map(move |period| format!("{route}&period={period}"))
        });
        let accepted = paths.filter(|path| !path.contains("period=live") || takes_live(path));
        accepted
            .collect::<Vec<_>>()
            .into_iter()
            .map(|path| {
                let took = self.get(&path);
                (path, took)
            })
            .collect()
    }

    fn get(&mut self, path: &str) -> Duration {
        let began = Instant::now();
        write!(
            self.stream.get_mut(),
            "GET {path} HTTP/1.1\r\nHost: hall\r\n\r\n"
        )
        .expect("it is sent");
        let (mut line, mut length) = (String::new(), 0);
        self.stream.read_line(&mut line).expect("a status");
        assert!(line.contains(" 200 "), "{path}: {line}");
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            let (name, value) = line.split_once(": ").unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        began.elapsed()
    }
}

fn takes_live(path: &str) -> bool {
    ![
        "heatmap-data",
        "longest-wait",
        "least-reliable",
        "/api/trends?",
        "rides/charts",
    ]
    .iter()
    .any(|route| path.contains(route))
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().ok();
    }
}
