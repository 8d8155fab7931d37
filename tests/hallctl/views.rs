//! Views: a small hall added up by hand, in every period and every way an answer can be asked for.

use crate::contract::KEYS;
use crate::hall::Hall;
use crate::serve::Served;
use crate::small_hall::{
    Filled, NOW, an_hour_and_ten_minutes, cycle, fill, hall, hours, sixty_days,
};
use mysql::prelude::Queryable;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PERIODS: [&str; 7] = [
    "live",
    "today",
    "yesterday",
    "7days",
    "30days",
    "last_week",
    "last_month",
];
const FILTERS: [&str; 2] = ["disney-universal", "all-parks"];
const RANKINGS: [&str; 4] = [
    "/api/parks/downtime",
    "/api/parks/waittimes",
    "/api/rides/downtime",
    "/api/rides/waittimes",
];

/// The values of `fields`, row by row.
fn rows(body: &Value, fields: &[&str]) -> Value {
    let rows = body["data"].as_array().expect("an array");
    rows.iter()
        .map(|row| {
            fields
                .iter()
                .map(|field| row[*field].clone())
                .collect::<Value>()
        })
        .collect()
}

#[test]
fn every_route_answers_every_period_and_filter_on_an_empty_database() {
    let hall = Hall::new().at(NOW).migrated();
    let paths = FILTERS.map(|filter| {
        let rankings = RANKINGS.iter().flat_map(|route| {
            PERIODS.map(|period| format!("{route}?period={period}&filter={filter}"))
        });
        rankings
            .chain([format!("/api/live/status-summary?filter={filter}")])
            .collect::<Vec<_>>()
    });
    let paths = paths.concat();
    let computing = Served::start(&hall);
    let computed: Vec<_> = paths.iter().map(|path| computing.get(path)).collect();
    let ran = hall.run("refresh-cache --all").succeeds();
    assert!(
        ran.stdout
            .starts_with(&format!("refresh-cache: {KEYS} views, 0 failed, ")),
        "{}",
        ran.stdout
    );
    assert_eq!(
        hall.value("select count(*) from cached_api_views"),
        KEYS.to_string()
    );
    let shelved = Served::start(&hall);
    for (path, computed) in paths.iter().zip(computed) {
        let reply = shelved.get(path);
        assert_eq!(
            (reply.status, reply.header("X-Cache-Hit")),
            (200, Some("true")),
            "{path}"
        );
        assert_eq!(
            (computed.status, computed.header("X-Cache-Hit")),
            (200, Some("false")),
            "{path}"
        );
        assert_eq!(computed.body, reply.body, "{path}");
        let body = reply.json();
        assert_eq!(body["success"], true);
        assert!(path.ends_with(body["filter"].as_str().expect("a filter")));
        assert!(
            body["attribution"]["sources"]
                .to_string()
                .contains("Powered by Queue-Times.com")
        );
        assert!(
            body["attribution"]["data_source"]
                .as_str()
                .is_some_and(|text| text.contains("ThemeParks.wiki"))
        );
        if let Some(period) = body.get("period") {
            assert!(path.contains(&format!("period={}&", period.as_str().expect("a word"))));
            assert_eq!(body["data"], json!([]), "{path}");
        } else {
            let zeros = json!({"OPERATING": 0, "DOWN": 0, "CLOSED": 0, "REFURBISHMENT": 0, "PARK_CLOSED": 0, "total": 0});
            assert_eq!(body["status_summary"], zeros);
        }
    }
    let stats = shelved.json("/api/parks/downtime?period=today&filter=disney-universal");
    assert_eq!(
        stats["aggregate_stats"],
        json!({"total_parks_tracked": 0, "total_parks": 0, "period": "today", "filter_disney_universal": true,
            "rides_operating": 0, "rides_down": 0, "rides_closed": 0, "rides_refurbishment": 0,
            "total_downtime_hours": 0.0, "avg_uptime_percentage": 100.0})
    );
}

