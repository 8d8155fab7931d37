//! What `serve` counts: hits and misses by view, how long bodies take, and which keys are asked for.

use crate::views::served::Served;
use crate::views::{Store, View};
use crate::web::Histogram;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub struct Counts {
    views: Vec<ViewCount>,
    /// By key on the shelf, since they were last written down.
    keys: HashMap<String, KeyCount>,
    /// Answers from memory, and bodies computed.
    durations: [Histogram; 2],
}

struct ViewCount {
    store: &'static str,
    pattern: String,
    hits: AtomicU64,
    misses: AtomicU64,
}

#[derive(Default)]
struct KeyCount {
    served: AtomicU64,
    missed: AtomicU64,
}

impl Counts {
    pub fn of(views: &[View]) -> Counts {
        let view = |view: &View| ViewCount {
            store: store(view),
            pattern: view.key.clone(),
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

    /// Store and key pattern of each view, hits and misses.
    pub fn views(&self) -> impl Iterator<Item = (&'static str, &str, u64, u64)> {
        self.views.iter().map(|view| {
            let [hits, misses] =
                [&view.hits, &view.misses].map(|count| count.load(Ordering::Relaxed));
            (view.store, view.pattern.as_str(), hits, misses)
        })
    }

    /// How long answers from memory took, and bodies that were computed.
    pub fn durations(&self) -> [(&'static str, &Histogram); 2] {
        let [got, set] = &self.durations;
        [("get", got), ("set", set)]
    }
}

pub fn store(view: &View) -> &'static str {
    match view.store {
        Store::Shelf { .. } => "shelf",
        Store::OnDemand { .. } => "on-demand",
    }
}
