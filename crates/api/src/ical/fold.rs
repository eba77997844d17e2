//! Long lines, folded so that none has more than 75 octets, the blank at the beginning of what goes on included (RFC 5545, 3.1).

/// The most octets of a line, without its end.
const MOST: usize = 75;
const FOLD: &str = "\r\n ";

/// Folds anew what was folded otherwise. Never inside of a character.
pub(super) fn fold(folded: &str) -> String {
    let unfolded = folded.replace(FOLD, "");
    let mut out = String::with_capacity(unfolded.len() + unfolded.len() / 20);
    for line in unfolded.split_terminator("\r\n") {
        let mut room = MOST;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                out.push_str(FOLD);
                room = MOST - 1;
            }
            out.push(letter);
            room -= letter.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn no_line_is_longer_than_75_octets_and_nothing_is_lost() {
        for letter in ["a", "é", "老", "🎉", "👩‍👩‍👧"] {
            for shift in 0..5 {
                let line = format!("X:{}{}", "b".repeat(shift), letter.repeat(300));
                let folded = fold(&format!("{line}\r\nEND:X\r\n"));
                assert!(folded.split("\r\n").all(|l| l.len() <= 75), "{folded}");
                assert!(folded.lines().take(2).all(|l| l.len() > 70), "{folded}");
                assert_eq!(folded.replace("\r\n ", ""), format!("{line}\r\nEND:X\r\n"));
            }
        }
    }

    #[test]
    fn a_line_of_75_octets_stays_whole() {
        let line = format!("{}\r\n", "a".repeat(75));
        assert_eq!(fold(&line), line);
    }
}
