//! The language of view files, said by files of the tests' own and heard over HTTP.

use crate::hall::{Hall, eventually, run};
use crate::serve::{Reply, Served};
use crate::small_hall::{NOW, fill_one, sixty_days};
use crate::wide_hall;
use serde_json::{Value, json};
use std::fs;

/// A hall whose `--views` are these files, below a header that all of them share.
pub fn with_views(hall: Hall, files: &[(&str, &str)]) -> Hall {
    let directory = hall.path("views");
    fs::create_dir_all(&directory).expect("a directory");
    for (name, text) in files {
        fs::write(directory.join(name), text).expect("a file");
    }
    hall.env("HALLCTL_VIEWS", &directory.display().to_string())
}

fn hall() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    hall.query("create table readings (sensor_id int, name varchar(20), taken_at datetime, taken_on date, value decimal(9, 3), primary key (sensor_id, taken_at))");
    for (id, name, at, value) in [
        (1, "north", "2026-07-04 13:30:00", "1.250"),
        (1, "north", "2026-07-04 19:00:00", "2.000"),
        (1, "north", "2026-07-03 19:00:00", "4.000"),
        (2, "south", "2026-07-04 20:05:00", "0.040"),
        (2, "south", "2026-06-28 19:00:00", "8.000"),
        (3, "it's -- so", "2026-07-02 19:00:00", "3.000"),
    ] {
        let name = name.replace('\'', "''");
        hall.query(&format!("insert into readings values ({id}, '{name}', '{at}', date('{at}' - interval 7 hour), {value})"));
    }
    hall
}

const SENSOR: &str = "\
-- One sensor.
-- view: sensor  type: sensors  route: /api/sensors/{sensor_id:int}/{part}
-- param: part = all|newest; required
-- param: period = live|today|yesterday; default live; invalid -> today
-- param: days = int 1..30; default 7; outside -> clamp
-- param: most = int 1..5; default 5
-- param: name = text 1..12 a-z' -; default null
-- store: on-demand  fresh: 5m
-- set: success = true, period = :period, days = :days, status = null
-- set: head.kind = \"hourly\" when period in (today, yesterday)

-- name: . :one required
select sensor_id, min(name) as name
  from readings
 where sensor_id = :sensor_id
   and (:name is null or name = :name)
 group by sensor_id;

-- name: head :one when period not in (live)
select count(*) as readings, max(taken_at) as newest
  from readings
 where sensor_id = :sensor_id
   and taken_at >= :start
   and taken_at < :end
having count(*) > 0;

-- name: head.values :many when period = today and part = all
select value as \"value: num1\", taken_at as \"hour: hour_label\"
  from readings
 where sensor_id = :sensor_id
   and taken_on > :today - interval :days day
 order by taken_at desc;

-- name: highest :value
select max(value) as \"highest: num2\"
  from readings
 where sensor_id = :sensor_id
   and value < :most;
";

#[test]
fn a_path_has_parameters_and_a_wrong_one_leads_to_nothing() {
    let served = Served::start(&with_views(hall(), &[("sensor.sql", SENSOR)]));
    let found = served.json("/api/sensors/1/all");
    assert_eq!(
        (&found["sensor_id"], &found["name"]),
        (&json!(1), &json!("north"))
    );
    for (path, said) in [
        (
            "/api/sensors/x1/all",
            "`x1` is not a value of `sensor_id`; use a whole number",
        ),
        (
            "/api/sensors/1/some",
            "`some` is not a value of `part`; use `all` or `newest`",
        ),
        ("/api/sensors/99/all", "there is no such `sensor`"),
        ("/api/sensors/1", "there is nothing at this address"),
        (
            "/api/sensors//all",
            "`` is not a value of `sensor_id`; use a whole number",
        ),
    ] {
        let reply = served.get(path);
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
        assert_eq!(
            reply.json(),
            json!({"success": false, "error": said}),
            "{path}"
        );
    }
    assert_eq!(served.get("/api/sensors/%31/all").status, 200);
}

