//! The shelf in memory: every body ready to answer from, whether or not the database still does.

use super::kept::{Epoch, Kept};
use super::page::Page;
use super::shelf::{self, Place, Version};
use super::view::View;
use crate::db::{Db, sql};
use crate::model::Instant;
use anyhow::Result;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// By key, with the version of the row that each came from.
type Shelved = HashMap<String, (Version, Arc<Page>)>;

#[derive(Default)]
pub struct Memory {
    /// Replaced as a whole, so that no reader sees a mixture.
    shelved: RwLock<Arc<Shelved>>,
    /// Computed on demand, or because the shelf was empty or stale.
    kept: Kept,
    epoch: RwLock<Epoch>,
}

impl Memory {
    /// The newest body of a key, but none from the future before another; of two equally new the shelf's.
    pub fn find(&self, key: &str, now: Instant) -> Option<Arc<Page>> {
        let kept = self.kept.find(key).map(|(page, _)| page);
        let shelved = self.shelved().get(key).map(|(_, page)| page.clone());
        kept.into_iter()
            .chain(shelved)
            .max_by_key(|page| (page.generated_at <= now, page.generated_at))
    }

    /// Whether the data has not changed since the body of a key was computed on demand.
    pub fn is_current(&self, key: &str) -> bool {
        self.kept
            .find(key)
            .is_some_and(|(_, epoch)| epoch == self.epoch())
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.shelved().is_empty()
    }

    /// Keeps a body that was computed from the data as it was at `epoch` or later.
    pub fn keep(&self, key: &str, page: Arc<Page>, epoch: Epoch) {
        self.kept.keep(key, page, epoch);
    }

    /// The state of the data that was last heard of.
    pub fn epoch(&self) -> Epoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
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
        let epoch: Option<Epoch> = db.first(sql!("views/job_runs.newest_end.sql"), ())?;
        *self.epoch.write().unwrap_or_else(PoisonError::into_inner) = epoch.unwrap_or_default();
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
            let places: HashMap<String, Place> = shelf::places(views)
                .into_iter()
                .map(|place| (place.asked.key.clone(), place))
                .collect();
            let mut next = Shelved::new();
            for (version, key) in rows {
                let Some(place) = places.get(&key) else {
                    continue;
                };
                let page = match known.get(&key).filter(|(known, _)| *known == version) {
                    Some((_, page)) => page.clone(),
                    None => match shelf::read(db, &key)? {
                        Some(shelved) => Arc::new(shelved.page(place)),
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
