//! The audit: what the rankings show verifies, a row that cannot be right fails its check, and what is odd is named.

use crate::agree::by;
use crate::contract::PERIODS;
use crate::hall::Hall;
use crate::serve::{Reply, Served};
use crate::tree::top;
use crate::wide_hall;
use serde_json::{Value, json};

/// The day before [`wide_hall::NOW`], which is audited where no date is said; its hours and itself are filled.
const YESTERDAY: &str = "2026-07-14";

/// Everything the audit is asked by GET.
pub const QUESTIONS: [&str; 7] = [
    "/api/audit/status",
    "/api/audit/anomalies",
    "/api/audit/anomalies?severity=WARNING",
    "/api/audit/flagged-entities",
    "/api/audit/data-quality?hours=8760&unresolved=false",
    "/api/audit/data-quality?source=queue_times",
    "/api/audit/data-quality/summary?days=365&source=queue_times",
];

/// A claim about a park or a ride, as it is posted.
pub fn claim(kind: &str, id: u64, period: &str, displayed: &Value) -> String {
    json!({"type": kind, "entity_id": id, "period": period, "displayed_value": displayed})
        .to_string()
}

#[track_caller]
fn posted(served: &Served, path: &str, body: &str) -> Value {
    let reply = served.post(path, body);
    assert_eq!(reply.status, 200, "{path} {body}: {}", reply.body);
    reply.json()
}

#[test]
fn whatever_a_ranking_shows_verifies_and_nothing_beside_it_does() {
    let served = Served::start(&wide_hall::hall());
    let mut verified = 0;
    for period in PERIODS {
        for (ranking, id, field, kind) in [
            (
                "parks/downtime",
                "park_id",
                "shame_score",
                "park_shame_score",
            ),
            (
                "rides/downtime",
                "ride_id",
                "downtime_hours",
                "ride_downtime",
            ),
            (
                "rides/waittimes",
                "ride_id",
                "avg_wait_minutes",
                "wait_time",
            ),
        ] {
            let rows = served.json(&format!("/api/{ranking}?period={period}&limit=100"));
            for (id, row) in by(&rows["data"], id) {
                let verify = |displayed: &Value| {
                    posted(
                        &served,
                        "/api/audit/verify",
                        &claim(kind, id, period, displayed),
                    )
                };
                let answer = verify(&row[field]);
                assert_eq!(answer["verified"], true, "{period} {field} {id}: {answer}");
                assert_eq!(answer["displayed_value"], row[field]);
                let steps = answer["computation_trace"].as_array().expect("steps");
                assert_eq!(
                    steps.last().expect("a step")["value"],
                    answer["computed_value"]
                );
                let shown = row[field].as_f64().expect("a number");
                let beside = verify(&json!(shown + 0.11));
                assert_eq!(beside["verified"], false, "{period} {field} {id}: {beside}");
                verified += 1;
            }
        }
    }
    assert!(verified > 250, "{verified}");
}

/// A hall whose every answer is computed anew, and the one who answers.
fn anew() -> (Hall, Served) {
    let hall = wide_hall::hall().env("HALLCTL_VIEW_CACHE", "off");
    let served = Served::start(&hall);
    (hall, served)
}

/// The checks that fail, each with its severity and sample.
fn failures(served: &Served) -> (Value, Vec<String>) {
    let status = served.json("/api/audit/status");
    let run = posted(served, "/api/audit/run", "");
    for (name, value) in status.as_object().expect("an object") {
        assert_eq!(&run[name], value, "{name}");
    }
    let failures = status["failures"].as_array().expect("a list").iter();
    let said = failures.map(|failure| {
        assert_eq!(failure["passed"], false);
        assert_eq!(failure["max_allowed"], 0);
        assert!(failure["message"].is_string());
        let text = |name: &str| failure[name].as_str().expect(name).to_owned();
        format!(
            "{} {} {} {}",
            text("severity"),
            text("check_name"),
            failure["violations"],
            failure["sample"]
        )
    });
    let mut said: Vec<String> = said.collect();
    said.sort();
    (status, said)
}

