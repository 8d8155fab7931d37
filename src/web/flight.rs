//! Single flight: whoever asks first for a thing has it made, everyone else waits for that one.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A failure stands this long, so that a database that is down is not asked by every request.
const FAILURE_STANDS: Duration = Duration::from_secs(2);

/// With so many flights in the air an old thing is good enough: a mute database must not tie up every worker.
const ENOUGH: usize = 4;

/// Who has nothing older waits this long, who has waits a moment, and only for a flight of their own.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const SHORT_WAIT: Duration = Duration::from_secs(1);

pub struct Flights<T> {
    running: Arc<Running<T>>,
}

type Running<T> = Mutex<HashMap<String, Arc<Flight<T>>>>;

struct Flight<T> {
    outcome: Mutex<Option<(T, Instant)>>,
    landed: Condvar,
}

impl<T> Default for Flights<T> {
    fn default() -> Flights<T> {
        Flights {
            running: Arc::default(),
        }
    }
}

impl<T: Clone + Send + 'static> Flights<T> {
    /// The thing called `key`: made now, by us or by the one who is at it, or the failure that still stands.
    /// `None` while it is under way and not worth waiting for.
    pub fn fly(
        &self,
        key: &str,
        has_older: bool,
        is_failure: fn(&T) -> bool,
        make: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (flight, is_ours) = self.board(key, has_older)?;
        if is_ours {
            let (landing, key) = (
                Landing(self.running.clone(), flight.clone()),
                key.to_owned(),
            );
            let maker = move || {
                let outcome = make();
                if !is_failure(&outcome) {
                    guard(&landing.0).remove(&key);
                }
                *guard(&landing.1.outcome) = Some((outcome, Instant::now()));
            };
            thread::Builder::new().spawn(maker).ok()?;
        }
        let patience = match (has_older, is_ours) {
            (false, _) => LONGEST_WAIT,
            (true, true) => SHORT_WAIT,
            (true, false) => Duration::ZERO,
        };
        let waited =
            flight
                .landed
                .wait_timeout_while(guard(&flight.outcome), patience, |outcome| {
                    outcome.is_none()
                });
        let outcome = waited.unwrap_or_else(PoisonError::into_inner).0;
        outcome.as_ref().map(|(outcome, _)| outcome.clone())
    }

    /// The flight of a key, and whether it is ours to fly; none where one more would be too many.
    fn board(&self, key: &str, has_older: bool) -> Option<(Arc<Flight<T>>, bool)> {
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
        if has_older && in_the_air.count() >= ENOUGH {
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

/// The end of a flight. One whose maker panicked is struck off, so that the next who asks flies again.
struct Landing<T>(Arc<Running<T>>, Arc<Flight<T>>);

impl<T> Drop for Landing<T> {
    fn drop(&mut self) {
        if guard(&self.1.outcome).is_none() {
            guard(&self.0).retain(|_, flight| !Arc::ptr_eq(flight, &self.1));
        }
        self.1.landed.notify_all();
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

    /// Makes `failed` in a tenth of a second, and counts how often that was done.
    fn make(flown: &Arc<AtomicU32>, failed: bool) -> impl FnOnce() -> bool + Send + use<> {
        let flown = flown.clone();
        move || {
            flown.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(100));
            failed
        }
    }

    #[test]
    fn many_who_ask_at_once_cost_one_flight_and_a_failure_stands_a_while() {
        let flights = Flights::default();
        let flown = Arc::new(AtomicU32::new(0));
        let ask = |failed| flights.fly("key", false, |failed| *failed, make(&flown, failed));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(ask(false), Some(false)));
            }
        });
        assert_eq!(flown.load(Ordering::Relaxed), 1);
        assert_eq!(ask(true), Some(true));
        assert_eq!(ask(false), Some(true));
        assert_eq!(flown.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn who_has_an_older_thing_waits_for_nobody_else_and_adds_no_fifth_flight() {
        let flights = Flights::default();
        let flown = Arc::new(AtomicU32::new(0));
        thread::scope(|scope| {
            for key in ["a", "b", "c", "d"] {
                let (flights, flown) = (&flights, &flown);
                scope.spawn(move || flights.fly(key, true, |_| false, make(flown, true)));
            }
            while flown.load(Ordering::Relaxed) < 4 {
                thread::yield_now();
            }
            for key in ["a", "e"] {
                assert_eq!(flights.fly(key, true, |_| false, make(&flown, true)), None);
            }
        });
        assert_eq!(flown.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn a_maker_that_panics_is_followed_by_another() {
        let flights: Flights<bool> = Flights::default();
        let crashed = flights.fly("key", true, |_| false, || panic!("on purpose"));
        assert_eq!(crashed, None);
        let flown = Arc::default();
        assert_eq!(
            flights.fly("key", false, |_| false, make(&flown, true)),
            Some(true)
        );
    }
}
