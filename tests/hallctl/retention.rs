//! Rows past their retention: archived, dropped behind clean periods only, and brought back to the byte.

use crate::hall::{Hall, eventually, wait};
use crate::recording::Recording;
use crate::rows::{self, KEPT, RAW, ROLLUPS};
use mysql::prelude::Queryable;
use std::fs;
use std::path::PathBuf;

/// With raw rows kept for 7 days, those of April 6 and before are past their retention.
const NOW: &str = "2026-04-14T20:10:00Z";
const PRUNE: &str = "prune --raw-days 7";

/// Two parks, open from 16:00 to 04:00 UTC from April 3 to 8, a cycle an hour, every period filled.
fn aged() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    days(6).collect(&hall, 60);
    aggregate(&hall);
    hall
}

/// So many days of two parks that are open for twelve hours, past midnight UTC.
fn days(count: usize) -> Recording {
    let open = "OOOOOOOOOOOOcccccccccccc".repeat(count);
    let breaks = "OOOOccOOOOOOcccccccccccc".repeat(count);
    Recording::new()
        .park(64, "2026-04-03T16:00:00Z", 60, &[&open, &breaks, &open])
        .park(65, "2026-04-03T16:00:00Z", 60, &[&breaks, &open])
}

#[track_caller]
fn aggregate(hall: &Hall) {
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
}

/// Every column of every row, our own numbers and times of filling included.
fn dump(hall: &Hall, tables: &[&str]) -> Vec<Vec<Vec<String>>> {
    let rows = |table: &&str| {
        let mut rows = hall.query(&format!("select * from {table}"));
        rows.sort_unstable();
        rows
    };
    tables.iter().map(rows).collect()
}

fn raw_days(hall: &Hall) -> Vec<String> {
    let days = hall.query(
        "select distinct cast(slot as date) from park_snapshots
          union select distinct cast(hour_start as date) from ride_snapshots order by 1",
    );
    days.into_iter()
        .map(|row| row[0][8..10].to_owned())
        .collect()
}

fn pruned_through(hall: &Hall) -> String {
    hall.value("select value from settings where name = 'pruned_through_raw'")
}

/// The files of a directory of the hall, by name.
fn files(hall: &Hall, directory: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(hall.path(directory))
        .expect("the directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort_unstable();
    files
}

fn words(files: &[PathBuf]) -> String {
    let words: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    words.join(" ")
}

#[test]
fn archived_days_come_back_to_the_byte_and_nothing_above_them_moves() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    let raw = dump(&hall, RAW);
    let (rollups, marks) = (dump(&hall, ROLLUPS), dump(&hall, &["stale_periods"]));
    let ran = hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    assert_eq!(ran.stderr, "");
    assert!(
        ran.stdout.ends_with(
            "prune: 4 raw days and 0 months of hours dropped, 560 rows, 4 days archived\n"
        ),
        "{}",
        ran.stdout
    );
    assert_eq!(raw_days(&hall), ["07", "08", "09"]);
    assert_eq!(pruned_through(&hall), "2026-04-07T00:00:00+00:00");
    assert!(dump(&hall, ROLLUPS) == rollups, "sums stay as they were");
    let kept = files(&hall, "attic");
    let names: Vec<_> = kept
        .iter()
        .filter_map(|file| file.file_name()?.to_str())
        .collect();
    assert_eq!(
        names,
        [
            "raw-2026-04-03.jsonl.gz",
            "raw-2026-04-04.jsonl.gz",
            "raw-2026-04-05.jsonl.gz",
            "raw-2026-04-06.jsonl.gz"
        ]
    );

    // The youngest first: each day still gets a partition of its own.
    let backwards: Vec<PathBuf> = kept.iter().rev().cloned().collect();
    let ran = hall
        .run(&format!("restore {}", words(&backwards)))
        .succeeds();
    assert_eq!(ran.stdout, "restore: 4 days restored, 560 rows\n");
    let status = hall.run("status").stdout;
    let told = "; raw rows of 4 days restored: 2026-04-03, 2026-04-04, 2026-04-05 and 1 more\n";
    assert!(status.contains(told), "{status}");
    assert!(dump(&hall, RAW) == raw, "the rows are the same");
    assert!(dump(&hall, ROLLUPS) == rollups);
    assert_eq!(dump(&hall, &["stale_periods"]), marks);
    assert_eq!(
        hall.value("select count(*) from ride_snapshots partition (until_2026_04_05)"),
        "120"
    );
    let again = hall.run(&format!("restore {}", words(&kept))).succeeds();
    assert_eq!(
        again.stdout,
        "restore: 0 days restored, 0 rows, 4 already there\n"
    );

    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    assert!(
        dump(&hall, RAW) == raw,
        "what was restored is left alone for a while"
    );
    let later = hall.at("2026-05-20T20:10:00Z");
    aggregate(&later);
    let ran = later.run(&format!("{PRUNE} --archive attic")).succeeds();
    assert!(ran.stdout.contains("7 raw days"), "{}", ran.stdout);
    assert_eq!(later.value("select count(*) from restored_days"), "0");
    assert!(raw_days(&later).is_empty());
}

