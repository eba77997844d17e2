//! Photos of notices: what is taken, what is left of it, who sees it, and when it is gone.

use std::path::PathBuf;
use std::time::Duration;

use api::server::{Bounds, Places};
use chrono::TimeDelta;
use domain::circle::Circle;
use domain::id::NoticeId;
use domain::notice::{NewNotice, NoticeKind, NoticeView, PhotoSize};
use domain::problem::{Problem, ProblemCode};
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::canary::search::files_below;
use crate::support::pictures::{bomb, heic, jpeg, of_a_telephone, png, webp};
use crate::support::{Answer, Person, Place, Raw, Toit, code_of, notice, on_both_databases};

on_both_databases!(
    a_photo_is_taken_whatever_it_is_called_and_shown_in_two_sizes,
    nothing_that_a_camera_wrote_is_left_and_the_picture_stands_upright,
    a_photo_is_shown_to_those_whom_its_notice_reaches_and_to_nobody_else,
    a_browser_may_keep_a_photo_for_a_moment_and_ask_whether_it_is_still_the_same,
    what_is_no_photo_is_refused_with_its_reason,
    more_than_ten_megabytes_are_refused_before_they_are_read,
    a_photo_that_dribbles_is_cut_off_and_leaves_nothing,
    a_crowd_that_sends_photos_leaves_the_others_alone,
    another_photo_takes_the_place_of_the_one_before,
    two_photos_at_once_and_one_stays,
    a_photo_goes_with_its_notice,
    a_picture_without_a_row_is_swept_when_it_is_older_than_any_backup,
    a_picture_that_is_gone_or_damaged_is_no_photo,
    sixty_photos_an_hour_are_enough,
);

async fn lost(person: &Person) -> NoticeView {
    person.tell(&notice(NoticeKind::LostAnimal, "Chat roux")).await
}

fn path(id: NoticeId) -> String {
    format!("/notices/{id}/photo")
}

/// The folders of pictures: one for each photo.
fn pictures(toit: &Toit) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(toit.folder().join("photos")).expect("a folder");
    folders.map(|entry| entry.expect("an entry").path()).collect()
}

async fn picture(person: &Person, id: NoticeId, size: PhotoSize) -> image::RgbImage {
    let file = person.client.get_notice_photo(id, size).await.expect("a photo");
    image::load_from_memory_with_format(&file, image::ImageFormat::Jpeg).expect("a JPEG file").into_rgb8()
}

async fn a_photo_is_taken_whatever_it_is_called_and_shown_in_two_sizes(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    for (file, kind) in [
        (jpeg(2_000, 1_000), "image/jpeg"),
        (png(2_000, 1_000, "nobody"), "application/octet-stream"),
        (webp(2_000, 1_000), "text/plain; charset=utf-8"),
    ] {
        let told = lost(&awa).await;
        let request = awa.raw().request(Method::PUT, &path(told.id)).header("Content-Type", kind).body(file);
        let answer = Answer::of(request).await;
        assert_eq!(answer.header("etag"), Some("\"2\""), "{kind}: {answer:?}");
        let with: NoticeView = serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {answer:?}"));
        let photo = with.photo.expect("a photo");
        assert_eq!((photo.width, photo.height), (1_280, 640), "{kind}");
        assert_eq!(NoticeView { photo: None, version: 1, ..with.clone() }, told, "nothing else has changed");
        assert_eq!(bilal.client.get_notice(told.id).await.expect("it reaches him").photo, Some(photo));
        assert_eq!(awa.client.list_notices(None, Some(1)).await.expect("a page").items, [with]);
        for (size, width, height) in [(PhotoSize::Large, 1_280, 640), (PhotoSize::Small, 480, 240)] {
            assert_eq!(picture(&bilal, told.id, size).await.dimensions(), (width, height));
        }
    }
    let told = lost(&awa).await;
    awa.client.put_notice_photo(told.id, jpeg(1, 1)).await.expect("the smallest there is");
    assert_eq!(picture(&awa, told.id, PhotoSize::Large).await.dimensions(), (1, 1), "nothing is made larger");
}

