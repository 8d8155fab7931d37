//! The simulated hall behaves as parks do, and the same seed always gives the same hall.

use super::*;
use crate::feed::fetch::Feed;
use crate::feed::{catalogue, queue_times};
use crate::model::snapshot::Poll;
use std::collections::HashSet;
use std::net::TcpListener;

fn at(text: &str) -> Instant {
    text.parse().expect("a time")
}

fn poll(simulator: &Simulator, park: u32, at: Instant) -> Poll {
    let body = simulator
        .queue_times_json(park, at)
        .expect("a park of the hall");
    queue_times::read(body.as_bytes(), park, at).expect("a poll")
}

fn open_share(poll: &Poll) -> f64 {
    let open = poll
        .listings
        .iter()
        .filter(|ride| ride.reading.is_reported_open());
    open.count() as f64 / poll.listings.len() as f64
}

/// Every half hour of two weeks.
fn fortnight() -> impl Iterator<Item = Instant> {
    let start = at("2026-07-01T00:00:00Z");
    (0..14 * 48).map(move |step| start + TimeDelta::minutes(30 * step))
}

#[test]
fn the_catalogue_has_eight_parks_in_eight_zones() {
    let catalogue = catalogue::read(Simulator::new(1).catalogue_json().as_bytes()).expect("parks");
    assert_eq!(catalogue.remarks, [""; 0]);
    let zones: HashSet<_> = catalogue
        .entries
        .iter()
        .map(|park| &park.timezone)
        .collect();
    assert_eq!((catalogue.entries.len(), zones.len()), (8, 8));
    let disney: Vec<_> = catalogue
        .entries
        .iter()
        .filter(|park| park.is_disney)
        .collect();
    let universal: Vec<_> = catalogue
        .entries
        .iter()
        .filter(|park| park.is_universal)
        .collect();
    assert_eq!((disney.len(), universal.len()), (2, 1));
    assert_eq!(disney[1].timezone.as_deref(), Some("Asia/Tokyo"));
    assert_eq!(universal[0].longitude_degrees, Some(-81.47));
}

#[test]
fn the_same_seed_says_the_same_and_another_seed_does_not() {
    let hall = |seed| {
        let simulator = Simulator::new(seed);
        fortnight()
            .map(move |at| simulator.queue_times_json(903, at))
            .collect::<Vec<_>>()
    };
    assert!(hall(7) == hall(7));
    assert!(hall(7) != hall(8));
    assert_eq!(
        Simulator::new(7).queue_times_json(1, at("2026-07-04T20:00:00Z")),
        None
    );
}

#[test]
fn every_name_and_id_is_given_once() {
    let simulator = Simulator::new(1);
    let now = at("2026-07-04T20:00:00Z");
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    for park in simulator.parks() {
        let listings = poll(&simulator, park, now).listings;
        assert!(
            (12..=30).contains(&listings.len()),
            "{park}: {}",
            listings.len()
        );
        ids.extend(listings.iter().map(|ride| ride.key));
        names.extend(listings.into_iter().map(|ride| ride.name));
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    names.sort_unstable();
    names.dedup();
    assert_eq!((ids.len(), names.len()), (count, count));
}

#[test]
fn parks_are_open_by_day_and_shut_by_night() {
    let simulator = Simulator::new(1);
    for (park, is_open, time) in [
        (901, true, "2026-07-06T12:00:00-07:00"),
        (901, false, "2026-07-06T03:00:00-07:00"),
        (902, true, "2026-07-06T12:00:00+09:00"),
        (902, false, "2026-07-06T22:00:00+09:00"),
        (904, true, "2026-07-06T11:00:00+02:00"),
        (904, false, "2026-07-06T09:00:00+02:00"),
        (907, true, "2026-07-06T12:00:00+01:00"),
        (907, false, "2026-07-07T12:00:00+01:00"), // A Tuesday, its day of rest.
    ] {
        let share = open_share(&poll(&simulator, park, at(time)));
        assert_eq!(share > 0.5, is_open, "park {park} at {time}: {share}");
    }
}

#[test]
fn rides_break_down_storms_stop_the_outdoor_ones_and_entries_go_stale() {
    let simulator = Simulator::new(1);
    let thunder: Vec<Poll> = fortnight().map(|at| poll(&simulator, 903, at)).collect();
    let open: Vec<f64> = thunder
        .iter()
        .map(open_share)
        .filter(|share| *share > 0.3)
        .collect();
    let mean = open.iter().sum::<f64>() / open.len() as f64;
    assert!(
        (0.75..0.97).contains(&mean),
        "mean share of open rides {mean}"
    );
    assert!(
        open.iter().any(|share| *share < 0.6),
        "no storm in a fortnight"
    );

    let readings = thunder
        .iter()
        .flat_map(|poll| &poll.listings)
        .map(|ride| ride.reading);
    let fresh = readings
        .clone()
        .filter(|reading| reading.is_fresh())
        .count();
    let all = readings.count();
    assert!(
        fresh < all && fresh * 100 > all * 98,
        "{fresh} of {all} entries are fresh"
    );
}

#[test]
fn a_sleeping_feed_is_stale_until_morning() {
    let simulator = Simulator::new(1);
    let fresh_share = |time| {
        let poll = poll(&simulator, 907, at(time));
        let fresh = poll.listings.iter().filter(|ride| ride.reading.is_fresh());
        fresh.count() * 100 / poll.listings.len()
    };
    assert!(fresh_share("2026-07-05T23:30:00+01:00") < 10);
    assert!(fresh_share("2026-07-06T04:00:00+01:00") < 10);
    assert!(fresh_share("2026-07-08T04:00:00+01:00") < 10);
    assert!(fresh_share("2026-07-06T13:00:00+01:00") > 80);
}

#[test]
fn polls_over_http_say_what_the_simulator_says() {
    let now = at("2026-07-04T20:00:00Z");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let served = serve_feed(Simulator::new(1), listener, move || now).expect("a feed");
    let feed = Feed::new(&served.url).expect("a feed");
    let simulator = Simulator::new(1);
    let parks: Vec<u32> = simulator.parks().chain([1]).collect();
    assert_eq!(feed.catalogue().expect("parks").entries.len(), 8);

    let mut seen = Vec::new();
    feed.polls(&parks, now, |park, said| match said {
        Ok(said) => {
            assert_eq!(said, poll(&simulator, park, now));
            seen.push(park);
        }
        Err(error) => assert_eq!(
            format!("{error:#}"),
            "could not read the feed of park `1`: `/parks/1/queue_times.json` answered 404"
        ),
    });
    seen.sort_unstable();
    assert_eq!(seen, simulator.parks().collect::<Vec<_>>());
}
