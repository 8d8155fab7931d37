//! One made-up park: its days, storms, outages and silences, and the entries its feed makes of them.

use crate::made_wiki::{self, Announced, Doing};
use crate::oracle::{Said, Time};
use crate::recording::Dice;
use crate::story::{Entry, KnownPark, KnownRide, Poll};
use chrono::{Duration, NaiveDate, TimeZone, Utc};
use serde_json::{Value, json};

/// What happens in one park: spans in which its rides stop, its feed goes stale or nobody asks it.
pub struct Made {
    park: KnownPark,
    minutes: i64,
    open: Vec<(Time, Time)>,
    pub storms: Vec<(Time, Time, usize)>,
    stale: Vec<(Time, Time, usize)>,
    silence: Vec<(Time, Time)>,
    /// While ThemeParks.wiki repeats what it said at the beginning.
    frozen: Vec<(Time, Time)>,
    rides: Vec<MadeRide>,
    sleeps: bool,
    never_closes: bool,
}

struct MadeRide {
    id: u32,
    off: Vec<(Time, Time)>,
    away: Vec<(Time, Time)>,
    closes_early: Duration,
}

pub fn pick<T: Copy>(dice: &mut Dice, from: &[T]) -> T {
    from[dice.throw(from.len())]
}

fn is_in<'a>(mut spans: impl Iterator<Item = &'a (Time, Time)>, at: Time) -> bool {
    spans.any(|(from, until)| (*from..*until).contains(&at))
}

impl Made {
    pub fn of(
        dice: &mut Dice,
        park: KnownPark,
        first: NaiveDate,
        days: usize,
        minutes: i64,
    ) -> Made {
        let zone = park.zone;
        let local = |date: NaiveDate, hour: u32| {
            let time = date.and_hms_opt(hour, 0, 0).expect("an hour");
            let time = zone.from_local_datetime(&time).earliest();
            time.map_or_else(
                || Utc.from_utc_datetime(&date.and_hms_opt(hour, 0, 0).expect("an hour")),
                |time| time.to_utc(),
            )
        };
        let mut made = Made {
            park,
            minutes,
            open: Vec::new(),
            storms: Vec::new(),
            stale: Vec::new(),
            silence: Vec::new(),
            frozen: Vec::new(),
            rides: Vec::new(),
            sleeps: dice.throw(3) > 0,
            never_closes: days > 8 && minutes <= 90 && dice.throw(3) == 0,
        };
        for day in 0..days {
            let date = first + Duration::days(day as i64);
            let (from, hours) = (
                local(date, 7 + dice.throw(6) as u32),
                pick(dice, &[1, 2, 4, 8, 10, 14, 17]),
            );
            if day == 0 || dice.throw(9) > 0 {
                made.open.push((from, from + Duration::hours(hours)));
            }
            let span = |dice: &mut Dice, lengths: &[i64]| {
                let from = from + Duration::minutes(dice.throw(60 * hours as usize) as i64);
                (from, from + Duration::minutes(pick(dice, lengths)))
            };
            if dice.throw(4) == 0 {
                made.frozen
                    .push(span(dice, &[60, 61, 90, 120, 240, 900, 3000]));
            }
            for _ in 0..dice.throw(3) {
                let (from, until) = span(dice, &[minutes, 2 * minutes, 60, 175, 180, 185, 240]);
                made.storms.push((from, until, 1 + dice.throw(4)));
            }
            if dice.throw(5) == 0 {
                let (from, until) = span(dice, &[minutes, 30, 60, 120, 200]);
                made.stale.push((from, until, 1 + dice.throw(4)));
            }
            if dice.throw(4) == 0 {
                made.silence
                    .push(span(dice, &[60, 170, 180, 185, 200, 400]));
            }
        }
        if made.never_closes {
            made.never_close(dice);
        }
        let (dawn, rides) = (local(first, 0), pick(dice, &[1, 2, 3, 4, 5, 6, 7, 10, 20]));
        let mut ride = |number: u32| {
            let mut off = Vec::new();
            for _ in 0..dice.throw(2 * days) {
                let from = dawn + Duration::minutes(dice.throw(days * 1440) as i64);
                off.push((
                    from,
                    from + Duration::minutes(pick(dice, &[minutes, 45, 60, 90, 240])),
                ));
            }
            if dice.throw(3) == 0 {
                let from = dawn + Duration::minutes(dice.throw(days * 1440) as i64);
                off.push((
                    from,
                    from + Duration::minutes(pick(dice, &[4320, 10_080, 10_140, 11_520, 14_400])),
                ));
            }
            let away = match dice.throw(6) {
                0 => {
                    let from = dawn + Duration::minutes(dice.throw(days * 1440) as i64);
                    vec![(
                        from,
                        from + Duration::minutes(pick(dice, &[240, 1440, 4320])),
                    )]
                }
                _ => Vec::new(),
            };
            MadeRide {
                id: park.id * 100 + number,
                off,
                away,
                closes_early: Duration::minutes(pick(dice, &[0, 0, 0, 15, 55, 60, 65, 120, 200])),
            }
        };
        made.rides = (1..=rides).map(&mut ride).collect();
        made
    }