#[test]
fn the_first_failed_stale_or_missing_period_holds_the_line_and_names_the_next_command() {
    let hall = Hall::new().at(NOW).migrated();
    days(6).collect(&hall, 60);
    let broken = "alter table park_hourly_stats add constraint a_full_disk
                  check (hour_start <> '2026-04-05 17:00:00' or sample_count = 0)";
    hall.db().query_drop(broken).expect("a fault");
    hall.run("aggregate hourly").exits(3);
    hall.run("aggregate daily").succeeds();
    hall.run("aggregate yearly").succeeds();
    let held = |ran: crate::hall::Ran| {
        let line = ran.stderr.trim().to_owned();
        line.strip_prefix("prune: raw rows are held: ")
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned()
    };
    let cause = held(hall.run(PRUNE).exits(3));
    assert!(
        cause.starts_with("hour 2026-04-05T17Z could not be filled: "),
        "{cause}"
    );
    assert!(cause.contains("a_full_disk"), "{cause}");
    assert!(
        cause.ends_with("next: `hallctl backfill --from 2026-04-05 --to 2026-04-05 --failed`"),
        "{cause}"
    );
    assert_eq!(raw_days(&hall), ["05", "06", "07", "08", "09"]);
    let status = hall.run("status");
    assert!(
        status.stdout.contains("raw rows are held"),
        "{}",
        status.stdout
    );

    hall.db()
        .query_drop("alter table park_hourly_stats drop constraint a_full_disk")
        .expect("mended");
    let next = |cause: &str| {
        let (_, next) = cause.split_once("; next: `hallctl ").expect(cause);
        next.trim_end_matches('`').to_owned()
    };
    hall.run(&format!("{} --yes", next(&cause))).succeeds();
    let forget = |statement: &str| hall.db().query_drop(statement).expect("rows are lost");
    forget("delete from park_daily_stats where stat_date = '2026-04-05'");
    let cause = held(hall.run(PRUNE).exits(3));
    assert_eq!(
        cause,
        "day 2026-04-05 is missing; next: `hallctl backfill --from 2026-04-05 --to 2026-04-05 --missing`"
    );
    hall.run(&format!("{} --yes", next(&cause))).succeeds();
    forget("delete from park_hourly_stats where hour_start >= '2026-04-05'");
    forget("delete from settings where name like 'marked_%'");
    let ran = hall.run(PRUNE).exits(3);
    let lines = ran
        .stdout
        .lines()
        .filter(|line| line.contains("is missing"));
    assert_eq!(lines.count(), 1, "said once: {}", ran.stdout);
    let cause = held(ran);
    assert!(
        cause.ends_with("Z is missing; next: `hallctl aggregate hourly`"),
        "{cause}"
    );
    let plan = hall.run(&format!("{PRUNE} --dry-run")).succeeds().stdout;
    let line = format!("prune: raw: held: {cause}\n");
    assert!(plan.contains(&line), "{plan}");
    hall.run(&next(&cause)).succeeds();
    aggregate(&hall);
    hall.db()
        .query_drop("insert into stale_periods values ('daily', '2026-04-06 07:00:00', 1)")
        .expect("a mark");
    let cause = held(hall.run(PRUNE).exits(3));
    assert_eq!(
        cause,
        "day 2026-04-06 is stale; next: `hallctl aggregate daily`"
    );
    assert_eq!(
        raw_days(&hall),
        ["06", "07", "08", "09"],
        "it has a share in April 6"
    );
    aggregate(&hall);

    hall.db()
        .query_drop("delete from ride_snapshots where hour_start = '2026-04-06 18:00:00' limit 1")
        .expect("rows vanish");
    let cause = held(hall.run(PRUNE).exits(3));
    assert_eq!(
        cause,
        "hour 2026-04-06T18Z was filled from 5 ride cycles, 4 are stored; next: `hallctl aggregate hourly --hour 2026-04-06T18`"
    );
    // The guard names the one step that helps, and no other is named beside it.
    hall.run(&next(&cause)).exits(1);
    let cause = held(hall.run(PRUNE).exits(3));
    assert!(cause.contains("refused: it would shrink"), "{cause}");
    assert!(!cause.contains("next:"), "{cause}");
    assert_eq!(raw_days(&hall), ["06", "07", "08", "09"]);
}

#[test]
fn a_dry_run_says_what_would_go_and_changes_nothing() {
    let hall = aged();
    let everything: Vec<&str> = [RAW, ROLLUPS, KEPT, &["job_runs", "aggregation_log"]].concat();
    let before = dump(&hall, &everything);
    let ran = hall.run(&format!("{PRUNE} --dry-run")).succeeds();
    assert_eq!(
        ran.stdout,
        "prune: raw: 560 rows of 4 partitions, 2026-04-03 to 2026-04-06\n\
         prune: hourly: nothing is past its retention\n\
         prune: a dry run, nothing was changed\n"
    );
    assert!(dump(&hall, &everything) == before);
}

