//! Every environment variable hallctl reads, each once.

use crate::exit::misused;
use crate::model::Instant;
use anyhow::{Result, anyhow};
use chrono::{DateTime, Utc};
use std::env;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// `HALLCTL_DATABASE_URL`, or the content of the file that `HALLCTL_DATABASE_URL_FILE` names. Keep
/// it out of messages: it may hold a password.
pub fn database_url() -> Result<Option<String>> {
    secret("HALLCTL_DATABASE_URL", "HALLCTL_DATABASE_URL_FILE")
}

/// `HALLCTL_TOKEN`, or the content of the file that `HALLCTL_TOKEN_FILE` names: what who asks `serve` for a
/// private view must send.
pub fn token() -> Result<Option<String>> {
    let token = secret("HALLCTL_TOKEN", "HALLCTL_TOKEN_FILE")?;
    let is_sendable = |token: &String| {
        let mut letters = token.bytes();
        token.trim() == token
            && !token.is_empty()
            && letters.all(|byte| (b' '..=b'~').contains(&byte))
    };
    match token {
        Some(token) if !is_sendable(&token) => Err(misused(
            "the token of HALLCTL_TOKEN or HALLCTL_TOKEN_FILE is one that nobody can send; \
             use visible ASCII, without a space at either end",
        )),
        token => Ok(token),
    }
}

fn secret(name: &'static str, file: &'static str) -> Result<Option<String>> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    match (set(name), set(file)) {
        (Some(_), Some(_)) => Err(misused(format!(
            "{name} and {file} are both set; unset one of them"
        ))),
        (Some(text), None) => match text.into_string() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(misused(format!("{name} is not UTF-8"))),
        },
        (None, Some(path)) => read_secret(file, Path::new(&path)).map(Some),
        (None, None) => Ok(None),
    }
}

/// `HALLCTL_HOME`, or the home of the passwd entry: where the private server lives. The shell's HOME
/// is not asked, so that cron, sudo and a login find the same server.
pub fn home() -> Result<PathBuf> {
    if let Some(home) = env::var_os("HALLCTL_HOME").filter(|home| !home.is_empty()) {
        let home = PathBuf::from(home);
        return match home.is_absolute() {
            true => Ok(home),
            false => Err(misused(format!(
                "HALLCTL_HOME is `{}`; write it as an absolute path",
                home.display()
            ))),
        };
    }
    passwd_home()
        .map(|home| home.join(".local/share/hallctl"))
        .ok_or_else(|| misused("found no home for this user in /etc/passwd; set HALLCTL_HOME"))
}

/// `HALLCTL_SERVER_BINARY`: the MariaDB or MySQL server program for the private server.
pub fn server_binary() -> Option<PathBuf> {
    env::var_os("HALLCTL_SERVER_BINARY")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// Where views of one's own lie, for who only speaks of them; the verbs that read them take it as `--views`.
pub fn views() -> Option<PathBuf> {
    env::var_os("HALLCTL_VIEWS")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// `PATH`: where programs are looked for before the usual places; cron's is short.
pub fn path() -> Vec<PathBuf> {
    env::var_os("PATH").map_or_else(Vec::new, |path| env::split_paths(&path).collect())
}

/// Whether `serve` answers from finished bodies: `HALLCTL_VIEW_CACHE=off` or `ENABLE_VIEW_CACHE=false` has it compute
/// every answer.
pub fn view_cache() -> Result<bool> {
    for name in ["HALLCTL_VIEW_CACHE", "ENABLE_VIEW_CACHE"] {
        match env::var(name).unwrap_or_default().to_lowercase().as_str() {
            "" => {}
            "on" | "true" | "1" | "yes" => return Ok(true),
            "off" | "false" | "0" | "no" => return Ok(false),
            other => {
                return Err(misused(format!(
                    "{name} is `{other}`; set it to `on` or `off`"
                )));
            }
        }
    }
    Ok(true)
}

/// The clock of data time: `HALLCTL_NOW` fixes it for tests and replays.
pub fn now() -> Result<Instant> {
    match env::var("HALLCTL_NOW") {
        Ok(text) => DateTime::parse_from_rfc3339(&text)
            .map(|time| time.with_timezone(&Utc))
            .map_err(|_| {
                misused(format!(
                    "HALLCTL_NOW is `{text}`; write it as 2026-07-04T20:10:00Z"
                ))
            }),
        Err(_) => Ok(Utc::now()),
    }
}

/// The content of a file that nobody else may read.
fn read_secret(name: &str, path: &Path) -> Result<String> {
    let unread = |error: io::Error| {
        anyhow!(
            "could not read `{}` of {name}: {error}; \
             make it a file of mode 600 that belongs to the user who runs this",
            path.display()
        )
    };
    let mut file = File::open(path).map_err(unread)?;
    let mode = file.metadata().map_err(unread)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(misused(format!(
            "others may read `{}` of {name}; run `chmod 600 {0}`",
            path.display()
        )));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unread)?;
    Ok(text.trim().to_owned())
}

/// The home in this user's line of /etc/passwd, its last field but one.
fn passwd_home() -> Option<PathBuf> {
    let uid = rustix::process::getuid().as_raw().to_string();
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    let line = passwd
        .lines()
        .find(|line| line.split(':').nth(2) == Some(&uid))?;
    line.split(':')
        .nth(5)
        .filter(|home| home.starts_with('/'))
        .map(PathBuf::from)
}
