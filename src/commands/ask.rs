//! Asking a person at the terminal.

use anyhow::Result;
use std::io::{self, IsTerminal, Write};

/// Whether anybody is there to read the question and to answer it.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks; anything but yes is no.
pub fn agrees(question: &str) -> Result<bool> {
    write!(io::stderr(), "{question} [y/N] ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