#[test]
fn a_row_that_cannot_be_right_fails_its_check_and_is_named() {
    let (hall, served) = anew();
    let (status, said) = failures(&served);
    assert_eq!(
        (&status["target_date"], said),
        (&json!(YESTERDAY), Vec::new())
    );
    assert_eq!(
        (&status["status"], &status["passed"]),
        (&json!("PASS"), &status["total_checks"])
    );
    const PARK: &str = "CRITICAL park_days_equal_hours 1 [71]";
    const RIDE: &str = "CRITICAL ride_days_equal_hours 1 [7102]";
    const SUMS: &str = "CRITICAL rides_add_up_to_parks 1 [71]";
    for (table, id, column, more, expected) in [
        ("park_daily", 71, "wait_sum", 1, &[PARK, SUMS][..]),
        ("park_daily", 71, "ride_minutes_closed", 5, &[PARK, SUMS]),
        ("park_daily", 71, "sample_count", 1, &[PARK]),
        (
            "park_daily",
            71,
            "score_minutes",
            9_000,
            &[PARK, "CRITICAL park_scores_in_range 1 [71]"],
        ),
        (
            "park_daily",
            71,
            "open_minutes",
            1_000,
            &[PARK, "CRITICAL park_minutes_fit_the_day 1 [71]"],
        ),
        (
            "park_daily",
            71,
            "ride_minutes_unknown",
            90_000,
            &[PARK, SUMS, "WARNING little_is_unknown 1 [71]"],
        ),
        ("ride_daily", 7102, "outages", 1, &[RIDE]),
        (
            "ride_daily",
            7102,
            "weighted_minutes_down",
            5,
            &[RIDE, SUMS],
        ),
        (
            "ride_daily",
            7102,
            "minutes_refurbishment",
            1_000,
            &[RIDE, "CRITICAL ride_minutes_fit_the_day 1 [7102]", SUMS],
        ),
        (
            "ride_daily",
            7102,
            "minutes_down",
            800,
            &[
                "CRITICAL downtime_while_open 1 [7102]",
                RIDE,
                "CRITICAL ride_minutes_fit_the_day 1 [7102]",
                SUMS,
            ],
        ),
        (
            "ride_daily",
            7102,
            "wait_max",
            600,
            &[RIDE, "WARNING waits_in_range 1 [7102]"],
        ),
        (
            "ride_daily",
            7102,
            "wait_sum",
            999_999,
            &[RIDE, SUMS, "WARNING waits_in_range 1 [7102]"],
        ),
    ] {
        let entity = &table[..4];
        let change = |sign: &str| {
            hall.query(&format!(
                "update {table}_stats set {column} = {column} {sign} {more} where stat_date = '{YESTERDAY}' and {entity}_id = {id}"
            ));
        };
        change("+");
        let (status, said) = failures(&served);
        assert_eq!(said, expected, "{column}");
        let critical = expected
            .iter()
            .filter(|failure| failure.starts_with("CRITICAL"))
            .count();
        assert_eq!(
            (&status["status"], &status["critical_failures"]),
            (&json!("FAIL"), &json!(critical))
        );
        assert_eq!(status["failed"], expected.len());
        assert_eq!(
            served.json("/api/audit/status?date=2026-07-13")["status"],
            "PASS"
        );
        change("-");
    }
    assert_eq!(failures(&served).0["status"], "PASS");

    // An hour in which nothing was read, amid the others.
    let hour = |count: u32| {
        hall.query(&format!("update park_hourly_stats set sample_count = {count} where hour_start = '2026-07-14 22:00' and park_id = 71"));
    };
    hour(0);
    assert_eq!(
        failures(&served).1,
        [PARK, "WARNING open_parks_have_samples 1 [71]"]
    );
    // A day that waits to be filled again need not be what its hours are by now.
    hall.query("insert into stale_periods values ('hourly', '2026-07-14 22:00', 1)");
    let (status, said) = failures(&served);
    assert_eq!(
        said,
        [
            "WARNING day_is_current 1 []",
            "WARNING open_parks_have_samples 1 [71]"
        ]
    );
    assert_eq!(status["status"], "WARN");
    hall.query("delete from stale_periods");
    hour(12);

    hall.query("update parks set first_slot = '2026-07-12 07:00'");
    assert_eq!(failures(&served).0["status"], "PASS");
    for day in [
        "park_daily_stats where park_id = 74 and",
        "ride_daily_stats where park_id = 74 and",
    ] {
        hall.query(&format!("delete from {day} stat_date = '{YESTERDAY}'"));
    }
    let rides = "CRITICAL ride_days_equal_hours 6 [7401,7402,7403,7404,7405]";
    assert_eq!(
        failures(&served).1,
        [
            "CRITICAL park_days_equal_hours 1 [74]",
            rides,
            "WARNING parks_have_a_day 1 [74]"
        ]
    );
    for table in ["park_daily_stats", "ride_daily_stats"] {
        hall.query(&format!(
            "delete from {table} where stat_date = '{YESTERDAY}'"
        ));
    }
    let parks = hall.value("select concat('CRITICAL day_is_filled ', count(*), ' [', group_concat(park_id order by park_id), ']') from parks");
    assert_eq!(failures(&served).1, [parks]);
    // Of today nothing is to be expected yet, and of what was pruned no hours.
    assert_eq!(
        served.json("/api/audit/status?date=2026-07-15")["status"],
        "PASS"
    );
    hall.query("delete from park_hourly_stats where hour_start < '2026-07-14'");
    assert_eq!(
        served.json("/api/audit/status?date=2026-07-12")["status"],
        "FAIL"
    );
    hall.query("update settings set value = '2026-07-14T00:00:00+00:00' where name = 'pruned_through_hourly'");
    assert_eq!(
        served.json("/api/audit/status?date=2026-07-12")["status"],
        "PASS"
    );
}