#[test]
fn a_late_poll_of_a_pruned_day_changes_no_row_of_any_park() {
    let hall = aged();
    hall.run(PRUNE).succeeds();
    let everything: Vec<&str> = [RAW, ROLLUPS, KEPT].concat();
    let before = dump(&hall, &everything);
    // The second one would join the opening that began before midnight; the third park is not known at all.
    Recording::new()
        .park(64, "2026-04-06T18:30:00Z", 30, &["O", "c", "O"])
        .park(64, "2026-04-07T02:30:00Z", 30, &["c", "c", "c"])
        .park(66, "2026-04-05T18:30:00Z", 30, &["OO"])
        .keep(&hall);
    hall.run("collect --recorded polls.jsonl --interval 30")
        .exits(3);
    let said = hall
        .value("select summary from job_runs where job = 'collect' order by run_id desc limit 1");
    assert_eq!(
        said,
        "4 polls read, 0 stored, 0 slot collisions, 0 empty, 0 unread, \
         4 polls of pruned history (before 2026-04-07T00:00Z, or in an opening that began before)"
    );
    assert!(dump(&hall, &everything) == before);
    aggregate(&hall);
    assert!(dump(&hall, RAW) == before[..2] && dump(&hall, ROLLUPS) == before[2..8]);

    // The next opening is whole, so a poll that comes late is welcome in it, and what is pruned beside it no trouble.
    Recording::new()
        .park(64, "2026-04-06T18:30:00Z", 30, &["O", "c", "O"])
        .park(64, "2026-04-07T18:30:00Z", 30, &["O", "c", "O"])
        .collect(&hall, 30);
    assert_eq!(
        hall.value("select count(*) from park_snapshots where slot = '2026-04-07 18:30:00'"),
        "1"
    );
}

#[test]
fn a_run_killed_between_the_line_and_the_drop_is_finished_by_the_next() {
    let hall = aged();
    let clean = aged();
    clean.run(PRUNE).succeeds();
    fs::create_dir(hall.path("attic")).expect("a directory");
    // A reader in a transaction keeps the table from being altered.
    let mut reader = hall.db();
    reader.query_drop("start transaction").expect("it begins");
    reader
        .query_drop("select 1 from ride_snapshots limit 1")
        .expect("it reads");
    let mut run = hall.spawn(&format!("{PRUNE} --archive attic"));
    eventually("the drop", || {
        let waiting = "select count(*) from information_schema.processlist
                        where state like 'Waiting for table metadata lock%'";
        hall.value(waiting) != "0"
    });
    assert_eq!(pruned_through(&hall), "2026-04-04T00:00:00+00:00");
    run.kill().expect("ours");
    assert_eq!(wait(&mut run), -9);
    assert!(
        raw_days(&hall).contains(&"03".to_owned()),
        "rows of rides are still there"
    );
    reader.query_drop("commit").expect("it ends");

    let ran = hall.run(&format!("{PRUNE} --archive attic"));
    // Its parks' rows were dropped already, so what is left of the day is not what was archived.
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    rows::assert_same(&hall, &clean, RAW);
    assert_eq!(dump(&hall, &["settings"]), dump(&clean, &["settings"]));
}

#[test]
fn hours_go_by_the_month_behind_their_days_and_come_back_day_by_day() {
    let hall = Hall::new().at("2026-03-08T20:10:00Z").migrated();
    Recording::new()
        .park(
            64,
            "2026-01-30T16:00:00Z",
            60,
            &["OOOOccOOOOOOcccccccccccc".repeat(3).as_str()],
        )
        .collect(&hall, 60);
    aggregate(&hall);
    fs::create_dir(hall.path("attic")).expect("a directory");
    let prune = "prune --raw-days 7 --hourly-days 31 --archive attic";
    hall.db()
        .query_drop("insert into stale_periods values ('daily', '2026-01-31 08:00:00', 1)")
        .expect("a mark");
    let ran = hall.run(prune).exits(3);
    assert!(
        ran.stderr
            .contains("raw rows are held: day 2026-01-31 is stale"),
        "{}",
        ran.stderr
    );
    aggregate(&hall);
    let rollups = dump(&hall, ROLLUPS);
    let ran = hall.run(prune).succeeds();
    assert!(
        ran.stdout
            .contains(" 3 raw days and 1 month of hours dropped"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        hall.value("select min(hour_start) from park_hourly_stats"),
        "2026-02-01 00:00:00"
    );
    assert_eq!(
        hall.value("select value from settings where name = 'pruned_through_hourly'"),
        "2026-02-01T00:00:00+00:00"
    );
    let refused = hall.run("aggregate daily --date 2026-01-31");
    assert!(
        refused
            .stderr
            .contains("pruned through `2026-02-01T00:00Z`"),
        "{}",
        refused.stderr
    );
    assert!(
        dump(&hall, ROLLUPS)[2..] == rollups[2..],
        "days and years stay"
    );

    // Who asks there is told so, and sees the rows that are left.
    let explain = |words: &str| hall.run(&format!("explain {words}")).succeeds().stdout;
    let day: Vec<String> = explain("park 1 --date 2026-01-30")
        .lines()
        .map(str::to_owned)
        .collect();
    let hours = "its hours: pruned through 2026-02-01T00:00Z; `hallctl restore hourly-2026-01-30.jsonl.gz \
                 hourly-2026-01-31.jsonl.gz` brings them back, if archived";
    assert!(day.iter().any(|line| line == hours), "{day:?}");
    assert!(
        day.iter().any(|line| line.starts_with("the day ")),
        "{day:?}"
    );
    let object = |words: &str| -> serde_json::Value {
        serde_json::from_str(&explain(&format!("{words} --json"))).expect("an object")
    };
    let pruned = |stock: &str, dates: &[&str], through: &str| {
        let files: Vec<String> = dates
            .iter()
            .map(|date| format!("{stock}-2026-01-{date}.jsonl.gz"))
            .collect();
        let restore = format!("hallctl restore {}", files.join(" "));
        serde_json::json!({"stock": stock, "through": through, "restore": restore})
    };
    let line = "2026-02-01T00:00Z";
    let report = object("park 1 --date 2026-01-30");
    assert_eq!(
        report["pruned"],
        serde_json::json!([pruned("hourly", &["30", "31"], line)])
    );
    let raw_line = hall.value(
        "select concat(left(value, 16), 'Z') from settings where name = 'pruned_through_raw'",
    );
    let report = object("ride 1 --at 2026-01-30T18:20");
    assert_eq!(
        report["pruned"],
        serde_json::json!([
            pruned("raw", &["30"], &raw_line),
            pruned("hourly", &["30"], line)
        ])
    );
    let levels: Vec<_> = report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["level"])
        .collect();
    assert_eq!(levels, ["daily", "yearly"]);

    let kept = files(&hall, "attic");
    assert_eq!(kept.len(), 4 + 2, "{kept:?}");
    hall.run(&format!("restore {}", words(&kept[..2])))
        .succeeds();
    assert!(dump(&hall, ROLLUPS) == rollups, "{:?}", kept[0]);
    hall.run("aggregate daily --date 2026-01-31").succeeds();
}

