//! Why something could not be computed, and what who asked for it is told.

use crate::db::{code, is_passing};
use crate::web::Answer;
use anyhow::Error;

/// The server ends a statement after the time that it gets; MariaDB and MySQL have a number each.
const TOO_LONG: [u16; 2] = [1969, 3024];

/// Somebody ended it.
const STOPPED: u16 = 1317;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The database answers and will say the same again, as of a column that is not there.
    Refused,
    TooLong,
    Stopped,
    Silent,
    /// Nothing has failed yet.
    UnderWay,
}

impl Failure {
    pub fn of(error: &Error) -> Failure {
        match code(error) {
            Some(code) if TOO_LONG.contains(&code) => Failure::TooLong,
            Some(STOPPED) => Failure::Stopped,
            _ if is_passing(error) => Failure::Silent,
            _ => Failure::Refused,
        }
    }

    pub fn answer(self) -> Answer {
        let (status, sentence) = match self {
            Failure::Refused => (
                500,
                "this cannot be computed; the log of the server says why",
            ),
            Failure::TooLong => (
                503,
                "this takes longer to compute than it may; try again later",
            ),
            Failure::Stopped => (
                503,
                "the database was told to stop computing this; try again in a few seconds",
            ),
            Failure::Silent => (
                503,
                "the database does not answer; try again in a few seconds",
            ),
            Failure::UnderWay => (
                503,
                "this is still being computed; try again in a few seconds",
            ),
        };
        Answer::error(status, sentence)
    }
}
