//! Server-sent events, read while they come. A browser has its own reader (`EventSource`).

use domain::id::MessageId;
use domain::news::Live;

use crate::transport::network;
use crate::{Error, transport};

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Where to go on from after a lost connection ([`Client::stream`]), when the event says so.
    pub id: Option<MessageId>,
    /// What happened.
    pub live: Live,
}

/// The events of the signed-in person, for as long as the connection lasts.
#[derive(Debug)]
pub struct Stream {
    answer: reqwest::Response,
    /// What has come of lines that are not whole yet.
    rest: Vec<u8>,
    id: Option<MessageId>,
    data: String,
}

impl Stream {
    pub(crate) fn new(answer: reqwest::Response) -> Self {
        Self { answer, rest: Vec::new(), id: None, data: String::new() }
    }

    /// The next event; none when the server has closed the stream.
    ///
    /// # Errors
    /// When the connection is lost, or what comes is no event of ours.
    pub async fn next(&mut self) -> Result<Option<Heard>, Error> {
        loop {
            while let Some(end) = self.rest.iter().position(|&b| b == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                if let Some(heard) = self.line(line.trim_end_matches(['\r', '\n']))? {
                    return Ok(Some(heard));
                }
            }
            match self.answer.chunk().await.map_err(network)? {
                Some(more) => self.rest.extend_from_slice(&more),
                None => return Ok(None),
            }
        }
    }

    /// Takes in one line; an empty one ends an event. Comments, names and pauses say nothing that the data does not.
    fn line(&mut self, line: &str) -> Result<Option<Heard>, Error> {
        if let Some(data) = line.strip_prefix("data: ") {
            self.data.push_str(data);
        } else if let Some(id) = line.strip_prefix("id: ") {
            self.id = id.parse().ok();
        } else if line.is_empty() && !self.data.is_empty() {
            let (id, data) = (self.id.take(), std::mem::take(&mut self.data));
            let live = transport::parse(&data).ok_or(Error::Unexpected { status: 200, body: data })?;
            return Ok(Some(Heard { id, live }));
        }
        Ok(None)
    }
}
