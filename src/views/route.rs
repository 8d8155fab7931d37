//! Routes: the paths that views answer at, with parameters in braces.

use super::param::{Kind, Param};
use anyhow::{Result, bail, ensure};
use std::fmt;

/// What the server itself answers; no view is there.
pub const BANNER: &str = "/";
pub const HEALTH: &str = "/api/health";
pub const CACHE_STATUS: &str = "/api/admin/cache-status";
pub const METRICS: &str = "/metrics";
pub const SERVERS: [&str; 4] = [BANNER, HEALTH, CACHE_STATUS, METRICS];

/// `/api/parks/{park_id:int}/details`, cut at the slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Param(String),
}

impl Route {
    /// The route, and the parameters it declares itself: `{park_id:int}` needs no `param:` line.
    pub fn parse(text: &str) -> Result<(Route, Vec<Param>)> {
        let Some(path) = text.strip_prefix('/') else {
            bail!("route `{text}` does not begin with `/`");
        };
        ensure!(
            !SERVERS.contains(&text),
            "route `{text}` is the server's own"
        );
        // A path ends before these, or is compared with them decoded.
        let is_odd = |letter: &char| {
            matches!(letter, '?' | '#' | '%') || letter.is_whitespace() || letter.is_control()
        };
        if let Some(odd) = path.chars().find(is_odd) {
            bail!(
                "route `{text}` can never be reached, because of its `{odd}`; use letters, digits, `-` and `_`"
            );
        }
        let mut params = Vec::new();
        let mut segments = Vec::new();
        for segment in path.split('/') {
            let Some(inner) = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            else {
                ensure!(
                    !segment.contains(['{', '}']),
                    "`{segment}` of the route is neither a word nor `{{name:int}}`"
                );
                segments.push(Segment::Literal(segment.to_owned()));
                continue;
            };
            let (name, kind) = inner.split_once(':').unwrap_or((inner, ""));
            match kind {
                "" => {}
                "int" => params.push(Param::required(name, Kind::INTEGER)),
                _ => bail!(
                    "`{segment}` of the route is not `{{name:int}}`, or `{{name}}` with a `param:` line"
                ),
            }
            segments.push(Segment::Param(name.to_owned()));
        }
        Ok((Route(segments), params))
    }

    /// The values of the parameters, where the decoded segments of a path lead here.
    pub fn values<'a>(&'a self, path: &'a [String]) -> Option<Vec<(&'a str, &'a str)>> {
        let mut values = Vec::new();
        for (segment, given) in self.0.iter().zip(path) {
            match segment {
                Segment::Literal(literal) if literal != given => return None,
                Segment::Literal(_) => {}
                Segment::Param(name) => values.push((name.as_str(), given.as_str())),
            }
        }
        (self.0.len() == path.len()).then_some(values)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Param(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    /// Whether both lead everywhere the same, whatever their parameters are called.
    pub fn is_like(&self, other: &Route) -> bool {
        let alike = |(one, other): (&Segment, &Segment)| match (one, other) {
            (Segment::Literal(one), Segment::Literal(other)) => one == other,
            (Segment::Param(_), Segment::Param(_)) => true,
            _ => false,
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(alike)
    }

    /// A regular expression of the paths that lead here, as requests spell them.
    pub fn pattern(&self) -> String {
        let spelled = |byte: u8| match byte {
            b'-' | b'_' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            // By its number no byte means anything to the expression, or to who quotes it.
            _ if byte.is_ascii_graphic() => format!("\\x{byte:02x}"),
            _ => format!("%{byte:02X}"),
        };
        let segments = self.0.iter().map(|segment| match segment {
            Segment::Literal(literal) => literal.bytes().map(spelled).collect(),
            Segment::Param(_) => "[^/?]+".to_owned(),
        });
        segments
            .map(|segment: String| format!("/{segment}"))
            .collect()
    }

    /// Of two routes that fit a path the one with more words of its own is meant.
    pub fn words(&self) -> usize {
        self.0.len() - self.names().count()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|segment| match segment {
            Segment::Literal(literal) => write!(f, "/{literal}"),
            Segment::Param(name) => write!(f, "/{{{name}}}"),
        })
    }
}