    /// One opening from the first day to the last, of which the feed may go stale and never come back.
    fn never_close(&mut self, dice: &mut Dice) {
        let (first, last) = (self.open[0].0, self.open[self.open.len() - 1].1);
        self.open = vec![(first, last)];
        (self.silence, self.sleeps) = (Vec::new(), false);
        self.storms.retain(|(_, _, depth)| *depth == 1);
        self.stale.clear();
        if dice.throw(3) == 0 {
            let from = first + Duration::hours(dice.throw(100) as i64);
            self.stale.push((from, last + Duration::days(1), 4));
        }
    }

    /// Whether `hallctl collect` asks ThemeParks.wiki for it.
    pub fn is_asked(&self) -> bool {
        self.park.wiki && self.park.is_active
    }

    /// Some of the rides are known beforehand, as a person wants them; the last ones are left to the feed.
    pub fn known(&self, dice: &mut Dice) -> Vec<KnownRide> {
        let known = |ride: &MadeRide| KnownRide {
            id: ride.id,
            park: self.park.id,
            tier: pick(dice, &[None, Some(1), Some(2), Some(3)]),
            category: if dice.throw(30) == 0 {
                "SHOW"
            } else {
                "ATTRACTION"
            },
            is_active: dice.throw(16) > 0,
        };
        self.rides
            .iter()
            // Where two feeds speak of a ride, a guest of another park must find it known to both.
            .filter(|ride| ride.id % 3 > 0 || (self.park.queue_times && self.park.wiki))
            .map(known)
            .collect()
    }

    /// What the park announces, seen from `now`: some days back, and as far ahead as it likes.
    pub fn announce(&self, dice: &mut Dice, now: Time) -> Vec<Announced> {
        let ahead = Duration::days(pick(dice, &[-1, 0, 1, 2, 5, 30]));
        let is_near = |(from, to): &&(Time, Time)| {
            *to > now - Duration::days(2) && *from < now + Duration::days(1) + ahead
        };
        let days: Vec<(Time, Time)> = self.open.iter().filter(is_near).copied().collect();
        if dice.throw(10) == 0 {
            return Vec::new();
        }
        made_wiki::announce(dice, self.park.zone, &days)
    }

