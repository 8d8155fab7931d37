//! Words for people: results on stdout, remarks on stderr. A reader that has left, as `head` does, is no failure.

/// Prints a line of the result.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        writeln!(std::io::stdout(), $($words)*).ok();
    }};
}

/// Prints a remark that is not part of the result.
macro_rules! remark {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        writeln!(std::io::stderr(), $($words)*).ok();
    }};
}
