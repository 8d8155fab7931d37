//! Announced hours: when a park is open, what counts as down meanwhile, and that history keeps what was said.

use crate::corpus;
use crate::feed_server::Answer;
use crate::hall::{Hall, Ran};
use crate::recording::{Dice, Recording};
use crate::rows::{self, RAW, ROLLUPS};
use crate::wiki_server::{ANAHEIM, Feeds, live, live_path, ride};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

const LOS_ANGELES: &str = "America/Los_Angeles";

fn hours(kind: &str, opens: &str, closes: &str) -> Value {
    json!({"date": &opens[..10], "type": kind, "openingTime": opens, "closingTime": closes})
}

/// Collects at each of these moments; what the park was, and who said so.
fn states(feeds: &Feeds, hall: &Hall, moments: &[&str]) -> Vec<String> {
    for moment in moments {
        feeds.collect(hall, moment).succeeds();
    }
    let rows =
        hall.query("select concat_ws(' ', state, state_source) from park_snapshots order by slot");
    rows.into_iter().flatten().collect()
}

/// One ride that never runs, changed by a clock ahead of ours: what the park is, its rides do not say.
fn idle(feeds: &Feeds, park: &str) {
    feeds.live(
        park,
        "2030-01-01T00:00:00Z",
        &[(&ride(1), "Space Mountain", "CLOSED")],
    );
}

/// Writes recorded live answers, one a cycle, and collects them.
fn replay(hall: &Hall, name: &str, interval: u32, polls: &[(String, Value)]) -> Ran {
    let line = |(polled_at, body): &(String, Value)| {
        let line =
            json!({"polled_at": polled_at, "entity_id": ANAHEIM, "endpoint": "live", "body": body});
        format!("{line}\n")
    };
    let path = hall.path(name);
    fs::write(&path, polls.iter().map(line).collect::<String>()).expect("written");
    hall.run(&format!(
        "collect --recorded {} --interval {interval}",
        path.display()
    ))
}

/// Every `minutes` minutes of a Los Angeles summer morning and evening, as hour and minute there and in UTC.
fn cycles(day: u32, from: u32, to: u32, minutes: u32) -> impl Iterator<Item = (u32, String)> {
    (from * 60..to * 60)
        .step_by(minutes as usize)
        .map(move |minute| {
            let utc = minute + 7 * 60;
            let (day, utc) = (day + utc / 1440, utc % 1440);
            (
                minute,
                format!("2026-07-{day:02}T{:02}:{:02}:00Z", utc / 60, utc % 60),
            )
        })
}

#[test]
fn a_park_is_open_from_opening_to_closing_whatever_date_it_is_elsewhere() {
    let (feeds, hall) = (Feeds::anaheim(), Hall::new().migrated());
    idle(&feeds, ANAHEIM);
    feeds.schedule(
        ANAHEIM,
        LOS_ANGELES,
        &json!([
            hours(
                "OPERATING",
                "2025-12-01T08:00:00-08:00",
                "2025-12-01T23:00:00-08:00"
            ),
            // Without an offset it is on the clocks of the park; closing before opening is the next day.
            hours("OPERATING", "2025-12-02T08:00:00", "2025-12-02T01:00:00"),
        ]),
    );
    let moments = [
        "2025-12-01T15:59:00Z",
        "2025-12-01T16:00:00Z",
        "2025-12-02T02:21:00Z",
        "2025-12-02T06:59:00Z",
        "2025-12-02T07:00:01Z",
        "2025-12-02T15:59:00Z",
        "2025-12-02T16:00:00Z",
        "2025-12-03T08:59:00Z",
        "2025-12-03T09:00:00Z",
        "2025-12-03T13:00:00Z",
    ];
    let (open, closed) = ("open schedule", "closed schedule");
    // After the last window nothing is announced, and the rides decide.
    let expected = [
        closed,
        open,
        open,
        open,
        closed,
        closed,
        open,
        open,
        closed,
        "closed observed",
    ];
    assert_eq!(states(&feeds, &hall, &moments), expected);
}

