//! Where a server listens: at an address of a network, or at a socket in the file system.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Listen {
    /// Whether only this machine can reach it.
    pub fn is_at_home(&self) -> bool {
        match self {
            Listen::Tcp(address) => address.ip().is_loopback(),
            Listen::Unix(_) => true,
        }
    }

    /// What stands before a path in a URL.
    pub fn origin(&self) -> String {
        match self {
            Listen::Tcp(address) => format!("http://{address}"),
            Listen::Unix(path) => format!("http://unix:{}:", path.display()),
        }
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Listen, String> {
        let path = text.strip_prefix("unix:").map(PathBuf::from);
        let tcp = || text.parse().ok().map(Listen::Tcp);
        let unix = path.filter(|path| path.is_absolute()).map(Listen::Unix);
        unix.or_else(tcp).ok_or_else(|| {
            "write it as 127.0.0.1:5001, [::1]:5001 or unix:/run/hallctl/serve.sock".to_owned()
        })
    }
}

/// As nginx writes it too.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Tcp(address) => address.fmt(f),
            Listen::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
