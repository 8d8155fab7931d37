//! Shared relations: `@name` in a statement stands for the query of `sql/views/relations/name.sql`.

use super::view::names_in;
use crate::db::sql;
use anyhow::{Result, bail};

/// Every shared relation by name; a test holds the list to the directory.
pub const RELATIONS: [(&str, &str); 7] = [
    ("live_parks", sql!("views/relations/live_parks.sql")),
    ("live_rides", sql!("views/relations/live_rides.sql")),
    ("park_rides", sql!("views/relations/park_rides.sql")),
    ("park_sums", sql!("views/relations/park_sums.sql")),
    ("parks", sql!("views/relations/parks.sql")),
    ("ride_sums", sql!("views/relations/ride_sums.sql")),
    ("rides", sql!("views/relations/rides.sql")),
];

/// Relations may stand on relations, this deep; deeper is a circle.
const DEEPEST: u32 = 8;

/// `statement` with every `@name` replaced by its query in parentheses.
pub fn expand(statement: &str) -> Result<String> {
    expand_from(statement, 0)
}

fn expand_from(statement: &str, depth: u32) -> Result<String> {
    let names: Vec<&str> = names_in(statement, '@').collect();
    if depth > DEEPEST {
        bail!("relation `@{}` stands on itself", names.join("`, `@"));
    }
    let (mut text, mut rest) = (String::new(), statement);
    for name in names {
        let Some((_, query)) = RELATIONS.iter().find(|(known, _)| *known == name) else {
            let known: Vec<_> = RELATIONS.iter().map(|(known, _)| *known).collect();
            bail!(
                "unknown relation `@{name}`; known are `@{}`",
                known.join("`, `@")
            );
        };
        let mark = format!("@{name}");
        let (before, after) = rest.split_once(mark.as_str()).unwrap_or((rest, ""));
        text.push_str(before);
        text.push_str(&format!(
            "({})",
            expand_from(&without_comments(query), depth + 1)?
        ));
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// Comments are for readers of the file; the server gets the statement alone.
pub fn without_comments(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("-- "));
    let text: Vec<&str> = lines.collect();
    text.join("\n")
        .trim()
        .trim_end_matches(';')
        .trim_end()
        .to_owned()
}
