//! A hall small enough to add up by hand: three parks, five rides, an hour and ten minutes, sixty days.

use crate::hall::Hall;
use mysql::Conn;
use mysql::prelude::Queryable;

/// A Saturday, ten past one in the afternoon in Los Angeles.
pub const NOW: &str = "2026-07-04T20:10:00Z";

/// A ride at one cycle: its number, weight, state and posted wait.
pub type Ride = (u32, u32, &'static str, Option<u32>);

/// Two parks and an inactive one, four rides; everything the later sums rest on.
pub fn hall() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    let mut db = hall.db();
    for statement in [
        "alter table park_snapshots add partition (partition until_2027_01_01 values less than ('2027-01-01'))",
        "alter table ride_snapshots add partition (partition until_2027_01_01 values less than ('2027-01-01'))",
        "alter table park_hourly_stats add partition (partition until_2027_01_01 values less than ('2027-01-01'))",
        "alter table ride_hourly_stats add partition (partition until_2027_01_01 values less than ('2027-01-01'))",
        "insert into settings values ('first_slot', '2026-07-04T19:00:00+00:00')",
        "insert into parks (park_id, queue_times_id, name, city, state_province, country, timezone, is_disney, is_active, created_at, updated_at)
         values (71, 64, 'Amberlight Pier', 'Mossport', 'Oregon', 'United States', 'America/Los_Angeles', true, true, '2026-01-01', '2026-01-01'),
                (72, null, 'Gearwood Gardens', null, null, 'Japan', 'Asia/Tokyo', false, true, '2026-01-01', '2026-01-01'),
                (73, 66, 'Lost Lagoon', null, null, null, 'UTC', true, false, '2026-01-01', '2026-01-01')",
        "insert into rides (ride_id, park_id, queue_times_id, name, tier, category, created_at, updated_at)
         values (701, 71, 7001, 'Kraken Drop', 1, 'ATTRACTION', '2026-01-01', '2026-01-01'),
                (702, 71, 7002, 'Harbor Whirl', 3, 'ATTRACTION', '2026-01-01', '2026-01-01'),
                (703, 71, 7003, 'Frost Slide', null, 'ATTRACTION', '2026-01-01', '2026-01-01'),
                (704, 72, null, 'Paper Boats', 2, 'ATTRACTION', '2026-01-01', '2026-01-01'),
                (705, 73, 7005, 'Sunken Bell', 2, 'ATTRACTION', '2026-01-01', '2026-01-01')",
    ] {
        db.query_drop(statement).expect(statement);
    }
    hall
}

/// One cycle of an open park, its counts and its score taken from its rides.
pub fn cycle(db: &mut Conn, slot: &str, park: u32, rides: &[Ride]) {
    let count = |state: &str| rides.iter().filter(|ride| ride.2 == state).count();
    let weight = |states: &[&str]| -> u32 {
        rides
            .iter()
            .filter(|ride| states.contains(&ride.2))
            .map(|ride| ride.1)
            .sum()
    };
    let waits: Vec<u32> = rides
        .iter()
        .filter(|ride| ride.2 == "operating")
        .filter_map(|ride| ride.3)
        .filter(|wait| *wait > 0)
        .collect();
    let (down, all) = (weight(&["down"]), weight(&["down", "operating"]));
    let max = waits.iter().max().map_or("null".to_owned(), u32::to_string);
    db.query_drop(format!(
        "insert into park_snapshots values ('{slot}', {park}, 'open', 'observed', 'queue_times', 5, '{slot}', {}, {}, {}, {}, 0, 0,
         {}, {}, {max}, {down}, {all}, {}, null, null)",
        rides.len(), count("operating"), count("down"), count("closed"),
        waits.iter().sum::<u32>(), waits.len(), f64::from(10 * down) / f64::from(all)
    )).expect("a park cycle");
    for (ride, weight, state, wait) in rides {
        let wait = wait.map_or("null".to_owned(), |wait| wait.to_string());
        let serves = *state != "closed";
        db.query_drop(format!(
            "insert into ride_snapshots values (date_format('{slot}', '%Y-%m-%d %H:00:00'), {ride}, minute('{slot}'), {park}, null, null,
             {wait}, 1, {weight}, 5, true, '{state}', {serves}, {}, false)",
            *state == "operating"
        )).expect("a ride cycle");
    }
    db.query_drop(format!(
        "update parks set last_slot = '{slot}' where park_id = {park}"
    ))
    .expect("the watch");
}

