//! Receipts of erasures: what they say, and their number.

use chrono::TimeDelta;
use domain::Timestamp;
use domain::leaving::{BACKUP_DAYS, ReceiptState, ReceiptToken, ReceiptView};
use domain::moment::in_paris;
use domain::own_data::Fate;
use domain::tenant::Language;

use super::App;
use crate::data_map;
use crate::keys::{random_bytes, sha256};
use crate::store::receipts::Receipt;

/// Under which hash a receipt is kept.
pub(super) fn hash(token: &ReceiptToken) -> [u8; 32] {
    sha256(token.as_str().as_bytes())
}

/// A number that tells two receipts apart and says nothing else.
pub(super) fn new_number() -> String {
    let [a, b] = [u32::from_be_bytes(random_bytes()), u32::from_be_bytes(random_bytes())];
    format!("{a:08X}-{b:08X}")
}

/// A receipt as whoever has its token sees it.
pub(super) fn view(app: &App, receipt: &Receipt) -> ReceiptView {
    let done = receipt.erased_at.filter(|_| receipt.state == ReceiptState::Done);
    let has_begun = receipt.state == ReceiptState::Waiting && receipt.erase_at <= app.clock.now();
    ReceiptView {
        state: if has_begun { ReceiptState::Erasing } else { receipt.state },
        erase_at: receipt.erase_at,
        erased_at: done,
        backups_until: done.map(backups_until),
        text: done.map(|at| app.keys.sign_receipt(&text(receipt, at))),
    }
}

/// When the last backup goes in which something may stand.
fn backups_until(erased_at: Timestamp) -> Timestamp {
    erased_at + TimeDelta::days(BACKUP_DAYS)
}

/// What the receipt says, without its signature.
fn text(receipt: &Receipt, erased_at: Timestamp) -> String {
    let day = |at: Timestamp| in_paris(at).format("%d/%m/%Y");
    let until = day(backups_until(erased_at));
    let minute = in_paris(erased_at).format("%d/%m/%Y, %H:%M");
    let number = &receipt.number;
    let things = |fate: Fate| -> String {
        let words = data_map::things().filter(|t| t.leaving == fate).map(|t| match receipt.language {
            Language::Fr => format!("- {} : {}\n", t.title.fr, t.leaving_words.fr),
            Language::En => format!("- {}: {}\n", t.title.en, t.leaving_words.en),
        });
        words.collect()
    };
    let (erased, emptied) = (things(Fate::Erased), things(Fate::Emptied));
    match receipt.language {
        Language::Fr => format!(
            "De toit à toit\nReçu d'effacement n° {number}\n\nLe {minute} (heure de Paris), un compte a été effacé de ce serveur.\n\n\
             Effacé :\n{erased}\nVidé de ses mots et de la personne :\n{emptied}\n\
             Les sauvegardes faites avant ce jour sont détruites au plus tard le {until}.\n\
             Si l'une d'elles est remise en service d'ici là, le compte y est effacé de nouveau avant que le serveur ne réponde.\n\n\
             Ce reçu ne dit pas qui vous êtes : gardez-le si vous voulez prouver l'effacement."
        ),
        Language::En => format!(
            "De toit à toit\nReceipt of erasure no. {number}\n\nOn {minute} (Paris time) an account was erased from this server.\n\n\
             Erased:\n{erased}\nEmptied of its words and of the person:\n{emptied}\n\
             Backups made before that day are destroyed by {until} at the latest.\n\
             If one of them is put to use before then, the account is erased from it again before the server answers.\n\n\
             This receipt does not say who you are: keep it if you wish to prove the erasure."
        ),
    }
}
