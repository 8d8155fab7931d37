//! Shared relations: `@name` in a statement stands for the query of `sql/views/relations/name.sql`, `@prev_name` for
//! the same over the period before, `@name(other)` for one whose `@these` is `@other`.

use super::bind::ENGINE_PARAMS;
use super::statement::names_in;
use super::when::When;
use crate::db::sql;
use anyhow::{Result, bail};

/// Names with the texts of their files.
macro_rules! relations {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, sql!("views/relations/", $name, ".sql"))),+]
    };
}

/// Every shared relation by name; a test holds the list to the directory.
pub const RELATIONS: &[(&str, &str)] = relations![
    "attractions",
    "audit_anomalies",
    "audit_checks",
    "audit_faults",
    "audit_summary",
    "audited_day",
    "audited_park_rides",
    "audited_parks",
    "audited_rides",
    "feed_anomalies",
    "idle_rides",
    "listed_anomalies",
    "listed_failures",
    "live_parks",
    "live_rides",
    "noted_issues",
    "park_anomalies",
    "park_cycles",
    "park_days",
    "park_filled_hours",
    "park_hours",
    "park_merits",
    "park_points",
    "park_rides",
    "park_steps",
    "park_sums",
    "park_tail_hours",
    "park_trends",
    "parks",
    "places",
    "ride_anomalies",
    "ride_cycles",
    "ride_days",
    "ride_filled_hours",
    "ride_hours",
    "ride_merits",
    "ride_points",
    "ride_rest_days",
    "ride_steps",
    "ride_sums",
    "ride_tail_hours",
    "ride_trends",
    "rides",
    "rides_of_park",
    "tail_hours",
    "top_parks_by_score",
    "top_parks_by_wait",
    "top_rides_by_downtime",
    "top_rides_by_wait",
    "verified",
    "verified_anomalies",
];

/// Relations may stand on relations, this deep; deeper is a circle.
const DEEPEST: u32 = 8;

/// `statement` with every `@name` replaced by its query in parentheses: one text, or where a relation has several
/// queries one for each of them, and when it applies.
pub fn expand(statement: &str) -> Result<Vec<(When, String)>> {
    expand_from(statement, None, 0)
}

/// `these` is the relation that `@these` stands for.
fn expand_from(statement: &str, these: Option<&str>, depth: u32) -> Result<Vec<(When, String)>> {
    let names: Vec<&str> = names_in(statement, '@').collect();
    if depth > DEEPEST {
        bail!("relation `@{}` stands on itself", names.join("`, `@"));
    }
    let (mut texts, mut rest) = (vec![(When::default(), String::new())], statement);
    for name in names {
        let (before, after) = rest.split_once(&format!("@{name}")).unwrap_or((rest, ""));
        let (given, after) = argument(after);
        let queries = queries(
            resolved(name, these),
            given.map(|given| resolved(given, these)),
            depth,
        )?;
        let pairs = texts
            .iter()
            .flat_map(|text| queries.iter().map(move |query| (text, query)))
            .filter(|((when, _), (other, _))| !when.excludes(other));
        texts = pairs
            .map(|((when, text), (other, query))| {
                (when.and(other), format!("{text}{before}({query})"))
            })
            .collect();
        rest = after;
    }
    for (_, text) in &mut texts {
        text.push_str(rest);
    }
    Ok(texts)
}

/// The word in parentheses right after a name, as in `@ride_points(rides)`, and what follows.
fn argument(after: &str) -> (Option<&str>, &str) {
    let inner = after
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'));
    inner.map_or((None, after), |(word, rest)| (Some(word), rest))
}

fn resolved<'a>(name: &'a str, these: Option<&'a str>) -> &'a str {
    these.filter(|_| name == "these").unwrap_or(name)
}

/// The queries of one relation, whose `@these` is `given`.
fn queries(name: &str, given: Option<&str>, depth: u32) -> Result<Vec<(When, String)>> {
    let find = |name: &str| RELATIONS.iter().find(|(known, _)| *known == name);
    let earlier = name.strip_prefix("prev_").filter(|_| find(name).is_none());
    let Some((_, text)) = find(earlier.unwrap_or(name)) else {
        let known: Vec<_> = RELATIONS.iter().map(|(known, _)| *known).collect();
        bail!(
            "unknown relation `@{name}`; known are `@{}`",
            known.join("`, `@")
        );
    };
    let takes_one = text.contains("@these") || text.contains("(these)");
    match given {
        None if takes_one => bail!("`@{name}` is of another relation, as in `@{name}(rides)`"),
        Some(given) if !takes_one => bail!("`@{name}` is of no other relation, such as `{given}`"),
        _ => {}
    }
    let mut queries = Vec::new();
    for (when, query) in cases(text)? {
        for (other, query) in expand_from(&query, given, depth + 1)? {
            let query = match earlier {
                Some(_) => in_the_period_before(&query),
                None => query,
            };
            if !when.excludes(&other) {
                queries.push((when.and(&other), query));
            }
        }
    }
    Ok(queries)
}

/// The one query of a relation, or several below lines as `-- when: period = live`.
fn cases(text: &str) -> Result<Vec<(When, String)>> {
    let mut pieces = text.split("-- when: ");
    let first = without_comments(pieces.next().unwrap_or_default());
    if !first.is_empty() {
        return Ok(vec![(When::default(), first)]);
    }
    pieces
        .map(|piece| {
            let (when, query) = piece.split_once('\n').unwrap_or((piece, ""));
            Ok((When::parse(when)?, without_comments(query)))
        })
        .collect()
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
        let expanded = |statement: &str| match expand(statement).expect("a statement").as_slice() {
            [(_, text)] => text.clone(),
            texts => panic!("{} texts", texts.len()),
        };
        let sums = expanded("select * from @prev_park_sums");
        assert!(
            sums.contains(":prev_days_from") && sums.contains(":prev_tail_to"),
            "{sums}"
        );
        assert!(
            !sums.contains(" :days_from") && !sums.contains("@"),
            "{sums}"
        );
        let rides = expanded("select * from @prev_park_trends");
        assert!(
            rides.contains("(:filter = ") && rides.contains(":prev_hours_from"),
            "{rides}"
        );
    }

    #[test]
    fn a_relation_of_several_queries_makes_as_many_statements_and_each_reads_what_it_needs() {
        let texts =
            expand("select * from @park_points(top_parks_by_score) as points order by place");
        let texts = texts.expect("a statement");
        let reads = |table: &str| -> Vec<bool> {
            let texts = texts.iter();
            texts
                .map(|(_, text)| text.contains(&format!("from {table}\n")))
                .collect()
        };
        assert_eq!(reads("park_hourly_stats"), [false, true, true]);
        assert!(
            texts
                .iter()
                .all(|(_, text)| text.ends_with("as points order by place"))
        );
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            assert!(texts[one].0.excludes(&texts[other].0), "{one} {other}");
        }
        for (statement, wrong) in [
            (
                "select * from @park_points",
                "`@park_points` is of another relation",
            ),
            (
                "select * from @parks(rides)",
                "`@parks` is of no other relation",
            ),
            (
                "select * from @park_points(prks)",
                "unknown relation `@prks`",
            ),
            ("select * from @these", "unknown relation `@these`"),
        ] {
            let error = expand(statement).expect_err(statement).to_string();
            assert!(error.contains(wrong), "{statement}: {error}");
        }
    }
}