#[test]
fn parameters_are_ranges_and_texts_and_never_become_part_of_a_statement() {
    let served = Served::start(&with_views(hall(), &[("sensor.sql", SENSOR)]));
    let asked = |query: &str| served.json(&format!("/api/sensors/1/all?{query}"));
    assert_eq!(asked("period=nonsense")["period"], "today");
    assert_eq!(asked("days=0")["days"], 1);
    assert_eq!(asked("days=99999999999999999999")["days"], 30);
    assert_eq!(asked("most=2")["highest"], 1.25);
    for (query, said) in [
        (
            "most=6",
            "`6` is not a value of `most`; use a whole number from 1 to 5",
        ),
        (
            "days=ten",
            "`ten` is not a value of `days`; use a whole number",
        ),
        (
            "name=abcdefghijklm",
            "`abcdefghijklm` is not a value of `name`; use 1 to 12 characters of `a-z' -`",
        ),
        (
            "name=",
            "`` is not a value of `name`; use 1 to 12 characters of `a-z' -`",
        ),
        (
            "name=NORTH",
            "`NORTH` is not a value of `name`; use 1 to 12 characters of `a-z' -`",
        ),
    ] {
        let reply = served.get(&format!("/api/sensors/1/all?{query}"));
        assert_eq!(
            (reply.status, &reply.json()["error"]),
            (400, &json!(said)),
            "{query}"
        );
    }
    let quoted = served.json("/api/sensors/3/all?name=it's%20--%20so");
    assert_eq!(quoted["name"], "it's -- so");
    assert_eq!(
        served.get("/api/sensors/1/all?name='%20or%20a--").status,
        404
    );
}

#[test]
fn statements_and_constants_apply_when_their_parameters_say_so() {
    let served = Served::start(&with_views(hall(), &[("sensor.sql", SENSOR)]));
    assert_eq!(
        served.json("/api/sensors/1/all?period=live&days=3"),
        json!({"success": true, "period": "live", "days": 3, "status": null, "sensor_id": 1, "name": "north", "head": null, "highest": 4.0})
    );
    assert_eq!(
        served.json("/api/sensors/1/all?period=today&days=1"),
        json!({"success": true, "period": "today", "days": 1, "status": null, "sensor_id": 1, "name": "north", "highest": 4.0,
            "head": {"kind": "hourly", "readings": 2, "newest": "2026-07-04T19:00:00Z",
                "values": [{"value": 2.0, "hour": "12:00"}, {"value": 1.3, "hour": "6:00"}]}})
    );
    // What stands below a member that is null has nothing to stand in.
    assert_eq!(
        served.json("/api/sensors/3/all?period=today")["head"],
        Value::Null
    );
    assert_eq!(
        served.json("/api/sensors/1/newest?period=today")["head"].get("values"),
        None
    );
}

const CHART: &str = "\
-- Every sensor over time.
-- view: chart_FORM  type: sensors  route: /api/FORM
-- param: period = live|today|yesterday|last_week|7days|year; default today
-- store: shelf  key: sensors_FORM_{period}  due: 5m  fresh: 15m
-- set: period = :period, count = :count

-- name: PLACE :grid as FORM ZERO when period in (live, today, yesterday)
-- limit: default 2; max 3; outside -> clamp
select sensor_id as entity_id, name as label, taken_at as \"at: axis\", value as \"value: cell1\"
  from readings
 where taken_at >= :chart_start
   and taken_at < :chart_end
 order by sensor_id;

-- name: PLACE :grid as FORM ZERO when period not in (live, today, yesterday)
-- limit: default 2; max 3; outside -> clamp
select sensors.sensor_id as entity_id, sensors.name as label, readings.taken_on as \"at: axis\", readings.value as \"value: cell1\"
  from (select distinct sensor_id, name from readings) as sensors
  left join readings
    on readings.sensor_id = sensors.sensor_id
   and readings.taken_on between :first_date and :last_date
   and readings.taken_at <> '2026-07-04 13:30:00'
   and (:period <> 'year' or readings.taken_on >= '2026-07-03' and readings.sensor_id <> 1 or readings.taken_on < '2026-07-04')
 order by sensors.sensor_id;
";

fn chart(form: &str, place: &str, zero: &str) -> String {
    let text = CHART.replace("FORM", form).replace("PLACE", place);
    text.replace(" ZERO", zero)
}

