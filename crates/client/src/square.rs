//! The square, the search, the news.

use domain::circle::Circle;
use domain::news::{NewsView, ReadNews, Unread};
use domain::page::Page;
use domain::square::{PostKind, PostView};

use crate::{Client, Error, Request};

/// Which posts of the square to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SquareFilter {
    /// How far to look.
    pub circle: Option<Circle>,
    /// Only these.
    pub kind: Option<PostKind>,
    /// Only those with these words, the newest first.
    pub words: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    pub limit: Option<u16>,
}

/// What may stand in a query as it is (RFC 3986, unreserved); all else as its bytes in UTF-8.
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

impl SquareFilter {
    fn query(&self) -> String {
        let Self { circle, kind, words, after, limit } = self;
        let parts = [
            circle.map(|c| format!("circle={}", c.as_str())),
            kind.map(|k| format!("kind={}", k.as_str())),
            words.as_ref().map(|w| format!("q={}", escape(w))),
            after.as_ref().map(|a| format!("after={}", escape(a))),
            limit.map(|n| format!("limit={n}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("&")
    }
}

impl Client {
    /// `GET /square`: what is new around me, newest first.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn get_square(&self, filter: &SquareFilter) -> Result<Page<PostView>, Error> {
        self.call(Request::get(format!("/api/v1/square?{}", filter.query()))).await
    }

    /// `GET /search`: what I may see with these words, the best first. `words` of the filter are what is looked for.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn search(&self, filter: &SquareFilter) -> Result<Page<PostView>, Error> {
        self.call(Request::get(format!("/api/v1/search?{}", filter.query()))).await
    }

    /// `GET /news`: what concerns me, one line for each thing, or date of an event, newest first.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn list_news(&self, after: Option<&str>) -> Result<Page<NewsView>, Error> {
        self.call(Request::get(format!(
            "/api/v1/news?{}",
            after.map(|a| format!("after={}", escape(a))).unwrap_or_default()
        )))
        .await
    }

    /// `GET /news/unread`: how much is not read yet.
    ///
    /// # Errors
    /// None of its own.
    pub async fn get_unread(&self) -> Result<Unread, Error> {
        self.call(Request::get("/api/v1/news/unread")).await
    }

    /// `POST /news/read`: I have seen these lines, the news of a thing, or all there is. Messages stay unread.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn read_news(&self, read: &ReadNews) -> Result<(), Error> {
        self.call(Request::post("/api/v1/news/read").json(read)).await
    }
}
