//! What is wrong with the feed's data, as `collect` noted it.

use crate::db::{Db, sql};
use crate::model::count::count;
use crate::model::issue::IssueKind;
use crate::model::span::stamp;
use anyhow::Result;
use chrono::NaiveDateTime;
use mysql::prelude::FromRow;
use serde::{Serialize, Serializer};

#[derive(FromRow, Serialize)]
pub struct Issue {
    kind: String,
    park_id: u32,
    park: String,
    ride_id: Option<u32>,
    ride: Option<String>,
    topic: String,
    #[serde(serialize_with = "as_stamp")]
    first_seen: NaiveDateTime,
    #[serde(serialize_with = "as_stamp")]
    last_seen: NaiveDateTime,
    occurrences: u32,
    detail: String,
}

pub fn unresolved(db: &mut Db) -> Result<Vec<Issue>> {
    db.rows(sql!("status/feed_issues.unresolved.sql"), ())
}

/// `3 issues: 2 stale, 1 invalid` and where to read them; nothing where there are none.
pub fn counted(issues: &[Issue]) -> Option<String> {
    use IssueKind::{Inconsistent, Invalid, Missing, Stale};
    let of = |kind: IssueKind| {
        let of_kind = issues.iter().filter(|issue| issue.kind == kind.word());
        Some((of_kind.count(), kind.word())).filter(|(count, _)| *count > 0)
    };
    let counts = [Stale, Missing, Invalid, Inconsistent].into_iter();
    let counts: Vec<String> = counts
        .filter_map(of)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    (!issues.is_empty()).then(|| {
        format!(
            "{}: {} (`--json` names them)",
            count(issues.len(), "issue"),
            counts.join(", ")
        )
    })
}

fn as_stamp<S: Serializer>(at: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&stamp(at.and_utc()))
}