#[test]
fn days_of_23_hours_hold_both_dates_they_have_a_share_in() {
    let hall = Hall::new().at("2026-03-18T20:10:00Z").migrated();
    Recording::new()
        .park(
            64,
            "2026-03-06T16:00:00Z",
            60,
            &["OOOOccOOOOOOcccccccccccc".repeat(5).as_str()],
        )
        .collect(&hall, 60);
    aggregate(&hall);
    hall.db()
        .query_drop("insert into stale_periods values ('daily', '2026-03-08 08:00:00', 1)")
        .expect("a mark");
    let ran = hall.run(PRUNE).exits(3);
    assert!(
        ran.stderr.contains("day 2026-03-08 is stale"),
        "{}",
        ran.stderr
    );
    assert_eq!(raw_days(&hall), ["08", "09", "10", "11"]);
    aggregate(&hall);
    hall.db()
        .query_drop("insert into stale_periods values ('daily', '2026-03-09 07:00:00', 1)")
        .expect("a mark");
    hall.run(PRUNE).exits(3);
    assert_eq!(
        raw_days(&hall),
        ["09", "10", "11"],
        "it begins at 07:00 on the 9th"
    );
}

#[test]
fn an_opening_that_has_not_ended_keeps_its_first_cycles_for_a_week_at_most() {
    let hall = Hall::new().at("2026-04-11T00:30:00Z").migrated();
    let hours = |count: usize| "O".repeat(count);
    let first_week = hours(24 * 7 + 1);
    Recording::new()
        .park(64, "2026-04-03T22:00:00Z", 60, &[&first_week])
        .collect(&hall, 60);
    aggregate(&hall);
    let held = hall.run(PRUNE).exits(3);
    let next = "`hallctl explain park 1 --at 2026-04-03T22:00Z`";
    for words in [
        "has been open without a break since 2026-04-03T22:00Z",
        "after 7 days at the latest",
        next,
    ] {
        assert!(held.stderr.contains(words), "{words}: {}", held.stderr);
    }
    assert_eq!(pruned_through(&hall), "1970-01-01T00:00:00+00:00");
    let shown = hall.run("explain park 1 --at 2026-04-03T22:00Z").succeeds();
    assert!(shown.stdout.contains("a spell begins here"), "{shown:?}");

    // The next cycle is one too many for the spell.
    Recording::new()
        .park(64, "2026-04-10T23:00:00Z", 60, &[&hours(2)])
        .collect(&hall, 60);
    aggregate(&hall);
    hall.run(PRUNE).succeeds();
    assert_eq!(pruned_through(&hall), "2026-04-04T00:00:00+00:00");
}

