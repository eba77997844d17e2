//! What the office knows and did, what is kept, what else the archive holds.

use domain::own_data::CodeView;
use domain::tenant::Language;

use super::page::Page;
use super::words;
use crate::data_map;

pub(super) fn household(page: &mut Page) {
    let household = &page.export.household;
    let taken = match page.language {
        Language::Fr => format!("{} sur {}", household.seats_taken, household.seats),
        Language::En => format!("{} of {}", household.seats_taken, household.seats),
    };
    let codes: Vec<String> = household.codes.iter().map(|c| code(page, c)).collect();
    let codes = if codes.is_empty() { page.say(["aucun", "none"]).to_owned() } else { codes.join("\n") };
    page.rows([
        (["Le numéro de votre foyer", "The number of your household"], Some(household.reference.clone())),
        (["Les places prises", "Seats taken"], Some(taken)),
        (
            ["Le rang de la boîte aux lettres", "The rank of the letter box"],
            household.letter_box.map(|rank| rank.to_string()),
        ),
        (["La fin du bail", "The end of the lease"], household.ended_at.map(|at| page.day(at))),
        (["Les codes d'arrivée", "The join codes"], Some(codes)),
    ]);
    page.paragraph(page.say([
        "Votre bailleur ne voit ni votre prénom, ni vos annonces, ni vos échanges.",
        "Your landlord sees neither your first name, nor your posts, nor your exchanges.",
    ]));
}

fn code(page: &Page, code: &CodeView) -> String {
    let (from, until) = (page.day(code.issued_at), page.day(code.revoked_at.unwrap_or(code.expires_at)));
    match (page.language, code.revoked_at) {
        (Language::Fr, None) => format!("imprimé le {from}, bon jusqu'au {until}"),
        (Language::Fr, Some(_)) => format!("imprimé le {from}, repris le {until}"),
        (Language::En, None) => format!("printed on {from}, good until {until}"),
        (Language::En, Some(_)) => format!("printed on {from}, taken back on {until}"),
    }
}

pub(super) fn accesses(page: &mut Page) {
    let accesses = &page.export.accesses;
    if accesses.is_empty() {
        page.paragraph(page.say(["Rien jusqu'ici.", "Nothing so far."]));
        return;
    }
    let everybody = [" Pour tout le monde, pas seulement pour vous.", " For everybody, not for you alone."];
    let lines: Vec<String> = accesses
        .iter()
        .map(|a| {
            let (day, what) = (page.moment(a.at), page.say(words::access(a.what)));
            let everybody = if a.everybody { page.say(everybody) } else { "" };
            match page.language {
                Language::Fr => format!("Le {day} : {what}{everybody}"),
                Language::En => format!("{day}: {what}{everybody}"),
            }
        })
        .collect();
    page.list(lines);
}

pub(super) fn kept(page: &mut Page) {
    for thing in data_map::things() {
        let sees = if thing.office_sees { ["oui", "yes"] } else { ["non", "no"] };
        let rows = [
            (["Quoi", "What"], Some(page.sentence(&thing.what).to_owned())),
            (["Pendant combien de temps", "For how long"], Some(page.sentence(&thing.how_long).to_owned())),
            (["Si vous partez", "If you leave"], Some(page.sentence(&thing.leaving_words).to_owned())),
            (["Le bailleur le voit", "The landlord sees it"], Some(page.say(sees).to_owned())),
        ];
        page.article(page.sentence(&thing.title), rows);
    }
}

pub(super) fn files(page: &mut Page) {
    let requests = page.export.recent_requests.len();
    let data = match page.language {
        Language::Fr => format!(
            "data.json : la même chose pour les ordinateurs, et en plus ce qui ne se lit pas bien : les numéros, toutes les versions \
             de chaque échange, et de quoi ne pas faire deux fois ce que vous avez demandé une fois (gardé 24 heures, en ce moment : \
             {requests})."
        ),
        Language::En => format!(
            "data.json: the same for computers, and what is no good reading besides: the numbers, all versions of each exchange, and \
             what is needed to do once what you asked once (kept for 24 hours, at this moment: {requests})."
        ),
    };
    let schema = page.say([
        "data.schema.json : il explique data.json aux programmes.",
        "data.schema.json: it explains data.json to programs.",
    ]);
    let photos = page.say([
        "photos : les photos de vos avis, avec le numéro de l'avis pour nom.",
        "photos: the photos of your notices, each named by the number of its notice.",
    ]);
    let photos = page.export.notices.iter().any(|n| n.photo.is_some()).then(|| photos.to_owned());
    let password = page.say([
        "Votre mot de passe n'y est pas : il est gardé sous une forme que personne ne peut relire.",
        "Your password is not in it: it is kept in a form that nobody can read back.",
    ]);
    page.list([data, schema.to_owned()].into_iter().chain(photos));
    page.paragraph(password);
}
