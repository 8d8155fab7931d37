//! Small days, one letter a cycle and ride: what the feed says above, what is judged below.

mod bounds;
mod long;
mod scheduled;

use super::*;
use crate::model::snapshot::Reading;
use chrono::{DateTime, Utc};

/// `O` open, `c` not open, `s` stale, `-` not listed; with a status: `U` operating, `D` down,
/// `C` closed, `R` refurbishment.
fn reading(letter: char) -> Option<Reading> {
    let said = |is_open, status, age| {
        Some(Reading {
            is_open,
            status,
            wait_minutes: None,
            age_minutes: Some(age),
        })
    };
    match letter {
        'O' => said(Some(true), None, 0),
        'c' => said(Some(false), None, 0),
        's' => said(Some(true), None, 31),
        'U' => said(None, Some(Status::Operating), 0),
        'D' => said(None, Some(Status::Down), 0),
        'C' => said(None, Some(Status::Closed), 0),
        'R' => said(None, Some(Status::Refurbishment), 0),
        _ => None,
    }
}

fn cycles(minutes: i64, rides: &[&str]) -> Vec<Cycle> {
    let start: DateTime<Utc> = DateTime::from_timestamp(1_783_152_000, 0).unwrap_or_default();
    let listed = |at: usize| {
        let letter = move |ride: &&str| ride.chars().nth(at).and_then(reading);
        let entry = move |(ride_id, ride)| {
            letter(ride).map(|reading| Entry {
                ride_id,
                weight: 2,
                reading,
            })
        };
        (1..).zip(rides).filter_map(entry).collect()
    };
    (0..rides[0].len())
        .map(|at| Cycle {
            slot: start + Duration::minutes(minutes * at as i64),
            interval_minutes: 5,
            entries: listed(at),
            ..Cycle::default()
        })
        .collect()
}

/// The park's row: `o`pen, `?` doubt, `.` closed, `b`lind; then each ride's: `o`perating, `d`own,
/// `.` closed, `r`efurbishment, `u`nknown.
fn letters(judged: &[JudgedCycle], rides: usize) -> Vec<String> {
    let park = judged.iter().map(|cycle| match cycle.state {
        ParkState::Open => 'o',
        ParkState::Doubt => '?',
        ParkState::Closed => '.',
        ParkState::Blind => 'b',
    });
    let mut rows = vec![park.collect()];
    for ride_id in 1..=rides as u32 {
        let row = judged.iter().map(|cycle| {
            let ride = cycle.rides.iter().find(|ride| ride.ride_id == ride_id);
            let begins = ride.filter(|ride| ride.outage_began);
            let is_down = |ride: &JudgedRide| ride.state == RideState::Down;
            assert!(
                begins.is_none_or(is_down),
                "an outage of a ride that is not down"
            );
            ride.map_or('-', |ride| match ride.state {
                RideState::Operating => 'o',
                RideState::Down => 'd',
                RideState::Closed => '.',
                RideState::Refurbishment => 'r',
                RideState::Unknown => 'u',
            })
        });
        rows.push(row.collect());
    }
    rows
}

fn whole(minutes: i64, rides: &[&str], reports_down: bool) -> Verdict {
    let mut judge = Judge::new(Watch::default(), reports_down);
    for cycle in cycles(minutes, rides) {
        judge.see(&cycle);
    }
    judge.verdict()
}

/// A watch that remembers when one ride last operated.
fn ran(ride_id: u32, last_operated: DateTime<Utc>) -> Watch {
    let memory = RideMemory {
        last_operated: Some(last_operated),
        down_since: None,
    };
    Watch {
        rides: HashMap::from([(ride_id, memory)]),
        ..Watch::default()
    }
}

#[track_caller]
fn check(minutes: i64, rides: &[&str], expected: &[&str]) {
    let verdict = whole(minutes, rides, false);
    assert_eq!(
        letters(&verdict.cycles, rides.len()),
        expected,
        "of {rides:?}"
    );
}

