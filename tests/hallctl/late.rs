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
    let hall = Hall::new().at("2026-07-02T08:00:00Z").migrated();
    // Hours filled before a park was known have no empty row of it; both halls know both parks from the start.
    Recording::new()
        .park(64, "2026-06-20T14:00:00Z", 60, &["O"])
        .park(65, "2026-06-20T14:00:00Z", 60, &["O"])
        .collect(&hall, 60);
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
    let names = |hall: &Hall| weeks.parts(hall, polls);
    let mut order = names(&Hall::new());
    let in_order = hall(&["polls.jsonl".to_owned()], |hall| weeks.keep(hall));
    dice.shuffle(&mut order);
    let in_pieces = hall(&order, |hall| drop(names(hall)));
    rows::assert_same(&in_pieces, &in_order, &[RAW, ROLLUPS].concat());
    let states = in_order.query("select distinct state from park_snapshots order by state");
    assert_eq!(
        states,
        [["blind"], ["closed"], ["open"]],
        "the weeks are not dull"
    );
}

#[test]
fn weeks_in_pieces_of_days_and_no_order_leave_the_rows_of_one_in_order() {
    arrive_in_any_order(1, 40);
}

#[test]
fn weeks_in_pieces_of_hours_and_no_order_leave_the_rows_of_one_in_order() {
    arrive_in_any_order(2, 7);
}