#[test]
fn a_grid_lays_rows_on_the_axis_of_the_period() {
    let datasets = chart("datasets", "chart_data", "");
    let matrix = chart("matrix", ".", " missing 0");
    let hall = with_views(
        hall(),
        &[("datasets.sql", &datasets), ("matrix.sql", &matrix)],
    );
    hall.run("refresh-cache --all").succeeds();
    let served = Served::start(&hall);

    // 06:30, 12:00 and 13:05 in Los Angeles; the day has eighteen hours, and ten past one is now.
    let today = served.json("/api/datasets");
    let labels = today["chart_data"]["labels"].as_array().expect("labels");
    assert_eq!(
        (labels.len(), &labels[0], &labels[17]),
        (18, &json!("6:00"), &json!("23:00"))
    );
    let north = &today["chart_data"]["datasets"][0];
    assert_eq!(
        (&north["label"], &north["entity_id"]),
        (&json!("north"), &json!(1))
    );
    let cells = north["data"].as_array().expect("cells");
    assert_eq!(
        (&cells[0], &cells[1], &cells[6], cells.len()),
        (&json!(1.3), &Value::Null, &json!(2.0), 18)
    );
    assert_eq!(today["chart_data"]["datasets"][1]["data"][7], 0.0);
    assert_eq!(today["count"], 2);

    let hours = served.json("/api/matrix?limit=1");
    assert_eq!(
        (&hours["count"], &hours["time_labels"][17]),
        (&json!(1), &json!("23:00"))
    );
    let rows = hours["matrix"].as_array().expect("rows");
    assert_eq!(
        (rows.len(), hours["entities"].as_array().map(Vec::len)),
        (1, Some(1))
    );
    // What has not come yet is not zero.
    assert_eq!(
        (&rows[0][1], &rows[0][7], &rows[0][8]),
        (&json!(0), &json!(0), &Value::Null)
    );

    let live = served.json("/api/datasets?period=live");
    let labels = live["chart_data"]["labels"].as_array().expect("labels");
    assert_eq!(
        (labels.len(), &labels[0], &labels[11]),
        (12, &json!("12:15"), &json!("13:10"))
    );
    assert_eq!(live["chart_data"]["datasets"][0]["data"][10], 0.0);

    let week = served.json("/api/datasets?period=7days&limit=99");
    assert_eq!(week["chart_data"]["labels"][0], "Jun 27");
    assert_eq!(
        week["chart_data"]["datasets"],
        json!([
            {"entity_id": 1, "label": "north", "data": [null, null, null, null, null, null, 4.0]},
            {"entity_id": 2, "label": "south", "data": [null, 8.0, null, null, null, null, null]},
            {"entity_id": 3, "label": "it's -- so", "data": [null, null, null, null, null, 3.0, null]},
        ])
    );
    let year = served.json("/api/matrix?period=year&limit=0");
    assert_eq!(
        year["time_labels"],
        json!([
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
        ])
    );
    assert_eq!(
        year["matrix"],
        json!([[0, 0, 0, 0, 0, 0, 4.0, null, null, null, null, null]])
    );
    assert_eq!(served.get("/api/matrix?limit=x").status, 400);

    // Nothing at all is still a whole answer.
    assert_eq!(
        served.json("/api/datasets?period=yesterday")["chart_data"]["datasets"][0]["data"][6],
        4.0
    );
    hall.query("delete from readings");
    hall.run("refresh-cache --all").succeeds();
    eventually("the reload", || {
        served.json("/api/datasets")["chart_data"]["datasets"] == json!([])
    });
    let empty = served.json("/api/matrix?period=last_week");
    assert_eq!(
        (
            &empty["entities"],
            &empty["matrix"],
            &empty["time_labels"][6]
        ),
        (&json!([]), &json!([]), &json!("Jun 27"))
    );
}

const WAITS: &str = "\
-- Rides by their wait.
-- view: waits  type: waits  route: /api/waits
-- param: period = live|today|7days|year|all; default today
-- param: filter = all-parks; default all-parks
-- store: on-demand  fresh: 5m

-- name: chart_data :grid as datasets
select ride_name as label, ride_id as entity_id, park_name as park, park_name, tier, at as \"at: axis\",
       mean_wait as \"wait: cell0\"
  from @ride_points(top_rides_by_wait) as points
 order by place;
";

#[test]
fn the_points_of_a_ranking_fit_the_axis_of_any_period() {
    let without = WAITS
        .replace("waits", "other")
        .replace("param: period", "param: time");
    let nobody = WAITS
        .replace("waits", "nobody")
        .replace("(top_rides_by_wait)", "");
    let files = [("a.sql", WAITS), ("b.sql", &without), ("c.sql", &nobody)];
    let hall = with_views(wide_hall::hall(), &files);
    let check = format!("views check {}", hall.path("views").display());
    let said = hall.run(&check).exits(1).stderr;
    for reason in [
        "b.sql`, line 7: statement `chart_data`: a relation of it needs a parameter `period`",
        "c.sql`, line 7: statement `chart_data`: `@ride_points` is of another relation, as in `@ride_points(rides)`",
    ] {
        assert!(said.contains(reason), "{said}");
    }
    let served = Served::start(&hall);
    for (period, points) in [("live", 12), ("today", 24), ("7days", 7), ("year", 12)] {
        let ours = &served.json(&format!("/api/waits?period={period}"))["chart_data"];
        let theirs = served.json(&format!(
            "/api/trends/chart-data?type=ridewaittimes&period={period}&filter=all-parks&limit=20"
        ));
        assert_eq!(ours, &theirs["chart_data"], "{period}");
        assert_eq!(ours["labels"].as_array().map(Vec::len), Some(points));
    }
    let all = &served.json("/api/waits?period=all")["chart_data"]["datasets"];
    let months = all[0]["data"].as_array().expect("months").iter();
    assert_eq!(months.filter(|month| !month.is_null()).count(), 19);
}

