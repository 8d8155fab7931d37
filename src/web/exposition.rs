//! The text format of Prometheus: families of samples, each family named once.

use super::histogram::Histogram;
use std::fmt::{Display, Write};

/// Writing to a text cannot fail.
#[derive(Default)]
pub struct Exposition(String);

pub type Labels<'a> = &'a [(&'a str, &'a str)];

impl Exposition {
    /// A family; its samples follow.
    pub fn family(&mut self, name: &str, kind: &str, meaning: &str) {
        let meaning = meaning.replace('\\', "\\\\").replace('\n', "\\n");
        write!(self.0, "# HELP {name} {meaning}\n# TYPE {name} {kind}\n").ok();
    }

    pub fn sample(&mut self, name: &str, labels: Labels, value: impl Display) {
        let escaped = |value: &str| {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            value.replace('\n', "\\n")
        };
        let labels: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
            .collect();
        match labels.is_empty() {
            true => writeln!(self.0, "{name} {value}").ok(),
            false => writeln!(self.0, "{name}{{{}}} {value}", labels.join(",")).ok(),
        };
    }

    pub fn histogram(&mut self, name: &str, labels: Labels, histogram: &Histogram) {
        let (bounded, count) = histogram.counts();
        let bounded = bounded
            .iter()
            .map(|(bound, count)| (bound.to_string(), *count));
        for (bound, count) in bounded.chain([("+Inf".to_owned(), count)]) {
            let labels = [labels, &[("le", bound.as_str())]].concat();
            self.sample(&format!("{name}_bucket"), &labels, count);
        }
        let seconds = histogram.total().as_secs_f64();
        self.sample(&format!("{name}_sum"), labels, seconds);
        self.sample(&format!("{name}_count"), labels, count);
    }

    pub fn text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_histogram_is_cumulative_and_labels_are_escaped() {
        let histogram = Histogram::default();
        for milliseconds in [0, 5, 6, 20_000] {
            histogram.add(Duration::from_millis(milliseconds));
        }
        let mut page = Exposition::default();
        page.histogram("took", &[("route", "/a\"b\\c\nd")], &histogram);
        let text = page.text();
        let counts: Vec<&str> = text
            .lines()
            .filter_map(|line| line.rsplit(' ').next())
            .collect();
        assert_eq!(
            counts,
            ["1", "1", "2", "3", "3", "3", "3", "3", "4", "20.011", "4"]
        );
        assert!(
            text.starts_with("took_bucket{route=\"/a\\\"b\\\\c\\nd\",le=\"0.0001\"} 1\n"),
            "{text}"
        );
    }
}