#[test]
fn park_downtime_adds_up_by_hand() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let served = Served::start(&hall);
    let fields = [
        "rank",
        "park_id",
        "shame_score",
        "total_downtime_hours",
        "weighted_downtime_hours",
        "uptime_percentage",
        "rides_down",
        "rides_operating",
        "total_rides",
        "effective_park_weight",
        "snapshot_count",
        "park_is_open",
    ];
    // 30 of 75 open minutes at 10 x 3/4; 5 of 75 at 10. Operating 45 + 75 of 150, 70 of 75 minutes.
    let today = served.json("/api/parks/downtime?period=today");
    assert_eq!(
        rows(&today, &fields),
        json!([
            [1, 71, 3.0, 0.5, 1.5, 80.0, 1, 2, 3, 4.0, 15, true],
            [2, 72, 0.7, 0.08, 0.17, 93.3, 1, 1, 1, 2.0, 15, true],
        ])
    );
    assert_eq!(
        today["aggregate_stats"],
        json!({"total_parks_tracked": 2, "total_parks": 2, "period": "today", "filter_disney_universal": false,
            "rides_operating": 3, "rides_down": 2, "rides_closed": 1, "rides_refurbishment": 0,
            "total_downtime_hours": 0.58, "avg_uptime_percentage": 84.4})
    );
    let amber = &today["data"][0];
    assert_eq!(amber["location"], "Mossport, Oregon");
    assert_eq!(amber["queue_times_url"], "https://queue-times.com/parks/64");
    assert_eq!(
        (&amber["trend_percentage"], &amber["period_label"]),
        (&Value::Null, &Value::Null)
    );
    let gearwood = &today["data"][1];
    assert_eq!(
        (&gearwood["location"], &gearwood["queue_times_url"]),
        (&json!("Japan"), &Value::Null)
    );

    // Live: the score of the newest cycle, hours since midnight.
    let live = served.json("/api/parks/downtime");
    assert_eq!(
        rows(&live, &fields),
        json!([[1, 72, 10.0, 0.08, 0.17, 93.3, 1, 0, 1, 2.0, 15, true]])
    );
    assert_eq!(live["aggregate_stats"]["rides_operating"], 2);
    assert_eq!(live["aggregate_stats"]["rides_down"], 1);

    let disney = served.json("/api/parks/downtime?period=today&filter=disney-universal");
    assert_eq!(rows(&disney, &["rank", "park_id"]), json!([[1, 71]]));
    assert_eq!(disney["aggregate_stats"]["total_parks"], 1);
    assert_eq!(disney["aggregate_stats"]["filter_disney_universal"], true);
}

#[test]
fn ride_downtime_adds_up_by_hand() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let served = Served::start(&hall);
    let fields = [
        "rank",
        "ride_id",
        "ride_name",
        "tier",
        "park_id",
        "downtime_hours",
        "uptime_percentage",
        "current_status",
        "current_is_open",
        "park_is_open",
        "avg_wait_time",
        "peak_wait_time",
    ];
    let expected = json!([
        [
            1,
            701,
            "Kraken Drop",
            1,
            71,
            0.5,
            60.0,
            "OPERATING",
            true,
            true,
            40,
            40
        ],
        [
            2,
            704,
            "Paper Boats",
            2,
            72,
            0.08,
            93.3,
            "DOWN",
            false,
            true,
            5,
            5
        ],
    ]);
    for period in ["live", "today"] {
        let body = served.json(&format!("/api/rides/downtime?period={period}"));
        assert_eq!(rows(&body, &fields), expected, "{period}");
    }
    let today = served.json("/api/rides/downtime?period=today");
    assert_eq!(
        today["data"][0]["queue_times_url"],
        "https://queue-times.com/parks/64/rides/7001"
    );
    assert_eq!(today["data"][1]["queue_times_url"], Value::Null);
}

