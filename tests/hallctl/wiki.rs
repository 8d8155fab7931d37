//! ThemeParks.wiki as the second feed: whom it means, what it says, and who stands in where it fails.

use crate::corpus;
use crate::feed_server::Answer;
use crate::hall::{Hall, Ran};
use crate::recording::Recording;
use crate::rows::{RAW, ROLLUPS};
use crate::wiki_server::{ANAHEIM, ANAHEIM_AT_QUEUE_TIMES as DISNEYLAND, Feeds, live_path, ride};
use mysql::prelude::Queryable;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const NOON: &str = "2026-07-04T19:00:00Z";
const NEXT_NOON: &str = "2026-07-05T19:00:00Z";

fn hall() -> Hall {
    Hall::new().at(NOON).migrated()
}

/// Each ride by name, with its ids at Queue-Times and ThemeParks.wiki.
fn rides(hall: &Hall) -> Vec<Vec<String>> {
    hall.query("select name, coalesce(queue_times_id, '-'), coalesce(wiki_id, '-') from rides order by ride_id")
}

/// The newest cycle of each park: who spoke, what state, how many rides.
fn newest(hall: &Hall) -> Vec<Vec<String>> {
    hall.query(
        "select parks.name, feed, state, state_source, rides_listed, rides_operating, rides_down
           from park_snapshots join parks on parks.park_id = park_snapshots.park_id and parks.last_slot = slot
          order by parks.name",
    )
}

/// The warnings and lines of trouble, without time and place.
fn remarks(ran: &Ran) -> Vec<&str> {
    let lines = ran.stderr.lines();
    lines
        .map(|line| line.split("] ").nth(1).unwrap_or(line))
        .collect()
}

#[test]
fn rides_are_found_again_by_name_and_those_that_are_not_are_named_and_added() {
    let (feeds, hall) = (Feeds::anaheim(), hall());
    feeds.queue_times(
        DISNEYLAND,
        &[
            (1, "Space Mountain", Some(50)),
            (2, "Peter Pan's Flight", Some(35)),
            (3, "Twin", Some(5)),
            (4, "Twin", Some(5)),
            (5, "Matterhorn Bobsleds Single Rider", Some(5)),
        ],
    );
    feeds.set("/v1/destinations", Answer::status(500));
    let ran = feeds.collect(&hall, "2026-07-04T18:55:00Z").exits(3);
    assert_eq!(
        remarks(&ran),
        [
            "collect: the destinations of ThemeParks.wiki were not read: `/destinations` answered 500; tried 3 times"
        ]
    );

    feeds.destinations(&[("Disneyland Resort", &[(ANAHEIM, "Disneyland Park")])]);
    let names = [
        "SPACE Mountain™",
        "Peter Pan’s  Flight",
        "Twin",
        "Jungle Cruise",
    ];
    let ids: Vec<String> = (1..=4).map(ride).collect();
    let roster: Vec<(&str, &str)> = ids.iter().map(String::as_str).zip(names).collect();
    feeds.children(ANAHEIM, &roster);
    let said = ["OPERATING", "DOWN", "OPERATING", "OPERATING"];
    let live: Vec<_> = roster
        .iter()
        .zip(said)
        .map(|((id, name), status)| (*id, *name, status))
        .collect();
    feeds.live(ANAHEIM, NOON, &live);
    let ran = feeds.collect(&hall, NOON).succeeds();
    assert_eq!(ran.stdout, "collect: 1 park, 4 rides\n");
    assert_eq!(
        remarks(&ran),
        [format!(
            "park `{ANAHEIM}`: 2 rides of ThemeParks.wiki match no known ride by name and were added: \
             `Twin`, `Jungle Cruise`; 2 rides of Queue-Times have no match there"
        )]
    );
    let rows = [
        ["Space Mountain", "1", &ids[0]],
        ["Peter Pan's Flight", "2", &ids[1]],
        ["Twin", "3", "-"],
        ["Twin", "4", "-"],
        ["Twin", "-", &ids[2]],
        ["Jungle Cruise", "-", &ids[3]],
    ];
    assert_eq!(rides(&hall), rows);
    // Disney says DOWN, and the ride ran five minutes ago at the other feed.
    assert_eq!(
        newest(&hall),
        [["Disneyland", "wiki", "open", "observed", "4", "3", "1"]]
    );
    assert!(remarks(&feeds.collect(&hall, "2026-07-04T19:05:00Z").succeeds()).is_empty());
    assert_eq!(
        feeds.asked("/v1/destinations"),
        4,
        "once a day, when it answers"
    );
    assert_eq!(feeds.asked(&format!("/v1/entity/{ANAHEIM}/children")), 1);
}

