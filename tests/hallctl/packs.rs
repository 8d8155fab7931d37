//! Two sets of views over tables of their own: statistics of executions and users, and a dashboard of drivers.

use crate::hall::Hall;
use crate::serve::{Reply, Served};
use crate::small_hall::NOW;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// A migrated hall whose views are those of a pack.
fn hall(pack: &str) -> Hall {
    let views = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/hallctl/packs")
        .join(pack);
    let hall = Hall::new().at(NOW).migrated();
    hall.env("HALLCTL_VIEWS", &views.display().to_string())
}

fn statistics() -> Hall {
    let hall = hall("statistics");
    hall.query(
        "create table users (user_id int primary key, country varchar(2), registered_at datetime)",
    );
    hall.query("create table executions (execution_id int primary key, user_id int, task varchar(20), status varchar(10), seconds int, started_at datetime, key (started_at))");
    hall.query("insert into users values (1, 'KE', '2025-01-10'), (2, 'KE', '2026-06-10'), (3, 'PE', '2026-06-24'), (4, null, '2026-06-25')");
    // Last week is June 21 to 27 and last month is June, both in Los Angeles.
    hall.query(
        "insert into executions values
           (1, 1, 'ndvi', 'FINISHED', 100, '2025-03-01 12:00:00'), (2, 1, 'ndvi', 'FAILED', 10, '2026-06-02 12:00:00'),
           (3, 2, 'ndvi', 'FINISHED', 200, '2026-06-22 12:00:00'), (4, 3, 'drought', 'FINISHED', 31, '2026-06-23 12:00:00'),
           (5, 3, 'drought', 'FAILED', 2, '2026-06-28 06:59:59'), (6, 2, 'ndvi', 'FAILED', 1, '2026-06-28 07:00:00'),
           (7, 2, 'ndvi', 'RUNNING', null, '2026-07-04 19:00:00')",
    );
    hall
}

#[test]
fn statistics_are_those_of_the_tables() {
    let hall = statistics();
    hall.run("refresh-cache --match stats_*").succeeds();
    let served = Served::start(&hall);
    let stats = |path: &str| -> Value {
        let reply = served.get(&format!("/api/v1/stats/{path}"));
        assert_eq!(
            (reply.status, reply.header("X-Cache-Hit")),
            (200, Some("true")),
            "{path}: {}",
            reply.body
        );
        reply.json()["data"].clone()
    };
    assert_eq!(
        stats("dashboard"),
        json!({
            "summary": {"total_executions": 7, "finished": 3, "failed": 3, "success_rate": 42.9, "average_seconds": 57.3, "total_users": 4},
            "trends": {"months": ["2025-03-01", "2026-06-01", "2026-07-01"], "executions": [1, 5, 1], "failed": [0, 3, 0]},
            "tasks": [{"task": "ndvi", "executions": 5, "success_rate": 40.0, "min_seconds": 1, "max_seconds": 200},
                {"task": "drought", "executions": 2, "success_rate": 50.0, "min_seconds": 2, "max_seconds": 31}],
            "geographic": [{"country": "KE", "users": 2}, {"country": "PE", "users": 1}, {"country": "unknown", "users": 1}],
        })
    );
    assert_eq!(
        stats("dashboard?period=last_week&section=summary"),
        json!({"summary": {"total_executions": 3, "finished": 2, "failed": 1, "success_rate": 66.7, "average_seconds": 77.7, "total_users": 4}})
    );
    assert_eq!(
        stats("executions?status=FAILED&sort_by=duration")["tasks"],
        json!([{"task": "ndvi", "failed": 2, "average_seconds": 5.5}, {"task": "drought", "failed": 1, "average_seconds": 2.0}])
    );
    assert_eq!(
        stats("executions?group_by=month")["time_series"],
        json!([{"time": "2026-06", "executions": 5, "average_seconds": 48.8}])
    );
    assert_eq!(
        stats("users"),
        json!({"registrations": 3, "active": 3,
            "countries": [{"country": "KE", "users": 1}, {"country": "PE", "users": 1}, {"country": "unknown", "users": 1}]})
    );
    assert_eq!(served.get("/api/v1/stats/users?period=today").status, 400);
}

