//! Spells of a week: a cycle every three hours, so that the 57th is seven days after the first.

use super::*;

const LAST: usize = 56; // The last cycle that a spell begun at the first one can have.

/// A ride's letters: so many of each, in turn.
fn word(parts: &[(&str, usize)]) -> String {
    let parts = parts.iter().map(|(letter, count)| letter.repeat(*count));
    parts.collect()
}

/// The number of the cycle with which each cycle's spell begins.
fn spells(judged: &[JudgedCycle]) -> Vec<Option<usize>> {
    let number = |start| judged.iter().position(|cycle| cycle.slot == start);
    let begins = |cycle: &JudgedCycle| cycle.spell_start.and_then(number);
    judged.iter().map(begins).collect()
}

#[test]
fn a_park_that_never_closes_begins_a_spell_with_the_first_cycle_after_each_week() {
    let always = "O".repeat(2 * (LAST + 1) + 1);
    let verdict = whole(180, &[&always, &always], false);
    assert!(
        verdict
            .cycles
            .iter()
            .all(|cycle| cycle.state == ParkState::Open)
    );
    let (first, second) = (vec![Some(0); LAST + 1], vec![Some(LAST + 1); LAST + 1]);
    let third = vec![Some(2 * (LAST + 1))];
    assert_eq!(spells(&verdict.cycles), [first, second, third].concat());
}

#[test]
fn a_park_that_is_open_when_its_week_is_over_did_not_close_and_nothing_is_carried_over() {
    // Fourteen cycles are a quarter of the week: one stop lies within it, one began before; both are down.
    let always = "O".repeat(LAST + 5);
    let late = word(&[("O", LAST - 14), ("c", 17), ("O", 1), ("c", 1)]);
    let early = word(&[("O", LAST - 15), ("c", 18), ("O", 1), ("c", 1)]);
    let rides = [&*always, &*always, &*always, &*late, &*early];
    let letters = letters(&whole(180, &rides, false).cycles, 5);
    let expected = [
        "o".repeat(LAST + 5),
        word(&[("o", LAST - 14), ("d", 15), (".", 2), ("o", 1), ("d", 1)]),
        word(&[("o", LAST - 15), ("d", 16), (".", 2), ("o", 1), ("d", 1)]),
    ];
    assert_eq!([&letters[0], &letters[4], &letters[5]], expected.each_ref());
}

#[test]
fn a_down_that_the_feed_states_goes_on_in_the_next_spell_as_another_outage() {
    let (always, down) = ("U".repeat(LAST + 3), word(&[("U", LAST - 1), ("D", 4)]));
    let verdict = whole(180, &[&down, &always, &always, &always], true);
    assert_eq!(
        letters(&verdict.cycles, 1)[1],
        word(&[("o", LAST - 1), ("d", 4)])
    );
    let began = verdict.cycles.iter().enumerate();
    let began: Vec<usize> = began
        .filter(|(_, cycle)| cycle.rides[0].outage_began)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(began, [LAST - 1, LAST + 1]);
}

#[test]
fn a_feed_that_goes_blind_for_ever_ends_its_spell_after_a_week() {
    let blind = word(&[("O", 2), ("s", LAST)]);
    let verdict = whole(180, &[&blind, &blind], false);
    assert_eq!(
        letters(&verdict.cycles, 0),
        [word(&[("o", 2), ("b", LAST)])]
    );
    let spell = [vec![Some(0); LAST + 1], vec![None]].concat();
    assert_eq!(spells(&verdict.cycles), spell);
    assert_eq!(verdict.watch.spell, None);
}

#[test]
fn doubt_that_a_week_ends_was_closing_and_the_next_cycle_is_judged_as_the_first() {
    // Two of six run: below half, above a tenth, and less than three.
    let (runs, stops) = ("O".repeat(LAST + 2), word(&[("O", LAST), ("c", 2)]));
    let rides = [&*runs, &*runs, &*stops, &*stops, &*stops, &*stops];
    let verdict = whole(180, &rides, false);
    assert_eq!(
        letters(&verdict.cycles, 1),
        ["o", "o"].map(|runs| word(&[(runs, LAST), (".", 2)]))
    );
    assert_eq!(spells(&verdict.cycles)[LAST..], [Some(0), None]);
}

#[test]
fn a_schedule_that_says_open_for_longer_than_a_week_opens_the_park_again_at_once() {
    let mut judge = Judge::new(Watch::default(), true);
    for mut cycle in cycles(180, &["C".repeat(LAST + 2).as_str()]) {
        cycle.scheduled_open = Some(true);
        judge.see(&cycle);
    }
    let verdict = judge.verdict();
    assert_eq!(letters(&verdict.cycles, 0), ["o".repeat(LAST + 2)]);
    assert_eq!(spells(&verdict.cycles)[LAST..], [Some(0), Some(LAST + 1)]);
}