#[test]
fn a_ride_that_stops_amid_the_day_is_down() {
    check(
        30,
        &[
            "OOOOOOOOOOOOOOOOcccc",
            "OOOccOOOOOOOOOOOcccc",
            "OOOOOOOOOOOOOOOOcccc",
        ],
        &[
            "oooooooooooooooo....",
            "oooooooooooooooo....",
            "oooddooooooooooo....",
            "oooooooooooooooo....",
        ],
    );
}

#[test]
fn a_ride_that_stops_in_the_last_quarter_has_closed() {
    let stops = [
        "OOOOOOOOOOOOOOOOcc",
        "OOOOOOOOOOOOOOOOcc",
        "OOOOOOOOOOOOOOOOcc",
    ];
    let early = "OOOOOOOOOOOccccccc";
    let late = "OOOOOOOOOOOOcccccc";
    check(
        30,
        &[stops[0], stops[1], stops[2], early, late],
        &[
            "oooooooooooooooo..",
            "oooooooooooooooo..",
            "oooooooooooooooo..",
            "oooooooooooooooo..",
            "oooooooooooddddd..",
            "oooooooooooo......",
        ],
    );
}

#[test]
fn a_storm_is_open_all_through() {
    check(
        30,
        &[
            "OOOOcccOOOOO",
            "OOOOcccOOOOO",
            "OOOOcccOOOOO",
            "OOOOOOOOOOOO",
        ],
        &[
            "oooooooooooo",
            "oooodddooooo",
            "oooodddooooo",
            "oooodddooooo",
            "oooooooooooo",
        ],
    );
}

#[test]
fn the_day_ended_at_the_first_doubtful_cycle() {
    check(
        30,
        &["OOOOOOccc", "OOOOOOccc", "OOOOOOccc", "OOOOOOOOc"],
        &[
            "oooooo...",
            "oooooo...",
            "oooooo...",
            "oooooo...",
            "oooooo...",
        ],
    );
}

#[test]
fn doubt_of_three_hours_ends_the_spell() {
    check(
        60,
        &["OOOOcccc", "OOOOcccc", "OOOOcccc", "OOOOOOOO"],
        &["oooo....", "oooo....", "oooo....", "oooo....", "oooo...."],
    );
}

#[test]
fn while_doubt_lasts_what_does_not_run_is_unknown() {
    check(
        30,
        &["OOOOcc", "OOOOcc", "OOOOcc", "OOOOOO", "cccccc"],
        &["oooo??", "oooouu", "oooouu", "oooouu", "oooooo", "....uu"],
    );
}

#[test]
fn a_stale_feed_tells_nothing_and_the_spell_goes_on() {
    check(
        30,
        &["OOOssOOO", "OOOssOOO", "OOOOOOOO"],
        &["ooobbooo", "ooouuooo", "ooouuooo", "ooouuooo"],
    );
}

#[test]
fn a_ride_that_never_ran_in_the_spell_is_closed_however_often_it_is_listed() {
    check(
        30,
        &["OOOOOOOO", "OOOOOOOO", "OOOOOOOO", "cccccccc"],
        &["oooooooo", "oooooooo", "oooooooo", "oooooooo", "........"],
    );
}

#[test]
fn three_rides_or_all_of_them_open_a_park() {
    check(
        30,
        &["OO", "OO", "cO", "cc"],
        &[".o", ".o", ".o", ".o", ".."],
    );
    check(30, &["cO", "cO"], &[".o", ".o", ".o"]);
    check(30, &["cc", "cc"], &["..", "..", ".."]);
}

