//! Conversations, from the first word to the last: what the person may read, as she reads it.

use domain::conversation::{ConversationWith, MessageKind, MessageView, ThingKind, ThingView};
use domain::own_data::ConversationExport;
use domain::tenant::Language;

use super::exchanges::{GONE, joined, name_and_mark};
use super::page::Page;
use super::words::Both;

pub(super) fn conversations(page: &mut Page) {
    let export = page.export;
    if export.conversations.is_empty() {
        page.paragraph(page.say(["Aucune conversation.", "No conversation."]));
    }
    for talk in &export.conversations {
        if talk.left { left(page, talk) } else { conversation(page, talk) }
    }
}

const fn kind(of: ThingKind) -> Both {
    match of {
        ThingKind::Offer => ["une annonce", "a post"],
        ThingKind::Barter => ["un échange", "an exchange"],
        ThingKind::Notice => ["un avis", "a notice"],
        ThingKind::Event => ["un rendez-vous", "an event"],
        ThingKind::Conversation => ["une conversation", "a conversation"],
    }
}

pub(super) fn about(page: &Page, about: &ThingView) -> String {
    let what = page.say(kind(about.kind));
    match (&about.title, page.language) {
        (Some(title), Language::Fr) => format!("{what} : {title}"),
        (Some(title), Language::En) => format!("{what}: {title}"),
        (None, _) => format!("{what} {}", page.say(["qui n'est plus là", "that is no longer there"])),
    }
}

/// One in which she is no longer: what she wrote in it, and nobody else's words.
fn left(page: &mut Page, talk: &ConversationExport) {
    page.add("<article class=\"long\">\n");
    page.title(3, page.say(["Une conversation où vous n'êtes plus", "A conversation in which you are no longer"]));
    let only = ["Vos messages seulement", "Your messages alone"];
    page.rows([
        (["À propos de", "About"], Some(about(page, &talk.conversation.about))),
        (["Ce qui est ici", "What is here"], Some(page.say(only).to_owned())),
    ]);
    talk.messages.iter().for_each(|message| self::message(page, message));
    page.add("</article>\n");
}

fn conversation(page: &mut Page, talk: &ConversationExport) {
    let seen = &talk.conversation;
    let mut names: Vec<String> = seen.people.iter().map(|p| name_and_mark(page, p)).collect();
    let more = usize::try_from(seen.others).unwrap_or(0).saturating_sub(names.len());
    if more > 0 {
        names.push(match page.language {
            Language::Fr => format!("{more} autres"),
            Language::En => format!("{more} others"),
        });
    }
    if names.is_empty() {
        names.push(page.say(["quelqu'un qui n'est plus là", "somebody who is no longer there"]).to_owned());
    }
    page.add("<article class=\"long\">\n");
    page.title(3, &format!("{} {}", page.say(["Avec", "With"]), joined(page, &names)));
    let with = match seen.with {
        ConversationWith::Author => ["Entre vous deux", "Between the two of you"],
        ConversationWith::Everybody => ["Avec tout le monde", "With everybody"],
    };
    let muted = if seen.muted { ["non", "no"] } else { ["oui", "yes"] };
    page.rows([
        (["À propos de", "About"], Some(about(page, &seen.about))),
        (["Avec qui", "With whom"], Some(page.say(with).to_owned())),
        (["Être averti des nouveaux messages", "Be told of new messages"], Some(page.say(muted).to_owned())),
        (["Messages non lus", "Messages not read"], Some(seen.unread.to_string())),
        (["Dernier message", "Last message"], Some(page.moment(seen.updated_at))),
    ]);
    for message in &talk.messages {
        self::message(page, message);
    }
    page.add("</article>\n");
}

fn message(page: &mut Page, message: &MessageView) {
    let who = match (&message.author, message.mine) {
        (_, true) => page.say(["vous", "you"]).to_owned(),
        (Some(person), false) => name_and_mark(page, person),
        (None, false) => page.say(GONE).to_owned(),
    };
    let day = page.moment(message.at);
    page.title(
        4,
        &match page.language {
            Language::Fr => format!("Le {day}, {who}"),
            Language::En => format!("{day}, {who}"),
        },
    );
    let words = match message.kind {
        MessageKind::Text => ["Le message", "The message"],
        MessageKind::Contact => ["Pour être joint", "How to be reached"],
        MessageKind::Gone => ["Le message", "The message"],
    };
    let gone = || page.say(["(message retiré)", "(message taken back)"]).to_owned();
    page.rows([(words, Some(message.text.as_ref().map_or_else(gone, ToString::to_string)))]);
}