#[test]
fn an_id_replaced_upstream_keeps_the_ride_and_the_park_with_their_history() {
    let (feeds, hall) = (Feeds::anaheim(), hall());
    let (old, new, other) = (ride(1), ride(91), ride(2));
    let names = [
        (&*old, "Space Mountain", "OPERATING"),
        (&*other, "Dumbo", "OPERATING"),
    ];
    feeds.live(ANAHEIM, NOON, &names);
    feeds.collect(&hall, NOON).succeeds();
    let before = hall.query("select park_id, ride_id, name from rides order by ride_id");

    let moved = "11111111-1111-4111-8111-111111111111";
    feeds.destinations(&[("Disneyland Resort", &[(moved, "Disneyland Park")])]);
    feeds.children(moved, &[(&new, "Space Mountain"), (&other, "Dumbo")]);
    feeds.schedule(moved, "America/Los_Angeles", &json!([]));
    let names = [
        (&*new, "Space Mountain®", "OPERATING"),
        (&*other, "Dumbo", "CLOSED"),
    ];
    feeds.live(moved, NEXT_NOON, &names);
    feeds.collect(&hall, NEXT_NOON).succeeds();
    assert_eq!(hall.value("select wiki_id from parks"), moved);
    assert_eq!(
        hall.query("select park_id, ride_id, name from rides order by ride_id")[1..],
        before[1..]
    );
    let cycles = hall.query(
        "select rides.wiki_id, count(*) from ride_snapshots join rides using (ride_id) group by rides.wiki_id order by 1",
    );
    assert_eq!(cycles, [[other.as_str(), "2"], [new.as_str(), "2"]]);

    // While both ids are listed, they are two rides.
    feeds.live(
        moved,
        NEXT_NOON,
        &[names[0], names[1], (&old, "Space Mountain®", "CLOSED")],
    );
    feeds.collect(&hall, "2026-07-05T19:05:00Z").succeeds();
    assert_eq!(hall.value("select count(*) from rides"), "3");
}

#[test]
fn parks_are_found_by_name_with_the_help_of_their_resort_and_never_by_a_guess() {
    let (feeds, hall) = (Feeds::start(), hall());
    let zone = "America/New_York";
    let names = [
        "Disneyland",
        "Disneyland Park Paris",
        "Animal Kingdom",
        "Disney Hollywood Studios",
        "Universal Studios Hollywood",
        "Parc Astérix",
        "Hurricane Harbor, Arlington",
        "Toverland",
    ];
    let catalogue: Vec<_> = (1..)
        .zip(names)
        .map(|(id, name)| (id, name, zone))
        .collect();
    feeds.catalogue(&catalogue);
    let ids: Vec<String> = (1..=9).map(ride).collect();
    let resorts: [(&str, &[(&str, &str)]); 7] = [
        ("Disneyland Resort", &[(&ids[0], "Disneyland Park")]),
        ("Disneyland Paris", &[(&ids[1], "Disneyland Park")]),
        (
            "Walt Disney World® Resort",
            &[
                (&ids[2], "Disney's Animal Kingdom Theme Park"),
                (&ids[3], "Disney's Hollywood Studios"),
            ],
        ),
        (
            "Universal Studios",
            &[(&ids[4], "Universal Studios Hollywood")],
        ),
        ("Parc Asterix", &[(&ids[5], "Parc Asterix")]),
        (
            "Six Flags Over Texas",
            &[
                (&ids[6], "Hurricane Harbor Arlington"),
                (&ids[7], "Hurricane Harbor Arlington!"),
            ],
        ),
        ("Chimelong", &[(&ids[8], "Chimelong Paradise")]),
    ];
    feeds.destinations(&resorts);
    feeds.collect(&hall, NOON).exits(1);
    let mapped = hall.query("select name, coalesce(wiki_id, '-') from parks order by park_id");
    let expected = names
        .iter()
        .zip(ids[..6].iter().map(String::as_str).chain(["-", "-"]));
    assert_eq!(
        mapped,
        expected.map(|(name, id)| [*name, id]).collect::<Vec<_>>()
    );
}

