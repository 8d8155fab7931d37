//! Numbers that must agree: ranking, detail, chart and award of a period, and what the rows themselves come to.

use crate::contract::PERIODS;
use crate::hall::Hall;
use crate::serve::Served;
use crate::wide_hall::{self, PARKS};
use chrono::NaiveDateTime;
use chrono_tz::America::Los_Angeles;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The days of each period at [`wide_hall::NOW`], and of the one before, written down by hand.
const DAYS: [(&str, [&str; 2], [&str; 2]); 5] = [
    (
        "yesterday",
        ["2026-07-14", "2026-07-14"],
        ["2026-07-13", "2026-07-13"],
    ),
    (
        "7days",
        ["2026-07-08", "2026-07-14"],
        ["2026-07-01", "2026-07-07"],
    ),
    (
        "30days",
        ["2026-06-15", "2026-07-14"],
        ["2026-05-16", "2026-06-14"],
    ),
    (
        "last_week",
        ["2026-07-05", "2026-07-11"],
        ["2026-06-28", "2026-07-04"],
    ),
    (
        "last_month",
        ["2026-06-01", "2026-06-30"],
        ["2026-05-01", "2026-05-31"],
    ),
];

/// Hours as they are shown, rounded to hundredths, back in the minutes they came from.
pub fn minutes(hours: &Value) -> i64 {
    (hours
        .as_f64()
        .unwrap_or_else(|| panic!("{hours} is no number"))
        * 60.0)
        .round() as i64
}

/// The rows of a list by a number in them.
pub fn by(list: &Value, id: &str) -> BTreeMap<u64, Value> {
    let rows = list
        .as_array()
        .unwrap_or_else(|| panic!("{list} is no list"))
        .iter();
    rows.map(|row| (row[id].as_u64().expect(id), row.clone()))
        .collect()
}

/// Minutes up and down of every entity over days, as the table of days has them.
fn sums(hall: &Hall, entity: &str, [first, last]: [&str; 2]) -> BTreeMap<u64, [i64; 2]> {
    let prefix = if entity == "park" { "ride_" } else { "" };
    let rows = hall.query(&format!(
        "select {entity}_id, sum({prefix}minutes_operating), sum({prefix}minutes_down) from {entity}_daily_stats
          where stat_date between '{first}' and '{last}' group by {entity}_id"
    ));
    let number = |text: &String| text.parse::<i64>().expect("a number");
    rows.iter()
        .map(|row| (number(&row[0]) as u64, [number(&row[1]), number(&row[2])]))
        .collect()
}

