//! The words of the domain as people read them: the same as on the screen, which a test compares.

use domain::barter::{BarterState, Need};
use domain::circle::Circle;
use domain::event::{AnswerState, EventState, StepFree};
use domain::leaving::LeavingWhy;
use domain::leg::LegState;
use domain::mark::{MarkAnimal, MarkColour};
use domain::notice::{NoticeKind, NoticeState};
use domain::offer::{OfferKind, OfferState};
use domain::own_data::AccessWhat;
use domain::session::Device;
use domain::tenant::Language;
use domain::tongue::Tongue;

/// In French, in English.
pub(super) type Both = [&'static str; 2];

/// From Monday on.
pub(super) const WEEKDAYS: [Both; 7] = [
    ["lundi", "Monday"],
    ["mardi", "Tuesday"],
    ["mercredi", "Wednesday"],
    ["jeudi", "Thursday"],
    ["vendredi", "Friday"],
    ["samedi", "Saturday"],
    ["dimanche", "Sunday"],
];

/// A language calls itself by its own name.
pub(super) fn language(of: Language) -> &'static str {
    match of {
        Language::Fr => "Français",
        Language::En => "English",
    }
}

pub(super) fn colour(of: MarkColour) -> Both {
    match of {
        MarkColour::Blue => ["bleu", "blue"],
        MarkColour::Orange => ["orange", "orange"],
        MarkColour::Green => ["vert", "green"],
        MarkColour::Violet => ["violet", "violet"],
        MarkColour::Yellow => ["jaune", "yellow"],
        MarkColour::Pink => ["rose", "pink"],
        MarkColour::Grey => ["gris", "grey"],
        MarkColour::Turquoise => ["turquoise", "turquoise"],
    }
}

pub(super) fn animal(of: MarkAnimal) -> Both {
    match of {
        MarkAnimal::Bird => ["oiseau", "bird"],
        MarkAnimal::Cat => ["chat", "cat"],
        MarkAnimal::Dog => ["chien", "dog"],
        MarkAnimal::Rabbit => ["lapin", "rabbit"],
        MarkAnimal::Hedgehog => ["hérisson", "hedgehog"],
        MarkAnimal::Squirrel => ["écureuil", "squirrel"],
        MarkAnimal::Turtle => ["tortue", "turtle"],
        MarkAnimal::Fish => ["poisson", "fish"],
        MarkAnimal::Butterfly => ["papillon", "butterfly"],
        MarkAnimal::Bee => ["abeille", "bee"],
        MarkAnimal::Ladybird => ["coccinelle", "ladybird"],
        MarkAnimal::Owl => ["hibou", "owl"],
        MarkAnimal::Duck => ["canard", "duck"],
        MarkAnimal::Swan => ["cygne", "swan"],
        MarkAnimal::Horse => ["cheval", "horse"],
        MarkAnimal::Sheep => ["mouton", "sheep"],
        MarkAnimal::Goat => ["chèvre", "goat"],
        MarkAnimal::Elephant => ["éléphant", "elephant"],
        MarkAnimal::Giraffe => ["girafe", "giraffe"],
        MarkAnimal::Lion => ["lion", "lion"],
        MarkAnimal::Bear => ["ours", "bear"],
        MarkAnimal::Fox => ["renard", "fox"],
        MarkAnimal::Dolphin => ["dauphin", "dolphin"],
        MarkAnimal::Frog => ["grenouille", "frog"],
    }
}

pub(super) fn offer_kind(of: OfferKind) -> Both {
    match of {
        OfferKind::Offer => ["Je propose", "I offer"],
        OfferKind::Request => ["Je cherche", "I look for"],
    }
}

pub(super) fn offer_state(of: OfferState) -> Both {
    match of {
        OfferState::Open => ["Visible", "Visible"],
        OfferState::Paused => ["En pause", "Paused"],
        OfferState::Closed => ["Fermée", "Closed"],
        OfferState::Expired => ["Terminée", "Ended"],
    }
}

