//! The same small days under a schedule, and before a feed that stands still.

use super::*;

/// As `check`; `schedule` says of each cycle `o`pen, `c`losed or `-` nothing, and `quiet` for how many
/// minutes nothing had changed.
#[track_caller]
fn check_scheduled(
    minutes: i64,
    schedule: &str,
    quiet: &[u16],
    rides: &[&str],
    expected: &[&str],
) -> Verdict {
    let mut judge = Judge::new(Watch::default(), true);
    for (at, mut cycle) in cycles(minutes, rides).into_iter().enumerate() {
        cycle.scheduled_open = match schedule.as_bytes()[at] {
            b'o' => Some(true),
            b'c' => Some(false),
            _ => None,
        };
        cycle.quiet_minutes = quiet.get(at).copied();
        judge.see(&cycle);
    }
    let verdict = judge.verdict();
    assert_eq!(
        letters(&verdict.cycles, rides.len()),
        expected,
        "of {rides:?}"
    );
    verdict
}

#[test]
fn a_schedule_opens_and_closes_whatever_the_rides_do() {
    // Test rides before the gates open, all of them at once, and a storm that leaves none running.
    check_scheduled(
        30,
        "cccoooooocc",
        &[],
        &["UUUUUUDDUUU", "CUUUUDDDUUU", "CCUUUDDDUCC"],
        &["...oooooo..", "...oooddo..", "...oodddo..", "...oodddo.."],
    );
}

#[test]
fn a_schedule_dispels_the_doubt_before_it_and_ends_the_spell_at_closing() {
    check_scheduled(
        30,
        "---oocc-",
        &[],
        &["UUCCCCCC", "UUCCCCCC", "UUCCCCCC"],
        &["ooooo...", "oo......", "oo......", "oo......"],
    );
}

#[test]
fn two_windows_are_two_spells() {
    let verdict = check_scheduled(
        30,
        "oocoo",
        &[],
        &["UUUUU", "UUUUU", "UUUUU"],
        &["oo.oo", "oo.oo", "oo.oo", "oo.oo"],
    );
    let starts: Vec<_> = verdict
        .cycles
        .iter()
        .map(|cycle| cycle.spell_start)
        .collect();
    let slots: Vec<_> = verdict
        .cycles
        .iter()
        .map(|cycle| Some(cycle.slot))
        .collect();
    assert_eq!(starts, [slots[0], slots[0], None, slots[3], slots[3]]);
}

#[test]
fn a_stated_down_needs_no_run_in_this_spell_and_stands_at_closing() {
    // Ran on one day, down from the next opening on, and the other down at closing.
    let verdict = check_scheduled(
        60,
        "ooccooooocc",
        &[],
        &["UUCCDDDUUCC", "UUCCUUUDDCC", "UUCCCUUUUCC"],
        &["oo..ooooo..", "oo..dddoo..", "oo..ooodd..", "oo...oooo.."],
    );
    let began: Vec<_> = verdict
        .cycles
        .iter()
        .map(|cycle| cycle.rides[0].outage_began)
        .collect();
    assert_eq!(began.iter().filter(|began| **began).count(), 1);
}

#[test]
fn a_stale_feed_blinds_an_open_park_and_no_closed_one() {
    check_scheduled(
        30,
        "ooooccc",
        &[],
        &["OOssssO", "OOssssO", "OOccssO"],
        &["oobb...", "oouu...", "oouu...", "oouu..."],
    );
}

#[test]
fn a_park_of_which_nothing_changed_for_an_hour_of_being_open_is_blind() {
    // Quiet since last night when it opens, and once more from the eighth cycle on.
    let verdict = check_scheduled(
        20,
        "cooooooooooc",
        &[600, 620, 640, 660, 680, 5, 60, 61, 80, 5, 10, 600],
        &["CCCCCUUUUUUC", "CCCCCUUUUUUC", "CCCCCUDDDDUC"],
        &[
            ".oooboobboo.",
            "....uoouuoo.",
            "....uoouuoo.",
            "....uoduudo.",
        ],
    );
    let in_service = |at: usize| verdict.cycles[at].rides.iter().any(|ride| ride.in_service);
    assert_eq!([6, 7, 8, 9].map(in_service), [true, false, false, true]);
    assert!(in_service(11), "a closed park has a right to be quiet");
}

#[test]
fn rides_said_to_run_long_ago_open_no_park_without_a_schedule() {
    check_scheduled(
        30,
        "----",
        &[300, 90, 60, 90],
        &["CUUU", "CUUU", "CUUU"],
        &[".boo", ".uoo", ".uoo", ".uoo"],
    );
}