#[test]
fn a_day_of_which_nothing_is_known_does_not_pass() {
    let (hall, served) = anew();
    let unknown = |date: &str| {
        let status = served.json(&format!("/api/audit/status?date={date}"));
        assert_eq!(
            (&status["status"], &status["critical_failures"]),
            (&json!("WARN"), &json!(0)),
            "{date}"
        );
        let failures = status["failures"].as_array().expect("a list");
        assert_eq!(failures.len(), 1, "{date}");
        assert_eq!(failures[0]["check_name"], "day_is_known", "{date}");
        let message = failures[0]["message"].as_str().expect("a message");
        assert!(message.starts_with("there is no data of that day"));
    };
    for date in ["2030-01-01", "1970-01-01", "2026-07-16"] {
        unknown(date);
    }
    // Today is known from its first hour on.
    let today = served.json("/api/audit/status?date=2026-07-15");
    assert_eq!(today["status"], "PASS");
    hall.query("delete from park_hourly_stats where hour_start >= '2026-07-15 07:00'");
    unknown("2026-07-15");
}

/// The anomalies of yesterday, each with its severity, whose it is, and the two values.
fn anomalies(served: &Served, query: &str) -> Vec<String> {
    let answer = served.json(&format!("/api/audit/anomalies?date={YESTERDAY}{query}"));
    let list = answer["anomalies"].as_array().expect("a list");
    let count = |severity: &str| {
        list.iter()
            .filter(|anomaly| anomaly["severity"] == severity)
            .count()
    };
    assert_eq!(answer["total_anomalies"], list.len());
    assert_eq!(answer["critical_count"], count("CRITICAL"));
    assert_eq!(answer["warning_count"], count("WARNING"));
    let said = list.iter().map(|anomaly| {
        let text = |name: &str| anomaly[name].as_str().expect(name).to_owned();
        text("message");
        format!(
            "{} {} {} {} {} {}",
            text("severity"),
            text("anomaly_type"),
            text("entity_type"),
            anomaly["entity_id"],
            anomaly["value"],
            anomaly["expected"]
        )
    });
    said.collect()
}

