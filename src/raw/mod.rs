//! model → tables: parks, rides and their snapshots.

mod cycle;
mod issue;
mod operated;
pub mod park;
mod ride;
pub mod roster;
mod spell;
mod store;

pub use issue::unread;
pub use spell::end_if_silent;
pub use store::{Stored, partitions, store};