#[test]
fn waits_add_up_by_hand() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let served = Served::start(&hall);
    // (9 x 40 + 15 x 10) / 24 = 21.25, a half that goes up.
    let fields = [
        "rank",
        "park_id",
        "avg_wait_minutes",
        "peak_wait_minutes",
        "rides_reporting",
        "park_is_open",
    ];
    let today = served.json("/api/parks/waittimes?period=today");
    assert_eq!(
        rows(&today, &fields),
        json!([[1, 71, 21.3, 40, 2, true], [2, 72, 5.0, 5, 1, true]])
    );
    let live = served.json("/api/parks/waittimes");
    assert_eq!(rows(&live, &fields), json!([[1, 71, 25.0, 40, 2, true]]));

    let fields = [
        "rank",
        "ride_id",
        "avg_wait_minutes",
        "peak_wait_minutes",
        "current_wait_time",
        "current_status",
    ];
    let today = served.json("/api/rides/waittimes?period=today");
    assert_eq!(
        rows(&today, &fields),
        json!([
            [1, 701, 40.0, 40, 40, "OPERATING"],
            [2, 702, 10.0, 10, 10, "OPERATING"],
            [3, 704, 5.0, 5, null, "DOWN"],
        ])
    );
    let live = served.json("/api/rides/waittimes");
    assert_eq!(
        rows(&live, &fields),
        json!([
            [1, 701, 40.0, 40, 40, "OPERATING"],
            [2, 702, 10.0, 10, 10, "OPERATING"]
        ])
    );
    let by_mode = served.json("/api/rides/waittimes?mode=today");
    assert_eq!(
        (&by_mode["period"], &by_mode["mode"]),
        (&json!("live"), &json!("today"))
    );
    assert_eq!(by_mode["data"], today["data"]);
    let average = served.json("/api/rides/waittimes?mode=7day-average&period=30days");
    assert_eq!(
        (&average["period"], &average["mode"]),
        (&json!("30days"), &json!("7day-average"))
    );
}

#[test]
fn the_status_summary_counts_rides_now_and_closed_parks_apart() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let served = Served::start(&hall);
    let summary = |query: &str| {
        served.json(&format!("/api/live/status-summary{query}"))["status_summary"].clone()
    };
    let expected = json!({"OPERATING": 2, "DOWN": 1, "CLOSED": 1, "REFURBISHMENT": 0, "PARK_CLOSED": 0, "total": 4});
    assert_eq!(summary(""), expected);
    let disney = json!({"OPERATING": 2, "DOWN": 0, "CLOSED": 1, "REFURBISHMENT": 0, "PARK_CLOSED": 0, "total": 3});
    assert_eq!(summary("?filter=disney-universal"), disney);
    assert_eq!(summary("?park_id=71"), disney);

    hall.query("update park_snapshots set state = 'closed', score = null where park_id = 71 and slot = '2026-07-04 20:10:00'");
    let closed = Served::start(&hall);
    let body = closed.json("/api/live/status-summary");
    let expected = json!({"OPERATING": 0, "DOWN": 1, "CLOSED": 0, "REFURBISHMENT": 0, "PARK_CLOSED": 3, "total": 4});
    assert_eq!(body["status_summary"], expected);
    let kraken = &closed.json("/api/rides/downtime")["data"][0];
    assert_eq!(
        (
            &kraken["current_status"],
            &kraken["current_is_open"],
            &kraken["park_is_open"]
        ),
        (&json!("PARK_CLOSED"), &json!(false), &json!(false))
    );
}