#[test]
fn each_group_is_refreshed_at_its_own_pace_and_never_all_at_once() {
    let mut hall = statistics();
    let mut times: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut most = 0;
    for minute in 10..=40 {
        hall = hall.at(&format!("2026-07-04T20:{minute}:00Z"));
        let ran = hall
            .run("refresh-cache --if-stale --match stats_* --json")
            .succeeds();
        let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let keys = said["keys"].as_array().expect("keys");
        // The first run finds an empty shelf.
        if minute > 10 {
            most = most.max(keys.len());
        }
        for key in keys {
            times
                .entry(key.as_str().expect("a key").to_owned())
                .or_default()
                .push(minute);
        }
    }
    assert_eq!(times.len(), 15 + 18 + 3);
    assert!(most < 20, "{most} of 36 in one minute");
    for (key, minutes) in &times {
        let pace = match key {
            key if key.starts_with("stats_dashboard_") => 4,
            key if key.starts_with("stats_executions_") => 5,
            _ => 6,
        };
        // After the first run each comes at its own minute of the turn, and from then on regularly.
        let steps: Vec<u32> = minutes[1..]
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .collect();
        assert!(
            !steps.is_empty() && steps.iter().all(|step| *step == pace),
            "{key}: {minutes:?}"
        );
    }
    let audit = hall.run("refresh-cache --audit").succeeds().stdout;
    assert!(
        audit.contains(
            "fresh for 5 min, refreshed up to 6 min apart (median 6 min of 5): stats_users_all\n"
        ),
        "{audit}"
    );
    assert!(!audit.contains("stats_dashboard"), "{audit}");
    // Nobody has ever been there to count.
    assert!(audit.contains("0 refreshed and never served"), "{audit}");
}

#[test]
fn a_group_that_fails_harms_no_other() {
    let hall = statistics();
    hall.run("refresh-cache --match stats_*").succeeds();
    hall.query(
        "insert into executions values (8, 1, 'ndvi', 'FINISHED', 1, '2026-07-04 20:00:00')",
    );
    hall.query("alter table users rename column country to land");
    let hall = hall.at("2026-07-04T20:20:00Z");
    let ran = hall.run("refresh-cache --match stats_* --json").exits(3);
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    // Where the column is asked for: every view of users, and the sections of the dashboard that show it.
    assert_eq!(
        (&said["failed"], &said["successful"], &said["total"]),
        (&json!(3 + 6), &json!(27), &json!(36))
    );
    assert!(ran.stderr.contains("refresh-cache: could not compute `stats_users_all`: statement `data.countries` of view `stats_users`: "), "{}", ran.stderr);
    let served = Served::start(&hall);
    let count = |section: &str| {
        let body = served.json(&format!("/api/v1/stats/dashboard?section={section}"));
        body["data"]["summary"]["total_executions"].clone()
    };
    assert_eq!(count("summary"), 8);
    // Its last good body is old, and all there is.
    assert_eq!(count("all"), 7);
    assert_eq!(
        served.json("/api/v1/stats/users")["data"]["registrations"],
        3
    );
    let verdict = hall.run("status").stdout;
    assert!(
        verdict.contains("9 views failed: stats_dashboard_all_all: "),
        "{verdict}"
    );
}

const TOKEN: &str = "Authorization: Bearer open sesame\r\n";

