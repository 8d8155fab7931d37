//! Where one rule ends and the next begins: each limit from both sides.

use super::*;

/// The park's letter at the last of two cycles: all rides run in the first, so many of them in the second.
fn second(rides: usize, running: usize) -> char {
    let word = |number: usize| if number < running { "OO" } else { "Oc" };
    let words: Vec<&str> = (0..rides).map(word).collect();
    letters(&whole(5, &words, false).cycles, 0)[0]
        .chars()
        .last()
        .unwrap_or_default()
}

#[test]
fn a_park_is_in_doubt_below_half_of_those_in_service_rounded_up() {
    for (rides, running, expected) in [
        (7, 4, 'o'),
        (7, 3, '?'),
        (8, 4, 'o'),
        (8, 3, '?'),
        (1, 1, 'o'),
        (1, 0, '?'),
    ] {
        assert_eq!(second(rides, running), expected, "{running} of {rides}");
    }
}

#[test]
fn doubt_ends_a_spell_where_no_more_than_a_tenth_runs() {
    for (rides, running, expected) in [
        (10, 1, "o.."),
        (10, 2, "o??"),
        (9, 1, "o??"),
        (9, 0, "o.."),
        (20, 2, "o.."),
        (20, 3, "o??"),
    ] {
        let word = |number: usize| if number < running { "OOO" } else { "Occ" };
        let words: Vec<&str> = (0..rides).map(word).collect();
        let found = letters(&whole(5, &words, false).cycles, 0);
        assert_eq!(found, [expected], "{running} of {rides}");
    }
}

#[test]
fn doubt_ends_a_spell_after_180_minutes_and_not_before() {
    for (minutes, expected) in [(179, "oo??"), (180, "oo..")] {
        let rides = ["OOOO", "OOcc", "OOcc", "OOcc"];
        let found = letters(&whole(minutes, &rides, false).cycles, 0);
        assert_eq!(found, [expected], "{minutes}");
    }
}

#[test]
fn a_cycle_more_than_180_minutes_later_begins_a_spell_of_its_own() {
    // What stopped is down in the spell it ran in, and closed in one it has not run in.
    for (minutes, expected) in [(180, "od"), (181, "o.")] {
        let rides = ["OO", "OO", "OO", "Oc"];
        let found = letters(&whole(minutes, &rides, false).cycles, 4);
        assert_eq!(found[4], expected, "{minutes}");
    }
}

#[test]
fn a_park_opens_with_half_of_those_in_service_and_three() {
    let slot = cycles(5, &["O"])[0].slot;
    for (ran_lately, running, expected) in [
        (8, 3, '.'),
        (8, 4, 'o'),
        (7, 3, '.'),
        (7, 4, 'o'),
        (4, 2, '.'),
        (4, 3, 'o'),
        (3, 2, '.'),
        (3, 3, 'o'),
    ] {
        let rides = (1..=8).map(|ride_id| {
            let last = slot - Duration::days(if ride_id <= ran_lately { 1 } else { 9 });
            let memory = RideMemory {
                last_operated: Some(last),
                down_since: None,
            };
            (ride_id, memory)
        });
        let watch = Watch {
            rides: rides.collect(),
            ..Watch::default()
        };
        let word = |number: usize| if number < running { "O" } else { "c" };
        let words: Vec<&str> = (0..8).map(word).collect();
        let mut judge = Judge::new(watch, false);
        judge.see(&cycles(5, &words)[0]);
        let found = letters(&judge.verdict().cycles, 0);
        assert_eq!(found, [expected.to_string()], "{running} of {ran_lately}");
    }
}

#[test]
fn a_park_is_blind_where_less_than_half_is_fresh() {
    for (listed, fresh, expected) in [(4, 2, '.'), (4, 1, 'b'), (5, 3, '.'), (5, 2, 'b')] {
        let word = |number: usize| if number < fresh { "c" } else { "s" };
        let words: Vec<&str> = (0..listed).map(word).collect();
        let found = letters(&whole(5, &words, false).cycles, 0);
        assert_eq!(found, [expected.to_string()], "{fresh} of {listed}");
    }
}

