//! The server program on this machine, and a data directory made by it.

use super::process;
use super::server::Means;
use crate::exit::misused;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server program and what it says it is.
#[derive(Clone, Debug)]
pub struct Program {
    pub path: PathBuf,
    pub kind: Kind,
}

/// The flavour and version a data directory belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    pub flavour: String,
    pub version: [u32; 3],
}

/// Where servers are installed beyond a cron job's PATH: Debian, Fedora, then Homebrew and MacPorts.
const DIRECTORIES: [&str; 12] = [
    "/usr/sbin",
    "/usr/libexec",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/local/mysql/bin",
    "/opt/homebrew/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/opt/homebrew/opt/mysql/bin",
    "/usr/local/opt/mariadb/bin",
    "/usr/local/opt/mysql/bin",
    "/opt/local/lib/mariadb/bin",
];

impl Program {
    /// The program HALLCTL_SERVER_BINARY names, or the first server found on this machine.
    pub fn find(means: &Means) -> Result<Program> {
        if let Some(path) = &means.program {
            return Program::at(path).map_err(|error| {
                misused(format!(
                    "could not use `{}`, which HALLCTL_SERVER_BINARY names: {error:#}",
                    path.display()
                ))
            });
        }
        let path = find(&means.path, &["mariadbd", "mysqld"]).ok_or_else(|| {
            misused(
                "found no MariaDB or MySQL server on this machine; install one \
                 (Debian, Ubuntu: `apt install mariadb-server-core mariadb-client-core`; \
                 Fedora: `dnf install mariadb-server`; \
                 macOS: `brew install mariadb`), name one in HALLCTL_SERVER_BINARY, \
                 or set HALLCTL_DATABASE_URL to a server elsewhere",
            )
        })?;
        Program::at(&path)
    }

    fn at(path: &Path) -> Result<Program> {
        let mut command = Command::new(path);
        if !is_script(path) {
            command.arg("--no-defaults");
        }
        let output = command
            .arg("--version")
            .output()
            .context("could not run it")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let kind = Kind::read(&text)
            .with_context(|| format!("`{} --version` does not name a version", path.display()))?;
        Ok(Program {
            path: path.to_owned(),
            kind,
        })
    }

    /// A command of this program, reading no configuration of the machine. A script is a wrapper that
    /// passes `--no-defaults` itself, for it has to come first and once.
    pub fn command(&self, as_root: bool) -> Vec<String> {
        let mut words = vec![self.path.display().to_string()];
        if !is_script(&self.path) {
            words.push("--no-defaults".to_owned());
        }
        if as_root {
            words.push("--user=root".to_owned());
        }
        words
    }

    /// Makes a fresh data directory in `directory`, whose `root` has no password: only its owner reaches
    /// the socket. The work holds `lock` for as long as it lasts, even where it outlives us.
    pub fn make_data(&self, directory: &Path, as_root: bool, lock: &File) -> Result<()> {
        let log = directory.join("log");
        let temporary = directory.join("tmp");
        make_private(&temporary)?;
        let mut command = if self.kind.flavour == "MariaDB" {
            let script = self.install_script()?;
            let mut command = Command::new(script);
            command.args([
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ]);
            // A machine that cannot look up its own name can still serve a socket: hence the force.
            command.args([
                "--force",
                "--skip-name-resolve",
                "--innodb-log-file-size=16M",
                "--innodb-flush-log-at-trx-commit=0",
            ]);
            if as_root {
                // For the server alone: at `--user` the script changes owners in the system's plugin directory.
                command.arg("-uroot");
            }
            command
        } else {
            let words = self.command(as_root);
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).arg("--initialize-insecure");
            command
        };
        let file = private_file(&log).context("could not write the log")?;
        let status = command
            .arg(format!("--datadir={}", directory.join("data").display()))
            .arg(format!("--tmpdir={}", temporary.display()))
            .stdin(lock.try_clone()?)
            .stdout(file.try_clone()?)
            .stderr(file)
            .status()
            .with_context(|| format!("could not run `{}`", command.get_program().display()))?;
        if !status.success() {
            bail!("could not make a data directory: {}", reason(&log));
        }
        Ok(())
    }

    /// The script that comes with this program, beside it or in the usual places.
    fn install_script(&self) -> Result<PathBuf> {
        let beside = self.path.parent().unwrap_or(Path::new("/"));
        ["../bin", "../scripts", "."]
            .iter()
            .map(|directory| beside.join(directory).join("mariadb-install-db"))
            .find(|path| path.is_file())
            .or_else(|| find(&[], &["mariadb-install-db", "mysql_install_db"]))
            .ok_or_else(|| {
                misused(
                    "found a MariaDB server but not `mariadb-install-db`; \
                     install it (Debian, Ubuntu: `apt install mariadb-server-core mariadb-client-core`)",
                )
            })
    }
}