#[test]
fn what_cannot_be_archived_is_not_dropped() {
    let hall = aged();
    let raw = dump(&hall, RAW);
    fs::create_dir(hall.path("attic")).expect("a directory");
    let prune = format!("{PRUNE} --archive attic");
    let part = hall.path("attic/raw-2026-04-03.jsonl.gz.part");
    std::os::unix::fs::symlink("/dev/full", &part).expect("a disk without room");
    let ran = hall.run(&prune).exits(1);
    assert!(
        ran.stderr
            .contains("could not write `attic/raw-2026-04-03.jsonl.gz.part`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("No space left on device"),
        "{}",
        ran.stderr
    );
    assert!(dump(&hall, RAW) == raw);
    assert!(files(&hall, "attic").is_empty());

    hall.run(&prune).succeeds();
    let file = hall.path("attic/raw-2026-04-05.jsonl.gz");
    hall.run(&format!("restore {}", file.display())).succeeds();
    hall.db()
        .query_drop("update park_snapshots set wait_max = 21 where slot = '2026-04-05 20:00:00' and wait_max = 20 limit 1")
        .expect("another row");
    let ran = hall.run(&format!("restore {}", file.display())).exits(1);
    assert!(
        ran.stderr
            .contains("other raw rows of 2026-04-05 are there"),
        "{}",
        ran.stderr
    );
    hall.db()
        .query_drop("update restored_days set restored_at = '2026-01-01'")
        .expect("long ago");
    let ran = hall.run(&prune).exits(1);
    assert!(
        ran.stderr
            .contains("`attic/raw-2026-04-05.jsonl.gz` stands in the way"),
        "{}",
        ran.stderr
    );
    assert_eq!(raw_days(&hall), ["05", "07", "08", "09"]);
}

#[test]
fn a_damaged_archive_restores_nothing() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    let raw = dump(&hall, RAW);
    let whole = fs::read(hall.path("attic/raw-2026-04-05.jsonl.gz")).expect("the file");
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::MultiGzDecoder::new(&whole[..]),
        &mut text,
    )
    .expect("text");
    let (header, rows) = text.split_once('\n').expect("a header");
    let altered = format!(
        "{header}\n{}",
        rows.replacen("\"operating\"", "\"down\"", 1)
    );
    let short = format!(
        "{header}\n{}",
        rows.lines().take(9).collect::<Vec<_>>().join("\n")
    );
    for (bytes, said) in [
        (whole[..whole.len() / 2].to_vec(), "is damaged"),
        (
            altered.into_bytes(),
            "table `ride_snapshots` does not have its checksum",
        ),
        (short.into_bytes(), "is cut short in table `park_snapshots`"),
        (b"{}".to_vec(), "is no archive of hallctl"),
    ] {
        let packed = if bytes.starts_with(&[0x1f, 0x8b]) {
            bytes
        } else {
            gzip(&bytes)
        };
        fs::write(hall.path("bad.gz"), packed).expect("the file is kept");
        let ran = hall.run("restore bad.gz").exits(1);
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
        assert!(dump(&hall, RAW) == raw);
    }
    let ran = hall
        .run("restore bad.gz attic/raw-2026-04-05.jsonl.gz")
        .exits(3);
    assert!(ran.stdout.contains("1 day restored"), "{}", ran.stdout);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, bytes).expect("it packs");
    packed.finish().expect("it packs")
}

#[test]
fn a_day_restored_elsewhere_finds_its_rides_by_the_ids_of_the_feed_and_its_hours_are_filled() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    let file = hall.path("attic/raw-2026-04-05.jsonl.gz");

    let elsewhere = Hall::new().at(NOW).migrated();
    let ran = elsewhere
        .run(&format!("restore {}", file.display()))
        .exits(1);
    assert!(ran.stderr.contains("are not known here"), "{}", ran.stderr);
    Recording::new()
        .park(65, "2026-04-10T16:00:00Z", 60, &["O", "O"])
        .park(64, "2026-04-10T16:00:00Z", 60, &["O", "O", "O"])
        .collect(&elsewhere, 60);
    let ran = elsewhere
        .run(&format!("restore {}", file.display()))
        .succeeds();
    assert!(
        ran.stdout.contains("24 hours to be filled"),
        "{}",
        ran.stdout
    );
    aggregate(&elsewhere);
    let day = "(select queue_times_id from parks p where p.park_id = t.park_id), hour_start, sample_count, open_minutes, score_minutes, wait_sum";
    let hours = format!(
        "select {day} from park_hourly_stats t where hour_start >= '2026-04-05' and hour_start < '2026-04-06' order by 2, 1"
    );
    assert_eq!(elsewhere.query(&hours), hall.query(&hours));
    assert_eq!(
        elsewhere.value("select count(*) from restored_days"),
        "0",
        "nothing was pruned there"
    );
}

#[test]
fn hours_that_were_lost_are_filled_again_from_a_restored_day_and_from_nothing_else() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    let columns = "hour_start, park_id, sample_count, open_minutes, score_minutes, wait_sum, first_operated_at, last_operated_at";
    let hours = format!("select {columns} from park_hourly_stats order by 1, 2");
    let before = hall.query(&hours);
    for table in ["park_hourly_stats", "ride_hourly_stats"] {
        let lost = format!(
            "delete from {table} where hour_start in ('2026-04-05 20:00:00', '2026-04-06 20:00:00')"
        );
        hall.db().query_drop(lost).expect("hours are lost");
    }
    let ran = hall.run("restore attic/raw-2026-04-05.jsonl.gz").succeeds();
    assert!(
        ran.stdout
            .ends_with("1 hour to be filled by `hallctl aggregate hourly`\n"),
        "{}",
        ran.stdout
    );
    aggregate(&hall);
    hall.run("aggregate hourly --hour 2026-04-06T20").exits(1);
    let after = hall.query(&hours);
    let lost: Vec<_> = before
        .iter()
        .filter(|row| !after.contains(row))
        .map(|row| row[0].as_str())
        .collect();
    assert_eq!(lost, ["2026-04-06 20:00:00"; 2]);
    assert!(after.iter().all(|row| before.contains(row)));
}

