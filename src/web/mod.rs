//! HTTP out: requests come in over tiny_http, and each answer leaves in one write.

mod ask;
mod counts;
mod crew;
mod cut;
mod door;
mod exposition;
mod flight;
mod histogram;
mod porter;
mod reply;
mod server;

pub use ask::{Ask, Verb};
pub use counts::Counts;
pub use door::Door;
pub use exposition::{Exposition, Labels};
pub use flight::Flights;
pub use histogram::Histogram;
pub use porter::LARGEST_BODY;
pub use reply::{Answer, Cached, JSON, Keeper, POSTS, READS};
pub use server::{Site, serve};
