//! What `serve` says of itself: who answers here and where, and what is in its memory.

use super::counts::store;
use super::hall::Hall;
use crate::config;
use crate::views::health::Facts;
use crate::views::route::{CACHE_STATUS, HEALTH, METRICS};
use crate::views::{Method, View};
use crate::web::Answer;
use chrono::Utc;
use serde_json::{Map, Value, json};
use std::sync::PoisonError;

/// Who answers here, and the addresses in groups: those below `/api` by their next word.
pub fn banner(views: &[View]) -> Value {
    let mut groups = Map::new();
    let mut routes: Vec<(String, &str)> = views
        .iter()
        .map(|view| {
            let is_post = view.method == Method::Post;
            (view.route.to_string(), if is_post { "POST " } else { "" })
        })
        .collect();
    routes.sort();
    let own = [HEALTH, CACHE_STATUS, METRICS];
    routes.extend(own.map(|route| (route.to_owned(), "")));
    for (route, method) in routes {
        let mut words = route.split('/').skip(1).skip_while(|word| *word == "api");
        let group = groups.entry(words.next().unwrap_or_default());
        if let Value::Array(group) = group.or_insert_with(|| json!([])) {
            group.push(format!("{method}{route}").into());
        }
    }
    json!({
        "success": true,
        "name": "hallctl",
        "version": env!("CARGO_PKG_VERSION"),
        "status": "running",
        "endpoints": groups,
    })
}

/// What is in memory, for who runs this.
pub fn cache_status(hall: &Hall) -> Value {
    let now = config::now().unwrap_or_else(|_| Utc::now());
    let keys = hall.memory.keys();
    let shelf = keys
        .iter()
        .map(|(key, made)| json!({"key": key, "age_seconds": (now - *made).num_seconds()}));
    let views = hall.views.iter().map(|view| {
        json!({
            "view": view.name,
            "route": view.route.to_string(),
            "store": store(view),
            "fresh_seconds": view.fresh.running.num_seconds(),
            "fresh_seconds_once_over": view.fresh.over.num_seconds(),
        })
    });
    let (count, bytes) = hall.memory.own();
    json!({
        "success": true,
        "cache": if hall.uses_memory { "on" } else { "off" },
        "views": views.collect::<Vec<_>>(),
        "shelf": shelf.collect::<Vec<_>>(),
        "on_demand": {"bodies": count, "bytes": bytes},
    })
}

/// How old everything is; not a 200 where the database is silent.
pub fn health(hall: &Hall) -> Answer {
    let wall = Utc::now();
    let heard = hall
        .heard
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let (facts, silent) = match heard {
        Some((facts, at)) => (facts, Some(wall - at)),
        None => (Facts::default(), None),
    };
    let now = config::now().unwrap_or(wall);
    let (body, is_well) = facts.health(now, wall, silent, hall.memory.newest(now));
    Answer {
        status: if is_well { 200 } else { 503 },
        ..Answer::json(&body)
    }
}