#[test]
fn ranking_detail_chart_and_award_of_a_park_divide_the_same_sums() {
    let served = Served::start(&wide_hall::hall());
    for period in PERIODS {
        let ranked = by(
            &served.json(&format!("/api/parks/downtime?period={period}&limit=100"))["data"],
            "park_id",
        );
        let waits = by(
            &served.json(&format!("/api/parks/waittimes?period={period}&limit=100"))["data"],
            "park_id",
        );
        let rides = by(
            &served.json(&format!("/api/rides/downtime?period={period}&limit=200"))["data"],
            "ride_id",
        );
        assert!(!waits.is_empty() && !ranked.is_empty(), "{period}");
        for park in PARKS.map(u64::from) {
            let detail = served.json(&format!("/api/parks/{park}/details?period={period}"));
            let (shame, chart) = (&detail["shame_breakdown"], &detail["chart_data"]);
            let Some(row) = ranked.get(&park) else {
                assert_eq!(
                    (period, &shame["shame_score"]),
                    ("live", &json!(0.0)),
                    "{park}: {shame}"
                );
                continue;
            };
            assert_eq!(shame["shame_score"], row["shame_score"], "{park} {period}");
            if period == "live" {
                assert_eq!(chart["current"], row["shame_score"], "{park}");
                let down = shame["rides_down"].as_array().expect("a list");
                assert_eq!(
                    down.len() as u64,
                    row["rides_down"].as_u64().expect("a count")
                );
                let weights = |field: &str| {
                    down.iter()
                        .filter_map(|ride| ride[field].as_f64())
                        .sum::<f64>()
                };
                assert_eq!(
                    Some(weights("weighted_contribution")),
                    shame["total_weighted_down"].as_f64()
                );
                for ride in down {
                    let ranked = &rides[&ride["ride_id"].as_u64().expect("an id")];
                    assert_eq!(
                        (&ride["downtime_hours"], &ranked["current_status"]),
                        (&ranked["downtime_hours"], &json!("DOWN"))
                    );
                }
                continue;
            }
            assert_eq!(chart["average"], row["shame_score"], "{park} {period}");
            for (ours, theirs) in [
                ("total_downtime_hours", "total_downtime_hours"),
                ("weighted_downtime_hours", "weighted_downtime_hours"),
                ("rides_affected_count", "rides_down"),
                ("total_park_weight", "effective_park_weight"),
                ("avg_uptime_percentage", "uptime_percentage"),
            ] {
                assert_eq!(shame[ours], row[theirs], "{park} {period} {ours}");
            }
            let parts = by(&shame["rides"], "ride_id");
            for (whole, part) in [
                ("total_downtime_hours", "downtime_hours"),
                ("weighted_downtime_hours", "weighted_contribution"),
            ] {
                let sum: i64 = parts.values().map(|ride| minutes(&ride[part])).sum();
                assert_eq!(
                    sum,
                    minutes(&shame[whole]),
                    "{park} {period}: {part} of its rides"
                );
            }
            let theirs = rides.iter().filter(|(_, ride)| ride["park_id"] == park);
            let theirs: Vec<(u64, i64)> = theirs
                .map(|(id, ride)| (*id, minutes(&ride["downtime_hours"])))
                .collect();
            let ours: Vec<(u64, i64)> = parts
                .iter()
                .map(|(id, ride)| (*id, minutes(&ride["downtime_hours"])))
                .collect();
            assert_eq!(ours, theirs, "{park} {period}");
        }
        if period == "live" {
            continue;
        }
        let heat = |kind: &str| {
            served.json(&format!(
                "/api/trends/heatmap-data?period={period}&type={kind}&limit=20"
            ))["entities"]
                .clone()
        };
        let best = |route: &str, entity: &str| {
            served.json(&format!(
                "/api/trends/{route}?period={period}&entity={entity}&limit=20"
            ))["data"]
                .clone()
        };
        for (ours, field, id, ranking, theirs) in [
            (
                heat("parks-shame"),
                "total_value",
                "entity_id",
                &ranked,
                "shame_score",
            ),
            (
                best("least-reliable", "parks"),
                "avg_shame_score",
                "park_id",
                &ranked,
                "shame_score",
            ),
            (
                best("least-reliable", "parks"),
                "uptime_percentage",
                "park_id",
                &ranked,
                "uptime_percentage",
            ),
            (
                heat("parks"),
                "total_value",
                "entity_id",
                &waits,
                "avg_wait_minutes",
            ),
            (
                heat("rides-downtime"),
                "total_value",
                "entity_id",
                &rides,
                "downtime_hours",
            ),
            (
                best("least-reliable", "rides"),
                "downtime_hours",
                "ride_id",
                &rides,
                "downtime_hours",
            ),
            (
                best("least-reliable", "rides"),
                "uptime_percentage",
                "ride_id",
                &rides,
                "uptime_percentage",
            ),
        ] {
            let ours = by(&ours, id);
            assert_eq!(ours.len(), ranking.len().min(20), "{period} {field}");
            for (id, row) in ours {
                assert_eq!(row[field], ranking[&id][theirs], "{period} {id} {field}");
            }
        }
        for row in best("longest-wait-times", "parks")
            .as_array()
            .expect("a list")
        {
            let mean = waits[&row["park_id"].as_u64().expect("an id")]["avg_wait_minutes"]
                .as_f64()
                .expect("a mean");
            assert!(
                (row["avg_wait_time"].as_f64().expect("a mean") - mean).abs() <= 0.55,
                "{period} {row}"
            );
        }
    }
}

