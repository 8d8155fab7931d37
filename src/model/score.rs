//! The shame score of one cycle: ten times the share of weight that was down, in millionths.

use std::fmt;

/// A score from 0 to 10 with six decimals, so that every engine and every sum agrees to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    millionths: u64,
}

impl Score {
    /// `10 × down / in_service`, rounded half up; nothing in service scores 0.
    pub fn of(weight_down: u32, weight_in_service: u32) -> Score {
        let (down, all) = (u64::from(weight_down), u64::from(weight_in_service));
        let millionths = if all == 0 {
            0
        } else {
            (2 * 10_000_000 * down + all) / (2 * all)
        };
        Score { millionths }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.millionths / 1_000_000, self.millionths % 1_000_000);
        write!(f, "{whole}.{rest:06}")
    }
}
