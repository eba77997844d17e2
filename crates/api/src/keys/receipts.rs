//! Receipts: a text with a signature (Ed25519, RFC 8032) at its end, that anybody can check who has the public key.
//!
//! What is signed are the lines without the blanks at their ends, so that a receipt that went through a mail or another machine's editor
//! is still genuine.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};

use super::secrets::{Secrets, decode, encode};

const BEGIN: &str = "-----BEGIN SIGNATURE-----";
const END: &str = "-----END SIGNATURE-----";
/// Stands before what is signed: a signature of a receipt is a signature of nothing else.
const PURPOSE: &str = "De toit à toit, receipt 1\n";
/// How long a line of a signature is: shorter than what mails break.
const LINE: usize = 64;

/// Why a text is no receipt of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It has no signature at its end, or something behind it.
    #[error("this is not a receipt")]
    NotAReceipt,
    /// It was signed with a key that is not one of these.
    #[error("this receipt was signed with another key")]
    OtherKey,
    /// It is not what was signed.
    #[error("this text is not the one that was signed")]
    Changed,
}

/// A public key, as `toit receipt key` prints it.
///
/// # Errors
/// `OtherKey` when it is none.
pub fn parse_key(text: &str) -> Result<VerifyingKey, ReceiptError> {
    let bytes = decode(text.trim()).ok_or(ReceiptError::OtherKey)?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| ReceiptError::OtherKey)
}

pub(super) fn key_text(key: &VerifyingKey) -> String {
    encode(key.as_bytes())
}

/// Lines without the blanks at their ends, and without empty ones at the end.
fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    let mut text = lines.join("\n").trim_end().to_owned();
    text.push('\n');
    text
}

fn signed(plain: &str) -> Vec<u8> {
    [PURPOSE, plain].concat().into_bytes()
}

pub(super) fn sign(secrets: &Secrets, text: &str) -> String {
    let text = plain(text);
    let key = key_text(&secrets.receipts.verifying_key());
    let signature = encode(&secrets.receipts.sign(&signed(&text)).to_bytes());
    let (first, second) = signature.split_at(LINE);
    format!("{text}\n{BEGIN}\nEd25519 {key}\n{first}\n{second}\n{END}\n")
}

/// Checks a receipt against the keys that may have signed it.
///
/// # Errors
/// Why it is not genuine.
pub fn verify_with(keys: &[VerifyingKey], text: &str) -> Result<(), ReceiptError> {
    let text = plain(text);
    let (text, block) = text.rsplit_once(&format!("\n{BEGIN}\n")).ok_or(ReceiptError::NotAReceipt)?;
    let block = block.trim_end().strip_suffix(END).ok_or(ReceiptError::NotAReceipt)?;
    let mut words = block.split_whitespace();
    let (Some("Ed25519"), Some(key)) = (words.next(), words.next()) else { return Err(ReceiptError::NotAReceipt) };
    let signature = URL_SAFE_NO_PAD.decode(words.collect::<String>()).map_err(|_| ReceiptError::Changed)?;
    let signature = Signature::from_slice(&signature).map_err(|_| ReceiptError::Changed)?;
    let key = keys.iter().find(|k| key_text(k) == key).ok_or(ReceiptError::OtherKey)?;
    key.verify_strict(&signed(&plain(text)), &signature).map_err(|_| ReceiptError::Changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Reçu\n\nEffacé le 2026-11-24.\n";

    fn check(secrets: &Secrets, text: &str) -> Result<(), ReceiptError> {
        verify_with(&[secrets.receipts.verifying_key()], text)
    }

    #[test]
    fn a_receipt_survives_what_mails_and_editors_do_to_line_ends() {
        let secrets = Secrets::draw();
        let receipt = sign(&secrets, TEXT);
        assert!(receipt.starts_with(TEXT));
        for same in [
            receipt.clone(),
            receipt.replace('\n', "\r\n"),
            receipt.replace('\n', " \t\n"),
            receipt.trim_end().to_owned(),
            format!("\u{feff}{receipt}\r\n\r\n"),
        ] {
            assert_eq!(check(&secrets, &same), Ok(()), "{same:?}");
        }
    }

    #[test]
    fn a_receipt_that_was_changed_anywhere_is_not_genuine() {
        let secrets = Secrets::draw();
        let receipt = sign(&secrets, TEXT);
        for (at, letter) in receipt.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let other = if letter == 'x' { 'y' } else { 'x' };
            let changed = format!("{}{other}{}", &receipt[..at], &receipt[at + letter.len_utf8()..]);
            assert!(check(&secrets, &changed).is_err(), "{changed}");
        }
        for changed in [receipt.replace("24", "25"), format!("Nouveau : {receipt}")] {
            assert_eq!(check(&secrets, &changed), Err(ReceiptError::Changed));
        }
        for none in ["", TEXT, &format!("{receipt}P.-S. : valable aussi pour mon voisin\n"), BEGIN, END] {
            assert_eq!(check(&secrets, none), Err(ReceiptError::NotAReceipt), "{none}");
        }
    }

    #[test]
    fn a_receipt_of_somebody_else_is_not_genuine() {
        let receipt = sign(&Secrets::draw(), TEXT);
        assert_eq!(check(&Secrets::draw(), &receipt), Err(ReceiptError::OtherKey));
    }
}