#[test]
fn the_hours_and_days_of_a_ride_add_up_to_its_period() {
    let served = Served::start(&wide_hall::hall());
    for period in &PERIODS[1..] {
        let ranked = by(
            &served.json(&format!("/api/rides/downtime?period={period}&limit=200"))["data"],
            "ride_id",
        );
        assert!(ranked.len() > 10, "{period}");
        for park in PARKS {
            let charts = served.json(&format!("/api/parks/{park}/rides/charts?period={period}"));
            let labels = charts["labels"].as_array().expect("labels").len();
            for chart in charts["datasets"].as_array().expect("datasets") {
                let ride = chart["ride_id"].as_u64().expect("an id");
                let cells = chart["data"].as_array().expect("cells");
                assert_eq!(cells.len(), labels);
                let down: i64 = cells
                    .iter()
                    .filter(|cell| !cell.is_null())
                    .map(minutes)
                    .sum();
                let whole = ranked
                    .get(&ride)
                    .map_or(0, |row| minutes(&row["downtime_hours"]));
                assert_eq!(down, whole, "{ride} {period}");
                let detail = served.json(&format!("/api/rides/{ride}/details?period={period}"));
                assert_eq!(
                    minutes(&detail["summary"]["total_downtime_hours"]),
                    whole,
                    "{ride} {period}"
                );
                let rows = detail["hourly_breakdown"].as_array().expect("rows").iter();
                let down: i64 = rows.map(|row| minutes(&row["downtime_hours"])).sum();
                assert_eq!(down, whole, "{ride} {period}");
            }
        }
    }
}

#[test]
fn periods_are_their_days_and_trends_read_the_days_before() {
    let hall = wide_hall::hall();
    let served = Served::start(&hall);
    let uptime = |[up, down]: [i64; 2]| 100.0 * up as f64 / (up + down) as f64;
    let mut listed = 0;
    for (period, days, before) in DAYS {
        for (entity, ranking) in [
            ("park", "/api/parks/downtime"),
            ("ride", "/api/rides/downtime"),
        ] {
            let (now, then) = (sums(&hall, entity, days), sums(&hall, entity, before));
            let id = format!("{entity}_id");
            let ranked = by(
                &served.json(&format!("{ranking}?period={period}&limit=100"))["data"],
                &id,
            );
            let shown = |id: &u64| *id != 73 && id / 100 != 73;
            for (id, [up, down]) in now.iter().filter(|(id, sums)| shown(id) && sums[1] > 0) {
                let row = &ranked[id];
                let hours = row
                    .get("total_downtime_hours")
                    .unwrap_or(&row["downtime_hours"]);
                assert_eq!(minutes(hours), *down, "{id} {period}");
                let share = row["uptime_percentage"].as_f64().expect("a share");
                assert!(
                    (share - uptime([*up, *down])).abs() < 0.051,
                    "{id} {period}"
                );
                let expected = then.get(id).filter(|then| then[1] > 0);
                let expected =
                    expected.map(|then| 100.0 * (*down - then[1]) as f64 / then[1] as f64);
                match (row["trend_percentage"].as_f64(), expected) {
                    (Some(trend), Some(expected)) => assert!(
                        (trend - expected).abs() < 0.051,
                        "{id} {period}: {trend}, not {expected}"
                    ),
                    (ours, theirs) => assert_eq!(ours, theirs, "{id} {period}"),
                }
            }
            for (direction, sign) in [("improving", 1.0), ("declining", -1.0)] {
                let path =
                    format!("/api/trends?category={entity}s-{direction}&period={period}&limit=100");
                let body = served.json(&path);
                let dates = |days: [&str; 2]| format!("{} to {}", days[0], days[1]);
                assert_eq!(
                    body["comparison"],
                    json!({"current_period": dates(days), "previous_period": dates(before)})
                );
                let rows = body[format!("{entity}s")]
                    .as_array()
                    .expect("a list")
                    .clone();
                assert_eq!(body["count"], rows.len());
                let points = |id: &u64| sign * (uptime(now[id]) - uptime(then[id]));
                let expected: Vec<u64> = now
                    .keys()
                    .filter(|id| shown(id) && then.contains_key(id) && points(id) >= 5.0)
                    .copied()
                    .collect();
                assert_eq!(
                    by(&body[format!("{entity}s")], &id)
                        .into_keys()
                        .collect::<Vec<_>>(),
                    expected,
                    "{path}"
                );
                let mut last = f64::MAX;
                for row in &rows {
                    let id = row[&id].as_u64().expect("an id");
                    let said = row["improvement_percentage"]
                        .as_f64()
                        .or(row["decline_percentage"].as_f64())
                        .expect("points");
                    for (said, expected) in [
                        (said, points(&id)),
                        (
                            row["current_uptime"].as_f64().expect("a share"),
                            uptime(now[&id]),
                        ),
                        (
                            row["previous_uptime"].as_f64().expect("a share"),
                            uptime(then[&id]),
                        ),
                    ] {
                        assert!((said - expected).abs() < 0.051, "{path}: {row}");
                    }
                    assert_eq!(minutes(&row["previous_downtime_hours"]), then[&id][1]);
                    assert!(said <= last, "{path}: {row}");
                    last = said;
                    listed += 1;
                }
            }
        }
    }
    assert!(listed > 10, "{listed}");
}