#[test]
fn a_park_ahead_of_utc_opens_on_what_is_still_the_day_before() {
    let (feeds, hall) = (Feeds::start(), Hall::new().migrated());
    let tokyo = ride(274);
    feeds.catalogue(&[(274, "Tokyo Disneyland", "Asia/Tokyo")]);
    feeds.destinations(&[("Tokyo Disney Resort", &[(&tokyo, "Tokyo Disneyland")])]);
    feeds.children(&tokyo, &[]);
    let day = hours(
        "OPERATING",
        "2025-12-02T08:00:00+09:00",
        "2025-12-02T22:00:00+09:00",
    );
    feeds.schedule(&tokyo, "Asia/Tokyo", &json!([day]));
    idle(&feeds, &tokyo);
    let moments = [
        "2025-12-01T22:55:00Z",
        "2025-12-01T23:30:00Z",
        "2025-12-02T12:55:00Z",
        "2025-12-02T13:00:00Z",
    ];
    let (open, closed) = ("open schedule", "closed schedule");
    assert_eq!(
        states(&feeds, &hall, &moments),
        [closed, open, open, closed]
    );
    let stored = hall.query("select opens_at, closes_at from park_schedules");
    assert_eq!(stored, [["2025-12-01 23:00:00", "2025-12-02 13:00:00"]]);
}

#[test]
fn only_operating_hours_open_and_a_day_keeps_all_its_windows() {
    let (feeds, hall) = (Feeds::anaheim(), Hall::new().migrated());
    idle(&feeds, ANAHEIM);
    feeds.schedule(
        ANAHEIM,
        LOS_ANGELES,
        &json!([
            hours("EXTRA_HOURS", "2025-12-05T07:30:00-08:00", "2025-12-05T08:00:00-08:00"),
            hours("OPERATING", "2025-12-05T08:00:00-08:00", "2025-12-05T14:00:00-08:00"),
            hours("OPERATING", "2025-12-05T13:00:00-08:00", "2025-12-05T16:00:00-08:00"),
            hours("OPERATING", "2025-12-05T18:00:00-08:00", "2025-12-05T22:00:00-08:00"),
            hours("TICKETED_EVENT", "2025-12-05T22:00:00-08:00", "2025-12-06T01:00:00-08:00"),
            hours("GALA", "2025-12-05T16:00:00-08:00", "2025-12-05T18:00:00-08:00"),
            hours("OPERATING", "2025-12-07T08:00:00-08:00", "2025-12-07T22:00:00-08:00"),
            {"date": "2025-12-06", "type": "INFO", "openingTime": null, "closingTime": null},
            {"date": "2025-12-08", "type": "OPERATING", "openingTime": "soon", "closingTime": "2025-12-08T22:00:00-08:00"},
            hours("OPERATING", "2025-12-09T08:00:00-08:00", "2025-12-12T08:00:00-08:00"),
        ]),
    );
    let ran = feeds.collect(&hall, "2025-12-05T15:45:00Z").succeeds();
    let remarks: Vec<&str> = ran
        .stderr
        .lines()
        .filter_map(|line| line.split("`: ").nth(1))
        .collect();
    assert_eq!(
        remarks,
        [
            "`GALA` is no kind of hours we know, taken as information",
            "openingTime `soon` is not a time, left out",
            "hours from `2025-12-09T16:00:00+00:00` last 72 hours, left out",
        ]
    );
    let kinds = hall.query("select kind, count(*) from park_schedules group by kind order by kind");
    assert_eq!(
        kinds,
        [
            ["EXTRA_HOURS", "1"],
            ["INFO", "1"],
            ["OPERATING", "4"],
            ["TICKETED_EVENT", "1"]
        ]
    );
    let moments = [
        "2025-12-05T20:00:00Z",
        "2025-12-05T22:30:00Z",
        "2025-12-06T00:30:00Z",
        "2025-12-06T05:00:00Z",
        "2025-12-06T06:30:00Z",
        "2025-12-06T20:00:00Z",
    ];
    let (open, closed) = ("open schedule", "closed schedule");
    let expected = [closed, open, open, closed, open, closed, closed];
    assert_eq!(states(&feeds, &hall, &moments), expected);
}