impl Kind {
    /// Reads `mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64`.
    fn read(text: &str) -> Option<Kind> {
        let version = text.split_once("Ver ")?.1.split_whitespace().next()?;
        let mut numbers = version
            .split(|c: char| !c.is_ascii_digit())
            .map(str::parse::<u32>);
        let mut next = || numbers.next()?.ok();
        let flavour = if text.contains("MariaDB") {
            "MariaDB"
        } else {
            "MySQL"
        };
        Some(Kind {
            flavour: flavour.to_owned(),
            version: [next()?, next()?, next()?],
        })
    }

    /// Refuses to open the data of another flavour, or of a later version.
    pub fn check_opens(&self, data: &Kind) -> Result<()> {
        if self.flavour != data.flavour || self.version < data.version {
            bail!(
                "the private server's data belongs to {data}, and this machine has {self}; \
                 install {} {}.{} or later, or name it in HALLCTL_SERVER_BINARY",
                data.flavour,
                data.version[0],
                data.version[1],
            );
        }
        Ok(())
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.version;
        write!(f, "{} {major}.{minor}.{patch}", self.flavour)
    }
}

/// What the log says before each start.
pub const START: &str = "hallctl starts the server\n";

/// A file only its owner may read, opened for appending.
pub fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}

/// Makes a directory only its owner may enter, with its parents.
pub fn make_private(path: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("could not make `{}`", path.display()))
}

/// The first complaint of a server's last start, and what to do where AppArmor is behind it.
pub fn reason(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let text = text.rsplit(START).next().unwrap_or_default();
    let complaint = |line: &&str| {
        let line = line.to_lowercase();
        ["error:", "[error]", "fatal", "denied"]
            .iter()
            .any(|word| line.contains(word))
    };
    let line = text.lines().find(complaint).or(text.lines().last());
    let line = line.unwrap_or("the server said nothing").trim();
    let profiles = fs::read_to_string("/sys/kernel/security/apparmor/profiles").unwrap_or_default();
    let confined = profiles.contains("mysqld") || profiles.contains("mariadbd");
    if confined && (text.contains("ermission denied") || text.contains("rrcode: 13")) {
        return format!(
            "{line}; AppArmor lets the server write under /var/lib/mysql only; \
             lift that with `sudo aa-disable /usr/sbin/mysqld` (package `apparmor-utils`)"
        );
    }
    format!("{line}; see `{}`", log.display())
}

/// Whether this process runs as root in a container, where there is no one else to be.
pub fn in_container() -> bool {
    let marks = [
        "/.dockerenv",
        "/run/.containerenv",
        "/run/systemd/container",
    ];
    let cgroup = fs::read_to_string("/proc/1/cgroup").unwrap_or_default();
    marks.iter().any(|mark| Path::new(mark).exists())
        || ["docker", "kubepods", "lxc"]
            .iter()
            .any(|word| cgroup.contains(word))
}

fn find(path: &[PathBuf], names: &[&str]) -> Option<PathBuf> {
    let directories: Vec<PathBuf> = path
        .iter()
        .cloned()
        .chain(DIRECTORIES.iter().map(PathBuf::from))
        .collect();
    names
        .iter()
        .flat_map(|name| {
            directories
                .iter()
                .map(move |directory| directory.join(name))
        })
        .find(|path| path.is_file())
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && &start == b"#!"
}

/// Whether the process recorded as `pid` and `started` still runs on `data`.
pub fn is_running(pid: u32, started: &str, data: &Path) -> bool {
    process::started(pid).as_deref() == Some(started)
        && process::has_argument(pid, &format!("--datadir={}", data.display()))
}
