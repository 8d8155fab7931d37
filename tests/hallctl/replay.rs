//! Recorded days through the whole chain, against what the rules give for them.

use crate::corpus::{self, Replayed};
use crate::feed_server::Replay;
use crate::hall::Hall;