fn drivers() -> Hall {
    let hall = hall("drivers").env("HALLCTL_TOKEN", "open sesame");
    hall.query("create table drivers (driver_id char(8) primary key, name varchar(40), city varchar(40), risk_score decimal(5, 2), is_active boolean)");
    hall.query("create table trips (trip_id int primary key auto_increment, driver_id char(8), started_at datetime, kilometres decimal(8, 2), event varchar(20), key (driver_id, started_at), key (started_at))");
    for number in 1..=45 {
        let city = if number % 3 == 0 {
            "Elmport"
        } else {
            "Mossport"
        };
        hall.query(&format!(
            "insert into drivers values ('DRV-{number:04}', 'Driver {number}', '{city}', {}, {})",
            number * 2,
            number % 5 > 0
        ));
    }
    hall.query("insert into trips (driver_id, started_at, kilometres, event) values ('DRV-0001', '2026-07-04 18:00:00', 12.34, 'braking'),
        ('DRV-0001', '2026-07-03 18:00:00', 5, null), ('DRV-0002', '2026-07-01 06:00:00', 7, 'speeding'), ('DRV-0002', '2026-07-01 08:00:00', 7, 'braking')");
    hall
}

fn ask(served: &Served, path: &str) -> Reply {
    served.ask("GET", &format!("/api/v1/admin/{path}"), TOKEN)
}

const DASHBOARD: [&str; 5] = [
    "dashboard/stats",
    "dashboard/summary",
    "dashboard/trip-activity",
    "dashboard/risk-distribution",
    "dashboard/safety-events-breakdown",
];

#[test]
fn the_dashboard_of_drivers_is_for_who_has_the_token() {
    let hall = drivers();
    let ran = hall.run("refresh-cache --tag trips --json").succeeds();
    assert!(ran.stdout.contains("\"successful\":4"), "{}", ran.stdout);
    let served = Served::start(&hall);
    let json_of = |path: &str| {
        let reply = ask(&served, path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        assert_eq!(reply.header("Cache-Control"), Some("private, no-cache"));
        reply.json()
    };
    assert_eq!(
        json_of("dashboard/stats"),
        json!({"total_drivers": 45, "active_drivers": 36, "total_trips": 4})
    );
    assert_eq!(
        json_of("dashboard/summary"),
        json!({"total_drivers": 45, "average_risk": 46.0, "trips_today": 1, "kilometres_today": 12.3})
    );
    assert_eq!(
        json_of("dashboard/trip-activity")["chart"],
        json!({"labels": ["Jun 27", "Jun 28", "Jun 29", "Jun 30", "Jul 01", "Jul 02", "Jul 03"],
            "datasets": [{"label": "trips", "data": [0, 0, 0, 1, 1, 0, 1]}]})
    );
    assert_eq!(
        json_of("dashboard/risk-distribution"),
        json!({"risk": {"low": 14, "medium": 20, "high": 11}})
    );
    assert_eq!(
        json_of("dashboard/safety-events-breakdown")["events"],
        json!([{"kind": "braking", "events": 2}, {"kind": "speeding", "events": 1}])
    );
    let page = json_of("drivers?skip=40&size=10");
    assert_eq!(
        (&page["total"], page["drivers"].as_array().map(Vec::len)),
        (&json!(45), Some(5))
    );
    assert_eq!(
        page["drivers"][4],
        json!({"driver_id": "DRV-0045", "name": "Driver 45", "city": "Elmport", "is_active": false})
    );
    assert_eq!(
        json_of("drivers?city=Elmport&size=3")["drivers"][0]["driver_id"],
        "DRV-0003"
    );
    let driver = json_of("drivers/DRV-0001/details");
    assert_eq!(driver["driver"]["risk_score"], 2.0);
    assert_eq!(
        driver["trips"][0],
        json!({"started_at": "2026-07-04T18:00:00Z", "kilometres": 12.3, "event": "braking"})
    );

    for path in DASHBOARD
        .iter()
        .chain(&["drivers", "drivers/DRV-0001/details"])
    {
        let path = format!("/api/v1/admin/{path}");
        assert_eq!(served.get(&path).status, 401, "{path}");
        assert_eq!(
            served
                .ask("GET", &path, "Authorization: Bearer open barley\r\n")
                .status,
            401,
            "{path}"
        );
    }
    for (path, status) in [
        ("drivers/DRV-9999/details", 404),
        ("drivers/DRV-1/details", 404),
        ("drivers/DRV-0001'%20or%201=1/details", 404),
        ("drivers?size=101", 400),
        ("drivers?skip=-1", 400),
    ] {
        assert_eq!(ask(&served, path).status, status, "{path}");
    }
}

#[test]
fn what_happens_to_a_driver_shows_in_the_next_answer() {
    let hall = drivers();
    hall.run("refresh-cache --match dashboard_*").succeeds();
    let served = Served::start(&hall);
    let total = |path: &str, field: &str| ask(&served, path).json()[field].clone();
    let city = || ask(&served, "drivers/DRV-0007/details").json()["driver"]["city"].clone();
    let invalidate = |patterns: &[&str]| {
        for pattern in patterns {
            hall.run(&format!(
                "refresh-cache --invalidate --hard --match {pattern}"
            ))
            .succeeds();
        }
    };
    assert_eq!(
        (
            total("dashboard/stats", "total_drivers"),
            total("drivers", "total"),
            city()
        ),
        (json!(45), json!(45), json!("Mossport"))
    );

    hall.query("insert into drivers values ('DRV-0046', 'Driver 46', 'Mossport', 50, true)");
    assert_eq!(total("drivers", "total"), 45);
    invalidate(&["*drivers_list*", "*dashboard_*"]);
    assert_eq!(
        (
            total("dashboard/stats", "total_drivers"),
            total("dashboard/summary", "total_drivers"),
            total("drivers", "total")
        ),
        (json!(46), json!(46), json!(46))
    );

    hall.query("update drivers set city = 'Updated City' where driver_id = 'DRV-0007'");
    assert_eq!(city(), "Mossport");
    let other = ask(&served, "drivers/DRV-0008/details");
    assert_eq!(other.header("X-Cache-Hit"), Some("false"));
    invalidate(&["*driver_detail*DRV-0007*", "*drivers_list*", "*dashboard_*"]);
    assert_eq!(city(), "Updated City");
    // Of the others nothing was said.
    assert_eq!(
        ask(&served, "drivers/DRV-0008/details").header("X-Cache-Hit"),
        Some("true")
    );

    hall.query("delete from drivers where driver_id = 'DRV-0007'");
    invalidate(&["*driver_detail*DRV-0007*", "*drivers_list*", "*dashboard_*"]);
    assert_eq!(ask(&served, "drivers/DRV-0007/details").status, 404);
    assert_eq!(
        (
            total("dashboard/stats", "total_drivers"),
            total("drivers", "total")
        ),
        (json!(45), json!(45))
    );
}

#[test]
fn after_a_warm_up_more_than_four_in_five_answers_come_from_memory() {
    let hall = drivers();
    hall.run("refresh-cache --match dashboard_*").succeeds();
    let served = Served::start(&hall);
    for round in 0..8 {
        for path in DASHBOARD {
            ask(&served, path);
        }
        ask(&served, "drivers");
        ask(&served, "drivers?skip=20");
        ask(
            &served,
            &format!("drivers/DRV-000{}/details", 1 + round % 2),
        );
    }
    let metrics = served.get("/metrics").body;
    let sum = |name: &str| -> u32 {
        let lines = metrics.lines().filter(|line| line.starts_with(name));
        let counts = lines.filter_map(|line| line.rsplit_once("} ")?.1.parse::<u32>().ok());
        counts.sum()
    };
    let (hits, misses) = (sum("cache_hits_total{"), sum("cache_misses_total{"));
    assert_eq!(hits + misses, 64, "{metrics}");
    assert!(
        hits * 5 > 4 * (hits + misses),
        "{hits} of {}",
        hits + misses
    );
    assert!(metrics.contains("cache_misses_total{cache_type=\"on-demand\",cache_key_pattern=\"driver_detail_{driver_id}\"} 2\n"), "{metrics}");
}
