//! model → tables: parks, rides and their snapshots.

mod check;
mod cycle;
mod operated;
pub mod park;
mod ride;
mod spell;
mod store;
pub mod story;

pub use check::{Otherwise, judged_again};
pub use spell::end_if_silent;
pub use store::{Stored, partitions, store};
