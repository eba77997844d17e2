//! A new notice, one question at a time. Each step has an address, so "back" goes one question back; the draft outlives a reload.

use std::sync::Arc;

use client::Error;
use domain::circle::Circle;
use domain::id::NoticeId;
use domain::notice::{NoticeKind, NoticeView};
use domain::problem::ProblemCode;
use domain::tenant::ResidenceView;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::notice_draft::{FIELDS, NoticeDraft, circle_fields, seen_fields, words_fields};
use super::{square, step};
use crate::paths::{self, notice_what};
use crate::session::{Member, Session, api, session};
use crate::ui::{
    Act, Back, Chosen, Form, Go, Page, PhotoField, Preview, Sign, Steps, Submit, Summary, Weight, fetched, fresh,
    not_found, shown,
};
use crate::var::Var;
use crate::{saved, words};

/// One question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Thing,
    Words,
    Seen,
    Photo,
    Reach,
    Preview,
}

/// The questions of each way, in their order.
fn questions(what: &str) -> &'static [Asked] {
    match what {
        notice_what::LOST | notice_what::FOUND => {
            &[Asked::Thing, Asked::Words, Asked::Seen, Asked::Photo, Asked::Reach, Asked::Preview]
        }
        notice_what::THANKS => &[Asked::Words, Asked::Reach, Asked::Preview],
        _ => &[Asked::Words, Asked::Photo, Asked::Reach, Asked::Preview],
    }
}

/// Whether the notice is posted and its photo is not; then whether that one may be sent again, or another one has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    No,
    Again,
    Other,
}

/// What is being written. Copies are the same.
#[derive(Clone, Copy)]
struct Writing {
    session: Session,
    memory: square::Memory,
    what: &'static str,
    draft: NoticeDraft,
}

/// The page of a way: see [`notice_what`].
pub fn create(what: &str) -> AnyView {
    let Some(what) = notice_what::ALL.into_iter().find(|way| *way == what) else { return not_found() };
    let questions = questions(what);
    let step = step(questions.len() as u8);
    if step.get_untracked() == 1 && NoticeDraft::begun(what).posted_as().is_some() {
        // It stands on the square already; this is another one.
        NoticeDraft::drop_kept(what);
    }
    let writing = Writing { session: session(), memory: square::memory(), what, draft: NoticeDraft::begun(what) };
    fetched(move || async move {
        let member = writing.session.member().await?;
        let near = if questions.contains(&Asked::Seen) { api().list_residences().await?.items } else { Vec::new() };
        Ok(shown(move || {
            let known = Var::new((member, Arc::new(near)));
            fresh(
                move || step.get().to_string(),
                move |_| {
                    let (member, near) = known.get_untracked();
                    let at = step.get_untracked();
                    match questions.get(usize::from(at) - 1) {
                        Some(Asked::Thing) => writing.thing(),
                        Some(Asked::Words) => writing.words(at),
                        Some(Asked::Seen) => writing.seen(at, &member, &near),
                        Some(Asked::Photo) => writing.photo(at),
                        Some(Asked::Reach) => writing.reach(at, &member),
                        Some(Asked::Preview) | None => writing.preview(at, &member, &near),
                    }
                },
            )
        }))
    })
}

impl Writing {
    fn back(self, step: u8) -> Back {
        let to = if step == 1 { paths::WHAT.to_owned() } else { paths::notice_step(self.what, step - 1) };
        Back::to(t!(write.back), to)
    }

    fn steps(self, now: u8) -> AnyView {
        view! { <Steps now=now of=questions(self.what).len() as u8/> }.into_any()
    }

    /// Where a question is asked.
    fn step_of(self, asked: Asked) -> Option<u8> {
        questions(self.what).iter().position(|one| *one == asked).map(|at| at as u8 + 1)
    }

