//! Notices and their photos.

use domain::id::NoticeId;
use domain::notice::{EditNotice, NewNotice, NoticeView, PhotoSize};
use domain::page::Page;

use crate::{Client, Error, Request};

impl Client {
    /// `GET /notices`: my own, in whatever state, newest first. Those of others stand on the square.
    ///
    /// # Errors
    /// `invalid`.
    pub async fn list_notices(&self, after: Option<NoticeId>, limit: Option<u16>) -> Result<Page<NoticeView>, Error> {
        let after = after.map(|id| format!("after={id}"));
        let limit = limit.map(|n| format!("limit={n}"));
        let query: Vec<String> = after.into_iter().chain(limit).collect();
        self.call(Request::get(format!("/api/v1/notices?{}", query.join("&")))).await
    }

    /// `POST /notices`.
    ///
    /// # Errors
    /// `invalid`, `idempotency_key_reused`.
    pub async fn create_notice(&self, new: &NewNotice, key: &str) -> Result<NoticeView, Error> {
        self.call(Request::post("/api/v1/notices").json(new).idempotency_key(key)).await
    }

    /// `GET /notices/{id}`: one that reaches me, or my own.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_notice(&self, id: NoticeId) -> Result<NoticeView, Error> {
        self.call(Request::get(format!("/api/v1/notices/{id}"))).await
    }

    /// `PATCH /notices/{id}`.
    ///
    /// # Errors
    /// `precondition_failed`, `not_now`, `not_yours`, `not_found`, `invalid`.
    pub async fn edit_notice(&self, id: NoticeId, version: u32, edit: &EditNotice) -> Result<NoticeView, Error> {
        self.call(Request::new(crate::Method::Patch, format!("/api/v1/notices/{id}")).json(edit).if_match(version))
            .await
    }

    /// `DELETE /notices/{id}`: takes it down.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn withdraw_notice(&self, id: NoticeId) -> Result<NoticeView, Error> {
        self.call(Request::new(crate::Method::Delete, format!("/api/v1/notices/{id}"))).await
    }

    /// `POST /notices/{id}/resolve`: found, answered, mended.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn resolve_notice(&self, id: NoticeId) -> Result<NoticeView, Error> {
        self.call(Request::post(format!("/api/v1/notices/{id}/resolve"))).await
    }

    /// `POST /notices/{id}/renew`: still.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`; `stale` when it was changed at the same moment.
    pub async fn renew_notice(&self, id: NoticeId) -> Result<NoticeView, Error> {
        self.call(Request::post(format!("/api/v1/notices/{id}/renew"))).await
    }

    /// `GET /notices/{id}/alike`: what was found near what I have lost, or the other way round; at most ten, the closest first.
    ///
    /// # Errors
    /// `not_found` when the notice is not mine.
    pub async fn list_alike_notices(&self, id: NoticeId) -> Result<Page<NoticeView>, Error> {
        self.call(Request::get(format!("/api/v1/notices/{id}/alike"))).await
    }

    /// `PUT /notices/{id}/photo`: the bytes of a JPEG, PNG or WebP file, at most 10 MB. Takes the place of the one before.
    ///
    /// # Errors
    /// `photo_unreadable`, `photo_heic`, `photo_too_large`, `body_too_large`, `too_slow`, `too_many_requests`, `not_now`, `not_yours`, `not_found`, `unavailable`.
    pub async fn put_notice_photo(&self, id: NoticeId, photo: Vec<u8>) -> Result<NoticeView, Error> {
        self.call(Request::new(crate::Method::Put, format!("/api/v1/notices/{id}/photo")).bytes(photo)).await
    }

    /// `DELETE /notices/{id}/photo`.
    ///
    /// # Errors
    /// `not_now`, `not_yours`, `not_found`.
    pub async fn delete_notice_photo(&self, id: NoticeId) -> Result<NoticeView, Error> {
        self.call(Request::new(crate::Method::Delete, format!("/api/v1/notices/{id}/photo"))).await
    }

    /// `GET /notices/{id}/photo`: a JPEG file.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_notice_photo(&self, id: NoticeId, size: PhotoSize) -> Result<Vec<u8>, Error> {
        self.fetch(Request::get(format!("/api/v1/notices/{id}/photo?size={}", size.as_str()))).await
    }
}
