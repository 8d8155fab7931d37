//! What of history was pruned, and what brings it back.

use crate::commands::stock::Stock;
use crate::db::restored::Pruned;
use crate::db::{Db, settings};
use crate::model::Instant;
use crate::model::span::stamp;
use anyhow::Result;
use serde_json::{Value, json};
use std::fmt;

/// Days of a stock whose rows are gone.
pub struct Gone {
    stock: Stock,
    through: Instant,
    archives: Vec<String>,
}

impl Gone {
    /// What is gone of a stock between two times; nothing was there before the first snapshot.
    pub fn between(
        db: &mut Db,
        stock: Stock,
        start: Instant,
        end: Instant,
    ) -> Result<Option<Gone>> {
        let pruned = match stock {
            Stock::Raw => Pruned::raw(db)?,
            Stock::Hourly => Pruned::hourly(db)?,
        };
        let Some(first_slot) = settings::instant(db, settings::FIRST_SLOT)? else {
            return Ok(None);
        };
        let archives: Vec<String> = pruned
            .dates(start.max(first_slot), end)
            .map(|date| stock.archive(date))
            .collect();
        Ok((!archives.is_empty()).then_some(Gone {
            stock,
            through: pruned.through,
            archives,
        }))
    }

    fn command(&self) -> String {
        format!("hallctl restore {}", self.archives.join(" "))
    }

    pub fn json(&self) -> Value {
        json!({
            "stock": self.stock.word(),
            "through": stamp(self.through),
            "restore": self.command(),
        })
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (through, command) = (stamp(self.through), self.command());
        let it = if self.archives.len() > 1 {
            "them"
        } else {
            "it"
        };
        write!(
            f,
            "pruned through {through}; `{command}` brings {it} back, if archived"
        )
    }
}