#[test]
fn a_ride_of_which_nothing_is_known_is_closed_in_the_summary_alone() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    // Frost Slide, the one closed ride, becomes unknown in every cycle.
    hall.query(
        "update ride_snapshots set state = 'unknown', in_service = false where ride_id = 703",
    );
    hall.query("update park_snapshots set rides_closed = 0, rides_unknown = 1 where park_id = 71");
    let served = Served::start(&hall);
    for period in ["live", "today"] {
        let body = served.json(&format!("/api/parks/downtime?period={period}"));
        assert_eq!(body["aggregate_stats"]["rides_closed"], 0, "{period}");
    }
    let summary = &served.json("/api/live/status-summary")["status_summary"];
    assert_eq!(
        (&summary["CLOSED"], &summary["total"]),
        (&json!(1), &json!(4))
    );
}

#[test]
fn live_speaks_for_fifteen_minutes_and_no_longer() {
    let mut hall = hall();
    an_hour_and_ten_minutes(&hall);
    for (now, parks) in [("2026-07-04T20:25:00Z", 1), ("2026-07-04T20:25:01Z", 0)] {
        hall = hall.at(now);
        let served = Served::start(&hall);
        let live = served.get("/api/parks/downtime?period=live");
        assert_eq!(
            live.json()["data"].as_array().map(Vec::len),
            Some(parks),
            "{now}"
        );
        let tracked = live.json()["aggregate_stats"]["total_parks_tracked"].clone();
        assert_eq!(tracked, json!(2 * parks), "{now}");
        if parks == 0 {
            // Empty, and the age is told.
            assert_eq!(live.header("X-Data-Through"), Some("2026-07-04T20:10:00Z"));
        }
        let today = served.json("/api/parks/downtime?period=today");
        assert_eq!(today["data"][0]["park_is_open"], json!(parks == 1), "{now}");
    }
}

#[test]
fn a_clock_that_ran_ahead_does_not_hide_the_present() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let asked = |served: &Served| {
        let paths = [
            "/api/parks/downtime",
            "/api/rides/downtime",
            "/api/live/status-summary",
        ];
        paths.map(|path| {
            let reply = served.get(path);
            let through = reply.header("X-Data-Through").map(str::to_owned);
            (reply.status, reply.body, through)
        })
    };
    let before = asked(&Served::start(&hall));
    let boats = &[(704, 2, "operating", Some(90))];
    let mut db = hall.db();
    cycle(&mut db, "2026-07-04 20:15:00", 72, boats);
    let tomorrow = "2026-07-05 20:10:00";
    cycle(&mut db, tomorrow, 71, &[(701, 3, "down", None)]);
    cycle(&mut db, tomorrow, 72, boats);
    cycle(&mut db, tomorrow, 73, &[(705, 2, "down", None)]);
    let after = asked(&Served::start(&hall));
    assert_eq!(after, before);
    assert_eq!(after[0].2.as_deref(), Some("2026-07-04T20:10:00Z"));
}

#[test]
fn today_is_the_same_whether_read_raw_from_hours_or_from_both() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let hall = hall.at("2026-07-04T21:10:00Z");
    let bodies = |hall: &Hall| -> Vec<String> {
        let served = Served::start(hall);
        RANKINGS
            .iter()
            .map(|route| served.get(&format!("{route}?period=today")).body)
            .collect()
    };
    let raw = bodies(&hall);
    assert!(raw[0].contains("\"shame_score\":3.0"), "{}", raw[0]);
    assert_eq!(hall.value("select count(*) from park_hourly_stats"), "0");
    hall.run("aggregate hourly --hour 2026-07-04T19").succeeds();
    assert_eq!(bodies(&hall), raw);
    hall.run("aggregate hourly --hour 2026-07-04T20").succeeds();
    // Without its raw rows the answer can only come from the hours.
    hall.query("truncate table ride_snapshots");
    hall.query("truncate table park_snapshots");
    assert_eq!(bodies(&hall), raw);
}