#[test]
fn a_park_that_no_name_tells_gets_its_id_by_hand() {
    let (feeds, hall) = (Feeds::start(), hall());
    let (florida, taken) = (ride(1), ride(2));
    feeds.catalogue(&[
        (
            65,
            "Universal Studios At Universal Orlando",
            "America/New_York",
        ),
        (64, "Epic Universe", "America/New_York"),
    ]);
    feeds.destinations(&[(
        "Universal Orlando Resort",
        &[
            (&florida, "Universal Studios Florida"),
            (&taken, "Universal Epic Universe"),
        ],
    )]);
    feeds.collect(&hall, NOON);
    assert_eq!(
        hall.value("select wiki_id is null from parks where queue_times_id = 65"),
        "1"
    );
    let set = |id: &str, parks: &str| {
        hall.run(&format!("parks set {parks} --queue-times --wiki-id {id}"))
    };
    let ran = set(&florida.to_uppercase(), "65").succeeds();
    let change =
        format!("park 1 `Universal Studios At Universal Orlando`: wiki-id none → {florida}\n");
    assert!(ran.stdout.starts_with(&change), "{}", ran.stdout);
    let refused =
        [set(&taken, "65"), set(&florida, "64 65"), set("65", "65")].map(|ran| ran.exits(2).stderr);
    assert!(
        refused[0].contains("park 2 `Epic Universe` has the id"),
        "{}",
        refused[0]
    );
    feeds.live(&florida, NOON, &[(&ride(3), "E.T. Adventure", "OPERATING")]);
    feeds.collect(&hall, "2026-07-04T19:05:00Z");
    assert_eq!(
        newest(&hall)[0][..2],
        ["Universal Studios At Universal Orlando", "wiki"]
    );
}

#[test]
fn where_the_wiki_fails_queue_times_stands_in_for_the_cycle_and_both_mean_the_same_rides() {
    let (feeds, hall) = (Feeds::anaheim(), hall());
    let ids: Vec<String> = (1..=3).map(ride).collect();
    let live = [
        (&*ids[0], "Space Mountain", "OPERATING"),
        (&*ids[1], "Dumbo", "OPERATING"),
        (&*ids[2], "Teacups", "OPERATING"),
    ];
    feeds.live(ANAHEIM, NOON, &live);
    feeds.collect(&hall, NOON).succeeds();
    let queue_times = [
        (1, "Space Mountain", Some(20)),
        (2, "Dumbo", Some(5)),
        (3, "Teacups", None),
    ];
    feeds.queue_times(DISNEYLAND, &queue_times);
    for (minute, failure, reason) in [
        (
            5,
            Answer::status(404),
            format!(
                "could not read the live answer of park `{ANAHEIM}`: `/entity/{ANAHEIM}/live` answered 404"
            ),
        ),
        (
            10,
            Answer::json("{\"liveData\": []}"),
            format!("park `{ANAHEIM}` lists no rides"),
        ),
        (
            15,
            Answer::json("[]"),
            format!("the answer for park `{ANAHEIM}` is not a JSON object"),
        ),
    ] {
        feeds.set(&live_path(ANAHEIM), failure);
        let ran = feeds
            .collect(&hall, &format!("2026-07-04T19:{minute:02}:00Z"))
            .succeeds();
        assert_eq!(
            ran.stdout,
            "collect: 1 park, 3 rides, 1 read at Queue-Times instead of ThemeParks.wiki\n"
        );
        assert_eq!(
            ran.stderr,
            format!("collect: Queue-Times stands in for ThemeParks.wiki at 1 park: {reason}\n")
        );
        assert_eq!(
            newest(&hall),
            [[
                "Disneyland",
                "queue_times",
                "open",
                "observed",
                "3",
                "2",
                "1"
            ]]
        );
    }
    feeds.live(ANAHEIM, "2026-07-04T19:20:00Z", &live);
    let ran = feeds.collect(&hall, "2026-07-04T19:20:00Z").succeeds();
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("collect: 1 park, 3 rides\n", "")
    );
    assert_eq!(
        newest(&hall),
        [["Disneyland", "wiki", "open", "observed", "3", "3", "0"]]
    );
    assert_eq!(
        hall.value("select count(*) from rides"),
        "3",
        "one row a ride, whoever speaks"
    );
    assert_eq!(
        hall.value("select count(*) from ride_snapshots where ride_id = 1"),
        "5"
    );

    feeds.set(&live_path(ANAHEIM), Answer::status(404));
    feeds.set(
        &format!("/parks/{DISNEYLAND}/queue_times.json"),
        Answer::status(404),
    );
    let ran = feeds.collect(&hall, "2026-07-04T19:25:00Z").exits(1);
    assert_eq!(
        ran.stdout,
        "collect: 0 parks, 0 rides, 1 park unread, 1 read at Queue-Times instead of ThemeParks.wiki\n"
    );
}

