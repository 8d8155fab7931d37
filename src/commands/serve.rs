//! `hallctl serve`: answers HTTP requests from the shelf in memory, and follows the shelf in the database.

use super::address;
use crate::cli::Serve;
use crate::config;
use crate::db::{Address, Db, Limits, is_passing, migrate as schema};
use crate::exit::{Exit, misused};
use crate::model::Instant;
use crate::views::health::Facts;
use crate::views::memory::Memory;
use crate::views::page::Page;
use crate::views::{self, Asked, Auth, Moment, NotThere, Refusal, Store, View};
use crate::web::{self, Answer, Ask, Cached, Flights};
use anyhow::{Context, Result};
use chrono::{TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The shelf is looked at so often.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// After so long without an answer to the follower nothing is asked for what memory has, however old.
const SILENT: TimeDelta = TimeDelta::seconds(3);

/// Connections kept for computing what the shelf does not have.
const IDLE_DOORS: usize = 4;

pub fn run(args: Serve) -> Result<Exit> {
    if !args.listen.ip().is_loopback() {
        return Err(misused(format!(
            "`{}` is not a loopback address; listen on 127.0.0.1 and put an HTTP server such as nginx in front",
            args.listen
        )));
    }
    let hall = Arc::new(Hall::open()?);
    let listener = web::listen(args.listen)
        .with_context(|| format!("could not listen on `{}`", args.listen))?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        // The second signal ends the program at once.
        signal_hook::flag::register_conditional_shutdown(signal, 1, stop.clone())?;
        signal_hook::flag::register(signal, stop.clone())?;
    }
    if args.until_stdin_ends {
        let stop = stop.clone();
        thread::spawn(move || {
            std::io::stdin().read_to_end(&mut Vec::new()).ok();
            stop.store(true, Ordering::Relaxed);
        });
    }
    let (follower, until) = (hall.clone(), stop.clone());
    thread::spawn(move || follower.follow(&until));
    let origin = format!("http://{}", listener.local_addr()?);
    let routes = hall.views.iter().map(|view| view.route.to_string());
    let urls = routes
        .chain(["/api/health".to_owned()])
        .map(|path| format!("serve: {origin}{path}\n"));
    // Who does not read them does not need them.
    std::io::stdout()
        .write_all(urls.collect::<String>().as_bytes())
        .ok();
    web::serve(listener, hall, stop)?;
    Ok(Exit::Done)
}

/// The views, what is known of them, and the way to the database.
struct Hall {
    views: Vec<View>,
    address: Address,
    /// What who asks for a private view must send; without one nobody gets it.
    token: Option<Token>,
    memory: Memory,
    flights: Flights<Outcome>,
    doors: Mutex<Vec<Db>>,
    /// What the database last said, and when.
    heard: Mutex<Option<(Facts, Instant)>>,
}

/// A secret, kept as its digest: comparing two digests tells a guesser nothing by how long it takes.
struct Token([u8; 32]);

impl Token {
    fn new(secret: String) -> Token {
        Token(Sha256::digest(secret.as_bytes()).into())
    }

    fn is(&self, given: Option<&str>) -> bool {
        given.is_some_and(|given| Sha256::digest(given.as_bytes())[..] == self.0)
    }
}

/// What computing a view came to; cheap to hand to everyone who waited.
#[derive(Clone)]
enum Outcome {
    Page(Arc<Page>),
    NotThere(String),
    Failed,
}