/// What the raw rows of a stretch come to: minutes down of a ride, by ride.
fn raw(hall: &Hall, start: &str, end: &str) -> BTreeMap<u64, i64> {
    let rows = hall.query(&format!(
        "select ride_id, sum(interval_minutes) from ride_snapshots join rides using (ride_id)
          where state = 'down' and rides.park_id <> 73 and hour_start + interval minute minute >= '{start}'
            and hour_start + interval minute minute < '{end}' group by ride_id"
    ));
    rows.iter()
        .map(|row| {
            (
                row[0].parse().expect("an id"),
                row[1].parse().expect("minutes"),
            )
        })
        .collect()
}

#[test]
fn today_has_the_hour_that_nobody_has_filled_yet() {
    let hall = wide_hall::hall();
    assert_eq!(
        hall.value("select max(hour_start) from ride_hourly_stats"),
        "2026-07-15 20:00:00"
    );
    let served = Served::start(&hall);
    let expected = raw(&hall, "2026-07-15 07:00:00", "2026-07-15 22:03:01");
    let without = raw(&hall, "2026-07-15 07:00:00", "2026-07-15 21:00:00");
    assert_ne!(expected, without);
    let ranked = by(
        &served.json("/api/rides/downtime?period=today&limit=200")["data"],
        "ride_id",
    );
    let ours: BTreeMap<u64, i64> = ranked
        .iter()
        .map(|(id, row)| (*id, minutes(&row["downtime_hours"])))
        .collect();
    assert_eq!(ours, expected);
    // Yesterday's share of it: as much of the day as of today.
    let then = raw(&hall, "2026-07-14 07:00:00", "2026-07-14 22:03:01");
    for (id, row) in ranked {
        let expected = then
            .get(&id)
            .map(|then| 100.0 * (expected[&id] - then) as f64 / *then as f64);
        match (row["trend_percentage"].as_f64(), expected) {
            (Some(trend), Some(expected)) => assert!(
                (trend - expected).abs() < 0.051,
                "{id}: {trend}, not {expected}"
            ),
            (ours, theirs) => assert_eq!(ours, theirs, "{id}"),
        }
    }
}

#[test]
fn labels_are_the_real_hours_of_california_and_every_hour_stands_once() {
    // In July, in December, and the evenings and the days after the two Sundays on which clocks change.
    for (first, last, nows) in [
        (
            "2026-07-12 07:00:00",
            "2026-07-15 22:00:00",
            ["2026-07-15T22:03:00Z"].as_slice(),
        ),
        (
            "2026-12-14 08:00:00",
            "2026-12-16 23:00:00",
            &["2026-12-16T23:03:00Z"],
        ),
        (
            "2026-03-07 08:00:00",
            "2026-03-09 20:00:00",
            &["2026-03-09T05:58:00Z", "2026-03-09T20:03:00Z"],
        ),
        (
            "2026-10-31 07:00:00",
            "2026-11-02 20:00:00",
            &["2026-11-02T06:58:00Z", "2026-11-02T20:03:00Z"],
        ),
    ] {
        let mut hall = wide_hall::hall_at(nows[nows.len() - 1], first, last, nows[0]);
        for now in nows {
            hall = hall.at(now);
            for level in ["hourly", "daily"] {
                hall.run(&format!("aggregate {level}")).succeeds();
            }
            let served = Served::start(&hall);
            for (park, period) in PARKS
                .into_iter()
                .flat_map(|park| [(park, "today"), (park, "yesterday")])
            {
                check_day(&hall, &served, park, period, now);
            }
        }
    }
}