#[test]
fn an_hour_before_six_in_which_something_happened_is_on_the_axis() {
    let hall = with_views(
        hall(),
        &[("chart.sql", &chart("datasets", "chart_data", ""))],
    );
    // Half past one, twice, on the day the clocks go back.
    hall.query("insert into readings values (7, 'owl', '2026-11-01 08:30:00', '2026-11-01', 1), (7, 'owl', '2026-11-01 09:30:00', '2026-11-01', 2)");
    let served = Served::start(&hall.at("2026-11-01T20:00:00Z"));
    let data = &served.json("/api/datasets")["chart_data"];
    let labels = data["labels"].as_array().expect("labels");
    assert_eq!(
        (labels.len(), &labels[..3]),
        (24, &[json!("1:00"), json!("1:00"), json!("2:00")][..])
    );
    assert_eq!(
        (
            &data["datasets"][0]["data"][0],
            &data["datasets"][0]["data"][1]
        ),
        (&json!(1.0), &json!(2.0))
    );
}

fn counted(store: &str) -> String {
    format!(
        "-- How many readings there are.\n-- view: counted  type: sensors  route: /api/counted\n-- store: {store}  fresh: 5m\n
-- name: count :value\nselect count(*) from readings;\n"
    )
}

#[test]
fn what_is_computed_on_demand_is_kept_until_data_comes_in() {
    let hit = |reply: &Reply| {
        (
            reply.header("X-Cache-Hit") == Some("true"),
            reply.json()["count"].clone(),
        )
    };
    for (store, notices) in [("on-demand until cycle", true), ("on-demand", false)] {
        let hall = with_views(hall(), &[("counted.sql", &counted(store))]);
        let served = Served::start(&hall);
        assert_eq!(
            hit(&served.get("/api/counted")),
            (false, json!(6)),
            "{store}"
        );
        assert_eq!(
            hit(&served.get("/api/counted")),
            (true, json!(6)),
            "{store}"
        );
        hall.query("delete from readings where sensor_id = 3");
        // Nobody has said so yet.
        assert_eq!(
            hit(&served.get("/api/counted")),
            (true, json!(6)),
            "{store}"
        );
        hall.run("aggregate hourly").succeeds();
        match notices {
            true => eventually("the news", || hit(&served.get("/api/counted")).1 == 5),
            false => {
                std::thread::sleep(std::time::Duration::from_millis(1500));
                assert_eq!(hit(&served.get("/api/counted")), (true, json!(6)));
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_view() {
    let text = format!("\u{feff}{AWARD}");
    let hall = with_views(crate::small_hall::hall(), &[("award.sql", &text)]);
    assert_eq!(Served::start(&hall).get("/api/award").status, 200);
}

const AWARD: &str = "\
-- The year of a park beside the one before.
-- view: award  type: awards  route: /api/award
-- param: period = year|year-over-year|today; default today
-- param: year = int 2000..2100; default null
-- param: filter = all-parks; default all-parks
-- store: shelf  key: award_{period}  due: 1h  fresh: 2h  tags: parks
-- set: period = :period, dates = :period_dates, prev_dates = :prev_dates, is_partial = :is_partial, label = :period_label

-- name: park :one
select sums.sample_count, sums.ride_minutes_down as down, earlier.sample_count as sample_count_before, earlier.ride_minutes_down as down_before
  from @park_sums as sums
  left join @prev_park_sums as earlier on earlier.park_id = sums.park_id
 where sums.park_id = 71;
";

#[test]
fn a_year_stands_beside_the_same_part_of_the_year_before() {
    let hall = with_views(crate::small_hall::hall(), &[("award.sql", AWARD)]);
    sixty_days(&hall);
    // One day in July of last year that lies before today's date, and one that lies after it.
    for date in ["2025-07-01", "2025-07-09"] {
        fill_one(&hall, "stat_date", &format!("'{date}'"), 100);
    }
    let served = Served::start(&hall);
    let down: u32 = (1..=60).map(|ago| 6 * ago).sum();
    let running = json!({"period": "year", "dates": "2026-01-01 to 2026-07-04", "prev_dates": "2025-01-01 to 2025-07-04",
        "is_partial": true, "label": "2026",
        "park": {"sample_count": 7200, "down": down, "sample_count_before": 120, "down_before": 100}});
    assert_eq!(served.json("/api/award?period=year"), running);
    assert_eq!(served.json("/api/award?year=2026"), running);
    let mut compared = running.clone();
    compared["period"] = json!("year-over-year");
    assert_eq!(served.json("/api/award?period=year-over-year"), compared);
    let last = served.json("/api/award?year=2025");
    assert_eq!(
        (&last["period"], &last["label"], &last["dates"]),
        (
            &json!("year"),
            &json!("2025"),
            &json!("2025-01-01 to 2025-12-31")
        )
    );
    assert_eq!(
        last["park"],
        json!({"sample_count": 240, "down": 200, "sample_count_before": null, "down_before": null})
    );
    assert_eq!(served.get("/api/award?year=1999").status, 400);

    // Once the years are summed the row of a year stands for its days: it is read, and the days are not.
    let year = served.get("/api/award?year=2025");
    assert_eq!(year.header("X-Data-Complete"), Some("false"));
    fill_one(&hall, "stat_year", "2026", 777);
    let served = Served::start(&hall);
    assert_eq!(served.json("/api/award?period=year")["park"]["down"], 777);
    // A year that is stale is summed from its days again.
    hall.query("insert into stale_periods (level, period_start, generation) values ('yearly', '2026-01-01 08:00:00', 1)");
    let served = Served::start(&hall);
    assert_eq!(served.json("/api/award?period=year")["park"]["down"], down);
}

#[test]
fn a_whole_number_beyond_every_integer_is_no_other_number() {
    let echo = "-- A number.\n-- view: echo  type: sensors  route: /api/echo/{number:int}\n-- param: other = int; default 0\n\
                -- param: few = int 1..9; default 1; outside -> clamp\n-- store: on-demand  fresh: 1m\n\
                -- set: number = :number, other = :other, few = :few\n-- name: rows :many\n-- limit: default 2; max 3; outside -> clamp\n\
                select sensor_id from readings order by sensor_id, taken_at;\n";
    let hall = with_views(hall(), &[("echo.sql", echo)]);
    let served = Served::start(&hall);
    let beyond = "99999999999999999999";
    for number in ["9223372036854775808", "-9223372036854775809", beyond] {
        let path = served.get(&format!("/api/echo/{number}"));
        let query = served.get(&format!("/api/echo/1?other={number}"));
        assert_eq!((path.status, query.status), (404, 400), "{number}");
        assert_eq!(
            query.json()["error"],
            format!("`{number}` is not a value of `other`; use a whole number")
        );
    }
    for number in [i64::MIN, i64::MAX] {
        let told = served.json(&format!("/api/echo/{number}?other={number}"));
        assert_eq!(
            (&told["number"], &told["other"]),
            (&json!(number), &json!(number))
        );
    }
    for (given, few, rows) in [(beyond, 9, 3), ("-99999999999999999999", 1, 1)] {
        let told = served.json(&format!("/api/echo/1?few={given}&limit={given}"));
        assert_eq!(told["few"], few);
        assert_eq!(told["rows"].as_array().map(Vec::len), Some(rows));
    }
}

#[test]
fn a_private_view_wants_the_token() {
    let secret = "-- Not for everyone.\n-- view: secret  type: sensors  route: /api/secret  auth: bearer\n-- store: on-demand  fresh: 1m\n
-- name: one :value\nselect 1;\n";
    let hall = with_views(hall(), &[("secret.sql", secret)]);
    let ask = |served: &Served, headers: &str| served.ask("GET", "/api/secret", headers);
    let closed = Served::start(&hall);
    assert_eq!(ask(&closed, "Authorization: Bearer \r\n").status, 401);
    let with_token = |token: &str| {
        let mut command = hall.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("HALLCTL_TOKEN", token);
        run(command).exits(2).stderr
    };
    for blank in [" ", "\t", " sesame", "s\u{e9}same"] {
        let ran = with_token(blank);
        assert!(ran.contains("is one that nobody can send"), "{ran}");
    }
    let hall = hall.env("HALLCTL_TOKEN", "open sesame");
    let served = Served::start(&hall);
    for headers in [
        "",
        "Authorization: Bearer wrong\r\n",
        "Authorization: Basic open sesame\r\n",
        "Authorization: Bearer\r\n",
    ] {
        let reply = ask(&served, headers);
        assert_eq!(
            (reply.status, reply.header("WWW-Authenticate")),
            (401, Some("Bearer")),
            "{headers}"
        );
        assert_eq!(reply.json()["success"], false);
    }
    let reply = ask(&served, "Authorization: bearer open sesame\r\n");
    assert_eq!((reply.status, reply.json()), (200, json!({"one": 1})));
    assert_eq!(reply.header("Cache-Control"), Some("private, no-cache"));
    assert!(
        !served
            .get("/api/parks/downtime")
            .header("Cache-Control")
            .expect("a header")
            .contains("private")
    );
}

#[test]
fn a_route_of_the_server_or_one_that_nobody_can_reach_is_refused() {
    let routes = [
        ("/", "route `/` is the server's own"),
        ("/api/health", "route `/api/health` is the server's own"),
        (
            "/api/admin/cache-status",
            "route `/api/admin/cache-status` is the server's own",
        ),
        ("/metrics", "route `/metrics` is the server's own"),
        (
            "/api/x?y=1",
            "route `/api/x?y=1` can never be reached, because of its `?`",
        ),
        ("/api/x#y", "because of its `#`"),
        ("/api/%41", "because of its `%`"),
        ("/api/a b", "because of its ` `"),
    ];
    let of = |route: &str| counted("on-demand").replace("/api/counted", route);
    let files = routes.map(|(route, _)| of(route));
    let names: Vec<String> = (0..files.len())
        .map(|number| format!("{number}.sql"))
        .collect();
    let mut all: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(files.iter().map(String::as_str))
        .collect();
    // One that would lead there too leaves what is the server's to it.
    let any = of("/api/{what}").replace(
        "-- store",
        "-- param: what = health|other; default other\n-- store",
    );
    all.push(("any.sql", &any));
    let hall = with_views(hall(), &all);
    let directory = hall.path("views").display().to_string();
    let ran = hall.run(&format!("views check {directory}")).exits(1);
    for (name, (_, said)) in names.iter().zip(routes) {
        let file = format!("view file `{directory}/{name}`, line 2: ");
        let mut lines = ran.stderr.lines().filter(|line| line.contains(&file));
        let line = lines
            .next()
            .unwrap_or_else(|| panic!("{name}: {}", ran.stderr));
        assert!(line.contains(said), "{line}");
    }
    let served = Served::start(&hall);
    assert!(served.json("/api/health")["checks"].is_object());
    assert_eq!(served.json("/api/other")["count"], 6);
}

#[test]
fn a_broken_file_is_named_with_line_and_reason_and_the_others_are_served() {
    let broken =
        counted("on-demand").replace("from readings", "from readings where value = :nobody");
    let twice = counted("on-demand")
        .replace("counted", "downtime")
        .replace("/api/downtime", "/api/parks/downtime");
    let files = [
        ("a.sql", broken.as_str()),
        ("b.sql", &counted("on-demand")),
        ("c.sql", &twice),
        ("d.txt", "no view"),
    ];
    let hall = with_views(hall(), &files);
    let ran = hall.run("refresh-cache --all").exits(3);
    let directory = hall.path("views").display().to_string();
    for said in [
        format!(
            "refresh-cache: view file `{directory}/a.sql`, line 5: statement `count`: `:nobody` is not a parameter\n"
        ),
        format!(
            "refresh-cache: view file `{directory}/c.sql`, line 2: route `/api/parks/downtime` is that of view `park_downtime`\n"
        ),
    ] {
        assert!(
            ran.stderr.contains(&said),
            "{said} is not in {}",
            ran.stderr
        );
    }
    let served = Served::start(&hall);
    assert_eq!(served.json("/api/counted")["count"], 6);
    assert_eq!(served.get("/api/parks/downtime").status, 200);
    for words in [
        "refresh-cache --all --views /nowhere",
        "serve --views /nowhere",
        "views list --views /nowhere",
        "views check /nowhere",
    ] {
        let none = hall.run(words).exits(2).stderr;
        assert!(
            none.starts_with("hallctl: there is no directory `/nowhere`; name "),
            "{words}: {none}"
        );
    }
}