async fn nothing_that_a_camera_wrote_is_left_and_the_picture_stands_upright(toit: &Toit) {
    const WORD: &str = "zqappareil48N";
    let awa = toit.neighbour("Awa", Place::A).await;
    for file in [of_a_telephone(600, 300, WORD), png(600, 300, WORD)] {
        assert!(file.windows(WORD.len()).any(|w| w == WORD.as_bytes()), "it was there");
        let told = lost(&awa).await;
        awa.client.put_notice_photo(told.id, file).await.expect("taken");
        for size in [PhotoSize::Large, PhotoSize::Small] {
            let shown = awa.client.get_notice_photo(told.id, size).await.expect("a photo");
            assert!(!shown.windows(WORD.len()).any(|w| w == WORD.as_bytes()), "{size:?}");
        }
    }
    assert_eq!(files_below(&toit.folder().join("photos")).len(), 4, "two photos of two sizes each");
    for file in files_below(toit.folder()) {
        let bytes = std::fs::read(&file).expect("a file");
        assert!(!bytes.windows(WORD.len()).any(|w| w == WORD.as_bytes()), "{}", file.display());
        assert!(!bytes.windows(3).take(1).any(|w| w == [0xff, 0xd8, 0xff]), "{} is not sealed", file.display());
    }
    let told = lost(&awa).await;
    awa.client.put_notice_photo(told.id, of_a_telephone(600, 300, WORD)).await.expect("taken");
    let upright = picture(&awa, told.id, PhotoSize::Large).await;
    assert_eq!(upright.dimensions(), (300, 600));
    // The camera lay on its side: what it took for the top is on the right.
    let (left, right) = (upright.get_pixel(40, 300).0, upright.get_pixel(260, 300).0);
    assert!(left[2] > 150 && right[0] > 150, "{left:?} and {right:?}");
}

async fn a_photo_is_shown_to_those_whom_its_notice_reaches_and_to_nobody_else(toit: &Toit) {
    let (awa, bilal) = (toit.neighbour("Awa", Place::A).await, toit.neighbour("Bilal", Place::B).await);
    let (chloe, elif) = (toit.neighbour("Chloé", Place::C).await, toit.neighbour("Elif", Place::E).await);
    let new = NewNotice { circle: Circle::Nearby, ..notice(NoticeKind::LostAnimal, "Chat roux") };
    let told = awa.tell(&new).await;
    let see = async |person: &Person| person.client.get_notice_photo(told.id, PhotoSize::Small).await;
    assert_eq!(code_of(see(&bilal).await), ProblemCode::NotFound, "there is none yet");
    awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("taken");
    assert!(see(&awa).await.is_ok() && see(&bilal).await.is_ok());
    for person in [&chloe, &elif] {
        assert_eq!(code_of(see(person).await), ProblemCode::NotFound);
    }
    toit.raw().get(&path(told.id)).await.refused(ProblemCode::Unauthenticated);
    bilal.client.block_neighbour(awa.id()).await.expect("blocked");
    assert_eq!(code_of(see(&bilal).await), ProblemCode::NotFound);
    bilal.client.unblock_neighbour(awa.id()).await.expect("taken back");
    assert!(see(&bilal).await.is_ok());
    toit.wait_days(31).await;
    assert_eq!(code_of(see(&bilal).await), ProblemCode::NotFound, "over");
    assert!(see(&awa).await.is_ok(), "she may renew it");
}

async fn a_browser_may_keep_a_photo_for_a_moment_and_ask_whether_it_is_still_the_same(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let photo = awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("taken").photo.expect("a photo").id;
    let get = async |query: &str, held: Option<&str>| {
        let mut request = awa.raw().request(Method::GET, &format!("{}{query}", path(told.id)));
        if let Some(held) = held {
            request = request.header("If-None-Match", held);
        }
        let answer = request.send().await.expect("an answer");
        let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let headers = ["etag", "cache-control", "content-type", "x-content-type-options", "content-disposition"];
        let (status, headers) = (answer.status().as_u16(), headers.map(header));
        (status, headers, answer.bytes().await.expect("a body").len())
    };
    let (status, [tag, cache, kind, sniff, shown], length) = get("?size=small", None).await;
    assert_eq!((status, kind.as_deref(), sniff.as_deref()), (200, Some("image/jpeg"), Some("nosniff")));
    assert_eq!(
        (cache.as_deref(), shown.as_deref()),
        (Some("private, max-age=300"), Some("inline; filename=\"photo.jpg\""))
    );
    assert!(length > 100);
    let tag = tag.expect("a tag");
    for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let (status, [again, cache, ..], length) = get("?size=small", Some(&held)).await;
        assert_eq!((status, again.as_ref(), length), (304, Some(&tag), 0), "{held}");
        assert_eq!(cache.as_deref(), Some("private, max-age=300"));
    }
    assert_eq!(get("?size=large", Some(&tag)).await.0, 200, "another size is another picture");
    assert_eq!(get("", None).await.0, 200);
    assert_eq!(get(&format!("?photo={photo}"), None).await.0, 200);
    assert_eq!(get(&format!("?photo={}", told.id), None).await.0, 404, "another photo is not this one");
    for query in ["?size=huge", "?size=", "?width=9", "?photo=1"] {
        assert_eq!(get(query, None).await.0, 422, "{query}");
    }
    awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("another one");
    assert_eq!(get("?size=small", Some(&tag)).await.0, 200, "the one that is held is no longer the one");
    awa.client.delete_notice_photo(told.id).await.expect("gone");
    assert_eq!(get("?size=small", Some(&tag)).await.0, 404);
}

