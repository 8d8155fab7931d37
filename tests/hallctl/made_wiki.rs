//! What ThemeParks.wiki says of a made-up park: entries with a status, when they last changed, and announced hours.

use crate::made_park::pick;
use crate::oracle::{Said, Time};
use crate::recording::Dice;
use crate::story::Entry;
use chrono::{Duration, TimeZone};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// One entry of an announcement, and the hours it opens the park for, where it does.
#[derive(Clone)]
pub struct Announced {
    pub json: Value,
    pub open: Option<(Time, Time)>,
}

/// What a ride is doing, as somebody at the park would say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Runs,
    Broken,
    Away,
    Rests,
}

pub fn park_id(park: u32) -> String {
    format!("b0000000-0000-4000-8000-{park:012}")
}

/// One entry of a ride, odd now and then; when it changed is filled in by `changed`.
pub fn entry(dice: &mut Dice, ride: u32, doing: Doing) -> Entry {
    let word = match doing {
        Doing::Runs => "OPERATING",
        Doing::Broken => pick(dice, &["DOWN", "DOWN", "DOWN", "CLOSED"]),
        Doing::Away => "REFURBISHMENT",
        Doing::Rests => pick(dice, &["CLOSED", "CLOSED", "CLOSED", "CLOSED", "DOWN"]),
    };
    let (mut status, mut word) = (Some(word), json!(word));
    let minutes = 5 * dice.throw(20) as u32;
    let mut wait = match doing {
        Doing::Runs if dice.throw(4) > 0 => (Some(minutes), json!(minutes)),
        _ => (None, Value::Null),
    };
    match dice.throw(40) {
        0 => (status, word) = (None, Value::Null),
        1 => (status, word) = (None, json!("ON_FIRE")),
        2 => {
            wait = (
                None,
                pick_json(dice, &[json!(-1), json!(601), json!("long")]),
            )
        }
        3 => wait = (Some(600), json!("600")),
        _ => {}
    }
    let json = json!({
        "id": crate::wiki_server::ride(ride), "name": format!("Ride {ride}"), "entityType": "ATTRACTION",
        "status": word, "queue": {"STANDBY": {"waitTime": wait.1}},
    });
    let said = Said {
        ride,
        open: None,
        status,
        wait: wait.0,
        age_seconds: None,
    };
    Entry {
        said: Some(said),
        json,
        in_land: false,
        changed: None,
    }
}

/// What is listed among the rides and is none.
pub fn no_ride(dice: &mut Dice) -> Entry {
    let (name, kind) = pick(
        dice,
        &[
            ("Noodles", "RESTAURANT"),
            ("Coaster Single Rider", "ATTRACTION"),
        ],
    );
    let id = crate::wiki_server::ride(9);
    Entry {
        said: None,
        json: json!({"id": id, "name": name, "entityType": kind, "status": "OPERATING"}),
        in_land: false,
        changed: None,
    }
}

/// Dates the entries: one of them changed at `newest`, the others before; or none says when.
pub fn date_all(dice: &mut Dice, entries: &mut [Entry], newest: Time) {
    let is_untold = dice.throw(40) == 0;
    let first = dice.throw(entries.len().max(1));
    for (number, entry) in entries.iter_mut().enumerate() {
        let before = dice.throw(90_000) as i64 * i64::from(number != first);
        date(entry, newest - Duration::seconds(before));
        if is_untold {
            entry.changed = None;
            entry.json["lastUpdated"] =
                pick_json(dice, &[Value::Null, json!("yesterday"), json!(7)]);
        }
    }
}

pub fn date(entry: &mut Entry, at: Time) {
    entry.json["lastUpdated"] = json!(at);
    entry.changed = Some(at);
}

/// What a park says of its hours: mostly when it will be open, but late or early, in two pieces, on a clock of
/// its own, or not at all.
pub fn announce(dice: &mut Dice, zone: Tz, days: &[(Time, Time)]) -> Vec<Announced> {
    let mut announced = Vec::new();
    for (from, to) in days {
        let shift =
            |dice: &mut Dice| Duration::minutes(pick(dice, &[0, 0, 0, 0, -60, -10, 30, 90]));
        let (mut from, mut to) = (*from + shift(dice), *to + shift(dice));
        if to - from > Duration::hours(36) {
            // A park that never closes says so day by day.
            while from < to {
                let tomorrow = from + Duration::days(1);
                announced.push(window(dice, zone, "OPERATING", from, tomorrow));
                from = tomorrow;
            }
            continue;
        }
        to = to.max(from + Duration::minutes(30));
        match dice.throw(12) {
            0 => continue,
            1 => {
                let kind = pick(
                    dice,
                    &[
                        "TICKETED_EVENT",
                        "PRIVATE_EVENT",
                        "INFO",
                        "EXTRA_HOURS",
                        "GALA",
                    ],
                );
                announced.push(window(dice, zone, kind, from, to));
                continue;
            }
            2 => announced.push(window(
                dice,
                zone,
                "EXTRA_HOURS",
                from - Duration::hours(1),
                from,
            )),
            3 => announced.push(window(
                dice,
                zone,
                "TICKETED_EVENT",
                to,
                to + Duration::hours(3),
            )),
            4 => announced.push(Announced {
                json: json!({"type": "OPERATING", "openingTime": "soon", "closingTime": to}),
                open: None,
            }),
            5 => {
                let opens = from - Duration::hours(2);
                let mut long = window(dice, zone, "OPERATING", opens, opens + Duration::hours(37));
                long.open = None;
                announced.push(long);
            }
            // The same opening twice: the later closing stands.
            6 => announced.push(window(
                dice,
                zone,
                "OPERATING",
                from,
                from + (to - from) / 2,
            )),
            _ => {}
        }
        if dice.throw(4) == 0 {
            let middle = from + (to - from) / 2;
            let pause = Duration::minutes(pick(dice, &[-30, 0, 20, 60, 200]));
            announced.push(window(dice, zone, "OPERATING", from, middle));
            from = middle + pause;
            to = to.max(from + Duration::minutes(30));
        }
        announced.push(window(dice, zone, "OPERATING", from, to));
    }
    dice.shuffle(&mut announced);
    announced
}

/// Hours in one of the ways in which they are written. A closing written as one before the opening is a day later.
fn window(dice: &mut Dice, zone: Tz, kind: &str, from: Time, to: Time) -> Announced {
    let to = truncated(to);
    let from = truncated(from);
    let written = match to - from <= Duration::days(1) && dice.throw(3) == 0 {
        true => to - Duration::days(1),
        false => to,
    };
    let opens = write(dice, zone, from);
    let closes = write(dice, zone, written);
    Announced {
        json: json!({"date": &opens[..10], "type": kind, "openingTime": opens, "closingTime": closes}),
        open: (kind == "OPERATING").then_some((from, to)),
    }
}

fn truncated(at: Time) -> Time {
    at - Duration::seconds(at.timestamp().rem_euclid(60))
}

/// A moment in UTC, on the clocks of the park, or on these without an offset, where they show it once.
fn write(dice: &mut Dice, zone: Tz, at: Time) -> String {
    let local = at.with_timezone(&zone);
    let naive = local.naive_local();
    match dice.throw(3) {
        0 => at.to_rfc3339(),
        1 if zone.from_local_datetime(&naive).single().is_some() => {
            naive.format("%Y-%m-%dT%H:%M:%S").to_string()
        }
        _ => local.to_rfc3339(),
    }
}

fn pick_json(dice: &mut Dice, from: &[Value]) -> Value {
    from[dice.throw(from.len())].clone()
}
