//! A MariaDB server of the benchmark's own, with the settings of a server of 8 GB that has the database to itself.

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Durable at every commit, as the defaults are; half of the memory is buffer pool. `userstat` counts what each user costs.
pub const SETTINGS: [&str; 7] = [
    "--innodb-buffer-pool-size=4G",
    "--innodb-log-file-size=1G",
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-flush-method=O_DIRECT",
    "--tmp-table-size=64M",
    "--max-heap-table-size=64M",
    "--userstat=ON",
];

pub struct Server {
    directory: PathBuf,
    process: Child,
}

impl Server {
    /// Starts a server on the data in `directory`, made there unless it exists.
    pub fn start(directory: &Path) -> Server {
        let data = directory.join("data");
        let file = |name| File::create(directory.join(name)).expect("the server has a log");
        if !data.exists() {
            fs::create_dir_all(&data).expect("the server gets a directory");
            let made = Command::new("mariadb-install-db")
                .args([
                    "--no-defaults",
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--force",
                    "--user=root",
                ])
                .arg(format!("--datadir={}", data.display()))
                .stdout(file("install.log"))
                .stderr(file("install.err"))
                .status();
            assert!(made.expect("mariadb-install-db runs").success());
        }
        let process = Command::new("mariadbd")
            .args(["--no-defaults", "--user=root", "--skip-networking"])
            .args(SETTINGS)
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", socket(directory).display()))
            .stdin(Stdio::null())
            .stdout(file("server.log"))
            .stderr(file("server.err"))
            .spawn()
            .expect("mariadbd starts");
        let server = Server {
            directory: directory.to_owned(),
            process,
        };
        let end = Instant::now() + Duration::from_secs(60);
        while let Err(error) = server.connect("") {
            assert!(Instant::now() < end, "the server does not answer: {error}");
            thread::sleep(Duration::from_millis(100));
        }
        server
    }

    pub fn socket(&self) -> PathBuf {
        socket(&self.directory)
    }

    pub fn connect(&self, database: &str) -> mysql::Result<Conn> {
        self.connect_as("root", database)
    }

    pub fn connect_as(&self, user: &str, database: &str) -> mysql::Result<Conn> {
        let opts = OptsBuilder::default()
            .socket(Some(self.socket().display().to_string()))
            .user(Some(user))
            .db_name(Some(database).filter(|name| !name.is_empty()))
            .prefer_socket(false);
        let mut conn = Conn::new(opts)?;
        conn.query_drop("set time_zone = '+00:00'")?;
        conn.query_drop("set session transaction isolation level read committed")?;
        Ok(conn)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(mut conn) = self.connect("") {
            conn.query_drop("shutdown").ok();
        }
        self.process.wait().ok();
    }
}

fn socket(directory: &Path) -> PathBuf {
    directory.join("socket")
}
