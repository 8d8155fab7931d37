//! `hallctl db`: start, stop and reach the private database server.

use crate::cli::DbCommand;
use crate::config;
use crate::db::server::{Means, Server, Started};
use crate::db::server_process;
use crate::db::{Address, Client, Db, Limits, code, migrate as schema};
use crate::exit::{Exit, misused};
use anyhow::{Context, Result, bail};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

pub fn run(command: DbCommand) -> Result<Exit> {
    match command {
        DbCommand::Start { user } => start(user.as_deref()),
        DbCommand::Stop => stop(),
        DbCommand::Url => url(),
        DbCommand::Shell => shell(&super::address_as_it_is()?),
        DbCommand::BecomeServer { record, words } => {
            server_process::become_server(&record, &words).map(|()| Exit::Failed)
        }
        DbCommand::GuardServer { home } => server_process::guard_server(&home).map(|()| Exit::Done),
    }
}

/// What the surroundings offer for starting a server.
pub(super) fn means(as_root: bool) -> Means {
    Means {
        program: config::server_binary(),
        path: config::path(),
        as_root,
        is_asked_for: false,
        is_throwaway: false,
    }
}

fn start(user: Option<&str>) -> Result<Exit> {
    if let Some(user) = user.filter(|user| *user != "root") {
        return Err(misused(format!(
            "`--user` takes `root` alone; to run the server as `{user}`, start it as that user: \
             `sudo -u {user} hallctl db start`"
        )));
    }
    let server = Server::at(&config::home()?);
    let means = Means {
        is_asked_for: true,
        ..means(user.is_some())
    };
    let (how, next) = match server.start(&means)? {
        Started::Already => ("was already running", ""),
        Started::Again => ("started", ""),
        Started::Anew => ("made and started", "; next: `hallctl migrate`"),
    };
    say!(
        "db: private server {how} in `{}`; it is used whenever HALLCTL_DATABASE_URL is not set{next}",
        server.home().display()
    );
    Ok(Exit::Done)
}

fn stop() -> Result<Exit> {
    let server = Server::at(&config::home()?);
    let how = if server.stop()? {
        "stopped"
    } else {
        "was not running"
    };
    say!("db: private server {how} in `{}`", server.home().display());
    Ok(Exit::Done)
}

fn url() -> Result<Exit> {
    let server = Server::at(&config::home()?);
    if !server.exists() {
        return Err(misused(format!(
            "there is no private server in `{}`; make one with `hallctl db start`",
            server.home().display()
        )));
    }
    say!("{}", server.url());
    Ok(Exit::Done)
}

/// Becomes the client program, which words any trouble but a missing database itself; the password travels
/// in its environment, where `ps` does not show it.
fn shell(address: &Address) -> Result<Exit> {
    if let Err(error) = Db::connect_within(address, Limits::QUICK)
        && code(&error) == Some(schema::NO_SUCH_DATABASE)
    {
        bail!(
            "database `{}` does not exist yet; run `hallctl migrate`",
            address.database()
        );
    }
    let client = address.for_client();
    for name in ["mariadb", "mysql"] {
        let error = shell_command(name, &client).exec();
        if error.kind() != io::ErrorKind::NotFound {
            return Err(error).with_context(|| format!("could not run `{name}`"));
        }
    }
    Err(misused(
        "found neither `mariadb` nor `mysql`; install a client (Debian, Ubuntu: `apt install mariadb-client-core`)",
    ))
}

fn shell_command(name: &str, client: &Client<'_>) -> Command {
    let mut command = Command::new(name);
    match client.socket {
        Some(socket) => command.args(["--protocol=socket", &format!("--socket={socket}")]),
        None => command.args([
            "--protocol=tcp",
            &format!("--host={}", client.host),
            &format!("--port={}", client.port),
        ]),
    };
    if let Some(user) = client.user {
        command.arg(format!("--user={user}"));
    }
    if let Some(password) = client.password {
        command.env("MYSQL_PWD", password);
    }
    if client.tls {
        command.arg("--ssl");
    }
    command.arg(client.database);
    command
}
