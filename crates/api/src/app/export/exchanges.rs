//! Exchanges: who, what, when, where, how it ended; and whom the person no longer wants to meet. Others appear as she saw them.

use domain::barter::{BarterState, BarterView, LegView, PartyView, Terms};
use domain::id::TenantId;
use domain::leg::TermsLeg;
use domain::tenant::{Language, Person};

use super::own::mark;
use super::page::Page;
use super::words::{self, Both};

pub(super) const GONE: Both = ["un voisin qui est parti", "a neighbour who has left"];
const STANDS: Both = ["Où cela en est", "How it stands"];

pub(super) fn exchanges(page: &mut Page) {
    let export = page.export;
    if export.exchanges.is_empty() {
        page.paragraph(page.say(["Aucun échange.", "No exchange."]));
    }
    for barter in &export.exchanges {
        exchange(page, barter);
    }
}

fn exchange(page: &mut Page, barter: &BarterView) {
    page.add("<article class=\"long\">\n");
    page.title(3, &title(page, barter));
    if barter.someone_left() {
        page.paragraph(page.say([
            "Un voisin n'y participe plus. Les mots de cet échange sont effacés.",
            "A neighbour no longer takes part. The words of this exchange are erased.",
        ]));
    }
    let answer_by = (barter.state == BarterState::Proposed).then(|| page.moment(barter.expires_at));
    page.rows([
        (STANDS, Some(page.say(stands(barter)).to_owned())),
        (["À vous", "Your turn"], barter.need.map(|n| page.say(words::need(n)).to_owned())),
        (["Proposé le", "Proposed on"], Some(page.moment(barter.created_at))),
        (["Réponse attendue avant le", "Answer awaited by"], answer_by),
        (["Dernier changement", "Last change"], Some(page.moment(barter.updated_at))),
    ]);
    if barter.legs.is_empty() {
        // Nothing was agreed (yet): the newest proposal says what it would be.
        for leg in barter.terms.last().map_or(&[][..], |t| &t.legs) {
            service(page, barter, leg, None);
        }
    }
    for leg in &barter.legs {
        service(page, barter, &leg.leg.terms, Some(leg));
    }
    notes(page, barter);
    page.add("</article>\n");
}

pub(super) fn blocks(page: &mut Page) {
    let export = page.export;
    if export.blocks.is_empty() {
        page.paragraph(page.say(["Personne.", "Nobody."]));
    }
    for block in &export.blocks {
        let rows = [(["Depuis le", "Since"], Some(page.moment(block.since)))];
        page.article(&name_and_mark(page, &block.person), rows);
    }
}

/// A ring that came to nothing says no more than that: nobody refused it, and nobody took it back.
fn stands(barter: &BarterView) -> Both {
    match barter.state {
        BarterState::Declined | BarterState::Withdrawn | BarterState::Expired if barter.ring.is_some() => {
            ["N'a pas abouti", "Came to nothing"]
        }
        state => words::barter_state(state),
    }
}

/// "Échange avec Samir (chat, bleu)".
fn title(page: &Page, barter: &BarterView) -> String {
    let mut names: Vec<String> = others(page, barter).map(|p| name_and_mark(page, &p.person)).collect();
    if barter.someone_left() {
        names.push(page.say(GONE).to_owned());
    }
    format!("{} {}", page.say(["Échange avec", "Exchange with"]), joined(page, &names))
}

fn service(page: &mut Page, barter: &BarterView, leg: &TermsLeg, agreed: Option<&LegView>) {
    page.title(4, &page.service(&leg.category));
    let what = if barter.someone_left() && leg.what.is_erased() {
        page.say(["(les mots sont effacés)", "(the words are erased)"])
    } else {
        leg.what.as_str()
    };
    let over = agreed.is_some_and(|l| l.leg.state.is_over());
    let how = if over { ["Comment cela a fini", "How it ended"] } else { STANDS };
    let met = agreed.map(|l| joined(page, &l.leg.met.iter().map(|&m| name(page, barter, m)).collect::<Vec<_>>()));
    page.rows([
        (["Quoi", "What"], Some(what.to_owned())),
        (["Le texte de l'annonce", "The text of the post"], Some(leg.details.to_string())),
        (["Qui le fait", "Who does it"], Some(name(page, barter, leg.giver))),
        (["Pour qui", "For whom"], Some(name(page, barter, leg.receiver))),
        (["Quand", "When"], leg.at.map(|at| page.moment(at))),
        (["Où", "Where"], leg.place.as_ref().map(ToString::to_string)),
        (["S'être rencontrés, dit par", "Having met, said by"], met),
        (how, agreed.map(|l| page.say(words::leg_state(l.leg.state)).to_owned())),
        (["C'est fait, dit par", "It is done, said by"], agreed.and_then(|l| said_done(page, barter, l))),
    ]);
}

fn said_done(page: &Page, barter: &BarterView, leg: &LegView) -> Option<String> {
    let who = name(page, barter, leg.leg.done_by?);
    let day = page.moment(leg.leg.done_at?);
    Some(match page.language {
        Language::Fr => format!("{who}, le {day}"),
        Language::En => format!("{who}, on {day}"),
    })
}

fn notes(page: &mut Page, barter: &BarterView) {
    let noted: Vec<(&Terms, &str)> = barter.terms.iter().filter_map(|t| Some((t, t.note.as_ref()?.as_str()))).collect();
    for (terms, note) in noted {
        let (who, day) = (name(page, barter, terms.author), page.moment(terms.created_at));
        page.title(
            4,
            &match page.language {
                Language::Fr => format!("Petit mot écrit par {who}, le {day}"),
                Language::En => format!("A word written by {who}, on {day}"),
            },
        );
        page.rows([(["Ses mots", "The words"], Some(note.to_owned()))]);
    }
}

fn others<'a>(page: &Page, barter: &'a BarterView) -> impl Iterator<Item = &'a PartyView> {
    let me = page.export.account.me.id;
    barter.parties.iter().filter(move |p| p.person.id != me)
}

pub(super) fn name_and_mark(page: &Page, person: &Person) -> String {
    format!("{} ({})", person.first_name, mark(page, person.mark))
}

/// The first name; with the mark where another has the same.
fn name(page: &Page, barter: &BarterView, of: TenantId) -> String {
    if of == page.export.account.me.id {
        return page.say(["vous", "you"]).to_owned();
    }
    let Some(party) = others(page, barter).find(|p| p.person.id == of) else {
        return page.say(GONE).to_owned();
    };
    let key = party.person.first_name.key();
    let namesakes = others(page, barter).filter(|p| p.person.first_name.key() == key).count();
    if namesakes > 1 { name_and_mark(page, &party.person) } else { party.person.first_name.to_string() }
}

/// "Awa, Samir et Emma".
pub(super) fn joined(page: &Page, names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {} {last}", first.join(", "), page.say(["et", "and"])),
    }
}