/// Fifteen cycles from 19:00 to 20:10. Kraken Drop (weight 3 of 4) is down for the first six; Paper Boats,
/// alone in its park, for the last one; Frost Slide never opens.
pub fn an_hour_and_ten_minutes(hall: &Hall) {
    let mut db = hall.db();
    for number in 0..15 {
        let slot = format!(
            "2026-07-04 {:02}:{:02}:00",
            19 + number / 12,
            number % 12 * 5
        );
        let kraken = if number < 6 {
            (701, 3, "down", None)
        } else {
            (701, 3, "operating", Some(40))
        };
        let boats = if number == 14 {
            (704, 2, "down", None)
        } else {
            (704, 2, "operating", Some(5))
        };
        cycle(
            &mut db,
            &slot,
            71,
            &[
                kraken,
                (702, 1, "operating", Some(10)),
                (703, 2, "closed", None),
            ],
        );
        cycle(&mut db, &slot, 72, &[boats]);
        cycle(&mut db, &slot, 73, &[(705, 2, "down", None)]);
    }
}

/// What a ride, alone in its park, did in one filled period, in minutes.
pub struct Filled {
    pub park: u32,
    pub ride: u32,
    pub cycles: u32,
    pub open: u32,
    pub up: u32,
    pub down: u32,
    pub score: u32,
    pub weighted_down: u32,
    /// Sum, number and maximum.
    pub waits: (u32, u32, u32),
}

/// Puts a filled `hour_start` or `stat_date` of a park and its ride into the tables of their level.
pub fn fill(db: &mut Conn, period: (&str, &str), filled: &Filled) {
    let (column, start) = period;
    let level = match column {
        "stat_date" => "daily",
        "stat_year" => "yearly",
        _ => "hourly",
    };
    let Filled {
        park,
        ride,
        cycles,
        open,
        up,
        down,
        score,
        weighted_down,
        waits: (sum, samples, max),
    } = filled;
    for statement in [
        format!(
            "insert into park_{level}_stats ({column}, park_id, sample_count, open_minutes, score_minutes, weighted_minutes_down, wait_sum,
               wait_samples, wait_max, ride_minutes_operating, ride_minutes_down, ride_minutes_closed, ride_minutes_refurbishment,
               ride_minutes_unknown, is_complete, formula_version, filled_at)
             values ({start}, {park}, {cycles}, {open}, {score}, {weighted_down}, {sum}, {samples}, {max}, {up}, {down}, 0, 0, 0,
               true, 1, '2026-07-04')"
        ),
        format!(
            "insert into ride_{level}_stats ({column}, ride_id, park_id, sample_count, open_minutes, outages, weighted_minutes_down, wait_sum,
               wait_samples, wait_max, minutes_operating, minutes_down, minutes_closed, minutes_refurbishment, minutes_unknown,
               is_complete, formula_version, filled_at)
             values ({start}, {ride}, {park}, {cycles}, {open}, 1, {weighted_down}, {sum}, {samples}, {max}, {up}, {down}, 0, 0, 0,
               true, 1, '2026-07-04')"
        ),
    ] {
        db.query_drop(&statement).expect(&statement);
    }
}

/// Sixty days before today, each `n` days ago with 6 x n minutes down and 600 up.
pub fn sixty_days(hall: &Hall) {
    let mut db = hall.db();
    for ago in 1..=60 {
        let date = format!("date'2026-07-04' - interval {ago} day");
        let (down, score, weighted_down) = (6 * ago, 15 * ago, 18 * ago);
        let waits = (10 * ago, 10, ago);
        fill(
            &mut db,
            ("stat_date", &date),
            &Filled {
                park: 71,
                ride: 701,
                cycles: 120,
                open: 600,
                up: 600,
                down,
                score,
                weighted_down,
                waits,
            },
        );
    }
}

/// One day or year of Kraken Drop, `down` minutes of it broken down.
pub fn fill_one(hall: &Hall, column: &str, start: &str, down: u32) {
    let filled = Filled {
        park: 71,
        ride: 701,
        cycles: 120,
        open: 600,
        up: 600 - down.min(600),
        down,
        score: 0,
        weighted_down: 3 * down,
        waits: (0, 0, 0),
    };
    fill(&mut hall.db(), (column, start), &filled);
}

/// Hours of Kraken Drop from `first` on, `down` minutes each of its breakdown.
pub fn hours(hall: &Hall, first: &str, count: u32, down: u32) {
    let mut db = hall.db();
    for hour in 0..count {
        let start = format!("timestamp'{first}' + interval {hour} hour");
        let (open, up) = (60, 60 - down);
        fill(
            &mut db,
            ("hour_start", &start),
            &Filled {
                park: 71,
                ride: 701,
                cycles: 12,
                open,
                up,
                down,
                score: 0,
                weighted_down: 3 * down,
                waits: (0, 0, 0),
            },
        );
    }
}
