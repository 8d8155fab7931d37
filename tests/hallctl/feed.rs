//! `hallctl collect` before feeds that fail in every way a feed can.

use crate::corpus;
use crate::feed_server::{Answer, FeedServer, Replay, catalogue};
use crate::hall::{Hall, Ran, run};
use crate::model::count::count;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::time::Duration;

const NOW: &str = "2026-07-04T12:02:00Z";

/// A hall at noon in Paris, where every park of the tests lies.
fn hall() -> Hall {
    Hall::new().at(NOW).migrated()
}

/// Two rides of a park; the feed knows each ride by an id of its own.
fn rides(park: u32) -> Answer {
    Answer::json(format!(
        r#"{{"lands": [{{"id": 1, "name": "Land", "rides": [
            {{"id": {park}1, "name": "Swing", "is_open": true, "wait_time": 25, "last_updated": "2026-07-04T12:00:00.000Z"}}]}}],
          "rides": [{{"id": {park}2, "name": "Mill", "is_open": false, "wait_time": 0, "last_updated": "2026-07-04T12:00:00.000Z"}}]}}"#
    ))
}

fn collect(hall: &Hall, feed: &FeedServer) -> Ran {
    hall.run_words(&["collect", "--feed-url", &feed.url])
}

/// The parks stored, and how many rides of each.
fn stored(hall: &Hall) -> BTreeMap<u32, String> {
    let rows = hall.query(
        "select parks.queue_times_id, park_snapshots.rides_listed
           from park_snapshots join parks using (park_id)",
    );
    let number = |text: &str| text.parse().expect("an id");
    rows.iter()
        .map(|row| (number(&row[0]), row[1].clone()))
        .collect()
}

/// The lines of stderr that `collect` wrote about problems, in alphabetical order.
fn problems(ran: &Ran) -> Vec<&str> {
    let mut lines: Vec<&str> = ran.stderr.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_park_that_fails_costs_a_line_and_no_other_park() {
    let parks: Vec<u32> = (1..=15).collect();
    let feed = FeedServer::start(move |request| match request.park() {
        None => catalogue(&parks),
        Some(3) => Answer::status(500),
        Some(4) => Answer::status(404),
        Some(5) => Answer::status(429),
        Some(6) => Answer::status(503).header("Retry-After", "3600"),
        Some(7) => Answer::hang(),
        Some(8) => Answer::json("{\"rides\": [ {\"id\": 1, <html>secret</html>"),
        Some(9) => Answer::json("[\"secret\"]"),
        Some(10) => rides(10).truncated(),
        Some(11) => Answer::json(vec![b' '; 20_000_000]),
        Some(12) => Answer::json(vec![b' '; 20_000_000]).gzip(),
        Some(13) => rides(13).drip(Duration::from_millis(300)),
        Some(14) => Answer::status(302).header("Location", "/parks/14/queue_times.json"),
        Some(15) => rides(15).gzip().truncated(),
        Some(2) => rides(2).gzip(),
        Some(park) => rides(park),
    });
    let hall = hall();
    let ran = collect(&hall, &feed).exits(3);
    assert_eq!(
        stored(&hall),
        BTreeMap::from([(1, "2".to_owned()), (2, "2".to_owned())])
    );
    assert_eq!(
        problems(&ran),
        [
            "collect: could not read the feed of park `10`: `/parks/10/queue_times.json` broke off; tried 3 times",
            "collect: could not read the feed of park `11`: `/parks/11/queue_times.json` is longer than 4194304 bytes",
            "collect: could not read the feed of park `12`: `/parks/12/queue_times.json` is longer than 4194304 bytes",
            "collect: could not read the feed of park `13`: `/parks/13/queue_times.json` did not answer in time; tried 3 times",
            "collect: could not read the feed of park `14`: `/parks/14/queue_times.json` could not be read: too many redirects",
            "collect: could not read the feed of park `15`: `/parks/15/queue_times.json` broke off; tried 3 times",
            "collect: could not read the feed of park `3`: `/parks/3/queue_times.json` answered 500; tried 3 times",
            "collect: could not read the feed of park `4`: `/parks/4/queue_times.json` answered 404",
            "collect: could not read the feed of park `5`: `/parks/5/queue_times.json` answered 429; tried 3 times",
            "collect: could not read the feed of park `6`: the feed asks to wait 3600 seconds: `/parks/6/queue_times.json` answered 503",
            "collect: could not read the feed of park `7`: `/parks/7/queue_times.json` did not answer in time; tried 3 times",
            "collect: the answer for park `8` is not JSON: key must be a string at line 1 column 23",
            "collect: the answer for park `9` is not a JSON object",
        ]
    );
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "collect: 2 parks, 4 rides, 13 parks unread\n");
    let asked = |park| feed.requests_for(park).len();
    assert_eq!(
        [1, 3, 4, 5, 6, 7, 8, 11].map(asked),
        [1, 3, 1, 3, 1, 3, 1, 1]
    );
}