#[test]
fn a_stop_has_closed_for_the_day_from_sixty_minutes_before_the_end_on() {
    // A cycle a minute for three hours, so that a quarter is less.
    let word = |runs: usize| "O".repeat(runs) + &"c".repeat(183 - runs);
    let (all, late, early) = (word(181), word(120), word(119));
    let expected = [
        "o".repeat(181) + "..",
        "o".repeat(120) + &".".repeat(63),
        "o".repeat(119) + &"d".repeat(62) + "..",
    ];
    let rides = [&*all, &*all, &*all, &*late, &*early];
    let found = letters(&whole(1, &rides, false).cycles, 5);
    assert_eq!([&found[0], &found[4], &found[5]], expected.each_ref());
}

#[test]
fn only_the_run_that_lasts_to_the_end_is_closing() {
    // Two stops in the last hour; of others the feed says nothing at the end, or in between.
    check(
        10,
        &[
            "OOOOOOOOOOOOOcc",
            "OOOOOOOOOOOOOcc",
            "OOOOOOOOOOOOOcc",
            "OOOOOOOcOOccccc",
            "OOOOOOOOOOccscc",
            "OOOOOOOOOcscccc",
        ],
        &[
            "ooooooooooooo..",
            "ooooooooooooo..",
            "ooooooooooooo..",
            "ooooooooooooo..",
            "ooooooodoo.....",
            "ooooooooooddu..",
            "ooooooooodu....",
        ],
    );
}

#[test]
fn a_ride_that_ran_in_doubt_operated_and_one_that_ran_before_opening_did_not() {
    let verdict = whole(
        10,
        &["cOOcOOO", "cOOcOOO", "cOOcOOO", "cccOccO", "OcccccO"],
        false,
    );
    assert_eq!(
        letters(&verdict.cycles, 5),
        [
            ".oooooo", ".oodooo", ".oodooo", ".oodooo", "...oddo", "......o"
        ]
    );
    let in_service = |cycle: &JudgedCycle| cycle.weight_in_service();
    let weights: Vec<u32> = verdict.cycles.iter().map(in_service).collect();
    assert_eq!(weights, [0, 6, 6, 8, 8, 8, 10]);
}

#[test]
fn where_the_feed_s_down_is_not_believed_a_stop_is_down_whatever_it_is_called() {
    check(
        10,
        &["UUUU", "UUUU", "UUUU", "UDCR", "DDDD", "RCDU"],
        &["oooo", "oooo", "oooo", "oooo", "oddr", "....", "r..o"],
    );
}

#[test]
fn where_another_feed_stands_in_a_stop_is_settled_at_closing_and_a_stated_down_is_not() {
    // Ten minutes before closing the second feed, which has no word for down, takes over.
    let rides = [
        "UUUUUUUUOOcc",
        "UUUUUUUUOOcc",
        "UUUUUUUUOOcc",
        "UUUUUUUDcccc",
        "UUUUUUUCcccc",
    ];
    let found = letters(&whole(10, &rides, true).cycles, 5);
    assert_eq!(found[4..], ["oooooood....", "ooooooo....."]);
}

#[test]
fn a_fold_is_at_rest_outside_a_spell() {
    let mut judge = Judge::new(Watch::default(), false);
    let found = cycles(5, &["cOccc"])
        .iter()
        .map(|cycle| {
            judge.see(cycle);
            judge.is_at_rest()
        })
        .collect::<Vec<bool>>();
    assert_eq!(found, [true, false, false, true, true]);
}

#[test]
fn each_doubt_has_its_own_180_minutes() {
    let rides = ["OOOOO", "OcOcc", "OcOcc", "OcOcc"];
    let found = letters(&whole(100, &rides, false).cycles, 0);
    assert_eq!(found, ["ooo??"]);
}

#[test]
fn a_fold_that_begins_amid_a_spell_tells_where_to_judge_again() {
    let all = cycles(30, &["OOcOc", "OOcOc", "OOcOc"]);
    let mut watch = Watch::default();
    let overturned = all.iter().map(|cycle| {
        let mut judge = Judge::new(watch.clone(), false);
        judge.see(cycle);
        let verdict = judge.verdict();
        watch = verdict.watch;
        verdict.overturned
    });
    let mut overturned: Vec<_> = overturned.collect();
    let start = Some(all[0].slot);
    assert_eq!(overturned, [None, None, None, start, None]);
    // Silence ends what is left.
    let mut judge = Judge::new(watch, false);
    judge.end_if_silent(all[4].slot + Duration::minutes(181));
    overturned.push(judge.verdict().overturned);
    assert_eq!(overturned.last(), Some(&start));
}
