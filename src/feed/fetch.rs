//! Polite GETs: a name, time limits, a size limit, few and patient retries, several parks at once.

use super::catalogue::{self, Catalogue};
use super::queue_times;
use crate::exit::misused;
use crate::model::Instant;
use crate::model::snapshot::Poll;
use anyhow::{Context, Result, anyhow};
use chrono::DateTime;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant as Clock};
use ureq::http::header::{DATE, RETRY_AFTER};
use ureq::http::{HeaderMap, StatusCode, Uri};
use ureq::{Agent, Error};

/// One feed, by its address.
pub struct Feed {
    agent: Agent,
    base_url: String,
    manners: Manners,
    /// The end of the run, measured from when the feed was first named.
    deadline: Clock,
}

/// How much a feed has to bear from us.
#[derive(Clone, Copy)]
pub(super) struct Manners {
    /// As many requests at once.
    pub threads: usize,
    /// How long each of those waits after an answer.
    pub pause: Duration,
    /// When a run gives up.
    pub deadline: Duration,
}

/// The feed's owner sees in his log who calls and how old we are.
const USER_AGENT: &str = concat!("hallctl/", env!("CARGO_PKG_VERSION"));

/// Queue-Times is fast and wide; a run has ended before cron starts the next.
const BRISK: Manners = Manners {
    threads: 8,
    pause: Duration::ZERO,
    deadline: Duration::from_secs(240),
};

/// An answer takes a second; at ten, even 150 parks that all hang are tried once before the deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The largest answers seen are 30 kB at Queue-Times and 92 kB at ThemeParks.wiki.
const BODY_MOST_BYTES: u64 = 4 * 1024 * 1024;
const REDIRECTS_MOST: u32 = 3;

const TRIES: u32 = 3;

/// About this long after the first try, twice as long after the second.
const BACKOFF_MILLIS: u64 = 1000;

/// Asked to wait longer than this, we leave the park to the next run.
const RETRY_AFTER_MOST: Duration = Duration::from_secs(60);

/// A request that has not succeeded yet.
struct Errand<K> {
    key: K,
    path: String,
    not_before: Clock,
}

/// A try that failed.
struct Miss {
    error: anyhow::Error,
    again: Again,
}

enum Again {
    Never,
    AfterBackoff,
    After(Duration),
}

impl Feed {
    /// A feed that answers below `base_url`, as `https://queue-times.com`.
    pub fn new(base_url: &str) -> Result<Feed> {
        Feed::with_manners(base_url, BRISK)
    }

    pub(super) fn with_manners(base_url: &str, manners: Manners) -> Result<Feed> {
        let uri: Option<Uri> = base_url.parse().ok();
        let scheme = uri.as_ref().and_then(Uri::scheme_str);
        if !matches!(scheme, Some("http" | "https")) || base_url.contains(['?', '#']) {
            return Err(misused(format!(
                "`{base_url}` is not the URL of a feed; write it as https://host/path"
            )));
        }
        let agent = Agent::config_builder()
            .user_agent(USER_AGENT)
            .accept("application/json")
            // A redirect from https never leads to an unprotected answer.
            .https_only(scheme == Some("https"))
            .http_status_as_error(false)
            .max_redirects(REDIRECTS_MOST)
            .max_idle_connections_per_host(manners.threads)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .build()
            .into();
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Feed {
            agent,
            base_url,
            manners,
            deadline: Clock::now() + manners.deadline,
        })
    }

    /// Every park the feed knows.
    pub fn catalogue(&self) -> Result<Catalogue> {
        let mut answer = Err(anyhow!("the feed was not asked"));
        let path = "/parks.json".to_owned();
        self.fetch(vec![((), path)], |(), body| answer = body);
        catalogue::read(&answer.context("could not read the catalogue of parks")?)
    }

    /// Polls each park and hands on what it says as it arrives; `now` is the time of every poll.
    pub fn polls(&self, parks: &[u32], now: Instant, mut each: impl FnMut(u32, Result<Poll>)) {
        let path = |park| format!("/parks/{park}/queue_times.json");
        let wanted = parks.iter().map(|park| (*park, path(park))).collect();
        self.fetch(wanted, |park, body| {
            let poll = body
                .with_context(|| format!("could not read the feed of park `{park}`"))
                .and_then(|body| queue_times::read(&body, park, now));
            each(park, poll);
        });
    }

    /// Fetches every path before the deadline. What fails is tried again after all others had
    /// their turn, so that a few slow parks never keep the good ones waiting.
    pub(super) fn fetch<K: Copy + Sync>(
        &self,
        wanted: Vec<(K, String)>,
        mut each: impl FnMut(K, Result<Vec<u8>>),
    ) {
        let start = Clock::now();
        let errand = |(key, path)| Errand {
            key,
            path,
            not_before: start,
        };
        let mut errands: Vec<Errand<K>> = wanted.into_iter().map(errand).collect();
        for tried in 1..=TRIES {
            let mut missed = vec![None; errands.len()];
            self.round(&errands, |index, outcome| match outcome {
                Ok(body) => each(errands[index].key, Ok(body)),
                Err(miss) => match miss.again.delay(tried) {
                    Some(delay) => missed[index] = Some(Clock::now() + delay),
                    None if tried == 1 => each(errands[index].key, Err(miss.error)),
                    None => {
                        let error = anyhow!("{:#}; tried {tried} times", miss.error);
                        each(errands[index].key, Err(error));
                    }
                },
            });
            errands = errands
                .into_iter()
                .zip(missed)
                .filter_map(|(errand, again_at)| {
                    Some(Errand {
                        not_before: again_at?,
                        ..errand
                    })
                })
                .collect();
            errands.sort_by_key(|errand| errand.not_before);
        }
    }

    /// One try of every errand, several at once; the outcomes arrive on the calling thread.
    fn round<K: Sync>(
        &self,
        errands: &[Errand<K>],
        mut each: impl FnMut(usize, Result<Vec<u8>, Miss>),
    ) {
        let next = AtomicUsize::new(0);
        // Bounded, so that bodies never pile up before a slow reader.
        let (sender, outcomes) = mpsc::sync_channel(self.manners.threads);
        thread::scope(|scope| {
            for _ in 0..self.manners.threads.min(errands.len()) {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(errand) = errands.get(index) else {
                            return;
                        };
                        if index >= self.manners.threads {
                            thread::sleep(self.manners.pause);
                        }
                        let outcome = self.one_try(errand);
                        if sender.send((index, outcome)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            for (index, outcome) in outcomes {
                each(index, outcome);
            }
        });
    }

    fn one_try<K>(&self, errand: &Errand<K>) -> Result<Vec<u8>, Miss> {
        let begin = Clock::now().max(errand.not_before);
        if begin >= self.deadline {
            let seconds = self.manners.deadline.as_secs();
            let error = anyhow!("`{}` had no turn within {seconds} seconds", errand.path);
            return Err(Miss::final_one(error));
        }
        thread::sleep(begin.saturating_duration_since(Clock::now()));
        let path = &errand.path;
        let failed = |error: Error| Miss::of_transport(path, &error);
        let response = self
            .agent
            .get(format!("{}{path}", self.base_url))
            .config()
            .timeout_global(Some(REQUEST_TIMEOUT.min(self.deadline - begin)))
            .build()
            .call()
            .map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(Miss::of_status(path, response.status(), response.headers()));
        }
        let mut body = Vec::new();
        // Counted after unpacking, so that a small gzip answer cannot become a huge one.
        let mut reader = response.into_body().into_reader().take(BODY_MOST_BYTES + 1);
        reader
            .read_to_end(&mut body)
            .map_err(|error| failed(error.into()))?;
        if body.len() as u64 > BODY_MOST_BYTES {
            let error = anyhow!("`{path}` is longer than {BODY_MOST_BYTES} bytes");
            return Err(Miss::final_one(error));
        }
        Ok(body)
    }
}

