//! Real recorded days through the whole chain: the hours they must come to, whatever way and order they arrive in.

use crate::corpus::{self, Poll};
use crate::feed_server::Replay;
use crate::hall::{Hall, run};
use crate::recording::Dice;
use crate::rows::{self, RAW, ROLLUPS};
use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::America::Los_Angeles;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

const PARIS: &str = "disneyland-paris-2026-08";

/// A recording of the corpus, and a hall in which its last day is over.
fn recorded(name: &str) -> Option<(Hall, std::path::PathBuf, Vec<Poll>)> {
    let file = corpus::file(&format!("replay/{name}.jsonl.gz"))?;
    let polls = corpus::polls(&file);
    Some((hall_after(&polls), file, polls))
}

/// A hall whose clock shows a day and a half after the last poll, so that its day is over.
fn hall_after(polls: &[Poll]) -> Hall {
    let last = polls.iter().map(|poll| poll.polled_at).max();
    let now = last.expect("a poll") + Duration::hours(36);
    Hall::new().at(&now.to_rfc3339()).migrated()
}

#[track_caller]
fn aggregate(hall: &Hall) {
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

/// Collects a recording, aggregates it and holds every hour against what the corpus expects.
#[track_caller]
fn replays_exactly(name: &str, interval: u32) {
    let Some((hall, file, polls)) = recorded(name) else {
        return;
    };
    let file = file.display();
    let ran = hall
        .run(&format!("collect --recorded {file} --interval {interval}"))
        .succeeds();
    let slot = |poll: &Poll| {
        (
            poll.park_id,
            poll.polled_at.timestamp() / i64::from(60 * interval),
        )
    };
    let (read, stored) = (
        polls.len(),
        polls.iter().map(slot).collect::<BTreeSet<_>>().len(),
    );
    let taken = read - stored;
    assert_eq!(
        ran.stdout,
        format!(
            "collect: {read} polls read, {stored} stored, {taken} slot collisions, 0 empty, 0 unread\n"
        )
    );
    aggregate(&hall);
    let hours = |of: &str| {
        let expected = corpus::file(&format!("expected/{name}.{of}_hour.csv.gz"));
        csv(&expected.expect("what the recording comes to"))
    };
    rows::assert_equal(
        &lines(
            &hall,
            "select date_format(hour_start, '%Y-%m-%dT%TZ'), queue_times_id, sample_count, open_minutes, score_minutes,
                    wait_sum, wait_samples, coalesce(wait_max, 0), ride_minutes_operating, ride_minutes_down,
                    ride_minutes_closed, ride_minutes_unknown, weighted_minutes_down
               from park_hourly_stats join parks using (park_id) where sample_count > 0",
        ),
        &hours("park"),
        "park hours",
    );
    rows::assert_equal(
        &lines(
            &hall,
            "select date_format(hour_start, '%Y-%m-%dT%TZ'), queue_times_id, sample_count, wait_sum, wait_samples, coalesce(wait_max, 0),
                    minutes_operating, minutes_down, minutes_closed, minutes_unknown
               from ride_hourly_stats join rides using (ride_id)",
        ),
        &hours("ride"),
        "ride hours",
    );
    days_are_their_hours_and_years_their_days(&hall);
}

fn lines(hall: &Hall, statement: &str) -> Vec<String> {
    let rows = hall.query(statement).into_iter();
    let mut lines: Vec<String> = rows.map(|row| row.join(",")).collect();
    lines.sort_unstable();
    lines
}

/// The lines of an expected file in the words of the database: six places of a score, no `T`, 0 for no wait.
fn csv(file: &Path) -> Vec<String> {
    let mut text = String::new();
    MultiGzDecoder::new(File::open(file).expect("the file opens"))
        .read_to_string(&mut text)
        .expect("the file is text");
    let (header, rows) = text.split_once('\n').expect("a header");
    let score = header.split(',').position(|name| name == "score_minutes");
    let wait_max = header.split(',').position(|name| name == "wait_max");
    let line = |row: &str| {
        let mut values: Vec<String> = row.trim().split(',').map(str::to_owned).collect();
        if let Some(score) = score.filter(|score| values[*score] == "0") {
            values[score] = "0.000000".to_owned();
        }
        if let Some(most) = wait_max.filter(|most| values[*most].is_empty()) {
            values[most] = "0".to_owned();
        }
        values.join(",")
    };
    let mut lines: Vec<String> = rows.lines().map(line).collect();
    lines.sort_unstable();
    lines
}

const PARK_SUMS: &str = "sum(sample_count), sum(open_minutes), sum(score_minutes), sum(weighted_minutes_down), sum(wait_sum),
    sum(wait_samples), max(wait_max), sum(ride_minutes_operating), sum(ride_minutes_down), sum(ride_minutes_closed),
    sum(ride_minutes_refurbishment), sum(ride_minutes_unknown), min(first_operated_at), max(last_operated_at)";
const RIDE_SUMS: &str = "sum(sample_count), sum(open_minutes), sum(outages), sum(weighted_minutes_down), sum(wait_sum),
    sum(wait_samples), max(wait_max), sum(minutes_operating), sum(minutes_down), sum(minutes_closed),
    sum(minutes_refurbishment), sum(minutes_unknown), min(first_operated_at), max(last_operated_at)";

/// Compares by SQL alone; which instants bound a day of the calendar is asked of chrono-tz.
#[track_caller]
fn days_are_their_hours_and_years_their_days(hall: &Hall) {
    hall.query("create table pacific_days (date date primary key, start datetime, end datetime)");
    let bounds = hall.query(
        "select date(min(hour_start)) - interval 1 day, date(max(hour_start)) + interval 1 day from park_hourly_stats",
    );
    let [first, last] = [0, 1].map(|at| bounds[0][at].parse::<NaiveDate>().expect("a date"));
    for date in first.iter_days().take_while(|date| *date <= last) {
        let [start, end] = [date, date.succ_opt().expect("a date")].map(midnight);
        hall.query(&format!(
            "insert into pacific_days values ('{date}', '{start}', '{end}')"
        ));
    }
    for (who, sums) in [("park", PARK_SUMS), ("ride", RIDE_SUMS)] {
        let days =
            format!("select stat_date, {who}_id, {sums} from {who}_daily_stats group by 1, 2");
        let hours = format!(
            "select date, {who}_id, {sums} from pacific_days join {who}_hourly_stats on hour_start >= start and hour_start < end
              where date in (select stat_date from {who}_daily_stats) group by 1, 2"
        );
        agree(hall, &days, &hours);
        let years =
            format!("select stat_year, {who}_id, {sums} from {who}_yearly_stats group by 1, 2");
        let by_year = format!(
            "select year(stat_date), {who}_id, {sums} from {who}_daily_stats group by 1, 2"
        );
        agree(hall, &years, &by_year);
    }
}

fn midnight(date: NaiveDate) -> String {
    let local = date.and_hms_opt(0, 0, 0).expect("midnight");
    let at = Los_Angeles.from_local_datetime(&local).single();
    let at: DateTime<Utc> = at.expect("one midnight a day").to_utc();
    at.format("%F %T").to_string()
}

/// Neither query has a row the other lacks.
#[track_caller]
fn agree(hall: &Hall, one: &str, other: &str) {
    let count = |query: &str| hall.value(&format!("select count(*) from ({query}) as t"));
    assert_ne!(count(one), "0", "{one}");
    assert_eq!(count(&format!("({one}) except ({other})")), "0", "{one}");
    assert_eq!(count(&format!("({other}) except ({one})")), "0", "{one}");
}

#[test]
fn disneyland_paris_in_august_comes_to_the_expected_hours() {
    replays_exactly(PARIS, 15);
}

#[test]
fn disneyland_paris_in_april_comes_to_the_expected_hours() {
    replays_exactly("partial-disneyland-paris-2026-04", 5);
}

#[test]
fn gardaland_comes_to_the_expected_hours() {
    replays_exactly("gardaland-verbatim-2025", 5);
}

#[test]
fn universal_orlando_in_august_comes_to_the_expected_hours() {
    replays_exactly("partial-universal-orlando-2025-08", 5);
}

#[test]
fn universal_orlando_in_december_comes_to_the_expected_hours() {
    replays_exactly("universal-orlando-2025-12", 5);
}

/// A poll as a line of a recording.
fn line(poll: &Poll) -> String {
    let (park, at, body) = (poll.park_id, poll.polled_at, &poll.body);
    format!(r#"{{"polled_at":"{at:?}","park_id":{park},"body":{body}}}"#)
}

/// Writes the polls into files of `size` polls and returns their names, each with a space before it.
fn files(hall: &Hall, polls: &[&Poll], size: usize) -> Vec<String> {
    let write = |(number, polls): (usize, &[&Poll])| {
        let name = format!("{number}.jsonl");
        let lines: Vec<String> = polls.iter().map(|poll| line(poll)).collect();
        fs::write(hall.path(&name), lines.join("\n")).expect("the polls are kept");
        name
    };
    polls.chunks(size).enumerate().map(write).collect()
}

/// A hall that was given the recording whole and in order.
fn in_order(polls: &[Poll], interval: u32) -> Hall {
    let hall = hall_after(polls);
    let whole = files(&hall, &polls.iter().collect::<Vec<_>>(), polls.len()).join(" ");
    hall.run(&format!("collect --recorded {whole} --interval {interval}"))
        .succeeds();
    aggregate(&hall);
    hall
}

#[track_caller]
fn left_the_same_rows(hall: &Hall, expected: &Hall) {
    aggregate(hall);
    rows::assert_same(hall, expected, &[RAW, ROLLUPS].concat());
}

#[test]
fn shuffled_lines_in_any_order_of_files_leave_the_same_rows() {
    let Some((shuffled, _, polls)) = recorded(PARIS) else {
        return;
    };
    let mut order: Vec<&Poll> = polls.iter().collect();
    Dice(1).shuffle(&mut order);
    let names = files(&shuffled, &order, 50).join(" ");
    shuffled
        .run(&format!("collect --recorded {names} --interval 15"))
        .succeeds();
    left_the_same_rows(&shuffled, &in_order(&polls, 15));
}

#[test]
fn parts_of_a_recording_in_any_order_of_runs_leave_the_same_rows() {
    let Some((parted, _, polls)) = recorded(PARIS) else {
        return;
    };
    let in_time: Vec<&Poll> = polls.iter().collect();
    let mut names = files(&parted, &in_time, polls.len().div_ceil(12));
    Dice(2).shuffle(&mut names);
    for name in &names {
        parted
            .run(&format!("collect --recorded {name} --interval 15"))
            .succeeds();
    }
    left_the_same_rows(&parted, &in_order(&polls, 15));
}

#[test]
fn single_cycles_in_any_order_with_hours_filled_between_leave_the_same_rows() {
    let Some((scattered, _, polls)) = recorded(PARIS) else {
        return;
    };
    let mut order: Vec<&Poll> = polls.iter().collect();
    Dice(3).shuffle(&mut order);
    for (number, name) in files(&scattered, &order, 9).iter().enumerate() {
        scattered
            .run(&format!("collect --recorded {name} --interval 15"))
            .succeeds();
        if number % 10 == 4 {
            aggregate(&scattered);
        }
    }
    left_the_same_rows(&scattered, &in_order(&polls, 15));
}

/// A day and a half of polls, with a night and its silence in the middle.
fn slice(polls: Vec<Poll>) -> Vec<Poll> {
    let until = polls[0].polled_at + Duration::hours(30);
    polls
        .into_iter()
        .filter(|poll| poll.polled_at < until)
        .collect()
}

/// Polls cycle by cycle over HTTP, each at its time.
fn over_http(polls: &[Poll], cycles: &[&[Poll]]) -> Hall {
    let (hall, replay) = (hall_after(polls), Replay::start(polls));
    for cycle in cycles {
        let now = cycle[0].polled_at;
        replay.at(now);
        let parks = cycle.iter().fold(String::new(), |mut parks, poll| {
            let comma = if parks.is_empty() { "" } else { "," };
            write!(parks, "{comma}{}", poll.park_id).expect("a string grows");
            parks
        });
        let words = [
            "collect",
            "--feed-url",
            &replay.server.url,
            "--parks",
            &parks,
        ];
        let mut command = hall.command(&words);
        command.env("HALLCTL_NOW", now.to_rfc3339());
        run(command).succeeds();
    }
    hall
}

#[test]
fn polls_over_http_in_order_leave_the_rows_of_their_recording() {
    let Some((_, _, polls)) = recorded(PARIS) else {
        return;
    };
    let polls = slice(polls);
    let cycles: Vec<&[Poll]> = polls.chunk_by(|a, b| a.polled_at == b.polled_at).collect();
    left_the_same_rows(&over_http(&polls, &cycles), &in_order(&polls, 5));
}

#[test]
fn polls_over_http_in_any_order_leave_the_rows_of_their_recording() {
    let Some((_, _, polls)) = recorded(PARIS) else {
        return;
    };
    let polls = slice(polls);
    let mut cycles: Vec<&[Poll]> = polls.chunk_by(|a, b| a.polled_at == b.polled_at).collect();
    Dice(4).shuffle(&mut cycles);
    left_the_same_rows(&over_http(&polls, &cycles), &in_order(&polls, 5));
}
