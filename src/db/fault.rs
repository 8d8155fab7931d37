//! What can go wrong at the door, sorted by what may be done about it.

use mysql::{DriverError, Error};
use std::error::Error as _;
use std::fmt;
use std::io;

/// An error of the database, worded without a secret in it.
#[derive(Debug)]
pub struct Fault {
    pub kind: Kind,
    doing: String,
    said: String,
}

/// How far a statement came before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No connection was made, so nothing was sent.
    Unreached,
    /// The connection broke with the answer outstanding: the statement may or may not have run.
    Lost,
    /// The server answered with this error number, and the statement had no effect.
    Refused(u16),
    /// The answer did not have the shape the caller asked for.
    Misread,
    /// It would have written, in a transaction of ours that only reads.
    Wrote,
}

const READ_ONLY_TRANSACTION: u16 = 1792;

/// Error numbers that pass when the whole transaction is run again: lock wait, deadlock, a server
/// that is stopping, turned read-only by a failover, or a Galera node that is not ready.
const PASSING: [u16; 9] = [
    1205,
    1213,
    1053,
    1290,
    READ_ONLY_TRANSACTION,
    1836,
    1047,
    1927,
    3032,
];

/// Error numbers that pass when the server has a free connection again or has started.
const BUSY: [u16; 3] = [1040, 1203, 1226];

/// Error numbers after which the next connection may reach another server, so this one is given up.
const ELSEWHERE: [u16; 7] = [1053, 1290, READ_ONLY_TRANSACTION, 1836, 1047, 1927, 3032];

impl Fault {
    /// A failure to connect to `place`.
    pub fn of_connecting(place: &dyn fmt::Display, error: &Error) -> Fault {
        let kind = match error {
            Error::MySqlError(error) if !BUSY.contains(&error.code) => Kind::Refused(error.code),
            Error::UrlError(_) => Kind::Misread,
            _ => Kind::Unreached,
        };
        let doing = format!("could not connect to {place}");
        let said = words(error);
        Fault { kind, doing, said }
    }

    /// A failure to connect for a reason of our own, such as patience running out.
    pub fn unreached(place: &dyn fmt::Display, said: impl Into<String>) -> Fault {
        Fault {
            kind: Kind::Unreached,
            doing: format!("could not connect to {place}"),
            said: said.into(),
        }
    }

    /// A failure of `statement`.
    pub fn of_statement(statement: &str, error: &Error) -> Fault {
        let kind = match error {
            Error::MySqlError(error) => Kind::Refused(error.code),
            Error::FromRowError(_) | Error::FromValueError(_) => Kind::Misread,
            Error::DriverError(
                DriverError::MismatchedStmtParams(..)
                | DriverError::Params(_)
                | DriverError::MixedParams,
            ) => Kind::Misread,
            _ => Kind::Lost,
        };
        let doing = format!("could not run `{}`", head(statement));
        let said = words(error);
        Fault { kind, doing, said }
    }

    /// Whether running the whole transaction again may help.
    pub fn is_passing(&self) -> bool {
        match self.kind {
            Kind::Unreached | Kind::Lost => true,
            Kind::Refused(code) => PASSING.contains(&code),
            Kind::Misread | Kind::Wrote => false,
        }
    }

    /// The same in a transaction that only reads: there the server has not turned read-only, we have.
    pub fn of_reading(self) -> Fault {
        match self.kind {
            Kind::Refused(READ_ONLY_TRANSACTION) => Fault {
                kind: Kind::Wrote,
                ..self
            },
            _ => self,
        }
    }

    /// Whether the connection must never be used again: after a broken answer the next one may be
    /// the answer to an older question.
    pub fn spoils_the_connection(&self) -> bool {
        match self.kind {
            Kind::Unreached | Kind::Lost => true,
            Kind::Refused(code) => ELSEWHERE.contains(&code),
            Kind::Misread | Kind::Wrote => false,
        }
    }

    /// What a person can do about it, where the server's own words leave that open.
    fn advice(&self) -> Option<String> {
        let advice = match self.kind {
            Kind::Unreached => "check the server and HALLCTL_DATABASE_URL".to_owned(),
            _ if is_about_space(&self.said) => "free space on the server's disk".to_owned(),
            Kind::Refused(1045 | 1698) => {
                "correct user and password in HALLCTL_DATABASE_URL".to_owned()
            }
            Kind::Refused(1049) => "run `hallctl migrate`".to_owned(),
            Kind::Refused(1044) => {
                "this user may not use the database; grant it the rights hallctl(1) lists"
                    .to_owned()
            }
            Kind::Refused(1142 | 1143) => {
                let right = self
                    .said
                    .split(" command denied")
                    .next()
                    .unwrap_or_default();
                format!(
                    "grant this user `{}`; hallctl(1) lists the rights it needs",
                    right.to_lowercase()
                )
            }
            Kind::Refused(1290 | READ_ONLY_TRANSACTION | 1836) => {
                "name a server that takes writes in HALLCTL_DATABASE_URL".to_owned()
            }
            Kind::Refused(1021 | 1114) => "free space on the server's disk".to_owned(),
            Kind::Refused(_) | Kind::Lost | Kind::Misread | Kind::Wrote => return None,
        };
        Some(advice)
    }

    /// The fault at the root of `error`, where it came from the database.
    pub fn within(error: &anyhow::Error) -> Option<&Fault> {
        error.chain().find_map(|cause| cause.downcast_ref())
    }
}

/// The server's error number, where `error` is an answer of the server.
pub fn code(error: &anyhow::Error) -> Option<u16> {
    match Fault::within(error)?.kind {
        Kind::Refused(code) => Some(code),
        _ => None,
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.said)?;
        match self.advice() {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// The driver's error in plain words. A URL error may quote the URL, so it is never repeated.
fn words(error: &Error) -> String {
    match error {
        Error::MySqlError(error) => format!("{} (error {})", error.message, error.code),
        Error::IoError(error) => io_words(error),
        Error::CodecError(error) => match error.source().and_then(|cause| cause.downcast_ref()) {
            Some(cause) => io_words(cause),
            None => error.to_string(),
        },
        Error::DriverError(DriverError::CouldNotConnect(Some((_, said, _)))) => said.clone(),
        Error::DriverError(error) => error.to_string(),
        Error::TlsError(error) => error.to_string(),
        Error::UrlError(_) => "the URL is not one the driver can read".to_owned(),
        Error::FromRowError(_) | Error::FromValueError(_) => {
            "the answer does not have the expected columns".to_owned()
        }
    }
}

/// Whether the server met a full disk (28) or a full table space (135), whatever error it made of that.
fn is_about_space(said: &str) -> bool {
    let said = said.to_lowercase();
    ["errno: ", "errcode: ", "got error "].iter().any(|word| {
        let mut numbers = said.split(word).skip(1);
        numbers.any(|rest| {
            let number = rest.split(|c: char| !c.is_ascii_digit()).next();
            matches!(number, Some("28" | "135"))
        })
    })
}

fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock => "the server did not answer in time".to_owned(),
        _ => error.to_string(),
    }
}

/// The first words of a statement, without its leading comment.
fn head(statement: &str) -> String {
    const LONGEST: usize = 60; // Enough to tell the statement, short enough for one line.
    let text = statement
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
