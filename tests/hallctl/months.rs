//! The months of a year on charts: together they are the year of the rankings.

use crate::agree::{by, minutes};
use crate::serve::Served;
use crate::wide_hall::{self, PARKS};
use serde_json::Value;

/// What a park comes to in each month of the running year, from days, then hours, then raw cycles; NULL is the whole year.
const MONTHS: &str = "
    select park_id, month, round(sum(score_minutes) / sum(open_minutes), 1), round(sum(wait_sum) / sum(wait_samples), 0),
           round(sum(wait_sum) / sum(wait_samples), 1)
      from (select parts.*, month(stat_date) as month from (select stat_date, park_id, score_minutes, open_minutes, wait_sum, wait_samples
              from park_daily_stats where stat_date between '2026-01-01' and '2026-07-13'
             union all
            select '2026-07-14', park_id, score_minutes, open_minutes, wait_sum, wait_samples
              from park_hourly_stats where hour_start between '2026-07-14 07:00:00' and '2026-07-15 20:00:00'
             union all
            select '2026-07-15', park_id, coalesce(score, 0) * 5, case when state = 'open' then 5 else 0 end, wait_sum, wait_samples
              from park_snapshots where slot >= '2026-07-15 21:00:00') as parts) as dated
     where park_id <> 73
     group by park_id, month with rollup having park_id is not null";

#[test]
fn the_months_of_the_running_year_hold_the_day_and_the_hour_that_nobody_has_filled() {
    let evening = "2026-07-15T05:03:00Z";
    let hall = wide_hall::hall_at(
        wide_hall::NOW,
        "2026-07-12 07:00:00",
        "2026-07-15 22:00:00",
        evening,
    );
    let hall = hall.at("2026-07-15T21:03:00Z");
    hall.run("aggregate hourly").succeeds();
    let hall = hall.at(wide_hall::NOW);
    for (newest, table) in [
        ("2026-07-13", "select max(stat_date) from ride_daily_stats"),
        (
            "2026-07-15 20:00:00",
            "select max(hour_start) from ride_hourly_stats",
        ),
    ] {
        assert_eq!(hall.value(table), newest);
    }
    let served = Served::start(&hall);
    let list = |path: &str, member: &str| -> Vec<Value> {
        let body = served.json(path);
        let list = body.pointer(member).and_then(Value::as_array);
        list.unwrap_or_else(|| panic!("{path}: {body}")).clone()
    };
    let year = |route: &str| format!("/api/{route}period=year&filter=all-parks&limit=20");
    let ranked = by(
        &served.json("/api/rides/downtime?period=year&limit=200")["data"],
        "ride_id",
    );
    let sum = |cells: &Value| -> i64 {
        let cells = cells.as_array().expect("cells").iter();
        cells.filter(|cell| !cell.is_null()).map(minutes).sum()
    };
    let rows = list(
        &year("trends/chart-data?type=rides&"),
        "/chart_data/datasets",
    );
    let matrix = list(&year("trends/heatmap-data?type=rides-downtime&"), "/matrix");
    assert_eq!((rows.len(), matrix.len()), (20, 20));
    for (row, heat) in rows.iter().zip(&matrix) {
        let whole = &ranked[&row["entity_id"].as_u64().expect("an id")]["downtime_hours"];
        assert_eq!(sum(&row["data"]), minutes(whole), "{row}");
        assert_eq!(heat, &row["data"]);
    }
    for park in PARKS {
        let charts = list(
            &format!("/api/parks/{park}/rides/charts?period=year"),
            "/datasets",
        );
        assert_eq!(charts.len(), 5);
        for row in charts {
            let whole = &ranked[&row["ride_id"].as_u64().expect("an id")]["downtime_hours"];
            assert_eq!(sum(&row["data"]), minutes(whole), "{row}");
        }
    }
    let expected = hall.query(MONTHS);
    assert_eq!(expected.len(), PARKS.len() * 8, "{expected:?}");
    for (kind, ranking, value, at) in [
        ("parks", "parks/downtime?", "shame_score", [2, 2]),
        ("waittimes", "parks/waittimes?", "avg_wait_minutes", [3, 4]),
    ] {
        let path = year(&format!("trends/chart-data?type={kind}&"));
        let rows = list(&path, "/chart_data/datasets");
        let rows = by(&Value::Array(rows), "entity_id");
        let whole = by(&served.json(&year(ranking))["data"], "park_id");
        for row in &expected {
            let park = row[0].parse::<u64>().expect("an id");
            let (ours, theirs) = match row[1].parse::<usize>() {
                Ok(month) => (&rows[&park]["data"][month - 1], &row[at[0]]),
                Err(_) => (&whole[&park][value], &row[at[1]]),
            };
            assert_eq!(ours.as_f64(), theirs.parse().ok(), "{kind} {row:?}");
        }
    }
}