#[test]
fn what_is_odd_about_a_day_is_listed_flagged_and_told_of_the_number_it_is_in() {
    let (hall, served) = anew();
    let set = |table: &str, what: &str| {
        hall.query(&format!(
            "update {table}_daily_stats set {what} and stat_date = '{YESTERDAY}'"
        ));
    };
    // Thirty days to compare with, the same every day: a score of 2, open for 780 minutes, an eighth unknown.
    hall.query(
        "update park_daily_stats set open_minutes = 780, score_minutes = 1560, sample_count = 156, ride_minutes_operating = 3500,
           ride_minutes_down = 0, ride_minutes_closed = 0, ride_minutes_unknown = 500 where stat_date between '2026-06-14' and '2026-07-14'",
    );
    let set_parks = |values: [(u32, &str); 4]| {
        for (park, what) in values {
            set("park", &format!("{what} where park_id = {park}"));
        }
    };
    // Each just short of odd.
    set_parks([
        (71, "score_minutes = 780 * 3.999"),
        (72, "open_minutes = 390, score_minutes = 780"),
        (74, "ride_minutes_unknown = 1166"),
        (75, "sample_count = 1"),
    ]);
    set(
        "ride",
        "minutes_operating = 0, minutes_down = 701, open_minutes = 780 where ride_id = 7101",
    );
    assert_eq!(anomalies(&served, ""), Vec::<String>::new());

    set_parks([
        (71, "score_minutes = 780 * 4"),
        (72, "open_minutes = 389, score_minutes = 778"),
        (74, "ride_minutes_unknown = 1167"),
        (75, "sample_count = 0"),
    ]);
    set("ride", "minutes_down = 702 where ride_id = 7101");
    hall.query(
        "insert into feed_issues (kind, park_id, ride_id, topic, first_seen, last_seen, detail, resolved_at)
         values ('stale', 71, null, 'park', '2026-07-14 20:00', '2026-07-14 22:00', 'frozen', null),
                ('stale', 74, null, 'park', '2026-07-13 20:00', '2026-07-14 14:00', 'frozen', '2026-07-14 14:05'),
                ('missing', 75, null, 'park', '2026-07-14 20:00', '2026-07-14 21:00', 'unread', null),
                ('invalid', 74, 7401, 'wait', '2026-07-14 20:00', '2026-07-14 22:00', 'a wait of -1', null),
                ('missing', 74, 7402, 'ride', '2026-07-10 20:00', '2026-07-11 22:00', 'over', '2026-07-11 22:05')",
    );
    let odd = [
        "CRITICAL not_read park 75 0.0 null",
        "WARNING down_all_day ride 7101 702.0 null",
        "WARNING frozen_feed park 74 1085.0 null",
        "WARNING much_unknown park 74 25.01 12.5",
        "WARNING open_far_shorter park 72 389.0 780.0",
        "WARNING score_far_above_usual park 71 4.0 2.0",
        "WARNING unread_feed park 75 60.0 null",
        "INFO frozen_feed park 71 120.0 null",
        "INFO invalid_data ride 7401 120.0 null",
    ];
    assert_eq!(anomalies(&served, ""), odd);
    for severity in ["CRITICAL", "WARNING", "INFO"] {
        let of_it: Vec<&str> = odd
            .into_iter()
            .filter(|said| said.starts_with(severity))
            .collect();
        assert_eq!(anomalies(&served, &format!("&severity={severity}")), of_it);
    }
    let run = posted(
        &served,
        "/api/audit/run",
        &json!({"date": YESTERDAY}).to_string(),
    );
    assert_eq!(run["anomalies_detected"], odd.len());
    assert_eq!(
        run["anomalies"],
        served.json("/api/audit/anomalies")["anomalies"]
    );
    for (query, parks, rides) in [
        ("", json!([71, 72, 74, 75]), json!([7101])),
        ("?severity=INFO", json!([71, 72, 74, 75]), json!([7101])),
        ("?severity=CRITICAL", json!([75]), json!([])),
        // One of them began then.
        ("?date=2026-07-13", json!([74]), json!([])),
        ("?date=2026-07-12", json!([]), json!([])),
    ] {
        let flagged = served.json(&format!("/api/audit/flagged-entities{query}"));
        assert_eq!(
            (&flagged["flagged_parks"], &flagged["flagged_rides"]),
            (&parks, &rides),
            "{query}"
        );
    }
    // A number of theirs comes with them.
    for (kind, id, expected) in [
        (
            "park_shame_score",
            71,
            vec!["frozen_feed", "score_far_above_usual"],
        ),
        ("ride_downtime", 7101, vec!["down_all_day"]),
        ("wait_time", 7401, vec!["invalid_data"]),
        ("park_shame_score", 72, vec!["open_far_shorter"]),
    ] {
        let answer = posted(
            &served,
            "/api/audit/verify",
            &claim(kind, id, "yesterday", &json!(0)),
        );
        let odd = answer["anomalies_detected"]
            .as_array()
            .expect("a list")
            .iter();
        let odd: Vec<_> = odd
            .map(|anomaly| anomaly["anomaly_type"].as_str().expect("a word"))
            .collect();
        assert_eq!(odd, expected, "{kind} {id}");
    }
    // What is far beyond is critical, and a closed day only a remark.
    set_parks([
        (71, "score_minutes = 780 * 6"),
        (72, "open_minutes = 0, score_minutes = 0"),
        (74, "ride_minutes_unknown = 10501"),
        (75, "sample_count = 1"),
    ]);
    let changed = anomalies(&served, "");
    for said in [
        "CRITICAL score_far_above_usual park 71 6.0 2.0",
        "CRITICAL much_unknown park 74 75.0 12.5",
        "INFO open_far_shorter park 72 0.0 780.0",
    ] {
        assert!(
            changed.iter().any(|found| found == said),
            "{said}: {changed:#?}"
        );
    }
}

