//! Who is signed in, and what every page of theirs needs: the one global state besides the language.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::var::Var;
use client::{Client, Error};
use domain::barter::BarterPart;
use domain::category::{Category, CategorySlug};
use domain::news::Unread;
use domain::problem::ProblemCode;
use domain::tenant::{CircleView, Language, Me};
use leptos::prelude::*;
use leptos_router::NavigateOptions;

use crate::{language, paths, saved};

/// The API, from where this page came.
pub fn api() -> Client {
    #[cfg(target_arch = "wasm32")]
    return Client::browser();
    // Nothing is asked in the small tests beside the code, which run without a browser.
    #[cfg(not(target_arch = "wasm32"))]
    Client::program("")
}

/// What pages for members start from.
#[derive(Clone)]
pub struct Member {
    /// Who.
    pub me: Me,
    /// The services that offers are about.
    pub catalogue: Catalogue,
    /// How far one may look.
    pub circles: Arc<Vec<CircleView>>,
}

/// The tree of services.
#[derive(Clone)]
pub struct Catalogue(Arc<Vec<Category>>);

impl Catalogue {
    /// One service or group.
    pub fn find(&self, slug: &CategorySlug) -> Option<&Category> {
        self.0.iter().find(|category| category.slug == *slug)
    }

    /// The groups, in their order.
    pub fn groups(&self) -> impl Iterator<Item = &Category> {
        self.0.iter().filter(|category| category.parent.is_none())
    }

    /// The services of a group, in their order.
    pub fn services(&self, group: &CategorySlug) -> impl Iterator<Item = &Category> {
        self.0.iter().filter(move |category| category.parent.as_ref() == Some(group))
    }

    /// What people call it, in the language of the page.
    pub fn name(&self, slug: &CategorySlug) -> String {
        self.find(slug).map_or_else(|| slug.to_string(), |category| name(category).to_owned())
    }

    /// Its picture.
    pub fn icon(&self, slug: &CategorySlug) -> String {
        self.find(slug).map_or_else(|| "🤝".to_owned(), |category| category.icon.clone())
    }
}

/// What people call a service, in the language of the page.
pub fn name(category: &Category) -> &str {
    match language::current() {
        Language::Fr => &category.fr,
        Language::En => &category.en,
    }
}

/// What is done with the answer.
type Then = Box<dyn FnOnce()>;

/// The session of this tab. Copies are the same.
#[derive(Clone, Copy)]
pub struct Session {
    member: Var<Option<Member>>,
    /// How many exchanges wait for the member.
    pub waiting: Var<usize>,
    /// Conversations and news that she has not read.
    pub unread: Var<Unread>,
    /// How the page stops listening to what happens elsewhere.
    pub hang_up: Var<Option<Callback<()>>>,
    /// How many posts came to the square since it was last read.
    pub new_posts: Var<u32>,
    /// Grows when the session was found good again, for pictures that the browser could not fetch.
    pub mended: Var<u32>,
    mending: Var<bool>,
    /// Whether signing in has just stopped a departure.
    pub stayed: Var<bool>,
    said: Var<(u32, String)>,
    drawn: Var<u32>,
    go: Var<Option<Callback<(String, bool)>>>,
    /// While an answer is being dealt with: the page on which it was asked for.
    asked_on: Var<Option<String>>,
}

/// The page that is open, by its address.
pub fn here() -> String {
    let place = window().location();
    place.pathname().unwrap_or_default() + &place.search().unwrap_or_default()
}

/// The session of this tab; only while something is drawn, so pages take it first and carry it on.
pub fn session() -> Session {
    expect_context()
}

impl Session {
    /// A tab in which nobody is known yet.
    pub fn new() -> Self {
        Self {
            member: Var::new(None),
            waiting: Var::new(0),
            unread: Var::new(Unread::default()),
            hang_up: Var::new(None),
            new_posts: Var::new(0),
            mended: Var::new(0),
            mending: Var::new(false),
            stayed: Var::new(false),
            said: Var::new((0, String::new())),
            drawn: Var::new(0),
            go: Var::new(None),
            asked_on: Var::new(None),
        }
    }

    /// Learns how to go elsewhere; called within the router.
    pub fn learn_to_go(self, navigate: impl Fn(&str, NavigateOptions) + Send + Sync + 'static) {
        let go = Callback::new(move |(path, replace): (String, bool)| {
            navigate(&path, NavigateOptions { replace, ..Default::default() });
        });
        self.go.set(Some(go));
    }

    /// Goes to a page.
    pub fn go(self, path: impl Into<String>) {
        if let Some(go) = self.go.get_untracked() {
            go.run((path.into(), false));
        }
    }

    /// Goes to a page that takes the place of this one in the browser's history. An answer leads nobody away who has gone elsewhere
    /// since she asked (see [`Session::act`]).
    pub fn replace(self, path: impl Into<String>) {
        if self.asked_on.with_untracked(|from| from.as_ref().is_some_and(|from| *from != here())) {
            return;
        }
        if let Some(go) = self.go.get_untracked() {
            go.run((path.into(), true));
        }
    }

    /// Says a sentence to everybody: it shows for a moment, screen readers read it.
    pub fn say(self, sentence: impl Into<String>) {
        self.said.update(|said| *said = (said.0 + 1, sentence.into()));
    }

    /// The last sentence that was said, with its number.
    pub fn said(self) -> (u32, String) {
        self.said.get()
    }

