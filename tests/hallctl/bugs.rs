//! The 72 ways in which such numbers went wrong elsewhere, B01 to B72, each with the tests that fail if it comes here.

use crate::tree::{hold, pages};
use std::collections::BTreeSet;

enum Held {
    /// By these tests.
    By(&'static [&'static str]),
    /// By these tests, to another answer than the catalogue of bugs gives: our rule is another, and this is it.
    Otherwise(&'static str, &'static [&'static str]),
    /// It cannot occur, for this reason.
    Never(&'static str),
}
use Held::{By, Never, Otherwise};

const STORIES: &str =
    "weeks_of_late_and_shuffled_polls_come_to_what_the_oracle_says_at_every_level";
const PARKS: &str = "many_parks_for_a_few_days_come_to_what_the_oracle_says_at_every_level";

const BUGS: [(u8, &str, Held); 72] = [
    (
        1,
        "a date of UTC compared with one of California",
        By(&["an_evening_in_california_belongs_to_its_own_day", PARKS]),
    ),
    (
        2,
        "a park open by equality of dates",
        By(&[
            "instants_decide_and_dates_of_two_zones_never_meet",
            "a_park_is_open_from_opening_to_closing_whatever_date_it_is_elsewhere",
        ]),
    ),
    (
        3,
        "a session not in UTC",
        By(&[
            "every_session_is_strict_in_utc_in_utf8_and_reads_committed_rows",
            "a_session_that_did_not_stay_as_it_was_set_is_refused",
        ]),
    ),
    (
        4,
        "eight hours taken off all year",
        By(&[
            "periods_are_whole_days_of_california_on_one_calendar",
            "the_day_clocks_skip_an_hour_adds_up_to_its_23_hours_and_nothing_else",
            "sql_leaves_clocks_and_zones_to_rust",
        ]),
    ),
    (
        5,
        "CONVERT_TZ without zone tables",
        By(&["sql_leaves_clocks_and_zones_to_rust"]),
    ),
    (
        6,
        "a duration bound as a date",
        By(&[
            "seven_days_idle_to_the_minute_is_still_in_service",
            "sql_leaves_clocks_and_zones_to_rust",
        ]),
    ),
    (
        7,
        "a day's bounds by the zone of the host",
        By(&[
            "the_zone_of_the_host_changes_no_number",
            "the_day_clocks_skip_an_hour_adds_up_to_its_23_hours_and_nothing_else",
            "the_day_clocks_repeat_an_hour_adds_up_to_its_25_hours_and_nothing_else",
        ]),
    ),
    (
        8,
        "the repeated hour lost",
        By(&[
            "the_day_clocks_repeat_an_hour_adds_up_to_its_25_hours_and_nothing_else",
            PARKS,
        ]),
    ),
    (
        9,
        "a calendar year with an ISO week",
        Never(
            "there are no ISO weeks: periods are days, calendar months and weeks from Sunday to Saturday",
        ),
    ),
    (
        10,
        "five meanings of last week",
        By(&[
            "periods_are_whole_days_of_california_on_one_calendar",
            "longer_periods_are_the_sums_of_their_days",
        ]),
    ),
    (
        11,
        "yesterday off by one",
        By(&["periods_are_whole_days_of_california_on_one_calendar"]),
    ),
    (
        12,
        "a period routed to other data",
        By(&[
            "longer_periods_are_the_sums_of_their_days",
            "an_unacceptable_value_gets_a_400_that_names_the_parameter_and_the_values",
        ]),
    ),
    (
        13,
        "the hour of a job in the wrong zone",
        By(&[
            "a_day_is_filled_as_soon_as_it_is_over_in_california_and_not_before",
            "a_day_is_tried_after_its_last_hour_and_before_two_in_the_morning",
        ]),
    ),
    (
        14,
        "a label of another zone",
        By(&["labels_are_the_real_hours_of_california_and_every_hour_stands_once"]),
    ),
    (
        15,
        "closed parks counted",
        Otherwise(
            "a park without a schedule is not closed: half of its rides decide",
            &[
                "three_rides_or_all_of_them_open_a_park",
                "closed_hours_do_not_dilute_a_score",
                "the_status_summary_counts_rides_now_and_closed_parks_apart",
            ],
        ),
    ),
    (
        16,
        "one ride that runs opens a closed park",
        By(&[
            "test_rides_at_night_are_no_downtime_while_the_schedule_says_closed",
            "a_schedule_opens_and_closes_whatever_the_rides_do",
        ]),
    ),
    (
        17,
        "closing time taken for an outage",
        By(&[
            "a_ride_that_stops_in_the_last_quarter_has_closed",
            "the_day_ended_at_the_first_doubtful_cycle",
            "a_schedule_dispels_the_doubt_before_it_and_ends_the_spell_at_closing",
        ]),
    ),
    (
        18,
        "a stale feed taken for closed rides",
        By(&[
            "a_stale_feed_tells_nothing_and_the_spell_goes_on",
            "a_park_most_of_whose_entries_are_old_is_stale_until_they_are_fresh",
            PARKS,
        ]),
    ),
    (
        19,
        "down rides that weigh nothing counted",
        By(&[
            "a_posted_wait_beats_a_closed_flag_and_never_seen_rides_weigh_nothing",
            "a_score_beyond_its_bounds_is_refused_by_the_table",
        ]),
    ),
    (
        20,
        "rides that never ran counted",
        By(&[
            "a_ride_that_never_ran_in_the_spell_is_closed_however_often_it_is_listed",
            "a_posted_wait_beats_a_closed_flag_and_never_seen_rides_weigh_nothing",
        ]),
    ),
    (
        21,
        "down before the first run, where the feed says so, ignored",
        Otherwise(
            "a ride down all day counts where it ran within seven days, at every level",
            &["a_ride_down_from_opening_is_down_from_opening_and_one_that_never_runs_all_day"],
        ),
    ),
    (
        22,
        "closed hours and days in averages",
        Otherwise(
            "no mean of means: minutes of score over open minutes, in every reader",
            &[
                "closed_hours_do_not_dilute_a_score",
                "longer_periods_are_the_sums_of_their_days",
            ],
        ),
    ),
    (
        23,
        "an outage gone after its first hour",
        By(&[
            "a_long_outage_is_one_and_lasts_until_the_ride_is_back",
            STORIES,
        ]),
    ),
    (
        24,
        "details that do not explain the score",
        By(&["ranking_detail_chart_and_award_of_a_park_divide_the_same_sums"]),
    ),
    (
        25,
        "downtime before the first run",
        Otherwise(
            "the first run of the spell, not of the date",
            &["what_a_ride_did_before_it_first_ran_is_no_downtime", PARKS],
        ),
    ),
    (
        26,
        "a rule applied at some levels only",
        By(&[PARKS, STORIES]),
    ),
    (
        27,
        "lists that disagree about which rides exist",
        By(&[
            "a_ride_made_a_show_leaves_every_number_from_then_on_and_keeps_its_history",
            "every_view_and_table_tracks_the_same_rides",
            PARKS,
        ]),
    ),
    (
        28,
        "a score not divided by time",
        By(&[
            "a_constant_rate_is_the_same_after_one_hour_and_after_ten_and_none_is_zero",
            "a_period_can_be_named",
            "any_job_twice_leaves_the_same_rows",
        ]),
    ),
    (
        29,
        "a score that grows with the hours",
        By(&[
            "a_constant_rate_is_the_same_after_one_hour_and_after_ten_and_none_is_zero",
            "today_is_the_same_whether_read_raw_from_hours_or_from_both",
        ]),
    ),
    (
        30,
        "other rides in the score than in the downtime",
        By(&[
            "a_posted_wait_beats_a_closed_flag_and_never_seen_rides_weigh_nothing",
            PARKS,
        ]),
    ),
    (
        31,
        "no score where it is zero",
        By(&[
            "a_constant_rate_is_the_same_after_one_hour_and_after_ten_and_none_is_zero",
            "an_hour_without_snapshots_gets_a_row_of_zeros_without_averages",
        ]),
    ),
    (
        32,
        "one bad hour among nulls",
        Otherwise(
            "periods weigh hours by open minutes, so that no hour needs a minimum",
            &[
                "a_score_beyond_its_bounds_is_refused_by_the_table",
                "closed_hours_do_not_dilute_a_score",
            ],
        ),
    ),
    (
        33,
        "live numbers summed over the day",
        By(&[
            "the_status_summary_counts_rides_now_and_closed_parks_apart",
            "live_speaks_for_fifteen_minutes_and_no_longer",
        ]),
    ),
    (
        34,
        "rows multiplied by a join",
        By(&[
            "park_downtime_adds_up_by_hand",
            "ride_downtime_adds_up_by_hand",
            "the_status_summary_counts_rides_now_and_closed_parks_apart",
        ]),
    ),
    (
        35,
        "statements a strict server refuses",
        By(&[
            "every_route_answers_every_period_and_filter_on_an_empty_database",
            "every_session_is_strict_in_utc_in_utf8_and_reads_committed_rows",
        ]),
    ),
    (
        36,
        "a list ordered by a constant",
        By(&["sort_and_limit_work_on_the_whole_list_with_unrounded_numbers"]),
    ),
    (
        37,
        "five minutes for a cycle of ten",
        By(&["cycles_of_5_and_of_10_minutes_add_up_in_minutes", STORIES]),
    ),
    (
        38,
        "wrong denominators of uptime and outages",
        By(&[
            "minutes_are_cycles_times_their_interval_without_a_fence_post",
            "a_long_outage_is_one_and_lasts_until_the_ride_is_back",
        ]),
    ),
    (
        39,
        "rows of a cycle seconds apart",
        By(&["parks_read_seconds_apart_share_their_cycle_with_all_their_rides"]),
    ),
    (
        40,
        "a cycle stored twice",
        By(&[
            "a_cycle_collected_twice_counts_once",
            "of_two_runs_of_a_job_one_works_and_the_other_says_so_in_one_line",
            "lands_come_before_rides_and_the_first_entry_of_an_id_stands",
            STORIES,
        ]),
    ),
    (
        41,
        "a change looked for after it was stored",
        By(&[
            "an_outage_begins_once_and_stale_entries_do_not_break_it",
            STORIES,
        ]),
    ),
    (
        42,
        "a bad value that costs a park",
        By(&[
            "odd_waits_cost_a_remark_and_no_ride",
            "a_wait_is_minutes_or_unknown",
            "odd_entries_of_the_wiki_cost_a_remark_and_no_neighbour",
        ]),
    ),
    (
        43,
        "lands unread, single riders counted",
        By(&[
            "lands_come_before_rides_and_the_first_entry_of_an_id_stands",
            PARKS,
        ]),
    ),
    (
        44,
        "ids of ours and of a feed confused",
        By(&[
            "an_id_replaced_upstream_keeps_the_ride_and_the_park_with_their_history",
            "rides_are_found_again_by_name_and_those_that_are_not_are_named_and_added",
        ]),
    ),
    (
        45,
        "the longest outage one cycle long",
        By(&["a_long_outage_is_one_and_lasts_until_the_ride_is_back"]),
    ),
    (
        46,
        "a fence post too few",
        By(&["minutes_are_cycles_times_their_interval_without_a_fence_post"]),
    ),
    (
        47,
        "a park's downtime a mean",
        By(&["a_park_is_down_for_as_long_as_all_its_rides_together"]),
    ),
    (
        48,
        "two writers, two meanings of a day",
        By(&[
            "a_park_in_florida_is_counted_on_the_calendar_of_california",
            "a_room_writes_only_its_own_tables",
        ]),
    ),
    (
        49,
        "a period done because it has a row",
        By(&[
            "jobs_killed_at_any_moment_and_run_again_leave_the_rows_of_one_clean_run",
            "a_row_that_comes_while_a_fill_is_paused_is_in_the_sum_after_the_next_run",
            STORIES,
        ]),
    ),
    (
        50,
        "unique keys missing or in the way",
        By(&[
            "every_filling_is_in_the_log_with_its_rows",
            "only_operating_hours_open_and_a_day_keeps_all_its_windows",
            "any_job_twice_leaves_the_same_rows",
        ]),
    ),
    (
        51,
        "migrations that do not repeat",
        By(&[
            "migrate_applies_every_file_in_order_and_nothing_the_second_time",
            "every_route_answers_every_period_and_filter_on_an_empty_database",
        ]),
    ),
    (
        52,
        "a job gone, its readers not",
        By(&[
            "each_station_turns_warning_and_then_critical_as_the_data_ages",
            "an_hour_that_is_stale_or_missing_is_read_raw_and_so_is_all_after_it",
        ]),
    ),
    (
        53,
        "raw rows deleted before they are summed",
        By(&["the_first_failed_stale_or_missing_period_holds_the_line_and_names_the_next_command"]),
    ),
    (
        54,
        "a failed run nobody sees",
        By(&[
            "a_period_that_fails_costs_no_other_and_is_filled_once_it_can_be",
            "a_run_that_died_is_shown_as_crashed",
        ]),
    ),
    (
        55,
        "an unfinished hour filled",
        By(&[
            "an_hour_is_complete_two_minutes_after_its_end",
            "today_is_the_same_whether_read_raw_from_hours_or_from_both",
        ]),
    ),
    (
        56,
        "old rows shown as live",
        By(&[
            "live_speaks_for_fifteen_minutes_and_no_longer",
            "a_killed_refresh_leaves_the_old_shelf_or_the_new_one",
        ]),
    ),
    (
        57,
        "rows of no ride",
        By(&["no_row_of_a_number_is_without_its_park_or_ride"]),
    ),
    (
        58,
        "history of an older formula",
        By(&[
            "rows_of_another_formula_are_outdated_until_they_are_filled_again",
            "a_backfill_leaves_the_rows_that_aggregate_leaves_and_the_same_again",
        ]),
    ),
    (
        59,
        "limits that cannot be right",
        By(&[
            "ages_are_judged_by_their_limits",
            "each_station_turns_warning_and_then_critical_as_the_data_ages",
            "health_tells_the_age_of_each_station",
        ]),
    ),
    (
        60,
        "cron jobs that fail in silence",
        By(&[
            "a_job_that_fails_says_so_in_its_row_in_the_same_words",
            "a_feed_that_nobody_reads_any_more_is_late_by_the_wall_clock",
        ]),
    ),
    (61, "the weather of midnight", Never("there is no weather")),
    (
        62,
        "a limiter that sleeps in its lock",
        Never("there is no limiter: a run asks a few parks at a time, each once, with a deadline"),
    ),
    (
        63,
        "fields that drift",
        By(&[
            "names_and_types_are_those_of_the_contract",
            "one_field_set_an_endpoint_in_every_period",
        ]),
    ),
    (
        64,
        "numbers as text",
        By(&["names_and_types_are_those_of_the_contract"]),
    ),
    (
        65,
        "numbers rounded twice or to even",
        By(&[
            "halves_round_away_from_zero_without_a_float_between",
            "sort_and_limit_work_on_the_whole_list_with_unrounded_numbers",
        ]),
    ),
    (
        66,
        "the tier read from an empty column",
        By(&[
            "a_tier_weighs_in_the_next_poll_and_stored_rows_keep_their_weights",
            PARKS,
        ]),
    ),
    (
        67,
        "a past hour's status shown as the present",
        By(&[
            "closed_rides_come_first_and_unknown_ones_last",
            "live_speaks_for_fifteen_minutes_and_no_longer",
        ]),
    ),
    (
        68,
        "a key that leaves out what changes the answer",
        By(&[
            "every_built_in_view_is_sound_and_no_two_share_a_key",
            "all_views_of_one_refresh_speak_of_one_moment",
            "sort_and_limit_work_on_the_whole_list_with_unrounded_numbers",
        ]),
    ),
    (
        69,
        "invented data shown as real",
        By(&["every_route_answers_every_period_and_filter_on_an_empty_database"]),
    ),
    (
        70,
        "trends inferred and inverted",
        By(&["periods_are_their_days_and_trends_read_the_days_before"]),
    ),
    (
        71,
        "tests that cannot fail",
        By(&[
            "the_top_level_holds_what_it_should_and_speaks_of_hallctl_alone",
            PARKS,
        ]),
    ),
    (
        72,
        "two kinds of connection",
        Never(
            "there is one door to the database, `Db`, and the compiler lets nothing else through it",
        ),
    ),
];

fn tests_of(held: &Held) -> &'static [&'static str] {
    match held {
        By(tests) | Otherwise(_, tests) => tests,
        Never(_) => &[],
    }
}

#[test]
fn every_bug_is_held_once_by_tests_that_exist_or_for_a_reason() {
    let mut tests = BTreeSet::new();
    for page in pages("tests", ".rs").into_iter().chain(pages("src", ".rs")) {
        for after in page.text.split("#[test]").skip(1) {
            let name = after
                .split_once("fn ")
                .and_then(|(_, rest)| rest.split_once('('));
            tests.extend(name.map(|(name, _)| name.to_owned()));
        }
    }
    let mut breaches = Vec::new();
    for ((number, title, held), expected) in BUGS.iter().zip(1..) {
        if *number != expected {
            breaches.push(format!("B{expected:02}: in its place stands B{number:02}"));
        }
        let names = tests_of(held);
        let reason = match held {
            By(_) => title,
            Otherwise(reason, _) | Never(reason) => reason,
        };
        if reason.is_empty() || (names.is_empty() && matches!(held, By(_) | Otherwise(..))) {
            breaches.push(format!("B{number:02} ({title}): held by nothing"));
        }
        for name in names.iter().filter(|name| !tests.contains(**name)) {
            breaches.push(format!("B{number:02} ({title}): no test `{name}`"));
        }
    }
    hold("every bug is held", breaches);
}