pub(super) fn notice_kind(of: NoticeKind) -> Both {
    match of {
        NoticeKind::LostAnimal => ["Animal perdu", "Lost animal"],
        NoticeKind::FoundAnimal => ["Animal trouvé", "Found animal"],
        NoticeKind::LostObject => ["Objet perdu", "Lost object"],
        NoticeKind::FoundObject => ["Objet trouvé", "Found object"],
        NoticeKind::Question => ["Question", "Question"],
        NoticeKind::News => ["Nouvelle", "News"],
        NoticeKind::Trouble => ["Panne", "Breakdown"],
        NoticeKind::Thanks => ["Merci", "Thank you"],
    }
}

pub(super) fn notice_state(of: NoticeState, kind: NoticeKind) -> Both {
    match of {
        NoticeState::Published => offer_state(OfferState::Open),
        NoticeState::Resolved => match kind {
            NoticeKind::LostAnimal | NoticeKind::LostObject => ["Retrouvé\u{a0}!", "Found again!"],
            NoticeKind::FoundAnimal | NoticeKind::FoundObject => ["Rendu\u{a0}!", "Given back!"],
            NoticeKind::Question => ["Réponse trouvée\u{a0}!", "Answered!"],
            NoticeKind::Trouble => ["Réparé\u{a0}!", "Mended!"],
            NoticeKind::News | NoticeKind::Thanks => notice_state(NoticeState::Expired, kind),
        },
        NoticeState::Expired => ["Terminé", "Over"],
        NoticeState::Withdrawn | NoticeState::Removed => ["Retiré", "Taken down"],
    }
}

pub(super) fn circle(of: Circle) -> Both {
    match of {
        Circle::Residence => ["Ma résidence", "My residence"],
        Circle::Nearby => ["À deux pas", "Close by"],
        Circle::District => ["Mon quartier", "My district"],
        Circle::Office => ["Tout le bailleur", "The whole landlord"],
    }
}

pub(super) fn barter_state(of: BarterState) -> Both {
    match of {
        BarterState::Proposed => ["En attente d'une réponse", "Waiting for an answer"],
        BarterState::Agreed => ["Convenu", "Agreed"],
        BarterState::Completed => ["Fait", "Done"],
        BarterState::Declined => ["Refusé", "Declined"],
        BarterState::Withdrawn => ["Retiré", "Withdrawn"],
        BarterState::Expired => ["Sans réponse", "No answer"],
        BarterState::Dissolved => ["Arrêté", "Stopped"],
    }
}

pub(super) fn need(of: Need) -> Both {
    match of {
        Need::Answer => ["À vous de répondre", "Your turn to answer"],
        Need::Confirm => ["À vous de confirmer", "Your turn to confirm"],
        Need::Settle => ["À arranger ensemble", "To sort out together"],
        Need::Meet => ["À vous\u{a0}: dites si vous vous êtes rencontrés", "Your turn: say whether you have met"],
        Need::Schedule => ["Un jour à choisir", "A day to choose"],
    }
}

pub(super) fn leg_state(of: LegState) -> Both {
    match of {
        LegState::Agreed => ["Convenu", "Agreed"],
        LegState::Scheduled => ["Jour fixé", "Day set"],
        LegState::Done => ["À confirmer", "To confirm"],
        LegState::Confirmed => ["Fait", "Done"],
        LegState::Waived => ["Plus nécessaire", "Not needed"],
        LegState::Disputed => ["Pas fait", "Not done"],
        LegState::Settled => ["Arrangé", "Sorted out"],
    }
}

pub(super) fn device(of: Device) -> Both {
    match of {
        Device::Phone => ["Téléphone", "Phone"],
        Device::Tablet => ["Tablette", "Tablet"],
        Device::Computer => ["Ordinateur", "Computer"],
        Device::Program => ["Programme", "Program"],
    }
}

