//! Partitions made and dropped while the server is lost, the table is being read, or somebody else is at them.

use crate::db::partition::{Partitions, Width};
use crate::db::{Address, Db, Limits};
use crate::hall::{Hall, eventually, socket};
use crate::proxy::Proxy;
use chrono::NaiveDate;
use mysql::Conn;
use mysql::prelude::Queryable;
use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

const TABLE: &str = "park_snapshots";

fn open(url: &str) -> Db {
    let limits = Limits {
        connect: Duration::from_secs(5),
        statement: Duration::from_secs(60),
        patience: Duration::from_secs(1),
    };
    Db::connect_within(&Address::parse(url).expect("a URL"), limits).expect("a connection")
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, day).expect("a day of July")
}

fn partitions(db: &mut Db) -> Partitions {
    Partitions::of(db, TABLE, Width::Day).expect("the partitions")
}

fn names(hall: &Hall) -> String {
    hall.value(&format!(
        "select group_concat(partition_name order by partition_ordinal_position separator ' ')
           from information_schema.partitions where table_schema = database() and table_name = '{TABLE}'"
    ))
}

/// Reads the table in a transaction that stays open: nobody changes the table until it ends.
fn reader(hall: &Hall) -> Conn {
    let mut reader = hall.db();
    for statement in ["start transaction", "select count(*) from park_snapshots"] {
        reader.query_drop(statement).expect("it reads");
    }
    reader
}

/// Waits until somebody waits for the reader.
fn until_held_up(hall: &Hall) {
    let waiting = "select count(*) from information_schema.processlist
                    where db = database() and state like 'Waiting for table metadata lock%'";
    eventually("the change waits", || hall.value(waiting) == "1");
}

#[test]
fn partitions_are_made_although_the_answer_was_lost_with_the_server() {
    let hall = Hall::new().migrated();
    let proxy = Proxy::before(socket().to_owned());
    let mut db = open(&proxy.url("root", &hall.database));
    let mut reader = reader(&hall);
    thread::scope(|scope| {
        let making = scope.spawn(|| partitions(&mut db).ensure(&mut db, [day(4), day(5)]));
        until_held_up(&hall);
        proxy.cut();
        reader.query_drop("commit").expect("it has read");
        let made = making.join().expect("no panic");
        made.expect("the partitions are there");
    });
    assert_eq!(proxy.made(), 2);
    assert_eq!(
        names(&hall),
        "past until_2026_07_04 until_2026_07_05 until_2026_07_06"
    );
}

#[test]
fn a_table_that_is_read_for_long_is_tried_again_and_one_read_for_ever_is_named() {
    let hall = Hall::new().migrated();
    let proxy = Proxy::before(socket().to_owned());
    // Longer than this door has patience for.
    proxy.change("lock_wait_timeout = 60", "lock_wait_timeout = 02");
    let mut db = open(&proxy.url("root", &hall.database));
    let mut reader = reader(&hall);
    let error = partitions(&mut db).ensure(&mut db, [day(4)]);
    let error = format!("{:#}", error.expect_err("the table is being read"));
    for words in [
        "could not make partitions of table `park_snapshots`",
        "(error 1205)",
    ] {
        assert!(error.contains(words), "{error}");
    }
    thread::scope(|scope| {
        let making = scope.spawn(|| partitions(&mut db).ensure(&mut db, [day(4)]));
        until_held_up(&hall);
        thread::sleep(Duration::from_millis(2500));
        reader.query_drop("commit").expect("it has read");
        let made = making.join().expect("no panic");
        made.expect("the second try succeeds");
    });
    assert_eq!(names(&hall), "past until_2026_07_04 until_2026_07_05");
}

#[test]
fn what_somebody_else_has_made_or_dropped_meanwhile_is_no_error() {
    let hall = Hall::new().migrated();
    let mut db = open(&hall.url());
    let (mut ours, mut theirs) = (partitions(&mut db), partitions(&mut db));
    theirs.ensure(&mut db, [day(2), day(4)]).expect("made");
    ours.ensure(&mut db, [day(3), day(4)]).expect("made");
    assert_eq!(
        names(&hall),
        "past until_2026_07_02 until_2026_07_03 until_2026_07_04 until_2026_07_05"
    );
    let none = BTreeSet::new();
    theirs.drop_through(&mut db, day(3), &none).expect("gone");
    ours.drop_through(&mut db, day(3), &none).expect("gone");
    assert_eq!(names(&hall), "past until_2026_07_04 until_2026_07_05");
    // What is wrong for another reason is told at once.
    db.exec("drop table park_snapshots", ())
        .expect("the table goes");
    let error = ours.ensure(&mut db, [day(9)]);
    let error = format!("{:#}", error.expect_err("there is no table"));
    assert!(error.contains("park_snapshots"), "{error}");
}