#[test]
fn silence_of_more_than_three_hours_ends_a_spell_at_its_last_open_cycle() {
    let mut judge = Judge::new(Watch::default(), false);
    let day = cycles(60, &["OOO", "OOO", "OOO"]);
    for cycle in &day {
        judge.see(cycle);
    }
    let last = day[2].slot;
    judge.end_if_silent(last + Duration::minutes(180));
    assert!(judge.watch.spell.is_some());
    judge.end_if_silent(last + Duration::minutes(181));
    assert!(judge.watch.spell.is_none());
    assert_eq!(letters(&judge.verdict().cycles, 0), ["ooo"]);
}

#[test]
fn where_the_feed_says_down_it_is_believed_and_stands_at_closing() {
    let rides = [
        "UUUUUUUUUUCC",
        "UUUUUUUUUUCC",
        "UUUUUUUUUUCC",
        "UUUUUUUUDDCC",
        "UUUUUCCCCCCC",
        "RRRRRRRRRRRR",
    ];
    let verdict = whole(60, &rides, true);
    assert_eq!(
        letters(&verdict.cycles, 6),
        [
            "oooooooooo..",
            "oooooooooo..",
            "oooooooooo..",
            "oooooooooo..",
            "oooooooodd..",
            "ooooo.......",
            "rrrrrrrrrr.."
        ],
    );
}

#[test]
fn at_a_park_that_reports_down_a_ride_down_since_morning_counts_if_it_ran_this_week() {
    let day = cycles(60, &["UUU", "UUU", "UUU", "DDU"]);
    for (days_ago, expected) in [(6, "ddo"), (8, "..o")] {
        let mut judge = Judge::new(ran(4, day[0].slot - Duration::days(days_ago)), true);
        for cycle in &day {
            judge.see(cycle);
        }
        assert_eq!(letters(&judge.verdict().cycles, 4)[4], expected);
    }
}

#[test]
fn seven_days_idle_to_the_minute_is_still_in_service() {
    let cycle = &cycles(5, &["O", "O", "O", "c"])[0];
    let idle = |since: Duration| {
        let mut judge = Judge::new(ran(4, cycle.slot - since), false);
        judge.see(cycle);
        judge.verdict().cycles[0].weight_in_service()
    };
    assert_eq!(idle(IN_SERVICE), 8);
    assert_eq!(idle(IN_SERVICE + Duration::minutes(1)), 6);
}

#[test]
fn an_outage_begins_once_and_stale_entries_do_not_break_it() {
    let verdict = whole(
        5,
        &["OOOOOOOOO", "OOOOOOOOO", "OOOOOOOOO", "OcscOccOO"],
        false,
    );
    let began: Vec<bool> = verdict
        .cycles
        .iter()
        .map(|cycle| cycle.rides[3].outage_began)
        .collect();
    assert_eq!(
        began,
        [false, true, false, false, false, true, false, false, false]
    );
}

/// Judged one by one, with the spell judged again where a cycle overturns it, is judged as a whole.
#[test]
fn cycle_by_cycle_comes_to_the_same_as_the_whole() {
    let rides = [
        "ccOOOOcccOOOOOOcccc",
        "ccOOOOcccOOOOOOcccc",
        "ccOOOOcccOOOOcccccc",
        "ccOOOOOOOOccOOOOOcc",
    ];
    let all = cycles(30, &rides);
    let mut stored: Vec<JudgedCycle> = Vec::new();
    let mut watch = Watch::default();
    for (index, cycle) in all.iter().enumerate() {
        let mut judge = Judge::new(watch, false);
        judge.see(cycle);
        let mut verdict = judge.verdict();
        stored.append(&mut verdict.cycles);
        if let Some(start) = verdict.overturned {
            let mut again = Judge::new(Watch::default(), false);
            for cycle in all[..=index].iter().filter(|cycle| cycle.slot >= start) {
                again.see(cycle);
            }
            verdict = again.verdict();
            stored.retain(|cycle| cycle.slot < start);
            stored.append(&mut verdict.cycles);
        }
        watch = verdict.watch;
    }
    assert_eq!(stored, whole(30, &rides, false).cycles);
}
