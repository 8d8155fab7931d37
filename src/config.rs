//! Every environment variable hallctl reads, each once.

use crate::exit::misused;
use crate::model::Instant;
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::env;
use std::path::PathBuf;

/// `HALLCTL_DATABASE_URL`, or the content of the file that `HALLCTL_DATABASE_URL_FILE` names.
pub fn database_url() -> Option<String> {
    env::var("HALLCTL_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

/// `HALLCTL_HOME`: where the private server lives.
pub fn home() -> Option<PathBuf> {
    env::var_os("HALLCTL_HOME").map(PathBuf::from)
}

/// The clock of data time: `HALLCTL_NOW` fixes it for tests and replays.
pub fn now() -> Result<Instant> {
    match env::var("HALLCTL_NOW") {
        Ok(text) => DateTime::parse_from_rfc3339(&text)
            .map(|time| time.with_timezone(&Utc))
            .map_err(|_| {
                misused(format!(
                    "HALLCTL_NOW is `{text}`; write it as 2026-07-04T20:10:00Z"
                ))
            }),
        Err(_) => Ok(Utc::now()),
    }
}
