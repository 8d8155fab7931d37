//! The demo's house: a directory and a database server that go when the demo goes, however it goes.

use super::super::db::means;
use crate::db::{Throwaway, random};
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::env;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub struct House {
    directory: PathBuf,
    program: PathBuf,
    /// Set by Ctrl-C and by SIGTERM.
    is_over: Arc<AtomicBool>,
    serving: Option<Child>,
    throwaway: Throwaway,
}

/// How often a waiting demo looks up.
const GLANCE: Duration = Duration::from_millis(50);

/// A child that was asked to stop gets this long before it is killed.
const FAREWELL: Duration = Duration::from_secs(6);

impl House {
    /// Makes the directory and starts the server in it.
    pub fn build() -> Result<House> {
        let program = env::current_exe().context("could not find this program itself")?;
        let is_over = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&is_over))?;
        }
        let name = format!("hallctl-demo-{:08x}", random() as u32);
        let directory = env::temp_dir().join(name);
        // Throw-away data behind a socket of our own: nothing is lost by running it as whoever we are.
        let throwaway = Throwaway::start(&directory, &means(true))?;
        Ok(House {
            directory,
            program,
            is_over,
            serving: None,
            throwaway,
        })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub fn url(&self) -> String {
        self.throwaway.server.url()
    }

    /// Whether Ctrl-C or SIGTERM has asked the demo to end.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Shows a command and runs it to its end; what it says is the demo's to show.
    pub fn hallctl(&mut self, words: &[&str]) -> Result<()> {
        if self.is_over() {
            return Ok(());
        }
        say!("\n$ hallctl {}", words.join(" "));
        let mut command = self.command(words);
        let mut child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start `hallctl {}`", words.join(" ")))?;
        loop {
            if let Some(status) = child.try_wait()? {
                // Ctrl-C reaches the child too; `status` warns with its exit status, which is no failure here.
                if status.success() || self.is_over() || words[0] == "status" {
                    return Ok(());
                }
                bail!("`hallctl {}` ended with {status}", words.join(" "));
            }
            if self.is_over() {
                return stop(&mut child);
            }
            thread::sleep(GLANCE);
        }
    }

    /// Starts serving; it ends with us, even when we are killed, because its standard input does.
    pub fn serve(&mut self, listen: &str) -> Result<()> {
        let words = ["serve", "--listen", listen];
        say!("\n$ hallctl {}", words.join(" "));
        let mut command = self.command(&words);
        command.arg("--until-stdin-ends").stdin(Stdio::piped());
        self.serving = Some(command.spawn().context("could not start `hallctl serve`")?);
        Ok(())
    }

    /// Waits a moment; false when the demo is to end.
    pub fn rest(&mut self) -> Result<bool> {
        thread::sleep(GLANCE);
        if let Some(serving) = &mut self.serving
            && let Some(status) = serving.try_wait()?
            && !self.is_over()
        {
            self.serving = None;
            bail!("`hallctl serve` ended with {status}");
        }
        Ok(!self.is_over())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .env("HALLCTL_DATABASE_URL", self.url())
            .env("HALLCTL_HOME", &self.directory)
            .env_remove("HALLCTL_DATABASE_URL_FILE");
        command
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(serving) = &mut self.serving {
            stop(serving).ok();
        }
    }
}

/// Asks a child to stop and waits for it, for a while.
fn stop(child: &mut Child) -> Result<()> {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        kill_process(pid, Signal::TERM).ok();
    }
    let end = Instant::now() + FAREWELL;
    while child.try_wait()?.is_none() {
        if Instant::now() > end {
            child.kill()?;
        }
        thread::sleep(GLANCE);
    }
    Ok(())
}