#[test]
fn issues_of_the_feed_are_told_with_what_the_cycle_said_that_showed_them_last() {
    let (hall, served) = anew();
    hall.query(
        "update parks set wiki_id = '75ea578a-adc8-4116-a54d-dccb60765ef9' where park_id = 72",
    );
    hall.query("update ride_snapshots set age_minutes = 1500, status = 'DOWN' where ride_id = 7101 and hour_start = '2026-07-15 21:00' and minute = 55");
    hall.query(
        "insert into feed_issues (kind, park_id, ride_id, topic, first_seen, last_seen, occurrences, detail, resolved_at)
         values ('stale', 71, 7101, 'last_updated', '2026-07-15 20:00', '2026-07-15 21:55', 24, 'old', null),
                ('invalid', 71, 7101, 'wait', '2026-07-15 20:00', '2026-07-15 20:30', 7, 'a wait of -1', '2026-07-15 20:35'),
                ('missing', 72, null, 'park', '2026-07-13 20:00', '2026-07-13 21:00', 12, 'unread', null)",
    );
    let asked = |query: &str| {
        let answer = served.json(&format!("/api/audit/data-quality?{query}"));
        let issues = answer["issues"].as_array().expect("a list").clone();
        assert_eq!(answer["total_issues"], issues.len());
        issues
            .iter()
            .map(|issue| issue["topic"].as_str().expect("a topic").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(asked(""), ["last_updated"]);
    assert_eq!(asked("unresolved=false"), ["last_updated", "wait"]);
    assert_eq!(
        asked("hours=72&unresolved=false"),
        ["last_updated", "wait", "park"]
    );
    assert_eq!(asked("hours=72&source=themeparks_wiki"), ["park"]);
    assert_eq!(asked("hours=72&source=queue_times"), ["last_updated"]);
    let issue = &served.json("/api/audit/data-quality")["issues"][0];
    for (name, value) in [
        ("data_source", json!("queue_times")),
        ("issue_type", json!("stale")),
        ("entity_type", json!("ride")),
        ("entity_id", json!(7101)),
        ("park_name", json!("Amberlight Pier")),
        ("ride_name", json!("Ride 1 of Amberlight Pier")),
        ("queue_times_id", json!(6401)),
        ("data_age_minutes", json!(1500)),
        ("reported_status", json!("DOWN")),
        ("first_detected_at", json!("2026-07-15T20:00:00Z")),
        ("last_detected_at", json!("2026-07-15T21:55:00Z")),
        ("resolved_at", Value::Null),
    ] {
        assert_eq!(issue[name], value, "{name}");
    }
    let summary = served.json("/api/audit/data-quality/summary?source=queue_times");
    assert_eq!(
        (&summary["days"], &summary["entities_with_issues"]),
        (&json!(7), &json!(1))
    );
    let row = &summary["summary"][0];
    for (name, value) in [
        ("issue_count", json!(2)),
        ("unresolved_count", json!(1)),
        ("max_staleness_minutes", json!(1500)),
        // The other cycle spoke of a minute.
        ("avg_staleness_minutes", json!(750.5)),
        ("statuses_seen", json!(["DOWN"])),
        ("first_detected_at", json!("2026-07-15T20:00:00Z")),
    ] {
        assert_eq!(row[name], value, "{name}");
    }
    let wiki = served.json("/api/audit/data-quality/summary");
    assert_eq!(
        (&wiki["data_source"], &wiki["summary"][0]["entity_id"]),
        (&json!("themeparks_wiki"), &json!(72))
    );
    assert_eq!(wiki["summary"][0]["statuses_seen"], json!([]));
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_name_and_what_is_accepted() {
    let served = Served::start(&wide_hall::hall());
    let refused = |reply: Reply, status: u16, said: &str| {
        assert_eq!(reply.status, status, "{said}: {}", reply.body);
        let body = reply.json();
        assert_eq!(body["success"], false);
        let error = body["error"].as_str().expect("a sentence");
        assert!(error.contains(said), "{error}");
        assert_eq!(reply.header("Access-Control-Allow-Origin"), Some("*"));
        assert_eq!(reply.header("Cache-Control"), Some("no-store"));
    };
    for (path, said) in [
        (
            "status?date=yesterday",
            "`yesterday` is not a value of `date`; use a day such as `2026-07-04`",
        ),
        ("status?date=2026-02-30", "`date`"),
        ("status?date=9999-12-31", "`date`"),
        ("anomalies?date=1", "`date`"),
        (
            "anomalies?severity=LOUD",
            "use `CRITICAL`, `WARNING` or `INFO`",
        ),
        ("flagged-entities?date=x", "`date`"),
        ("data-quality?hours=0", "use a whole number from 1 to 8760"),
        (
            "data-quality?source=x",
            "use `themeparks_wiki` or `queue_times`",
        ),
        ("data-quality/summary?days=x", "`days`"),
    ] {
        refused(served.get(&format!("/api/audit/{path}")), 400, said);
    }
    let whole = json!({"type": "ride_downtime", "entity_id": 7101, "period": "7days", "displayed_value": 8.7});
    let with = |name: &str, value: Value| {
        let mut body = whole.clone();
        body[name] = value;
        body.to_string()
    };
    for (name, value, said) in [
        (
            "type",
            Value::Null,
            "`type` is missing; use `park_shame_score`, `ride_downtime` or `wait_time`",
        ),
        ("type", json!("ride"), "`ride` is not a value of `type`"),
        ("entity_id", Value::Null, "`entity_id` is missing"),
        ("entity_id", json!(0), "`entity_id`"),
        ("entity_id", json!([7101]), "`entity_id` is one value"),
        ("period", Value::Null, "`period` is missing"),
        ("period", json!("decade"), "`period`"),
        (
            "displayed_value",
            Value::Null,
            "`displayed_value` is missing; use a decimal number from 0",
        ),
        ("displayed_value", json!("NaN"), "`displayed_value`"),
        ("displayed_value", json!("1e3"), "`displayed_value`"),
        ("displayed_value", json!(-0.1), "`displayed_value`"),
        ("displayed_value", json!(true), "`displayed_value`"),
    ] {
        refused(
            served.post("/api/audit/verify", &with(name, value)),
            400,
            said,
        );
    }
    refused(
        served.post("/api/audit/verify", ""),
        400,
        "`type` is missing",
    );
    refused(
        served.post("/api/audit/run", r#"{"date": "x"}"#),
        400,
        "`date`",
    );
    refused(
        served.post("/api/audit/verify", &with("entity_id", json!(7199))),
        404,
        "no such `ride`",
    );
    let park = with("type", json!("park_shame_score"));
    refused(
        served.post("/api/audit/verify", &park),
        404,
        "no such `park`",
    );
    // Days without anything are answered all the same.
    for date in ["1000-01-01", "9998-12-31", "2026-07-15", "2026-03-08"] {
        assert_eq!(
            served.json(&format!("/api/audit/status?date={date}"))["target_date"],
            date
        );
        assert_eq!(
            served.json(&format!("/api/audit/anomalies?date={date}"))["total_anomalies"],
            0
        );
    }
}

#[test]
fn without_a_single_park_every_answer_is_there_and_complete() {
    let served = Served::start(&Hall::new().at(wide_hall::NOW).migrated());
    for path in QUESTIONS {
        let answer = served.json(path);
        assert_eq!(answer["success"], true);
        assert_eq!(answer.get("attribution"), None);
        for (name, value) in answer.as_object().expect("an object") {
            let is_whole = match name.as_str() {
                "status" => value == "WARN",
                "failures" => value[0]["check_name"] == "day_is_known",
                "anomalies" | "issues" | "summary" | "flagged_parks" | "flagged_rides" => {
                    value == &json!([])
                }
                "failed" => value == 1,
                "total_anomalies" | "total_issues" | "entities_with_issues" => value == 0,
                "target_date" => value == YESTERDAY,
                _ => true,
            };
            assert!(is_whole, "{path}: {name} is {value}");
        }
    }
    let run = posted(&served, "/api/audit/run", "{}");
    assert_eq!(
        (&run["status"], &run["anomalies_detected"]),
        (&json!("WARN"), &json!(0))
    );
}

#[test]
fn the_banner_has_every_address_in_its_group_and_the_methodology_is_in_the_readme() {
    let served = Served::start(&Hall::new().at(wide_hall::NOW).migrated());
    let banner = served.json("/");
    assert_eq!(
        (&banner["name"], &banner["status"]),
        (&json!("hallctl"), &json!("running"))
    );
    assert_eq!(banner["version"], env!("CARGO_PKG_VERSION"));
    let groups = &banner["endpoints"];
    for (group, route) in [
        ("parks", "/api/parks/{park_id}/rides"),
        ("audit", "POST /api/audit/verify"),
        ("audit", "/api/audit/status"),
        ("health", "/api/health"),
        ("metrics", "/metrics"),
    ] {
        let routes = groups[group].as_array().expect(group);
        assert!(routes.contains(&json!(route)), "{group}: {routes:?}");
    }
    let read = |name: &str| std::fs::read_to_string(top().join(name)).expect(name);
    let readme = read("README.md").to_lowercase();
    for view in ["audit_flagged", "audit_verify"] {
        let text = read(&format!("sql/views/{view}.sql"));
        let heading = text.split("methodology_url = \"README.md#").nth(1);
        let heading = heading.and_then(|rest| rest.split('"').next()).expect(view);
        let heading = format!("\n## {}\n", heading.replace('-', " "));
        assert!(readme.contains(&heading), "{view}: {heading}");
    }
}
