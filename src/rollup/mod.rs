//! tables → tables: hours from raw, days from hours, years from days.

mod fill;
pub mod ledger;

pub use fill::{Span, fill, partitions};
