//! tables → tables: hours from raw, days from hours, years from days.

mod fill;
pub mod ledger;
pub mod log;

pub use fill::{Span, fill, partitions};