#[test]
fn an_empty_schedule_is_an_answer_and_leaves_the_rides_to_decide() {
    let (feeds, hall) = (Feeds::anaheim(), Hall::new().migrated());
    let rides: Vec<String> = (1..=3).map(ride).collect();
    let said: Vec<_> = rides
        .iter()
        .map(|id| (id.as_str(), id.as_str(), "OPERATING"))
        .collect();
    feeds.live(ANAHEIM, "2030-01-01T00:00:00Z", &said);
    let path = format!("/v1/entity/{ANAHEIM}/schedule");
    assert_eq!(
        states(
            &feeds,
            &hall,
            &["2025-12-05T20:00:00Z", "2025-12-05T20:05:00Z"]
        ),
        ["open observed"; 2]
    );
    assert_eq!(feeds.asked(&path), 1, "it is not asked again for a day");
    assert_eq!(hall.value("select count(*) from park_schedules"), "0");
    feeds.set(&path, Answer::status(404));
    let ran = feeds.collect(&hall, "2025-12-06T20:05:00Z").exits(3);
    let line = format!(
        "collect: could not read the schedule answer of park `{ANAHEIM}`: `/entity/{ANAHEIM}/schedule` answered 404\n"
    );
    assert_eq!(ran.stderr, line);
    assert_eq!(
        ran.stdout, "collect: 1 park, 3 rides\n",
        "its park is read all the same"
    );
}

#[test]
fn a_schedule_that_changes_later_changes_no_history() {
    let (feeds, hall) = (
        Feeds::anaheim(),
        Hall::new().at("2026-07-06T19:00:00Z").migrated(),
    );
    let id = ride(1);
    let body = |status| {
        live(
            ANAHEIM,
            "2026-07-04T16:00:00Z",
            &[(&id, "Space Mountain", status)],
        )
    };
    feeds.set(
        &live_path(ANAHEIM),
        Answer::json(body("CLOSED").to_string()),
    );
    let day = |opens: &str| hours("OPERATING", opens, "2026-07-04T20:00:00-07:00");
    feeds.schedule(
        ANAHEIM,
        LOS_ANGELES,
        &json!([day("2026-07-04T09:00:00-07:00")]),
    );
    states(
        &feeds,
        &hall,
        &[
            "2026-07-04T16:00:00Z",
            "2026-07-04T16:10:00Z",
            "2026-07-04T16:20:00Z",
        ],
    );
    let said = "select slot, state, state_source, scheduled_open, score from park_snapshots where minute(slot) <> 5 order by slot";
    let before = hall.query(said);
    assert_eq!(before[2][1..4], ["open", "schedule", "1"]);

    feeds.schedule(
        ANAHEIM,
        LOS_ANGELES,
        &json!([day("2026-07-04T11:00:00-07:00")]),
    );
    hall.query("update parks set schedule_read_at = schedule_read_at - interval 1 day");
    feeds.collect(&hall, "2026-07-04T16:25:00Z").succeeds();
    assert_eq!(
        hall.query("select opens_at from park_schedules"),
        [["2026-07-04 18:00:00"]]
    );
    assert_eq!(hall.query(said)[..3], before[..]);
    assert_eq!(hall.query(said)[3][1..4], ["closed", "schedule", "0"]);

    // A late poll has its spell judged again, from what was said at each cycle; of its own, the schedule of
    // its arrival decides.
    let late = ("2026-07-04T16:05:00Z".to_owned(), body("OPERATING"));
    replay(&hall, "late", 5, &[late]).succeeds();
    assert_eq!(hall.query(said)[..3], before[..]);
}