pub(super) fn access(of: AccessWhat) -> Both {
    match of {
        AccessWhat::CodePrinted => {
            ["Un code d'arrivée a été imprimé pour votre foyer.", "A join code was printed for your household."]
        }
        AccessWhat::RollChanged => [
            "Votre foyer a été changé dans la liste du bailleur.",
            "Your household was changed on the landlord's list.",
        ],
        AccessWhat::LeaseEnded => ["La fin de votre bail a été notée.", "The end of your lease was noted."],
        AccessWhat::LeaseReopened => ["La fin de votre bail a été retirée.", "The end of your lease was taken back."],
        AccessWhat::BackupTaken => ["Une copie de secours a été faite.", "A backup was made."],
        AccessWhat::BackupRestored => {
            ["Une copie de secours a été remise en service.", "A backup was put back to use."]
        }
    }
}

pub(super) fn tongue(of: Tongue) -> Both {
    match of {
        Tongue::Fr => ["Français", "French"],
        Tongue::En => ["Anglais", "English"],
        Tongue::Ar => ["Arabe", "Arabic"],
        Tongue::Ber => ["Berbère", "Berber"],
        Tongue::Pt => ["Portugais", "Portuguese"],
        Tongue::Es => ["Espagnol", "Spanish"],
        Tongue::It => ["Italien", "Italian"],
        Tongue::De => ["Allemand", "German"],
        Tongue::Pl => ["Polonais", "Polish"],
        Tongue::Ro => ["Roumain", "Romanian"],
        Tongue::Ru => ["Russe", "Russian"],
        Tongue::Uk => ["Ukrainien", "Ukrainian"],
        Tongue::Sr => ["Serbe", "Serbian"],
        Tongue::Sq => ["Albanais", "Albanian"],
        Tongue::Tr => ["Turc", "Turkish"],
        Tongue::Hy => ["Arménien", "Armenian"],
        Tongue::Fa => ["Persan", "Persian"],
        Tongue::Ur => ["Ourdou", "Urdu"],
        Tongue::Hi => ["Hindi", "Hindi"],
        Tongue::Bn => ["Bengali", "Bengali"],
        Tongue::Ta => ["Tamoul", "Tamil"],
        Tongue::Zh => ["Chinois", "Chinese"],
        Tongue::Vi => ["Vietnamien", "Vietnamese"],
        Tongue::Km => ["Khmer", "Khmer"],
        Tongue::Tl => ["Tagalog", "Tagalog"],
        Tongue::Wo => ["Wolof", "Wolof"],
        Tongue::Bm => ["Bambara", "Bambara"],
        Tongue::Ff => ["Peul", "Fula"],
        Tongue::Snk => ["Soninké", "Soninke"],
        Tongue::Ln => ["Lingala", "Lingala"],
        Tongue::Ht => ["Créole haïtien", "Haitian Creole"],
    }
}

/// What follows "because".
pub(super) fn leaving_why(of: LeavingWhy) -> Both {
    match of {
        LeavingWhy::Asked => ["vous l'avez demandé", "you asked for it"],
        LeavingWhy::Unused => ["il ne sert plus", "it lies unused"],
        LeavingWhy::LeaseEnded => ["votre bail a pris fin", "your lease has ended"],
    }
}

pub(super) const fn answer(answer: AnswerState) -> Both {
    match answer {
        AnswerState::Going => ["Vous venez", "You are coming"],
        AnswerState::Maybe => ["Peut-être", "Maybe"],
        AnswerState::Declined => ["Vous ne venez pas", "You are not coming"],
        AnswerState::Waitlisted => ["Liste d'attente", "Waiting list"],
        AnswerState::Offered => ["Une place pour vous", "A place for you"],
    }
}

