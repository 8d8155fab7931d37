//! HTTP out: requests come in over tiny_http, and each answer leaves in one write.

mod crew;
mod flight;
mod porter;
mod reply;
mod server;

pub use flight::Flights;
pub use reply::{Answer, Ask, Cached, JSON, Keeper, POSTS, READS, Verb};
pub use server::{Site, listen, serve};
