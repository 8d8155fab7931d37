//! `/metrics`: a text that Prometheus reads, the families that the man page lists, and numbers that agree with `status`.

use crate::feed_server::{Answer, FeedServer};
use crate::hall::{Hall, eventually, socket};
use crate::serve::{CUT, Line, Served};
use crate::tree::top;
use crate::view_language::with_views;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter::Peekable;
use std::str::Chars;
use std::thread;
use std::time::Duration;

const NOW: &str = "2026-07-04T20:10:00Z";

type Labels = BTreeMap<String, String>;

/// An exposition, read as strictly as its format is written down.
#[derive(Debug, Default)]
struct Metrics(BTreeMap<String, Family>);

#[derive(Debug, Default)]
struct Family {
    kind: String,
    help: String,
    /// By the rest of the name, such as `_bucket`, and the labels.
    samples: BTreeMap<(String, Labels), f64>,
}

impl Metrics {
    fn of(served: &Served) -> Metrics {
        let reply = served.get("/metrics");
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.header("Content-Type"),
            Some("text/plain; version=0.0.4; charset=utf-8")
        );
        Metrics::read(&reply.body)
    }

    fn read(text: &str) -> Metrics {
        assert!(text.ends_with('\n'), "the last line ends");
        let mut metrics = Metrics::default();
        let mut present = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').expect("a help");
                let typed = lines
                    .next()
                    .and_then(|line| line.strip_prefix("# TYPE "))
                    .expect("a type follows");
                let (named, kind) = typed.split_once(' ').expect("a type");
                assert_eq!(named, name);
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert!(is_name(name) && !help.is_empty(), "{line}");
                let (kind, help) = (kind.to_owned(), help.to_owned());
                let family = Family {
                    kind,
                    help,
                    ..Family::default()
                };
                assert!(
                    metrics.0.insert(name.to_owned(), family).is_none(),
                    "`{name}` twice"
                );
                present = name.to_owned();
                continue;
            }
            assert!(!line.starts_with('#'), "{line}");
            let (name, labels, value) = sample(line);
            let suffix = name
                .strip_prefix(&present)
                .unwrap_or_else(|| panic!("`{line}` under `{present}`"));
            let family = metrics.0.get_mut(&present).expect("a family");
            let suffixes: &[&str] = match family.kind.as_str() {
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            assert!(suffixes.contains(&suffix), "{line}");
            assert!(family.kind == "gauge" || value >= 0.0, "{line}");
            let known = family.samples.insert((suffix.to_owned(), labels), value);
            assert!(known.is_none(), "`{line}` twice");
        }
        for (name, family) in metrics
            .0
            .iter()
            .filter(|(_, family)| family.kind == "histogram")
        {
            family.is_cumulative(name);
        }
        metrics
    }

    fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let family = self
            .0
            .get(name)
            .unwrap_or_else(|| panic!("no family `{name}`"));
        family
            .samples
            .get(&(String::new(), labels.collect()))
            .copied()
    }

    fn one(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.get(name, labels)
            .unwrap_or_else(|| panic!("`{name}` {labels:?} is not in {:#?}", self.0[name]))
    }

    /// The sum of a family over all samples that a word of a label picks.
    fn sum(&self, name: &str, (label, word): (&str, &str)) -> f64 {
        let samples = self.0[name].samples.iter();
        samples
            .filter(|((_, labels), _)| labels[label] == word)
            .map(|(_, value)| value)
            .sum()
    }
}

