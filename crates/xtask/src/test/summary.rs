//! Adding up what test runners say.

use std::fmt;
use std::ops::AddAssign;

/// Tests counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not, and steps that could not be taken.
    pub failed: u64,
    /// Tests that could not be tried for want of some means.
    pub skipped: u64,
}

impl Tally {
    /// Reads one line of a test runner's output: the counts, if it is the closing line of a libtest suite, such as
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.42s`.
    pub fn of_line(line: &str) -> Option<Self> {
        let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
        let mut tally = Self::default();
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            if let (Some(Ok(number)), Some(kind)) = (words.next().map(str::parse), words.next()) {
                match kind {
                    "passed" => tally.passed = number,
                    "failed" => tally.failed = number,
                    "ignored" => tally.skipped = number,
                    _ => {}
                }
            }
        }
        Some(tally)
    }

    /// Counts tests as skipped that said so themselves: to their runner they had passed.
    pub fn skip(&mut self, tests: u64) {
        self.passed = self.passed.saturating_sub(tests);
        self.skipped += tests;
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn closing_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.42s";
        let expected = Tally { passed: 12, failed: 2, skipped: 1 };
        assert_eq!(Tally::of_line(line), Some(expected));
        assert_eq!(
            Tally::of_line(
                "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s"
            ),
            Some(Tally::default())
        );
    }

    #[test]
    fn other_lines_are_not() {
        for line in ["", "running 3 tests", "test result: ok", "test a ... ok", "12 passed; 2 failed"] {
            assert_eq!(Tally::of_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_test_that_skips_itself_has_not_passed() {
        let mut tally = Tally::default();
        tally += Tally { passed: 3, failed: 0, skipped: 1 };
        tally.skip(2);
        assert_eq!(tally.to_string(), "1 passed, 0 failed, 3 skipped");
    }
}