#[test]
fn what_befalls_many_parks_alike_is_told_once() {
    let parks: Vec<u32> = (1..=131).collect();
    let feed = FeedServer::start(move |request| match request.park() {
        None => catalogue(&parks),
        Some(131) => Answer::json("[]"),
        Some(_) => Answer::status(404),
    });
    let hall = hall();
    let ran = collect(&hall, &feed).exits(1);
    assert_eq!(ran.stdout, "collect: 0 parks, 0 rides, 131 parks unread\n");
    let lines = problems(&ran);
    let [alike, alone] = lines[..] else {
        panic!("{}", ran.stderr);
    };
    assert!(
        alike.starts_with("collect: could not read the feed of park `"),
        "{alike}"
    );
    assert!(
        alike.ends_with("/queue_times.json` answered 404; the same goes for 129 other parks"),
        "{alike}"
    );
    assert_eq!(
        alone,
        "collect: the answer for park `131` is not a JSON object"
    );
    // Each has an issue of its own all the same.
    assert_eq!(hall.value("select count(*) from feed_issues"), "131");
}

#[test]
fn a_park_without_a_name_is_left_out_until_it_has_one_and_never_loses_one() {
    let names = ["", r#", "name": "Phantasialand""#, r#", "name": " ""#];
    let feed = FeedServer::start(move |request| match request.park() {
        None => Answer::json(format!(
            r#"[{{"id": 1, "name": "Test Parks", "parks": [{{"id": 5{}}}]}}]"#,
            names[request.earlier]
        )),
        Some(park) => rides(park),
    });
    let mut hall = hall();
    for (day, known) in [0, 1, 1].into_iter().enumerate() {
        hall = hall.at(&format!("2026-07-{:02}T12:02:00Z", 4 + day));
        let ran = collect(&hall, &feed).exits(0);
        assert_eq!(
            ran.stderr
                .contains("park `5` has no name; left out until it has one"),
            day != 1,
            "{}",
            ran.stderr
        );
        assert!(
            ran.stdout
                .starts_with(&format!("collect: {}, ", count(known, "park"))),
            "{}",
            ran.stdout
        );
        let named = hall.query("select name from parks where is_active");
        assert_eq!(named, vec![["Phantasialand"]; known]);
    }
}

#[test]
fn odd_waits_cost_a_remark_and_no_ride() {
    let feed = FeedServer::start(|request| match request.park() {
        None => catalogue(&[1]),
        Some(_) => Answer::json(
            r#"{"rides": [
              {"id": 1, "name": "Null", "is_open": true, "wait_time": null},
              {"id": 2, "name": "Negative", "is_open": true, "wait_time": -1},
              {"id": 3, "name": "Text", "is_open": true, "wait_time": "35"},
              {"id": 4, "name": "Long", "is_open": true, "wait_time": 995},
              {"id": 5, "name": "Swing Single Rider", "is_open": true, "wait_time": 5},
              {"id": 6, "wait_time": 10},
              {"id": null, "name": "Nobody", "wait_time": 10},
              {"id": 3, "name": "Text again", "is_open": false, "wait_time": 0}]}"#,
        ),
    });
    let hall = hall();
    let ran = collect(&hall, &feed).exits(0);
    assert_eq!(
        hall.query(
            "select rides.name, ride_snapshots.wait_minutes, ride_snapshots.reported_open
               from ride_snapshots join rides using (ride_id) order by rides.queue_times_id"
        ),
        [
            ["Null", "NULL", "1"],
            ["Negative", "NULL", "1"],
            ["Text", "35", "1"],
            ["Long", "NULL", "1"],
            ["ride 6", "10", "NULL"],
        ]
    );
    let remarks: Vec<&str> = ran
        .stderr
        .lines()
        .filter_map(|line| line.split("] ").nth(1))
        .collect();
    assert_eq!(
        remarks,
        [
            "park `1`: ride `2`: wait_time `-1` is negative, taken as unknown",
            "park `1`: ride `4`: wait_time `995` is too long to be a queue, taken as unknown",
            "park `1`: ride `6` has no name",
            "park `1`: ride `Nobody`: id `null` is not usable; skipped",
            "park `1`: ride `3` is listed twice; the first stands",
        ]
    );
}

