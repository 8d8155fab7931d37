//! What `serve` answers with: the views, their bodies in memory, and the way to the database for the rest.

use super::about;
use super::counts::Counts;
use super::failure::Failure;
use super::follower::Follower;
use super::token::Token;
use super::told::Told;
use crate::commands::address;
use crate::config;
use crate::db::{Address, Db, Limits, is_passing, migrate as schema};
use crate::model::Instant;
use crate::views::health::Facts;
use crate::views::memory::Memory;
use crate::views::page::{Finished, Page};
use crate::views::route::{CACHE_STATUS, HEALTH, METRICS, SERVERS};
use crate::views::{self, Asked, Auth, Method, Moment, NotThere, Refusal, Refused, Store, View};
use crate::web::{self, Answer, Ask, Cached, Flights, JSON, Keeper, POSTS, READS, Site, Verb};
use anyhow::Result;
use chrono::{TimeDelta, Utc};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time;

/// After so long without an answer to the follower nothing is asked for what memory has, however old.
const SILENT: TimeDelta = TimeDelta::seconds(3);

/// A connection that has died fails at once; a mute one only after all the time that an answer gets.
const AT_ONCE: time::Duration = time::Duration::from_secs(1);

/// Connections kept for computing what the shelf does not have.
const IDLE_DOORS: usize = 4;

/// The views, what is known of them, and the way to the database.
pub struct Hall {
    pub views: Vec<View>,
    pub address: Address,
    /// What who asks for a private view must send; without one nobody gets it.
    token: Option<Token>,
    pub memory: Memory,
    pub counts: Counts,
    /// What is counted of HTTP; its routes are those of the views, and then our own.
    pub http: web::Counts,
    /// Whether finished bodies are used at all.
    pub uses_memory: bool,
    flights: Flights<Outcome>,
    doors: Mutex<Vec<Db>>,
    /// What the database last said, and when.
    pub heard: Mutex<Option<(Facts, Instant)>>,
    /// What it said of jobs and the like; that is asked for less often.
    pub told: Mutex<Option<Told>>,
}

/// The views that can be answered; of the others it is said why not.
pub fn sound(directory: Option<&Path>) -> Result<Vec<View>> {
    let views = crate::commands::views::load(directory)?;
    for Refused { reason, .. } in &views.refused {
        remark!("serve: {reason}");
    }
    Ok(views.sound)
}

/// What computing a view came to; cheap to hand to everyone who waited.
#[derive(Clone)]
enum Outcome {
    Page(Arc<Page>),
    NotThere(String),
    Failed(Failure),
}

