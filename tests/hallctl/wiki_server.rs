//! Two feeds on one loopback port: what each path answers is set by the test, everything else is 404.

use crate::feed_server::{Answer, FeedServer};
use crate::hall::{Hall, Ran, run};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Disneyland, as each feed knows it.
pub const ANAHEIM: &str = "7340550b-c14d-4def-80bb-acdb51d49a66";
pub const ANAHEIM_AT_QUEUE_TIMES: u32 = 16;

/// Queue-Times and ThemeParks.wiki.
pub struct Feeds {
    pub server: FeedServer,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
}

impl Feeds {
    pub fn start() -> Feeds {
        let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
        let told = Arc::clone(&answers);
        let server = FeedServer::start(move |request| {
            let answers = told.lock().expect("no handler panics");
            let answer = answers.get(&request.path).cloned();
            answer.unwrap_or_else(|| Answer::status(404))
        });
        Feeds { server, answers }
    }

    /// Both feeds know one park, Disneyland.
    pub fn anaheim() -> Feeds {
        let feeds = Feeds::start();
        feeds.catalogue(&[(ANAHEIM_AT_QUEUE_TIMES, "Disneyland", "America/Los_Angeles")]);
        feeds.destinations(&[("Disneyland Resort", &[(ANAHEIM, "Disneyland Park")])]);
        feeds.children(ANAHEIM, &[]);
        feeds.schedule(ANAHEIM, "America/Los_Angeles", &json!([]));
        feeds
    }

    pub fn set(&self, path: &str, answer: Answer) {
        let mut answers = self.answers.lock().expect("no handler panics");
        answers.insert(path.to_owned(), answer);
    }

    fn say(&self, path: &str, body: &Value) {
        self.set(path, Answer::json(body.to_string()));
    }

    pub fn catalogue(&self, parks: &[(u32, &str, &str)]) {
        let park = |(id, name, timezone): &(u32, &str, &str)| json!({"id": id, "name": name, "timezone": timezone});
        let parks: Vec<Value> = parks.iter().map(park).collect();
        self.say(
            "/parks.json",
            &json!([{"id": 1, "name": "Walt Disney Attractions", "parks": parks}]),
        );
    }

    /// What Queue-Times says of a park: id, name and wait of each ride; no wait means closed.
    pub fn queue_times(&self, park: u32, rides: &[(u32, &str, Option<u32>)]) {
        let ride = |(id, name, wait): &(u32, &str, Option<u32>)| json!({"id": id, "name": name, "is_open": wait.is_some(), "wait_time": wait});
        let rides: Vec<Value> = rides.iter().map(ride).collect();
        self.say(
            &format!("/parks/{park}/queue_times.json"),
            &json!({"rides": rides}),
        );
    }

    pub fn destinations(&self, destinations: &[(&str, &[(&str, &str)])]) {
        let park = |(id, name): &(&str, &str)| json!({"id": id, "name": name});
        let destinations: Vec<Value> = destinations
            .iter()
            .map(|(name, parks)| json!({"name": name, "parks": parks.iter().map(park).collect::<Vec<_>>()}))
            .collect();
        self.say("/v1/destinations", &json!({"destinations": destinations}));
    }

    pub fn children(&self, park: &str, rides: &[(&str, &str)]) {
        let child =
            |(id, name): &(&str, &str)| json!({"id": id, "name": name, "entityType": "ATTRACTION"});
        let children: Vec<Value> = rides.iter().map(child).collect();
        self.say(
            &format!("/v1/entity/{park}/children"),
            &json!({"id": park, "children": children}),
        );
    }

    /// What ThemeParks.wiki says of a park: id, name, status of each ride, and when all last changed.
    pub fn live(&self, park: &str, changed_at: &str, rides: &[(&str, &str, &str)]) {
        self.say(&live_path(park), &live(park, changed_at, rides));
    }

    pub fn schedule(&self, park: &str, timezone: &str, schedule: &Value) {
        let body =
            json!({"id": park, "entityType": "PARK", "timezone": timezone, "schedule": schedule});
        self.say(&format!("/v1/entity/{park}/schedule"), &body);
    }

    /// Collects once, at this time.
    pub fn collect(&self, hall: &Hall, now: &str) -> Ran {
        let wiki = format!("{}/v1", self.server.url);
        let words = [
            "collect",
            "--feed-url",
            &self.server.url,
            "--wiki-url",
            &wiki,
        ];
        let mut command = hall.command(&words);
        command.env("HALLCTL_NOW", now);
        run(command)
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let requests = self.server.requests();
        requests
            .iter()
            .filter(|request| request.path == path)
            .count()
    }
}

pub fn live_path(park: &str) -> String {
    format!("/v1/entity/{park}/live")
}

/// The body of a live answer.
pub fn live(park: &str, changed_at: &str, rides: &[(&str, &str, &str)]) -> Value {
    let entry = |(id, name, status): &(&str, &str, &str)| json!({"id": id, "name": name, "entityType": "ATTRACTION", "status": status, "lastUpdated": changed_at});
    let entries: Vec<Value> = rides.iter().map(entry).collect();
    json!({"id": park, "liveData": entries})
}

/// The id of a ride, by number.
pub fn ride(number: u32) -> String {
    format!("a0000000-0000-4000-8000-{number:012}")
}