#[test]
fn odd_entries_of_the_wiki_cost_a_remark_and_no_neighbour() {
    let (feeds, hall) = (Feeds::anaheim(), hall());
    let entry = |number: u32, fields: Value| {
        let mut entry = json!({"id": ride(number), "name": format!("Ride {number}"), "entityType": "ATTRACTION"});
        for (field, value) in fields.as_object().expect("fields") {
            entry[field] = value.clone();
        }
        entry
    };
    let wait =
        |wait: Value| json!({"status": "OPERATING", "queue": {"STANDBY": {"waitTime": wait}}});
    let body = json!({"liveData": [
        entry(1, wait(json!(35))),
        entry(2, wait(json!(null))),
        entry(3, wait(json!(-5))),
        entry(4, wait(json!(601))),
        entry(5, json!({"status": "OPERATING", "queue": {"STANDBY": {}}})),
        entry(6, json!({"status": "OPERATING", "queue": null})),
        entry(7, json!({"status": "EVACUATED", "queue": {"STANDBY": {"waitTime": 10}}})),
        entry(8, json!({"queue": {"SINGLE_RIDER": {"waitTime": 10}}})),
        entry(9, json!({"entityType": "SHOW", "status": "OPERATING"})),
        entry(10, json!({"name": "Ride 1 Single Rider", "status": "OPERATING"})),
        entry(11, json!({"id": "no uuid", "status": "OPERATING"})),
        entry(1, wait(json!(90))),
        entry(12, json!({"status": "REFURBISHMENT", "lastUpdated": "yesterday"})),
        "nonsense",
    ]});
    feeds.set(&live_path(ANAHEIM), Answer::json(body.to_string()));
    let ran = feeds.collect(&hall, NOON).succeeds();
    let rows = hall.query(
        "select rides.name, ride_snapshots.status, wait_minutes, age_minutes, state
           from ride_snapshots join rides using (ride_id) order by rides.wiki_id",
    );
    let expected = [
        ["Ride 1", "OPERATING", "35", "NULL", "operating"],
        ["Ride 2", "OPERATING", "NULL", "NULL", "operating"],
        ["Ride 3", "OPERATING", "NULL", "NULL", "operating"],
        ["Ride 4", "OPERATING", "NULL", "NULL", "operating"],
        ["Ride 5", "OPERATING", "NULL", "NULL", "operating"],
        ["Ride 6", "OPERATING", "NULL", "NULL", "operating"],
        ["Ride 7", "NULL", "10", "NULL", "operating"],
        ["Ride 8", "NULL", "NULL", "NULL", "unknown"],
        ["Ride 12", "REFURBISHMENT", "NULL", "NULL", "refurbishment"],
    ];
    assert_eq!(rows, expected);
    let about =
        |number: u32, what: &str| format!("park `{ANAHEIM}`: ride `{}`: {what}", ride(number));
    assert_eq!(
        remarks(&ran),
        [
            about(3, "waitTime `-5` is negative, taken as unknown"),
            about(
                4,
                "waitTime `601` is too long to be a queue, taken as unknown"
            ),
            about(
                7,
                "status `EVACUATED` is no status we know, taken as unknown"
            ),
            format!("park `{ANAHEIM}`: ride `Ride 11`: id `no uuid` is not usable; skipped"),
            format!(
                "park `{ANAHEIM}`: ride `{}` is listed twice; the first stands",
                ride(1)
            ),
            format!("park `{ANAHEIM}`: lastUpdated `yesterday` is not a time, taken as unknown"),
        ]
    );
}

#[test]
fn a_park_of_which_nothing_changed_for_an_hour_of_being_open_is_blind() {
    let (feeds, hall) = (Feeds::anaheim(), hall());
    let id = ride(1);
    let said = [(&*id, "Space Mountain", "OPERATING")];
    let mut states = Vec::new();
    for (now, changed_at) in [
        ("19:00", "18:58"),
        ("19:30", "18:58"),
        ("19:58", "18:58"),
        ("20:00", "18:58"),
        ("20:30", "18:58"),
        ("20:40", "20:39"),
        ("21:40", "20:39"),
    ] {
        let at = |time: &str| format!("2026-07-04T{time}:00Z");
        feeds.live(ANAHEIM, &at(changed_at), &said);
        feeds.collect(&hall, &at(now)).succeeds();
        states.push(newest(&hall)[0][2].clone());
    }
    assert_eq!(
        states,
        ["open", "open", "open", "blind", "blind", "open", "blind"]
    );
    let unknown = "select count(*) from ride_snapshots where state = 'unknown' and not in_service and not operated";
    assert_eq!(hall.value(unknown), "3");
    let quiet = hall.query("select quiet_minutes from park_snapshots order by slot");
    assert_eq!(
        quiet,
        [["2"], ["32"], ["60"], ["62"], ["92"], ["1"], ["61"]]
    );
}

