//! The languages in which I can help or be helped.

use client::Error;
use domain::tenant::{EditMe, Me};
use domain::tongue::{Speaks, Tongue};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::overtaken::{Current, take};
use crate::paths;
use crate::session::{Session, api, session};
use crate::ui::{Back, Boxes, Choice, Form, Page, Submit, Summary, fetched, shown};
use crate::var::Var;

pub fn page() -> AnyView {
    let session = session();
    fetched(move || async move {
        session.member().await?;
        // Another device may have changed it: what is edited is the newest.
        let me = api().get_me().await?;
        Ok(shown(move || {
            let values = Var::new(spoken(&me));
            let current = Current::new(me);
            current.drawn(move || draw(session, current, values))
        }))
    })
}

fn spoken(me: &Me) -> Vec<String> {
    me.speaks.tongues().iter().map(|tongue| tongue.as_str().to_owned()).collect()
}

fn draw(session: Session, current: Current<Me>, values: Var<Vec<String>>) -> AnyView {
    let form = Form::new();
    let version = current.thing().version;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !form.begin() {
            return;
        }
        let tongues: Vec<Tongue> =
            values.with_untracked(|all| all.iter().filter_map(|word| Tongue::from_word(word)).collect());
        let speaks = form.take("speaks", Speaks::parse(&tongues));
        let (true, Some(speaks)) = (form.holds(), speaks) else { return };
        form.sent();
        let edit = EditMe { speaks: Some(speaks), ..EditMe::default() };
        let done = move |me: Me| {
            session.renew(me);
            session.say(t!(form.saved_said));
            session.replace(paths::ME);
        };
        let follow = move |was: &Me, newest: &Me| {
            take(values, Var::new(spoken(was)), Var::new(spoken(newest)));
            Vec::new()
        };
        let failed = move |error: Error| {
            let newest = async move { api().get_me().await };
            current.refused(session, form, &error, &[("/speaks", "speaks")], newest, follow);
        };
        session.act(async move { api().edit_me(version, &edit).await }, done, failed);
    };
    view! {
        <Page screen="my-tongues" title=t!(tongue.title) lead=t!(tongue.lead).to_owned() back=Back::to(t!(me.title), paths::ME)>
            {current.note(t!(form.overtaken), move |stored| values.set(spoken(stored)))}
            <Summary form=form/>
            <form class="stack" novalidate on:submit=send>
                <Boxes form=form id="speaks" legend=t!(tongue.title) choices=choices() values=values/>
                <div class="actions"><Submit label=t!(form.save) busy=form.busy()/></div>
            </form>
        </Page>
    }
    .into_any()
}

/// French first, then by their names; each with its own name for whoever reads that one better.
fn choices() -> Vec<Choice> {
    let mut all: Vec<(bool, &'static str, Tongue)> =
        Tongue::ALL.iter().map(|&tongue| (tongue != Tongue::Fr, name(tongue), tongue)).collect();
    all.sort_by_key(|(other, name, _)| (*other, *name));
    let hint = |tongue: Tongue, name: &str| Some(own_name(tongue)).filter(|own| *own != name).unwrap_or_default();
    all.into_iter().map(|(_, name, tongue)| Choice::new(tongue.as_str(), name).hint(hint(tongue, name))).collect()
}

/// In the language of the page.
fn name(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::Fr => t!(tongue.fr),
        Tongue::En => t!(tongue.en),
        Tongue::Ar => t!(tongue.ar),
        Tongue::Ber => t!(tongue.ber),
        Tongue::Pt => t!(tongue.pt),
        Tongue::Es => t!(tongue.es),
        Tongue::It => t!(tongue.it),
        Tongue::De => t!(tongue.de),
        Tongue::Pl => t!(tongue.pl),
        Tongue::Ro => t!(tongue.ro),
        Tongue::Ru => t!(tongue.ru),
        Tongue::Uk => t!(tongue.uk),
        Tongue::Sr => t!(tongue.sr),
        Tongue::Sq => t!(tongue.sq),
        Tongue::Tr => t!(tongue.tr),
        Tongue::Hy => t!(tongue.hy),
        Tongue::Fa => t!(tongue.fa),
        Tongue::Ur => t!(tongue.ur),
        Tongue::Hi => t!(tongue.hi),
        Tongue::Bn => t!(tongue.bn),
        Tongue::Ta => t!(tongue.ta),
        Tongue::Zh => t!(tongue.zh),
        Tongue::Vi => t!(tongue.vi),
        Tongue::Km => t!(tongue.km),
        Tongue::Tl => t!(tongue.tl),
        Tongue::Wo => t!(tongue.wo),
        Tongue::Bm => t!(tongue.bm),
        Tongue::Ff => t!(tongue.ff),
        Tongue::Snk => t!(tongue.snk),
        Tongue::Ln => t!(tongue.ln),
        Tongue::Ht => t!(tongue.ht),
    }
}

/// As those who speak it write it; the same in every language of the page.
fn own_name(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::Fr => "Français",
        Tongue::En => "English",
        Tongue::Ar => "العربية",
        Tongue::Ber => "Tamaziɣt",
        Tongue::Pt => "Português",
        Tongue::Es => "Español",
        Tongue::It => "Italiano",
        Tongue::De => "Deutsch",
        Tongue::Pl => "Polski",
        Tongue::Ro => "Română",
        Tongue::Ru => "Русский",
        Tongue::Uk => "Українська",
        Tongue::Sr => "Srpski",
        Tongue::Sq => "Shqip",
        Tongue::Tr => "Türkçe",
        Tongue::Hy => "Հայերեն",
        Tongue::Fa => "فارسی",
        Tongue::Ur => "اردو",
        Tongue::Hi => "हिन्दी",
        Tongue::Bn => "বাংলা",
        Tongue::Ta => "தமிழ்",
        Tongue::Zh => "中文",
        Tongue::Vi => "Tiếng Việt",
        Tongue::Km => "ខ្មែរ",
        Tongue::Tl => "Tagalog",
        Tongue::Wo => "Wolof",
        Tongue::Bm => "Bamanankan",
        Tongue::Ff => "Pulaar",
        Tongue::Snk => "Sooninkanxanne",
        Tongue::Ln => "Lingála",
        Tongue::Ht => "Kreyòl ayisyen",
    }
}