impl Family {
    fn is_cumulative(&self, name: &str) {
        let of = |suffix: &str| {
            self.samples
                .iter()
                .filter(move |((known, _), _)| known == suffix)
                .collect::<Vec<_>>()
        };
        let mut series: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
        for ((_, labels), count) in of("_bucket") {
            let mut labels = labels.clone();
            let bound = labels.remove("le").expect("a bound").replace("+Inf", "inf");
            series
                .entry(labels)
                .or_default()
                .push((bound.parse().expect("a bound"), *count));
        }
        assert_eq!(
            (of("_sum").len(), of("_count").len()),
            (series.len(), series.len()),
            "{name}"
        );
        for (labels, mut buckets) in series {
            buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
            assert!(
                buckets.is_sorted_by(|one, other| one.0 < other.0 && one.1 <= other.1),
                "{name} {buckets:?}"
            );
            let (bound, count) = buckets.pop().expect("a bucket");
            assert_eq!(bound, f64::INFINITY, "{name}");
            assert_eq!(
                self.samples[&("_count".to_owned(), labels.clone())],
                count,
                "{name}"
            );
            assert!(self.samples[&("_sum".to_owned(), labels)] >= 0.0, "{name}");
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Name, labels and value of a line.
fn sample(line: &str) -> (String, Labels, f64) {
    let mut letters = line.chars().peekable();
    let until = |letters: &mut Peekable<Chars>, ends: &[char]| {
        let mut word = String::new();
        while let Some(letter) = letters.next_if(|letter| !ends.contains(letter)) {
            word.push(letter);
        }
        word
    };
    let name = until(&mut letters, &['{', ' ']);
    let mut labels = Labels::new();
    if letters.next() == Some('{') {
        loop {
            let label = until(&mut letters, &['=']);
            assert!(is_name(&label), "{line}");
            assert_eq!(
                (letters.next(), letters.next()),
                (Some('='), Some('"')),
                "{line}"
            );
            let mut value = String::new();
            loop {
                match letters.next().unwrap_or_else(|| panic!("{line}")) {
                    '"' => break,
                    '\\' => value.push(match letters.next() {
                        Some('n') => '\n',
                        Some(letter @ ('\\' | '"')) => letter,
                        other => panic!("{other:?} is escaped in {line}"),
                    }),
                    letter => value.push(letter),
                }
            }
            assert!(
                labels.insert(label, value).is_none(),
                "a label twice: {line}"
            );
            match letters.next() {
                Some(',') => {}
                Some('}') => break,
                other => panic!("{other:?} in {line}"),
            }
        }
        assert_eq!(letters.next(), Some(' '), "{line}");
    }
    let value: String = letters.collect();
    (
        name,
        labels,
        value.parse().unwrap_or_else(|_| panic!("{line}")),
    )
}

/// Families of the man page: name, what is said of each, and labels.
fn documented() -> Vec<(String, String, BTreeSet<String>)> {
    let page = fs::read_to_string(top().join("man/hallctl-serve.1")).expect("the page");
    let page = page
        .replace("\\-", "-")
        .replace("\\fB", "")
        .replace("\\fR", "");
    let section = page
        .split(".SH METRICS\n")
        .nth(1)
        .and_then(|rest| rest.split("\n.SH").next());
    let entries = section.expect("a section").split("\n.TP\n").skip(1);
    entries
        .map(|entry| {
            let (head, words) = entry.split_once('\n').expect("two lines");
            let (name, labels) = head
                .trim_end_matches('}')
                .split_once('{')
                .unwrap_or((head, ""));
            let labels = labels
                .split(", ")
                .filter(|label| !label.is_empty())
                .map(str::to_owned);
            (
                name.to_owned(),
                words.trim_end().to_owned(),
                labels.collect(),
            )
        })
        .collect()
}

#[test]
fn the_families_told_are_those_of_the_man_page_in_its_order() {
    let hall = Hall::new().at(NOW).migrated();
    hall.run("refresh-cache --match status_*").succeeds();
    let served = Served::start(&hall);
    served.json("/api/live/status-summary");
    let text = served.get("/metrics").body;
    let metrics = Metrics::read(&text);
    let documented = documented();
    let order: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    assert_eq!(
        order,
        documented
            .iter()
            .map(|(name, ..)| name.as_str())
            .collect::<Vec<_>>()
    );
    for (name, words, labels) in &documented {
        let family = &metrics.0[name];
        assert!(
            words.starts_with(&family.kind) && words.ends_with(&family.help),
            "{words}"
        );
        for (suffix, told) in family.samples.keys() {
            let mut told: BTreeSet<String> = told.keys().cloned().collect();
            assert_eq!(told.remove("le"), suffix == "_bucket", "{name}");
            assert_eq!(told, *labels, "{name}");
        }
        // No data was ever collected here, and nothing else is without samples.
        let is_empty = family.samples.is_empty();
        assert_eq!(
            is_empty,
            name == "hallctl_data_through_timestamp_seconds",
            "{name}"
        );
    }
    assert_eq!(
        metrics.one(
            "hallctl_build_info",
            &[("version", env!("CARGO_PKG_VERSION"))]
        ),
        1.0
    );
}

#[test]
fn requests_are_counted_by_route_and_whatever_nobody_serves_is_one_label() {
    let odd = "-- Odd.\n-- view: odd  type: odd  route: /api/od\"d\\/{day}\n-- param: day = date; required\n\
               -- store: on-demand  fresh: 1h\n-- name: x :value\nselect 1;\n";
    let hall = with_views(Hall::new().at(NOW).migrated(), &[("odd.sql", odd)]);
    hall.run("refresh-cache --match status_*").succeeds();
    let served = Served::start(&hall);
    let path = "/api/live/status-summary";
    let first = served.get(path);
    let etag = format!(
        "If-None-Match: {}\r\n",
        first.header("ETag").expect("a name")
    );
    served.ask("GET", path, &etag);
    served.ask("HEAD", path, "");
    served.ask("BREW", path, "");
    served.ask("DELETE", path, "");
    for day in 1..=9 {
        served.json(&format!("/api/od%22d%5C/2026-07-0{day}"));
        served.get(&format!("/api/nowhere/{day}"));
        served.get(&format!("/{day}"));
    }
    served.json("/api/health");
    let metrics = Metrics::of(&served);
    let count = |method, route, status| {
        metrics.get(
            "http_requests_total",
            &[("method", method), ("route", route), ("status", status)],
        )
    };
    for (method, status) in [
        ("GET", "200"),
        ("GET", "304"),
        ("HEAD", "200"),
        ("other", "405"),
        ("DELETE", "405"),
    ] {
        assert_eq!(count(method, path, status), Some(1.0), "{method} {status}");
    }
    let route = "/api/od\"d\\/{day}";
    assert_eq!(count("GET", route, "200"), Some(9.0));
    assert_eq!(count("GET", "unknown", "404"), Some(18.0));
    assert_eq!(count("GET", "/api/health", "200"), Some(1.0));
    assert_eq!(metrics.0["http_requests_total"].samples.len(), 8);
    let took = &metrics.0["http_request_duration_seconds"].samples;
    let of = |route: &str| {
        (
            String::from("_count"),
            Labels::from([("route".to_owned(), route.to_owned())]),
        )
    };
    assert_eq!((took[&of(path)], took[&of("unknown")]), (5.0, 18.0));
    assert!(metrics.one("http_response_bytes_total", &[("route", path)]) > first.body.len() as f64);
    // This very request, unlike those before it, is still under way.
    assert_eq!(count("GET", "/metrics", "200"), None);
    // The server wakes itself now and then, through its own door.
    eventually("we are alone", || {
        Metrics::of(&served).one("http_connections_open", &[]) == 1.0
    });
}

#[test]
fn what_a_limit_refuses_is_counted() {
    let hall = Hall::new().at(NOW).migrated();
    let served = Served::start(&hall);
    let body = format!("Content-Length: 2000\r\n\r\n{}", "x".repeat(2000));
    assert_eq!(served.ask("POST", "/api/trends", &body).status, 405);
    // It is counted when its body has come to an end, which its client does not wait for.
    let post = [
        ("method", "POST"),
        ("route", "/api/trends"),
        ("status", "405"),
    ];
    eventually("it is counted", || {
        Metrics::of(&served).get("http_requests_total", &post) == Some(1.0)
    });
    let metrics = Metrics::of(&served);
    let refused = |limit| metrics.one("http_requests_refused_total", &[("limit", limit)]);
    assert_eq!(
        ["body", "announced", "unread"].map(refused),
        [1.0, 0.0, 0.0]
    );
}

#[test]
fn whoever_reads_while_others_ask_reads_sums_that_agree() {
    let hall = Hall::new().at(NOW).migrated();
    hall.run("refresh-cache --match status_*").succeeds();
    let served = Served::start(&hall);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for number in 0..60 {
                    served.get(&format!("/api/live/status-summary?park_id={}", number % 7));
                }
            });
        }
        for _ in 0..20 {
            Metrics::of(&served);
        }
    });
    let metrics = Metrics::of(&served);
    let asked = ("route", "/api/live/status-summary");
    assert_eq!(metrics.sum("http_requests_total", asked), 180.0);
    let pattern = ("cache_key_pattern", "status_summary_live{_filter}");
    let (hits, misses) = (
        metrics.sum("cache_hits_total", pattern),
        metrics.sum("cache_misses_total", pattern),
    );
    assert_eq!(hits + misses, 180.0);
    assert!(hits / (hits + misses) > 0.8, "{hits} hits, {misses} misses");
}

