//! The receipt of an erasure, and how far the erasure is. For whoever has its address; nobody is signed in here.

use std::time::Duration;

use domain::leaving::{RECEIPT_DAYS, ReceiptState, ReceiptToken, ReceiptView};
use domain::problem::ProblemCode;
use leptos::prelude::*;

use super::{by_params, leave};
use crate::session::{Session, api, session};
use crate::ui::{Act, Go, Page, Skeleton, TopLinks, TwoRoofs, Weight, fresh};
use crate::var::Var;
use crate::{paths, time};

/// The file that people keep.
const FILE: &str = "recu-de-toit-a-toit.txt";
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(1500);
/// After so many looks a request that nobody knows of is taken for lost: it may still be on its way at the first ones.
const LOOKS: u32 = 4;

#[derive(Clone, PartialEq)]
enum Seen {
    Asking,
    NoAnswer,
    Here(ReceiptView),
    Unknown,
    /// Unknown, and it was to be the receipt of a request that was sent from here.
    Lost,
}

impl Seen {
    /// What the page is drawn anew for.
    fn key(&self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::NoAnswer => "no-answer",
            Self::Here(receipt) => receipt.state.as_str(),
            Self::Unknown => "unknown",
            Self::Lost => "lost",
        }
    }

    /// Whether it is worth looking again.
    fn may_change(&self) -> bool {
        match self {
            Self::Asking | Self::NoAnswer => true,
            Self::Here(receipt) => receipt.state == ReceiptState::Erasing,
            Self::Unknown | Self::Lost => false,
        }
    }
}

/// The page.
pub fn receipt() -> AnyView {
    let session = session();
    by_params(move |params| {
        let Ok(token) = ReceiptToken::parse(params.get_str("token").unwrap_or_default()) else { return unknown() };
        let seen = Var::new(Seen::Asking);
        look(session, token, seen, 1);
        fresh(
            move || seen.with(Seen::key).to_owned(),
            move |_| match seen.get_untracked() {
                Seen::Asking => Skeleton().into_any(),
                Seen::NoAnswer => no_answer(),
                Seen::Unknown => unknown(),
                Seen::Lost => lost(),
                Seen::Here(receipt) => match receipt.state {
                    ReceiptState::Erasing => erasing(),
                    ReceiptState::Done => done(&receipt),
                    ReceiptState::Waiting => waiting(session, &receipt),
                    ReceiptState::Stopped => stopped(),
                },
            },
        )
    })
}

/// Looks how far it is, and looks again as long as that may change and the page is there.
fn look(session: Session, token: ReceiptToken, seen: Var<Seen>, looks: u32) {
    leptos::task::spawn_local(async move {
        let answer = api().get_receipt(&token).await;
        let sent_from_here = leave::pending().is_some_and(|pending| pending == token);
        let now = match answer {
            Ok(receipt) => {
                // The answer to the request got lost; this one is as good.
                if sent_from_here && receipt.state != ReceiptState::Stopped {
                    session.forget();
                }
                Seen::Here(receipt)
            }
            Err(error) if error.code() != Some(ProblemCode::NotFound) => Seen::NoAnswer,
            Err(_) if !sent_from_here => Seen::Unknown,
            Err(_) if looks < LOOKS => Seen::Asking,
            Err(_) => Seen::Lost,
        };
        let again = now.may_change();
        // Nothing has to be drawn anew for what is shown already.
        if seen.is_there() && seen.with_untracked(|before| *before != now) {
            seen.set(now);
        }
        if again && seen.is_there() {
            set_timeout(move || look(session, token, seen, looks + 1), PAUSE);
        }
    });
}

fn erasing() -> AnyView {
    view! {
        <Page screen="receipt-erasing" title=t!(receipt.erasing)>
            <div class="empty"><TwoRoofs/></div>
            <p class="lead" role="status" aria-live="polite">{t!(receipt.erasing_lead)}</p>
        </Page>
    }
    .into_any()
}

fn no_answer() -> AnyView {
    view! {
        <Page screen="receipt-no-answer" title=t!(receipt.no_answer)>
            <p role="status">{t!(receipt.no_answer_lead)}</p>
        </Page>
    }
    .into_any()
}

