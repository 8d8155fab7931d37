//! model → tables: parks, rides and their snapshots.

mod check;
mod cycle;
pub mod destination;
mod issue;
mod operated;
pub mod park;
pub mod ride;
pub mod roster;
pub mod schedule;
mod spell;
mod store;
pub mod story;

pub use check::{Otherwise, judged_again};
pub use issue::unread;
pub use spell::end_if_silent;
pub use store::{Stored, partitions, store};