#[test]
fn an_hour_that_is_stale_or_missing_is_read_raw_and_so_is_all_after_it() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let hall = hall.at("2026-07-04T21:10:00Z");
    for hour in ["2026-07-04T19", "2026-07-04T20"] {
        hall.run(&format!("aggregate hourly --hour {hour}"))
            .succeeds();
    }
    let downtime = |hall: &Hall| {
        let served = Served::start(hall);
        served.json("/api/parks/downtime?period=today")["aggregate_stats"]["total_downtime_hours"]
            .clone()
    };
    assert_eq!(downtime(&hall), json!(0.58));
    hall.query("update park_hourly_stats set ride_minutes_down = ride_minutes_down + 60 where park_id = 71");
    assert_eq!(downtime(&hall), json!(2.58));
    hall.query("insert into stale_periods values ('hourly', '2026-07-04 20:00:00', 1)");
    assert_eq!(downtime(&hall), json!(1.58));
    hall.query("insert into stale_periods values ('hourly', '2026-07-04 19:00:00', 1)");
    assert_eq!(downtime(&hall), json!(0.58));
    hall.query("delete from stale_periods");
    hall.query("delete from park_hourly_stats where hour_start = '2026-07-04 19:00:00'");
    assert_eq!(downtime(&hall), json!(0.58));
}

#[test]
fn the_raw_tail_ends_after_six_hours_and_says_so() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    let mut db = hall.db();
    cycle(
        &mut db,
        "2026-07-05 00:55:00",
        72,
        &[(704, 2, "down", None)],
    );
    cycle(
        &mut db,
        "2026-07-05 01:00:00",
        72,
        &[(704, 2, "down", None)],
    );
    let hall = hall.at("2026-07-05T01:00:00Z");
    let served = Served::start(&hall);
    let today = served.get("/api/rides/downtime?period=today");
    // From 19:00 the tail reaches to 01:00: the cycle before it counts, the one at it does not.
    assert_eq!(
        rows(&today.json(), &["ride_id", "downtime_hours"]),
        json!([[701, 0.5], [704, 0.17]])
    );
    assert_eq!(today.header("X-Data-Through"), Some("2026-07-05T01:00:00Z"));
    cycle(
        &mut db,
        "2026-07-05 01:05:00",
        72,
        &[(704, 2, "down", None)],
    );
    let hall = hall.at("2026-07-05T03:00:00Z");
    let later = Served::start(&hall);
    let today = later.get("/api/rides/downtime?period=today");
    assert_eq!(
        rows(&today.json(), &["ride_id", "downtime_hours"]),
        json!([[701, 0.5], [704, 0.17]])
    );
    assert_eq!(today.header("X-Data-Through"), Some("2026-07-05T01:00:00Z"));
}

#[test]
fn longer_periods_are_the_sums_of_their_days() {
    let hall = hall();
    sixty_days(&hall);
    let served = Served::start(&hall);
    // Days ago: 1; 1-7; 1-30; 7-13 (21 to 27 June); 4-33 (June). Sum of n, and how many.
    for (period, sum, days, label) in [
        ("yesterday", 1, 1, "Jul 3, 2026"),
        ("7days", 28, 7, "Jun 27 - Jul 3, 2026"),
        ("30days", 465, 30, "Jun 4 - Jul 3, 2026"),
        ("last_week", 70, 7, "Jun 21-27, 2026"),
        ("last_month", 555, 30, "June 2026"),
    ] {
        let tenth = |value: f64| json!((value * 10.0).round() / 10.0);
        let up = 100.0 * f64::from(600 * days) / f64::from(600 * days + 6 * sum);
        let score = f64::from(15 * sum) / f64::from(600 * days);
        let parks = served.json(&format!("/api/parks/downtime?period={period}"));
        let fields = [
            "park_id",
            "total_downtime_hours",
            "uptime_percentage",
            "shame_score",
            "snapshot_count",
            "period_label",
        ];
        assert_eq!(
            rows(&parks, &fields),
            json!([[
                71,
                f64::from(sum) / 10.0,
                tenth(up),
                tenth(score),
                120 * days,
                label
            ]]),
            "{period}"
        );
        let rides = served.json(&format!("/api/rides/downtime?period={period}"));
        let fields = [
            "ride_id",
            "downtime_hours",
            "uptime_percentage",
            "status_changes",
            "period_label",
        ];
        assert_eq!(
            rows(&rides, &fields),
            json!([[701, f64::from(sum) / 10.0, tenth(up), days, label]]),
            "{period}"
        );
        let mean = tenth(f64::from(sum) / f64::from(days));
        for route in ["/api/parks/waittimes", "/api/rides/waittimes"] {
            let waits = served.json(&format!("{route}?period={period}"));
            assert_eq!(
                rows(&waits, &["avg_wait_minutes", "period_label"]),
                json!([[mean, label]]),
                "{route} {period}"
            );
        }
    }
}