async fn what_is_no_photo_is_refused_with_its_reason(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let whole = jpeg(400, 300);
    let mut scribbled = png(64, 64, "nobody");
    let middle = scribbled.len() / 2;
    scribbled[middle..middle + 8].fill(0);
    for (file, expected) in [
        (Vec::new(), ProblemCode::PhotoUnreadable),
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), ProblemCode::PhotoUnreadable),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), ProblemCode::PhotoUnreadable),
        (b"PK\x03\x04 a file of another kind".to_vec(), ProblemCode::PhotoUnreadable),
        (vec![0; 3_000_000], ProblemCode::PhotoUnreadable),
        (whole[..20].to_vec(), ProblemCode::PhotoUnreadable),
        (whole[..3].to_vec(), ProblemCode::PhotoUnreadable),
        (scribbled, ProblemCode::PhotoUnreadable),
        (heic(), ProblemCode::PhotoHeic),
        (bomb(), ProblemCode::PhotoTooLarge),
    ] {
        let length = file.len();
        assert_eq!(code_of(awa.client.put_notice_photo(told.id, file).await), expected, "{length} bytes");
    }
    let json = awa.raw().send_json(Method::PUT, &path(told.id), r#"{"photo":""}"#).await;
    json.refused(ProblemCode::UnsupportedMediaType);
    assert_eq!(awa.client.get_notice(told.id).await.expect("as it was"), told);
    assert_eq!((pictures(toit), toit.count("photos").await), (vec![], 0));
}

async fn more_than_ten_megabytes_are_refused_before_they_are_read(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let mut sender = Sender::begin(&toit.url(), &awa, told.id, "Content-Length: 11534336").await;
    sender.send(&jpeg(8, 8)).await;
    sender.hears(413, ProblemCode::BodyTooLarge).await;
    let mut sender = Sender::begin(&toit.url(), &awa, told.id, "Transfer-Encoding: chunked").await;
    let piece = vec![7; 1 << 20];
    for _ in 0..11 {
        sender.send(format!("{:x}\r\n", piece.len()).as_bytes()).await;
        sender.send(&piece).await;
        sender.send(b"\r\n").await;
    }
    sender.hears(413, ProblemCode::BodyTooLarge).await;
    // What fits is read to its end.
    let mut most = jpeg(100, 100);
    most.resize(10 * 1024 * 1024, 0);
    awa.client.put_notice_photo(told.id, most).await.expect("ten megabytes, and nothing but a tail in them");
}

/// Somebody who sends a photo in pieces.
struct Sender(TcpStream);

impl Sender {
    async fn begin(url: &str, person: &Person, id: NoticeId, length: &str) -> Self {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.expect("the server listens");
        let token = person.client.tokens().expect("tokens").access_token;
        let path = path(id);
        let head =
            format!("PUT /api/v1{path} HTTP/1.1\r\nHost: toit\r\nAuthorization: Bearer {token}\r\n{length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        Self(stream)
    }

    /// Whoever was refused already may find the line cut.
    async fn send(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).await;
    }

