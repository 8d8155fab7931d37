//! Made-up weeks that arrive in pieces and in no order must come to what they come to in order.

use crate::hall::Hall;
use crate::recording::{Dice, Recording};
use crate::rows::{self, RAW, ROLLUPS};

const DAYS: usize = 11; // Longer than the week for which a ride that ran stays in service.
const DAY: usize = 24; // One cycle an hour.
const OPEN: usize = 14;

/// Rides with outages, weeks off, stale hours and gaps, from dice alone.
fn weeks(dice: &mut Dice) -> Recording {
    let weather = (0..DAYS * DAY).map(|_| match dice.throw(30) {
        0 => Some('s'),
        1 | 2 => Some('c'),
        _ => None,
    });
    let weather: Vec<Option<char>> = weather.collect();
    let mut recording = Recording::new();
    for park in [64, 65] {
        let rides: Vec<String> = (0..7).map(|_| ride(dice, &weather)).collect();
        let rides: Vec<&str> = rides.iter().map(String::as_str).collect();
        recording = recording.park(park, "2026-06-20T15:00:00Z", 60, &rides);
    }
    recording
}

/// One ride: what it says holds for a few cycles; at night and in a storm nearly all stand, and at times the feed is stale.
fn ride(dice: &mut Dice, weather: &[Option<char>]) -> String {
    let (starts, ends) = (dice.throw(DAYS) / 2, DAYS / 2 + dice.throw(DAYS));
    let (mut letter, mut left) = ('O', 0);
    let letters = (0..DAYS * DAY).map(|cycle| {
        if left == 0 {
            letter = ['O', 'O', 'O', 'O', 'O', 'O', 'c', 'c', 's', '-'][dice.throw(10)];
            left = 1 + dice.throw(8);
        }
        left -= 1;
        let is_over = cycle % DAY >= OPEN || !(starts..ends).contains(&(cycle / DAY));
        let instead = weather[cycle].or(is_over.then_some('c'));
        instead
            .filter(|_| letter == 'O' && dice.throw(12) > 0)
            .unwrap_or(letter)
    });
    letters.collect()
}

/// A hall that collected these files one by one, filling what it has now and then.
fn hall(names: &[String], keep: impl Fn(&Hall)) -> Hall {
    let hall = Hall::new().at("2026-07-14T08:00:00Z").migrated();
    keep(&hall);
    for (number, name) in names.iter().enumerate() {
        hall.run(&format!("collect --recorded {name} --interval 60"))
            .succeeds();
        if number % 6 == 3 {
            hall.run("aggregate hourly").succeeds();
        }
    }
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    hall
}

#[track_caller]
fn arrive_in_any_order(seed: u64, polls: usize) {
    let mut dice = Dice(seed);
    let weeks = weeks(&mut dice);
    let in_order = arrives_in_any_order(&mut dice, &weeks, polls);
    let states = in_order.query("select distinct state from park_snapshots order by state");
    assert_eq!(
        states,
        [["blind"], ["closed"], ["open"]],
        "the weeks are not dull"
    );
}

/// Collects them in order, and in pieces of so many polls in none; the result is the hall of the first.
#[track_caller]
fn arrives_in_any_order(dice: &mut Dice, weeks: &Recording, polls: usize) -> Hall {
    let names = |hall: &Hall| weeks.parts(hall, polls);
    let mut order = names(&Hall::new());
    let in_order = hall(&["polls.jsonl".to_owned()], |hall| weeks.keep(hall));
    dice.shuffle(&mut order);
    let in_pieces = hall(&order, |hall| drop(names(hall)));
    rows::assert_same(&in_pieces, &in_order, &[RAW, ROLLUPS].concat());
    in_order
}

/// Parks that never close: rides break and storms come, but spells end because a week is over.
fn without_nights(dice: &mut Dice) -> Recording {
    let mut recording = Recording::new();
    for park in [64, 65] {
        let cycles = 19 * DAY;
        // Where nobody asks, the first cycle after a week comes later, or not at all before silence ends the spell.
        let silence: Vec<bool> = (0..cycles).map(|_| dice.throw(20) == 0).collect();
        let storm: Vec<bool> = (0..cycles).map(|_| dice.throw(60) == 0).collect();
        let mut word = |_| -> String {
            let mut stands = 0;
            let letter = |cycle: usize| {
                stands = match dice.throw(60) {
                    0 => 1 + dice.throw(20),
                    _ => usize::saturating_sub(stands, 1),
                };
                match (silence[cycle], storm[cycle] || stands > 0) {
                    (true, _) => '-',
                    (_, true) => 'c',
                    _ => 'O',
                }
            };
            (0..cycles).map(letter).collect()
        };
        let rides: Vec<String> = (0..5).map(&mut word).collect();
        let rides: Vec<&str> = rides.iter().map(String::as_str).collect();
        recording = recording.park(park, "2026-06-20T15:00:00Z", 60, &rides);
    }
    recording
}