#[test]
fn a_missing_day_is_made_good_from_its_hours() {
    let hall = hall();
    sixty_days(&hall);
    let downtime = |hall: &Hall| {
        let served = Served::start(hall);
        let reply = served.get("/api/rides/downtime?period=7days");
        (
            rows(&reply.json(), &["downtime_hours"]),
            reply.header("X-Data-Through").map(str::to_owned),
        )
    };
    hall.query("update parks set last_slot = '2026-07-04 20:10:00' where park_id = 71");
    let through = |time: &str| Some(time.to_owned());
    assert_eq!(
        downtime(&hall),
        (json!([[2.8]]), through("2026-07-04T07:00:00Z"))
    );
    hall.query("delete from park_daily_stats where stat_date = '2026-07-03'");
    // Yesterday's day is gone and it has no hours: six hours of tail, and what that leaves is said.
    assert_eq!(
        downtime(&hall),
        (json!([[2.7]]), through("2026-07-03T13:00:00Z"))
    );
    hours(&hall, "2026-07-03 07:00:00", 24, 1);
    // 27 x 6 minutes from days and 24 from hours.
    assert_eq!(
        downtime(&hall),
        (json!([[3.1]]), through("2026-07-04T07:00:00Z"))
    );
}

#[test]
fn sort_and_limit_work_on_the_whole_list_with_unrounded_numbers() {
    let hall = hall();
    let mut db = hall.db();
    // Twelve parks with one ride each, down for 1 to 12 of 480 minutes: all round to a score of 0.0 to 0.3.
    for number in 1..=12 {
        let (park, ride, down) = (100 + number, 1000 + number, (number * 5) % 13);
        db.query_drop(format!("insert into parks (park_id, name, timezone, created_at, updated_at) values ({park}, 'Park {number:02}', 'UTC', '2026-01-01', '2026-01-01')")).expect("a park");
        db.query_drop(format!("insert into rides (ride_id, park_id, name, created_at, updated_at) values ({ride}, {park}, 'Ride {number:02}', '2026-01-01', '2026-01-01')")).expect("a ride");
        fill(
            &mut db,
            ("stat_date", "'2026-07-03'"),
            &Filled {
                park,
                ride,
                cycles: 96,
                open: 480,
                up: 480 - down,
                down,
                score: 10 * down,
                weighted_down: 2 * down,
                waits: (0, 0, 0),
            },
        );
    }
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(&hall);
    let list = |query: &str, field: &str| -> Vec<i64> {
        let body = served.json(&format!("{query}&period=yesterday"));
        let rows = body["data"].as_array().expect("rows");
        for (position, row) in rows.iter().enumerate() {
            assert_eq!(row["rank"], position + 1, "{query}");
        }
        rows.iter().filter_map(|row| row[field].as_i64()).collect()
    };
    // number x 5 mod 13, from 12 down to 1.
    let most_first = [105, 110, 102, 107, 112, 104, 109, 101, 106, 111, 103, 108];
    for sort in ["shame_score", "total_downtime_hours", "uptime_percentage"] {
        for limit in [1, 3, 12, 100] {
            let found = list(
                &format!("/api/parks/downtime?sort_by={sort}&limit={limit}"),
                "park_id",
            );
            assert_eq!(found, most_first[..limit.min(12)], "{sort} {limit}");
        }
    }
    // Every park has one ride down: the tie is broken by name.
    let by_name: Vec<i64> = (101..=112).collect();
    assert_eq!(
        list("/api/parks/downtime?sort_by=rides_down", "park_id"),
        by_name
    );
    assert_eq!(list("/api/parks/downtime?limit=999", "park_id"), most_first);
    let rides: Vec<i64> = most_first.iter().map(|park| park + 900).collect();
    for sort in [
        "downtime_hours",
        "uptime_percentage",
        "current_is_open",
        "trend_percentage",
    ] {
        assert_eq!(
            list(&format!("/api/rides/downtime?sort_by={sort}"), "ride_id"),
            rides,
            "{sort}"
        );
    }
    let body = served.json("/api/parks/downtime?period=yesterday&sort_by=rides_down&weighted=TRUE");
    assert_eq!(
        (&body["sort_by"], &body["weighted"]),
        (&json!("rides_down"), &json!(true))
    );
    assert!(body.get("$orders").is_none());
    assert!(
        body["data"][0].get("score").is_none(),
        "hidden columns stay hidden"
    );
}

