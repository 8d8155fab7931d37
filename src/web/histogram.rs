//! How long things took, counted in buckets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds: from a look into memory to a reader who has gone.
const BOUNDS_SECONDS: [f64; 8] = [0.0001, 0.0005, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0];

#[derive(Default)]
pub struct Histogram {
    /// By bound, and above the last. Each thing is in one of them, so that whoever reads while others count reads sums
    /// that agree.
    buckets: [AtomicU64; BOUNDS_SECONDS.len() + 1],
    microseconds: AtomicU64,
}

impl Histogram {
    pub fn add(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS_SECONDS.partition_point(|bound| *bound < seconds);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// How many took at most each bound, and how many there were.
    pub fn counts(&self) -> (Vec<(f64, u64)>, u64) {
        let mut count = 0;
        let mut up_to = |bucket: &AtomicU64| {
            count += bucket.load(Ordering::Relaxed);
            count
        };
        let bounded = BOUNDS_SECONDS.iter().zip(&self.buckets);
        let bounded = bounded
            .map(|(bound, bucket)| (*bound, up_to(bucket)))
            .collect();
        (bounded, up_to(&self.buckets[BOUNDS_SECONDS.len()]))
    }

    /// All of them together.
    pub fn total(&self) -> Duration {
        Duration::from_micros(self.microseconds.load(Ordering::Relaxed))
    }
}