    pub fn polls(&self, dice: &mut Dice, parks: &[KnownPark]) -> Vec<Poll> {
        let (first, last) = (self.open[0], self.open[self.open.len() - 1]);
        let (mut at, end) = (first.0 - Duration::hours(2), last.1 + Duration::hours(4));
        let mut polls = Vec::new();
        while at < end {
            let jitter = match dice.throw(8) {
                0 => dice.throw(self.minutes as usize * 60) as i64,
                1 => -1,
                _ => 0,
            };
            let polled = at + Duration::seconds(jitter);
            let day = |(from, until): &(Time, Time)| {
                (*from - Duration::minutes(90)..*until + Duration::minutes(150)).contains(&at)
            };
            let is_day = !self.sleeps || self.open.iter().any(day);
            let is_missed = dice.throw(if self.never_closes { 200 } else { 30 }) == 0;
            if is_day && !is_in(self.silence.iter(), at) && !is_missed {
                polls.push(self.poll(dice, polled, parks));
            }
            at += Duration::minutes(self.minutes);
        }
        polls
    }

    fn poll(&self, dice: &mut Dice, at: Time, parks: &[KnownPark]) -> Poll {
        let is_wiki = self.park.wiki && (!self.park.queue_times || dice.throw(6) > 0);
        match is_wiki {
            true => self.wiki_poll(dice, at, parks),
            false => self.queue_times_poll(dice, at, parks),
        }
    }

    fn queue_times_poll(&self, dice: &mut Dice, at: Time, parks: &[KnownPark]) -> Poll {
        let mut entries = Vec::new();
        for (number, ride) in self.rides.iter().enumerate() {
            let runs = (self.doing(number, at) == Doing::Runs) != (dice.throw(60) == 0);
            let is_stale = self.stale.iter().any(|span| hits(span, number, at));
            if dice.throw(50) > 0 {
                entries.push(entry(dice, ride.id, at, runs, is_stale));
            }
            if dice.throw(50) == 0 {
                entries.push(entry(dice, ride.id, at, !runs, is_stale));
            }
        }
        if let Some(guest) = guest(dice, parks, |park| park.queue_times) {
            entries.push(entry(dice, guest, at, true, false));
        }
        if dice.throw(80) == 0 {
            entries.retain(|_| dice.throw(10) == 0);
        }
        if dice.throw(20) == 0 {
            let json =
                json!({"id": 9, "name": "Coaster Single Rider", "is_open": true, "wait_time": 5});
            entries.push(Entry {
                said: None,
                json,
                in_land: false,
                changed: None,
            });
        }
        Poll {
            park: self.park.id,
            at,
            is_wiki: false,
            entries,
        }
    }

    /// The park as ThemeParks.wiki shows it at this moment, without guests and never empty.
    pub fn seen_now(&self, dice: &mut Dice, at: Time) -> Poll {
        let mut poll = self.wiki_poll(dice, at, &[]);
        if poll.entries.iter().all(|entry| entry.said.is_none()) {
            let mut entry = made_wiki::entry(dice, self.rides[0].id, Doing::Rests);
            made_wiki::date(&mut entry, at);
            poll.entries.push(entry);
        }
        poll
    }

    fn wiki_poll(&self, dice: &mut Dice, at: Time, parks: &[KnownPark]) -> Poll {
        let mut frozen = self
            .frozen
            .iter()
            .filter(|(from, to)| (*from..*to).contains(&at));
        let seen = frozen.next().map_or(at, |(from, _)| *from);
        let mut entries = Vec::new();
        for (number, ride) in self.rides.iter().enumerate() {
            let doing = self.doing(number, seen);
            for _ in 0..pick(dice, &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2]) {
                let doing = match dice.throw(80) {
                    0 => Doing::Runs,
                    1 => Doing::Broken,
                    _ => doing,
                };
                entries.push(made_wiki::entry(dice, ride.id, doing));
            }
        }
        if let Some(guest) = guest(dice, parks, |park| park.wiki) {
            entries.push(made_wiki::entry(dice, guest, Doing::Runs));
        }
        if dice.throw(20) == 0 {
            entries.push(made_wiki::no_ride(dice));
        }
        // By day something changes all the time; at night the newest change is the last of the day.
        let closed_at = self
            .open
            .iter()
            .map(|(_, to)| *to)
            .filter(|to| *to <= seen)
            .max();
        let is_day = is_in(self.open.iter(), seen);
        let newest = match dice.throw(12) {
            0 => at - Duration::seconds(pick(dice, &[-90, 0, 3599, 3600, 3601, 3660, 3661, 9000])),
            1 => at,
            _ if is_day => seen - Duration::seconds(dice.throw(1200) as i64),
            _ => closed_at.unwrap_or(seen - Duration::hours(9)),
        };
        made_wiki::date_all(dice, &mut entries, newest);
        Poll {
            park: self.park.id,
            at,
            is_wiki: true,
            entries,
        }
    }

    fn doing(&self, number: usize, at: Time) -> Doing {
        let ride = &self.rides[number];
        let closes =
            |(from, until): &(Time, Time)| (*from..*until - ride.closes_early).contains(&at);
        let stops =
            is_in(ride.off.iter(), at) || self.storms.iter().any(|span| hits(span, number, at));
        match self.open.iter().any(closes) {
            _ if is_in(ride.away.iter(), at) => Doing::Away,
            false => Doing::Rests,
            true if stops => Doing::Broken,
            true => Doing::Runs,
        }
    }
}