#[test]
fn a_run_asks_a_few_parks_for_rides_and_hours_two_at_a_time() {
    let (feeds, hall) = (Feeds::start(), hall());
    let ids: Vec<String> = (1..=7).map(|park| ride(900 + park)).collect();
    let names: Vec<String> = (1..=7)
        .map(|park| format!("Park {park} of Seven"))
        .collect();
    let catalogue: Vec<_> = (1..)
        .zip(&names)
        .map(|(id, name)| (id, name.as_str(), "UTC"))
        .collect();
    feeds.catalogue(&catalogue);
    let parks: Vec<_> = ids
        .iter()
        .zip(&names)
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    feeds.destinations(&[("Resort", &parks)]);
    let one = ride(1);
    for (id, _) in &parks {
        feeds.children(id, &[]);
        feeds.schedule(id, "UTC", &json!([]));
        feeds.live(id, NOON, &[(&one, "The Same Everywhere", "OPERATING")]);
    }
    let asked = |what: &str| {
        let paths = parks
            .iter()
            .map(|(id, _)| format!("/v1/entity/{id}/{what}"));
        paths.map(|path| feeds.asked(&path)).sum::<usize>()
    };
    feeds.collect(&hall, NOON);
    assert_eq!(
        [asked("live"), asked("children"), asked("schedule")],
        [7, 5, 5]
    );
    feeds.collect(&hall, "2026-07-04T19:05:00Z");
    assert_eq!(
        [asked("live"), asked("children"), asked("schedule")],
        [14, 7, 7]
    );
    feeds.collect(&hall, "2026-07-04T19:10:00Z");
    assert_eq!(
        [asked("live"), asked("children"), asked("schedule")],
        [21, 7, 7]
    );
    // Seven polls by two callers with a pause of half a second: no burst.
    let requests = feeds.server.requests();
    let lives: Vec<_> = requests
        .iter()
        .filter(|request| request.path.ends_with("/live"))
        .map(|request| request.asked_at)
        .collect();
    assert!((lives[6] - lives[0]).as_millis() >= 1500);
}

