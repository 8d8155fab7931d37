//! What `serve` counts: hits and misses by view, how long bodies take, and which keys are asked for.

use crate::views::served::Served;
use crate::views::{Store, View};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the histogram: from a look into memory to a reader who has gone.
const BOUNDS_SECONDS: [f64; 8] = [0.0001, 0.0005, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0];

pub struct Counts {
    views: Vec<ViewCount>,
    /// By key on the shelf, since they were last written down.
    keys: HashMap<String, KeyCount>,
    /// Answers from memory, and bodies computed.
    durations: [Histogram; 2],
}

struct ViewCount {
    /// Key pattern and store, as labels.
    labels: String,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Default)]
struct KeyCount {
    served: AtomicU64,
    missed: AtomicU64,
}

#[derive(Default)]
struct Histogram {
    buckets: [AtomicU64; BOUNDS_SECONDS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

impl Counts {
    pub fn of(views: &[View]) -> Counts {
        let view = |view: &View| ViewCount {
            labels: format!(
                "cache_type=\"{}\",cache_key_pattern=\"{}\"",
                store(view),
                view.key
            ),
            hits: AtomicU64::default(),
            misses: AtomicU64::default(),
        };
        let keys = views.iter().flat_map(View::shelf_keys);
        Counts {
            views: views.iter().map(view).collect(),
            keys: keys.map(|key| (key, KeyCount::default())).collect(),
            durations: Default::default(),
        }
    }

    /// One answer of the view at `position`, from memory or not.
    pub fn answered(&self, position: usize, key: &str, is_hit: bool) {
        let view = &self.views[position];
        let count = if is_hit { &view.hits } else { &view.misses };
        count.fetch_add(1, Ordering::Relaxed);
        if let Some(key) = key.split('?').next().and_then(|key| self.keys.get(key)) {
            key.served.fetch_add(1, Ordering::Relaxed);
            key.missed.fetch_add(u64::from(!is_hit), Ordering::Relaxed);
        }
    }

    pub fn got(&self, took: Duration) {
        self.durations[0].add(took);
    }

    pub fn set(&self, took: Duration) {
        self.durations[1].add(took);
    }

    /// What was asked for since this was last asked.
    pub fn take_served(&self) -> Vec<Served> {
        let taken = self.keys.iter().map(|(key, count)| Served {
            key: key.clone(),
            served: count.served.swap(0, Ordering::Relaxed),
            missed: count.missed.swap(0, Ordering::Relaxed),
        });
        taken.filter(|count| count.served > 0).collect()
    }

    /// Everything in the words of Prometheus.
    pub fn metrics(&self) -> String {
        let mut text = String::new();
        for (name, help, value) in [
            (
                "cache_hits_total",
                "Answers from a body in memory",
                (|view| &view.hits) as fn(&ViewCount) -> &AtomicU64,
            ),
            (
                "cache_misses_total",
                "Answers that had to be computed",
                |view| &view.misses,
            ),
        ] {
            write!(text, "# HELP {name} {help}\n# TYPE {name} counter\n").ok();
            for view in &self.views {
                let count = value(view).load(Ordering::Relaxed);
                writeln!(text, "{name}{{{}}} {count}", view.labels).ok();
            }
        }
        let name = "cache_operation_duration_seconds";
        write!(
            text,
            "# HELP {name} Time to answer from memory, or to compute\n# TYPE {name} histogram\n"
        )
        .ok();
        for (operation, histogram) in ["get", "set"].iter().zip(&self.durations) {
            histogram.write(&mut text, name, operation);
        }
        text
    }
}

pub fn store(view: &View) -> &'static str {
    match view.store {
        Store::Shelf { .. } => "shelf",
        Store::OnDemand { .. } => "on-demand",
    }
}

impl Histogram {
    fn add(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS_SECONDS) {
            bucket.fetch_add(u64::from(seconds <= bound), Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    fn write(&self, text: &mut String, name: &str, operation: &str) {
        let labels = format!("operation=\"{operation}\",cache_type=\"response\"");
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS_SECONDS) {
            writeln!(
                text,
                "{name}_bucket{{{labels},le=\"{bound}\"}} {}",
                read(bucket)
            )
            .ok();
        }
        let count = read(&self.count);
        writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}").ok();
        let (seconds, micros) = (
            read(&self.microseconds) / 1_000_000,
            read(&self.microseconds) % 1_000_000,
        );
        writeln!(text, "{name}_sum{{{labels}}} {seconds}.{micros:06}").ok();
        writeln!(text, "{name}_count{{{labels}}} {count}").ok();
    }
}