impl Hall {
    /// A server that is down is waited for; one that refuses us, or has another schema, is an error.
    fn open() -> Result<Hall> {
        let views = views::built_in();
        for refusal in &views.refused {
            remark!("serve: {refusal}");
        }
        let hall = Hall {
            views: views.sound,
            address: address()?,
            token: config::token()?.map(Token::new),
            memory: Memory::default(),
            flights: Flights::default(),
            doors: Mutex::default(),
            heard: Mutex::default(),
        };
        let opened = Db::connect_within(&hall.address, Limits::QUICK).and_then(|mut db| {
            schema::check(&mut db)?;
            hall.listen(&mut db)?;
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

    /// Follows the shelf until the end. While the database is down, what is in memory stays.
    fn follow(&self, stop: &AtomicBool) {
        let mut db = None;
        let mut trouble = String::new();
        while !stop.load(Ordering::Relaxed) {
            let heard = match &mut db {
                Some(db) => self.listen(db),
                None => Db::connect_within(&self.address, Limits::QUICK).and_then(|mut fresh| {
                    self.listen(&mut fresh)?;
                    db = Some(fresh);
                    Ok(())
                }),
            };
            match heard.map_err(|error| format!("{:#}", error)) {
                Err(said) => {
                    // What broke our connection broke theirs.
                    (self.doors.lock())
                        .unwrap_or_else(PoisonError::into_inner)
                        .clear();
                    if said != trouble {
                        remark!(
                            "serve: {said}; {}, trying again every second",
                            self.refuge()
                        );
                        trouble = said;
                    }
                }
                Ok(()) if !trouble.is_empty() => {
                    remark!("serve: the database answers again");
                    trouble.clear();
                }
                Ok(()) => {}
            }
            thread::sleep(FOLLOW_EVERY);
        }
    }

    /// What is done while the database does not answer.
    fn refuge(&self) -> &'static str {
        match self.memory.is_empty() {
            true => "nothing is in memory to answer from",
            false => "answering from memory",
        }
    }

    fn listen(&self, db: &mut Db) -> Result<()> {
        self.memory.reload(db, &self.views)?;
        let wall = Utc::now();
        let facts = Facts::read(db, config::now()?, wall)?;
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some((facts, wall));
        Ok(())
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
        if view.auth == Auth::Bearer
            && !self.token.as_ref().is_some_and(|token| token.is(ask.token))
        {
            return Answer::error(
                401,
                "this needs the token of the server, as `Authorization: Bearer …`",
            );
        }
        let asked = match view.ask(&segments, &ask.query) {
            Ok(asked) => asked,
            Err(Refusal::Query(sentence)) => return Answer::error(400, &sentence),
            Err(Refusal::Path(sentence)) => return Answer::error(404, &sentence),
        };
        let Ok(now) = config::now() else {
            return Answer::error(500, "the clock cannot be read");
        };
        let found = self.memory.find(&asked.key, now);
        // A body that a clock that ran ahead has made is as good as stale.
        let age = |page: &&Arc<Page>| now - page.generated_at;
        let is_current = view.store != Store::OnDemand { until_cycle: true }
            || self.memory.is_current(&asked.key);
        let is_fresh = |page: &&Arc<Page>| {
            is_current && age(page) >= TimeDelta::zero() && age(page) < view.fresh
        };
        if let Some(page) = found.as_ref().filter(is_fresh) {
            return finished(page, view, &asked, now, true);
        }
        // A database that has fallen silent is the follower's to wait for.
        if let Some(old) = found.as_ref().filter(|_| self.is_silent()) {
            return finished(old, view, &asked, now, true);
        }
        let (hall, wanted) = (self.clone(), asked.clone());
        let make = move || hall.compute(&hall.views[position], &wanted, now);
        let is_failure = |outcome: &Outcome| matches!(outcome, Outcome::Failed);
        let made = (self.flights).fly(&asked.key, found.is_some(), is_failure, make);
        match (made, found) {
            (Some(Outcome::Page(page)), _) => finished(&page, view, &asked, now, false),
            (Some(Outcome::NotThere(sentence)), _) => Answer::error(404, &sentence),
            (_, Some(old)) => finished(&old, view, &asked, now, true),
            (_, None) => Answer::error(
                503,
                "the database does not answer; try again in a few seconds",
            ),
        }
    }

    fn compute(&self, view: &View, asked: &Asked, now: Instant) -> Outcome {
        let epoch = self.memory.epoch();
        let make =
            |db: &mut Db| db.snapshot(|db| views::compute(db, &mut Moment::at(now), view, asked));
        let computed = self.door().and_then(|mut db| {
            let computed = match make(&mut db) {
                // The connection had died in the pool, or died just now: a new one may do better.
                Err(_) if !db.is_connected() => make(&mut db),
                made => made,
            }?;
            self.put_back(db);
            Ok(computed)
        });
        match computed {
            Ok(computed) => {
                let page = Arc::new(Page::new(view, asked, computed, now));
                self.memory.keep(&asked.key, page.clone(), epoch);
                Outcome::Page(page)
            }
            Err(error) => match error.downcast_ref::<NotThere>() {
                Some(missing) => Outcome::NotThere(missing.to_string()),
                None => {
                    remark!("serve: could not compute `{}`: {error:#}", asked.key);
                    Outcome::Failed
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

    fn health(&self) -> Answer {
        let wall = Utc::now();
        let heard = self
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let (facts, silent) = match heard {
            Some((facts, at)) => (facts, Some(wall - at)),
            None => (Facts::default(), None),
        };
        let now = config::now().unwrap_or(wall);
        let (body, is_well) = facts.health(now, wall, silent, self.memory.newest(now));
        Answer {
            status: if is_well { 200 } else { 503 },
            ..json(&body)
        }
    }
}

impl web::Site for Hall {
    fn answer(self: Arc<Self>, ask: &Ask) -> Answer {
        match self.leads_to(&ask.path) {
            Some(position) => self.view(position, ask),
            None if ask.path == ["api", "health"] => self.health(),
            None => Answer::error(404, "there is nothing at this address"),
        }
    }

    fn now(&self) -> Instant {
        Utc::now()
    }
}

fn finished(page: &Page, view: &View, asked: &Asked, now: Instant, hit: bool) -> Answer {
    let finished = page.answer(view, asked);
    Answer {
        status: 200,
        body: finished.bytes,
        etag: Some(finished.etag),
        cached: Some(Cached {
            hit,
            age_seconds: (now - page.generated_at).num_seconds(),
            data_through: page.data_through,
            is_complete: page.is_complete,
            is_private: view.auth == Auth::Bearer,
        }),
    }
}

fn json(body: &Value) -> Answer {
    Answer {
        status: 200,
        body: body.to_string().into_bytes().into(),
        etag: None,
        cached: None,
    }
}
