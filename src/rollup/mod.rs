//! tables → tables: hours from raw, days from hours, years from days.

mod fill;
mod guard;
mod kept;
pub mod ledger;
pub mod log;
mod span;
mod statements;
mod survey;
mod told;
mod verify;

pub use fill::{fill, partitions};
pub use kept::{HOURLY_TABLES, unfilled};
pub use span::Span;
pub use survey::{Days, Fault, Pace, Period, beyond, lacking, pace, survey};
pub use told::{Of, Told, told};
pub use verify::{Difference, verify};