/// The newest run of a job, as `/metrics` has it.
fn status_of(metrics: &Metrics, job: &str) -> Vec<String> {
    let samples = metrics.0["hallctl_job_last_run_status"].samples.iter();
    let of_job = samples.filter(|((_, labels), value)| labels["job"] == job && **value == 1.0);
    of_job
        .map(|((_, labels), _)| labels["status"].clone())
        .collect()
}

#[test]
fn jobs_are_told_as_their_log_rows_and_status_tell_them() {
    let hall = Hall::new().at(NOW).migrated();
    hall.query("insert into parks (park_id, queue_times_id, name, timezone, created_at, updated_at) values (1, 64, 'Pier', 'UTC', now(), now())");
    let rides = r#"{"rides": [{"id": 1, "name": "Whirl", "is_open": true, "wait_time": 5}]}"#;
    let good = FeedServer::start(move |request| match request.park() {
        Some(_) => Answer::json(rides),
        None => Answer::json("[]"),
    });
    let mute = FeedServer::start(|_| Answer::hang());
    hall.run(&format!("collect --feed-url {}", good.url))
        .succeeds();
    hall.run("refresh-cache --match status_*").succeeds();
    hall.run("aggregate hourly").succeeds();
    let served = Served::start(&hall);
    let metrics = Metrics::of(&served);
    let of = |metrics: &Metrics, name: &str, job| {
        metrics.get(&format!("hallctl_job_last_{name}"), &[("job", job)])
    };
    for job in ["collect", "refresh-cache", "aggregate-hourly"] {
        assert_eq!(status_of(&metrics, job), ["success"]);
        let row = hall.query(&format!(
            "select timestampdiff(microsecond, '1970-01-01', started_at) div 1000, timestampdiff(microsecond, '1970-01-01', finished_at) div 1000,
                    timestampdiff(microsecond, started_at, finished_at) div 1000 from job_runs where job = '{job}'"
        ));
        let told = [
            "start_timestamp_seconds",
            "end_timestamp_seconds",
            "duration_seconds",
        ]
        .map(|name| format!("{:.0}", of(&metrics, name, job).expect("a number") * 1000.0));
        assert_eq!(row, [told], "{job}");
        let age = of(&metrics, "success_age_seconds", job).expect("an age");
        assert!((0.0..60.0).contains(&age), "{job}: {age}");
    }
    assert_eq!(of(&metrics, "start_timestamp_seconds", "prune"), None);
    let slot = metrics.one(
        "hallctl_data_through_timestamp_seconds",
        &[("station", "raw")],
    );
    assert_eq!(slot, 1_783_195_800.0);
    assert_eq!(
        metrics.one("hallctl_shelf_views", &[]).to_string(),
        hall.value("select count(*) from cached_api_views")
    );
    hall.query("insert into stale_periods (level, period_start, generation) values ('daily', '2026-07-02 07:00:00', 1)");

    // A run that is at work, and then is killed, and nobody has said so yet.
    let mut run = hall.spawn(&format!("collect --feed-url {}", mute.url));
    eventually("a run", || {
        hall.value("select count(*) from job_runs where status = 'running'") == "1"
    });
    eventually("it is told", || {
        status_of(&Metrics::of(&served), "collect") == ["running"]
    });
    assert_eq!(
        Metrics::of(&served).one("hallctl_stale_periods", &[("level", "daily")]),
        1.0
    );
    run.kill().expect("it runs");
    run.wait().expect("it ends");
    assert_eq!(
        hall.value("select status from job_runs order by run_id desc limit 1"),
        "running"
    );
    eventually("it is told", || {
        status_of(&Metrics::of(&served), "collect") == ["crashed"]
    });
    let told = Metrics::of(&served);
    let recent = |status| {
        told.one(
            "hallctl_job_runs_24h",
            &[("job", "collect"), ("status", status)],
        )
    };
    assert_eq!(
        ["success", "partial", "failed", "crashed"].map(recent),
        [1.0, 0.0, 0.0, 1.0]
    );
    assert_eq!(
        of(&told, "end_timestamp_seconds", "collect"),
        of(&metrics, "end_timestamp_seconds", "collect")
    );
    let status: Value = serde_json::from_str(&hall.run("status --json").stdout).expect("JSON");
    let stations = status["stations"].as_array().expect("stations");
    let feed = stations
        .iter()
        .find(|station| station["name"] == "feed")
        .expect("the feed");
    assert!(
        feed["troubles"].to_string().contains("`collect` crashed"),
        "{feed}"
    );
}

