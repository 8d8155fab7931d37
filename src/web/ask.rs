//! What a request asks for: its target cut and decoded, and the headers that matter here.

use super::reply::Answer;
use tiny_http::{Method, Request};

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

/// What a request asks for, cut and decoded.
pub struct Ask<'a> {
    pub verb: Verb,
    /// The path between its slashes.
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    /// What it sends as `Authorization: Bearer`.
    pub token: Option<&'a str>,
    pub content_type: Option<&'a str>,
    pub takes_gzip: bool,
    /// What a POST brings, or why it was not read.
    pub body: Result<Vec<u8>, Answer>,
}

impl<'a> Ask<'a> {
    pub fn new(request: &'a Request, body: Result<Vec<u8>, Answer>) -> Ask<'a> {
        let (path, query) = parts(request.url());
        let accepted = request.headers().iter();
        let accepted = accepted.filter(|header| header.field.equiv("Accept-Encoding"));
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
            takes_gzip: takes_gzip(accepted.map(|header| header.value.as_str())),
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

/// Whether an `Accept-Encoding` takes gzip; a weight of zero, or one that is no number, does not.
fn takes_gzip<'a>(accepted: impl Iterator<Item = &'a str>) -> bool {
    let codings: Vec<(&str, bool)> = accepted
        .flat_map(|value| value.split(','))
        .map(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let mut weights = parts.filter_map(|part| {
                part.strip_prefix(['q', 'Q'])?
                    .trim_start()
                    .strip_prefix('=')
            });
            let is_taken = weights.next().is_none_or(|weight| {
                weight
                    .trim()
                    .parse::<f32>()
                    .is_ok_and(|weight| weight > 0.0)
            });
            (name, is_taken)
        })
        .collect();
    let said = |name: &str| {
        let mut codings = codings.iter();
        codings
            .find(|(coding, _)| coding.eq_ignore_ascii_case(name))
            .map(|(_, is_taken)| *is_taken)
    };
    said("gzip")
        .or_else(|| said("x-gzip"))
        .or_else(|| said("*"))
        .unwrap_or(false)
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
    fn gzip_is_taken_where_it_has_a_weight() {
        for (accepted, expected) in [
            (&["gzip"][..], true),
            (&["deflate, GZIP ; q=0.5, br"], true),
            (&["deflate", "gzip;Q=1"], true),
            (&["*"], true),
            (&["*;q=0.1, gzip;q=0"], false),
            (&["gzip;q=0"], false),
            (&["gzip; q=0.000"], false),
            (&["gzip;q=x"], false),
            (&["identity", "br"], false),
            (&["x-gzip"], true),
            (&["gzip;q=0, x-gzip"], false),
            (&[""], false),
            (&[], false),
        ] {
            assert_eq!(
                takes_gzip(accepted.iter().copied()),
                expected,
                "{accepted:?}"
            );
        }
    }
}
