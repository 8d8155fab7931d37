//! How view files are written: what `hallctl views --help` and hallctl-views(7) say.

use super::Entry;

/// A part of the guide: a title, some words, and things with their meaning.
pub type Part = (&'static str, &'static str, &'static [Entry]);

/// A whole view file, which a test puts to work.
pub const EXAMPLE: &str = r#"-- Orders by country.
-- view: orders  type: shop  route: /api/shop/orders
-- param: period = today|yesterday|7days|last_month|year; default 7days
-- param: status = paid|open; default paid
-- store: shelf  key: shop_orders_{period}_{status}  due: 5m  fresh: 15m  tags: orders
-- set: success = true, period = :period, label = :period_label

-- name: data :many
-- sort: total by total desc, country
-- sort: country by country
-- limit: default 20; max 100
-- rank: rank
select country,
       count(*) as orders,
       sum(amount) as "amount: num2",
       sum(amount) as "total: hidden"
  from orders
 where status = :status
   and ordered_at >= :start
   and ordered_at < :end
 group by country;
"#;

/// What to type, in order, once the file lies in a directory.
pub const STEPS: [Entry; 3] = [
    (
        "hallctl views check views",
        "is the file sound; the plan and the time of each statement",
    ),
    (
        "hallctl refresh-cache --views views --match 'shop_*'",
        "its bodies onto the shelf; cron's line does so from then on",
    ),
    (
        "hallctl serve --views views",
        "answers /api/shop/orders?period=today&sort_by=country&limit=5",
    ),
];

pub const GUIDE: [Part; 8] = [
    (
        "THE FILE",
        "A view is a file NAME.sql in the directory of --views or HALLCTL_VIEWS, over any tables of the same database. \
         Its first line says what it is. Lines `-- key: value` follow, several on a line with two spaces between; then \
         statements, each below a line `-- name: …`. A broken file is named with line and reason, and the others are served.",
        &[],
    ),
    (
        "HEADER",
        "Of these, `view`, `type`, `route`, `store` and `fresh` are needed, and `key` and `due` too on the shelf.",
        &[
            (
                "view: orders",
                "its name; no two views share one, nor a route, nor a key",
            ),
            ("type: shop", "a word for lists"),
            (
                "route: /api/shop/orders/{order_id:int}",
                "where it answers; any kind of parameter may stand in the path as {name}; a wrong one is a 404",
            ),
            (
                "auth: bearer",
                "only who sends the token of HALLCTL_TOKEN or HALLCTL_TOKEN_FILE; without this line everyone",
            ),
            (
                "method: post",
                "asked by POST: the members of the JSON object in the body are the parameters; at most 1024 bytes, and a POST without a body gives none; such a view is `store: on-demand`, writes nothing, and no HTTP cache keeps its answer",
            ),
            ("param: …", "what a reader may ask, see PARAMETERS"),
            (
                "span: period",
                "the parameter that is the stretch of time, periods or a `date`: that day, and yesterday where it is not given; `period` itself needs no such line",
            ),
            (
                "store: shelf",
                "computed by `hallctl refresh-cache` before anyone asks; one body a combination of the parameters in the key",
            ),
            (
                "store: on-demand",
                "computed for the first who asks and kept in memory while fresh; `until cycle`: until hallctl has new data",
            ),
            (
                "key: shop_orders_{period}",
                "the name of a body; `{_name}` is left out at the default",
            ),
            (
                "due: 5m",
                "how often it is computed anew (s, m, h); each key at an offset of its own; `5m; over 1h`: less often once its period is over. At midnight in Los Angeles every view with a period is due",
            ),
            (
                "fresh: 15m",
                "how old a body may be before a reader has it computed",
            ),
            (
                "tags: orders, order:{order_id}",
                "what it depends on, for `hallctl refresh-cache --invalidate --tag`",
            ),
            (
                "set: success = true, period = :period",
                "members of the answer that are JSON values, parameters, :count, :sort_by, or names of TIME; `name? = :x` is left out when null",
            ),
        ],
    ),
    (
        "PARAMETERS",
        "Words are bound, never spliced into a statement; numbers and times are written out, so that the server plans with them. What is not declared is ignored.",
        &[
            (
                "status = paid|open|closed->paid; default paid",
                "one of these words, or an alias of one",
            ),
            (
                "days = int 1..30; default 7",
                "a whole number; others are refused (400), or `outside -> clamp`",
            ),
            (
                "score = num 0..10; required",
                "a decimal number, exact and without an exponent, such as `8.3`; `cast(:score as decimal(20, 6))` makes a number of it",
            ),
            (
                "code = text 1..20 A-Z0-9-; required",
                "so many of these characters, at most 100; `;` cannot be among them, and where none are named all are but control \
                 characters; required ones must be given",
            ),
            (
                "day = date; default null",
                "2026-07-04, of the years 1000 to 9998; others are refused (400)",
            ),
            ("all = bool; default false", "`true`, or anything else"),
            (
                "… ; invalid -> default",
                "a wrong value counts as the default, or as `invalid -> WORD`",
            ),
            (
                "… ; default :period",
                "whatever another parameter was given",
            ),
        ],
    ),
    (
        "STATEMENTS",
        "One query each, from `select` or `with` on, with `:name` for parameters; it only reads, does not ask the server for the time, and its rows come to 8 MiB at most. The name is the member of the answer: `a.b` stands in the object `a`, `.` is the answer \
         itself. Two objects of one name are joined. `when period in (today, yesterday) and status = paid` at the end of the \
         line, or of a `set:`, says when it applies; `not in` and `= word` too.",
        &[
            (
                ":one",
                "an object; null without a row, or `:one required`: 404",
            ),
            (":value", "the one column of the first row"),
            (":many", "an array of objects"),
            (":columns", "an object of parallel arrays"),
            (
                ":grid as datasets",
                "rows with a column tagged `axis` and one tagged `cell` on the times of the period: labels, and data for each series; \
                 `as matrix`: time_labels, entities, matrix; `missing 0` for zeros",
            ),
            (
                "-- sort: total by total desc, name",
                "one choice of sort_by; the first is the default",
            ),
            (
                "-- limit: default 20; max 100",
                "above is capped, below 1 refused; `; outside -> clamp` or `; outside -> refuse`",
            ),
            (
                "-- rank: rank",
                "numbers the rows in the order of the answer",
            ),
        ],
    ),
    (
        "COLUMNS",
        "The alias may end in a tag, as in `sum(amount) as \"amount: num2\"`. A decimal needs one; floats are refused, cast them.",
        &[
            (
                "num0, num1, num2, num4",
                "a number rounded half up to so many decimals",
            ),
            ("bool", "true or false"),
            (
                "instant",
                "2026-07-04T20:10:00Z, as every date and time is written anyway",
            ),
            (
                "hour_label, minute_label, day_label",
                "9:00, 14:05, Mar 01, in Los Angeles",
            ),
            ("json", "JSON text as what it is"),
            ("hidden", "for sorting only"),
            (
                "axis, cell, cell0, cell1, cell2",
                "the time and the value of a grid",
            ),
        ],
    ),
    (
        "TIME",
        "Statements never ask the server's clock. A parameter whose words are periods (live, today, yesterday, 7days, 30days, last_week, \
         last_month, year, all) gives them its bounds; beside it, `year = int 2000..2100; default null` means one year.",
        &[
            (
                ":start, :end",
                "the period, UTC, half-open; of a running one the end is now",
            ),
            (
                ":first_date, :last_date",
                "its first and last day in Los Angeles",
            ),
            (
                ":prev_start, :prev_end",
                "the period before; before a running one as much of it",
            ),
            (
                ":period_label, :period_dates, :prev_dates",
                "in words; the dates of a running period end today, and those before it as far on",
            ),
            (":chart_start, :chart_end", "what the axis of a grid spans"),
            (":now, :today", "one reading for all views of a run"),
        ],
    ),
    (
        "PARKS",
        "Views over hallctl's own tables stand on relations, which read filled years, days and hours and the raw rest. \
         `:is_partial` says whether the period is not over, not filled, or changed since by late data, `:data_through` how far the data goes.",
        &[
            (
                "@parks, @rides",
                "one row each; they want a parameter `filter`",
            ),
            (
                "@park_sums, @ride_sums",
                "exact sums over the period and what they come to: mean_wait, hours_down, uptime, the score of a park; @prev_park_sums is the period before",
            ),
            ("@live_parks, @live_rides", "the newest cycle"),
            (
                "@top_parks_by_score, …_by_wait, @top_rides_by_downtime, …_by_wait",
                "the first twenty of a ranking, with `place` and `value`",
            ),
            (
                "@park_points(top_parks_by_score), @ride_points(top_rides_by_wait)",
                "each of them at each point of a grid's axis, cycles to months: at, mean_wait, score or hours_down; they want a parameter `period`",
            ),
        ],
    ),
    (
        "OUT OF DATE",
        "Whoever changes the tables says so, and the next answer is right when the command ends.",
        &[
            (
                "hallctl refresh-cache --invalidate --hard --match 'shop_*'",
                "gone: the next reader computes",
            ),
            (
                "hallctl refresh-cache --invalidate --tag orders",
                "due now; bodies on the shelf are shown until refreshed, others computed anew",
            ),
        ],
    ),
];
