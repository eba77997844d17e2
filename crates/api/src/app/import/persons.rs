//! Minimisation as a parser rule: a file that speaks of persons is refused whole, before a row is read (GDPR, art. 5(1)(c)).

use super::table::{Row, Table, words};
use super::{Errors, quoted};

const MINIMISATION: &str =
    "De toit à toit ne reçoit aucune donnée sur les personnes (minimisation : RGPD, article 5, paragraphe 1, point c).";

/// Words that make a column one about persons, wherever they stand in its name.
const PERSON_WORDS: [&str; 4] = [
    // Who.
    "prenom prenoms surname forename patronyme patronymique civilite civ titulaire \
     titulaires cotitulaire cotitulaires locataire locataires colocataire colocataires occupant occupants \
     habitant habitants resident residents conjoint conjointe epoux epouse concubin concubine tenant tenants \
     personne personnes contact contacts interlocuteur gardien gardienne beneficiaire ayant enfant enfants child \
     children tuteur curateur garant sexe genre gender monsieur madame mme mr",
    // How to reach them.
    "mail mails email emails courriel courriels mel telephone telephones telephonique telephoniques tel tels \
     phone mobile mobiles portable portables gsm fax whatsapp",
    // What is theirs alone.
    "naissance naissances ne nee birth birthday birthdate dob ddn age ages nir secu nss allocataire caf cin \
     passeport nationalite nationalites nationality religion handicap sante matrimonial matrimoniale familial \
     familiale profession employeur iban bic rib revenu revenus ressources salaire rfr impaye impayes dette \
     dettes signature photo",
    // Their door: the roll knows a dwelling by the office's own reference alone.
    "appartement appartements appart appt apt apparts flat porte portes digicode interphone",
];

/// Names of columns, written together, that speak of persons though no word of them does.
const PERSON_NAMES: &str = "name names firstname lastname familyname fullname nomdusage nomdefamille nomcomplet identite titre numeroinsee numinsee noinsee ninsee \
     securitesociale numeross noss nss logement numerologement numlogement nlogement nologement numerodulogement \
     situationfamiliale datedenaissance";

/// After "nom" these say that something is named which is no person.
const NAMED_THINGS: &str = "residence residences commune ville rue voie quartier programme groupe ensemble batiment immeuble site \
     bailleur organisme office societe agence secteur arrondissement district commercial";

/// A number of people, or of dwellings, is no person.
const COUNTED: &str = "occupants personnes locataires habitants residents titulaires logements appartements places";

fn is_in(lists: &[&str], word: &str) -> bool {
    lists.iter().any(|list| list.split_whitespace().any(|listed| listed == word))
}

/// Refuses the columns whose name looks like a person's: each goes into `errors`.
///
/// `allowed` are folded names of columns that this kind of file has though they look like it ("nom" of a residence).
pub fn refuse_columns(table: &Table<'_>, allowed: &[&str], errors: &mut Errors) {
    for name in table.header.iter().filter(|name| is_person(name, allowed)) {
        errors.push(
            table.header_line,
            Some(name),
            format!(
                "La colonne {} semble parler de personnes. {MINIMISATION} Retirez cette colonne du fichier.",
                quoted(name)
            ),
        );
    }
}

/// Refuses the cells of a row, read or not, in which an e-mail address or a phone number stands: each goes into `errors`, its
/// content does not.
///
/// `references` are columns of references, where ten digits in a row are no phone number.
pub fn refuse_cells(table: &Table<'_>, row: &Row<'_>, references: &[usize], errors: &mut Errors) {
    for (i, cell) in row.cells().enumerate() {
        let what = if has_email(cell) {
            "une adresse e-mail"
        } else if has_phone(cell, !references.contains(&i)) {
            "un numéro de téléphone"
        } else {
            continue;
        };
        errors.push(
            row.line,
            table.name(i),
            format!("La cellule semble contenir {what}. {MINIMISATION} Videz cette cellule."),
        );
    }
}

/// Whether the name of a column looks like a person's.
fn is_person(name: &str, allowed: &[&str]) -> bool {
    let words = words(name);
    let together = words.concat();
    if allowed.contains(&together.as_str()) {
        return false;
    }
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| {
            !matches!(*word, "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d" | "n" | "no" | "num" | "numero")
        })
        .collect();
    if let ["nb" | "nbr" | "nbre" | "nombre", counted, ..] = words[..]
        && is_in(&[COUNTED], counted)
    {
        return words.len() > 2 && words[2..].iter().any(|word| is_in(&PERSON_WORDS, word));
    }
    // "nom" and "noms", alone or with anything that is not a thing with a name.
    let nom = words.iter().position(|word| matches!(*word, "nom" | "noms"));
    let unnamed = nom.is_some_and(|at| !words.get(at + 1).is_some_and(|next| is_in(&[NAMED_THINGS], next)));
    let glued = together.strip_prefix("nom").is_some_and(|rest| is_in(&PERSON_WORDS, rest));
    unnamed
        || glued
        || words.iter().any(|word| is_in(&PERSON_WORDS, word))
        || is_in(&[PERSON_NAMES], &together)
        || is_in(&[PERSON_NAMES], &words.concat())
        // "e-mail", "date naissance", "num tel" written in one word.
        || ["email", "courriel", "telephone", "naissance", "prenom", "securitesociale"].iter().any(|part| together.contains(part))
}

/// Whether an e-mail address stands somewhere in a text.
fn has_email(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    text.contains('@')
        && text.match_indices('@').any(|(at, _)| {
            let domain = &text[at + 1..];
            let domain = &domain[..domain.find(|c| !is_part(c)).unwrap_or(domain.len())];
            text[..at].ends_with(is_part)
                && domain
                    .split_once('.')
                    .is_some_and(|(host, end)| !host.is_empty() && end.starts_with(char::is_alphanumeric))
        })
}

