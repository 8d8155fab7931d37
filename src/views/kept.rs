//! Pages that were computed on demand, kept in bounded memory; the least recently asked for go first.

use super::page::Page;
use super::which::Which;
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
    told: AtomicU64,
}

/// What was known when the computing of a page began.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    pub epoch: Epoch,
    pub told: u64,
}

struct Entry {
    page: Arc<Page>,
    epoch: Epoch,
    tags: Vec<String>,
    /// Told to be out of date; shown only to who would otherwise wait.
    is_outdated: bool,
    size: usize,
    used: AtomicU64,
}

impl Kept {
    /// The page of a key and the state of the data that it was computed from; none where it was told to be out of date.
    pub fn find(&self, key: &str) -> Option<(Arc<Page>, Option<Epoch>)> {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let entry = pages.get(key)?;
        entry.used.store(self.tick(), Ordering::Relaxed);
        Some((
            entry.page.clone(),
            (!entry.is_outdated).then_some(entry.epoch),
        ))
    }

    /// Keeps a page, unless something was told to be out of date since it was begun: then it may be too.
    pub fn keep(&self, key: &str, page: Arc<Page>, tags: Vec<String>, begun: Begun) {
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
        let entry = Entry {
            page,
            epoch: begun.epoch,
            tags,
            is_outdated: begun.told != self.told.load(Ordering::SeqCst),
            size,
            used: self.tick().into(),
        };
        pages.insert(key.to_owned(), entry);
    }

    /// How often pages were told to be out of date.
    pub fn told(&self) -> u64 {
        self.told.load(Ordering::SeqCst)
    }

    /// Takes note that pages are out of date, and says how many are; `is_hard` ones are gone.
    pub fn outdate(&self, which: &Which, is_hard: bool) -> usize {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        self.told.fetch_add(1, Ordering::SeqCst);
        let is_meant = |key: &str, entry: &Entry| which.takes(key, Some(&entry.tags));
        let count = pages
            .iter()
            .filter(|(key, entry)| is_meant(key, entry))
            .count();
        match is_hard {
            true => pages.retain(|key, entry| !is_meant(key, entry)),
            false => {
                for (key, entry) in pages.iter_mut() {
                    entry.is_outdated |= which.takes(key, Some(&entry.tags));
                }
            }
        }
        count
    }

    /// How many pages there are, and about how much memory they take.
    pub fn size(&self) -> (usize, usize) {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        (pages.len(), pages.values().map(|entry| entry.size).sum())
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