#[test]
fn while_the_database_is_down_the_last_numbers_stand_and_say_when_they_were_read() {
    let hall = Hall::new().at(NOW).migrated();
    hall.run("refresh-cache --match status_*").succeeds();
    let line = Line::to(socket(), hall.path("line"));
    let url = line.url(&hall);
    let served = Served::start(&hall.env("HALLCTL_DATABASE_URL", &url));
    let before = Metrics::of(&served);
    assert_eq!(before.one("hallctl_database_up", &[]), 1.0);
    line.turn(CUT);
    thread::sleep(Duration::from_secs(9));
    eventually("it counts as down", || {
        Metrics::of(&served).one("hallctl_database_up", &[]) == 0.0
    });
    let after = Metrics::of(&served);
    assert_eq!(status_of(&after, "refresh-cache"), ["success"]);
    for name in ["hallctl_shelf_views", "hallctl_shelf_views_overdue"] {
        assert_eq!(after.one(name, &[]), before.one(name, &[]));
    }
    let age = |metrics: &Metrics| {
        metrics.one(
            "hallctl_job_last_success_age_seconds",
            &[("job", "refresh-cache")],
        )
    };
    assert!(age(&after) >= age(&before) + 9.0);
    let read_at = |metrics: &Metrics| metrics.one("hallctl_database_read_timestamp_seconds", &[]);
    assert!(read_at(&after) < read_at(&before) + 9.0);
}
