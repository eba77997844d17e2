//! Oneself, one's offers and one's devices.

use domain::leaving::Leaving;
use domain::mark::Mark;
use domain::offer::{InReturn, OfferKind, OfferView};
use domain::tenant::Language;
use domain::tongue::Speaks;

use super::page::Page;
use super::words;

pub(super) fn me(page: &mut Page) {
    let account = &page.export.account;
    let me = &account.me;
    let residence = &me.residence;
    let email = me.email.as_ref().map_or(page.say(["aucune", "none"]), |e| e.as_str());
    page.rows([
        (["Prénom", "First name"], Some(me.first_name.to_string())),
        (["Signe", "Mark"], Some(mark(page, me.mark))),
        (["Langue", "Language"], Some(words::language(me.language).to_owned())),
        (["Les langues que je parle", "The languages I speak"], Some(speaks(page, &me.speaks))),
        (["Nom de connexion", "Sign-in name"], Some(me.sign_in_name.clone())),
        (["Adresse e-mail", "E-mail address"], Some(email.to_owned())),
        (["Bailleur", "Landlord"], Some(me.office_name.clone())),
        (["Résidence", "Residence"], Some(residence.name.clone())),
        (["Adresse", "Address"], Some(format!("{}, {}", residence.address, residence.postcode))),
        (["Quartier", "Quarter"], residence.quarter.clone()),
        (["Arrivée", "Joined"], Some(page.day(me.joined_at))),
        (["Dernier passage", "Last visit"], Some(page.day(account.last_seen_at))),
        (
            ["Rappels, parce que le compte ne sert plus", "Reminders, because the account lies unused"],
            (account.warnings > 0).then(|| account.warnings.to_string()),
        ),
        (["Le compte sera effacé", "The account will be erased"], me.leaving.map(|l| leaving(page, l))),
    ]);
}

/// "Français, Wolof".
fn speaks(page: &Page, speaks: &Speaks) -> String {
    speaks.tongues().iter().map(|&t| page.say(words::tongue(t))).collect::<Vec<_>>().join(", ")
}

fn leaving(page: &Page, leaving: Leaving) -> String {
    let (day, why) = (page.day(leaving.at), page.say(words::leaving_why(leaving.why)));
    match page.language {
        Language::Fr => format!("le {day}, parce que {why}"),
        Language::En => format!("on {day}, because {why}"),
    }
}

/// "chat, bleu"; "blue cat".
pub(super) fn mark(page: &Page, mark: Mark) -> String {
    let (animal, colour) = (page.say(words::animal(mark.animal)), page.say(words::colour(mark.colour)));
    match page.language {
        Language::Fr => format!("{animal}, {colour}"),
        Language::En => format!("{colour} {animal}"),
    }
}

pub(super) fn offers(page: &mut Page) {
    let export = page.export;
    if export.offers.is_empty() {
        page.paragraph(page.say(["Aucune annonce.", "No post."]));
    }
    for offer in &export.offers {
        let rows = [
            (["Sorte", "Kind"], Some(page.say(words::offer_kind(offer.kind)).to_owned())),
            (["Service", "Service"], Some(page.service(&offer.category))),
            (["Texte", "Text"], Some(offer.text.to_string())),
            (["Quand", "When"], offer.times.as_ref().map(ToString::to_string)),
            (["En retour", "In return"], Some(in_return(page, offer))),
            (["Pour combien de personnes", "For how many people"], Some(places(page, offer))),
            (["Visible jusqu'où", "Seen how far"], Some(page.say(words::circle(offer.circle)).to_owned())),
            (["État", "State"], Some(page.say(words::offer_state(offer.state)).to_owned())),
            (["Publiée le", "Posted on"], Some(page.moment(offer.created_at))),
            (["Jusqu'au", "Until"], Some(page.day(offer.expires_at))),
        ];
        page.article(offer.title.as_str(), rows);
    }
}

fn places(page: &Page, offer: &OfferView) -> String {
    let (of, left) = (offer.capacity.get(), offer.places_left);
    match page.language {
        Language::Fr => format!("{of} (places encore libres : {left})"),
        Language::En => format!("{of} (places still free: {left})"),
    }
}

fn in_return(page: &Page, offer: &OfferView) -> String {
    match (&offer.in_return, offer.kind) {
        (InReturn::Nothing, OfferKind::Offer) => {
            page.say(["Rien, c'est un cadeau", "Nothing, it is a gift"]).to_owned()
        }
        (InReturn::Nothing, OfferKind::Request) => {
            page.say(["Rien pour le moment", "Nothing for the moment"]).to_owned()
        }
        (InReturn::Anything, OfferKind::Offer | OfferKind::Request) => {
            page.say(["On verra ensemble", "We shall see together"]).to_owned()
        }
        (InReturn::Categories { categories }, OfferKind::Offer | OfferKind::Request) => {
            categories.iter().map(|c| page.service(c)).collect::<Vec<_>>().join(", ")
        }
    }
}

pub(super) fn devices(page: &mut Page) {
    let export = page.export;
    for device in &export.devices {
        let here = [" (celui qui a demandé cette page)", " (the one that asked for this page)"];
        let here = if device.current { page.say(here) } else { "" };
        let title = format!("{}{here}", page.say(words::device(device.device)));
        let rows = [
            (["Connecté depuis", "Signed in since"], Some(page.moment(device.created_at))),
            (["Vu pour la dernière fois", "Last seen"], Some(page.moment(device.last_used_at))),
            (["Connecté jusqu'au", "Signed in until"], Some(page.day(device.expires_at))),
        ];
        page.article(&title, rows);
    }
}