#[test]
fn logs_and_days_of_operation_go_when_nobody_asks_for_them() {
    let hall = aged();
    let mut db = hall.db();
    for statement in [
        "insert into aggregation_log (job_type, target_period, started_at, status) values ('hourly', '2020-01-01', '2020-01-01', 'success')",
        "insert into cache_refresh_log (refresh_started_at, status) values ('2020-01-01', 'success')",
        "insert into job_runs (job, data_time, started_at, status, host, pid) values ('collect', '2020-01-01', '2020-01-01', 'success', 'old', 1)",
        "insert into feed_issues (kind, park_id, topic, first_seen, last_seen, detail, resolved_at)
         values ('stale', 1, 'old', '2020-01-01', '2020-01-01', 'old', '2020-01-01'), ('stale', 1, 'lasting', '2020-01-01', '2020-01-01', 'old', null)",
        "insert into ride_operated_days select ride_id, '2026-03-29', '2026-03-29 16:00:00', '2026-03-29 20:00:00' from rides where ride_id <= 2",
        "insert into ride_operated_days select ride_id, '2026-03-30', '2026-03-30 16:00:00', '2026-03-30 20:00:00' from rides where ride_id <= 2",
        "insert into rides (ride_id, park_id, name, last_operated_at, created_at, updated_at) values (99, 1, 'Retired', '2020-01-01', '2020-01-01', '2020-01-01')",
        "insert into ride_operated_days values (99, '2020-01-01', '2020-01-01', '2020-01-01')",
    ] {
        db.query_drop(statement).expect(statement);
    }
    let ran = hall.run(PRUNE).succeeds();
    assert!(
        ran.stdout.contains(", 4 log rows deleted"),
        "{}",
        ran.stdout
    );
    for log in [
        "aggregation_log where started_at",
        "cache_refresh_log where refresh_started_at",
        "job_runs where started_at",
    ] {
        assert_eq!(
            hall.value(&format!("select count(*) from {log} < '2021-01-01'")),
            "0"
        );
    }
    assert_eq!(
        hall.query("select topic from feed_issues where first_seen < '2021-01-01'"),
        [["lasting"]]
    );
    // The line is drawn at April 7; a slot of that day asks for the 7 days before it, and one is to spare.
    let days = hall.query("select distinct operated_on from ride_operated_days order by 1 limit 2");
    assert_eq!(
        days,
        [["2020-01-01"], ["2026-03-30"]],
        "the last day of a ride stays"
    );
}

/// As `aged`, and a park one ride of which ran on April 6 alone and is in service for a week; all archived and pruned.
fn pruned() -> Hall {
    let hall = Hall::new().at(NOW).migrated();
    let open = "OOOOOOOOOOOOcccccccccccc".repeat(6);
    let once = format!("{}OOOOOOOOOOOO{}", "c".repeat(72), "c".repeat(60));
    days(6)
        .park(66, "2026-04-03T16:00:00Z", 60, &[&open, &open, &once])
        .collect(&hall, 60);
    aggregate(&hall);
    fs::create_dir(hall.path("attic")).expect("a directory");
    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    assert_eq!(pruned_through(&hall), "2026-04-07T00:00:00+00:00");
    hall
}

#[test]
fn what_was_pruned_is_called_so_and_what_follows_it_is_judged_again_as_it_was() {
    let hall = pruned();
    let said = hall
        .run("verify --from 2026-04-03 --to 2026-04-04 --deep")
        .succeeds();
    assert_eq!(
        said.stdout,
        "verify: hourly 0 agree, 39 pruned; daily 2 agree; yearly 1 agree; cycles 0 agree, 2 days pruned\n"
    );
    // The day of Los Angeles in the midst of which the line lies, and those after it. The opening that the
    // line cuts cannot be judged; the one after it rests on a ride that ran on pruned April 6 alone.
    let said = hall
        .run("verify --from 2026-04-06 --to 2026-04-08 --deep")
        .succeeds();
    assert_eq!(
        said.stdout,
        "verify: hourly 55 agree, 17 pruned; daily 3 agree; yearly 1 agree; cycles 150 agree, 15 pruned, 1 day pruned\n"
    );
    let before = rows::of(&hall, ROLLUPS);
    for flags in ["--plan", "--all --yes", "--missing --yes"] {
        let ran = hall.run(&format!(
            "backfill --from 2026-04-03 --to 2026-04-05 --level hourly {flags}"
        ));
        let said = ran.exits(2).stderr;
        assert_eq!(
            said,
            "hallctl: hour 2026-04-03T16Z to hour 2026-04-06T06Z: what they sum was pruned, so nothing can fill them; \
             `hallctl restore` brings archived days back\n"
        );
    }
    hall.run("backfill --from 2026-04-03 --to 2026-04-08 --all --yes")
        .succeeds();
    let filled = "select min(target_period) from aggregation_log where job_type = 'hourly' and run_id = (select max(run_id) from job_runs where job = 'backfill')";
    assert_eq!(hall.value(filled), "2026-04-07 00:00:00");
    assert_eq!(rows::of(&hall, ROLLUPS), before);
    // A sample of older periods is one of those that are there.
    let said = hall.run("verify").succeeds().stdout;
    assert!(!said.contains("pruned"), "{said}");
}

