//! An answer and its bytes: head and body in one buffer, every header static or made of digits.

use crate::model::Instant;
use serde_json::{Value, json};
use std::sync::Arc;
use tiny_http::{Method, Request};

/// What to answer, before HTTP.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Arc<[u8]>,
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

/// How something is asked; HEAD is a GET whose body stays here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Options,
    Other,
}

impl Verb {
    pub fn of(method: &Method) -> Verb {
        match method {
            Method::Get | Method::Head => Verb::Get,
            Method::Post => Verb::Post,
            Method::Options => Verb::Options,
            _ => Verb::Other,
        }
    }
}

/// What may be asked where a GET is answered, and where a POST is.
pub const READS: &str = "GET, HEAD, OPTIONS";
pub const POSTS: &str = "POST, OPTIONS";

/// What a request asks for, cut and decoded.
pub struct Ask<'a> {
    pub verb: Verb,
    /// The path between its slashes.
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    /// What it sends as `Authorization: Bearer`.
    pub token: Option<&'a str>,
    pub content_type: Option<&'a str>,
    /// What a POST brings, or why it was not read.
    pub body: Result<Vec<u8>, Answer>,
}

impl<'a> Ask<'a> {
    pub fn new(request: &'a Request, body: Result<Vec<u8>, Answer>) -> Ask<'a> {
        let (path, query) = parts(request.url());
        let authorization = header(request, "Authorization");
        let scheme = authorization.and_then(|text| text.split_once(' '));
        Ask {
            verb: Verb::of(request.method()),
            path: path
                .split('/')
                .skip(1)
                .map(|segment| decoded(segment, false))
                .collect(),
            query,
            token: scheme
                .filter(|(name, _)| name.eq_ignore_ascii_case("Bearer"))
                .map(|(_, token)| token.trim()),
            content_type: header(request, "Content-Type"),
            body,
        }
    }
}

/// The first header of a name.
pub fn header<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    let mut headers = request.headers().iter();
    headers
        .find(|header| header.field.equiv(name))
        .map(|header| header.value.as_str())
}

/// A browser or proxy may keep an answer so long, show it that much longer while it fetches a new one,
/// and a day when it cannot.
const CACHE_CONTROL: &str = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400";
const PRIVATE_CACHE_CONTROL: &str = "private, no-cache";
pub const NO_STORE: &str = "no-store";

/// What a browser is told that asks before it asks.
const PREFLIGHT: &str = "Access-Control-Allow-Headers: Authorization, Content-Type, X-API-Key\r\n\
    Access-Control-Max-Age: 86400\r\n";

impl Answer {
    /// An answer that nobody keeps.
    pub fn new(status: u16, body: Vec<u8>) -> Answer {
        Answer {
            status,
            body: body.into(),
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
            head.push_str(&format!("ETag: \"{etag}\"\r\n"));
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

/// Whether an `If-None-Match` names the content: a list, weak or strong, or `*`.
fn matches(known: &str, etag: &str) -> bool {
    known
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).trim_matches('"') == etag)
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

/// Path and query of a request target; of each pair both sides decoded. A target may name the server before both.
fn parts(target: &str) -> (&str, Vec<(String, String)>) {
    let origin = match target.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]
        }
        _ => target,
    };
    let (path, query) = origin.split_once('?').unwrap_or((origin, ""));
    // Only where the server was named there is no path at all.
    let path = if path.is_empty() { "/" } else { path };
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), decoded(value, true))
        });
    (path, pairs.collect())
}

/// `%41` is an A and in a query `+` a space; a broken escape stays as it is.
fn decoded(text: &str, is_query: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = || u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok();
        match (bytes[at], escape()) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) if is_query => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_pair_by_pair() {
        let (path, query) = parts("/api/x?a=1&b=%41+%zz&c&=d");
        assert_eq!(path, "/api/x");
        let pairs: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(pairs, ["a=1", "b=A %zz", "c=", "=d"]);
    }

    #[test]
    fn a_target_may_name_the_server() {
        for (target, path, pairs) in [
            ("http://127.0.0.1:5001/api/x?a=1", "/api/x", 1),
            ("HTTPS://hall/api/x", "/api/x", 0),
            ("http://hall", "/", 0),
            ("http://hall?a=1&b", "/", 2),
            ("/api/http://x?a=b://c", "/api/http://x", 1),
            ("*", "*", 0),
        ] {
            let (found, query) = parts(target);
            assert_eq!((found, query.len()), (path, pairs), "{target}");
        }
    }

    #[test]
    fn an_etag_is_found_in_lists_weak_or_strong() {
        for (known, expected) in [
            ("\"ab\"", true),
            ("W/\"ab\"", true),
            ("\"x\", \"ab\"", true),
            ("*", true),
            ("\"x\"", false),
        ] {
            assert_eq!(matches(known, "ab"), expected, "{known}");
        }
    }
}
