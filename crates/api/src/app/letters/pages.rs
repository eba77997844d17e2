//! The letters as one HTML document that a browser prints: a page A4 for each household.

use std::io::{self, Write};

use chrono::NaiveDate;
use domain::tenant::Language;
use qrcode::{Color, EcLevel, QrCode};

use super::{Letter, join_url};
use crate::app::paper::{escaped, head, long_date};

const STYLE: &str = include_str!("letters.css");

/// The letters as one text. For many letters see [`write_letters`].
///
/// # Errors
/// As for [`write_letters`].
pub fn letters_html(
    office_name: &str,
    join_url_base: &str,
    letters: &[Letter],
    expires_on: NaiveDate,
) -> io::Result<String> {
    let mut html = Vec::new();
    write_letters(&mut html, office_name, join_url_base, letters, expires_on)?;
    String::from_utf8(html).map_err(io::Error::other)
}

/// Writes one page for each letter, in the order given, a page at a time: nothing grows with their number.
///
/// `join_url_base` is where the network is reached from outside, like `https://toit.example`; `expires_on` is the last day on
/// which the codes work. The document asks for nothing from any host, and its own policy forbids it.
///
/// # Errors
/// What `out` cannot take; `InvalidInput` when `join_url_base` is too long for a QR code (about 2,000 characters).
pub fn write_letters(
    mut out: impl Write,
    office_name: &str,
    join_url_base: &str,
    letters: &[Letter],
    expires_on: NaiveDate,
) -> io::Result<()> {
    let office = escaped(office_name);
    let address = escaped(typed_address(join_url_base));
    let until = long_date(expires_on, Language::Fr);
    out.write_all(head(Language::Fr, "De toit à toit : codes d'arrivée", STYLE).as_bytes())?;
    for letter in letters {
        let qr = qr_svg(&join_url(join_url_base, &letter.code))?;
        let people = match letter.seats {
            1 => "Il ouvre une place : pour vous.".to_owned(),
            seats => format!("Il ouvre {seats} places : une par personne de votre logement."),
        };
        write!(
            out,
            r#"<section class="page">
<header><span>De toit à toit</span><span>{office}</span></header>
<div class="to">
<p class="whom">Aux habitants du logement, référence {reference}</p>
<p>{residence}</p>
{street}</div>
<h1>Vos voisins vous attendent</h1>
<p>De toit à toit est le réseau privé des locataires : échanger un coup de main, retrouver un chat perdu, préparer la fête de l'immeuble. C'est gratuit, et chacun est libre d'y venir ou non.</p>
<div class="code">
{qr}
<div>
<p>Votre code d'arrivée :</p>
<strong>{code}</strong>
<p>{people}</p>
<p>Valable jusqu'au {until}.</p>
</div>
</div>
<h2>Comment venir</h2>
<ol>
<li><b>Avec un téléphone</b> : visez le carré ci-dessus avec l'appareil photo.</li>
<li><b>Ou avec un ordinateur</b> : tapez l'adresse <b>{address}</b>, puis le code. Le signe 0 est un zéro, le signe 1 est un un.</li>
<li>Dites votre prénom, et choisissez une couleur et un animal. C'est tout.</li>
</ol>
<p><b>Sans adresse e-mail ?</b> C'est possible : vous choisissez un mot de passe et vous recevez un nom facile, à noter sur papier. <b>Besoin d'aide ?</b> Une personne de confiance peut le faire avec vous.</p>
<h2>Nos six promesses</h2>
<ul>
<li>Des prénoms seulement : ni nom de famille, ni numéro d'appartement, ni photo de vous.</li>
<li>Partir efface tout, tout de suite.</li>
<li>Aucun commerce : ni publicité, ni pistage, ni revente.</li>
<li>Votre bailleur ne peut pas lire ce que les voisins s'écrivent.</li>
<li>Ni argent, ni points, ni étoiles : un service contre un service, ou un cadeau.</li>
<li>Personne n'est oublié : petit téléphone, sans e-mail, ou sur papier.</li>
</ul>
<p class="last">Ce code est pour votre logement : ne le donnez à personne d'autre. Vous l'avez perdu ? Demandez une nouvelle lettre à votre bailleur ; l'ancien code ne marchera plus.</p>
</section>
"#,
            reference = escaped(&letter.household_reference),
            residence = escaped(&letter.residence_name),
            street = street(letter),
            code = escaped(&letter.code),
        )?;
    }
    out.write_all(b"</body>\n</html>\n")?;
    out.flush()
}

/// The address of the residence, unless its name says it already ("16-20 rue des Meuniers, 12e").
fn street(letter: &Letter) -> String {
    if letter.residence_name.starts_with(&letter.residence_address) {
        return String::new();
    }
    format!("<p>{}</p>\n", escaped(&letter.residence_address))
}

/// What somebody types into a browser: without "https://".
fn typed_address(base: &str) -> String {
    let base = base.strip_prefix("https://").unwrap_or(base);
    format!("{}/rejoindre", base.trim_end_matches('/'))
}

/// A QR code as one SVG path: each run of dark modules is a line one module high.
fn qr_svg(text: &str) -> io::Result<String> {
    // M: 15 % of the modules may be unreadable, on cheap paper and under a stamp.
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, format!("QR code: {error}")))?;
    let width = code.width();
    let mut path = String::with_capacity(width * width * 2);
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        // Where the pen stands on this line; the first run is reached from anywhere.
        let mut pen = None;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                match pen {
                    None => path.push_str(&format!("M{x} {y}")),
                    Some(pen) => path.push_str(&format!("m{} 0", x - pen)),
                }
                path.push_str(&format!("h{}", run.len()));
                pen = Some(x + run.len());
            }
            x += run.len();
        }
    }
    // Four modules of quiet zone on each side, as the standard asks (ISO/IEC 18004); a line is centred on its y.
    let side = width + 8;
    Ok(format!(
        r##"<svg viewBox="-4 -4.5 {side} {side}" role="img" aria-label="Carré à viser avec un téléphone" shape-rendering="crispEdges"><path stroke="#000" d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_draws_each_module_of_the_qr_code() {
        let text = "https://toit.example/rejoindre#K7QF-2M9D-XR4T";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let (width, svg) = (code.width(), qr_svg(text).unwrap());
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut drawn = vec![Color::Light; width * width];
        let (mut x, mut y) = (0, 0);
        let mut rest = path;
        while let Some(verb) = rest.chars().next() {
            let end = rest[1..].find(['M', 'm', 'h']).map_or(rest.len(), |at| at + 1);
            let numbers: Vec<usize> = rest[1..end].split(' ').map(|number| number.parse().unwrap()).collect();
            match (verb, &numbers[..]) {
                ('M', [to_x, to_y]) => (x, y) = (*to_x, *to_y),
                ('m', [by, 0]) => x += by,
                ('h', [length]) => {
                    drawn[y * width + x..y * width + x + length].fill(Color::Dark);
                    x += length;
                }
                other => panic!("{other:?}"),
            }
            rest = &rest[end..];
        }
        assert!(drawn == code.to_colors());
        assert!(svg.len() < 6_000, "{} bytes", svg.len());
    }

    #[test]
    fn an_address_that_fits_no_qr_code_is_refused() {
        assert_eq!(qr_svg(&"x".repeat(5_000)).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
