//! Waiting a little longer each time, unevenly, until patience runs out.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

/// One row of waits: each about twice the last, spread so that two who met do not meet again.
pub struct Backoff {
    until: Instant,
    next: Duration,
}

const SHORTEST: Duration = Duration::from_millis(50); // A deadlock is over by then.
const LONGEST: Duration = Duration::from_secs(2); // A failover is noticed soon after it ends.

impl Backoff {
    pub fn within(patience: Duration) -> Backoff {
        Backoff {
            until: Instant::now() + patience,
            next: SHORTEST,
        }
    }

    /// Sleeps before another try because of `error`; false when patience has run out.
    pub fn pause(&mut self, error: &anyhow::Error) -> bool {
        let wait = self.next.mul_f64(0.5 + 0.5 * share());
        if Instant::now() + wait > self.until {
            return false;
        }
        log::info!("trying again in {} ms: {error:#}", wait.as_millis());
        thread::sleep(wait);
        self.next = (self.next * 2).min(LONGEST);
        true
    }
}

/// A random number from 0 to 1.
fn share() -> f64 {
    random() as f64 / u64::MAX as f64
}

/// A random number; the standard library seeds its hashers with one.
pub fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