/// That the labels of a day are those of the hours in which the park was open, and that its minutes are all there.
fn check_day(hall: &Hall, served: &Served, park: u32, period: &str, now: &str) {
    let midnight = |days: i64| {
        let now: chrono::DateTime<chrono::Utc> = now.parse().expect("an instant");
        let date = now.with_timezone(&Los_Angeles).date_naive() + chrono::Duration::days(days);
        let start = date
            .and_time(chrono::NaiveTime::MIN)
            .and_local_timezone(Los_Angeles)
            .unwrap();
        start.to_utc().format("%Y-%m-%d %H:%M:%S").to_string()
    };
    let (start, end) = match period {
        "today" => (midnight(0), now.replace('T', " ").replace(":00Z", ":01")),
        _ => (midnight(-1), midnight(0)),
    };
    let hours = hall.query(&format!(
        "select distinct slot - interval minute(slot) minute from park_snapshots
          where park_id = {park} and state = 'open' and slot >= '{start}' and slot < '{end}' order by 1"
    ));
    let label = |row: &Vec<String>| {
        let time = NaiveDateTime::parse_from_str(&row[0], "%Y-%m-%d %H:%M:%S").expect("an hour");
        time.and_utc()
            .with_timezone(&Los_Angeles)
            .format("%-H:00")
            .to_string()
    };
    let expected: Vec<String> = hours.iter().map(label).collect();
    let place = format!("park {park} {period} at {now}");
    let detail = served.json(&format!("/api/parks/{park}/details?period={period}"));
    assert_eq!(detail["chart_data"]["labels"], json!(expected), "{place}");
    let down: i64 = raw(hall, &start, &end)
        .iter()
        .filter(|(ride, _)| *ride / 100 == u64::from(park))
        .map(|(_, down)| down)
        .sum();
    assert_eq!(
        minutes(&detail["shame_breakdown"]["total_downtime_hours"]),
        down,
        "{place}"
    );
    let charts = served.json(&format!("/api/parks/{park}/rides/charts?period={period}"));
    let cells = charts["datasets"].as_array().expect("datasets").iter();
    let cells = cells.flat_map(|chart| chart["data"].as_array().expect("cells"));
    let charted: i64 = cells.filter(|cell| !cell.is_null()).map(minutes).sum();
    assert_eq!(charted, down, "{place}: {charts}");
}

#[test]
fn a_day_that_is_not_filled_is_charted_from_its_hours_also_when_clocks_change() {
    for (now, first, last, days) in [
        (
            "2026-03-09T20:03:00Z",
            "2026-03-07 08:00:00",
            "2026-03-09 20:00:00",
            "'2026-03-07', '2026-03-08'",
        ),
        (
            "2026-11-02T20:03:00Z",
            "2026-10-31 07:00:00",
            "2026-11-02 20:00:00",
            "'2026-10-31', '2026-11-01'",
        ),
    ] {
        let hall = wide_hall::hall_at(now, first, last, now);
        let paths = [
            "chart-data?type=rides",
            "chart-data?type=ridewaittimes",
            "chart-data?type=parks",
            "heatmap-data?type=rides-downtime",
        ];
        let paths =
            paths.map(|path| format!("/api/trends/{path}&period=7days&filter=all-parks&limit=20"));
        let more = PARKS.map(|park| format!("/api/parks/{park}/details?period=7days"));
        let more = more
            .into_iter()
            .chain(PARKS.map(|park| format!("/api/rides/{park}02/details?period=7days")));
        let paths: Vec<String> = paths.into_iter().chain(more).collect();
        let answers = |hall: &Hall| -> Vec<Value> {
            let served = Served::start(hall);
            paths.iter().map(|path| served.json(path)).collect()
        };
        let filled = answers(&hall);
        for table in ["park_daily_stats", "ride_daily_stats"] {
            hall.query(&format!("delete from {table} where stat_date in ({days})"));
        }
        for ((path, filled), rest) in paths.iter().zip(filled).zip(answers(&hall)) {
            assert_eq!(rest, filled, "{path} at {now}");
        }
    }
}