#[test]
fn weeks_without_a_night_in_pieces_of_no_order_leave_the_rows_of_one_in_order() {
    let mut dice = Dice(3);
    let weeks = without_nights(&mut dice);
    let in_order = arrives_in_any_order(&mut dice, &weeks, 60);
    let longest = "select max(timestampdiff(hour, spell_start, slot)) from park_snapshots";
    assert_eq!(in_order.value(longest), "168");
}

#[test]
fn weeks_in_pieces_of_days_and_no_order_leave_the_rows_of_one_in_order() {
    arrive_in_any_order(1, 40);
}

#[test]
fn weeks_in_pieces_of_hours_and_no_order_leave_the_rows_of_one_in_order() {
    arrive_in_any_order(2, 7);
}

/// Two parks with nights between their days, the second of which opens three days after the first.
fn a_park_that_joins_later() -> Recording {
    let day = "OOOOOcOOOO";
    (20..26).fold(Recording::new(), |recording, date| {
        let start = format!("2026-06-{date}T16:20:00Z");
        let recording = recording.park(64, &start, 60, &[day, day]);
        match date {
            23.. => recording.park(65, &start, 60, &[day, "cccOOOcccO"]),
            _ => recording,
        }
    })
}

#[test]
fn a_park_has_a_row_in_every_hour_from_its_first_cycle_on_in_whatever_order_its_polls_arrive() {
    let recording = a_park_that_joins_later();
    let in_order = hall(&["polls.jsonl".to_owned()], |hall| recording.keep(hall));
    let first = "select (select queue_times_id from parks where parks.park_id = hours.park_id) as park, min(hour_start), count(*)
                   from park_hourly_stats as hours group by park_id order by 1";
    // From 16:00 on the first day, and on the fourth, to 07:00 of 14 July, which is not over for another two minutes.
    let expected = [
        ["64", "2026-06-20 16:00:00", "567"],
        ["65", "2026-06-23 16:00:00", "495"],
    ];
    assert_eq!(in_order.query(first), expected);
    let all = [RAW, ROLLUPS, &["parks", "stale_periods"][..]].concat();
    for seed in 3..5 {
        let mut order = recording.parts(&Hall::new(), 5);
        Dice(seed).shuffle(&mut order);
        let shuffled = hall(&order, |hall| drop(recording.parts(hall, 5)));
        rows::assert_same(&shuffled, &in_order, &all);
        shuffled
            .run("verify --from 2026-06-20 --to 2026-07-13 --deep")
            .succeeds();
    }
}

#[test]
fn a_park_whose_polls_come_after_its_hours_were_filled_gets_its_rows() {
    let recording = a_park_that_joins_later();
    let in_order = hall(&["polls.jsonl".to_owned()], |hall| recording.keep(hall));
    let late = Hall::new().at("2026-07-14T08:00:00Z").migrated();
    recording.keep(&late);
    let fill = || {
        for level in ["hourly", "daily", "yearly"] {
            late.run(&format!("aggregate {level}")).succeeds();
        }
    };
    for park in [64, 65] {
        late.run(&format!(
            "collect --recorded polls.jsonl --interval 60 --parks {park}"
        ))
        .succeeds();
        fill();
    }
    rows::assert_same(&late, &in_order, &[RAW, ROLLUPS].concat());
    // A row that is lost is seen by everybody who looks, and brought back.
    late.query(
        "delete from park_hourly_stats where hour_start = '2026-06-29 05:00:00' and park_id = 2",
    );
    let said = late.run("verify --from 2026-06-28").exits(2).stdout;
    assert!(
        said.contains("hour 2026-06-29T05Z: park `2`: row is nothing, comes to 0 samples\n"),
        "{said}"
    );
    let plan =
        late.run("backfill --from 2026-06-28 --to 2026-06-28 --partial --level hourly --yes");
    assert!(plan.succeeds().stdout.contains("backfill: 1 period filled"));
    fill();
    rows::assert_same(&late, &in_order, &[RAW, ROLLUPS].concat());
}

#[test]
fn a_database_from_before_the_rule_is_brought_to_it_by_the_next_fill() {
    let recording = a_park_that_joins_later();
    let in_order = hall(&["polls.jsonl".to_owned()], |hall| recording.keep(hall));
    let old = hall(&["polls.jsonl".to_owned()], |hall| recording.keep(hall));
    for statement in [
        "update parks set first_slot = null",
        "delete from park_hourly_stats where hour_start > '2026-06-28' and park_id = 2",
        "insert into park_hourly_stats (hour_start, park_id, is_complete, formula_version, filled_at, sample_count, open_minutes,
           score_minutes, weighted_minutes_down, wait_sum, wait_samples, ride_minutes_operating, ride_minutes_down,
           ride_minutes_closed, ride_minutes_refurbishment, ride_minutes_unknown)
         values ('2026-06-21 05:00:00', 2, true, 1, '2026-06-22', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
        "update schema_migrations set state = 'applying' where number = 33",
    ] {
        old.query(statement);
    }
    old.run("migrate").succeeds();
    for level in ["hourly", "daily", "yearly"] {
        old.run(&format!("aggregate {level}")).succeeds();
    }
    rows::assert_same(&old, &in_order, &[RAW, ROLLUPS, &["parks"][..]].concat());
}
