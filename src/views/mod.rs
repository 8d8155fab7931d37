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
mod row;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The files of a directory under `sql/` whose first lines make them view files or relations.
    fn files(directory: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let directory = format!("{}/sql/{directory}", env!("CARGO_MANIFEST_DIR"));
        let entries = fs::read_dir(directory).expect("the directory");
        let names = entries.map(|entry| entry.expect("an entry"));
        let mut names: Vec<String> = names
            .filter(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| is_wanted(&text)))
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn every_view_file_and_relation_is_built_in() {
        let views: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        assert_eq!(views, files("views", |text| text.contains("-- view: ")));
        let names = relation::RELATIONS
            .iter()
            .map(|(name, _)| format!("{name}.sql"));
        assert_eq!(
            names.collect::<Vec<_>>(),
            files("views/relations", |_| true)
        );
    }

    #[test]
    fn every_built_in_view_is_sound_and_no_two_share_a_key() {
        let views = built_in().expect("sound views");
        let mut keys: Vec<String> = views.iter().flat_map(View::shelf_keys).collect();
        assert_eq!(keys.len(), 58);
        assert!(keys.iter().all(|key| key.len() <= 150));
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 58);
    }
}