/// Whether a French phone number stands somewhere in a text: `06 12 34 56 78` with blanks, dots or hyphens between the pairs,
/// `+33 6 12 34 56 78`; and, when `bare`, ten digits in a row.
fn has_phone(text: &str, bare: bool) -> bool {
    let bytes = text.as_bytes();
    if bytes.iter().filter(|b| b.is_ascii_digit()).count() < 10 {
        return false;
    }
    (0..bytes.len()).any(|at| {
        let starts =
            at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'.' | b',' | b'-' | b'+'));
        starts && (is_national(&bytes[at..], bare) || is_international(&bytes[at..]))
    })
}

/// The digits from the start of a text, at most `most`, and how many bytes they and the separators between them take.
fn digits(text: &[u8], most: usize) -> (Vec<u8>, usize) {
    let (mut found, mut read) = (Vec::with_capacity(most), 0);
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' if found.len() < most => {
                found.push(byte);
                read = i + 1;
            }
            b' ' | b'.' | b'-' | b'/' | b'(' | b')' | b'\xc2' | b'\xa0' if found.len() < most => {}
            _ => break,
        }
    }
    (found, read)
}

fn ends(text: &[u8]) -> bool {
    !matches!(text, [b'0'..=b'9', ..] | [b'.' | b',', b'0'..=b'9', ..])
}

fn is_national(text: &[u8], bare: bool) -> bool {
    let [b'0', b'1'..=b'9', rest @ ..] = text else { return false };
    let (found, read) = digits(rest, 8);
    if found.len() < 8 || !ends(&rest[read..]) {
        return false;
    }
    if read == 8 {
        return bare;
    }
    // Separated: then between the pairs, as people write it.
    !rest[0].is_ascii_digit()
}

fn is_international(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"+33").or_else(|| text.strip_prefix(b"0033")) else { return false };
    let (found, read) = digits(rest, 10);
    // With or without the national 0: +33 (0)6 12 34 56 78.
    let national = found.strip_prefix(b"0").unwrap_or(&found);
    matches!(national, [b'1'..=b'9', others @ ..] if others.len() == 8) && ends(&rest[read..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_speaks_of_a_person_is_recognised() {
        for name in
            "nom | NOM | Nom  | Noms | prénom | PRENOM | Prénom(s) | nom_locataire | NomLocataire | nomlocataire \
             | Nom d'usage | nom de famille | nom du titulaire | nom gestionnaire | civilité | mail | e-mail | \
             E_mail | Adresse mail | adresse_email | AdresseEmail | courriel | Téléphone | N° téléphone | tél. | \
             tel_1 | num_tel | mobile | Portable | date de naissance | Date_naissance | datenaissance | né(e) le \
             | NIR | N° sécu | numéro de sécurité sociale | numero_insee | locataire | Locataire principal | \
             titulaire | cotitulaire | nationalité | IBAN | revenus | Revenu fiscal | appartement | N° appt | \
             numéro de porte | porte | n° logement | numéro du logement | logement | Nombre d'enfants | Name | \
             first name | firstName | surname | Pre\u{301}nom | âge | Situation familiale | gardien | contact | \
             nb enfants | nom et prénom | nombre d'occupants prénom"
                .split('|')
                .map(str::trim)
        {
            assert!(is_person(name, &[]), "{name} passed");
        }
    }

    #[test]
    fn columns_of_residences_and_of_the_roll_are_no_persons() {
        for name in
            "référence | nom de la résidence | nom_residence | nom résidence | Nom résidence | NomResidence | nom \
             de la commune | nom du quartier | adresse | code_postal | district | quartier | latitude | longitude \
             | logements | nombre_de_logements | Nombre de logements | nb logements | places | ordre | \
             fin_de_bail | reference_logement | Nombre d'occupants | nb personnes | boîte aux lettres | commune | \
             arrondissement | étage | escalier | dénomination | N° de foyer | Code INSEE |"
                .split('|')
                .map(str::trim)
        {
            assert!(!is_person(name, &[]), "{name} was refused");
        }
    }

    #[test]
    fn an_allowed_name_is_allowed_alone_and_not_inside_another() {
        assert!(!is_person("Nom", &["nom"]));
        assert!(is_person("Nom locataire", &["nom"]));
    }

    #[test]
    fn e_mail_addresses_are_seen_inside_a_text() {
        for text in ["a@b.fr", "écrire à jean.dupont+x@exemple.co.uk, merci", "<é@à.fr>"] {
            assert!(has_email(text), "{text}");
        }
        for text in ["bât. @ droite", "a@b", "@", "a@.fr", "12 rue @ 3"] {
            assert!(!has_email(text), "{text}");
        }
    }

    #[test]
    fn french_phone_numbers_are_seen_and_other_numbers_are_not() {
        for text in [
            "06 12 34 56 78",
            "06.12.34.56.78",
            "tél. 01-44-55-66-77",
            "+33 6 12 34 56 78",
            "+33(0)612345678",
            "0033612345678",
        ] {
            assert!(has_phone(text, false), "{text}");
        }
        assert!(has_phone("0612345678", true));
        assert!(!has_phone("0612345678", false), "a reference of ten digits");
        for text in [
            "2.398175442412243",
            "48.83399817959342, 2.398175442412243",
            "00612345678",
            "061234567",
            "06123456789",
            "16-20 rue des Meuniers 75012",
            "158-164, 12, 14 et 16 boulevard 75013",
            "0012",
            "A0612345678",
            "655823.1529",
        ] {
            assert!(!has_phone(text, true), "{text}");
        }
    }
}
