//! Dice that fall the same way for the same key, on every machine.

/// A stream of numbers that depends on nothing but its key (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn of<const N: usize>(key: [u64; N]) -> Dice {
        let mut dice = Dice(0);
        for part in key {
            dice.0 ^= part;
            dice.0 = dice.roll();
        }
        dice
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Whether something happens that happens once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.roll().is_multiple_of(n)
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        // The upper 53 bits are as many as a float holds.
        let unit = (self.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// Exponentially distributed around `mean`: the length of what ends by chance.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.between(0.0, 1.0)).ln()
    }
}