impl Hall {
    /// A server that is down is waited for; one that refuses us, or has another schema, is an error.
    pub fn open(directory: Option<&Path>, follower: &mut Follower) -> Result<Hall> {
        let views = sound(directory)?;
        let token = config::token()?.map(Token::new);
        if let Some(view) = views.iter().find(|view| view.auth == Auth::Bearer)
            && token.is_none()
        {
            remark!(
                "serve: nobody can see view `{}` before HALLCTL_TOKEN or HALLCTL_TOKEN_FILE is set",
                view.name
            );
        }
        let routes = views.iter().map(|view| view.route.to_string());
        let hall = Hall {
            counts: Counts::of(&views),
            http: web::Counts::of(routes.chain(SERVERS.map(str::to_owned))),
            views,
            address: address()?,
            token,
            memory: Memory::default(),
            uses_memory: config::view_cache()?,
            flights: Flights::default(),
            doors: Mutex::default(),
            heard: Mutex::default(),
            told: Mutex::default(),
        };
        let opened = Db::connect_within(&hall.address, Limits::QUICK).and_then(|mut db| {
            schema::check(&mut db)?;
            follower.look(&hall, &mut db)?;
            Ok(db)
        });
        match opened {
            Ok(db) => hall.put_back(db),
            // The follower tries again, and says so.
            Err(error) if is_passing(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(hall)
    }

    /// What is done while the database does not answer.
    pub fn refuge(&self) -> &'static str {
        match self.memory.is_empty() {
            true => "nothing is in memory to answer from",
            false => "answering from memory",
        }
    }

    /// What broke the connection of one broke those of the others.
    pub fn forget_doors(&self) {
        self.doors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn knows(&self, ask: &Ask) -> bool {
        let token = self.token.as_ref();
        token.is_some_and(|token| token.is(ask.token))
    }

    /// The view that a path leads to: of several the one with more words of its own.
    fn leads_to(&self, path: &[String]) -> Option<usize> {
        let fits = |(_, view): &(usize, &View)| view.route.values(path).is_some();
        let fitting = self.views.iter().enumerate().filter(fits);
        Some(fitting.max_by_key(|(_, view)| view.route.words())?.0)
    }

    fn view(self: Arc<Self>, position: usize, ask: &Ask) -> Answer {
        let view = &self.views[position];
        let segments = view.route.values(&ask.path).unwrap_or_default();
        if view.auth == Auth::Bearer && !self.knows(ask) {
            return unauthorized();
        }
        let posted = match view.method {
            Method::Get => None,
            Method::Post => match posted(view, ask) {
                Ok(members) => Some(members),
                Err(answer) => return answer,
            },
        };
        let asked = match view.ask(&segments, posted.as_ref().unwrap_or(&ask.query)) {
            Ok(asked) => asked,
            Err(Refusal::Query(sentence)) => return Answer::error(400, &sentence),
            Err(Refusal::Path(sentence)) => return Answer::error(404, &sentence),
        };
        let Ok(now) = config::now() else {
            return Answer::error(500, "the clock cannot be read");
        };
        let begun = time::Instant::now();
        let answer = self.clone().answer_of(position, asked, now, ask.takes_gzip);
        if answer.cached.is_some_and(|cached| cached.hit) {
            self.counts.got(begun.elapsed());
        }
        answer
    }

    /// The body that was asked for: from memory while that is good, else computed once for everyone who waits.
    fn answer_of(
        self: Arc<Self>,
        position: usize,
        asked: Asked,
        now: Instant,
        takes_gzip: bool,
    ) -> Answer {
        let view = &self.views[position];
        let until_cycle = view.store == Store::OnDemand { until_cycle: true };
        let found = self
            .memory
            .find(&asked.key, until_cycle, now)
            .filter(|_| self.uses_memory);
        // A body that a clock that ran ahead has made is as good as stale.
        let is_fresh = |(page, is_current): &(Arc<Page>, bool)| {
            let (made, age) = (page.generated_at, now - page.generated_at);
            let is_of_its_period = view.changes_at(made).is_none_or(|at| now < at);
            *is_current
                && is_of_its_period
                && age >= TimeDelta::zero()
                && age < view.fresh(&asked, made)
        };
        let respond = |page: &Page, is_hit| {
            self.counts.answered(position, &asked.key, is_hit);
            Answer {
                cached: Some(cached(page, view, now, is_hit)),
                ..sent(page.answer(view, &asked), view, takes_gzip)
            }
        };
        // A database that has fallen silent is the follower's to wait for.
        if let Some((page, _)) = found
            .as_ref()
            .filter(|found| is_fresh(found) || self.is_silent())
        {
            return respond(page, true);
        }
        let (hall, wanted) = (self.clone(), asked.clone());
        let make = move || hall.compute(&hall.views[position], &wanted, now);
        let is_failure = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
        // Nobody boards a flight that was begun before the shelf changed: it may bring older data than they have seen.
        let flight = format!("{} {}", asked.key, self.memory.turns());
        let made = (self.flights).fly(&flight, found.is_some(), is_failure, make);
        match (made, found) {
            (Some(Outcome::Page(page)), _) => respond(&page, false),
            (Some(Outcome::NotThere(sentence)), _) => Answer::error(404, &sentence),
            (_, Some((old, _))) => respond(&old, true),
            (Some(Outcome::Failed(failure)), None) => failure.answer(),
            (None, None) if self.is_silent() => Failure::Silent.answer(),
            (None, None) => Failure::UnderWay.answer(),
        }
    }

    fn compute(&self, view: &View, asked: &Asked, now: Instant) -> Outcome {
        let (begun, known) = (time::Instant::now(), self.memory.begin());
        let make =
            |db: &mut Db| db.snapshot(|db| views::compute(db, &mut Moment::at(now), view, asked));
        let computed = self.door().and_then(|mut db| {
            let computed = match make(&mut db) {
                // The connection had died in the pool: a new one may do better, unless all that was heard is silence.
                Err(_) if !db.is_connected() && begun.elapsed() < AT_ONCE => make(&mut db),
                made => made,
            }?;
            self.put_back(db);
            Ok(computed)
        });
        match computed {
            Ok(computed) => {
                let page = Arc::new(Page::new(view, asked, computed, now));
                let (tags, ended) = (view.tags_of(asked), config::now().unwrap_or(now));
                (self.memory).keep(&asked.key, page.clone(), tags, known, ended);
                self.counts.set(begun.elapsed());
                Outcome::Page(page)
            }
            Err(error) => match error.downcast_ref::<NotThere>() {
                Some(missing) => Outcome::NotThere(missing.to_string()),
                None => {
                    remark!("serve: could not compute `{}`: {error:#}", asked.key);
                    Outcome::Failed(Failure::of(&error))
                }
            },
        }
    }

    fn is_silent(&self) -> bool {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .as_ref()
            .is_none_or(|(_, at)| Utc::now() - at > SILENT)
    }

    fn door(&self) -> Result<Db> {
        let idle = self
            .doors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| Db::connect_within(&self.address, Limits::QUICK), Ok)
    }

    fn put_back(&self, db: Db) {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if doors.len() < IDLE_DOORS {
            doors.push(db);
        }
    }
}

impl Site for Hall {
    fn route(&self, path: &[String]) -> Option<usize> {
        let is_here = |own: &&str| own[1..].split('/').eq(path);
        match SERVERS.iter().position(is_here) {
            Some(own) => Some(self.views.len() + own),
            None => self.leads_to(path),
        }
    }

