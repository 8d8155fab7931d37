//! What a `collect` finds otherwise makes every view due that depends on it, and no other; what it finds as it was, none.

use crate::feed_server::Answer;
use crate::hall::{Hall, run};
use crate::model::count::count;
use crate::recording::Recording;
use crate::serve::Served;
use crate::view_language::with_views;
use crate::wiki_server::{ANAHEIM, ANAHEIM_AT_QUEUE_TIMES as DISNEYLAND, Feeds, ride};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A park that Queue-Times alone knows.
const PIER: u32 = 17;

/// A view for each word that bodies are tagged with, beside the built-in ones; nothing but a change makes it due.
fn hall() -> Hall {
    let view = |tag: &str| {
        format!(
            "-- Something that depends on {tag}.\n-- view: of_{tag}  type: own  route: /api/of/{tag}\n\
             -- store: shelf  key: of_{tag}  due: 240h  fresh: 240h  tags: {tag}\n-- name: count :value\nselect count(*) from {};\n",
            match tag {
                "tiers" => "rides where tier is not null",
                "schedules" => "park_schedules",
                table => table,
            }
        )
    };
    let files =
        ["parks", "rides", "tiers", "schedules"].map(|tag| (format!("{tag}.sql"), view(tag)));
    let files = files
        .each_ref()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    with_views(Hall::new().at("2026-07-04T18:00:00Z").migrated(), &files)
}

/// The feeds of two parks on an ordinary day.
fn feeds() -> Feeds {
    let feeds = Feeds::anaheim();
    feeds.catalogue(&[
        (DISNEYLAND, "Disneyland", "America/Los_Angeles"),
        (PIER, "Amberlight Pier", "America/Los_Angeles"),
    ]);
    feeds.children(
        ANAHEIM,
        &[(&ride(1), "Space Mountain"), (&ride(2), "Dumbo")],
    );
    hours(&feeds, "T22:00:00-07:00");
    feeds
}

/// The hours of four days, until this time of the day.
fn hours(feeds: &Feeds, closing: &str) {
    let day = |day: u32| {
        json!({"date": format!("2026-07-{day:02}"), "type": "OPERATING",
        "openingTime": format!("2026-07-{day:02}T08:00:00-07:00"), "closingTime": format!("2026-07-{day:02}{closing}")})
    };
    let days: Vec<Value> = (4..8).map(day).collect();
    feeds.schedule(ANAHEIM, "America/Los_Angeles", &json!(days));
}

/// What both parks say at a moment, `minute` after minute something else.
fn say(feeds: &Feeds, now: &str, minute: u32, rides: &[(u32, &str, &str)]) {
    let wiki = [
        (
            &*ride(1),
            "Space Mountain",
            ["OPERATING", "DOWN"][minute as usize % 2],
        ),
        (&*ride(2), "Dumbo", "OPERATING"),
    ];
    feeds.live(ANAHEIM, now, &wiki);
    let ride = |(id, name, land): &(u32, &str, &str)| {
        let wait = (id + minute) % 3 * 5;
        let ride = json!({"id": id, "name": name, "is_open": wait > 0, "wait_time": wait});
        json!({"id": land, "name": land, "rides": [ride]})
    };
    let lands: Vec<Value> = rides.iter().map(ride).collect();
    feeds.set(
        &format!("/parks/{PIER}/queue_times.json"),
        Answer::json(json!({"lands": lands}).to_string()),
    );
}

/// Tells everybody that nothing is due for long.
fn settle(hall: &Hall) {
    hall.query("update cached_api_views set due_at = '2027-01-01'");
    hall.query("delete from cache_invalidations where invalidation_id < (select * from (select max(invalidation_id) from cache_invalidations) as newest)");
}

/// The words that were told since `settle`; what is due must be all that has one of them as a tag, and nothing else.
fn told(hall: &Hall) -> BTreeSet<String> {
    let newest = "select kind, word, is_hard from cache_invalidations order by invalidation_id";
    let told: BTreeSet<String> = hall.query(newest)[1..]
        .iter()
        .map(|row| {
            assert_eq!((row[0].as_str(), row[2].as_str()), ("tag", "0"));
            row[1].clone()
        })
        .collect();
    let mut of_tags = 0;
    for row in hall.query("select cache_key, tags, due_at < '2027-01-01' from cached_api_views") {
        let is_meant = row[1].split(',').any(|tag| told.contains(tag));
        assert_eq!(
            row[2],
            u8::from(is_meant).to_string(),
            "{} of {}",
            row[0],
            row[1]
        );
        of_tags += usize::from(is_meant);
    }
    let mut later = hall.command(&["refresh-cache", "--if-stale", "--dry-run"]);
    later.env("HALLCTL_NOW", "2026-07-20T00:00:00Z");
    let planned = run(later).succeeds().stdout;
    assert!(
        planned.ends_with(&format!(
            "refresh-cache: {} would be refreshed\n",
            count(of_tags, "view")
        )),
        "{planned}"
    );
    settle(hall);
    told
}

