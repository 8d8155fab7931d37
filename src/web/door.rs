//! The door: where clients come in, with the limits that their connections inherit.

use crate::model::listen::Listen;
use rustix::fs::{FlockOperation, flock};
use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tiny_http::Listener;

/// A client that says nothing for so long, in the middle of a request or between two, is hung up on.
const SILENCE: Duration = Duration::from_secs(15);

/// A client that takes nothing of its answer for so long is hung up on.
const UNREAD: Duration = Duration::from_secs(3);

/// So much of an answer may wait in the kernel for its client: more than any answer that is usual.
const SENT_AHEAD: usize = 256 << 10;

/// So many may connect at once before anyone is accepted.
const BACKLOG: i32 = 1024;

/// Who runs us, and those of our group: the HTTP server in front.
const MODE: u32 = 0o660;

pub struct Door {
    pub at: Listen,
    pub(super) listener: Listener,
    pub(super) file: Option<SocketFile>,
}

/// The file of a socket, as long as we listen there.
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

impl Door {
    pub fn open(at: &Listen) -> io::Result<Door> {
        match at {
            Listen::Tcp(address) => tcp(*address),
            Listen::Unix(path) => unix(path),
        }
    }
}

/// A listener whose connections have their limits from the first one on, which may come before this returns: they
/// inherit them. The first limit counts for accepting too, which the pump keeps awake.
fn tcp(address: SocketAddr) -> io::Result<Door> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_read_timeout(Some(SILENCE))?;
    socket.set_tcp_user_timeout(Some(UNREAD))?;
    socket.set_send_buffer_size(SENT_AHEAD)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    let listener: TcpListener = socket.into();
    Ok(Door {
        at: Listen::Tcp(listener.local_addr()?),
        listener: listener.into(),
        file: None,
    })
}

/// Of a socket file nothing is inherited: who may open it is trusted to speak and to read.
fn unix(path: &Path) -> io::Result<Door> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // Two who begin at once would each take away the other's file.
    let directory = File::open(path.parent().unwrap_or(path))?;
    flock(&directory, FlockOperation::LockExclusive)?;
    clear(path)?;
    socket.bind(&SockAddr::unix(path)?)?;
    let file = Some(SocketFile(path.to_owned()));
    // Before anyone can connect.
    fs::set_permissions(path, Permissions::from_mode(MODE))?;
    socket.listen(BACKLOG)?;
    Ok(Door {
        at: Listen::Unix(path.to_owned()),
        listener: UnixListener::from(socket).into(),
        file,
    })
}

/// Takes away the socket file of a process that is dead.
fn clear(path: &Path) -> io::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    let taken = |said| Err(io::Error::new(ErrorKind::AddrInUse, said));
    if !found.file_type().is_socket() {
        return taken("there is a file that is not a socket");
    }
    match knock_at_file(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        _ => taken("another process listens there"),
    }
}

/// A connection that ends at once.
pub fn knock(at: &Listen) {
    match at {
        Listen::Tcp(address) => {
            let stream = TcpStream::connect_timeout(address, Duration::from_millis(100));
            // Without a trace in TIME_WAIT.
            if let Ok(stream) = stream {
                SockRef::from(&stream).set_linger(Some(Duration::ZERO)).ok();
            }
        }
        Listen::Unix(path) => drop(knock_at_file(path)),
    }
}

/// Does not wait where too many do.
fn knock_at_file(path: &Path) -> io::Result<()> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.connect(&SockAddr::unix(path)?)
}