    fn thing(self) -> AnyView {
        let lost = self.what == notice_what::LOST;
        let answer = move |id: &'static str, kind: NoticeKind, icon: &'static str, label: &'static str| {
            let choose = move |_| {
                self.draft.kind.set(kind.as_str().to_owned());
                self.draft.keep();
                self.session.go(paths::notice_step(self.what, 2));
            };
            view! {
                <button type="button" class="choice" id=id aria-pressed=(self.draft.notice_kind() == Some(kind)).to_string() on:click=choose>
                    <span class="choice__icon" aria-hidden="true">{icon}</span><span class="choice__label">{label}</span>
                </button>
            }
            .into_any()
        };
        let (title, animal, object) = if lost {
            (t!(notice_post.what_lost), NoticeKind::LostAnimal, NoticeKind::LostObject)
        } else {
            (t!(notice_post.what_found), NoticeKind::FoundAnimal, NoticeKind::FoundObject)
        };
        view! {
            <Page screen="notice-new" title=title back=self.back(1) above=self.steps(1)>
                <div class="choices choices--tiles">
                    {answer("thing-animal", animal, "🐈", t!(notice_post.an_animal))}
                    {answer("thing-object", object, "🔑", t!(notice_post.an_object))}
                </div>
            </Page>
        }
        .into_any()
    }

    fn words(self, step: u8) -> AnyView {
        let title = match self.draft.notice_kind() {
            Some(NoticeKind::Question) => t!(notice_post.write_question),
            Some(NoticeKind::News) => t!(notice_post.write_news),
            Some(NoticeKind::Trouble) => t!(notice_post.write_trouble),
            Some(NoticeKind::Thanks) => t!(notice_post.write_thanks),
            _ => t!(write.words_title),
        };
        let draft = self.draft;
        self.ask(
            step,
            title,
            "notice-new-words",
            None,
            |form| words_fields(form, draft),
            |draft, form| draft.take_words(form).is_some(),
        )
    }

    fn seen(self, step: u8, member: &Member, near: &[ResidenceView]) -> AnyView {
        let title = match self.draft.notice_kind() {
            Some(NoticeKind::LostAnimal) => t!(notice_post.where_animal),
            Some(NoticeKind::LostObject) => t!(notice_post.where_lost),
            _ => t!(notice_post.where_found),
        };
        let draft = self.draft;
        let lead = Some(t!(notice_post.where_lead));
        self.ask(
            step,
            title,
            "notice-new-seen",
            lead,
            |form| seen_fields(form, draft, member, near),
            |draft, form| draft.take_seen(form).is_some(),
        )
    }

    fn photo(self, step: u8) -> AnyView {
        let draft = self.draft;
        Effect::watch(move || draft.photo.get().is_some(), move |_, _, _| draft.keep_photo(), false);
        let lead = Some(t!(notice_post.photo_lead));
        let fields = |form| view! { <PhotoField form=form photo=draft.photo/> }.into_any();
        self.ask(step, t!(notice_post.photo_ask), "notice-new-photo", lead, fields, |_, _| true)
    }

    fn reach(self, step: u8, member: &Member) -> AnyView {
        let draft = self.draft;
        let fields = |form| circle_fields(form, draft, member, true);
        self.ask(step, t!(notice_post.circle), "notice-new-reach", None, fields, |draft, form| {
            draft.take_circle(form).is_some()
        })
    }

    /// A step with fields and "go on".
    fn ask(
        self,
        step: u8,
        title: &'static str,
        screen: &'static str,
        lead: Option<&'static str>,
        fields: impl FnOnce(Form) -> AnyView,
        taken: fn(NoticeDraft, Form) -> bool,
    ) -> AnyView {
        let Self { session, draft, what, .. } = self;
        let form = Form::new();
        let send = move |event: SubmitEvent| {
            event.prevent_default();
            draft.keep();
            if form.begin() && (taken(draft, form) & form.holds()) {
                session.go(paths::notice_step(what, step + 1));
            }
        };
        on_cleanup(move || draft.keep());
        let fields = fields(form);
        // Without a photo one goes on all the same: the button says so.
        let go_on = move || {
            let skips = screen == "notice-new-photo" && draft.photo.with(Option::is_none);
            let label = if skips { t!(notice_post.photo_skip) } else { t!(join.go_on) };
            view! { <Submit label=label busy=false/> }
        };
        let lead = lead.map(|lead| view! { <p class="lead">{lead}</p> });
        view! {
            <Page screen=screen title=title back=self.back(step) above=self.steps(step)>
                {lead}
                <Summary form=form/>
                <form class="stack" novalidate on:submit=send>
                    {fields}
                    <div class="actions">{go_on}</div>
                </form>
            </Page>
        }
        .into_any()
    }

    /// As neighbours will see it.
    fn preview(self, step: u8, member: &Member, near: &[ResidenceView]) -> AnyView {
        let draft = self.draft;
        let form = Form::new();
        // Posted, and only the photo did not arrive.
        let half = Var::new(if draft.posted_as().is_some() { Half::Again } else { Half::No });
        let said = Var::new("");
        let send = Callback::new(move |(): ()| self.send(form, half, said));
        let seen = seen_line(draft, member, near);
        let kind = draft.notice_kind();
        let card = view! {
            <article class="post">
                {kind.map(|kind| view! { <Sign kind=kind/> })}
                <div class="grow">
                    <p class="post__kind">{kind.map(words::notice_kind)}</p>
                    <h2 class="post__title" dir="auto">{draft.title.get_untracked()}</h2>
                    <p class="typed" dir="auto">{draft.text.get_untracked()}</p>
                    {seen.clone().map(|seen| view! { <p class="post__seen" dir="auto"><span aria-hidden="true">"📍 "</span>{seen}</p> })}
                </div>
                <div class="post__whole"><Preview photo=draft.photo/></div>
            </article>
        };
        let circle = Circle::ALL.into_iter().find(|circle| draft.circle.with_untracked(|c| c == circle.as_str()));
        let line = |name: &'static str, value: String, asked: Asked| {
            let step = self.step_of(asked).filter(|_| !value.is_empty())?;
            let href = paths::notice_step(self.what, step);
            let line = view! {
                <li class="rows__go"><span class="grow"><span class="soft">{name}</span><br/><span dir="auto">{value}</span></span>
                    <a href=href>{t!(write.change)}<span class="unseen">" : "{name}</span></a></li>
            };
            Some(line.into_any())
        };
        let photo = if draft.photo.with_untracked(Option::is_some) {
            t!(notice_post.photo_some)
        } else {
            t!(notice_post.photo_none)
        };
        let rows = view! {
            <ul class="rows">
                {line(t!(write.title), draft.title.get_untracked(), Asked::Words)}
                {line(t!(notice_post.where_row), seen.unwrap_or_default(), Asked::Seen)}
                {line(t!(notice_post.photo_title), photo.to_owned(), Asked::Photo)}
                {line(t!(notice_post.circle), circle.map(|circle| words::circle(circle, member)).unwrap_or_default(), Asked::Reach)}
            </ul>
        };
        let life = life(kind);
        let foot = move || match half.get() {
            Half::No => publish(form, send, life.clone()),
            Half::Again => self.half_sent(form, send, true),
            Half::Other => self.half_sent(form, send, false),
        };
        view! {
            <Page screen="notice-new-preview" title=t!(notice_post.preview_title) lead=t!(notice_post.preview_lead).to_owned() back=self.back(step)
                above=self.steps(step)>
                {move || (half.get() != Half::No).then(|| view! { <p class="notice notice--sun" id="half-sent">{t!(notice_post.half_sent)}</p> })}
                <Summary form=form/>
                {card}
                <div class="stack" hidden=move || half.get() != Half::No>{rows}</div>
                <p role="status" class="soft">{move || said.get()}</p>
                {foot}
            </Page>
        }
        .into_any()
    }

    /// The notice is posted; what is left to do is about its photo alone.
    fn half_sent(self, form: Form, send: Callback<()>, again: bool) -> AnyView {
        let Some(id) = self.draft.posted_as() else { return ().into_any() };
        let other = self.step_of(Asked::Photo).map(|step| {
            let href = paths::notice_step(self.what, step);
            let weight = if again { Weight::Other } else { Weight::Primary };
            view! { <Go label=t!(notice_post.photo_another) href=href weight=weight/> }
        });
        let again = again.then(|| {
            view! { <Act id="photo-again" label=t!(notice_post.photo_send) weight=Weight::Primary busy=form.busy() on_press=send/> }
        });
        let without = Callback::new(move |(): ()| self.finish(id));
        view! {
            <div class="actions">
                {again}
                {other}
                <Act id="photo-without" label=t!(notice_post.photo_without) weight=Weight::Quiet busy=form.busy() on_press=without/>
            </div>
        }
        .into_any()
    }

    fn send(self, form: Form, half: Var<Half>, said: Var<&'static str>) {
        if !form.begin() {
            return;
        }
        let draft = self.draft;
        // All that the answer needs is read now: when it comes, the page may be gone.
        let photo = draft.photo.get_untracked();
        if let Some(id) = draft.posted_as() {
            return self.send_photo(form, id, photo, half, said);
        }
        let taken = draft.take(form);
        let (true, Some(new)) = (form.holds(), taken) else { return };
        form.sent();
        said.set(t!(notice_post.publishing));
        let (what, kept) = (self.what, draft.kept());
        let key = kept.key();
        let deed = async move { api().create_notice(&new, &key).await };
        let done = move |notice: NoticeView| {
            // From here on it is posted, whatever becomes of the photo, of this page and of the network.
            draft.posted.try_set(notice.id.to_string());
            kept.keep_posted(what, notice.id);
            self.memory.forget();
            self.send_photo(form, notice.id, photo, half, said);
        };
        let failed = move |error: Error| {
            said.try_set("");
            // The same draft, changed since it was first sent, is another notice.
            if error.code() == Some(ProblemCode::IdempotencyKeyReused) && draft.key.is_there() {
                draft.key.set(saved::new_key());
                draft.keep();
            }
            form.refused(&error, &FIELDS);
        };
        self.session.act(deed, done, failed);
    }

    fn send_photo(self, form: Form, id: NoticeId, photo: Chosen, half: Var<Half>, said: Var<&'static str>) {
        let Some(photo) = photo else { return self.finish(id) };
        form.sent();
        said.try_set(t!(notice_post.photo_sending));
        let deed = async move { api().put_notice_photo(id, photo.to_vec()).await };
        let failed = move |error: Error| {
            if !half.is_there() {
                // Whoever has gone elsewhere learns it there; the page of the notice takes a photo as well.
                NoticeDraft::drop_kept(self.what);
                return self.session.say(t!(notice_post.half_sent));
            }
            said.try_set("");
            let other = matches!(
                error.code(),
                Some(ProblemCode::PhotoHeic | ProblemCode::PhotoUnreadable | ProblemCode::PhotoTooLarge)
            );
            half.try_set(if other { Half::Other } else { Half::Again });
            form.refused(&error, &[]);
        };
        self.session.act(deed, move |_| self.finish(id), failed);
    }

    fn finish(self, id: NoticeId) {
        NoticeDraft::drop_kept(self.what);
        self.memory.forget();
        self.session.say(t!(write.published_said));
        // Whoever has gone elsewhere meanwhile is not led away from there.
        if self.draft.posted.is_there() {
            self.session.replace(paths::notice(id));
        }
    }
}

fn publish(form: Form, send: Callback<()>, life: Option<String>) -> AnyView {
    view! {
        <div class="actions"><Act id="publish" label=t!(notice_post.publish) weight=Weight::Primary busy=form.busy() on_press=send/></div>
        {life.map(|life| view! { <p class="hint">{life}</p> })}
    }
    .into_any()
}

/// How long it stays, and what can be done meanwhile.
fn life(kind: Option<NoticeKind>) -> Option<String> {
    kind.map(|kind| t!(notice_post.life, days = kind.life_days().to_string()))
}

/// Where and when, as others read it.
fn seen_line(draft: NoticeDraft, member: &Member, near: &[ResidenceView]) -> Option<String> {
    let seen = draft.take_seen(Form::new())??;
    let residence = near.iter().chain([&member.me.residence]).find(|residence| residence.id == seen.residence)?;
    let view = domain::notice::SeenView {
        residence: domain::tenant::ResidenceBrief { id: residence.id, name: residence.name.clone(), quarter: None },
        radius_m: seen.radius_m,
        distance_m: residence.distance_m,
        at: seen.at,
    };
    Some(words::seen(draft.notice_kind()?, &view, member))
}
