//! The shelf in memory: every body ready to answer from, whether or not the database still does.

use super::page::Page;
use super::shelf::{self, Version};
use super::view::View;
use crate::db::Db;
use crate::model::Instant;
use anyhow::Result;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Bodies computed here rather than refreshed on the shelf: at most this many, so that asking for ever
/// new combinations fills no memory.
const OWN_PAGES: usize = 500;

/// By key, with the version of the row that each came from.
type Shelved = HashMap<String, (Version, Arc<Page>)>;

#[derive(Default)]
pub struct Memory {
    /// Replaced as a whole, so that no reader sees a mixture.
    shelved: RwLock<Arc<Shelved>>,
    /// Computed on demand, or because the shelf was empty or stale.
    own: RwLock<HashMap<String, Arc<Page>>>,
}

impl Memory {
    /// The newest body of a key, but none from the future before another; of two equally new the shelf's.
    pub fn find(&self, key: &str, now: Instant) -> Option<Arc<Page>> {
        let own = self
            .own
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned();
        let shelved = self.shelved().get(key).map(|(_, page)| page.clone());
        own.into_iter()
            .chain(shelved)
            .max_by_key(|page| (page.generated_at <= now, page.generated_at))
    }

    pub fn is_empty(&self) -> bool {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        own.is_empty() && self.shelved().is_empty()
    }

    pub fn keep(&self, key: &str, page: Arc<Page>) {
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        if own.len() >= OWN_PAGES {
            own.clear();
        }
        own.insert(key.to_owned(), page);
    }

    /// When the newest body on the shelf was made, but none from the future before another; and how many there are.
    pub fn newest(&self, now: Instant) -> (Option<Instant>, usize) {
        let shelved = self.shelved();
        let made = shelved.values().map(|(_, page)| page.generated_at);
        (made.max_by_key(|at| (*at <= now, *at)), shelved.len())
    }

    fn shelved(&self) -> Arc<Shelved> {
        self.shelved
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Follows the shelf: reads what is new on it, all from one state, and forgets what is gone.
    pub fn reload(&self, db: &mut Db, views: &[View]) -> Result<()> {
        let known = self.shelved();
        let next = db.snapshot(|db| {
            let rows = shelf::index(db)?;
            if rows.len() == known.len()
                && rows
                    .iter()
                    .all(|(version, key)| known.get(key).is_some_and(|(known, _)| known == version))
            {
                return Ok(None);
            }
            let mut next = Shelved::new();
            for (version, key) in rows {
                let Some(view) = views
                    .iter()
                    .find(|view| view.shelf_keys().any(|known| known == key))
                else {
                    continue;
                };
                let page = match known.get(&key).filter(|(known, _)| *known == version) {
                    Some((_, page)) => page.clone(),
                    None => match shelf::read(db, &key)? {
                        Some(shelved) => {
                            Arc::new(Page::new(view, shelved.computed, shelved.generated_at))
                        }
                        None => continue,
                    },
                };
                next.insert(key, (version, page));
            }
            Ok(Some(next))
        })?;
        if let Some(next) = next {
            *self.shelved.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        }
        Ok(())
    }
}
