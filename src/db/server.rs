//! The private server: MariaDB or MySQL on a unix socket of its own, reached by its owner alone.

use super::server_files::{self, Kind, Program, START, make_private, private_file, reason};
use super::{Address, Limits, process, session};
use crate::exit::misused;
use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{FlockOperation, flock};
use rustix::process::{Signal, geteuid};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// A private server living in a directory, running or not, made or not.
#[derive(Clone, Debug)]
pub struct Server {
    home: PathBuf,
}

/// What `start` needs to know of its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Means {
    /// `HALLCTL_SERVER_BINARY`: the server program to use.
    pub program: Option<PathBuf>,
    /// `PATH`: where to look for one otherwise, before the usual places.
    pub path: Vec<PathBuf>,
    /// Whether the person asked for a server running as root.
    pub as_root: bool,
    /// Whether a person asked for this start, so that it ends what `db stop` began.
    pub is_asked_for: bool,
    /// Whether nobody will miss the data, so that no commit waits for the disk.
    pub is_throwaway: bool,
}

/// How `start` found the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It was running already.
    Already,
    /// It was started on the data it had.
    Again,
    /// Its data directory was made first.
    Anew,
}

/// The database hallctl uses on its private server.
const DATABASE: &str = "hall";

const READY_SECONDS: u64 = 60; // Recovery after a crash reads the log once.
const STOP_SECONDS: u64 = 60; // A clean shutdown writes the changed pages.
const LOCK_SECONDS: u64 = 120; // Making a data directory on a slow disk, twice.
const SOCKET_BYTES: usize = 103; // What every kernel takes, with the byte that ends it.
const LOG_BYTES: u64 = 5_000_000; // A log that grew past this is put aside at the next start.
const POLL: Duration = Duration::from_millis(15); // Far below what a person notices.

impl Server {
    pub fn at(home: &Path) -> Server {
        Server {
            home: home.to_owned(),
        }
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Whether its data directory has been made.
    pub fn exists(&self) -> bool {
        self.data().is_dir()
    }

    /// Whether it runs just now.
    pub fn is_running(&self) -> bool {
        self.pid().is_some()
    }

    pub fn url(&self) -> String {
        let socket = self.socket().display().to_string();
        let escaped: String = socket.bytes().map(escape).collect();
        format!("mysql://root@localhost/{DATABASE}?socket={escaped}")
    }

    /// Starts it where it does not run, making its data directory the first time. Safe to call at
    /// once from several processes: one does the work, the others wait for it.
    pub fn start(&self, means: &Means) -> Result<Started> {
        let bytes = self.socket().as_os_str().len();
        if bytes > SOCKET_BYTES {
            return Err(misused(format!(
                "the socket path `{}` is {bytes} bytes long, and the system takes {SOCKET_BYTES}; \
                 set HALLCTL_HOME to a shorter path",
                self.socket().display()
            )));
        }
        make_private(&self.home)?;
        let lock = self.lock()?;
        if self.is_running() {
            self.wait_until_ready(None)?;
            return Ok(Started::Already);
        }
        let is_stopped = self.stop_mark().exists();
        ensure!(!is_stopped || means.is_asked_for, self.stopped());
        let as_root = geteuid().is_root();
        let may_be_root = means.as_root || self.exists() || server_files::in_container();
        if as_root && !may_be_root {
            return Err(misused(
                "a database server should not run as root; start it as another user, \
                 or insist with `hallctl db start --user root`",
            ));
        }
        let program = Program::find(means)?;
        let started = if self.exists() {
            program.kind.check_opens(&self.kind()?)?;
            Started::Again
        } else {
            self.make(&program, as_root, &lock)?;
            Started::Anew
        };
        self.note_kind(&self.directory(), &program.kind)?;
        let child = self.spawn(&program, as_root, means.is_throwaway, lock.try_clone()?)?;
        self.wait_until_ready(Some(child))?;
        if is_stopped {
            fs::remove_file(self.stop_mark()).context("could not remove the mark of `db stop`")?;
        }
        Ok(started)
    }

    /// What is said to who needs it while it does not run.
    pub fn stopped(&self) -> String {
        let home = self.home.display();
        format!("the private server in `{home}` is stopped; run `hallctl db start`")
    }

    /// Stops it, and keeps jobs from starting it again; false where it did not run.
    pub fn stop(&self) -> Result<bool> {
        self.end(Signal::TERM)
    }

    /// Ends it at once, without a care for its data; false where it did not run.
    pub(super) fn kill(&self) -> Result<bool> {
        self.end(Signal::KILL)
    }

    fn end(&self, signal: Signal) -> Result<bool> {
        if !self.home.join("lock").exists() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        if signal == Signal::TERM && self.exists() {
            private_file(&self.stop_mark()).context("could not leave the mark of `db stop`")?;
        }
        let Some(pid) = self.pid() else {
            return Ok(false);
        };
        if signal == Signal::TERM {
            // Whoever started it may have died before it was ready, and a MariaDB asked to stop while it
            // starts can hang for ever.
            self.wait_until_ready(None).ok();
        }
        process::signal(pid, signal);
        let end = Instant::now() + Duration::from_secs(STOP_SECONDS);
        while self.is_running() {
            ensure!(
                Instant::now() < end,
                "process {pid} of the private server did not stop within {STOP_SECONDS} s; see `{}`",
                self.log().display()
            );
            thread::sleep(POLL);
        }
        fs::remove_file(self.record()).context("could not remove the record of the process")?;
        Ok(true)
    }

    fn directory(&self) -> PathBuf {
        self.home.join("server")
    }

    fn data(&self) -> PathBuf {
        self.directory().join("data")
    }

    fn socket(&self) -> PathBuf {
        self.directory().join("socket")
    }

    /// Stands while the server is stopped because a person said so.
    fn stop_mark(&self) -> PathBuf {
        self.directory().join("stopped")
    }

    fn log(&self) -> PathBuf {
        self.directory().join("log")
    }

    /// Process number and start time of the server, written by the process itself before it becomes one.
    fn record(&self) -> PathBuf {
        self.directory().join("process")
    }

    /// The running server's process; a number that went to another process is not it.
    fn pid(&self) -> Option<u32> {
        let record = fs::read_to_string(self.record()).ok()?;
        let (pid, started) = record.trim().split_once(' ')?;
        let pid = pid.parse().ok()?;
        server_files::is_running(pid, started, &self.data()).then_some(pid)
    }

    /// Held while a server is made, started or stopped. Those who make it hold it too, as their standard
    /// input, so that one of them who outlives us is waited for.
    fn lock(&self) -> Result<File> {
        let path = self.home.join("lock");
        let file =
            private_file(&path).with_context(|| format!("could not open `{}`", path.display()))?;
        let end = Instant::now() + Duration::from_secs(LOCK_SECONDS);
        while let Err(error) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
            let error = io::Error::from(error);
            ensure!(
                error.kind() == io::ErrorKind::WouldBlock && Instant::now() < end,
                "could not lock `{}`: {error}; another hallctl may be starting the private server",
                path.display()
            );
            thread::sleep(POLL);
        }
        Ok(file)
    }