#[test]
fn a_feed_that_recovers_is_asked_again_as_it_wishes() {
    let feed = FeedServer::start(|request| match (request.park(), request.earlier) {
        (None, 0) => Answer::status(502),
        (None, _) => catalogue(&[1, 2, 3, 4]),
        (Some(1), 0 | 1) => Answer::status(503),
        (Some(2), 0) => Answer::status(429).header("Retry-After", "3"),
        (Some(3), 0) => Answer::status(503)
            .header("Date", "Sat, 04 Jul 2026 23:59:58 GMT")
            .header("Retry-After", "Sun, 05 Jul 2026 00:00:02 GMT"),
        (Some(4), 0) => rides(4).truncated(),
        (Some(park), _) => rides(park),
    });
    let hall = hall();
    let ran = collect(&hall, &feed).succeeds();
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("collect: 4 parks, 8 rides\n", "")
    );
    for (park, tries, seconds) in [(1, 3, 1.5), (2, 2, 3.0), (3, 2, 4.0), (4, 2, 0.5)] {
        let requests = feed.requests_for(park);
        assert_eq!(requests.len(), tries, "park {park}");
        let waited = requests[tries - 1].asked_at - requests[0].asked_at;
        assert!(
            waited.as_secs_f64() >= seconds,
            "park {park} was asked again after {waited:?}"
        );
    }
}

#[test]
fn the_feed_sees_who_asks_and_is_asked_politely() {
    let feed = FeedServer::start(|request| match request.park() {
        None => catalogue(&[1]),
        Some(park) => rides(park),
    });
    collect(&hall(), &feed).succeeds();
    let requests = feed.requests();
    let paths: Vec<&str> = requests
        .iter()
        .map(|request| request.path.as_str())
        .collect();
    assert_eq!(paths, ["/parks.json", "/parks/1/queue_times.json"]);
    for request in &requests {
        let hallctl = concat!("hallctl/", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.header("User-Agent"), Some(hallctl));
        assert_eq!(request.header("Accept"), Some("application/json"));
        assert_eq!(request.header("Accept-Encoding"), Some("gzip"));
    }
}

#[test]
fn a_feed_that_cannot_be_asked_is_named() {
    let hall = hall();
    for url in [
        "queue-times.com",
        "ftp://queue-times.com",
        "http://",
        "https://a/?key=1",
    ] {
        let ran = hall.run_words(&["collect", "--feed-url", url]).exits(2);
        assert!(
            ran.stderr
                .contains(&format!("`{url}` is not the URL of a feed")),
            "{}",
            ran.stderr
        );
    }
    let gone = FeedServer::start(|_| Answer::status(500)).url.clone();
    let ran = hall
        .run_words(&["collect", "--feed-url", &gone, "--parks", "64"])
        .exits(1);
    for line in ["catalogue of parks", "park `64`"] {
        let said = ran
            .stderr
            .lines()
            .any(|said| said.contains(line) && said.contains("Connection refused"));
        assert!(said, "nothing is said of the {line}: {}", ran.stderr);
    }
}