#[test]
fn awards_of_a_year_stand_beside_the_year_before_and_the_running_year_is_partial() {
    let hall = wide_hall::hall();
    let served = Served::start(&hall);
    let whole = |year: i32| [format!("{year}-01-01"), format!("{year}-12-31")];
    let of = |days: &[String; 2], entity: &str| sums(&hall, entity, [&days[0], &days[1]]);
    let today = raw(&hall, "2026-07-15 07:00:00", "2026-07-15 22:03:01");
    for (query, is_partial, days, before) in [
        (
            "",
            true,
            whole(2026),
            ["2025-01-01".to_owned(), "2025-07-14".to_owned()],
        ),
        (
            "&year=2026",
            true,
            whole(2026),
            ["2025-01-01".to_owned(), "2025-07-14".to_owned()],
        ),
        ("&year=2025", false, whole(2025), whole(2024)),
    ] {
        for (entity, hours) in [("park", "total_downtime_hours"), ("ride", "downtime_hours")] {
            let (now, then) = (of(&days, entity), of(&before, entity));
            for award in ["least-reliable", "most-reliable", "longest-waits"] {
                let path =
                    format!("/api/awards/yearly?entity={entity}s&award={award}&limit=100{query}");
                let body = served.json(&path);
                assert_eq!(
                    (&body["is_partial"], &body["success"]),
                    (&json!(is_partial), &json!(true)),
                    "{path}"
                );
                // The running year and the one before it end on the day of today.
                let ends = if is_partial { "07-15" } else { "12-31" };
                let year = if is_partial { 2026 } else { 2025 };
                assert_eq!(
                    (&body["current_period"], &body["previous_period"]),
                    (
                        &json!(format!("{year}-01-01 to {year}-{ends}")),
                        &json!(format!("{0}-01-01 to {0}-{ends}", year - 1))
                    ),
                    "{path}"
                );
                assert_eq!(
                    body["years"],
                    json!([{"year": 2026, "is_complete": false}, {"year": 2025, "is_complete": true}])
                );
                let rows = by(&body["data"], &format!("{entity}_id"));
                assert_eq!(rows.len(), if entity == "park" { 4 } else { 20 }, "{path}");
                for (id, row) in &rows {
                    let of_it = |(ride, _): &(&u64, &i64)| *ride == id || *ride / 100 == *id;
                    let so_far: i64 = if is_partial {
                        today.iter().filter(of_it).map(|(_, down)| down).sum()
                    } else {
                        0
                    };
                    assert_eq!(minutes(&row[hours]), now[id][1] + so_far, "{path} {id}");
                    let earlier = &row[format!("previous_{hours}")];
                    assert_eq!(
                        then.get(id).map(|sums| sums[1]),
                        earlier.as_f64().map(|_| minutes(earlier)),
                        "{path} {id}"
                    );
                }
                let ranking = served.json(&format!(
                    "/api/{entity}s/downtime?limit=100&period=year{query}"
                ));
                for (id, ranked) in by(&ranking["data"], &format!("{entity}_id")) {
                    assert_eq!(ranked[hours], rows[&id][hours], "{path} {id}");
                    assert_eq!(
                        ranked["trend_percentage"], rows[&id]["trend_percentage"],
                        "{path} {id}"
                    );
                }
            }
            let best = |award: &str| {
                let body = served.json(&format!(
                    "/api/awards/yearly?entity={entity}s&award={award}{query}"
                ));
                body["data"][0]["uptime_percentage"]
                    .as_f64()
                    .expect("a share")
            };
            assert!(
                best("most-reliable") > best("least-reliable"),
                "{entity} {query}"
            );
        }
    }
    assert_eq!(served.get("/api/awards/yearly?year=1066").status, 400);
}
