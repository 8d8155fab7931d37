//! Views are files: tables become the JSON bodies the API answers with, one file a view.

mod compute;
mod cover;
mod directive;
mod exact;
mod file;
pub mod health;
pub mod memory;
pub mod page;
mod param;
mod relation;
pub mod shelf;
mod view;

pub use compute::{Computed, Moment, NotThere, compute};
pub use view::{Asked, View};

use crate::db::sql;
use anyhow::Result;
use serde_json::{Value, json};

/// The views hallctl brings along; a test holds the list to the directory.
const BUILT_IN: [(&str, &str); 5] = [
    ("park_downtime.sql", sql!("views/park_downtime.sql")),
    ("park_waittimes.sql", sql!("views/park_waittimes.sql")),
    ("ride_downtime.sql", sql!("views/ride_downtime.sql")),
    ("ride_waittimes.sql", sql!("views/ride_waittimes.sql")),
    ("status_summary.sql", sql!("views/status_summary.sql")),
];

/// Parameters the engine binds, and whether they need to know the stretch of time asked for.
const ENGINE_PARAMS: [(&str, bool); 11] = [
    ("now", false),
    ("live_since", false),
    ("period_start", true),
    ("period_end", true),
    ("period_label", true),
    ("days_from", true),
    ("days_to", true),
    ("hours_from", true),
    ("hours_to", true),
    ("tail_from", true),
    ("tail_to", true),
];

/// The built-in views, read and checked.
pub fn built_in() -> Result<Vec<View>> {
    BUILT_IN
        .iter()
        .map(|(name, text)| file::parse(name, text))
        .collect()
}

/// What `@name` stands for in a `set:`.
fn constant(name: &str) -> Option<Value> {
    match name {
        // Both feeds ask to be named wherever their data is shown.
        "attribution" => Some(json!({
            "data_source": "ThemeParks.wiki and Queue-Times.com",
            "url": "https://themeparks.wiki",
            "sources": [
                {"name": "ThemeParks.wiki", "url": "https://themeparks.wiki", "text": "Powered by ThemeParks.wiki"},
                {"name": "Queue-Times.com", "url": "https://queue-times.com", "text": "Powered by Queue-Times.com"},
            ],
        })),
        _ => None,
    }
}
