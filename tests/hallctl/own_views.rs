//! A view of a user's own, whatever it does, costs only itself: nothing is written, no other view is late.

use crate::hall::Hall;
use crate::serve::Served;
use crate::view_language::with_views;
use serde_json::json;

const HEADER: &str = "\
-- Orders.
-- view: orders  type: shop  route: /api/shop/orders
-- store: shelf  key: shop_orders  due: 5m  fresh: 5m
";

/// A thousand times a thousand rows.
const MANY: &str = "\
with recursive numbers as (select 1 as n union all select n + 1 from numbers where n < 1000)
select one.n, repeat('x', 100) as text from numbers as one cross join numbers as other";

fn hall(view: &str) -> Hall {
    let hall = Hall::new().at("2026-07-04T20:00:00Z").migrated();
    hall.query("create table orders (order_id bigint unsigned primary key, country varchar(20))");
    hall.query("insert into orders values (1, 'Chad'), (9223372036854775808, 'Peru'), (18446744073709551615, 'Fiji')");
    with_views(hall, &[("orders.sql", &format!("{HEADER}{view}"))])
}

fn check(hall: &Hall) -> String {
    format!("views check {}", hall.path("views").display())
}

#[test]
fn a_statement_that_would_write_lock_or_ask_for_the_time_is_refused_before_it_runs() {
    for (statement, said) in [
        ("delete from orders", "it begins with `delete`"),
        ("update orders set country = ''", "it begins with `update`"),
        ("values (1)", "it begins with `values`"),
        ("show tables", "it begins with `show`"),
        ("(select 1 as n)", ""),
        (
            "with gone as (select 1) delete from orders",
            "it says `delete`",
        ),
        (
            "select 1 as n /*!50000 into outfile '/tmp/n' */",
            "it says `into`",
        ),
        ("select country from orders for update", "it says `update`"),
        (
            "select country from orders lock in share mode",
            "it says `share`",
        ),
        ("select get_lock('orders', 9) as n", "it says `get_lock`"),
        ("select now() as n", "by `now`; say `:now` or `:today`"),
        ("select current_date as n", "by `current_date`"),
    ] {
        let hall = hall(&format!("-- name: data :many\n{statement};\n"));
        let (exit, line) = match said {
            "" => (0, "views: "),
            _ => (1, "orders.sql`, line 4: statement `data`: it "),
        };
        let ran = hall.run(&check(&hall)).exits(exit);
        let printed = ran.stdout + &ran.stderr;
        assert!(
            printed.contains(line) && printed.contains(said),
            "{statement}: {printed}"
        );
        assert_eq!(
            hall.value("select count(*) from orders"),
            "3",
            "{statement}"
        );
    }
    // The same words as names and text are no harm.
    let hall = hall(
        "-- name: data :many\nselect 'delete into' as `update`, replace(country, 'now()', '') as share, orders.order_id as now from orders;\n",
    );
    hall.run(&check(&hall)).succeeds();
}

#[test]
fn what_a_statement_hides_from_its_words_fails_alone_and_changes_nothing() {
    let hall = hall("-- name: data :value\nselect forget_orders() as gone;\n");
    hall.query("set global log_bin_trust_function_creators = 1");
    hall.query("create function forget_orders() returns int modifies sql data begin delete from orders; return 1; end");
    let ran = hall.run(&check(&hall)).exits(1);
    assert!(
        ran.stderr.contains("READ ONLY transaction"),
        "{}",
        ran.stderr
    );
    let ran = hall.run("refresh-cache --all").exits(3);
    assert!(ran.stdout.contains("255 views, 1 failed"), "{}", ran.stdout);
    assert!(
        !ran.stderr.contains("name a server that takes writes"),
        "{}",
        ran.stderr
    );
    assert_eq!(hall.value("select count(*) from orders"), "3");
    assert_eq!(hall.value("select count(*) from cached_api_views"), "255");
    let error = hall.value("select concat(status, ' ', error_message) from cache_refresh_log");
    assert!(
        error.starts_with("partial ") && error.contains("shop_orders"),
        "{error}"
    );
}

#[test]
fn a_body_too_large_for_one_packet_fails_alone() {
    let hall = hall(&format!("-- name: data :many\n{MANY};\n"));
    for words in [check(&hall), "refresh-cache --all".to_owned()] {
        let status = if words.starts_with("views") { 1 } else { 3 };
        let ran = hall.run(&words).exits(status);
        let said = "statement `data` of view `orders`: its rows come to more than 8 MiB; give it a `limit`, or fewer columns";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert_eq!(hall.value("select count(*) from cached_api_views"), "255");
    let served = Served::start(&hall);
    assert_eq!(served.get("/api/shop/orders").status, 500);
}

#[test]
fn a_number_keeps_its_digits_however_large_it_is() {
    let hall = hall(
        "-- name: data :columns\nselect order_id, order_id as \"same: num1\", country from orders order by order_id;\n",
    );
    let numbers = json!([1, 9_223_372_036_854_775_808_u64, u64::MAX]);
    let found = Served::start(&hall).json("/api/shop/orders");
    assert_eq!(found["data"]["order_id"], numbers);
    assert_eq!(found["data"]["same"], numbers);
}

#[test]
fn what_a_refresh_would_not_take_a_check_does_not_either() {
    for (statement, said) in [
        (
            "select country as \"country: bool\" from orders",
            "column `country` is text, which its tag does not take",
        ),
        (
            "select country as \"country: num1\" from orders",
            "column `country` is text",
        ),
        (
            "select country as \"country: json\" from orders",
            "column `country` is no JSON",
        ),
        (
            "select :now as \"day: day_label\" from orders",
            "column `day` is a date with a time",
        ),
        (
            "select 1.5 as half from orders",
            "column `half` is a decimal; say how it is rounded",
        ),
        (
            "select 1 as a, 2 as a from orders",
            "column `a` stands twice",
        ),
    ] {
        let hall = hall(&format!("-- name: data :many\n{statement};\n"));
        let ran = hall.run(&check(&hall)).exits(1);
        assert!(ran.stderr.contains(said), "{statement}: {}", ran.stderr);
        let ran = hall.run("refresh-cache --key shop_orders").exits(1);
        assert!(ran.stderr.contains(said), "{statement}: {}", ran.stderr);
    }
    for (lines, said) in [
        ("-- set: data = 3\n", "`data` is said twice"),
        (
            "-- set: success = true, success = false\n",
            "`success` is said twice",
        ),
        ("-- set: success = true\n-- sort: a by country\n", "`sort`"),
        (
            "-- tags: of:{nobody}\n",
            "tag `of:{nobody}` names `{nobody}`, which is not a parameter",
        ),
    ] {
        let hall = hall(&format!(
            "{lines}-- name: data :many\nselect country from orders;\n"
        ));
        let ran = hall.run(&check(&hall)).exits(1);
        assert!(ran.stderr.contains(said), "{lines}: {}", ran.stderr);
    }
}
