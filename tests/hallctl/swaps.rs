//! Readers of `serve` while the shelf is refreshed, emptied, and refreshed by runs that are killed.
//!
//! What they are promised: every answer is whole, of one state of the data; no key goes back to older data than this
//! reader had of it; and a refresh appears as one step: who has seen a body of it sees no body of an earlier one.

use crate::hall::{Hall, eventually};
use crate::recording::Dice;
use crate::serve::{Reply, Served, Wire};
use crate::view_language::with_views;
use chrono::{SecondsFormat, Utc};
use mysql::prelude::Queryable;
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const READERS: u64 = 8;
const PLACES: usize = 40;
const EVERYTHING: [&str; 1] = ["--all"];
const MARKS: [&str; 2] = ["--match", "*_?"];

/// A body says when it was made, and at every place the number that the data had then.
fn marks(name: &str, fresh: &str) -> String {
    format!(
        "-- Places that all have one number at any time.\n-- view: {name}  type: marks  route: /api/{name}\n\
         -- param: part = a|b|c; default a\n-- store: shelf  key: {name}_{{part}}  due: 1h  fresh: {fresh}\n\
         -- set: part = :part\n-- name: made :value\nselect date_format(:now, '%Y-%m-%dT%H:%i:%s.%f');\n\
         -- name: rows :many\nselect place, number from marks order by place;\n"
    )
}

/// The second view is stale within a second, and computed by `serve` itself until the next refresh.
fn hall() -> Hall {
    let hall = Hall::new().migrated();
    hall.query("create table marks (place int primary key, number bigint not null)");
    for place in 0..PLACES {
        hall.query(&format!("insert into marks values ({place}, 100000)"));
    }
    hall.query("insert into parks (park_id, name, timezone, created_at, updated_at) values (1, 'Pier 100000', 'UTC', now(), now())");
    hall.query("insert into rides (park_id, name, created_at, updated_at) values (1, 'Ride 100000', now(), now())");
    let (calm, restless) = (marks("calm", "1h"), marks("restless", "1s"));
    with_views(hall, &[("calm.sql", &calm), ("restless.sql", &restless)])
}

/// The next state of the data, as one transaction.
fn change(hall: &Hall, number: u64) {
    let mut db = hall.db();
    for statement in [
        "start transaction".to_owned(),
        format!("update marks set number = {number}"),
        format!("update parks set name = 'Pier {number}'"),
        format!("update rides set name = 'Ride {number}'"),
        "commit".to_owned(),
    ] {
        db.query_drop(statement).expect("a change");
    }
}

/// A refresh, and the time at which its bodies are made.
fn refresh(hall: &Hall, which: &[&str]) -> (Child, String) {
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut command = hall.command(&[&["refresh-cache"], which].concat());
    command
        .env("HALLCTL_NOW", &now)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    (
        command.spawn().expect("it starts"),
        now.trim_end_matches('Z').to_owned() + "000",
    )
}

/// What the refreshes of a run are known by: when their bodies were made, and the number in all of them.
#[derive(Default)]
struct Refreshes {
    made: Mutex<BTreeSet<String>>,
    numbers: Mutex<BTreeMap<String, u64>>,
}

/// What one reader has seen.
#[derive(Default)]
struct Seen {
    /// The newest number of each key.
    of_key: BTreeMap<String, u64>,
    /// The newest refresh, and its number.
    refresh: (String, u64),
    swaps: usize,
    own: usize,
}

impl Seen {
    fn takes(&mut self, path: &str, reply: &Reply, refreshes: &Refreshes) {
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let body = reply.json();
        let (number, made) = match body["made"].as_str() {
            Some(made) => (body["rows"][0]["number"].as_u64(), made.to_owned()),
            None => (
                body["parks"][0]["name"]
                    .as_str()
                    .and_then(|name| name.strip_prefix("Pier ")?.parse().ok()),
                String::new(),
            ),
        };
        let number = number.unwrap_or_else(|| panic!("{path}: {}", reply.body));
        assert_eq!(reply.body, whole(path, number, &made), "{path}");
        let newest = self.of_key.entry(path.to_owned()).or_default();
        assert!(
            number >= *newest,
            "{path}: {number} after {newest}, made {made}, {:?}",
            self.refresh
        );
        *newest = number;
        if made.is_empty() {
            return;
        }
        if refreshes.made.lock().expect("times").contains(&made) {
            let mut numbers = refreshes.numbers.lock().expect("numbers");
            let first = *numbers.entry(made.clone()).or_insert(number);
            assert_eq!(
                number, first,
                "{path}: bodies of one refresh speak of one state"
            );
            assert!(
                made >= self.refresh.0,
                "{path}: of {made} after {}",
                self.refresh.0
            );
            self.swaps += usize::from(made > self.refresh.0);
            self.refresh = (made, number);
        } else {
            self.own += 1;
            assert!(
                number >= self.refresh.1,
                "{path}: {number} computed after the refresh of {:?}",
                self.refresh
            );
        }
    }
}

