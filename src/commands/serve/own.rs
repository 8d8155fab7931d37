//! What `serve` answers of itself, beside the views: who it is, how it is, what it keeps.

use super::counts::store;
use super::hall::Hall;
use crate::config;
use crate::views::health::Facts;
use crate::web::{Answer, Ask, JSON};
use chrono::Utc;
use serde_json::{Value, json};
use std::sync::PoisonError;

const BANNER: &str = "/";
const HEALTH: &str = "/api/health";
const CACHE_STATUS: &str = "/api/admin/cache-status";
const METRICS: &str = "/metrics";

/// The routes of all these answers.
pub const ROUTES: [&str; 4] = [BANNER, HEALTH, CACHE_STATUS, METRICS];

impl Hall {
    /// The answer of one of `ROUTES`.
    pub fn own(&self, route: &str, ask: &Ask) -> Answer {
        match route {
            HEALTH => self.health(),
            CACHE_STATUS if !self.knows(ask) => unauthorized(),
            CACHE_STATUS => self.cache_status(),
            METRICS => Answer::text(self.metrics()),
            _ => self.banner(),
        }
    }

    /// What is in memory, for who runs this.
    fn cache_status(&self) -> Answer {
        let now = config::now().unwrap_or_else(|_| Utc::now());
        let keys = self.memory.keys();
        let shelf = keys
            .iter()
            .map(|(key, made)| json!({"key": key, "age_seconds": (now - *made).num_seconds()}));
        let views = self.views.iter().map(|view| {
            json!({
                "view": view.name,
                "route": view.route.to_string(),
                "store": store(view),
                "fresh_seconds": view.fresh.running.num_seconds(),
                "fresh_seconds_once_over": view.fresh.over.num_seconds(),
            })
        });
        let (count, bytes) = self.memory.own();
        json(&json!({
            "success": true,
            "cache": if self.uses_memory { "on" } else { "off" },
            "views": views.collect::<Vec<_>>(),
            "shelf": shelf.collect::<Vec<_>>(),
            "on_demand": {"bodies": count, "bytes": bytes},
        }))
    }

    /// Who answers here, and where.
    fn banner(&self) -> Answer {
        let routes: Vec<String> = self
            .views
            .iter()
            .map(|view| view.route.to_string())
            .collect();
        json(&json!({
            "success": true,
            "name": "hallctl",
            "version": env!("CARGO_PKG_VERSION"),
            "status": "running",
            "endpoints": {"views": routes, "health": "/api/health", "metrics": "/metrics"},
        }))
    }

    fn health(&self) -> Answer {
        let wall = Utc::now();
        let heard = self
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let (facts, silent) = match heard {
            Some((facts, at)) => (facts, Some(wall - at)),
            None => (Facts::default(), None),
        };
        let now = config::now().unwrap_or(wall);
        let (body, is_well) = facts.health(now, wall, silent, self.memory.newest(now));
        Answer {
            status: if is_well { 200 } else { 503 },
            ..json(&body)
        }
    }
}

pub fn unauthorized() -> Answer {
    let sentence = "this needs the token of the server, as `Authorization: Bearer …`";
    Answer::error(401, sentence)
}

fn json(body: &Value) -> Answer {
    Answer {
        status: 200,
        body: body.to_string().into_bytes().into(),
        etag: None,
        cached: None,
        content_type: JSON,
    }
}
