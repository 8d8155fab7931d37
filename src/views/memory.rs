//! The shelf in memory: every body ready to answer from, whether or not the database still does.

use super::kept::{Begun, Epoch, Kept};
use super::page::Page;
use super::shelf::{self, Place, Version};
use super::view::View;
use super::which::Which;
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
    /// The newest body of a key, but none from the future before another; of two equally new the shelf's. With it,
    /// whether it is current: neither told to be out of date nor, if `until_cycle`, of older data.
    pub fn find(&self, key: &str, until_cycle: bool, now: Instant) -> Option<(Arc<Page>, bool)> {
        // Held over both, for they change together.
        let all = self.shelved.read().unwrap_or_else(PoisonError::into_inner);
        let kept = self.kept.find(key);
        let is_outdated = matches!(kept, Some((_, None)));
        let kept = kept.map(|(page, epoch)| {
            let is_current = epoch.is_some_and(|epoch| !until_cycle || epoch == self.epoch());
            (page, is_current)
        });
        // A page that is out of date may still be of newer data than the shelf.
        let shelved = all.get(key).map(|(_, page)| (page.clone(), !is_outdated));
        kept.into_iter()
            .chain(shelved)
            .max_by_key(|(page, _)| (page.generated_at <= now, page.generated_at))
    }

    /// How often what is in memory was told to be out of date or replaced: what was begun before may be of older data
    /// than what a reader has seen since.
    pub fn turns(&self) -> u64 {
        self.kept.told()
    }

    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.shelved().is_empty()
    }

    /// To be asked before a body is computed that is to be kept.
    pub fn begin(&self) -> Begun {
        Begun {
            told: self.kept.told(),
            epoch: self.epoch(),
        }
    }

    /// `ended` is the present time.
    pub fn keep(
        &self,
        key: &str,
        page: Arc<Page>,
        tags: Vec<String>,
        begun: Begun,
        ended: Instant,
    ) {
        self.kept.keep(key, page, tags, (begun, ended));
    }

    /// Takes note that bodies are out of date; the result is how many of its own.
    pub fn outdate(&self, which: &Which, is_hard: bool) -> usize {
        self.kept.outdate(which, is_hard)
    }

    /// The state of the data that was last heard of.
    fn epoch(&self) -> Epoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bodies computed on demand, and about how much memory they take.
    pub fn own(&self) -> (usize, usize) {
        self.kept.size()
    }

    /// Every key on the shelf, and when its body was made.
    pub fn keys(&self) -> Vec<(String, Instant)> {
        let shelved = self.shelved();
        let mut keys: Vec<_> = shelved
            .iter()
            .map(|(key, (_, page))| (key.clone(), page.generated_at))
            .collect();
        keys.sort();
        keys
    }

    /// When the newest body on the shelf was made, but none from the future before another; and how many there are.
    pub fn newest(&self, now: Instant) -> (Option<Instant>, usize) {
        let shelved = self.shelved();
        let made = shelved.values().map(|(_, page)| page.generated_at);
        (made.max_by_key(|at| (*at <= now, *at)), shelved.len())
    }

    /// The last moment that any body on the shelf speaks of.
    pub fn data_through(&self) -> Option<Instant> {
        let shelved = self.shelved();
        let pages = shelved.values();
        pages.filter_map(|(_, page)| page.data_through).max()
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
            let mut shelved = self.shelved.write().unwrap_or_else(PoisonError::into_inner);
            let is_new = |(key, (version, _)): &(&String, &(Version, _))| {
                known.get(*key).is_none_or(|(known, _)| known != version)
            };
            let new = next.iter().filter(is_new);
            (self.kept).give_way(new.map(|(key, (_, page))| (key.as_str(), page.generated_at)));
            *shelved = Arc::new(next);
        }
        Ok(())
    }
}
