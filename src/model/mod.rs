//! The words of the domain: values, no input or output.

pub mod count;
pub mod cycle;
pub mod issue;
pub mod judgement;
pub mod key;
pub mod listen;
pub mod name;
pub mod park;
pub mod period;
pub mod reason;
pub mod ride;
pub mod schedule;
pub mod score;
pub mod snapshot;
pub mod span;

use chrono::{DateTime, Utc};

/// An instant of data time. Slots, hours and days are all built from it.
pub type Instant = DateTime<Utc>;
