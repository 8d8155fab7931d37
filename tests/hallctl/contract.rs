//! The answers against the contract of the frontend: every example in it is a schema, over all that can be asked.

use crate::hall::Hall;
use crate::schema::{Examples, misses};
use crate::serve::Served;
use crate::tree::top;
use crate::wide_hall;
use serde_json::Value;
use std::collections::BTreeSet;

/// The bodies made before anyone asks.
pub const KEYS: u32 = 255;

pub const PERIODS: [&str; 8] = [
    "live",
    "today",
    "yesterday",
    "7days",
    "30days",
    "last_week",
    "last_month",
    "year",
];
const FILTERS: [&str; 2] = ["disney-universal", "all-parks"];
const CHARTS: [&str; 4] = ["parks", "waittimes", "rides", "ridewaittimes"];
const HEATMAPS: [&str; 4] = ["parks-shame", "parks", "rides-downtime", "rides-waittimes"];
const CATEGORIES: [&str; 4] = [
    "parks-improving",
    "parks-declining",
    "rides-improving",
    "rides-declining",
];

/// Everything the frontend can ask, each with the path of its example.
pub fn matrix() -> Vec<(String, &'static str)> {
    let mut asked = Vec::new();
    let mut ask = |path: String, example| asked.push((path, example));
    let past = &PERIODS[1..];
    for filter in FILTERS {
        for period in PERIODS {
            let query = format!("period={period}&filter={filter}");
            for sort in [
                "shame_score",
                "total_downtime_hours",
                "uptime_percentage",
                "rides_down",
            ] {
                ask(
                    format!("/api/parks/downtime?{query}&sort_by={sort}"),
                    "/api/parks/downtime",
                );
            }
            for sort in [
                "downtime_hours",
                "uptime_percentage",
                "current_is_open",
                "trend_percentage",
            ] {
                ask(
                    format!("/api/rides/downtime?{query}&sort_by={sort}"),
                    "/api/rides/downtime",
                );
            }
            ask(
                format!("/api/parks/waittimes?{query}"),
                "/api/parks/waittimes",
            );
            ask(
                format!("/api/rides/waittimes?{query}"),
                "/api/rides/waittimes",
            );
            for chart in CHARTS {
                ask(
                    format!("/api/trends/chart-data?{query}&type={chart}&limit=5"),
                    "/api/trends/chart-data",
                );
            }
        }
        for period in past {
            let query = format!("period={period}&filter={filter}");
            for heatmap in HEATMAPS {
                ask(
                    format!("/api/trends/heatmap-data?{query}&type={heatmap}"),
                    "/api/trends/heatmap-data",
                );
            }
            for (route, entity, example) in [
                (
                    "longest-wait-times",
                    "parks",
                    "/api/trends/longest-wait-times?entity=parks",
                ),
                (
                    "longest-wait-times",
                    "rides",
                    "/api/trends/longest-wait-times?entity=rides",
                ),
                (
                    "least-reliable",
                    "parks",
                    "/api/trends/least-reliable?entity=parks",
                ),
                (
                    "least-reliable",
                    "rides",
                    "/api/trends/least-reliable?entity=rides",
                ),
            ] {
                ask(
                    format!("/api/trends/{route}?{query}&entity={entity}&limit=1"),
                    example,
                );
            }
            for category in CATEGORIES {
                ask(format!("/api/trends?{query}&category={category}"), category);
            }
        }
        ask(
            format!("/api/live/status-summary?filter={filter}"),
            "/api/live/status-summary",
        );
    }
    for park in wide_hall::PARKS {
        for period in PERIODS {
            let example = match period {
                "live" => "/api/parks/71/details?period=live",
                "today" | "yesterday" => "/api/parks/71/details?period=today",
                _ => "/api/parks/71/details?period=last_week",
            };
            ask(
                format!("/api/parks/{park}/details?period={period}"),
                example,
            );
        }
        for period in past {
            for chart in ["", "&type=downtime", "&type=wait_times"] {
                ask(
                    format!("/api/parks/{park}/rides/charts?period={period}{chart}"),
                    "/api/parks/71/rides/charts",
                );
            }
            let example = match *period {
                "today" | "yesterday" => "/api/rides/701/details",
                _ => "days",
            };
            ask(
                format!("/api/rides/{park}01/details?period={period}"),
                example,
            );
        }
    }
    ask("/api/search/index".to_owned(), "/api/search/index");
    asked
}

/// Walks the whole matrix and gives what is missing, of another type, or null where it may not be.
fn walk(hall: &Hall, examples: &Examples) -> BTreeSet<String> {
    let served = Served::start(hall);
    let mut found = BTreeSet::new();
    for (path, example) in matrix() {
        let reply = served.get(&path);
        match reply.status {
            200 => {
                let example = match example {
                    "days" => examples.of_days(),
                    category if CATEGORIES.contains(&category) => examples.of_trends(category),
                    path => examples.of(path),
                };
                let route = path.split('?').next().unwrap_or_default();
                misses(route, &example, &reply.json(), &mut found);
            }
            status => drop(found.insert(format!("{path}: {status} {}", reply.body))),
        }
    }
    found
}

#[test]
fn every_answer_has_the_names_types_and_nulls_of_its_example() {
    let Some(examples) = Examples::read() else {
        return;
    };
    let found = walk(&wide_hall::hall(), &examples);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn without_a_single_cycle_every_answer_is_there_and_complete() {
    let Some(examples) = Examples::read() else {
        return;
    };
    let found = walk(&wide_hall::cast(wide_hall::NOW), &examples);
    assert!(found.is_empty(), "{found:#?}");
    // Without even a park only what names one is not there.
    let served = Served::start(&Hall::new().at(wide_hall::NOW).migrated());
    for (path, _) in matrix() {
        let is_of_one = path.contains("/details?");
        assert_eq!(
            served.get(&path).status,
            if is_of_one { 404 } else { 200 },
            "{path}"
        );
    }
}

#[test]
fn the_readme_and_the_man_page_have_every_route_with_its_parameters() {
    let listed = Hall::new().run("views list --json").succeeds().stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let read = |name: &str| {
        let text = std::fs::read_to_string(top().join(name)).expect(name);
        text.replace("\\-", "-")
            .replace("\\fB", "`")
            .replace("\\fR", "`")
    };
    let (readme, page) = (read("README.md"), read("man/hallctl-serve.1"));
    let mut routes = 0;
    for view in listed.as_array().expect("views") {
        let route = view["route"].as_str().expect("a route");
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| `{route}` |")));
        let row = row.unwrap_or_else(|| panic!("README.md has no `{route}`"));
        let entry = page
            .split_once(&format!("`{route}`\n"))
            .unwrap_or_else(|| panic!("hallctl-serve(1) has no `{route}`"));
        let entry = entry.1.lines().next().unwrap_or_default();
        let params = view["params"]
            .as_array()
            .expect("parameters")
            .iter()
            .map(|param| &param["name"]);
        let others = view["list"].as_array().expect("the list").iter();
        for said in params.chain(others) {
            let name = said
                .as_str()
                .and_then(|said| said.split(' ').next())
                .expect("a name");
            let is_in_the_route = route.contains(&format!("{{{name}}}"));
            assert!(
                is_in_the_route || row.contains(&format!("`{name}`")),
                "README.md: `{name}` of `{route}`"
            );
            assert!(
                entry.contains(&format!("{name} = ")),
                "hallctl-serve(1): `{name}` of `{route}`"
            );
        }
        routes += 1;
    }
    assert_eq!(
        readme
            .lines()
            .filter(|line| line.starts_with("| `/api/"))
            .count(),
        routes
    );
}