#[test]
fn a_ride_down_from_opening_is_down_from_opening_and_one_that_never_runs_all_day() {
    let (feeds, hall) = (
        Feeds::anaheim(),
        Hall::new().at("2026-07-06T12:00:00Z").migrated(),
    );
    let days = [3, 4].map(|day| {
        hours(
            "OPERATING",
            &format!("2026-07-{day:02}T09:00:00"),
            &format!("2026-07-{day:02}T18:00:00"),
        )
    });
    feeds.schedule(ANAHEIM, LOS_ANGELES, &json!(days));
    let [dinosaur, safari, steady] = [ride(1), ride(2), ride(3)];
    let body = |at: &str, first, second| {
        let rides = [
            (&*dinosaur, "DINOSAUR", first),
            (&*safari, "Safari", second),
            (&*steady, "Steady", "OPERATING"),
        ];
        live(ANAHEIM, at, &rides)
    };
    feeds.set(
        &live_path(ANAHEIM),
        Answer::json(body("2026-07-03T15:00:00Z", "CLOSED", "CLOSED").to_string()),
    );
    feeds.collect(&hall, "2026-07-03T15:00:00Z").succeeds();
    let mut polls = Vec::new();
    for (minute, at) in cycles(3, 9, 19, 10) {
        let said = if minute < 18 * 60 {
            "OPERATING"
        } else {
            "CLOSED"
        };
        polls.push((at.clone(), body(&at, said, said)));
    }
    for (minute, at) in cycles(4, 8, 19, 10) {
        let is_open = (9 * 60..18 * 60).contains(&minute);
        let first = match is_open {
            true if minute <= 12 * 60 + 20 => "DOWN",
            true => "OPERATING",
            false => "DOWN",
        };
        polls.push((at.clone(), body(&at, first, "DOWN")));
    }
    replay(&hall, "two_days", 10, &polls).succeeds();
    for level in ["hourly", "daily"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    let hourly = hall.query(
        "select hour(hour_start) - 7, minutes_down, minutes_operating from ride_hourly_stats join rides using (ride_id)
          where name = 'DINOSAUR' and hour_start between '2026-07-04 15:00' and '2026-07-04 20:00' order by hour_start",
    );
    let expected = [
        ["8", "0", "0"],
        ["9", "60", "0"],
        ["10", "60", "0"],
        ["11", "60", "0"],
        ["12", "30", "30"],
        ["13", "0", "60"],
    ];
    assert_eq!(hourly, expected);
    let daily = hall.query(
        "select name, minutes_down, minutes_operating, open_minutes, outages from ride_daily_stats join rides using (ride_id)
          where stat_date = '2026-07-04' order by name",
    );
    let expected = [
        ["DINOSAUR", "210", "330", "540", "1"],
        ["Safari", "540", "0", "540", "1"],
        ["Steady", "0", "540", "540", "0"],
    ];
    assert_eq!(daily, expected);
    // (210 + 540) down of 3 × 540 in service, all of the same weight.
    let score = hall.value(
        "select round(avg_shame_score, 4) from park_daily_stats where stat_date = '2026-07-04'",
    );
    assert_eq!(score, "4.6296");
}

#[test]
fn test_rides_at_night_are_no_downtime_while_the_schedule_says_closed() {
    let (feeds, hall) = (
        Feeds::anaheim(),
        Hall::new().at("2026-07-05T12:00:00Z").migrated(),
    );
    let days = [3, 4].map(|day| {
        hours(
            "OPERATING",
            &format!("2026-07-{day:02}T09:00:00"),
            &format!("2026-07-{day:02}T23:00:00"),
        )
    });
    feeds.schedule(ANAHEIM, LOS_ANGELES, &json!(days));
    let ids: Vec<String> = (1..=26).map(ride).collect();
    let body = |at: &str, running: usize| {
        let status = |number| {
            if number < running {
                "OPERATING"
            } else {
                "DOWN"
            }
        };
        let rides: Vec<_> = ids
            .iter()
            .enumerate()
            .map(|(number, id)| (id.as_str(), id.as_str(), status(number)))
            .collect();
        live(ANAHEIM, at, &rides)
    };
    feeds.set(
        &live_path(ANAHEIM),
        Answer::json(body("2026-07-03T20:00:00Z", 26).to_string()),
    );
    feeds.collect(&hall, "2026-07-03T20:00:00Z").succeeds();
    let polls: Vec<_> = cycles(4, 3, 4, 5)
        .map(|(_, at)| (at.clone(), body(&at, 3)))
        .collect();
    replay(&hall, "night", 5, &polls).succeeds();
    hall.run("aggregate hourly").succeeds();
    let night = hall.query(
        "select sample_count, open_minutes, ride_minutes_down, ride_minutes_closed, avg_shame_score
           from park_hourly_stats where hour_start = '2026-07-04 10:00'",
    );
    assert_eq!(night, [["12", "0", "0", "1560", "NULL"]]);
    assert_eq!(
        hall.value("select sum(minutes_down) from ride_hourly_stats"),
        "0"
    );
}

/// Twelve days an hour a cycle, from dice: what ThemeParks.wiki says of seven rides, and since when it stands still.
fn weeks(dice: &mut Dice) -> Vec<(String, Value)> {
    let ids: Vec<String> = (1..=7).map(ride).collect();
    let (mut said, mut changed_at) = ([""; 7], String::new());
    let cycles = (1..=12).flat_map(|day| (0..24).map(move |hour| (day, hour)));
    let poll = cycles.map(|(day, hour)| {
        let at = format!("2026-07-{day:02}T{hour:02}:00:00Z");
        // Awake from 16 to 6 UTC, and at times of one mind for hours.
        let is_day = !(6..16).contains(&hour);
        if changed_at.is_empty() || dice.throw(4) > 0 {
            changed_at.clone_from(&at);
            for status in &mut said {
                *status = match dice.throw(12) {
                    0..=1 => "DOWN",
                    2 => "CLOSED",
                    3 => "REFURBISHMENT",
                    _ if is_day => "OPERATING",
                    _ => "CLOSED",
                };
            }
        }
        let rides: Vec<_> = ids
            .iter()
            .zip(said)
            .map(|(id, status)| (id.as_str(), id.as_str(), status))
            .collect();
        (at, live(ANAHEIM, &changed_at, &rides))
    });
    poll.collect()
}

#[test]
fn announced_hours_and_a_feed_that_stands_still_leave_the_same_rows_in_any_order() {
    let mut dice = Dice(5);
    let weeks = weeks(&mut dice);
    let hall = |pieces: &[&[(String, Value)]]| {
        let hall = Hall::new().at("2026-07-14T08:00:00Z").migrated();
        hall.query(&format!(
            "insert into parks (park_id, wiki_id, name, timezone, reports_down, schedule_read_at, created_at, updated_at)
             values (1, '{ANAHEIM}', 'Disneyland', '{LOS_ANGELES}', true, '2026-07-05 12:00', '2026-07-01', '2026-07-01')"
        ));
        // No hours for the 3rd, before they were read, nor for the 7th, which is a day off, nor from the 10th on.
        for day in [2, 4, 5, 6, 8, 9] {
            let next = day + 1;
            hall.query(&format!(
                "insert into park_schedules values (1, 'OPERATING', '2026-07-{day:02} 17:00', '2026-07-{next:02} 00:00', '2026-07-05 12:00'),
                        (1, 'OPERATING', '2026-07-{next:02} 02:00', '2026-07-{next:02} 05:00', '2026-07-05 12:00')"
            ));
        }
        for piece in pieces {
            replay(&hall, "piece", 60, piece).succeeds();
        }
        for level in ["hourly", "daily", "yearly"] {
            hall.run(&format!("aggregate {level}")).succeeds();
        }
        hall
    };
    let in_order = hall(&[&weeks]);
    let mut pieces: Vec<_> = weeks.chunks(11).collect();
    dice.shuffle(&mut pieces);
    rows::assert_same(&hall(&pieces), &in_order, &[RAW, ROLLUPS].concat());
    let kinds = in_order.query(
        "select distinct state, state_source from park_snapshots order by state, state_source",
    );
    let expected = [
        ["blind", "observed"],
        ["blind", "schedule"],
        ["closed", "observed"],
        ["closed", "schedule"],
        ["open", "observed"],
        ["open", "schedule"],
    ];
    assert_eq!(kinds, expected, "the weeks are not dull");
}

#[test]
fn recorded_days_in_tokyo_come_out_as_the_feed_states_them() {
    let Some(file) = corpus::file("wiki/tokyo-disney-live-2026-07.jsonl.gz") else {
        return;
    };
    let hall = Hall::new().at("2026-07-26T12:00:00Z").migrated();
    let file = file.display();
    let ran = hall
        .run(&format!("collect --recorded {file} --interval 5"))
        .succeeds();
    assert_eq!(
        ran.stdout,
        "collect: 54 polls read, 54 stored, 0 slot collisions, 0 empty, 0 unread\n"
    );
    let parks = hall.query("select name, timezone, last_slot from parks order by name");
    let named = |id: &str| ["ThemeParks.wiki park ", id].concat();
    let (land, sea) = (
        "3cc919f1-d16d-43e0-8c3f-1dd269bd1a42",
        "67b290d5-3478-4f23-b601-2f8fb71ba803",
    );
    let newest = "2026-07-24 23:40:00";
    assert_eq!(
        parks,
        [
            [&*named(land), "UTC", newest],
            [&*named(sea), "UTC", newest]
        ]
    );
    // The same days once more, now that a person has said that these parks report DOWN.
    hall.query("delete from ride_snapshots");
    hall.query("delete from park_snapshots");
    hall.query("delete from ride_operated_days");
    hall.query("update rides set last_operated_at = null, down_since = null");
    hall.query("update parks set last_slot = null, spell_start = null, doubt_since = null, reports_down = true");
    hall.run(&format!("collect --recorded {file} --interval 5"))
        .succeeds();
    let stored = hall.query(
        "select wiki_id, date_format(slot, '%Y-%m-%dT%H:%i'), state, rides_down from park_snapshots join parks using (park_id)
          order by slot, wiki_id",
    );
    // Gates open at nine there and close at nine, midnight to noon in UTC; down is who ran on an earlier day.
    let mut ran_before: BTreeSet<String> = BTreeSet::new();
    let mut expected = Vec::new();
    for poll in corpus::lines::<Value>(file.to_string().as_ref()) {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let polled_at = text(&poll["polled_at"]);
        let minute: u32 = polled_at[14..16].parse().expect("a minute");
        let is_open = &polled_at[11..13] < "12";
        let rides = poll["body"]["liveData"].as_array().expect("rides");
        let of = |status: &str| -> BTreeSet<String> {
            rides
                .iter()
                .filter(|ride| ride["status"] == status)
                .map(|ride| text(&ride["id"]))
                .collect()
        };
        let down = if is_open {
            of("DOWN").intersection(&ran_before).count()
        } else {
            0
        };
        if is_open {
            ran_before.extend(of("OPERATING"));
        }
        let state = if is_open { "open" } else { "closed" };
        let slot = format!("{}{:02}", &polled_at[..14], minute / 5 * 5);
        expected.push(vec![
            text(&poll["entity_id"]),
            slot,
            state.to_owned(),
            down.to_string(),
        ]);
    }
    assert_eq!(stored, expected);
}

#[test]
fn a_recording_carries_the_hours_its_polls_are_judged_by() {
    let hours = |date: &str| {
        (
            format!("2026-07-{date}T10:00:00Z"),
            format!("2026-07-{date}T12:00:00Z"),
        )
    };
    let (first, second) = (hours("04"), hours("05"));
    let later = ("2026-07-05T11:00:00Z", "2026-07-05T13:00:00Z");
    // Rides run from 9 to 14 each day; all lines of hours stand last in the file.
    let runs = "O".repeat(5);
    let recording = |with_hours: bool| {
        let polls = Recording::new()
            .park(64, "2026-07-04T09:00:00Z", 60, &[&runs, &runs])
            .park(64, "2026-07-05T09:00:00Z", 60, &[&runs, &runs]);
        match with_hours {
            false => polls,
            true => polls
                .schedule(64, "2026-07-05T10:30:00Z", &[later])
                .schedule(
                    64,
                    "2026-07-04T10:00:00Z",
                    &[(&first.0, &first.1), (&second.0, &second.1)],
                ),
        }
    };
    let hall = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    recording(true).keep(&hall);
    let collect = "collect --recorded polls.jsonl --interval 60";
    let said = hall.run(collect).succeeds().stdout;
    assert_eq!(
        said,
        "collect: 10 polls read, 10 stored, 0 slot collisions, 0 empty, 0 unread, 2 schedules followed\n"
    );
    let judged = |hall: &Hall| {
        let rows = hall.query("select date_format(slot, '%d %H'), state, state_source from park_snapshots order by slot");
        rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>()
    };
    let expected = [
        // Before anything was announced the rides decide; the line of 10:00 counts for the poll of 10:00.
        "04 09 open observed",
        "04 10 open schedule",
        "04 11 open schedule",
        "04 12 closed schedule",
        "04 13 closed schedule",
        "05 09 closed schedule",
        "05 10 open schedule",
        // From 10:30 on other hours are announced.
        "05 11 open schedule",
        "05 12 open schedule",
        "05 13 closed schedule",
    ];
    assert_eq!(judged(&hall), expected);
    // Again: no poll is new, and the older of the two lines of hours is not followed.
    let said = hall.run(collect).succeeds().stdout;
    assert_eq!(
        said,
        "collect: 10 polls read, 0 stored, 10 slot collisions, 0 empty, 0 unread, 1 schedule followed\n"
    );
    let plain = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    recording(false).collect(&plain, 60);
    assert!(
        judged(&plain)
            .iter()
            .all(|row| row.ends_with("open observed"))
    );
    // A line that is no schedule costs itself alone.
    let line = r#"{"polled_at": "2026-07-04T10:00:00Z", "park_id": 64, "endpoint": "schedule", "body": [1]}"#;
    let other = r#"{"polled_at": "2026-07-04T10:00:00Z", "park_id": 64, "endpoint": "children", "body": {}}"#;
    std::fs::write(plain.path("odd.jsonl"), format!("{line}\n{other}\n")).expect("it is kept");
    let ran = plain.run("collect --recorded odd.jsonl").exits(1);
    assert!(
        ran.stderr
            .contains("collect: the schedule is not a JSON object\n")
            && ran.stderr.contains(
                "line 2: not a recorded poll: it answers `children`, neither `live` nor `schedule`"
            ),
        "{}",
        ran.stderr
    );
}

#[test]
fn recorded_hours_of_themeparks_wiki_find_its_park() {
    let hall = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    let live = |hour: u32| {
        let ride = json!({"id": "11111111-1111-4111-8111-111111111111", "name": "Comet", "entityType": "ATTRACTION",
            "status": "OPERATING", "lastUpdated": format!("2026-07-04T{hour:02}:00:00Z")});
        json!({"polled_at": format!("2026-07-04T{hour:02}:00:00Z"), "entity_id": ANAHEIM, "endpoint": "live",
            "body": {"id": ANAHEIM, "liveData": [ride]}})
    };
    let hours = json!([{"type": "OPERATING", "openingTime": "2026-07-04T10:00:00Z", "closingTime": "2026-07-04T11:00:00Z"}]);
    let schedule = json!({"polled_at": "2026-07-04T08:00:00Z", "entity_id": ANAHEIM, "endpoint": "schedule",
        "body": {"id": ANAHEIM, "timezone": "UTC", "schedule": hours}});
    let lines: Vec<String> = [live(9), live(10), live(11), schedule]
        .iter()
        .map(Value::to_string)
        .collect();
    std::fs::write(hall.path("polls.jsonl"), lines.join("\n")).expect("it is kept");
    hall.run("collect --recorded polls.jsonl --interval 60")
        .succeeds();
    let rows = hall.query("select state, state_source from park_snapshots order by slot");
    assert_eq!(
        rows,
        [
            ["closed", "schedule"],
            ["open", "schedule"],
            ["closed", "schedule"]
        ]
    );
}
