//! Days of history, made fast: the rows of a day that `collect` stored, shifted, with all that it would have left beside them.

use super::hall::Hall;
use super::world::{Time, first_slot};
use chrono::Duration;
use mysql::Conn;
use mysql::prelude::Queryable;
use std::thread;

/// Shifted days are written by so many connections at once.
const WRITERS: usize = 2;

/// Makes the tables, with a partition for each day, and names parks and rides as the catalogue and a person would.
pub fn found(hall: &Hall, days: i64) {
    let start = first_slot();
    hall.run(&["migrate"], start);
    let mut db = hall.db();
    for table in ["park_snapshots", "ride_snapshots"] {
        let bounds = (0..=days + 3).map(|day| {
            let bound = (start + Duration::days(day)).date_naive();
            let name = bound.format("until_%Y_%m_%d");
            format!("partition {name} values less than ('{bound}')")
        });
        let bounds: Vec<String> = bounds.collect();
        let bounds = bounds.join(", ");
        execute(
            &mut db,
            &format!("alter table {table} add partition ({bounds})"),
        );
    }
    for park in &hall.parks {
        let (id, zone, at) = (park.id, park.zone.name(), start.naive_utc());
        execute(
            &mut db,
            &format!(
                "insert into parks (park_id, queue_times_id, name, timezone, created_at, updated_at)
                 values ({id}, {id}, 'Park {id}', '{zone}', '{at}', '{at}')"
            ),
        );
        let rides = park.rides.iter().map(|ride| {
            let tier = ride.tier.map_or("null".to_owned(), |tier| tier.to_string());
            format!("({id}, {0}, 'Ride {0}', {tier}, '{at}', '{at}')", ride.id)
        });
        let rides: Vec<String> = rides.collect();
        let rides = rides.join(", ");
        execute(
            &mut db,
            &format!(
                "insert into rides (park_id, queue_times_id, name, tier, created_at, updated_at) values {rides}"
            ),
        );
    }
}

/// Repeats the last 24 hours so many times. Whatever tells where the parks stand moves on as far.
pub fn grow(hall: &Hall, copies: i64) {
    let end = hall.end().expect("a day to repeat");
    let day = (end - Duration::days(1), end);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            scope.spawn(move || {
                let mut db = hall.db();
                let mine = (1..=copies).filter(|copy| *copy as usize % WRITERS == writer);
                mine.for_each(|copy| copy_day(hall, &mut db, day, copy));
            });
        }
    });
    let mut db = hall.db();
    for statement in [
        "update parks set last_slot = last_slot + interval :n day, spell_start = spell_start + interval :n day, \
         doubt_since = doubt_since + interval :n day",
        "update rides set last_operated_at = last_operated_at + interval :n day, down_since = down_since + interval :n day",
        "update feed_issues set last_seen = last_seen + interval :n day where resolved_at is null",
    ] {
        execute(&mut db, &statement.replace(":n", &copies.to_string()));
    }
}

fn copy_day(hall: &Hall, db: &mut Conn, (start, end): (Time, Time), copy: i64) {
    let days = copy.to_string();
    let shift = |statement: &str| {
        statement
            .replace(":n", &days)
            .replace(":start", &format!("'{}'", start.naive_utc()))
            .replace(":end", &format!("'{}'", end.naive_utc()))
    };
    for (table, time) in [("park_snapshots", "slot"), ("ride_snapshots", "hour_start")] {
        let columns = hall.columns(table);
        let shifted: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "slot" | "hour_start" | "spell_start" => format!("{column} + interval :n day"),
                _ => column.clone(),
            })
            .collect();
        let (columns, shifted) = (columns.join(", "), shifted.join(", "));
        execute(
            db,
            &shift(&format!(
                "insert into {table} ({columns}) select {shifted} from {table} where {time} >= :start and {time} < :end"
            )),
        );
    }
    for statement in [OPERATED, MARKED] {
        execute(db, &shift(statement));
    }
}

const OPERATED: &str =
    "insert into ride_operated_days (ride_id, operated_on, first_operated_at, last_operated_at)
    select * from (select ride_id, cast(hour_start + interval :n day as date),
                          min(hour_start + interval :n day + interval minute minute) as first_seen,
                          max(hour_start + interval :n day + interval minute minute) as last_seen
                     from ride_snapshots
                    where hour_start >= :start and hour_start < :end and operated
                    group by ride_id, cast(hour_start + interval :n day as date)) as seen
        on duplicate key update first_operated_at = least(first_operated_at, seen.first_seen),
                                last_operated_at = greatest(last_operated_at, seen.last_seen)";

const MARKED: &str = "insert into stale_periods (level, period_start, generation)
    select 'hourly', hour_start + interval :n day, count(*)
      from (select distinct park_id, slot - interval minute(slot) minute as hour_start, slot
              from park_snapshots where slot >= :start and slot < :end) as cycles
     group by hour_start";

pub fn execute(db: &mut Conn, statement: &str) {
    let done = db.query_drop(statement);
    done.unwrap_or_else(|error| panic!("{error}\n{statement}"));
}
