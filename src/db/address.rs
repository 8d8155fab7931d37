//! Where the database is: the URL, read once, its password never shown.

use super::Limits;
use crate::exit::misused;
use anyhow::Result;
use mysql::consts::CapabilityFlags;
use mysql::{LocalInfileHandler, Opts, OptsBuilder, SslOpts};
use std::fmt;
use std::io;
use std::time::Duration;

/// The parameters a URL may carry, as the error names them.
const KNOWN: &str = "socket, require_ssl, root_cert_path, cert_chain_path, priv_key_path, compress";

/// A database URL, understood. Its `Debug` and `Display` show host or socket and database only.
#[derive(Clone)]
pub struct Address {
    opts: Opts,
}

impl Address {
    /// Reads `mysql://user:password@host:port/database?socket=/path&require_ssl=true`.
    pub fn parse(url: &str) -> Result<Address> {
        let (rest, require_ssl) = without_require_ssl(url)?;
        // The driver's own words may quote the URL, and with it a misplaced password.
        let opts = Opts::from_url(&rest).map_err(|_| {
            misused(format!(
                "the database URL is not of the form `mysql://user:password@host:port/database`, special letters \
                 of the password as %XX, parameters {KNOWN}; correct HALLCTL_DATABASE_URL"
            ))
        })?;
        let ssl = opts.get_ssl_opts().cloned();
        let ssl = ssl.or_else(|| require_ssl.then(SslOpts::default));
        let opts = OptsBuilder::from_opts(opts).ssl_opts(ssl).into();
        let address = Address { opts };
        if address.database().is_empty() {
            return Err(misused(
                "the database URL names no database; write it as `mysql://host/hall`",
            ));
        }
        Ok(address)
    }

    pub fn database(&self) -> &str {
        self.opts.get_db_name().unwrap_or_default()
    }

    /// Host and port, or the socket.
    pub fn server(&self) -> String {
        match self.opts.get_socket() {
            Some(socket) => socket.to_owned(),
            None => format!(
                "{}:{}",
                self.opts.get_ip_or_hostname(),
                self.opts.get_tcp_port()
            ),
        }
    }

    /// The same server without choosing a database, to make one there.
    pub fn without_database(&self) -> Address {
        let opts = OptsBuilder::from_opts(self.opts.clone()).db_name(None::<String>);
        Address { opts: opts.into() }
    }

    /// The driver's options, bounded by `limits`.
    pub(super) fn opts(&self, limits: Limits) -> Opts {
        const WRITE: Duration = Duration::from_secs(30); // A packet the server takes no longer is lost.
        let refuse = LocalInfileHandler::new(|_, _| {
            Err(io::Error::other("hallctl never sends a local file"))
        });
        OptsBuilder::from_opts(self.opts.clone())
            // The driver would follow the socket path the server names, which may be another server's.
            .prefer_socket(false)
            .tcp_connect_timeout(Some(limits.connect))
            .read_timeout(Some(limits.read()))
            .write_timeout(Some(WRITE))
            .local_infile_handler(Some(refuse))
            // An update counts the rows it found, so that writing the same value twice counts alike.
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
            .into()
    }

    /// Host, port or socket, user and password for a client program, which the caller keeps secret.
    pub fn for_client(&self) -> Client<'_> {
        Client {
            socket: self.opts.get_socket(),
            host: self.opts.get_ip_or_hostname().into_owned(),
            port: self.opts.get_tcp_port(),
            user: self.opts.get_user(),
            password: self.opts.get_pass(),
            database: self.database(),
            tls: self.opts.get_ssl_opts().is_some(),
        }
    }
}

/// What a client program such as `mysql` needs to reach the same database.
pub struct Client<'a> {
    pub socket: Option<&'a str>,
    pub host: String,
    pub port: u16,
    pub user: Option<&'a str>,
    pub password: Option<&'a str>,
    pub database: &'a str,
    pub tls: bool,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.server())?;
        match self.database() {
            "" => Ok(()),
            database => write!(f, ", database `{database}`"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// The URL without `require_ssl`, which the driver does not know, and whether it was true.
fn without_require_ssl(url: &str) -> Result<(String, bool)> {
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), false));
    };
    let (ours, theirs): (Vec<&str>, Vec<&str>) = query
        .split('&')
        .partition(|pair| pair.starts_with("require_ssl="));
    let require_ssl = match ours
        .last()
        .map(|pair| pair.trim_start_matches("require_ssl="))
    {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            return Err(misused(
                "`require_ssl` in the database URL is true or false",
            ));
        }
    };
    Ok((format!("{base}?{}", theirs.join("&")), require_ssl))
}
