//! Single flight: whoever asks first for a thing makes it, everyone else waits for that one.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A failure stands this long, so that a database that is down is not asked by every request.
const FAILURE_STANDS: Duration = Duration::from_secs(2);

/// With so many flights in the air an old body is good enough: a mute database must not tie up every worker.
const ENOUGH: usize = 4;

/// Nobody waits longer for somebody else's flight.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

pub struct Flights<T> {
    running: Mutex<HashMap<String, Arc<Flight<T>>>>,
}

struct Flight<T> {
    outcome: Mutex<Option<(T, Instant)>>,
    landed: Condvar,
}

/// How asking came out.
pub enum Landed<T> {
    /// Made now, by us or by the one we waited for; or the failure that still stands.
    Made(T),
    /// Someone else is at it, and there was no wish or no more time to wait.
    UnderWay,
}

impl<T> Default for Flights<T> {
    fn default() -> Flights<T> {
        Flights {
            running: Mutex::default(),
        }
    }
}

impl<T: Clone> Flights<T> {
    /// Makes the thing called `key`, unless someone is at it: then `waits` for that one or not.
    /// `is_failure` tells which outcomes stand for a while.
    pub fn fly(
        &self,
        key: &str,
        waits: bool,
        is_failure: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Landed<T> {
        let Some((flight, is_ours)) = self.board(key, waits) else {
            return Landed::UnderWay;
        };
        if is_ours {
            let crash = Crash { flights: self, key };
            let outcome = make();
            std::mem::forget(crash);
            let failed = is_failure(&outcome);
            *guard(&flight.outcome) = Some((outcome.clone(), Instant::now()));
            flight.landed.notify_all();
            if !failed {
                guard(&self.running).remove(key);
            }
            return Landed::Made(outcome);
        }
        let mut outcome = guard(&flight.outcome);
        if outcome.is_none() && waits {
            let waited = flight
                .landed
                .wait_timeout_while(outcome, LONGEST_WAIT, |outcome| outcome.is_none());
            outcome = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        match &*outcome {
            Some((outcome, _)) => Landed::Made(outcome.clone()),
            None => Landed::UnderWay,
        }
    }

    /// The flight of a key, and whether it is ours to fly; none where one more would be too many.
    fn board(&self, key: &str, is_needed: bool) -> Option<(Arc<Flight<T>>, bool)> {
        let mut running = guard(&self.running);
        running.retain(|_, flight| {
            let stands = |(_, at): &(T, Instant)| at.elapsed() < FAILURE_STANDS;
            guard(&flight.outcome).as_ref().is_none_or(stands)
        });
        if let Some(flight) = running.get(key) {
            return Some((flight.clone(), false));
        }
        let in_the_air = running
            .values()
            .filter(|flight| guard(&flight.outcome).is_none());
        if !is_needed && in_the_air.count() >= ENOUGH {
            return None;
        }
        let flight = Arc::new(Flight {
            outcome: Mutex::new(None),
            landed: Condvar::new(),
        });
        running.insert(key.to_owned(), flight.clone());
        Some((flight, true))
    }
}

/// A flight whose maker panicked is struck off, so that the next one who asks flies again.
struct Crash<'a, T> {
    flights: &'a Flights<T>,
    key: &'a str,
}

impl<T> Drop for Crash<'_, T> {
    fn drop(&mut self) {
        guard(&self.flights.running).remove(self.key);
    }
}

/// What a mutex guards, also after a panic: every change to it is a single step.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    #[test]
    fn many_who_ask_at_once_cost_one_flight_and_a_failure_stands_a_while() {
        let flights = Flights::default();
        let flown = AtomicU32::new(0);
        let ask = |failed: bool| {
            flights.fly(
                "key",
                true,
                |failed| *failed,
                || {
                    flown.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(100));
                    failed
                },
            )
        };
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert!(matches!(ask(false), Landed::Made(false))));
            }
        });
        assert_eq!(flown.load(Ordering::Relaxed), 1);
        let crashed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            flights.fly("key", true, |_| false, || panic!("a crash on purpose"));
        }));
        assert!(crashed.is_err());
        ask(true);
        assert!(matches!(ask(false), Landed::Made(true)));
        assert_eq!(flown.load(Ordering::Relaxed), 2);
    }
}