    /// The answer, whether the server closes the line after it or waits for the rest.
    async fn hears(mut self, status: u16, code: ProblemCode) {
        let mut answer = String::new();
        let mut buffer = vec![0; 16 * 1024];
        let problem: Problem = loop {
            let length = self.0.read(&mut buffer).await.unwrap_or_else(|e| panic!("{e} after {answer:?}"));
            answer.push_str(&String::from_utf8_lossy(&buffer[..length]));
            let body = answer.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
            match body {
                Some(problem) => break problem,
                None => assert!(length > 0, "{answer:?}"),
            }
        };
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        assert_eq!(problem.code, code);
    }
}

async fn a_photo_that_dribbles_is_cut_off_and_leaves_nothing(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let places = Places { photos: 1, ..Places::default() };
    let bounds = Bounds { photo: Duration::from_secs(1), places, ..Bounds::default() };
    let server = toit.one_more_server_within(bounds).await;
    let mut sender = Sender::begin(&server.url(), &awa, told.id, "Content-Length: 100000").await;
    sender.send(&jpeg(8, 8)[..100]).await;
    sender.hears(408, ProblemCode::TooSlow).await;
    assert_eq!((pictures(toit), toit.count("photos").await), (vec![], 0));
    let raw = Raw::new(&server.url(), awa.client.tokens().map(|t| t.access_token));
    let again = Answer::of(raw.request(Method::PUT, &path(told.id)).body(jpeg(8, 8))).await;
    assert_eq!(again.status, 200, "its place is free again: {again:?}");
    server.stop().await;
}

async fn a_crowd_that_sends_photos_leaves_the_others_alone(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let bounds = Bounds { places: Places { photos: 1, ..Places::default() }, ..Bounds::default() };
    let server = toit.one_more_server_within(bounds).await;
    let raw = Raw::new(&server.url(), awa.client.tokens().map(|t| t.access_token));
    let file = jpeg(8, 8);
    let length = format!("Connection: close\r\nExpect: 100-continue\r\nContent-Length: {}", file.len());
    let mut slow = Sender::begin(&server.url(), &awa, told.id, &length).await;
    let mut wants = [0; 25];
    slow.0.read_exact(&mut wants).await.expect("the server wants the photo: it has its place");
    assert_eq!(wants.as_slice(), b"HTTP/1.1 100 Continue\r\n\r\n");
    let refused = Answer::of(raw.request(Method::PUT, &path(told.id)).body(file.clone())).await;
    assert_eq!(refused.refused(ProblemCode::Unavailable).retry_after, Some(5));
    assert_eq!(raw.get(&format!("/notices/{}", told.id)).await.status, 200);
    let posted = raw.post(
        "/notices",
        serde_json::json!({ "kind": "news", "title": "Là", "text": "", "circle": "office" }).to_string(),
    );
    assert_eq!(posted.await.status, 201, "who writes is not kept from it");
    slow.send(&file).await;
    let mut answer = String::new();
    slow.0.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "who was taken on is served: {answer}");
    server.stop().await;
}

async fn another_photo_takes_the_place_of_the_one_before(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let first = awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("taken").photo.expect("a photo");
    let second = awa.client.put_notice_photo(told.id, jpeg(80, 80)).await.expect("taken").photo.expect("a photo");
    assert_ne!(first.id, second.id);
    assert_eq!(picture(&awa, told.id, PhotoSize::Large).await.dimensions(), (80, 80));
    assert_eq!(pictures(toit), [toit.folder().join("photos").join(second.id.to_string())]);
    assert_eq!(toit.count("photos").await, 1);
    let without = awa.client.delete_notice_photo(told.id).await.expect("taken off");
    assert_eq!((without.photo, without.version), (None, 4));
    assert_eq!((pictures(toit), toit.count("photos").await), (vec![], 0));
    awa.client.delete_notice_photo(told.id).await.expect("twice is once");
}

