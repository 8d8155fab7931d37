//! `hallctl views`: what it lists, what it finds out about files, and whether its guide leads to an answer.

use crate::hall::Hall;
use crate::serve::Served;
use crate::small_hall::NOW;
use crate::view_language::with_views;
use serde_json::{Value, json};

/// A hall with the orders that the guide speaks of.
fn shop() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    hall.query("create table orders (order_id int primary key, country varchar(2), status varchar(4), amount decimal(10, 3), ordered_at datetime, key (ordered_at))");
    hall.query("insert into orders values (1, 'FR', 'paid', 10.005, '2026-07-03 19:00:00'), (2, 'FR', 'paid', 1, '2026-07-02 19:00:00'),
        (3, 'PE', 'paid', 12, '2026-07-03 19:00:00'), (4, 'PE', 'open', 50, '2026-07-03 19:00:00'), (5, 'PE', 'paid', 7, '2026-07-04 19:00:00')");
    hall
}

/// The view file in the help.
fn example() -> String {
    let help = shop_help();
    let lines = help
        .lines()
        .skip_while(|line| !line.starts_with("A VIEW IN FIVE MINUTES"))
        .skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with("    "));
    lines
        .map(|line| format!("{}\n", line.get(4..).unwrap_or_default().trim_end()))
        .collect()
}

fn shop_help() -> String {
    Hall::new().run("views --help").succeeds().stdout
}

#[test]
fn the_guide_leads_to_an_answer() {
    let text = example();
    let hall = with_views(shop(), &[("orders.sql", &text)]);
    let directory = hall.path("views").display().to_string();
    let ran = hall.run(&format!("views check {directory}")).succeeds();
    assert!(
        ran.stdout
            .starts_with("orders `data` for period=7days&status=paid: "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.ends_with("views: 1 view, 1 statement\n"),
        "{}",
        ran.stdout
    );
    hall.run("refresh-cache --match shop_*").succeeds();
    let served = Served::start(&hall);
    let reply = served.get("/api/shop/orders");
    assert_eq!(reply.header("X-Cache-Hit"), Some("true"));
    assert_eq!(
        reply.json(),
        json!({"success": true, "period": "7days", "label": "Jun 27 - Jul 3, 2026", "data": [
            {"rank": 1, "country": "PE", "orders": 1, "amount": 12.0}, {"rank": 2, "country": "FR", "orders": 2, "amount": 11.01}]})
    );
    // As the last line of the guide has it.
    let asked = served.json("/api/shop/orders?period=today&sort_by=country&limit=5");
    assert_eq!(
        asked["data"],
        json!([{"rank": 1, "country": "PE", "orders": 1, "amount": 7.0}])
    );
    assert_eq!(
        served.json("/api/shop/orders?status=open")["data"][0]["amount"],
        50.0
    );
    // Nothing of the parks is said of tables that are not theirs.
    assert_eq!(
        (
            reply.header("X-Data-Through"),
            reply.header("X-Data-Complete")
        ),
        (None, None)
    );
}

#[test]
fn a_check_shows_plan_and_time_and_what_cannot_run() {
    let good = "-- One order.\n-- view: order  type: shop  route: /api/shop/orders/{order_id:int}\n-- param: detail = short|long; default short\n-- store: on-demand  fresh: 1m\n
-- name: order :one required\nselect order_id, amount as \"amount: num2\" from orders where order_id = :order_id;\n
-- name: same_day :many when detail = long\nselect order_id from orders where ordered_at >= :now - interval 1 day;\n";
    let bad = "-- Nothing.\n-- view: nothing  type: shop  route: /api/nothing\n-- store: on-demand  fresh: 1m\n\n-- name: data :many\nselect missing from orders;\n";
    let hall = with_views(
        shop(),
        &[
            ("bad.sql", bad),
            ("good.sql", good),
            ("worse.sql", "select 1"),
        ],
    );
    let directory = hall.path("views").display().to_string();
    let ran = hall
        .run(&format!("views check {directory} --json"))
        .exits(1);
    assert!(
        ran.stderr
            .contains("worse.sql`, line 1: a statement needs a `-- name: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("views: statement `data` of view `nothing`: ")
            && ran.stderr.contains("missing"),
        "{}",
        ran.stderr
    );
    let said: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let one = &said[0];
    assert_eq!(
        (&one["view"], &one["statement"], &one["rows"]),
        (&json!("order"), &json!("order"), &json!(1))
    );
    assert_eq!(
        (&one["plan"][0]["access"], &one["plan"][0]["key"]),
        (&json!("const"), &json!("PRIMARY"))
    );
    assert!(one["milliseconds"].as_f64().is_some_and(|time| time > 0.0));
    // The second statement is checked with the word that makes it apply.
    assert_eq!(
        (&said[1]["asked"], &said[1]["plan"][0]["table"]),
        (&json!("detail=long&order_id=1"), &json!("orders"))
    );
    let none = hall
        .run(&format!(
            "views check {directory} --json --with order_id=99"
        ))
        .exits(1);
    assert_eq!(
        serde_json::from_str::<Value>(&none.stdout).expect("JSON")[0]["rows"],
        0
    );
    let refused = hall
        .run(&format!("views check {directory} --with order_id=x"))
        .exits(1);
    assert!(
        refused
            .stderr
            .contains("`x` is not a value of `order_id`; use a whole number"),
        "{}",
        refused.stderr
    );
}

#[test]
fn every_built_in_view_is_listed_and_can_be_checked() {
    let hall = Hall::new().at(NOW).migrated();
    let listed = hall.run("views list --json").succeeds().stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let views = listed.as_array().expect("views");
    assert!(views.len() > 10);
    let downtime = views
        .iter()
        .find(|view| view["view"] == "park_downtime")
        .expect("a view");
    assert_eq!(
        (
            &downtime["route"],
            &downtime["auth"],
            &downtime["store"],
            &downtime["due_seconds"]
        ),
        (
            &json!("/api/parks/downtime"),
            &json!("public"),
            &json!("shelf"),
            &json!(300)
        )
    );
    let text = hall.run("views list").succeeds().stdout;
    for view in views {
        assert!(text.lines().any(|line| view["route"] == line), "{view}");
    }
    let checked = hall.run("views check --json").succeeds().stdout;
    let checked: Value = serde_json::from_str(&checked).expect("JSON");
    for view in views {
        assert!(
            checked
                .as_array()
                .expect("statements")
                .iter()
                .any(|one| one["view"] == view["view"]),
            "{view}"
        );
    }
    let own = with_views(
        hall,
        &[(
            "a.sql",
            "-- A.\n-- view: a  type: a  route: /a  auth: bearer\n-- store: on-demand  fresh: 1m  tags: x\n-- name: a :value\nselect 1;\n",
        )],
    );
    let text = own.run("views list").succeeds().stdout;
    assert!(
        text.starts_with(
            "/a\n    a: on demand, fresh for 60 s, for who has the token\n    depends on x\n"
        ),
        "{text}"
    );
}
