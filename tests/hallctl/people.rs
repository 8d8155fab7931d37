//! `hallctl parks` and `hallctl rides`: what a person decides, and from when on it counts.

use crate::feed_server::{Answer, FeedServer};
use crate::hall::{Hall, Ran};
use crate::recording::Recording;
use crate::small_hall;
use serde_json::Value;
use std::fs::{self, File};

/// Three parks, five rides, and the catalogue as it was before any poll.
fn hall() -> Hall {
    small_hall::hall()
}

/// The columns that a person decides of each ride.
fn decided(hall: &Hall) -> Vec<String> {
    let rides = hall.query("select ride_id, tier, category, is_active from rides order by ride_id");
    rides.iter().map(|ride| ride.join(" ")).collect()
}

fn import(hall: &Hall, csv: &str, options: &str) -> Ran {
    fs::write(hall.path("tiers.csv"), csv).expect("the file is kept");
    hall.run(&format!("rides import tiers.csv {options}"))
}

#[test]
fn parks_are_listed_by_name_and_the_inactive_ones_on_demand() {
    let hall = hall();
    let wiki_id = "7340550b-c14d-4def-80bb-acdb51d49a66";
    hall.query(&format!(
        "update parks set wiki_id = '{wiki_id}' where park_id = 71"
    ));
    insta::assert_snapshot!(hall.run("parks").succeeds().stdout, @r"
    ID  QUEUE-TIMES  NAME              PLACE                            FLAGS   ACTIVE  RIDES  NO TIER  NEWEST CYCLE  ISSUES
    71           64  Amberlight Pier   Mossport, Oregon, United States  disney  yes         3        1             -       0
    72            -  Gearwood Gardens  Japan                            -       yes         1        0             -       0
    ");
    assert_eq!(hall.run("parks list").stdout, hall.run("parks").stdout);
    let all = hall.run("parks --all").succeeds().stdout;
    assert!(all.contains("Lost Lagoon"), "{all}");
    let json: Value =
        serde_json::from_str(&hall.run("parks list --all --json").stdout).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(3));
    assert_eq!(json[0]["wiki_id"], wiki_id);
    assert_eq!(
        (
            &json[0]["park_id"],
            &json[0]["name"],
            &json[0]["is_disney"],
            &json[0]["rides"]
        ),
        (
            &71.into(),
            &"Amberlight Pier".into(),
            &true.into(),
            &3.into()
        )
    );
}