async fn two_photos_at_once_and_one_stays(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let (one, two) = tokio::join!(
        awa.client.put_notice_photo(told.id, jpeg(60, 40)),
        awa.client.put_notice_photo(told.id, jpeg(80, 80))
    );
    assert!(one.is_ok() && two.is_ok(), "both were done, one after the other: {one:?} {two:?}");
    let stays = awa.client.get_notice(told.id).await.expect("hers").photo.expect("a photo");
    assert_eq!(pictures(toit), [toit.folder().join("photos").join(stays.id.to_string())]);
    assert_eq!(toit.count("photos").await, 1);
    let shown = picture(&awa, told.id, PhotoSize::Large).await.dimensions();
    assert_eq!(shown, (u32::from(stays.width), u32::from(stays.height)));
    // Somebody changes the words while a photo is under way: both stay.
    let version = awa.client.get_notice(told.id).await.expect("hers").version;
    let edit = crate::notices::title("Chat roux et blanc");
    let (photo, words) = tokio::join!(
        awa.client.put_notice_photo(told.id, jpeg(30, 20)),
        awa.client.edit_notice(told.id, version, &edit)
    );
    let (photo, after) = (photo.expect("taken"), awa.client.get_notice(told.id).await.expect("hers"));
    assert_eq!(after.photo, photo.photo);
    match words {
        Ok(words) => assert_eq!(after.title, words.title),
        Err(refused) => assert_eq!(refused.code(), Some(ProblemCode::PreconditionFailed)),
    }
}

async fn a_photo_goes_with_its_notice(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let with = async || {
        let told = lost(&awa).await;
        awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("taken")
    };
    let (withdrawn, found) = (with().await, with().await);
    assert_eq!(pictures(toit).len(), 2);
    let gone = awa.client.withdraw_notice(withdrawn.id).await.expect("withdrawn");
    assert_eq!((gone.photo, pictures(toit).len(), toit.count("photos").await), (None, 1, 1));
    awa.client.resolve_notice(found.id).await.expect("found");
    assert!(awa.client.get_notice(found.id).await.expect("hers").photo.is_some(), "the banner shows it");
    toit.wait_days(7).await;
    assert_eq!(awa.client.get_notice(found.id).await.expect("hers").photo, None);
    assert_eq!(toit.count("photos").await, 0, "its key is gone");
    assert_eq!(pictures(toit), Vec::<PathBuf>::new());
    let left = with().await;
    assert_eq!(pictures(toit).len(), 1);
    awa.leave(toit).await;
    assert_eq!((pictures(toit), toit.count("photos").await), (vec![], 0), "{}", left.id);
}

async fn a_picture_without_a_row_is_swept_when_it_is_older_than_any_backup(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    let kept = awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("taken").photo.expect("a photo");
    // A program that ended between the picture and its row.
    let photos = &toit.app().photos;
    let prepared = photos.prepare(jpeg(60, 40)).await.expect("a photo");
    photos.put(toit.clock.id(), &prepared).await.expect("put away");
    toit.wait_days(32).await;
    assert_eq!(pictures(toit).len(), 2, "whoever puts an older backup to use finds it again when it goes back");
    toit.wait_days(1).await;
    assert_eq!(pictures(toit), [toit.folder().join("photos").join(kept.id.to_string())]);
    assert_eq!(picture(&awa, told.id, PhotoSize::Small).await.dimensions(), (60, 40));
}

async fn a_picture_that_is_gone_or_damaged_is_no_photo(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("taken");
    let files = files_below(&toit.folder().join("photos"));
    assert_eq!(files.len(), 2);
    for file in &files {
        std::fs::write(file, b"something else").expect("written");
    }
    let get =
        async || awa.raw().request(Method::GET, &path(told.id)).send().await.expect("an answer").status().as_u16();
    assert_eq!(get().await, 500, "our fault");
    assert_eq!(awa.client.get_notice(told.id).await.expect("hers").title, told.title, "the rest is there");
    for folder in pictures(toit) {
        std::fs::remove_dir_all(folder).expect("removed");
    }
    assert_eq!(get().await, 404);
    awa.client.put_notice_photo(told.id, jpeg(60, 40)).await.expect("another one heals it");
    assert_eq!(get().await, 200);
}

async fn sixty_photos_an_hour_are_enough(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let told = lost(&awa).await;
    for _ in 0..60 {
        assert_eq!(code_of(awa.client.put_notice_photo(told.id, vec![1]).await), ProblemCode::PhotoUnreadable);
    }
    let refused = Answer::of(awa.raw().request(Method::PUT, &path(told.id)).body(jpeg(8, 8))).await;
    assert!(refused.refused(ProblemCode::TooManyRequests).retry_after.is_some_and(|s| s > 3_000));
    toit.clock.advance(TimeDelta::hours(1));
    awa.sign_in().await.client.put_notice_photo(told.id, jpeg(8, 8)).await.expect("an hour later");
}