fn done(receipt: &ReceiptView) -> AnyView {
    let line = |icon: &'static str, name: &'static str, value: String| {
        view! { <div><dt><span class="facts__icon" aria-hidden="true">{icon}</span>{name}</dt><dd>{value}</dd></div> }
            .into_any()
    };
    let facts = view! {
        <dl class="facts facts--read unprinted">
            {receipt.erased_at.map(|at| line("🧹", t!(receipt.erased_at), time::capital(&time::day_and_hour(at))))}
            {receipt.backups_until.map(|at| line("💾", t!(receipt.backups), t!(receipt.backups_until, day = time::date(at))))}
        </dl>
    };
    let paper = receipt.text.as_deref().map(|text| {
        view! {
            <div class="actions unprinted">
                <a class="button button--wide button--primary" id="save" download=FILE href=file(text)>{t!(receipt.save)}</a>
                {print()}
            </div>
            <p class="hint unprinted">{t!(receipt.kept, days = RECEIPT_DAYS.to_string())}</p>
            <section class="stack stack--close" aria-labelledby="whole-title">
                <h2 class="unprinted" id="whole-title">{t!(receipt.whole)}</h2>
                <pre class="receipt" id="receipt">{text.to_owned()}</pre>
            </section>
        }
    });
    view! {
        <Page screen="receipt-done" title=t!(receipt.done) lead=t!(receipt.done_lead).to_owned() above=view! { <TopLinks/> }.into_any()>
            {facts}
            {paper}
            <section class="stack stack--close unprinted" aria-labelledby="back-title">
                <h2 id="back-title">{t!(receipt.come_back)}</h2>
                <p>{t!(receipt.come_back_lead)}</p>
                <div class="actions"><Go label=t!(welcome.code) href=paths::JOIN weight=Weight::Other/></div>
            </section>
        </Page>
    }
    .into_any()
}

/// The text as a file, to the byte, without asking the server again.
fn file(text: &str) -> String {
    let text: String = js_sys::encode_uri_component(text).into();
    format!("data:text/plain;charset=utf-8,{text}")
}

fn print() -> AnyView {
    let print = Callback::new(|(): ()| {
        // Without a printer it can still be saved, or read again.
        let _ = window().print();
    });
    view! { <Act id="print" label=t!(receipt.print) weight=Weight::Other busy=false on_press=print/> }.into_any()
}

/// It is to come: how to stay, and how to find the receipt later.
fn waiting(session: Session, receipt: &ReceiptView) -> AnyView {
    let address = window().location().href().unwrap_or_default();
    let copied = address.clone();
    let copy = Callback::new(move |(): ()| {
        // Nobody waits for the answer: the address stands on the page to be copied by hand.
        let _ = window().navigator().clipboard().write_text(&copied);
        session.say(t!(receipt.copied_said));
    });
    // Browsers lend the clipboard to pages that came over a safe line only.
    let copy = window().is_secure_context().then(|| {
        view! { <Act id="copy" label=t!(receipt.copy) weight=Weight::Other busy=false on_press=copy/> }
    });
    view! {
        <Page screen="receipt-waiting" title=t!(receipt.waiting, day = time::day(receipt.erase_at))
            lead=t!(receipt.waiting_lead).to_owned() above=view! { <TopLinks/> }.into_any()>
            <div class="actions"><Go label=t!(receipt.stay) href=paths::SIGN_IN weight=Weight::Primary/></div>
            <section class="stack stack--close" aria-labelledby="keep-title">
                <h2 id="keep-title">{t!(receipt.keep)}</h2>
                <p>{t!(receipt.keep_lead, days = RECEIPT_DAYS.to_string())}</p>
                <p class="receipt">{address}</p>
                <div class="actions">{copy}{print()}</div>
            </section>
        </Page>
    }
    .into_any()
}

fn stopped() -> AnyView {
    view! {
        <Page screen="receipt-stopped" title=t!(receipt.stopped) lead=t!(receipt.stopped_lead).to_owned() above=view! { <TopLinks/> }.into_any()>
            <div class="empty"><TwoRoofs/></div>
            <div class="actions"><Go label=t!(page.to_square) href=paths::SQUARE weight=Weight::Primary/></div>
        </Page>
    }
    .into_any()
}

fn unknown() -> AnyView {
    view! {
        <Page screen="receipt-unknown" title=t!(receipt.unknown) above=view! { <TopLinks/> }.into_any()>
            <p>{t!(receipt.unknown_lead, days = RECEIPT_DAYS.to_string())}</p>
            <div class="actions"><Go label=t!(page.welcome) href=paths::WELCOME weight=Weight::Other/></div>
        </Page>
    }
    .into_any()
}

fn lost() -> AnyView {
    view! {
        <Page screen="receipt-lost" title=t!(receipt.lost)>
            <p>{t!(receipt.lost_lead)}</p>
            <div class="actions">
                <Go label=t!(receipt.again) href=paths::me(paths::me_part::LEAVE) weight=Weight::Primary/>
                <Go label=t!(leave.stay) href=paths::ME weight=Weight::Quiet/>
            </div>
        </Page>
    }
    .into_any()
}