    /// Changes whenever all has to be drawn again.
    pub fn drawn(self) -> u32 {
        self.drawn.get()
    }

    /// Whether the pages of members are shown.
    pub fn is_in(self) -> bool {
        self.member.with(Option::is_some)
    }

    /// The same, for whoever needs no word when it changes.
    pub fn is_in_now(self) -> bool {
        self.member.with_untracked(Option::is_some)
    }

    /// Whether somebody was signed in here at the last visit: a stranger's first visit asks the server for nothing.
    pub fn was_in() -> bool {
        saved::is_known()
    }

    /// Follows other tabs of this browser: where somebody signs out or another one signs in, nobody finds the first one here.
    pub fn follow_tabs(self) {
        window_event_listener_untyped("storage", move |event| {
            // Null, when all was removed at once.
            let key = js_sys::Reflect::get(&event, &"key".into()).ok().and_then(|key| key.as_string());
            let who = self.member.with_untracked(|member| member.as_ref().map(|member| member.me.id));
            let was_in = who.is_some();
            if saved::is_out(key.as_deref(), who) && was_in {
                self.clear();
                self.replace(paths::WELCOME);
            }
        });
    }

    /// Takes the language of the account unless another one was chosen on this device; draws all again when it differs.
    fn follow(self, me: &Me) {
        if me.language != language::current() && !language::is_chosen() {
            self.speak(me.language);
        }
    }

    /// Changes the language of the page.
    pub fn speak(self, language: Language) {
        language::choose(language);
        self.drawn.update(|n| *n += 1);
    }

    /// Who is signed in, with all that the pages of members need; asks the server once.
    pub async fn member(self) -> Result<Member, Error> {
        if let Some(member) = self.member.get_untracked() {
            return Ok(member);
        }
        // First of all who it is: the others would only run into the same refusal, and each would try to refresh.
        let me = api().get_me().await?;
        self.enter(me).await
    }

    /// Somebody is signed in.
    pub async fn enter(self, me: Me) -> Result<Member, Error> {
        let api = api();
        let (categories, circles) = futures::try_join!(api.list_categories(), api.list_circles())?;
        saved::come_in(me.id);
        let member = Member { me, catalogue: Catalogue(Arc::new(categories.items)), circles: Arc::new(circles.items) };
        self.member.set(Some(member.clone()));
        self.mending.set(false);
        self.follow(&member.me);
        self.look_what_waits();
        Ok(member)
    }

    /// The member has changed her own things.
    pub fn renew(self, me: Me) {
        self.member.update(|member| {
            if let Some(member) = member {
                member.me = me;
            }
        });
    }

    /// Nobody is signed in here any more.
    pub fn leave(self) {
        // Whoever is out is led out from wherever she is.
        self.asked_on.set(None);
        saved::go_out();
        self.clear();
    }

    fn clear(self) {
        self.go_out();
        self.waiting.set(0);
        self.new_posts.set(0);
        self.stayed.set(false);
    }

    fn go_out(self) {
        self.member.set(None);
        self.unread.set(Unread::default());
        if let Some(hang_up) = self.hang_up.get_untracked() {
            hang_up.run(());
        }
    }

    /// She has left for good: of all that is kept on this device only its language stays.
    pub fn forget(self) {
        self.leave();
        saved::forget_device_but(language::KEY);
    }

    /// Counts the exchanges that wait for the member. Without an answer the old number stays.
    pub fn look_what_waits(self) {
        leptos::task::spawn_local(async move {
            if let Ok(waiting) = api().count_barters(BarterPart::NeedsMe).await {
                self.waiting.set(waiting);
            }
        });
    }

    /// Sees to it that the session is good, then tells the pictures that the browser could not fetch.
    pub fn mend(self) {
        // Once for all pictures of a page: each question would try to refresh.
        if self.mending.get_untracked() {
            return;
        }
        self.mending.set(true);
        let done = move |ok: bool| {
            self.mending.set(false);
            if ok {
                self.mended.update(|n| *n += 1);
            }
        };
        self.act(async { api().get_me().await }, move |_| done(true), move |_| done(false));
    }

    /// When the session is over: to the sign-in page, and back here afterwards. Tells whether it was.
    pub fn is_over(self, error: &Error) -> bool {
        let over = matches!(error.code(), Some(ProblemCode::Unauthenticated | ProblemCode::SessionEnded));
        if over {
            saved::wait();
            self.go_out();
            self.replace(paths::sign_in_then(&here()));
        }
        over
    }

    /// Does something that may fail, then goes on with what it gave; what failed is handed to `failed`.
    pub fn act<T: 'static>(
        self,
        deed: impl Future<Output = Result<T, Error>> + 'static,
        done: impl FnOnce(T) + 'static,
        failed: impl FnOnce(Error) + 'static,
    ) {
        let then = |value| -> Then { Box::new(move || done(value)) };
        self.act_boxed(Box::pin(async move { deed.await.map(then) }), Box::new(failed));
    }

    // Not generic: a browser loads it once.
    fn act_boxed(self, deed: Pin<Box<dyn Future<Output = Result<Then, Error>>>>, failed: Box<dyn FnOnce(Error)>) {
        let from = here();
        leptos::task::spawn_local(async move {
            match deed.await {
                Ok(then) => {
                    self.asked_on.set(Some(from));
                    then();
                    self.asked_on.set(None);
                }
                Err(error) if self.is_over(&error) => {}
                Err(error) => failed(error),
            }
        });
    }
}
