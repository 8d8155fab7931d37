//! model → tables: parks, rides and their snapshots.

mod check;
mod cycle;
pub mod destination;
mod identity;
mod issue;
mod join;
mod operated;
pub mod park;
pub mod ride;
pub mod roster;
pub mod schedule;
mod spell;
mod store;
pub mod story;

pub use check::{Otherwise, is_pruned, judged_again};
pub use identity::{Identities, Identity, identities};
pub use issue::{TABLE as ISSUES, unread};
pub use join::join;
pub use operated::{prunable_days, prune_days};
pub use spell::{end_if_silent, judge_between};
pub use store::{Stored, TABLES, note_first_slot, partitions, store};
