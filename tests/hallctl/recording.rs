//! Small recordings by hand, a letter a cycle and ride, for tests that need a certain day.

use crate::corpus::Poll;
use crate::hall::Hall;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use std::fs;

/// Recorded polls, one JSON object a line.
#[derive(Default)]
pub struct Recording {
    lines: Vec<String>,
}

impl Recording {
    pub fn new() -> Recording {
        Recording::default()
    }

    /// Cycles of one park from `start`, each `minutes` after the one before. A ride is a word of letters,
    /// a letter a cycle: `O` open with a wait of 20, `c` not open, `s` open but an hour old, `-` not listed.
    /// The first ride of park 64 has the id 6401.
    pub fn park(mut self, park: u32, start: &str, minutes: i64, rides: &[&str]) -> Recording {
        let start = time(start);
        for cycle in 0..rides[0].len() {
            let polled_at = start + Duration::minutes(minutes * cycle as i64);
            let listed = |(number, letters): (u32, &&str)| {
                ride(park * 100 + number, letters.as_bytes()[cycle], polled_at)
            };
            let rides: Vec<Value> = (1..).zip(rides).filter_map(listed).collect();
            let body = json!({"lands": [], "rides": rides});
            let poll = json!({"polled_at": polled_at, "park_id": park, "body": body});
            self.lines.push(poll.to_string());
        }
        self
    }

    /// What one park announced at a time: stretches of hours, of which each opens and closes.
    pub fn schedule(mut self, park: u32, at: &str, hours: &[(&str, &str)]) -> Recording {
        let stretch = |(opens, closes): &(&str, &str)| json!({"type": "OPERATING", "openingTime": opens, "closingTime": closes});
        let hours: Vec<Value> = hours.iter().map(stretch).collect();
        let body = json!({"timezone": "UTC", "schedule": hours});
        let line = json!({"polled_at": at, "park_id": park, "endpoint": "schedule", "body": body});
        self.lines.push(line.to_string());
        self
    }

    /// The polls, for a feed that answers over HTTP.
    pub fn polls(&self) -> Vec<Poll> {
        let poll = |line: &String| serde_json::from_str(line).expect("a recorded poll");
        self.lines.iter().map(poll).collect()
    }

    /// The recording in files of so many polls each, in the hall's own directory.
    pub fn parts(&self, hall: &Hall, polls: usize) -> Vec<String> {
        let keep = |(number, lines): (usize, &[String])| {
            let name = format!("{number}.jsonl");
            fs::write(hall.path(&name), lines.join("\n")).expect("the polls are kept");
            name
        };
        self.lines.chunks(polls).enumerate().map(keep).collect()
    }

    /// Writes the recording into the hall as `polls.jsonl`.
    pub fn keep(&self, hall: &Hall) {
        fs::write(hall.path("polls.jsonl"), self.lines.join("\n")).expect("the polls are kept");
    }

    /// Gives the recording to `hallctl collect`, every cycle standing for `interval` minutes.
    #[track_caller]
    pub fn collect(&self, hall: &Hall, interval: u32) {
        self.keep(hall);
        hall.run(&format!(
            "collect --recorded polls.jsonl --interval {interval}"
        ))
        .succeeds();
    }
}

/// Throws that are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn throw(&mut self, sides: usize) -> usize {
        let Dice(state) = self;
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize % sides
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.throw(end + 1));
        }
    }
}

pub fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn ride(id: u32, letter: u8, polled_at: DateTime<Utc>) -> Option<Value> {
    let (is_open, age) = match letter {
        b'O' => (true, 2),
        b'c' => (false, 2),
        b's' => (true, 60),
        _ => return None,
    };
    let wait = if is_open { 20 } else { 0 };
    Some(json!({
        "id": id, "name": format!("Ride {id}"), "is_open": is_open, "wait_time": wait,
        "last_updated": polled_at - Duration::minutes(age),
    }))
}
