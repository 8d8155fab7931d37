//! The processes round a private server: the one that becomes it, and the one that ends it after us.

use super::process;
use super::server::{Means, Server};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs::{self, DirBuilder};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A private server that ends with us, however we end, and leaves nothing behind.
#[derive(Debug)]
pub struct Throwaway {
    pub server: Server,
    guardian: Child,
}

impl Throwaway {
    /// Starts a server in `home`, which must not exist yet and is removed with it.
    pub fn start(home: &Path, means: &Means) -> Result<Throwaway> {
        // Made by us and by nobody else, for all in it is going to be removed.
        DirBuilder::new()
            .mode(0o700)
            .create(home)
            .with_context(|| format!("could not make `{}`", home.display()))?;
        let guardian = Command::new(env::current_exe().context("could not find this program")?)
            .args(["db", "guard-server"])
            .arg(home)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start the guardian of the server")?;
        // From here on a failure ends the guardian too, and with it whatever was started.
        let throwaway = Throwaway {
            server: Server::at(home),
            guardian,
        };
        let means = Means {
            is_throwaway: true,
            ..means.clone()
        };
        throwaway.server.start(&means)?;
        Ok(throwaway)
    }
}

impl Drop for Throwaway {
    /// Lets the guardian go to work and waits for it.
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        self.guardian.wait().ok();
    }
}

/// Waits until the process that holds our standard input has ended, then ends the server in `home`
/// and removes it. In a session of its own, so that a Ctrl-C for the other one does not end it first.
pub fn guard_server(home: &Path) -> Result<()> {
    rustix::process::setsid().context("could not begin a session")?;
    io::stdin().read_to_end(&mut Vec::new()).ok();
    Server::at(home).kill()?;
    fs::remove_dir_all(home).with_context(|| format!("could not remove `{}`", home.display()))
}

/// Turns this process into the server `words`: in a session of its own, so that no Ctrl-C meant for
/// us reaches it, and with its process number and start time on record before it begins.
pub fn become_server(record: &Path, words: &[String]) -> Result<()> {
    rustix::process::setsid().context("could not begin a session")?;
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let pid = std::process::id();
    let started = process::started(pid).context("could not read the start time of this process")?;
    fs::write(record, format!("{pid} {started}\n")).context("could not record the process")?;
    let [program, arguments @ ..] = words else {
        bail!("no server program is named");
    };
    // Our standard input is the lock under which we were started; the server lets go of it.
    let error = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .exec();
    Err(error).with_context(|| format!("could not run `{program}`"))
}