    fn answer(self: Arc<Self>, route: Option<usize>, ask: &Ask) -> Answer {
        let Some(route) = route else {
            return match ask.verb {
                Verb::Options => Answer::preflight(READS),
                _ => Answer::error(404, "there is nothing at this address"),
            };
        };
        let allow = match self.views.get(route).map(|view| view.method) {
            Some(Method::Post) => POSTS,
            _ => READS,
        };
        match ask.verb {
            Verb::Options => Answer::preflight(allow),
            Verb::Get if allow != READS => Answer::not_allowed(allow),
            Verb::Post if allow != POSTS => Answer::not_allowed(allow),
            Verb::Other => Answer::not_allowed(allow),
            _ if route < self.views.len() => self.view(route, ask),
            _ => match SERVERS[route - self.views.len()] {
                HEALTH => about::health(&self),
                CACHE_STATUS if !self.knows(ask) => unauthorized(),
                CACHE_STATUS => Answer::json(&about::cache_status(&self)),
                METRICS => Answer::text(self.metrics()),
                _ => Answer::json(&about::banner(&self.views)),
            },
        }
    }

    fn counts(&self) -> &web::Counts {
        &self.http
    }

    fn now(&self) -> Instant {
        Utc::now()
    }
}

/// The parameters that a POST brings, or the answer to one that brings none that can be read.
fn posted(view: &View, ask: &Ask) -> Result<Vec<(String, String)>, Answer> {
    let body = ask.body.as_ref().map_err(Answer::clone)?;
    let kind = ask.content_type.and_then(|kind| kind.split(';').next());
    if !body.is_empty() && !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON)) {
        let sentence = format!("the body is to be a JSON object, as `Content-Type: {JSON}`");
        return Err(Answer::error(415, &sentence));
    }
    (view.posted(body)).map_err(|sentence| Answer::error(400, &sentence))
}

fn unauthorized() -> Answer {
    let sentence = "this needs the token of the server, as `Authorization: Bearer …`";
    Answer::error(401, sentence)
}

/// The body as it is sent; what nobody keeps is neither named nor squeezed.
fn sent(finished: Finished, view: &View, takes_gzip: bool) -> Answer {
    let is_kept = view.method == Method::Get;
    let gzipped = match takes_gzip && is_kept {
        true => finished.gzipped(),
        false => None,
    };
    Answer {
        status: 200,
        is_gzip: gzipped.is_some(),
        body: gzipped.unwrap_or(finished.bytes),
        etag: is_kept.then_some(finished.etag),
        cached: None,
        content_type: JSON,
        allow: None,
    }
}

fn cached(page: &Page, view: &View, now: Instant, hit: bool) -> Cached {
    Cached {
        hit,
        age_seconds: (now - page.generated_at).num_seconds(),
        data_through: page.data_through,
        is_complete: page.is_complete,
        keeper: match (view.method, view.auth) {
            (Method::Post, _) => Keeper::Nobody,
            (Method::Get, Auth::Bearer) => Keeper::Reader,
            (Method::Get, Auth::Public) => Keeper::Anyone,
        },
    }
}
