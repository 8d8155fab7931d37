//! Numbers that other toolkits got wrong, each a small day whose answer can be worked out by hand.

use crate::hall::Hall;
use crate::recording::Recording;

const RUNS: &str = "O";
const STANDS: &str = "c";

/// Collects a recording and fills every level; the clock shows `now`.
fn hall(now: &str, interval: u32, recording: Recording) -> Hall {
    let hall = Hall::new().at(now).migrated();
    recording.collect(&hall, interval);
    aggregate(&hall);
    hall
}

#[track_caller]
fn aggregate(hall: &Hall) {
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

/// A ride that runs, stands and runs again, each for so many cycles.
fn ride(cycles: [usize; 3]) -> String {
    [RUNS, STANDS, RUNS]
        .iter()
        .zip(cycles)
        .map(|(letter, count)| letter.repeat(count))
        .collect()
}

/// Recorded cycles of park 64: the given ride, and three that never stop.
fn beside_three_that_run(start: &str, minutes: i64, first: &str) -> Recording {
    let running = RUNS.repeat(first.len());
    Recording::new().park(64, start, minutes, &[first, &running, &running, &running])
}

/// Columns of the first ride, a row an hour, day or year.
fn of_the_ride(hall: &Hall, level: &str, columns: &str) -> Vec<String> {
    let rows = hall.query(&format!(
        "select {columns} from ride_{level}_stats join rides using (ride_id) where queue_times_id = 6401 order by 1"
    ));
    rows.iter().map(|row| row.join(" ")).collect()
}

fn of_the_park(hall: &Hall, level: &str, columns: &str) -> Vec<String> {
    let rows = hall.query(&format!(
        "select {columns} from park_{level}_stats order by 1"
    ));
    rows.iter().map(|row| row.join(" ")).collect()
}

#[test]
fn an_evening_in_california_belongs_to_its_own_day() {
    // Down from 03:00Z to 05:00Z, which is 19:00 to 21:00 on the 17th; the 18th begins at 08:00Z.
    let hall = hall(
        "2025-12-19T09:00:00Z",
        10,
        beside_three_that_run("2025-12-18T02:00:00Z", 10, &ride([6, 12, 30])),
    );
    assert_eq!(
        of_the_ride(&hall, "daily", "stat_date, minutes_down, minutes_operating"),
        ["2025-12-17 120 240", "2025-12-18 0 120"]
    );
}

#[test]
fn a_park_in_florida_is_counted_on_the_calendar_of_california() {
    // 01:00 on the 17th in Orlando is 22:00 on the 16th in Los Angeles.
    let hall = hall(
        "2025-12-18T09:00:00Z",
        5,
        beside_three_that_run("2025-12-17T06:00:00Z", 5, "OO"),
    );
    assert_eq!(
        of_the_park(&hall, "daily", "stat_date, sample_count"),
        ["2025-12-16 2", "2025-12-17 0"]
    );
    assert_eq!(
        of_the_ride(&hall, "daily", "stat_date, sample_count"),
        ["2025-12-16 2"]
    );
}

#[test]
fn the_day_clocks_skip_an_hour_adds_up_to_its_23_hours_and_nothing_else() {
    // From an hour before midnight on the 8th to an hour after midnight on the 9th, both in Los Angeles.
    let hall = hall(
        "2026-03-10T08:00:00Z",
        60,
        beside_three_that_run("2026-03-08T07:00:00Z", 60, &ride([3, 2, 20])),
    );
    assert_eq!(
        of_the_ride(
            &hall,
            "daily",
            "stat_date, sample_count, open_minutes, minutes_down"
        ),
        [
            "2026-03-07 1 60 0",
            "2026-03-08 23 1380 120",
            "2026-03-09 1 60 0"
        ]
    );
    assert_eq!(
        of_the_park(&hall, "daily", "stat_date, sample_count, open_minutes"),
        ["2026-03-07 1 60", "2026-03-08 23 1380", "2026-03-09 1 60"]
    );
}

#[test]
fn the_day_clocks_repeat_an_hour_adds_up_to_its_25_hours_and_nothing_else() {
    let hall = hall(
        "2025-11-04T09:00:00Z",
        60,
        beside_three_that_run("2025-11-02T06:00:00Z", 60, &ride([2, 2, 23])),
    );
    // Down at 01:00 and again at 01:00: both hours have a row of their own.
    assert_eq!(
        of_the_ride(&hall, "hourly", "hour_start, minutes_down")[2..4],
        ["2025-11-02 08:00:00 60", "2025-11-02 09:00:00 60"]
    );
    assert_eq!(
        of_the_ride(
            &hall,
            "daily",
            "stat_date, sample_count, open_minutes, minutes_down"
        ),
        [
            "2025-11-01 1 60 0",
            "2025-11-02 25 1500 120",
            "2025-11-03 1 60 0"
        ]
    );
}

#[test]
fn a_day_is_filled_as_soon_as_it_is_over_in_california_and_not_before() {
    let hall = hall(
        "2025-12-02T01:00:00Z",
        60,
        beside_three_that_run("2025-11-30T20:00:00Z", 60, &RUNS.repeat(30)),
    );
    let days = |hall: &Hall| of_the_park(hall, "daily", "stat_date, sample_count");
    assert_eq!(
        days(&hall),
        ["2025-11-30 12"],
        "in California it is the evening of the 1st"
    );
    let hall = hall.at("2025-12-02T08:20:00Z");
    aggregate(&hall);
    assert_eq!(days(&hall), ["2025-11-30 12", "2025-12-01 18"]);
}

#[test]
fn closed_hours_do_not_dilute_a_score() {
    // One of four rides stands for 3 of 12 open hours: 2.5 for a quarter of the time. Then the park is closed for 12 hours.
    let closed = STANDS.repeat(12);
    let (first, other) = (ride([3, 3, 6]) + &closed, RUNS.repeat(12) + &closed);
    let recording = Recording::new().park(
        64,
        "2026-07-04T08:00:00Z",
        60,
        &[&first, &other, &other, &other],
    );
    let hall = hall("2026-07-06T08:00:00Z", 60, recording);
    assert_eq!(
        of_the_park(
            &hall,
            "daily",
            "stat_date, sample_count, open_minutes, score_minutes, avg_shame_score"
        ),
        [
            "2026-07-04 23 720 450.000000 0.625000",
            "2026-07-05 1 0 0.000000 NULL"
        ]
    );
    assert_eq!(
        of_the_park(
            &hall,
            "yearly",
            "stat_year, sample_count, open_minutes, score_minutes, avg_shame_score"
        ),
        ["2026 24 720 450.000000 0.625000"]
    );
}

#[test]
fn cycles_of_5_and_of_10_minutes_add_up_in_minutes() {
    let hall = Hall::new().at("2026-07-05T08:00:00Z").migrated();
    beside_three_that_run("2026-07-04T11:00:00Z", 5, &ride([12, 12, 0])).collect(&hall, 5);
    beside_three_that_run("2026-07-04T13:00:00Z", 10, &ride([0, 6, 30])).collect(&hall, 10);
    aggregate(&hall);
    let columns = "stat_date, sample_count, open_minutes, minutes_down, minutes_operating, outages";
    assert_eq!(
        of_the_ride(&hall, "daily", columns),
        ["2026-07-04 60 480 120 360 1"]
    );
    // One ride of four is down for 2 of 8 hours.
    assert_eq!(
        of_the_park(&hall, "daily", "avg_shame_score, ride_minutes_down"),
        ["0.625000 120"]
    );
}

#[test]
fn parks_read_seconds_apart_share_their_cycle_with_all_their_rides() {
    let recording = Recording::new()
        .park(64, "2026-07-04T10:00:59.900Z", 5, &["OOO"; 2])
        .park(65, "2026-07-04T10:01:00.100Z", 5, &["OOO"; 3]);
    let hall = hall("2026-07-05T08:00:00Z", 5, recording);
    let joined = hall.query(
        "select slot, count(distinct park.park_id), count(ride.ride_id)
           from park_snapshots as park
           join ride_snapshots as ride
             on ride.park_id = park.park_id and ride.hour_start + interval ride.minute minute = park.slot
          group by slot order by slot",
    );
    let slot = |minute| {
        [
            format!("2026-07-04 10:{minute}:00"),
            "2".to_owned(),
            "5".to_owned(),
        ]
    };
    assert_eq!(joined, ["00", "05", "10"].map(slot));
    assert_eq!(hall.value("select count(*) from ride_snapshots"), "15");
}

#[test]
fn a_cycle_collected_twice_counts_once() {
    let hall = Hall::new().at("2026-07-05T08:00:00Z").migrated();
    // The second reading of each slot comes two minutes later and says that the ride has stopped.
    beside_three_that_run("2026-07-04T12:00:00Z", 5, &RUNS.repeat(12)).collect(&hall, 5);
    beside_three_that_run("2026-07-04T12:02:00Z", 5, &ride([4, 4, 4])).collect(&hall, 5);
    aggregate(&hall);
    assert_eq!(
        of_the_ride(
            &hall,
            "daily",
            "stat_date, sample_count, minutes_operating, minutes_down, wait_sum"
        ),
        ["2026-07-04 12 60 0 240"]
    );
}

#[test]
fn minutes_are_cycles_times_their_interval_without_a_fence_post() {
    let hall = hall(
        "2026-07-05T08:00:00Z",
        10,
        beside_three_that_run("2026-07-04T09:00:00Z", 10, &ride([30, 7, 47])),
    );
    let columns = "stat_date, open_minutes, minutes_operating, minutes_down, outages,
                   round(100 * minutes_operating / (minutes_operating + minutes_down), 2)";
    assert_eq!(
        of_the_ride(&hall, "daily", columns),
        ["2026-07-04 840 770 70 1 91.67"]
    );
}

#[test]
fn a_park_is_down_for_as_long_as_all_its_rides_together() {
    let rides = [[30, 0, 54], [30, 7, 47], [20, 14, 50]].map(ride);
    let recording = Recording::new().park(
        64,
        "2026-07-04T09:00:00Z",
        10,
        &[&rides[0], &rides[1], &rides[2]],
    );
    let hall = hall("2026-07-05T08:00:00Z", 10, recording);
    let down = hall.query("select minutes_down from ride_daily_stats order by ride_id");
    assert_eq!(down, [["0"], ["70"], ["140"]]);
    for level in ["daily", "yearly"] {
        assert_eq!(of_the_park(&hall, level, "ride_minutes_down"), ["210"]);
    }
}

#[test]
fn a_long_outage_is_one_and_lasts_until_the_ride_is_back() {
    // Down from 10:30 to 13:00, seen every 10 minutes.
    let hall = hall(
        "2026-07-05T08:00:00Z",
        10,
        beside_three_that_run("2026-07-04T10:00:00Z", 10, &ride([3, 15, 36])),
    );
    assert_eq!(
        of_the_ride(&hall, "hourly", "hour_start, minutes_down, outages")[..4],
        [
            "2026-07-04 10:00:00 30 1",
            "2026-07-04 11:00:00 60 0",
            "2026-07-04 12:00:00 60 0",
            "2026-07-04 13:00:00 0 0",
        ]
    );
    assert_eq!(
        of_the_ride(&hall, "daily", "stat_date, minutes_down, outages"),
        ["2026-07-04 150 1"]
    );
}

#[test]
fn a_wait_at_a_ride_that_stands_or_is_not_heard_of_counts_for_nothing() {
    // Two cycles of a wait of 20, two stale ones that repeat it, eight without.
    let hall = hall(
        "2026-07-05T08:00:00Z",
        5,
        beside_three_that_run("2026-07-04T12:00:00Z", 5, "OOsscccccccc"),
    );
    assert_eq!(
        of_the_ride(
            &hall,
            "hourly",
            "sample_count, wait_sum, wait_samples, avg_wait_minutes, minutes_operating, minutes_unknown"
        ),
        ["12 40 2 20.0000 10 10"]
    );
}
