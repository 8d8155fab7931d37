//! Pages that were computed on demand, kept in bounded memory; the least recently asked for go first.

use super::page::Page;
use super::which::Which;
use crate::model::Instant;
use chrono::NaiveDateTime;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// So many pages and so much memory, so that asking for ever new combinations fills neither.
const PAGES: usize = 2_000;
const BYTES: usize = 64 << 20;

/// A state of the data: it differs once a cycle or a fill has come in.
pub type Epoch = (Option<NaiveDateTime>, Option<NaiveDateTime>);

pub struct Kept {
    pages: RwLock<HashMap<String, Entry>>,
    clock: AtomicU64,
    told: AtomicU64,
    most_pages: usize,
    most_bytes: usize,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::at_most(PAGES, BYTES)
    }
}

/// What was known when the computing of a page began.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    pub epoch: Epoch,
    pub told: u64,
}

struct Entry {
    page: Arc<Page>,
    /// When its computing ended: it speaks of no later data.
    ended: Instant,
    epoch: Epoch,
    tags: Vec<String>,
    /// Told to be out of date; shown only to who would otherwise wait.
    is_outdated: bool,
    used: AtomicU64,
}

impl Kept {
    fn at_most(most_pages: usize, most_bytes: usize) -> Kept {
        Kept {
            pages: RwLock::default(),
            clock: AtomicU64::default(),
            told: AtomicU64::default(),
            most_pages,
            most_bytes,
        }
    }

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

    /// Keeps a page; where something was told to be out of date since it was begun, it may be too.
    pub fn keep(
        &self,
        key: &str,
        page: Arc<Page>,
        tags: Vec<String>,
        (begun, ended): (Begun, Instant),
    ) {
        let size = page.size() + key.len();
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        pages.remove(key);
        let mut bytes = size + pages.iter().map(size_of).sum::<usize>();
        while pages.len() >= self.most_pages || bytes > self.most_bytes {
            let oldest = pages
                .iter()
                .min_by_key(|(_, entry)| entry.used.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            // Answers may have been made of it since it was counted.
            let gone = pages.remove_entry(&oldest);
            bytes = bytes.saturating_sub(gone.map_or(0, |(key, entry)| size_of((&key, &entry))));
        }
        let entry = Entry {
            page,
            ended,
            epoch: begun.epoch,
            tags,
            is_outdated: begun.told != self.told.load(Ordering::SeqCst),
            used: self.tick().into(),
        };
        pages.insert(key.to_owned(), entry);
    }

    /// How often pages were told to be out of date, or had to give way.
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

    /// Takes note of new bodies on the shelf and when each was begun. A page of before is gone, or it would come back
    /// when the shelf is emptied. Of one computed at the same time nobody knows which of both read the data first.
    pub fn give_way<'a>(&self, shelved: impl Iterator<Item = (&'a str, Instant)>) {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        self.told.fetch_add(1, Ordering::SeqCst);
        for (key, begun) in shelved {
            if pages.get(key).is_some_and(|entry| entry.ended <= begun) {
                pages.remove(key);
            } else if let Some(entry) = pages.get_mut(key) {
                entry.is_outdated = true;
            }
        }
    }

    /// How many pages there are, and about how much memory they take.
    pub fn size(&self) -> (usize, usize) {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        (pages.len(), pages.iter().map(size_of).sum())
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

fn size_of((key, entry): (&String, &Entry)) -> usize {
    entry.page.size() + key.len()
}

#[cfg(test)]
mod tests {
    use super::super::compute::Computed;
    use super::super::file::parse;
    use super::*;
    use chrono::TimeDelta;
    use serde_json::{Map, Value};

    const BEGUN: Begun = Begun {
        epoch: (None, None),
        told: 0,
    };

    const AT: Instant = Instant::UNIX_EPOCH;

    /// A page whose body is a text of so many letters.
    fn page(letters: usize) -> Arc<Page> {
        let text = "-- X.\n-- view: x  type: x  route: /x\n-- store: on-demand  fresh: 1m\n-- name: x :value\nselect 1;\n";
        let view = parse("x.sql", text, |_| Ok(())).expect("a view");
        let asked = view.ask(&[], &[]).expect("a request");
        let body = Map::from_iter([("x".to_owned(), Value::from("x".repeat(letters)))]);
        let computed = Computed {
            body,
            record_count: 1,
            data_through: None,
            is_complete: None,
        };
        Arc::new(Page::new(&view, &asked, computed, Default::default()))
    }

    #[test]
    fn neither_many_pages_nor_large_ones_fill_the_memory_and_what_is_asked_for_stays() {
        let kept = Kept::at_most(50, 10_000);
        kept.keep("first", page(1), Vec::new(), (BEGUN, AT));
        for number in 0..60 {
            kept.keep(&number.to_string(), page(1), Vec::new(), (BEGUN, AT));
            assert!(kept.find("first").is_some(), "at {number}");
        }
        assert_eq!(kept.size().0, 50);
        assert!(kept.find("0").is_none());
        for number in 0..20 {
            kept.keep(
                &format!("large {number}"),
                page(1_000),
                Vec::new(),
                (BEGUN, AT),
            );
        }
        let (count, bytes) = kept.size();
        assert!(
            bytes <= 10_000 && (5..=10).contains(&count),
            "{count} pages, {bytes} bytes"
        );
        kept.keep("too large", page(10_001), Vec::new(), (BEGUN, AT));
        assert_eq!(kept.size().0, 1);
    }

    #[test]
    fn what_was_begun_before_an_invalidation_is_out_of_date_when_it_comes() {
        let kept = Kept::default();
        kept.outdate(&Which::All, true);
        kept.keep("late", page(1), Vec::new(), (BEGUN, AT));
        assert!(kept.find("late").is_some_and(|(_, epoch)| epoch.is_none()));
        let begun = Begun {
            told: kept.told(),
            ..BEGUN
        };
        kept.keep("new", page(1), vec!["parks".to_owned()], (begun, AT));
        assert!(kept.find("new").is_some_and(|(_, epoch)| epoch.is_some()));
        assert_eq!(kept.outdate(&Which::Tag("rides".to_owned()), false), 0);
        assert_eq!(kept.outdate(&Which::Tag("parks".to_owned()), false), 1);
        assert!(kept.find("new").is_some_and(|(_, epoch)| epoch.is_none()));
        assert_eq!(kept.outdate(&Which::Key("new".to_owned()), true), 1);
        assert!(kept.find("new").is_none());
    }

    #[test]
    fn a_page_gives_way_to_a_body_on_the_shelf_that_was_begun_when_it_was_made_already() {
        let kept = Kept::default();
        let shelved = [("before", AT), ("beside", AT), ("other", AT)];
        for (key, ended) in [("before", 0), ("beside", 1), ("apart", 0)] {
            let ended = AT + TimeDelta::seconds(ended);
            kept.keep(key, page(1), Vec::new(), (BEGUN, ended));
        }
        kept.give_way(shelved.into_iter());
        let is_current = |key: &str| kept.find(key).map(|(_, epoch)| epoch.is_some());
        assert_eq!(
            ["before", "beside", "apart"].map(is_current),
            [None, Some(false), Some(true)]
        );
        kept.keep("late", page(1), Vec::new(), (BEGUN, AT));
        assert_eq!(is_current("late"), Some(false));
    }
}