pub(super) const fn event_state(state: EventState) -> Both {
    match state {
        EventState::Draft => ["Brouillon", "Draft"],
        EventState::Published => ["Publié", "Published"],
        EventState::Postponed => ["Reporté", "Postponed"],
        EventState::Cancelled => ["Annulé", "Cancelled"],
        EventState::Ended => ["Passé", "Over"],
    }
}

pub(super) const fn step_free(is: StepFree) -> Both {
    match is {
        StepFree::Unknown => ["", ""],
        StepFree::Yes => ["On entre sans marche", "No steps to get in"],
        StepFree::No => ["Il y a des marches", "There are steps"],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const SCREEN: [&str; 2] = [
        include_str!("../../../../../frontend/locales/fr.json"),
        include_str!("../../../../../frontend/locales/en.json"),
    ];

    #[track_caller]
    fn as_on_the_screen<T: Copy>(all: &[T], key: impl Fn(T) -> (&'static str, String), said: fn(T) -> Both) {
        for (n, locale) in SCREEN.iter().enumerate() {
            let locale: Value = serde_json::from_str(locale).unwrap();
            for &of in all {
                let (area, word) = key(of);
                assert_eq!(locale[area][&word], said(of)[n], "{area}.{word}");
            }
        }
    }

    macro_rules! compare {
        ($($kind:ident in $area:literal as $prefix:literal: $said:ident;)+) => {
            $(as_on_the_screen(&$kind::ALL, |of| ($area, format!("{}{}", $prefix, of.as_str())), $said);)+
        };
    }

    #[test]
    fn the_page_uses_the_words_of_the_screen() {
        compare! {
            MarkColour in "mark" as "": colour;
            MarkAnimal in "mark" as "": animal;
            OfferKind in "write" as "kind_": offer_kind;
            OfferState in "offer" as "state_": offer_state;
            NoticeKind in "notice_post" as "": notice_kind;
            Circle in "circle" as "": circle;
            Need in "barter" as "need_": need;
            LegState in "leg" as "state_": leg_state;
            Device in "me" as "": device;
            AccessWhat in "transparency" as "": access;
            Tongue in "tongue" as "": tongue;
        }
        for (kind, word) in [
            (NoticeKind::LostAnimal, "resolved_lost"),
            (NoticeKind::FoundObject, "resolved_found"),
            (NoticeKind::Question, "resolved_question"),
            (NoticeKind::Trouble, "resolved_trouble"),
        ] {
            as_on_the_screen(
                &[kind],
                |_| ("notice_post", word.to_owned()),
                |of| notice_state(NoticeState::Resolved, of),
            );
        }
        for (of, word) in [
            (AnswerState::Going, "going"),
            (AnswerState::Maybe, "maybe"),
            (AnswerState::Declined, "declined"),
            (AnswerState::Waitlisted, "waits"),
            (AnswerState::Offered, "offered"),
        ] {
            as_on_the_screen(&[of], |_| ("event", format!("tag_{word}")), answer);
        }
        for (of, word) in [(EventState::Draft, "state_draft"), (EventState::Ended, "state_ended")] {
            as_on_the_screen(&[of], |_| ("event", word.to_owned()), event_state);
        }
        for (of, word) in [(StepFree::Yes, "step_free"), (StepFree::No, "steps")] {
            as_on_the_screen(&[of], |_| ("event", word.to_owned()), step_free);
        }
        let over =
            |of| ("notice_post", if of == NoticeState::Expired { "state_over" } else { "state_withdrawn" }.to_owned());
        as_on_the_screen(&[NoticeState::Expired, NoticeState::Withdrawn], over, |of| {
            notice_state(of, NoticeKind::News)
        });
        // On the screen a proposal says whose turn it is, instead of its state.
        let states: Vec<_> = BarterState::ALL.iter().copied().filter(|s| *s != BarterState::Proposed).collect();
        as_on_the_screen(&states, |of| ("barter", format!("state_{}", of.as_str())), barter_state);
    }
}
