//! The things of which something is kept, in plain words: what a tenant reads on the page about transparency and on the receipt.

use domain::own_data::{Fate, KeptThing, Sentence, Topic};

/// Title, what, how long, what leaving does.
type Words = [&'static str; 4];

struct Thing {
    topic: Topic,
    leaving: Fate,
    office_sees: bool,
    fr: Words,
    en: Words,
}

/// All things, in the order in which they are shown.
pub fn things() -> impl Iterator<Item = KeptThing> {
    THINGS.iter().map(|thing| {
        let words = |n: usize| Sentence { fr: thing.fr[n].to_owned(), en: thing.en[n].to_owned() };
        KeptThing {
            topic: thing.topic,
            title: words(0),
            what: words(1),
            how_long: words(2),
            leaving: thing.leaving,
            leaving_words: words(3),
            office_sees: thing.office_sees,
        }
    })
}

const THINGS: &[Thing] = &[
    Thing {
        topic: Topic::Account,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Votre compte",
            "Votre prénom, votre signe, votre langue, les langues que vous parlez, votre nom de connexion, votre adresse e-mail si vous l'avez donnée, votre mot de passe sous une forme que personne ne peut relire, votre résidence et le jour où vous êtes passé pour la dernière fois.",
            "Tant que vous avez un compte. Un compte inutilisé pendant 24 mois est effacé.",
            "tout est effacé",
        ],
        en: [
            "Your account",
            "Your first name, your mark, your language, the languages you speak, your sign-in name, your e-mail address if you gave one, your password in a form that nobody can read back, your residence, and the day on which you last came.",
            "As long as you have an account. An account that lies unused for 24 months is erased.",
            "all of it is erased",
        ],
    },
    Thing {
        topic: Topic::Devices,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Vos appareils connectés",
            "La sorte d'appareil (téléphone, ordinateur), depuis quand, et la dernière fois.",
            "90 jours après la dernière fois ; moins d'une heure après la déconnexion.",
            "tous sont déconnectés et effacés",
        ],
        en: [
            "Your devices",
            "The kind of device (phone, computer), since when, and the last time.",
            "90 days after the last time; less than an hour after signing out.",
            "all are signed out and erased",
        ],
    },
    Thing {
        topic: Topic::Offers,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Vos annonces",
            "Ce que vous proposez et ce que vous cherchez, avec vos mots.",
            "Tant que vous avez un compte. Chacune quitte les listes après 60 jours.",
            "toutes sont effacées",
        ],
        en: [
            "Your offers",
            "What you offer and what you look for, in your words.",
            "As long as you have an account. Each leaves the lists after 60 days.",
            "all are erased",
        ],
    },
    Thing {
        topic: Topic::Exchanges,
        leaving: Fate::Emptied,
        office_sees: false,
        fr: [
            "Vos échanges",
            "Qui fait quoi pour qui, quand et où, et vos mots. Seules les personnes de l'échange les voient.",
            "Tant que l'une d'elles a un compte.",
            "il reste une ligne sans vous et sans un mot : quel service, et comment il a fini",
        ],
        en: [
            "Your exchanges",
            "Who does what for whom, when and where, and your words. Only the people of the exchange see them.",
            "As long as one of them has an account.",
            "a row stays without you and without a word: which service, and how it ended",
        ],
    },
    Thing {
        topic: Topic::Notices,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Vos avis",
            "Ce que vous avez perdu ou trouvé, vos questions, vos nouvelles, vos mercis : vos mots, la photo sans rien de ce que l'appareil y avait écrit, et autour de quelle résidence.",
            "Tant que vous avez un compte. Chacun quitte les listes à la fin de sa vie : 3 à 60 jours. Trente jours plus tard, il est retiré et sa photo effacée.",
            "tous sont effacés, avec leurs photos",
        ],
        en: [
            "Your notices",
            "What you have lost or found, your questions, your news, your thanks: your words, the photo without anything that the camera wrote into it, and around which residence.",
            "As long as you have an account. Each leaves the lists at the end of its life: 3 to 60 days. Thirty days after that it is withdrawn, and its photo erased.",
            "all are erased, with their photos",
        ],
    },
    Thing {
        topic: Topic::Events,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Vos rendez-vous",
            "Ceux que vous organisez, vos réponses aux autres, ce que vous y apportez, et l'adresse secrète de votre calendrier, sous une forme que personne ne peut relire.",
            "Tant que vous avez un compte.",
            "tout est effacé ; un rendez-vous que quelqu'un organise avec vous devient le sien, avec ce qui y est écrit ; les autres sont annulés et ceux qui venaient sont prévenus",
        ],
        en: [
            "Your events",
            "Those that you host, your answers to others, what you bring, and the secret address of your calendar, in a form that nobody can read back.",
            "As long as you have an account.",
            "all of it is erased; an event that somebody hosts with you becomes hers, with what is written in it; others are cancelled and those who were to come are told",
        ],
    },
    Thing {
        topic: Topic::Conversations,
        leaving: Fate::Emptied,
        office_sees: false,
        fr: [
            "Vos conversations",
            "Ce que vous écrivez, à qui et quand, et jusqu'où vous avez lu. Seules les personnes de la conversation la voient ; personne ne voit ce que vous avez lu. Ce que vous avez écrit à propos d'un rendez-vous reste quand vous n'y venez plus.",
            "Tant que l'une d'elles a un compte.",
            "vos messages deviennent « message retiré », sans vous et sans un mot",
        ],
        en: [
            "Your conversations",
            "What you write, to whom and when, and how far you have read. Only the people of the conversation see it; nobody sees what you have read. What you wrote about an event stays when you no longer come to it.",
            "As long as one of them has an account.",
            "your messages become “message taken back”, without you and without a word",
        ],
    },
    Thing {
        topic: Topic::News,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Vos nouvelles",
            "Ce qui vous concerne : une ligne par chose, ou par date d'un événement, et si vous l'avez lue.",
            "90 jours après la dernière nouvelle.",
            "toutes sont effacées",
        ],
        en: [
            "Your news",
            "What concerns you: one line for each thing, or each date of an event, and whether you have read it.",
            "90 days after the last that happened.",
            "all are erased",
        ],
    },
    Thing {
        topic: Topic::Blocks,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Les personnes que vous avez bloquées",
            "Qui, et depuis quand : vous ne vous voyez plus ici. Vous seul le lisez ; la personne bloquée n'en sait rien.",
            "Jusqu'à ce que vous débloquiez la personne, ou que l'un de vous deux parte.",
            "tout est effacé, aussi là où quelqu'un vous a bloqué",
        ],
        en: [
            "People whom you have blocked",
            "Who, and since when: you no longer see each other here. You alone read it; the blocked person knows nothing of it.",
            "Until you unblock the person, or one of you leaves.",
            "all of it is erased, also where somebody has blocked you",
        ],
    },
    Thing {
        topic: Topic::Household,
        leaving: Fate::Kept,
        office_sees: true,
        fr: [
            "Votre foyer",
            "Le numéro de foyer du bailleur, combien de places il a et combien sont prises, l'ordre des boîtes aux lettres, la fin du bail. Aucun nom.",
            "Tant que le bailleur l'a dans sa liste.",
            "votre place est libre ; le foyer reste dans la liste du bailleur, sans vous",
        ],
        en: [
            "Your household",
            "The office's own number of the household, how many seats it has and how many are taken, the order of the letter boxes, the end of the lease. No name.",
            "As long as the office has it on its roll.",
            "your seat is free; the household stays on the office's roll, without you",
        ],
    },
    Thing {
        topic: Topic::Codes,
        leaving: Fate::Kept,
        office_sees: true,
        fr: [
            "Les codes d'arrivée",
            "Quand un code a été imprimé pour votre foyer, et jusqu'à quand il ouvre. Le code lui-même n'est pas gardé.",
            "180 jours d'usage ; la date reste avec le foyer.",
            "les codes de votre foyer restent : vous pouvez revenir, comme quelqu'un de nouveau",
        ],
        en: [
            "Join codes",
            "When a code was printed for your household, and until when it opens. The code itself is not kept.",
            "Good for 180 days; the date stays with the household.",
            "the codes of your household stay: you may come back, as somebody new",
        ],
    },
    Thing {
        topic: Topic::Accesses,
        leaving: Fate::Kept,
        office_sees: true,
        fr: [
            "Ce que le bailleur a fait",
            "Chaque fois que le bailleur a imprimé un code pour votre foyer, changé votre foyer dans sa liste, ou remis une sauvegarde en service.",
            "24 mois.",
            "reste avec le foyer, sans vous",
        ],
        en: [
            "What the office did",
            "Each time the office printed a code for your household, changed your household on its roll, or put a backup to use.",
            "24 months.",
            "stays with the household, without you",
        ],
    },
    Thing {
        topic: Topic::Leaving,
        leaving: Fate::Kept,
        office_sees: false,
        fr: [
            "Les traces d'un départ",
            "Un nombre tiré au hasard, pour qu'une sauvegarde remise en service vous oublie aussi, et un reçu sans votre nom.",
            "Le nombre : sans limite, il ne mène à personne. Le reçu : 90 jours.",
            "le nombre et le reçu restent : ils ne disent rien de vous",
        ],
        en: [
            "Traces of a departure",
            "A number drawn at random, so that a restored backup forgets you too, and a receipt without your name.",
            "The number: without limit, it leads to nobody. The receipt: 90 days.",
            "the number and the receipt stay: they say nothing about you",
        ],
    },
    Thing {
        topic: Topic::Work,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Ce qui est en attente",
            "De quoi ne pas faire deux fois ce que vous avez demandé une fois, et ce qui est à faire plus tard (finir une annonce, par exemple).",
            "24 heures, ou jusqu'à ce que ce soit fait.",
            "tout est effacé",
        ],
        en: [
            "What is under way",
            "What is needed to do once what you asked once, and what is to be done later (end an offer, for instance).",
            "24 hours, or until it is done.",
            "all of it is erased",
        ],
    },
    Thing {
        topic: Topic::Places,
        leaving: Fate::NotPersonal,
        office_sees: true,
        fr: [
            "Les résidences et les services",
            "Les adresses des résidences et la liste des services. Rien sur vous.",
            "Tant que le bailleur participe.",
            "rien à effacer",
        ],
        en: [
            "Residences and services",
            "The addresses of the residences and the list of services. Nothing about you.",
            "As long as the office takes part.",
            "nothing to erase",
        ],
    },
    Thing {
        topic: Topic::Memory,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "La mémoire du serveur",
            "Les annonces ouvertes, qui est connecté et qui a bloqué qui, pour répondre vite ; les essais ratés, sous une forme que personne ne peut relire.",
            "Jusqu'au prochain arrêt, ou une heure pour les essais.",
            "effacée aussitôt",
        ],
        en: [
            "The server's memory",
            "Open offers, who is signed in and who has blocked whom, so as to answer fast; failed tries, in a form that nobody can read back.",
            "Until the next stop, or an hour for the tries.",
            "erased at once",
        ],
    },
    Thing {
        topic: Topic::Browser,
        leaving: Fate::Erased,
        office_sees: false,
        fr: [
            "Votre appareil",
            "Ce qui vous garde connecté, la langue, et vos brouillons tant que l'onglet est ouvert.",
            "90 jours ; les brouillons jusqu'à la fermeture de l'onglet.",
            "effacé sur l'appareil d'où vous partez ; sans valeur sur les autres",
        ],
        en: [
            "Your device",
            "What keeps you signed in, the language, and your drafts while the tab is open.",
            "90 days; drafts until the tab is closed.",
            "erased on the device from which you leave; worthless on the others",
        ],
    },
    Thing {
        topic: Topic::Backups,
        leaving: Fate::Kept,
        office_sees: false,
        fr: [
            "Les sauvegardes",
            "Une copie de tout, chaque nuit, pour ne rien perdre.",
            "30 jours.",
            "détruites après 30 jours ; si l'une est remise en service avant, vous y êtes effacé de nouveau",
        ],
        en: [
            "Backups",
            "A copy of everything, each night, so that nothing is lost.",
            "30 days.",
            "destroyed after 30 days; if one is put to use before that, you are erased from it again",
        ],
    },
    Thing {
        topic: Topic::Logs,
        leaving: Fate::NotPersonal,
        office_sees: false,
        fr: [
            "Le journal du serveur",
            "Ce qui ne marche pas. Ni nom, ni texte, ni adresse, ni numéro de personne.",
            "Comme le bailleur garde ses journaux.",
            "rien à effacer",
        ],
        en: [
            "The server's log",
            "What does not work. No name, no text, no address, no number of a person.",
            "As the office keeps its logs.",
            "nothing to erase",
        ],
    },
    Thing {
        topic: Topic::Keys,
        leaving: Fate::NotPersonal,
        office_sees: false,
        fr: [
            "Les clés du serveur",
            "Des secrets tirés au hasard. Rien sur vous.",
            "Jusqu'à ce qu'ils soient changés.",
            "rien à effacer",
        ],
        en: [
            "The server's keys",
            "Secrets drawn at random. Nothing about you.",
            "Until they are changed.",
            "nothing to erase",
        ],
    },
];
