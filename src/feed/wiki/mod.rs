//! ThemeParks.wiki: which parks and rides it knows, what it says of them now, when they open.

mod catalogue;
pub mod live;
pub(super) mod schedule;

use super::fetch::{Feed, Manners};
use crate::model::Instant;
use crate::model::key::{Key, Uuid};
use crate::model::park::WikiPark;
use crate::model::schedule::Window;
use crate::model::snapshot::{Listing, Poll};
use anyhow::{Context, Result, anyhow};
use chrono_tz::Tz;
use std::time::Duration;

/// The feed at `https://api.themeparks.wiki/v1`, or another that answers as it does.
pub struct Wiki(Feed);

/// What an answer holds, and what was odd about it, one sentence each.
pub struct Read<T> {
    pub found: T,
    pub remarks: Vec<String>,
}

/// It publishes no limit and asks nothing for its trouble: two callers, each with a pause, ask four times a
/// second at most. What it has not answered by then is left to Queue-Times in the same run.
const GENTLE: Manners = Manners {
    threads: 2,
    pause: Duration::from_millis(500),
    deadline: Duration::from_secs(120),
};

impl Wiki {
    pub fn new(base_url: &str) -> Result<Wiki> {
        Feed::with_manners(base_url, GENTLE).map(Wiki)
    }

    /// Every park it knows.
    pub fn destinations(&self) -> Result<Read<Vec<WikiPark>>> {
        let mut answer = Err(anyhow!("the feed was not asked"));
        let wanted = vec![((), "/destinations".to_owned())];
        self.0.fetch(wanted, |(), body| answer = body);
        catalogue::destinations(&answer?)
    }

    /// The rides of each park, whether it says anything of them today or not.
    pub fn children(&self, parks: &[Uuid], mut each: impl FnMut(Uuid, Result<Read<Vec<Listing>>>)) {
        self.ask(parks, "children", |park, body| {
            each(park, body.and_then(|body| catalogue::children(&body)));
        });
    }

    /// Polls each park and hands on what it says as it arrives; `now` is the time of every poll.
    pub fn polls(&self, parks: &[Uuid], now: Instant, mut each: impl FnMut(Uuid, Result<Poll>)) {
        self.ask(parks, "live", |park, body| {
            each(park, body.and_then(|body| live::read(&body, park, now)));
        });
    }

    /// The hours each park announces.
    pub fn schedules(&self, parks: &[Uuid], mut each: impl FnMut(Uuid, Result<Read<Vec<Window>>>)) {
        self.ask(parks, "schedule", |park, body| {
            each(
                park,
                body.and_then(|body| schedule::read(&body, Key::Wiki(park))),
            );
        });
    }

    fn ask(&self, parks: &[Uuid], what: &str, mut each: impl FnMut(Uuid, Result<Vec<u8>>)) {
        let path = |park: &Uuid| (*park, format!("/entity/{park}/{what}"));
        self.0
            .fetch(parks.iter().map(path).collect(), |park, body| {
                each(
                    park,
                    body.with_context(|| {
                        format!("could not read the {what} answer of park `{park}`")
                    }),
                );
            });
    }
}

/// The zone a document names, or UTC.
fn timezone(document: &serde_json::Value) -> Tz {
    let name = document.get("timezone").and_then(serde_json::Value::as_str);
    name.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}