#[test]
fn a_poll_over_http_and_its_recording_leave_the_same_rows() {
    let Some(file) = corpus::file("replay/universal-orlando-2025-12.jsonl.gz") else {
        return;
    };
    let polls = corpus::polls(&file);
    let cycles: Vec<_> = polls
        .chunk_by(|a, b| a.polled_at == b.polled_at)
        .skip(300)
        .take(6)
        .collect();
    const LOST: usize = 3; // One park is lost in this cycle, and missing from the recording.
    let rows = |hall: &Hall| {
        hall.query(
            "select rides.queue_times_id, rides.name, rides.land, ride_snapshots.hour_start, minute,
                    reported_open, wait_minutes, age_minutes, state, in_service
               from ride_snapshots join rides using (ride_id) order by 1, 4, 5",
        )
    };
    let (live, replay) = (hall(), Replay::start(&polls));
    let mut lines = Vec::new();
    for (number, cycle) in cycles.iter().enumerate() {
        let now = cycle[0].polled_at;
        replay.at(now);
        replay.fault(65, (number == LOST).then(|| Answer::status(404)));
        let mut command = live.command(&["collect", "--feed-url", &replay.server.url]);
        command.env("HALLCTL_NOW", now.to_rfc3339());
        run(command).exits(if number == LOST { 3 } else { 0 });
        for poll in cycle
            .iter()
            .filter(|poll| number != LOST || poll.park_id != 65)
        {
            let (park, body) = (poll.park_id, &poll.body);
            lines.push(format!(
                r#"{{"polled_at":"{now:?}","park_id":{park},"body":{body}}}"#
            ));
        }
    }
    // Backwards, since the order of the lines must not matter.
    lines.reverse();
    let replayed = hall();
    fs::write(replayed.path("polls.jsonl"), lines.join("\n")).expect("written");
    replayed.run("collect --recorded polls.jsonl").succeeds();
    assert!(rows(&live).len() > 100, "the recording holds rides");
    assert_eq!(rows(&live), rows(&replayed));
}

#[test]
fn a_recording_with_bad_lines_gives_its_good_ones() {
    let hall = hall();
    let good = |park: u32, minute: u32| {
        format!(
            r#"{{"polled_at":"2026-07-04T11:{minute}:00Z","park_id":{park},"body":{{"rides":[{{"id":{park},"name":"Swing"}}]}}}}"#
        )
    };
    fs::write(hall.path("a.jsonl"), format!("{}\nnonsense\n", good(1, 40))).expect("written");
    fs::write(hall.path("b.jsonl"), format!("{}\n", good(2, 45))).expect("written");
    let mut command = hall.command(&["collect", "--recorded", "a.jsonl", "-"]);
    command.stdin(File::open(hall.path("b.jsonl")).expect("opens"));
    let output = command.output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("`a.jsonl` line 2: not a recorded poll"),
        "{stderr}"
    );
    assert_eq!(stored(&hall).into_keys().collect::<Vec<_>>(), [1, 2]);

    let ran = hall.run("collect --recorded gone.jsonl").exits(2);
    assert!(
        ran.stderr
            .contains("could not open the recording `gone.jsonl`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_file_that_is_no_recording_is_told_in_a_line_and_stores_nothing() {
    let hall = hall();
    let page = "<!DOCTYPE html>\n<p>\n".repeat(40);
    fs::write(hall.path("page.html"), &page).expect("written");
    fs::write(hall.path("junk"), [0xff, 0x00, b'\n', 0x80]).expect("written");
    for (file, also) in [("page.html", ""), ("junk", " page.html")] {
        let ran = hall
            .run(&format!("collect --recorded {file}{also}"))
            .exits(2);
        assert_eq!(
            ran.stderr,
            format!(
                "hallctl: no line of `{file}` could be used; line 1: not a recorded poll: expected value at column 1; \
                 a recording holds lines of JSON, gzip or plain, each with `polled_at`, `park_id` or `entity_id`, and `body`\n"
            )
        );
    }
    assert!(stored(&hall).is_empty());

    let good = r#"{"polled_at":"2026-07-04T11:40:00Z","park_id":1,"body":{"rides":[{"id":1,"name":"Swing"}]}}"#;
    fs::write(hall.path("mixed.jsonl"), format!("{page}{good}\n")).expect("written");
    let ran = hall
        .run("collect --recorded mixed.jsonl page.html")
        .exits(3);
    assert_eq!(
        ran.stderr.lines().collect::<Vec<_>>(),
        [
            "collect: skipped `mixed.jsonl` line 1: not a recorded poll: expected value at column 1",
            "collect: skipped `mixed.jsonl` line 2: not a recorded poll: expected value at column 1",
            "collect: skipped `mixed.jsonl` line 3: not a recorded poll: expected value at column 1",
            "collect: skipped 77 more lines of `mixed.jsonl`",
            "collect: no line of `page.html` could be used; line 1: not a recorded poll: expected value at column 1",
            "collect: 1 remark on odd entries; RUST_LOG=info shows them",
        ]
    );
    assert_eq!(
        ran.stdout,
        "collect: 1 poll read, 1 stored, 0 slot collisions, 0 empty, 160 unread\n"
    );
}
