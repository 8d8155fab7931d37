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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_ten_times_the_share_that_was_down_rounded_once_halves_up() {
        for (down, all, score) in [
            (0, 0, "0.000000"),
            (0, 7, "0.000000"),
            (7, 7, "10.000000"),
            (1, 4, "2.500000"),
            (9_999_999, 10_000_000, "9.999999"),
            (1, 3, "3.333333"),
            (2, 3, "6.666667"),
            // Half a millionth, and less than that.
            (1, 20_000_000, "0.000001"),
            (1, 20_000_001, "0.000000"),
            (3, 20_000_000, "0.000002"),
            (u32::MAX, u32::MAX, "10.000000"),
        ] {
            assert_eq!(Score::of(down, all).to_string(), score, "{down} of {all}");
        }
    }
}