impl Miss {
    fn final_one(error: anyhow::Error) -> Miss {
        Miss {
            error,
            again: Again::Never,
        }
    }

    fn of_transport(path: &str, error: &Error) -> Miss {
        let (reason, again) = match error {
            Error::Timeout(_) => ("did not answer in time".to_owned(), Again::AfterBackoff),
            Error::Io(error) | Error::Decompress(_, error)
                if error.kind() == ErrorKind::UnexpectedEof =>
            {
                ("broke off".to_owned(), Again::AfterBackoff)
            }
            Error::Io(_) | Error::ConnectionFailed | Error::HostNotFound => {
                (format!("could not be read: {error}"), Again::AfterBackoff)
            }
            other => (format!("could not be read: {other}"), Again::Never),
        };
        let error = anyhow!("`{path}` {reason}");
        Miss { error, again }
    }

    fn of_status(path: &str, status: StatusCode, headers: &HeaderMap) -> Miss {
        let status = status.as_u16();
        let error = anyhow!("`{path}` answered {status}");
        let again = match (status, retry_after(headers)) {
            (429 | 503, Some(delay)) if delay > RETRY_AFTER_MOST => {
                let seconds = delay.as_secs();
                let error = error.context(format!("the feed asks to wait {seconds} seconds"));
                return Miss::final_one(error);
            }
            (429 | 503, Some(delay)) => Again::After(delay),
            (429 | 500 | 502 | 503 | 504, _) => Again::AfterBackoff,
            _ => Again::Never,
        };
        Miss { error, again }
    }
}

impl Again {
    /// How long to wait after the try of this number; nothing when it was the last.
    fn delay(&self, tried: u32) -> Option<Duration> {
        // Half to one and a half times as long, so that many callers do not come back together.
        let jitter = || RandomState::new().hash_one(tried) % BACKOFF_MILLIS + BACKOFF_MILLIS / 2;
        match self {
            _ if tried == TRIES => None,
            Again::Never => None,
            Again::After(delay) => Some(*delay),
            Again::AfterBackoff => Some(Duration::from_millis(jitter() << (tried - 1))),
        }
    }
}

/// Seconds, or a date, which is measured against the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let after = text(RETRY_AFTER)?.trim();
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(after).ok()?;
    let date = DateTime::parse_from_rfc2822(text(DATE)?.trim()).ok()?;
    Some((until - date).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn the_deadline_ends_a_run_that_no_park_answers() {
        // Nobody accepts, so every caller waits for an answer that never comes.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let feed = Feed {
            deadline: Clock::now() + Duration::from_secs(1),
            ..Feed::new(&format!("http://{address}")).expect("a feed")
        };
        let parks: Vec<u32> = (1..=20).collect();
        let now = "2026-07-04T12:00:00Z".parse().expect("a time");
        let (start, mut failed) = (Clock::now(), Vec::new());
        feed.polls(&parks, now, |park, poll| {
            assert!(poll.is_err());
            failed.push(park);
        });
        failed.sort_unstable();
        assert_eq!(failed, parks);
        assert!(start.elapsed() < Duration::from_secs(3));
    }
}
