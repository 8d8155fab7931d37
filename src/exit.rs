//! The documented exit statuses.

use std::process::ExitCode;

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    Failed,
    Misused,
    Partly,
    AlreadyRunning,
    /// What `status` found, in the numbers of monitoring plugins.
    Verdict(u8),
}

/// An error that stands for a particular exit status; any other error is `Failed`.
#[derive(Debug)]
pub struct Ends(pub Exit, pub String);

impl std::fmt::Display for Ends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.1)
    }
}

impl std::error::Error for Ends {}

/// An error of the person at the keyboard: exit status 2.
pub fn misused(message: impl Into<String>) -> anyhow::Error {
    Ends(Exit::Misused, message.into()).into()
}

impl Exit {
    pub fn of(error: &anyhow::Error) -> Exit {
        error
            .downcast_ref::<Ends>()
            .map_or(Exit::Failed, |ends| ends.0)
    }

    pub fn status(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Misused => 2,
            Exit::Partly => 3,
            Exit::AlreadyRunning => 11,
            Exit::Verdict(status) => status,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.status())
    }
}