#[test]
fn who_asks_for_a_pruned_cycle_learns_what_brings_it_back_and_sees_the_rows_it_went_into() {
    let hall = pruned();
    let explain = |whom: &str, at: &str| {
        hall.run(&format!("explain {whom} --at {at}"))
            .succeeds()
            .stdout
    };
    let told = "2026-04-05T18:20Z, 18:20 at the park, 11:20 in Los Angeles: pruned through 2026-04-07T00:00Z; \
                `hallctl restore raw-2026-04-05.jsonl.gz` brings it back, if archived";
    for whom in ["park 1", "ride 1"] {
        let said = explain(whom, "2026-04-05T18:20");
        assert!(
            said.lines().any(|line| line == format!("cycles at {told}")),
            "{said}"
        );
        for row in [
            "hour 2026-04-05T18Z: 1 sample",
            "day 2026-04-05: ",
            "year 2026: ",
        ] {
            assert!(
                said.lines().any(|line| line.trim().starts_with(row)),
                "{row}: {said}"
            );
        }
    }
    // Before the first snapshot nothing was ever there.
    let said = explain("park 1", "2026-04-03T15:00");
    assert!(
        said.contains("no cycle is stored at 2026-04-03T15:00Z"),
        "{said}"
    );
    // An older day that is back is no answer for one that is not.
    hall.run("restore attic/raw-2026-04-04.jsonl.gz").succeeds();
    assert!(explain("park 1", "2026-04-05T18:20").contains(told));
    hall.run("restore attic/raw-2026-04-05.jsonl.gz").succeeds();
    assert!(explain("park 1", "2026-04-05T18:20").contains("\nthe park was open "));
}

