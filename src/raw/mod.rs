//! model → tables: parks, rides and their snapshots.

mod cycle;
mod operated;
pub mod park;
mod ride;
mod spell;
mod store;

pub use spell::end_if_silent;
pub use store::{Stored, partitions, store};