#[test]
fn closed_rides_come_first_and_unknown_ones_last() {
    let hall = hall();
    an_hour_and_ten_minutes(&hall);
    hall.query("update ride_snapshots set state = 'unknown' where ride_id = 701 and hour_start = '2026-07-04 20:00:00' and minute = 10");
    let served = Served::start(&hall);
    let body = served.json("/api/rides/downtime?period=today&sort_by=current_is_open");
    assert_eq!(
        rows(&body, &["ride_id", "current_is_open", "current_status"]),
        json!([[704, false, "DOWN"], [701, null, null]])
    );
}

#[test]
fn an_unacceptable_value_gets_a_400_that_names_the_parameter_and_the_values() {
    let hall = Hall::new().at(NOW).migrated();
    let served = Served::start(&hall);
    for (query, sentence) in [
        (
            "period=decade",
            "`decade` is not a value of `period`; use `live`, `today`, `yesterday`, `7days`, `30days`, `last_week`, `last_month`, `year` or `year-over-year`",
        ),
        (
            "filter=disney",
            "`disney` is not a value of `filter`; use `disney-universal` or `all-parks`",
        ),
        (
            "limit=ten",
            "`ten` is not a value of `limit`; use a whole number from 1 to 100",
        ),
        (
            "limit=0",
            "`0` is not a value of `limit`; use a whole number from 1 to 100",
        ),
        (
            "limit=-5",
            "`-5` is not a value of `limit`; use a whole number from 1 to 100",
        ),
        (
            "limit=",
            "`` is not a value of `limit`; use a whole number from 1 to 100",
        ),
        (
            "sort_by=name",
            "`name` is not a value of `sort_by`; use `shame_score`, `total_downtime_hours`, `uptime_percentage` or `rides_down`",
        ),
    ] {
        let reply = served.get(&format!("/api/parks/downtime?{query}"));
        assert_eq!(
            (reply.status, reply.json()),
            (400, json!({"success": false, "error": sentence})),
            "{query}"
        );
    }
    // Of an endless value enough is said to know it by.
    for name in ["period", "limit", "sort_by"] {
        let long = "é".repeat(10_000);
        let reply = served.get(&format!(
            "/api/parks/downtime?{name}={}",
            long.replace('é', "%C3%A9")
        ));
        let sentence = reply.json()["error"]
            .as_str()
            .map(str::to_owned)
            .expect("a sentence");
        let start = format!("`{}…` is not a value of `{name}`; use ", "é".repeat(60));
        assert_eq!(
            (reply.status, sentence.starts_with(&start)),
            (400, true),
            "{sentence}"
        );
    }
    for path in [
        "/api/parks/waittimes?period=x",
        "/api/rides/downtime?limit=x",
        "/api/rides/waittimes?mode=x",
        "/api/live/status-summary?filter=x",
    ] {
        assert_eq!(served.get(path).status, 400, "{path}");
    }
    for path in [
        "/api/parks/downtime?unknown=1&limit=5000",
        "/api/parks/downtime?period=today&period=x",
        "/api/parks/downtime?period=tod%61y",
    ] {
        assert_eq!(served.get(path).status, 200, "{path}");
    }
}