#[test]
fn every_recorded_answer_is_read() {
    let Some(folder) = corpus::file("wiki/responses") else {
        return;
    };
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("answers")
        .map(|file| file.expect("a file").path())
        .collect();
    names.sort();
    let (mut lives, mut schedules, mut rosters) = (0, 0, 0);
    for path in names {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("an answer");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        let part = |field: &str| {
            answer
                .get(field)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        let resort_parks = part("parks");
        let park = resort_parks.first().unwrap_or(&answer);
        let Some(id) = park.get("id").and_then(Value::as_str) else {
            continue;
        };
        let (feeds, hall) = (Feeds::start(), hall());
        let zone = answer["timezone"].as_str().expect("a zone");
        feeds.catalogue(&[(1, "The Park", zone)]);
        feeds.destinations(&[("The Resort", &[(id, "The Park")])]);
        let what = name
            .trim_start_matches("EDITED-")
            .split('-')
            .next()
            .expect("what it answers");
        feeds.set(
            &format!("/v1/entity/{id}/{what}"),
            Answer::json(text.clone()),
        );
        let attractions = |field: &str| -> Vec<Value> {
            part(field)
                .into_iter()
                .filter(|entry| entry["entityType"] == "ATTRACTION")
                .collect()
        };
        match what {
            "live" => {
                let expected = attractions("liveData");
                let changes = part("liveData").into_iter();
                let newest =
                    changes.filter_map(|entry| Some(entry["lastUpdated"].as_str()?.to_owned()));
                let now = newest
                    .max()
                    .unwrap_or_else(|| "2026-07-20T12:00:00Z".to_owned());
                let ran = feeds.collect(&hall, &now);
                let stderr: Vec<_> = ran
                    .stderr
                    .lines()
                    .filter(|line| line.contains("WARN"))
                    .collect();
                assert!(stderr.is_empty(), "{name}: {stderr:?}");
                let stored = hall.query(
                    "select rides.wiki_id, rides.name, status, coalesce(wait_minutes, 'null')
                       from ride_snapshots join rides using (ride_id)",
                );
                let row = |entry: &Value| {
                    let text = |field: &str| entry[field].as_str().expect("text").to_owned();
                    let wait = entry["queue"]["STANDBY"]["waitTime"].to_string();
                    vec![
                        text("id"),
                        text("name").trim().to_owned(),
                        text("status"),
                        wait,
                    ]
                };
                let expected: BTreeSet<_> = expected.iter().map(row).collect();
                assert_eq!(
                    stored.into_iter().collect::<BTreeSet<_>>(),
                    expected,
                    "{name}"
                );
                lives += 1;
            }
            "children" => {
                feeds.collect(&hall, "2026-07-20T12:00:00Z");
                let expected = attractions("children").len().to_string();
                assert_eq!(
                    hall.value("select count(*) from rides where wiki_id is not null"),
                    expected,
                    "{name}"
                );
                rosters += 1;
            }
            "schedule" => {
                let entries = park["schedule"].as_array().expect("hours").clone();
                let first = entries[0]["openingTime"].as_str().expect("a time");
                feeds.collect(&hall, first);
                let kinds =
                    |kind: &str| entries.iter().filter(|entry| entry["type"] == kind).count();
                let stored = hall
                    .query("select kind, count(*) from park_schedules group by kind order by kind");
                let expected: BTreeMap<&str, usize> = ["OPERATING", "TICKETED_EVENT"]
                    .into_iter()
                    .map(|kind| (kind, kinds(kind)))
                    .filter(|(_, count)| *count > 0)
                    .collect();
                let expected: Vec<Vec<String>> = expected
                    .iter()
                    .map(|(kind, count)| vec![(*kind).to_owned(), count.to_string()])
                    .collect();
                assert_eq!(stored, expected, "{name}");
                schedules += 1;
            }
            _ => {}
        }
    }
    assert_eq!((lives, rosters, schedules), (9, 4, 3));
}

#[test]
fn the_parks_of_both_real_catalogues_are_paired() {
    let (Some(ours), Some(theirs)) = (
        corpus::file("parks/parks-2025-12-28.json"),
        corpus::file("wiki/responses/destinations-2026-07-20.json"),
    ) else {
        return;
    };
    let (feeds, hall) = (Feeds::start(), hall());
    feeds.set(
        "/parks.json",
        Answer::json(fs::read(ours).expect("a catalogue")),
    );
    feeds.set(
        "/v1/destinations",
        Answer::json(fs::read(&theirs).expect("destinations")),
    );
    let (url, wiki) = (&feeds.server.url, format!("{}/v1", feeds.server.url));
    hall.run_words(&[
        "collect",
        "--feed-url",
        url,
        "--wiki-url",
        &wiki,
        "--parks",
        "999",
    ]);
    let text = fs::read_to_string(theirs).expect("destinations");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    let parks = answer["destinations"]
        .as_array()
        .expect("resorts")
        .iter()
        .flat_map(|resort| resort["parks"].as_array().expect("parks"));
    let names: BTreeMap<&str, &str> = parks
        .map(|park| {
            (
                park["id"].as_str().expect("an id"),
                park["name"].as_str().expect("a name"),
            )
        })
        .collect();
    let paired =
        hall.query("select name, wiki_id from parks where wiki_id is not null order by name");
    let differing: Vec<String> = paired
        .iter()
        .filter(|row| row[0] != names[row[1].as_str()])
        .map(|row| format!("{} = {}", row[0], names[row[1].as_str()]))
        .collect();
    insta::assert_snapshot!(
        "paired_parks",
        format!(
            "{} parks; by other names:\n{}",
            paired.len(),
            differing.join("\n")
        )
    );
}

/// A cycle of ThemeParks.wiki at an hour of July 4: Ride 6402, and one that it calls by another name.
fn called_otherwise(hour: u32, id: &str, status: &str) -> String {
    let at = format!("2026-07-04T{hour:02}:00:00Z");
    let ride = |id: &str, name: &str, status: &str| json!({"id": id, "name": name, "entityType": "ATTRACTION", "status": status, "lastUpdated": at});
    let rides = [
        ride(
            "00000000-0000-4000-8000-000000000002",
            "Ride 6402",
            "OPERATING",
        ),
        ride(id, "Comet Reborn", status),
    ];
    let body = json!({"id": ANAHEIM, "liveData": rides});
    json!({"polled_at": at, "entity_id": ANAHEIM, "endpoint": "live", "body": body}).to_string()
}

#[test]
fn a_ride_that_stands_as_two_is_made_one_and_no_stored_row_moves() {
    let (first, second) = (
        "00000000-0000-4000-8000-00000000000a",
        "00000000-0000-4000-8000-00000000000b",
    );
    let hall = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-04T10:00:00Z", 60, &["OOO", "OOO", "OOO"])
        .park(65, "2026-07-04T10:00:00Z", 60, &["OOO"])
        .collect(&hall, 60);
    hall.run(&format!("parks set 64 --queue-times --wiki-id {ANAHEIM}"))
        .succeeds();
    let collect = |lines: &[String]| {
        fs::write(hall.path("wiki.jsonl"), lines.join("\n")).expect("it is kept");
        hall.run("collect --recorded wiki.jsonl --interval 60")
            .succeeds();
        for level in ["hourly", "daily", "yearly"] {
            hall.run(&format!("aggregate {level}")).succeeds();
        }
    };
    collect(&[13, 14].map(|hour| called_otherwise(hour, first, "OPERATING")));
    let id = |name: &str| hall.value(&format!("select ride_id from rides where name = '{name}'"));
    let (keep, other) = (id("Ride 6401"), id("Comet Reborn"));
    hall.run(&format!("rides set {other} --tier 1")).succeeds();
    let stored = [RAW, ROLLUPS, &["ride_operated_days"][..]].concat();
    let dump = || {
        stored
            .iter()
            .map(|table| {
                let mut rows = hall.query(&format!("select * from {table}"));
                rows.sort_unstable();
                rows
            })
            .collect::<Vec<_>>()
    };
    let before = dump();
    let elsewhere = id("Ride 6501");
    for (words, said) in [
        (format!("{keep} {keep}"), "is one ride; name two"),
        (format!("{elsewhere} {other}"), "are of two parks"),
        (
            format!("{keep} {}", id("Ride 6402")),
            "are two at Queue-Times",
        ),
        (format!("{keep} 99"), "nothing has the id `99`"),
    ] {
        let ran = hall.run(&format!("rides join {words} --yes")).exits(2);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    let decided = || hall.query("select * from rides order by ride_id");
    let apart = decided();
    let join = format!("rides join {keep} {other}");
    let ran = hall.run(&join).exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: there is no terminal to ask on; give `--yes` to join the two, which no command takes back\n"
    );
    let ran = hall.run_typing(&join, "n").succeeds();
    for said in [
        format!("ride {other} `Comet Reborn` of `Queue-Times park 64`: ride {keep} from"),
        "join them? No command takes it back [y/N] ".to_owned(),
        "rides: nothing was changed".to_owned(),
    ] {
        assert!(ran.stdout.contains(&said), "{said}\n{}", ran.stdout);
    }
    assert_eq!(decided(), apart);
    let said = hall.run(&format!("{join} --yes")).succeeds().stdout;
    assert_eq!(
        said,
        format!(
            "ride {other} `Comet Reborn` of `Queue-Times park 64`: ride {keep} from the next poll on; \
             its own rows stay as they are, and no ranking lists it\n\
             ride {keep} `Ride 6401` of `Queue-Times park 64`: known by `6401` at Queue-Times and `{first}` at ThemeParks.wiki\n\
             ride {keep} `Ride 6401` of `Queue-Times park 64`: tier none → 1\n\
             rides: 1 joined; 0 views are due now\n"
        )
    );
    assert_eq!(dump(), before);
    let again = hall.run(&format!("{join} --yes")).exits(2);
    assert!(again.stderr.contains("was joined into"), "{}", again.stderr);
    // Polls of either feed are of the one that was kept, also under an id that ThemeParks.wiki gives it later.
    collect(&[
        called_otherwise(15, first, "OPERATING"),
        called_otherwise(16, second, "OPERATING"),
    ]);
    Recording::new()
        .park(64, "2026-07-04T17:00:00Z", 60, &["O", "O", "O"])
        .collect(&hall, 60);
    let cycles = |ride: &str| {
        hall.value(&format!(
        "select group_concat(hour(hour_start) order by hour_start) from ride_snapshots where ride_id = {ride}"
    ))
    };
    assert_eq!(
        (cycles(&keep).as_str(), cycles(&other).as_str()),
        ("10,11,12,15,16,17", "13,14")
    );
    let known = hall.query(&format!(
        "select queue_times_id, wiki_id, tier, is_active from rides where ride_id = {keep}"
    ));
    assert_eq!(known, [["6401", second, "1", "1"]]);
    assert_eq!(
        hall.value("select count(*) from rides where park_id = 1"),
        "4"
    );
    collect(&[]);
    hall.run("verify --from 2026-07-03 --to 2026-07-05 --deep")
        .succeeds();
    // Archived rows of both come back as their own.
    let hall = hall.at("2026-07-20T20:00:00Z");
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    let raw = |hall: &Hall| {
        RAW.iter()
            .map(|table| hall.query(&format!("select * from {table} order by 1, 2, 3")))
            .collect::<Vec<_>>()
    };
    let whole = raw(&hall);
    fs::create_dir(hall.path("attic")).expect("a directory");
    hall.run("prune --raw-days 7 --archive attic").succeeds();
    assert_eq!(hall.value("select count(*) from ride_snapshots"), "0");
    hall.run("restore attic/raw-2026-07-04.jsonl.gz").succeeds();
    assert_eq!(raw(&hall), whole);
}

#[test]
fn nothing_is_decided_of_a_ride_that_was_joined_into_another() {
    let hall = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-04T10:00:00Z", 60, &["OO", "OO"])
        .collect(&hall, 60);
    hall.run(&format!("parks set 64 --queue-times --wiki-id {ANAHEIM}"))
        .succeeds();
    let line = called_otherwise(13, "00000000-0000-4000-8000-00000000000a", "OPERATING");
    fs::write(hall.path("wiki.jsonl"), line).expect("it is kept");
    hall.run("collect --recorded wiki.jsonl --interval 60")
        .succeeds();
    let id = |name: &str| hall.value(&format!("select ride_id from rides where name = '{name}'"));
    let (keep, other) = (id("Ride 6401"), id("Comet Reborn"));
    hall.run(&format!("rides join {keep} {other} --yes"))
        .succeeds();
    let rides = || hall.query("select * from rides order by ride_id");
    let before = rides();
    fs::write(hall.path("tiers.csv"), format!("ride_id,tier\n{other},1\n")).expect("a file");
    let said = format!("ride `{other}` was joined into `{keep}` before; name that");
    for words in [
        format!("set {other} --active yes"),
        format!("set {keep} {other} --tier 1"),
        "import tiers.csv".to_owned(),
        "import tiers.csv --partial".to_owned(),
    ] {
        let ran = hall.run(&format!("rides {words}")).exits(2);
        assert!(ran.stderr.contains(&said), "{words}: {}", ran.stderr);
        assert_eq!(rides(), before, "{words}");
    }
    // By name the one that was kept is meant, also where the other was called just so.
    hall.db()
        .query_drop("update rides set name = 'Ride 6401' where name = 'Comet Reborn'")
        .expect("a namesake");
    fs::write(
        hall.path("tiers.csv"),
        "park,name,tier\nQueue-Times park 64,Ride 6401,1\n",
    )
    .expect("a file");
    hall.run("rides import tiers.csv").succeeds();
    assert_eq!(
        hall.value("select group_concat(ride_id) from rides where tier = 1"),
        keep
    );

    let joined = format!("joined into {keep}");
    let list = hall.run("rides").succeeds().stdout;
    let row = list.lines().find(|row| row.contains(&joined)).expect(&list);
    assert!(row.trim_start().starts_with(&other), "{row}");
    let read = |words: &str| -> Value {
        serde_json::from_str(&hall.run(words).succeeds().stdout).expect("JSON")
    };
    let is_joined = |ride: &&Value| !ride["joined_ride_id"].is_null();
    let list = read("rides --json");
    let found = list.as_array().expect("rides").iter().find(is_joined);
    let found = found.expect("it says so");
    let ids = [keep.as_str(), other.as_str()].map(|id| json!(id.parse::<u32>().expect("an id")));
    assert_eq!(
        [&found["joined_ride_id"], &found["ride_id"]],
        [&ids[0], &ids[1]]
    );
    let explain = format!("explain ride {other} --date 2026-07-04");
    let told = hall.run(&explain).succeeds().stdout;
    assert_eq!(
        told.lines().nth(1).unwrap_or_default(),
        format!("it was joined into ride {keep}, which has its cycles since")
    );
    assert_eq!(read(&format!("{explain} --json"))["joined_ride_id"], ids[0]);
}
