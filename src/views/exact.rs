//! Exact decimal numbers: read from the server's text, compared, and rounded half up once.

use serde_json::{Number, Value};
use std::cmp::Ordering;
use std::fmt;

/// `units / 10^scale`, as a DECIMAL column holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    units: i128,
    scale: u32,
}

impl From<i64> for Exact {
    fn from(number: i64) -> Exact {
        Exact {
            units: i128::from(number),
            scale: 0,
        }
    }
}

impl From<u64> for Exact {
    fn from(number: u64) -> Exact {
        Exact {
            units: i128::from(number),
            scale: 0,
        }
    }
}

impl Exact {
    /// Reads `-12.340`; anything a DECIMAL column would not print, or too long for 128 bits, is `None`.
    pub fn parse(text: &str) -> Option<Exact> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Exact {
            units: format!("{whole}{fraction}").parse().ok()?,
            scale: u32::try_from(fraction.len()).ok()?,
        })
    }

    pub fn is_whole(self) -> bool {
        self.scale == 0
    }

    /// To `places` decimals, a half away from zero.
    pub fn round(self, places: u32) -> Exact {
        if self.scale <= places {
            return self;
        }
        let divisor = 10_i128.pow(self.scale - places);
        let (quotient, rest) = (self.units / divisor, self.units % divisor);
        let carry = if rest.abs() * 2 >= divisor {
            self.units.signum()
        } else {
            0
        };
        Exact {
            units: quotient + carry,
            scale: places,
        }
    }

    /// The JSON number with the same digits: these few digits survive the way through a double.
    pub fn json(self) -> Value {
        if self.scale == 0 {
            let unsigned = || u64::try_from(self.units).map(Value::from);
            let whole = i64::try_from(self.units).map(Value::from);
            // What no integer type holds keeps the digits that a double has.
            return whole
                .or_else(|_| unsigned())
                .unwrap_or_else(|_| double(self.to_string()));
        }
        double(format!("{}e-{}", self.units, self.scale))
    }
}

fn double(text: String) -> Value {
    let number = text.parse().ok().and_then(Number::from_f64);
    number.map_or(Value::Null, Value::Number)
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        let scale = self.scale.max(other.scale);
        let widened = |exact: &Exact| exact.units.saturating_mul(10_i128.pow(scale - exact.scale));
        widened(self).cmp(&widened(other))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = self.scale as usize;
        let digits = format!("{:0>1$}", self.units.unsigned_abs(), scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if self.units < 0 { "-" } else { "" };
        let point = if scale > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero_without_a_float_between() {
        for (text, places, expected) in [
            ("1.25", 1, "1.3"),
            ("1.2499999999", 1, "1.2"),
            ("-1.25", 1, "-1.3"),
            ("0.0450000000", 2, "0.05"),
            ("99.95", 1, "100.0"),
            ("7", 2, "7"),
            ("12.5", 0, "13"),
            ("-0.4", 0, "0"),
            ("2.675", 2, "2.68"),
            ("9223372036854775808", 0, "9223372036854775808"),
            ("18446744073709551615", 2, "18446744073709551615"),
            ("-20000000000000000000", 0, "-2e+19"),
        ] {
            let rounded = Exact::parse(text).map(|exact| exact.round(places).json().to_string());
            assert_eq!(rounded.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_of_different_scale_compare_by_value() {
        assert_eq!(
            Exact::parse("2.50").cmp(&Exact::parse("2.5")),
            Ordering::Equal
        );
        assert!(Exact::parse("-3") < Exact::parse("-2.99"));
        assert_eq!(Exact::parse("1e5"), None);
        assert_eq!(Exact::parse("1.-5"), None);
    }

    #[test]
    fn a_number_is_written_with_the_digits_it_was_read_from() {
        for text in ["8.30", "-0.05", "0.000", "7", "-12"] {
            let written = Exact::parse(text).map(|exact| exact.to_string());
            assert_eq!(written.as_deref(), Some(text));
        }
    }
}