#[test]
fn rides_are_listed_by_park_and_those_that_wait_for_a_tier_alone() {
    let hall = hall();
    hall.query("update rides set last_operated_at = '2026-07-04 20:05:00' where ride_id = 701");
    insta::assert_snapshot!(hall.run("rides").succeeds().stdout, @r"
     ID  QUEUE-TIMES  PARK              NAME          TIER  CATEGORY    ACTIVE  LAST OPERATED
    703         7003  Amberlight Pier   Frost Slide      -  ATTRACTION  yes     -
    702         7002  Amberlight Pier   Harbor Whirl     3  ATTRACTION  yes     -
    701         7001  Amberlight Pier   Kraken Drop      1  ATTRACTION  yes     2026-07-04T20:05Z
    704            -  Gearwood Gardens  Paper Boats      2  ATTRACTION  yes     -
    705         7005  Lost Lagoon       Sunken Bell      2  ATTRACTION  yes     -
    ");
    let of = |words: &str| {
        let json = hall.run(words).succeeds().stdout;
        let json: Vec<Value> = serde_json::from_str(&json).expect("JSON");
        json.iter()
            .map(|ride| ride["ride_id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("rides --unclassified --json"), [703]);
    assert_eq!(of("rides list --park 72 --json"), [704]);
    let unknown = hall.run("rides --park 9").exits(2);
    assert!(unknown.stderr.contains("`9`"), "{}", unknown.stderr);
}

#[test]
fn a_park_is_set_by_either_id_and_every_change_says_what_was_there() {
    let hall = hall();
    let ran = hall
        .run_words(&[
            "parks",
            "set",
            "72",
            "71",
            "--reports-down",
            "yes",
            "--city",
            "Kyoto",
            "--state",
            "",
        ])
        .succeeds();
    assert_eq!(
        ran.stdout,
        "park 71 `Amberlight Pier`: reports-down no (auto) → yes\n\
         park 71 `Amberlight Pier`: city Mossport → Kyoto\n\
         park 71 `Amberlight Pier`: state Oregon → none\n\
         park 72 `Gearwood Gardens`: reports-down no (auto) → yes\n\
         park 72 `Gearwood Gardens`: city none → Kyoto\n\
         parks: 2 changed, 0 unchanged; 0 views are due now\n"
    );
    let ran = hall
        .run("parks set 64 66 --queue-times --active yes --disney no --universal yes")
        .succeeds();
    assert!(
        ran.stdout
            .contains("park 73 `Lost Lagoon`: active no → yes\n")
            && ran
                .stdout
                .contains("park 71 `Amberlight Pier`: disney yes (auto) → no\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        hall.query("select is_active, reports_down, is_disney, is_universal, city, state_province from parks order by park_id"),
        [
            ["1", "1", "0", "1", "Kyoto", "NULL"],
            ["1", "1", "0", "0", "Kyoto", "NULL"],
            ["1", "0", "0", "1", "NULL", "NULL"],
        ]
    );
    let again = hall.run("parks set 73 --active yes").succeeds();
    assert_eq!(again.stdout, "parks: 0 changed, 1 unchanged\n");
}

#[test]
fn what_a_person_set_of_a_park_no_catalogue_sets_again_until_it_is_left_to_it() {
    let feed = FeedServer::start(|request| match request.park() {
        None => {
            let parks = [64, 65, 66]
                .map(|id| format!(r#"{{"id": {id}, "name": "Park {id}", "timezone": "UTC"}}"#));
            Answer::json(format!(
                r#"[{{"id": 1, "name": "Universal Parks & Resorts", "parks": [{}]}}]"#,
                parks.join(", ")
            ))
        }
        Some(park) => Answer::json(format!(
            r#"{{"lands":[],"rides":[{{"id":{park}1,"name":"Comet","is_open":true,"wait_time":5}}]}}"#
        )),
    });
    let hall = Hall::new().at("2026-07-04T12:10:00Z").migrated();
    // Known from their polls alone; nobody has named an operator yet.
    Recording::new()
        .park(64, "2026-07-04T12:00:00Z", 5, &["O"])
        .park(65, "2026-07-04T12:00:00Z", 5, &["O"])
        .park(66, "2026-07-04T12:00:00Z", 5, &["O"])
        .collect(&hall, 5);
    let set = |words: &str| {
        hall.run(&format!("parks set --queue-times {words}"))
            .succeeds()
            .stdout
    };
    set("64 --universal no");
    set("65 --disney yes --reports-down no");
    let collect = |words: &str| {
        hall.run(&format!("collect --feed-url {} {words}", feed.url))
            .succeeds();
    };
    collect("--parks 64");
    let flags = || {
        hall.query(
            "select queue_times_id, is_disney, is_universal, reports_down from parks order by 1",
        )
        .iter()
        .map(|row| row.join(" "))
        .collect::<Vec<_>>()
    };
    assert_eq!(flags(), ["64 0 0 0", "65 1 1 0", "66 0 1 1"]);
    // The catalogue comes again the next day, however it describes them.
    hall.query("update parks set operator = null, name = 'Once'");
    hall.query("delete from settings where name = 'catalogue_read_at'");
    collect("--parks 65");
    assert_eq!(flags(), ["64 0 0 0", "65 1 1 0", "66 0 1 1"]);
    let said = set("64 65 --universal auto --disney auto --reports-down auto");
    for line in [
        "park 1 `Park 64`: universal no → yes (auto)\n",
        "park 1 `Park 64`: reports-down no (auto) → yes (auto)\n",
        "park 2 `Park 65`: disney yes → no (auto)\n",
        "park 2 `Park 65`: reports-down no → yes (auto)\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    assert_eq!(flags(), ["64 0 1 1", "65 0 1 1", "66 0 1 1"]);
}

#[test]
fn unknown_ids_are_named_and_nothing_is_changed() {
    let hall = hall();
    let before = decided(&hall);
    let ran = hall.run("rides set 701 9 8 --tier 3").exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: nothing has the id `8`, `9`; `hallctl rides` shows them\n"
    );
    let ran = hall.run("parks set 71 64 --active no").exits(2);
    assert_eq!(
        ran.stderr,
        "hallctl: nothing has the id `64`; `hallctl parks --all` shows them\n"
    );
    for words in [
        "rides set 701",
        "rides set --tier 1",
        "rides set 701 --tier 4",
        "rides set 701 --category BAND",
        "rides set 701 --active perhaps",
        "parks set 71",
        "parks set 71 --queue-times",
        "parks set first --active yes",
    ] {
        hall.run(words).exits(2);
    }
    assert_eq!(decided(&hall), before);
    assert_eq!(
        hall.value("select count(*) from parks where is_active"),
        "2"
    );
}

#[test]
fn a_change_makes_every_view_due_and_leaves_the_bodies() {
    let hall = hall();
    hall.run("refresh-cache --all").succeeds();
    let shelf = "select count(*), sum(due_at > '2026-07-04 20:10:00') from cached_api_views";
    let views = hall.query(shelf)[0][0].clone();
    assert_ne!(hall.query(shelf)[0][1], "0");
    let ran = hall.run("rides set 703 --tier none").succeeds();
    assert_eq!(ran.stdout, "rides: 0 changed, 1 unchanged\n");
    assert_ne!(hall.query(shelf)[0][1], "0", "nothing has changed");
    hall.run("rides set 703 --tier 1").succeeds();
    assert_eq!(hall.query(shelf), [[views.as_str(), "0"]]);
    let refreshed = hall.run("refresh-cache --if-stale").succeeds().stdout;
    assert!(
        refreshed.starts_with(&format!("refresh-cache: {views} views, 0 failed")),
        "{refreshed}"
    );
}

/// B66, and B27 for the weights: one place holds the tier, and all that is judged from then on reads it there.
#[test]
fn a_tier_weighs_in_the_next_poll_and_stored_rows_keep_their_weights() {
    let hall = Hall::new().at("2026-07-04T13:00:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-04T12:00:00Z", 5, &["OOOccc", "OOOOOO"])
        .collect(&hall, 5);
    hall.run("rides set 6401 --queue-times --tier 1").succeeds();
    hall.run("rides set 6402 --queue-times --tier 3").succeeds();
    Recording::new()
        .park(64, "2026-07-04T12:30:00Z", 5, &["cccc", "OOOO"])
        .collect(&hall, 5);
    let weights = hall.query(
        "select slot, weight_down, weight_in_service, score from park_snapshots
          where minute(slot) in (25, 30) order by slot",
    );
    assert_eq!(
        weights,
        [
            ["2026-07-04 12:25:00", "2", "4", "5.000000"],
            ["2026-07-04 12:30:00", "3", "4", "7.500000"],
        ]
    );
    // The end of the spell judges every cycle again, and every level is filled.
    let hall = hall.at("2026-07-05T09:00:00Z");
    hall.run("aggregate hourly").succeeds();
    assert_eq!(
        hall.query("select minute < 30, min(weight), max(weight) from ride_snapshots join rides using (ride_id) where queue_times_id = 6401 group by 1 order by 1 desc"),
        [["1", "2", "2"], ["0", "3", "3"]]
    );
    // Three cycles of 5 minutes at 5 and four at 7.5 of ten; the run at the end began too early to be closing time.
    let score = "select open_minutes, score_minutes, weighted_minutes_down from park_hourly_stats where sample_count > 0";
    let filled = hall.query(score);
    hall.run("rides set 6401 --queue-times --tier 2").succeeds();
    hall.run("aggregate hourly --hour 2026-07-04T12").succeeds();
    assert_eq!(
        hall.query(score),
        filled,
        "a later tier rewrites no history"
    );
}

#[test]
fn a_ride_made_a_show_leaves_every_number_from_then_on_and_keeps_its_history() {
    let hall = Hall::new().at("2026-07-05T09:00:00Z").migrated();
    Recording::new()
        .park(
            64,
            "2026-07-04T12:00:00Z",
            5,
            &["OOOOOO", "OOOOOO", "OOOOOO"],
        )
        .collect(&hall, 5);
    hall.run("rides set 6401 --queue-times --category show")
        .succeeds();
    hall.run("rides set 6402 --queue-times --active no")
        .succeeds();
    Recording::new()
        .park(64, "2026-07-04T12:30:00Z", 5, &["OOO", "OOO", "OOO"])
        .collect(&hall, 5);
    for level in ["hourly", "daily", "yearly"] {
        hall.run(&format!("aggregate {level}")).succeeds();
    }
    assert_eq!(
        hall.query("select rides_listed, weight_in_service, count(*) from park_snapshots group by 1, 2 order by 1"),
        [["1", "2", "3"], ["3", "6", "6"]]
    );
    for level in ["hourly", "daily", "yearly"] {
        assert_eq!(
            hall.query(&format!(
                "select queue_times_id, sample_count from ride_{level}_stats join rides using (ride_id) order by 1"
            )),
            [["6401", "6"], ["6402", "6"], ["6403", "9"]],
            "{level}"
        );
    }
}

#[test]
fn a_file_of_tiers_is_read_whatever_names_its_rides() {
    let hall = hall();
    let ran = import(
        &hall,
        "\u{feff}Name,Park,Tier,Category,Note,ride_id,queue_times_id\r\n\
         \"frost slide\",Amberlight Pier,Tier 1,,\"a, b\",,\r\n\
         \r\n\
         ,,2,,,701,\r\n\
         ,,none,meet and greet,,,7002\r\n\
         Paper Boats, gearwood gardens ,2,,,,\r\n",
        "",
    )
    .succeeds();
    assert_eq!(
        ran.stdout,
        "ride 703 `Frost Slide` of `Amberlight Pier`: tier none → 1\n\
         ride 701 `Kraken Drop` of `Amberlight Pier`: tier 1 → 2\n\
         ride 702 `Harbor Whirl` of `Amberlight Pier`: tier 3 → none\n\
         ride 702 `Harbor Whirl` of `Amberlight Pier`: category ATTRACTION → MEET_AND_GREET\n\
         rides: 3 changed, 1 unchanged; 0 views are due now\n"
    );
    assert_eq!(
        decided(&hall)[..4],
        [
            "701 2 ATTRACTION 1",
            "702 NULL MEET_AND_GREET 1",
            "703 1 ATTRACTION 1",
            "704 2 ATTRACTION 1",
        ]
    );
}

const BAD: &str = "ride_id,queue_times_id,park,name,tier,category\n\
    701,,,,2,\n\
    999,,,,1,\n\
    ,9999,,,1,\n\
    ,,Amberlight Pier,Twin,1,\n\
    ,,Amberlight Pier,Nobody,1,\n\
    702,,,,4,\n\
    702,,,,Tier 2,BAND\n\
    ,7001,,,3,\n\
    ,,Amberlight Pier,,1,\n\
    703,,\"Amber,,1,\n\
    704,,,,3,\n";

const REFUSALS: &str = "rides: `tiers.csv` line 3: ride_id `999` is unknown\n\
    rides: `tiers.csv` line 4: queue_times_id `9999` is unknown\n\
    rides: `tiers.csv` line 5: ride `Twin` of park `Amberlight Pier` may be 2 rides; give its ride_id\n\
    rides: `tiers.csv` line 6: ride `Nobody` of park `Amberlight Pier` is unknown\n\
    rides: `tiers.csv` line 7: tier `4` is not 1, 2, 3 or none\n\
    rides: `tiers.csv` line 8: category `BAND` is not ATTRACTION, SHOW, MEET_AND_GREET or EXPERIENCE\n\
    rides: `tiers.csv` line 9: ride `701` stands in line 2 already\n\
    rides: `tiers.csv` line 10: names no ride\n\
    rides: `tiers.csv` line 11: a quote is not closed\n";

#[test]
fn lines_that_cannot_be_meant_are_named_and_cost_the_others_only_on_demand() {
    let hall = hall();
    hall.query(
        "insert into rides (ride_id, park_id, name, created_at, updated_at)
         values (710, 71, 'Twin', '2026-01-01', '2026-01-01'), (711, 71, 'Twin', '2026-01-01', '2026-01-01')",
    );
    let before = decided(&hall);
    let ran = import(&hall, BAD, "").exits(2);
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        format!(
            "{REFUSALS}hallctl: 9 lines were refused and nothing was changed; correct them, or say --partial to apply the others\n"
        )
    );
    assert_eq!(decided(&hall), before);
    let ran = import(&hall, BAD, "--partial").exits(3);
    assert_eq!(ran.stderr, REFUSALS);
    assert_eq!(
        ran.stdout,
        "ride 701 `Kraken Drop` of `Amberlight Pier`: tier 1 → 2\n\
         ride 704 `Paper Boats` of `Gearwood Gardens`: tier 2 → 3\n\
         rides: 2 changed, 0 unchanged, 9 refused; 0 views are due now\n"
    );
}

#[test]
fn a_file_without_the_columns_is_misuse_and_standard_input_is_a_file() {
    let hall = hall();
    for (csv, fault) in [
        (
            "",
            "`tiers.csv` line 1: no column `ride_id`, `queue_times_id`, or `park` and `name`",
        ),
        ("park,tier\nAmberlight Pier,1\n", "no column `ride_id`"),
        (
            "ride_id,rank\n701,1\n",
            "`tiers.csv` line 1: no column `tier` or `category`",
        ),
        (
            "ride_id,tier\n999,1\n",
            "1 line was refused and nothing was changed",
        ),
    ] {
        for options in ["", "--partial"] {
            let ran = import(&hall, csv, options).exits(2);
            assert!(ran.stderr.contains(fault), "{}", ran.stderr);
        }
    }
    let gone = hall.run("rides import gone.csv").exits(2);
    assert!(
        gone.stderr.contains("could not read `gone.csv`"),
        "{}",
        gone.stderr
    );
    fs::write(hall.path("tiers.csv"), "ride_id,tier\n703,3\n").expect("the file is kept");
    let mut command = hall.command(&["rides", "import", "-"]);
    command.stdin(File::open(hall.path("tiers.csv")).expect("it opens"));
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(decided(&hall)[2], "703 3 ATTRACTION 1");
}

/// B27: whatever lists or weighs rides asks the same thing of them.
#[test]
fn every_view_and_table_tracks_the_same_rides() {
    let hall = Hall::new().at("2026-07-04T13:02:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-04T12:00:00Z", 5, &["OOO"; 5])
        .collect(&hall, 5);
    hall.run("rides set 6402 --queue-times --category SHOW")
        .succeeds();
    hall.run("rides set 6403 --queue-times --category MEET_AND_GREET")
        .succeeds();
    hall.run("rides set 6405 --queue-times --active no")
        .succeeds();
    Recording::new()
        .park(
            64,
            "2026-07-04T12:15:00Z",
            5,
            &[
                "OOOOccccOO",
                "OOOOOOOOOO",
                "OOOOOOOOOO",
                "OOOOOOOOOO",
                "OOOOOOOOOO",
            ],
        )
        .collect(&hall, 5);
    hall.run("refresh-cache --all").succeeds();
    // The search finds shows too.
    let bodies = hall.query(
        "select cache_key, result_json from cached_api_views where cache_key <> 'search_index'",
    );
    let tell = |ride: u32| {
        let name = format!("\"Ride {ride}\"");
        bodies.iter().filter(|body| body[1].contains(&name)).count()
    };
    assert!(
        tell(6401) > 0 && tell(6404) > 0,
        "two rides count: {bodies:?}"
    );
    assert_eq!([6402, 6403, 6405].map(tell), [0, 0, 0]);
    assert_eq!(
        hall.query("select distinct rides_listed, weight_in_service from park_snapshots where slot >= '2026-07-04 12:15'"),
        [["2", "4"]]
    );
    let summary = hall
        .value("select result_json from cached_api_views where cache_key = 'status_summary_live'");
    let summary: Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(summary["status_summary"]["total"], 2, "{summary}");
}

#[test]
fn a_park_of_a_recording_is_guessed_by_its_name_once_nobody_decides() {
    let hall = Hall::new().at("2026-07-06T08:00:00Z").migrated();
    Recording::new()
        .park(64, "2026-07-04T10:00:00Z", 60, &["OO", "OO"])
        .collect(&hall, 60);
    hall.query(
        "update parks set name = 'Disney of a recording', operator = null where park_id = 1",
    );
    let set = |flags: &str| hall.run(&format!("parks set 1 {flags}")).succeeds().stdout;
    set("--reports-down no");
    let said = set("--reports-down auto");
    assert!(said.contains("reports-down no → yes (auto)\n"), "{said}");
    // What a person says of whose park it is goes before its name.
    set("--disney no");
    let said = set("--reports-down auto");
    assert!(
        said.contains("reports-down yes (auto) → no (auto)\n"),
        "{said}"
    );
    hall.query("update parks set name = 'Once' where park_id = 1");
    set("--reports-down yes --disney auto");
    let said = set("--reports-down auto");
    assert!(said.contains("reports-down yes → no (auto)\n"), "{said}");
}
