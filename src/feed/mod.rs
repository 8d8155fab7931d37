//! The feed: HTTP, recorded files and a simulated hall in, polls out.

pub mod catalogue;
mod entry;
pub mod fetch;
pub mod queue_times;
pub mod recorded;
pub mod simulator;
pub mod wiki;