/// The body of a path, to the byte.
fn whole(path: &str, number: u64, made: &str) -> String {
    let Some((_, part)) = path.split_once("part=") else {
        return format!(
            "{{\"success\":true,\"meta\":{{\"last_updated\":null,\"park_count\":1,\"ride_count\":1}},\
             \"parks\":[{{\"id\":1,\"name\":\"Pier {number}\",\"location\":\"\",\"type\":\"park\",\"url\":\"/park-detail.html?id=1\"}}],\
             \"rides\":[{{\"id\":1,\"name\":\"Ride {number}\",\"park_name\":\"Pier {number}\",\"park_id\":1,\"type\":\"ride\",\"url\":\"/ride-detail.html?id=1\"}}]}}"
        );
    };
    let rows: Vec<String> = (0..PLACES)
        .map(|place| format!("{{\"place\":{place},\"number\":{number}}}"))
        .collect();
    format!(
        "{{\"part\":\"{part}\",\"made\":\"{made}\",\"rows\":[{}]}}",
        rows.join(",")
    )
}

fn paths() -> Vec<String> {
    let parts = ["a", "b", "c"];
    let of = |view: &str| parts.map(|part| format!("/api/{view}?part={part}"));
    [
        of("calm").as_slice(),
        &of("restless"),
        &["/api/search/index".to_owned()],
    ]
    .concat()
}

#[test]
fn a_reader_sees_neither_mixture_nor_gap_nor_error_whatever_happens_to_the_shelf() {
    let (hall, refreshes) = (hall(), Refreshes::default());
    let (mut first, made) = refresh(&hall, &EVERYTHING);
    refreshes.made.lock().expect("times").insert(made);
    assert!(first.wait().expect("it ends").success());
    let mut served = Served::start(&hall);
    eventually("the shelf", || {
        served.get("/api/calm").header("X-Cache-Hit") == Some("true")
    });
    let (is_over, number) = (AtomicBool::new(false), AtomicU64::new(100_000));
    let (swaps, own) = thread::scope(|scope| {
        // It ends with whoever fails, so that nobody waits for it.
        let _end = Ends(&is_over);
        let readers: Vec<_> = (0..READERS)
            .map(|seed| {
                scope.spawn({
                    let (served, refreshes, is_over) = (&served, &refreshes, &is_over);
                    move || {
                        let _end = Ends(is_over);
                        let (mut wire, mut dice, mut seen) =
                            (Wire::to(served), Dice(seed + 1), Seen::default());
                        let paths = paths();
                        while !is_over.load(Ordering::Relaxed) {
                            let path = &paths[dice.throw(paths.len())];
                            seen.takes(path, &wire.get(path), refreshes);
                            thread::sleep(Duration::from_millis(3));
                        }
                        seen
                    }
                })
            })
            .collect();
        let changes = scope.spawn(|| {
            let mut dice = Dice(77);
            while !is_over.load(Ordering::Relaxed) {
                change(&hall, number.fetch_add(1, Ordering::Relaxed) + 1);
                thread::sleep(Duration::from_millis(10 + dice.throw(60) as u64));
            }
        });
        disturb(&hall, &refreshes, &is_over);
        is_over.store(true, Ordering::Relaxed);
        changes.join().expect("every change is made");
        let seen: Vec<Seen> = readers
            .into_iter()
            .map(|reader| reader.join().expect("no reader objects"))
            .collect();
        (
            seen.iter().map(|seen| seen.swaps).min(),
            seen.iter().map(|seen| seen.own).sum::<usize>(),
        )
    });
    assert!(swaps >= Some(2), "too few refreshes were seen: {swaps:?}");
    assert!(own > 0, "`serve` never computed anything itself");
    assert_eq!(served.said(), "", "`serve` had no trouble either");
}

struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Refreshes one after the other, mostly of the marks alone; the shelf is emptied and runs are killed at any moment.
fn disturb(hall: &Hall, refreshes: &Refreshes, is_over: &AtomicBool) {
    let (mut dice, mut db) = (Dice(4), hall.db());
    let begun = Instant::now();
    for round in 0.. {
        if (begun.elapsed() > Duration::from_secs(6) && round >= 6)
            || is_over.load(Ordering::Relaxed)
        {
            return;
        }
        let (which, length) = match round % 5 {
            0 => (EVERYTHING.as_slice(), 1_500),
            _ => (MARKS.as_slice(), 200),
        };
        let (mut run, made) = refresh(hall, which);
        refreshes.made.lock().expect("times").insert(made);
        let mut some_time = |longest: usize| {
            thread::sleep(Duration::from_millis(dice.throw(longest) as u64));
        };
        if round % 4 >= 2 {
            some_time(length);
            run.kill().expect("it can be killed");
        }
        if round % 2 == 1 {
            some_time(length);
            for table in ["cached_api_views", "cache_refresh_log"] {
                db.query_drop(format!("truncate table {table}"))
                    .expect("it is emptied");
            }
        }
        run.wait().expect("it ends");
        // `serve` looks every second: mostly it sees what came of the round, and sometimes only of the next.
        some_time(1_200);
    }
}
