//! One request after the other, with its body: what the preparation of a measurement needs.

use std::borrow::Cow;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::response::Head;

const PATIENCE: Duration = Duration::from_secs(30);

/// A whole request for `path`. Without `token` it is a stranger's.
pub fn request(path: &str, token: Option<&str>, extra: &str) -> Vec<u8> {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}{extra}\r\n").into_bytes()
}

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects to a server.
    pub fn open(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server).context("cannot reach the server")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends one request and gives status and body.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is no HTTP/1.1 with a known length.
    pub fn send(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.stream.write_all(request).context("cannot send to the server")?;
        self.buffer.clear();
        let mut piece = [0; 16 * 1024];
        loop {
            let bytes = self.stream.read(&mut piece).context("cannot read from the server")?;
            ensure!(bytes > 0, "the server closed the connection");
            self.buffer.extend_from_slice(&piece[..bytes]);
            if let Some(head) = Head::read(&self.buffer)?
                && self.buffer.len() >= head.total()
            {
                return Ok((head.status, self.buffer.split_off(head.head)));
            }
        }
    }

    /// The head of the last answer.
    pub fn head(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.buffer)
    }
}
