//! An answer and its bytes: head and body in one buffer, every header static or made of digits.

use crate::model::Instant;
use serde_json::{Value, json};
use std::sync::Arc;

/// What to answer, before HTTP.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Arc<[u8]>,
    /// Whether the body is in gzip.
    pub is_gzip: bool,
    /// The name of the content; what has one is to be had in gzip too.
    pub etag: Option<Arc<str>>,
    pub cached: Option<Cached>,
    pub content_type: &'static str,
    /// What may be asked here, where that is the answer.
    pub allow: Option<&'static str>,
}

pub const JSON: &str = "application/json";

/// What caches are told of an answer.
#[derive(Clone, Copy)]
pub struct Cached {
    pub hit: bool,
    pub age_seconds: i64,
    /// The last moment the answer speaks of.
    pub data_through: Option<Instant>,
    /// Whether everything its period will ever have is in it.
    pub is_complete: Option<bool>,
    pub keeper: Keeper,
}

/// Who may keep an answer beside us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    Anyone,
    /// No cache that others share.
    Reader,
    Nobody,
}

/// What may be asked where a GET is answered, and where a POST is.
pub const READS: &str = "GET, HEAD, OPTIONS";
pub const POSTS: &str = "POST, OPTIONS";

/// A browser or proxy may keep an answer so long, show it that much longer while it fetches a new one,
/// and a day when it cannot.
const CACHE_CONTROL: &str = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400";
const PRIVATE_CACHE_CONTROL: &str = "private, no-cache";
pub const NO_STORE: &str = "no-store";

/// At the end of the name of a content, where that is in gzip: each coding has a name of its own.
const GZIP_ETAG: &str = "-gzip";

/// What a browser is told that asks before it asks.
const PREFLIGHT: &str = "Access-Control-Allow-Headers: Authorization, Content-Type, X-API-Key\r\n\
    Access-Control-Max-Age: 86400\r\n";

impl Answer {
    /// An answer that nobody keeps.
    pub fn new(status: u16, body: Vec<u8>) -> Answer {
        Answer {
            status,
            body: body.into(),
            is_gzip: false,
            etag: None,
            cached: None,
            content_type: JSON,
            allow: None,
        }
    }

    /// The answer to OPTIONS: what may be asked here, from anywhere.
    pub fn preflight(allow: &'static str) -> Answer {
        Answer {
            allow: Some(allow),
            ..Answer::new(204, Vec::new())
        }
    }

    /// What may not be asked here, and what may.
    pub fn not_allowed(allow: &'static str) -> Answer {
        Answer {
            allow: Some(allow),
            ..Answer::error(405, &format!("here only {allow} are answered"))
        }
    }

    pub fn json(body: &Value) -> Answer {
        Answer::new(200, body.to_string().into_bytes())
    }

    /// Plain text, for programs that read metrics.
    pub fn text(text: String) -> Answer {
        Answer {
            content_type: "text/plain; version=0.0.4; charset=utf-8",
            ..Answer::new(200, text.into_bytes())
        }
    }

    /// Shape A of the contract: every error, whatever its status.
    pub fn error(status: u16, sentence: &str) -> Answer {
        let body = json!({"success": false, "error": sentence});
        Answer::new(status, body.to_string().into_bytes())
    }

    /// The status and the bytes to send. `known` is the `If-None-Match` of the request.
    pub fn bytes(
        &self,
        date: Instant,
        known: Option<&str>,
        is_head: bool,
        closes: bool,
    ) -> (u16, Vec<u8>) {
        let is_known = self.status == 200
            && self
                .etag
                .as_deref()
                .zip(known)
                .is_some_and(|(etag, known)| matches(known, etag));
        let status = if is_known { 304 } else { self.status };
        let mut head = format!(
            "HTTP/1.1 {status} {}\r\nDate: {}\r\nAccess-Control-Allow-Origin: *\r\n",
            reason(status),
            date.format("%a, %d %b %Y %H:%M:%S GMT"),
        );
        if let Some(etag) = &self.etag {
            let coding = if self.is_gzip { GZIP_ETAG } else { "" };
            head.push_str(&format!(
                "ETag: \"{etag}{coding}\"\r\nVary: Accept-Encoding\r\n"
            ));
        }
        match self.cached {
            Some(cached) => head.push_str(&format!(
                "Cache-Control: {}\r\nX-Cache-Hit: {}\r\nX-Cache-Age: {}\r\n",
                match cached.keeper {
                    Keeper::Anyone => CACHE_CONTROL,
                    Keeper::Reader => PRIVATE_CACHE_CONTROL,
                    Keeper::Nobody => NO_STORE,
                },
                cached.hit,
                cached.age_seconds.max(0),
            )),
            None => head.push_str(&format!("Cache-Control: {NO_STORE}\r\n")),
        }
        if let Some(through) = self.cached.and_then(|cached| cached.data_through) {
            head.push_str(&format!(
                "X-Data-Through: {}\r\n",
                through.format("%Y-%m-%dT%H:%M:%SZ")
            ));
        }
        if let Some(is_complete) = self.cached.and_then(|cached| cached.is_complete) {
            head.push_str(&format!("X-Data-Complete: {is_complete}\r\n"));
        }
        if let Some(allow) = self.allow {
            head.push_str(&format!("Allow: {allow}\r\n"));
            if status == 204 {
                head.push_str(&format!("Access-Control-Allow-Methods: {allow}\r\n"));
                head.push_str(PREFLIGHT);
            }
        }
        if status == 401 {
            head.push_str("WWW-Authenticate: Bearer\r\n");
        }
        let has_body = !matches!(status, 204 | 304);
        if has_body {
            head.push_str(&format!(
                "Content-Type: {}\r\nContent-Length: {}\r\n",
                self.content_type,
                self.body.len()
            ));
        }
        if self.is_gzip && has_body {
            head.push_str("Content-Encoding: gzip\r\n");
        }
        if closes {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        if !is_head && has_body {
            bytes.extend_from_slice(&self.body);
        }
        (status, bytes)
    }
}

/// Whether an `If-None-Match` names the content, in either coding: a list, weak or strong, or `*`.
fn matches(known: &str, etag: &str) -> bool {
    known.split(',').map(str::trim).any(|one| {
        let name = one.strip_prefix("W/").unwrap_or(one).trim_matches('"');
        one == "*" || name.strip_suffix(GZIP_ETAG).unwrap_or(name) == etag
    })
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_found_in_lists_weak_or_strong() {
        for (known, expected) in [
            ("\"ab\"", true),
            ("W/\"ab\"", true),
            ("\"x\", \"ab\"", true),
            ("*", true),
            ("\"ab-gzip\"", true),
            ("W/\"ab-gzip\"", true),
            ("\"x\"", false),
            ("\"x-gzip\"", false),
        ] {
            assert_eq!(matches(known, "ab"), expected, "{known}");
        }
    }
}
