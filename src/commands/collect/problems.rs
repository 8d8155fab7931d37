//! What went wrong in a run, told at its end: what befell many parks alike is told once.

use std::collections::BTreeMap;

/// So many alike are told one by one.
const FEW: usize = 3;

/// By what the sentences say apart from the values in them.
#[derive(Default)]
pub(super) struct Problems(BTreeMap<String, Alike>);

#[derive(Default)]
struct Alike {
    first: Vec<String>,
    count: usize,
}

impl Problems {
    pub(super) fn add(&mut self, problem: String) {
        log::info!("{problem}");
        // Values stand in backticks.
        let kind: String = problem.split('`').step_by(2).collect();
        let alike = self.0.entry(kind).or_default();
        alike.count += 1;
        if alike.first.len() < FEW {
            alike.first.push(problem);
        }
    }

    /// `what` they befell, in the plural.
    pub(super) fn tell(&self, what: &str) {
        for Alike { first, count } in self.0.values() {
            if *count > FEW {
                let others = count - 1;
                remark!(
                    "collect: {}; the same goes for {others} other {what}",
                    first[0]
                );
                continue;
            }
            for problem in first {
                remark!("collect: {problem}");
            }
        }
    }
}