#[test]
fn what_a_poll_finds_otherwise_is_due_where_it_is_shown_and_nothing_where_it_finds_nothing() {
    let (feeds, hall) = (feeds(), hall());
    let known = [(71, "Kraken Drop", "North"), (72, "Harbor Whirl", "South")];
    say(&feeds, "2026-07-04T17:55:00Z", 0, &known);
    feeds.collect(&hall, "2026-07-04T17:55:00Z").succeeds();
    hall.run("refresh-cache --all").succeeds();
    settle(&hall);
    let nothing = BTreeSet::new();
    let only = |tag: &str| BTreeSet::from([tag.to_owned()]);
    let mut minute = 0;
    let mut collect = |rides: &[(u32, &str, &str)], status| {
        minute += 5;
        let now = format!("2026-07-04T18:{minute:02}:00Z");
        say(&feeds, &now, minute, rides);
        feeds.collect(&hall, &now).exits(status);
        told(&hall)
    };

    // Rides run, break down and wait; their last time moves on.
    for _ in 0..3 {
        assert_eq!(collect(&known, 0), nothing);
    }
    let operated = "select max(last_operated_at) from rides";
    assert_eq!(hall.value(operated), "2026-07-04 18:15:00");
    let renamed = [
        (71, "Kraken Plunge", "North"),
        (72, "Harbor Whirl", "South"),
    ];
    assert_eq!(collect(&renamed, 0), only("rides"));
    let moved = [(71, "Kraken Plunge", "North"), (72, "Harbor Whirl", "West")];
    assert_eq!(collect(&moved, 0), only("rides"));
    let mut more = [moved.as_slice(), &[(73, "Frost Slide", "West")]].concat();
    assert_eq!(collect(&more, 0), only("rides"));
    assert_eq!(collect(&more, 0), nothing);
    // A ride of the other park, which stays there, is an issue of the feed and changes nothing that is shown.
    hall.query("update rides set queue_times_id = 99 where name = 'Dumbo'");
    more.push((99, "Dumbo", "West"));
    assert_eq!(collect(&more, 0), nothing);
    assert_eq!(
        hall.value(
            "select count(*) from feed_issues where resolved_at is null and kind = 'inconsistent'"
        ),
        "1"
    );
    assert_eq!(collect(&known[..1], 0), only("rides"), "called as before");
    assert_eq!(
        collect(&known[..1], 0),
        nothing,
        "a ride less is no other ride"
    );
}

#[test]
fn what_is_read_once_a_day_is_due_only_where_it_differs_from_the_day_before() {
    let (feeds, hall) = (feeds(), hall());
    let rides = [(71, "Kraken Drop", "North")];
    say(&feeds, "2026-07-04T18:00:00Z", 0, &rides);
    feeds.collect(&hall, "2026-07-04T18:00:00Z").succeeds();
    hall.run("refresh-cache --all").succeeds();
    settle(&hall);
    let mut day = 4;
    let mut collect = || {
        day += 1;
        let now = format!("2026-07-{day:02}T18:00:00Z");
        say(&feeds, &now, 0, &rides);
        feeds.collect(&hall, &now).succeeds();
        told(&hall)
    };
    let set = |tags: &[&str]| BTreeSet::from_iter(tags.iter().map(|tag| (*tag).to_owned()));
    assert_eq!(collect(), set(&[]));
    assert_eq!(feeds.asked("/parks.json"), 2);
    assert_eq!(feeds.asked(&format!("/v1/entity/{ANAHEIM}/schedule")), 2);

    hours(&feeds, "T23:00:00-07:00");
    assert_eq!(collect(), set(&["schedules"]));
    feeds.catalogue(&[
        (DISNEYLAND, "Disneyland", "America/Los_Angeles"),
        (PIER, "Moonlight Pier", "America/Los_Angeles"),
    ]);
    assert_eq!(collect(), set(&["parks"]));
    feeds.children(
        ANAHEIM,
        &[
            (&ride(1), "Space Mountain"),
            (&ride(2), "Dumbo"),
            (&ride(3), "Matterhorn"),
        ],
    );
    assert_eq!(collect(), set(&["rides"]));
    let served = Served::start(&hall);
    assert_eq!(served.json("/api/of/rides")["count"], 3);
    feeds.catalogue(&[
        (DISNEYLAND, "Disneyland", "America/Los_Angeles"),
        (PIER, "Moonlight Pier", "America/Los_Angeles"),
        (18, "Lost Lagoon", "UTC"),
    ]);
    feeds.destinations(&[
        ("Disneyland Resort", &[(ANAHEIM, "Disneyland Park")]),
        ("Lagoon", &[(&ride(900), "Lost Lagoon")]),
    ]);
    feeds.children(&ride(900), &[]);
    feeds.schedule(&ride(900), "UTC", &json!([]));
    feeds.live(
        &ride(900),
        "2026-07-09T18:00:00Z",
        &[(&ride(901), "Sunken Bell", "OPERATING")],
    );
    assert_eq!(collect(), set(&["parks", "rides"]));
    assert_eq!(collect(), set(&[]));
    // Soft: the body of before is shown until the next refresh.
    assert_eq!(served.json("/api/of/rides")["count"], 3);
}

#[test]
fn a_recording_of_unknown_parks_and_rides_makes_due_what_shows_them() {
    let hall = hall();
    hall.run("refresh-cache --all").succeeds();
    hall.query("insert into cache_invalidations (kind, word, is_hard, made_at) values ('key', 'x', false, now())");
    settle(&hall);
    Recording::new()
        .park(64, "2026-07-04T10:00:00Z", 5, &["OOO", "OOO", "OOO"])
        .keep(&hall);
    hall.run("collect --recorded polls.jsonl").succeeds();
    assert_eq!(
        told(&hall),
        BTreeSet::from(["parks".to_owned(), "rides".to_owned()])
    );
    Recording::new()
        .park(64, "2026-07-04T10:15:00Z", 5, &["OOO", "OOO", "OOO"])
        .keep(&hall);
    hall.run("collect --recorded polls.jsonl").succeeds();
    assert_eq!(told(&hall), BTreeSet::new());
}
