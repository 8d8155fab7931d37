//! The feed: HTTP and recorded files in, polls out.

pub mod catalogue;
mod entry;
pub mod fetch;
pub mod queue_times;
pub mod recorded;