/// A storm or a stale spell of depth 1 spares every second ride, of depth 4 hardly any.
fn hits((from, until, depth): &(Time, Time, usize), number: usize, at: Time) -> bool {
    (*from..*until).contains(&at) && !(number + 1).is_multiple_of(depth + 1)
}

/// Now and then a park lists the first ride of some park of the same feed.
fn guest(dice: &mut Dice, parks: &[KnownPark], is_of: impl Fn(&KnownPark) -> bool) -> Option<u32> {
    let hosts: Vec<&KnownPark> = parks.iter().filter(|park| is_of(park)).collect();
    (!hosts.is_empty() && dice.throw(40) == 0).then(|| hosts[dice.throw(hosts.len())].id * 100 + 1)
}

/// One entry of a ride that runs or stands, odd now and then.
fn entry(dice: &mut Dice, ride: u32, at: Time, runs: bool, is_stale: bool) -> Entry {
    let minutes = if dice.throw(7) == 0 {
        0
    } else {
        5 * (1 + dice.throw(20) as u32)
    };
    let minutes = if runs { minutes } else { 0 };
    let flag = (Some(runs), json!(runs));
    let number = (Some(minutes), json!(minutes));
    let mut open = flag.clone();
    let mut wait = number.clone();
    match dice.throw(40) {
        0 => open = (None, Value::Null),
        1 => (open, wait) = ((None, json!("maybe")), (None, Value::Null)),
        2 if minutes > 0 => open = (Some(false), json!(false)),
        3 => {
            wait = (
                None,
                pick_json(dice, &[json!(-1), json!(601), json!("long"), Value::Null]),
            )
        }
        4 => wait = (Some(minutes), json!(minutes.to_string())),
        5 => open = (Some(runs), json!(u8::from(runs))),
        6 if runs => wait = (Some(600), json!(600)),
        _ => {}
    }
    let age = match dice.throw(30) {
        _ if is_stale => Some(1801 + dice.throw(6000) as i64),
        0 => None,
        1 => Some(1800),
        2 => Some(1801),
        3 => Some(-90),
        _ => Some(dice.throw(900) as i64),
    };
    let updated = age.map_or(Value::Null, |age| json!(at - Duration::seconds(age)));
    let id = if dice.throw(30) == 0 {
        json!(ride.to_string())
    } else {
        json!(ride)
    };
    let json = json!({
        "id": id, "name": format!("Ride {ride}"), "is_open": open.1, "wait_time": wait.1, "last_updated": updated,
    });
    let said = Said {
        ride,
        open: open.0,
        status: None,
        wait: wait.0,
        age_seconds: age,
    };
    Entry {
        said: Some(said),
        json,
        in_land: ride.is_multiple_of(2),
        changed: None,
    }
}

fn pick_json(dice: &mut Dice, from: &[Value]) -> Value {
    from[dice.throw(from.len())].clone()
}
