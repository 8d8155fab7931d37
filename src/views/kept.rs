//! Pages that were computed on demand, kept in bounded memory; the least recently asked for go first.

use super::page::Page;
use chrono::NaiveDateTime;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// So many pages and so much memory, so that asking for ever new combinations fills neither.
const PAGES: usize = 2_000;
const BYTES: usize = 64 << 20;

/// A state of the data: it differs once a cycle or a fill has come in.
pub type Epoch = (Option<NaiveDateTime>, Option<NaiveDateTime>);

#[derive(Default)]
pub struct Kept {
    pages: RwLock<HashMap<String, Entry>>,
    clock: AtomicU64,
}

struct Entry {
    page: Arc<Page>,
    epoch: Epoch,
    size: usize,
    used: AtomicU64,
}

impl Kept {
    /// The page of a key, and the state of the data that it was computed from.
    pub fn find(&self, key: &str) -> Option<(Arc<Page>, Epoch)> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let entry = pages.get(key)?;
        entry.used.store(self.tick(), Ordering::Relaxed);
        Some((entry.page.clone(), entry.epoch))
    }

    pub fn keep(&self, key: &str, page: Arc<Page>, epoch: Epoch) {
        let size = page.size() + key.len();
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        pages.remove(key);
        while pages.len() >= PAGES
            || pages.values().map(|entry| entry.size).sum::<usize>() + size > BYTES
        {
            let oldest = pages
                .iter()
                .min_by_key(|(_, entry)| entry.used.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            pages.remove(&oldest);
        }
        let used = self.tick().into();
        pages.insert(
            key.to_owned(),
            Entry {
                page,
                epoch,
                size,
                used,
            },
        );
    }

    pub fn is_empty(&self) -> bool {
        self.pages
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::Relaxed)
    }
}
