//! What is wrong with what a feed said: of which kind, of which ride, in words.

use super::key::Key;
use super::ride::words;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssueKind {
    /// Older than it should be.
    Stale,
    /// Not there.
    Missing,
    /// There, and nonsense.
    Invalid,
    /// Sense by itself, and at odds with something else that is known.
    Inconsistent,
}

words!(IssueKind {
    Stale = "stale",
    Missing = "missing",
    Invalid = "invalid",
    Inconsistent = "inconsistent",
});

/// Something odd about an answer of a feed; it stopped no good ride.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub kind: IssueKind,
    /// The ride it speaks of, by its id at the feed; none where it speaks of the park.
    pub ride: Option<Key>,
    /// What about it: two remarks on one topic of one ride are the same issue.
    pub topic: &'static str,
    /// A sentence.
    pub text: String,
}

impl Remark {
    /// An entry that makes no sense.
    pub fn invalid(ride: Option<Key>, topic: &'static str, text: String) -> Remark {
        Remark {
            kind: IssueKind::Invalid,
            ride,
            topic,
            text,
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