/// Examples of the contract that the answers are held to: `(path, example)`.
fn contract() -> Option<Vec<(String, Value)>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract.md");
    let text = std::fs::read_to_string(path).ok()?;
    let examples = text.split("<!-- ex: ").skip(1).filter_map(|piece| {
        let (path, rest) = piece.split_once(" -->")?;
        let json = rest.split("```json").nth(1)?.split("```").next()?;
        Some((path.to_owned(), serde_json::from_str(json).ok()?))
    });
    Some(examples.collect())
}

/// Where `ours` lacks a field of `example`, or has it in another type. Either side may be null.
fn differences(place: &str, example: &Value, ours: &Value, found: &mut BTreeSet<String>) {
    match (example, ours) {
        (Value::Object(example), Value::Object(ours)) => {
            for (name, value) in example {
                match ours.get(name) {
                    Some(ours) => differences(&format!("{place}.{name}"), value, ours, found),
                    None => drop(found.insert(format!("{place}.{name} is missing"))),
                }
            }
        }
        (Value::Array(examples), Value::Array(ours)) => {
            for (example, ours) in examples
                .iter()
                .flat_map(|example| ours.iter().map(move |ours| (example, ours)))
            {
                differences(&format!("{place}[]"), example, ours, found);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ if std::mem::discriminant(example) == std::mem::discriminant(ours) => {}
        _ => drop(found.insert(format!(
            "{place} is {ours}, where the contract has {example}"
        ))),
    }
}

#[test]
fn names_and_types_are_those_of_the_contract() {
    let Some(examples) = contract() else {
        println!("skipped: no contract beside the repository");
        return;
    };
    let hall = hall();
    sixty_days(&hall);
    hours(&hall, "2026-07-04 07:00:00", 12, 0);
    an_hour_and_ten_minutes(&hall);
    let served = Served::start(&hall);
    let ours: Vec<&str> = RANKINGS
        .into_iter()
        .chain(["/api/live/status-summary"])
        .collect();
    let mut found = BTreeSet::new();
    let mut walked = 0;
    for (path, example) in examples
        .iter()
        .filter(|(path, _)| ours.contains(&path.as_str()))
    {
        for period in PERIODS {
            let body = served.json(&format!("{path}?period={period}"));
            if let Some(rows) = body.get("data") {
                assert!(
                    rows.as_array().is_some_and(|rows| !rows.is_empty()),
                    "{path} {period}"
                );
            }
            differences(path, example, &body, &mut found);
            walked += 1;
        }
    }
    assert_eq!(found, BTreeSet::new());
    assert_eq!(walked, 5 * PERIODS.len());
}

#[test]
fn one_field_set_an_endpoint_in_every_period() {
    let hall = hall();
    sixty_days(&hall);
    hours(&hall, "2026-07-04 07:00:00", 12, 0);
    an_hour_and_ten_minutes(&hall);
    let served = Served::start(&hall);
    for route in RANKINGS {
        let names = |period: &str| -> Vec<String> {
            let body = served.json(&format!("{route}?period={period}"));
            let row = body["data"][0]
                .as_object()
                .unwrap_or_else(|| panic!("{route} {period}"));
            row.keys().cloned().collect()
        };
        let live = names("live");
        for period in PERIODS {
            assert_eq!(names(period), live, "{route} {period}");
        }
    }
}