    fn kind(&self) -> Result<Kind> {
        let path = self.directory().join("kind.json");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("could not read `{}`", path.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("could not understand `{}`", path.display()))
    }

    fn note_kind(&self, directory: &Path, kind: &Kind) -> Result<()> {
        let path = directory.join("kind.json");
        fs::write(&path, serde_json::to_string(kind)?)
            .with_context(|| format!("could not write `{}`", path.display()))
    }

    /// Makes the directory beside and renames it when whole, so that a half-made one is never used.
    fn make(&self, program: &Program, as_root: bool, lock: &File) -> Result<()> {
        let tmp = self.home.join("server.tmp");
        if tmp.exists() {
            fs::remove_dir_all(&tmp)
                .with_context(|| format!("could not remove `{}`", tmp.display()))?;
        }
        make_private(&tmp)?;
        program.make_data(&tmp, as_root, lock)?;
        self.note_kind(&tmp, &program.kind)?;
        fs::rename(&tmp, self.directory())
            .with_context(|| format!("could not rename `{}`", tmp.display()))
    }

    fn spawn(
        &self,
        program: &Program,
        as_root: bool,
        is_throwaway: bool,
        lock: File,
    ) -> Result<Child> {
        // Left by a server that was killed: MySQL would take their process number for a living one.
        for left in ["socket", "socket.lock", "pid"] {
            fs::remove_file(self.directory().join(left)).ok();
        }
        let log = self.log();
        if fs::metadata(&log).is_ok_and(|meta| meta.len() > LOG_BYTES) {
            fs::rename(&log, self.directory().join("log.1"))
                .context("could not put the log aside")?;
        }
        let mut file = private_file(&log).context("could not open the log")?;
        file.write_all(START.as_bytes())
            .context("could not write the log")?;
        Command::new(std::env::current_exe().context("could not find this program")?)
            .args(["db", "become-server"])
            .arg(self.record())
            .arg("--")
            .args(program.command(as_root))
            .args(self.options(&program.kind, is_throwaway))
            .env_clear()
            .current_dir(self.directory())
            .stdin(lock)
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("could not start the private server")
    }

    fn options(&self, kind: &Kind, is_throwaway: bool) -> Vec<String> {
        let flush = if is_throwaway { 0 } else { 1 };
        let mut options = vec![
            format!("--innodb-flush-log-at-trx-commit={flush}"),
            format!("--datadir={}", self.data().display()),
            format!("--socket={}", self.socket().display()),
            format!("--pid-file={}", self.directory().join("pid").display()),
            // A server that starts removes what others keep in a directory they share.
            format!("--tmpdir={}", self.directory().join("tmp").display()),
        ];
        let common = [
            "--skip-networking",
            "--local-infile=0",
            "--innodb-buffer-pool-size=256M",
            "--character-set-server=utf8mb4",
            "--skip-log-bin",
        ];
        let own: &[&str] = match kind.flavour.as_str() {
            "MariaDB" => &["--innodb-log-file-size=96M"],
            _ => &["--mysqlx=OFF", "--secure-file-priv="],
        };
        options.extend(common.iter().chain(own).map(|option| (*option).to_owned()));
        options
    }

    fn wait_until_ready(&self, mut child: Option<Child>) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(READY_SECONDS);
        let address = Address::parse(&self.url())?.without_database();
        loop {
            let Err(error) = session::open(&address, Limits::QUICK) else {
                break;
            };
            ensure!(
                Instant::now() < end,
                "the private server was not ready within {READY_SECONDS} s: {error:#}; see `{}`",
                self.log().display()
            );
            let ended = match &mut child {
                Some(child) => child.try_wait()?.is_some(),
                None => !self.is_running(),
            };
            if ended {
                bail!("the private server did not start: {}", reason(&self.log()));
            }
            thread::sleep(POLL);
        }
        fs::set_permissions(self.socket(), fs::Permissions::from_mode(0o700))
            .context("could not make the socket private")
    }
}

fn escape(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}