#[test]
fn restored_days_are_compared_and_judged_again_where_all_they_rest_on_is_back() {
    let hall = pruned();
    let file = |day: u32| format!("attic/raw-2026-04-{day:02}.jsonl.gz");
    hall.run(&format!("restore {}", file(5))).succeeds();
    // Of the 24 hours of April 5 in Los Angeles 17 lie on April 5 UTC; who operated in the days before is not known.
    let said = hall.run("verify --from 2026-04-05 --deep").succeeds();
    assert_eq!(
        said.stdout,
        "verify: hourly 17 agree, 7 pruned; daily 1 agree; yearly 1 agree; cycles 0 agree, 51 pruned, 1 day pruned\n"
    );
    hall.run(&format!("restore {} {} {}", file(3), file(4), file(6)))
        .succeeds();
    let all = "verify --from 2026-04-03 --to 2026-04-08 --deep";
    let said = hall.run(all).succeeds();
    assert_eq!(
        said.stdout,
        "verify: hourly 135 agree; daily 6 agree; yearly 1 agree; cycles 405 agree\n"
    );
    hall.query("update ride_snapshots set wait_minutes = 25 where hour_start = '2026-04-05 20:00:00' and ride_id = 1");
    hall.query("update ride_snapshots set state = 'closed' where hour_start = '2026-04-05 21:00:00' and ride_id = 1");
    let said = hall.run(all).exits(2).stdout;
    for line in [
        "hour 2026-04-05T20Z: ride `1`: wait_sum is 20, comes to 25\n",
        "hour 2026-04-05T21Z: ride `1`: minutes_closed is 0, comes to 60\n",
        "cycle 2026-04-05T21:00Z: ride `1`: state is closed, comes to operating\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    // What is back may be filled again, but not because its formula is an old one: it came as it was judged.
    hall.query(
        "update park_hourly_stats set formula_version = 1 where hour_start = '2026-04-04 20:00:00'",
    );
    let plan = |flags: &str| {
        let ran = hall.run(&format!(
            "backfill --from 2026-04-04 --to 2026-04-05 --level hourly {flags}"
        ));
        ran.succeeds().stdout
    };
    let said = plan("--yes");
    assert!(said.ends_with("backfill: nothing to do\n"), "{said}");
    assert!(
        plan("--all --plan").contains("hourly       48"),
        "{}",
        plan("--all --plan")
    );
}

#[test]
fn announced_hours_go_a_week_behind_the_line_and_a_late_poll_is_still_judged_by_the_rest() {
    let hall = aged();
    let mut db = hall.db();
    let announced = [
        ("2026-03-30 15:00:00", "2026-03-30 23:59:59"),
        ("2026-03-30 16:00:00", "2026-03-31 00:00:00"),
        ("2026-04-06 16:00:00", "2026-04-07 04:00:00"),
        ("2026-04-14 16:00:00", "2026-04-15 04:00:00"),
    ];
    // A park without cycles yet, so that none of an opening that is pruned stands in its way.
    db.query_drop(
        "insert into parks (park_id, queue_times_id, name, timezone, schedule_read_at, created_at, updated_at)
         values (9, 66, 'Late Lagoon', 'UTC', '2026-04-06 12:00:00', '2026-01-01', '2026-01-01')",
    )
    .expect("a park");
    for (opens, closes) in announced {
        db.query_drop(format!(
            "insert into park_schedules values (9, 'OPERATING', '{opens}', '{closes}', '2026-04-06 12:00:00')"
        ))
        .expect("announced hours");
    }
    let left = || {
        hall.query("select opens_at from park_schedules order by 1")
            .concat()
    };
    // While an hour is missing the line is not drawn, and nothing goes.
    hall.query("insert into stale_periods values ('hourly', '2026-04-03 20:00:00', 1)");
    hall.run(PRUNE).exits(3);
    assert_eq!(left().len(), 4);
    aggregate(&hall);
    let ran = hall.run(&format!("{PRUNE} --dry-run")).succeeds();
    let line = "prune: park_schedules: 1 row from before 2026-03-31\n";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
    assert_eq!(left().len(), 4);
    hall.run(PRUNE).succeeds();
    assert_eq!(
        left(),
        announced[1..]
            .iter()
            .map(|(opens, _)| *opens)
            .collect::<Vec<_>>()
    );
    // The line is drawn at April 7, at midnight: the first moment that is collected into still has its hours.
    Recording::new()
        .park(66, "2026-04-07T00:00:00Z", 60, &["c", "c", "c"])
        .collect(&hall, 5);
    let judged = "select state, state_source from park_snapshots where park_id = 9 and slot = '2026-04-07 00:00:00'";
    assert_eq!(hall.query(judged), [["open", "schedule"]]);
}

#[test]
fn a_retention_that_cannot_be_meant_is_refused() {
    let hall = Hall::new().at(NOW).migrated();
    for (words, said) in [
        (
            "prune --raw-days 90 --hourly-days 60",
            "hours must outlive the rows they sum",
        ),
        (
            "prune --archive nowhere",
            "--archive `nowhere` is no directory",
        ),
        ("prune --raw-days 2", "2 is not in 7..=36500"),
        ("prune --log-days never", "invalid digit"),
        ("restore nowhere", "could not open `nowhere`"),
    ] {
        let ran = hall.run(words);
        assert!(
            ran.status == 2 || words.starts_with("restore"),
            "{words}: {}",
            ran.status
        );
        assert!(ran.stderr.contains(said), "{words}: {}", ran.stderr);
    }
    hall.env("HALLCTL_RAW_DAYS", "1").run("prune").exits(2);
}

#[test]
fn a_day_of_which_one_table_is_gone_gets_that_table_back() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    let raw = dump(&hall, RAW);
    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    let kept = words(&files(&hall, "attic"));
    hall.run(&format!("restore {kept}")).succeeds();
    hall.query("delete from park_snapshots where slot < '2026-04-05'");
    let ran = hall.run(&format!("restore {kept}")).succeeds();
    assert_eq!(
        ran.stdout,
        "restore: 2 days restored, 64 rows, 2 already there\n"
    );
    assert!(dump(&hall, RAW) == raw);
    hall.query("delete from ride_snapshots where hour_start = '2026-04-04 18:00:00'");
    let ran = hall.run(&format!("restore {kept}")).exits(3);
    assert!(
        ran.stderr
            .contains("other raw rows of 2026-04-04 are there"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_archive_of_another_day_under_the_name_of_one_stands_in_the_way() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    fs::create_dir(hall.path("other")).expect("a directory");
    let elsewhere = Hall::new().at("2026-03-14T20:10:00Z").migrated();
    Recording::new()
        .park(64, "2026-03-03T16:00:00Z", 60, &["OOOOOO", "OOccOO"])
        .collect(&elsewhere, 60);
    aggregate(&elsewhere);
    fs::create_dir(elsewhere.path("attic")).expect("a directory");
    elsewhere
        .run(&format!("{PRUNE} --archive attic"))
        .succeeds();
    let other = files(&elsewhere, "attic").remove(0);
    fs::copy(&other, hall.path("attic/raw-2026-04-04.jsonl.gz")).expect("a copy");
    let before = raw_days(&hall);
    let ran = hall.run(&format!("{PRUNE} --archive attic")).exits(1);
    for words in [
        "stands in the way; move it",
        "it holds raw rows of 2026-03-03",
    ] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    // The day before it had gone by then, into its file.
    assert_eq!(raw_days(&hall), before[1..]);
    fs::remove_file(hall.path("attic/raw-2026-04-04.jsonl.gz")).expect("it is moved");
    hall.run(&format!("{PRUNE} --archive attic")).succeeds();
    assert_eq!(files(&hall, "attic").len(), 4);
}

#[test]
fn a_raw_day_comes_back_without_its_hours_where_these_were_pruned_too() {
    let hall = aged();
    fs::create_dir(hall.path("attic")).expect("a directory");
    let later = hall.at("2026-06-20T20:10:00Z");
    aggregate(&later);
    let rollups = dump(&later, ROLLUPS);
    let prune = "prune --raw-days 7 --hourly-days 31 --archive attic";
    later.run(prune).succeeds();
    let raw = later.path("attic/raw-2026-04-04.jsonl.gz");
    let said = later.run(&format!("restore {}", raw.display())).succeeds();
    assert!(!said.stdout.contains("to be filled"), "{}", said.stdout);
    let hours =
        later.value("select count(*) from park_hourly_stats where hour_start < '2026-05-01'");
    assert_eq!(hours, "0");
    let ran = later.run("aggregate hourly --hour 2026-04-04T18").exits(1);
    assert!(
        ran.stderr
            .contains("only `hallctl restore` brings them back"),
        "{}",
        ran.stderr
    );
    later
        .run("backfill --from 2026-04-04 --to 2026-04-04 --level hourly --all --yes")
        .exits(2);
    let kept = words(&files(&later, "attic"));
    later.run(&format!("restore {kept}")).succeeds();
    assert!(
        dump(&later, ROLLUPS) == rollups,
        "hours come back as they were"
    );
}
