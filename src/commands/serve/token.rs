//! The secret of a server, which who asks for a private view must send.

use sha2::{Digest, Sha256};

/// A secret, kept as its digest: comparing two digests tells a guesser nothing by how long it takes.
pub struct Token([u8; 32]);

impl Token {
    pub fn new(secret: String) -> Token {
        Token(Sha256::digest(secret.as_bytes()).into())
    }

    pub fn is(&self, given: Option<&str>) -> bool {
        given.is_some_and(|given| Sha256::digest(given.as_bytes())[..] == self.0)
    }
}
