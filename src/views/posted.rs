//! The body of a POST: a JSON object, whose members are the parameters.

use super::view::View;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const NO_JSON: &str = "the body is not JSON";

impl View {
    /// The members of a body as a query would say them, numbers with the digits they have; no body is an empty object.
    pub fn posted(&self, body: &[u8]) -> Result<Vec<(String, String)>, String> {
        if body.is_empty() {
            return Ok(Vec::new());
        }
        let members: BTreeMap<String, Box<RawValue>> =
            serde_json::from_slice(body).map_err(|error| match error.is_data() {
                true => "the body is not a JSON object",
                false => NO_JSON,
            })?;
        let mut given = Vec::new();
        for (name, value) in members {
            let text = match value.get() {
                "null" => continue,
                text if text.starts_with('"') => {
                    serde_json::from_str(text).map_err(|_| NO_JSON.to_owned())?
                }
                text if text.starts_with(['[', '{']) && self.knows(&name) => {
                    return Err(format!("`{name}` is one value, not a list or an object"));
                }
                text => text.to_owned(),
            };
            given.push((name, text));
        }
        Ok(given)
    }

    /// Whether a name of a request says anything here.
    fn knows(&self, name: &str) -> bool {
        ["sort_by", "limit"].contains(&name) || self.params.iter().any(|param| param.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::parse;

    const ASKED: &str = "-- X.\n-- view: x  type: x  route: /x  method: post\n-- param: at = num 0..10\n\
        -- store: on-demand  fresh: 1m\n-- name: x :value\nselect :at;\n";

    #[test]
    fn numbers_keep_their_digits_and_null_is_not_given() {
        let view = parse("x.sql", ASKED, |_| Ok(())).expect("a view");
        let body =
            br#"{"at": 8.30000000000000000001, "b": "A\u00e9", "c": null, "d": true, "e": [1]}"#;
        let given = view.posted(body).expect("an object");
        let pairs: Vec<_> = given
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            pairs,
            ["at=8.30000000000000000001", "b=A\u{e9}", "d=true", "e=[1]"]
        );
        assert_eq!(view.posted(b""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_object_of_single_values_is_refused() {
        let view = parse("x.sql", ASKED, |_| Ok(())).expect("a view");
        for (body, said) in [
            (&b"{"[..], "the body is not JSON"),
            (b"{\"at\": NaN}", "the body is not JSON"),
            (b"{\"at\": \"\\ud800\"}", "the body is not JSON"),
            (b"\xff", "the body is not JSON"),
            (b"[1]", "the body is not a JSON object"),
            (b"7", "the body is not a JSON object"),
            (
                b"{\"at\": [1]}",
                "`at` is one value, not a list or an object",
            ),
        ] {
            assert_eq!(view.posted(body), Err(said.to_owned()));
        }
    }

    #[test]
    fn a_decimal_is_exact_and_inside_its_range() {
        let view = parse("x.sql", ASKED, |_| Ok(())).expect("a view");
        let key = |value: &str| {
            let given = [("at".to_owned(), value.to_owned())];
            view.ask(&[], &given).map(|asked| asked.key)
        };
        for value in ["8.3", "10.00", "0", "9.999999999999999999"] {
            assert_eq!(key(value), Ok(format!("x?at={value}")));
        }
        let long = format!("1.{}", "0".repeat(19));
        for wrong in [
            "10.01", "-0.1", "NaN", "Infinity", "1e1", "0x1", "", ".", &long,
        ] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }
}
