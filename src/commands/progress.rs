//! The bar of a long run.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar with rate and time left on a terminal, nothing elsewhere.
pub fn bar(count: usize, what: &str) -> ProgressBar {
    let style = format!("{{bar:40}} {{pos}}/{{len}} {what}, {{per_sec}}, {{eta}} left: {{msg}}");
    let style =
        ProgressStyle::with_template(&style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(count as u64).with_style(style)
}
