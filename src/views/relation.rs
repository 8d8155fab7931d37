//! Shared relations: `@name` in a statement stands for the query of `sql/views/relations/name.sql`, `@prev_name` for
//! the same over the period before.

use super::bind::ENGINE_PARAMS;
use super::statement::names_in;
use crate::db::sql;
use anyhow::{Result, bail};

/// Every shared relation by name; a test holds the list to the directory.
pub const RELATIONS: [(&str, &str); 38] = [
    ("attractions", sql!("views/relations/attractions.sql")),
    (
        "audit_anomalies",
        sql!("views/relations/audit_anomalies.sql"),
    ),
    ("audit_checks", sql!("views/relations/audit_checks.sql")),
    ("audit_faults", sql!("views/relations/audit_faults.sql")),
    ("audit_summary", sql!("views/relations/audit_summary.sql")),
    ("audited_day", sql!("views/relations/audited_day.sql")),
    (
        "audited_park_rides",
        sql!("views/relations/audited_park_rides.sql"),
    ),
    ("audited_parks", sql!("views/relations/audited_parks.sql")),
    ("audited_rides", sql!("views/relations/audited_rides.sql")),
    ("feed_anomalies", sql!("views/relations/feed_anomalies.sql")),
    ("idle_rides", sql!("views/relations/idle_rides.sql")),
    (
        "listed_anomalies",
        sql!("views/relations/listed_anomalies.sql"),
    ),
    (
        "listed_failures",
        sql!("views/relations/listed_failures.sql"),
    ),
    ("live_parks", sql!("views/relations/live_parks.sql")),
    ("live_rides", sql!("views/relations/live_rides.sql")),
    ("noted_issues", sql!("views/relations/noted_issues.sql")),
    ("park_anomalies", sql!("views/relations/park_anomalies.sql")),
    ("park_days", sql!("views/relations/park_days.sql")),
    ("park_hours", sql!("views/relations/park_hours.sql")),
    ("park_rides", sql!("views/relations/park_rides.sql")),
    ("park_sums", sql!("views/relations/park_sums.sql")),
    ("park_trends", sql!("views/relations/park_trends.sql")),
    ("parks", sql!("views/relations/parks.sql")),
    ("places", sql!("views/relations/places.sql")),
    ("ride_anomalies", sql!("views/relations/ride_anomalies.sql")),
    ("ride_days", sql!("views/relations/ride_days.sql")),
    ("ride_hours", sql!("views/relations/ride_hours.sql")),
    ("ride_rest_days", sql!("views/relations/ride_rest_days.sql")),
    ("ride_sums", sql!("views/relations/ride_sums.sql")),
    (
        "ride_tail_hours",
        sql!("views/relations/ride_tail_hours.sql"),
    ),
    ("ride_trends", sql!("views/relations/ride_trends.sql")),
    ("rides", sql!("views/relations/rides.sql")),
    (
        "top_parks_by_score",
        sql!("views/relations/top_parks_by_score.sql"),
    ),
    (
        "top_parks_by_wait",
        sql!("views/relations/top_parks_by_wait.sql"),
    ),
    (
        "top_rides_by_downtime",
        sql!("views/relations/top_rides_by_downtime.sql"),
    ),
    (
        "top_rides_by_wait",
        sql!("views/relations/top_rides_by_wait.sql"),
    ),
    ("verified_park", sql!("views/relations/verified_park.sql")),
    ("verified_ride", sql!("views/relations/verified_ride.sql")),
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
        let find = |name: &str| RELATIONS.iter().find(|(known, _)| *known == name);
        let earlier = name.strip_prefix("prev_").filter(|_| find(name).is_none());
        let Some((_, query)) = find(earlier.unwrap_or(name)) else {
            let known: Vec<_> = RELATIONS.iter().map(|(known, _)| *known).collect();
            bail!(
                "unknown relation `@{name}`; known are `@{}`",
                known.join("`, `@")
            );
        };
        let mark = format!("@{name}");
        let (before, after) = rest.split_once(mark.as_str()).unwrap_or((rest, ""));
        text.push_str(before);
        let query = expand_from(&without_comments(query), depth + 1)?;
        match earlier {
            Some(_) => text.push_str(&format!("({})", in_the_period_before(&query))),
            None => text.push_str(&format!("({query})")),
        }
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// `:days_from` becomes `:prev_days_from`, and so every other bound of the period.
fn in_the_period_before(query: &str) -> String {
    let (mut text, mut rest) = (String::new(), query);
    for name in names_in(query, ':') {
        let earlier = format!("prev_{name}");
        let is_bound = ENGINE_PARAMS.iter().any(|(known, _)| *known == earlier);
        let (before, after) = rest.split_once(&format!(":{name}")).unwrap_or((rest, ""));
        text.push_str(before);
        text.push_str(&format!(":{}", if is_bound { &earlier } else { name }));
        rest = after;
    }
    text + rest
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_of_the_period_before_has_its_bounds_and_the_same_filter() {
        let sums = expand("select * from @prev_park_sums").expect("a statement");
        assert!(
            sums.contains(":prev_days_from") && sums.contains(":prev_tail_to"),
            "{sums}"
        );
        assert!(
            !sums.contains(" :days_from") && !sums.contains("@"),
            "{sums}"
        );
        let rides = expand("select * from @prev_park_trends").expect("a statement");
        assert!(
            rides.contains("(:filter = ") && rides.contains(":prev_hours_from"),
            "{rides}"
        );
    }
}
