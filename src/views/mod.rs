//! Views are files: tables become the JSON bodies the API answers with, one file a view.

mod axis;
mod bind;
mod body;
pub mod check;
mod compute;
mod cover;
mod directive;
mod exact;
mod file;
mod grid;
pub mod health;
pub mod invalidation;
mod kept;
pub mod memory;
pub mod page;
mod param;
mod posted;
pub mod refresh_log;
mod relation;
pub mod route;
mod row;
pub mod served;
mod shape;
pub mod shelf;
mod sound;
mod statement;
mod view;
mod when;
mod which;

pub use compute::{Computed, Moment, NotThere, RawGone, compute};
pub use view::{Asked, Auth, Method, Rate, Refusal, Store, View};
pub use which::Which;

use crate::db::sql;
use anyhow::{Context, Result, anyhow};
use bind::ENGINE_PARAMS;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Names of files with their texts.
macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, sql!("views/", $name))),+]
    };
}

/// The views hallctl brings along; a test holds the list to the directory.
const BUILT_IN: &[(&str, &str)] = built_in![
    "audit_anomalies.sql",
    "audit_flagged.sql",
    "audit_issue_summary.sql",
    "audit_issues.sql",
    "audit_run.sql",
    "audit_status.sql",
    "audit_verify.sql",
    "chart.sql",
    "heatmap.sql",
    "least_reliable.sql",
    "longest_waits.sql",
    "park_details.sql",
    "park_downtime.sql",
    "park_roster.sql",
    "park_waittimes.sql",
    "ride_charts.sql",
    "ride_details.sql",
    "ride_downtime.sql",
    "ride_waittimes.sql",
    "search_index.sql",
    "status_summary.sql",
    "trends.sql",
    "yearly_awards.sql",
];

/// Views as they were read, and why some files were not taken, each with file, line and reason.
pub struct Views {
    pub sound: Vec<View>,
    pub refused: Vec<Refused>,
}

pub struct Refused {
    pub file: String,
    pub reason: String,
}

/// The built-in views and those of a directory, read and checked. A broken file costs only itself.
pub fn load(directory: Option<&Path>) -> Result<Views> {
    let built_in = BUILT_IN.iter();
    let mut files: Vec<(String, Result<String>)> = built_in
        .map(|(name, text)| ((*name).to_owned(), Ok((*text).to_owned())))
        .collect();
    if let Some(directory) = directory {
        files.extend(own(directory)?);
    }
    Ok(gather(files))
}

/// The view files of a directory, by name.
fn own(directory: &Path) -> Result<Vec<(String, Result<String>)>> {
    let unread = || format!("could not read the views of `{}`", directory.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).with_context(unread)? {
        paths.push(entry.with_context(unread)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    let files = paths.iter().map(|path| {
        let name = path.display().to_string();
        let text =
            fs::read_to_string(path).with_context(|| format!("could not read view file `{name}`"));
        // Some editors begin a file with a byte order mark.
        let text = text.map(|text| text.trim_start_matches('\u{feff}').to_owned());
        (name, text)
    });
    Ok(files.collect())
}

fn gather(files: Vec<(String, Result<String>)>) -> Views {
    let mut views = Views {
        sound: Vec::new(),
        refused: Vec::new(),
    };
    let mut keys = HashMap::new();
    for (number, (name, text)) in files.into_iter().enumerate() {
        let view = text.and_then(|text| {
            let mut view = file::parse(&name, &text, |view| distinct(view, &views.sound, &keys))?;
            view.is_own = number >= BUILT_IN.len();
            keys.extend(view.shelf_keys().map(|key| (key, view.name.clone())));
            Ok(view)
        });
        match view {
            Ok(view) => views.sound.push(view),
            Err(error) => views.refused.push(Refused {
                file: name,
                reason: format!("{error:#}"),
            }),
        }
    }
    views
}

/// That a view takes neither name, route nor key from one before it; an error comes with the key of the header.
fn distinct(
    view: &View,
    others: &[View],
    taken: &HashMap<String, String>,
) -> Result<(), (&'static str, anyhow::Error)> {
    for other in others {
        let (name, route) = (&view.name, &view.route);
        if *name == other.name {
            return Err(("view", anyhow!("there is another view `{name}`")));
        }
        if route.is_like(&other.route) {
            let of = &other.name;
            return Err(("route", anyhow!("route `{route}` is that of view `{of}`")));
        }
    }
    let mut keys = view.shelf_keys();
    match keys.find_map(|key| Some((taken.get(&key)?, key))) {
        Some((of, key)) => Err(("key", anyhow!("key `{key}` is that of view `{of}`"))),
        None => Ok(()),
    }
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
        // The same as one line, where readers expect one.
        "attribution_line" => Some(json!(
            "Powered by ThemeParks.wiki (https://themeparks.wiki) and Queue-Times.com (https://queue-times.com)"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bodies that are made before anyone asks.
    const KEYS: usize = 255;

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
        let views = load(None).expect("the views");
        assert!(views.refused.is_empty(), "{}", views.refused[0].reason);
        let mut keys: Vec<String> = views.sound.iter().flat_map(View::shelf_keys).collect();
        assert_eq!(keys.len(), KEYS);
        assert!(keys.iter().all(|key| key.len() <= 150));
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), KEYS);
    }
}
