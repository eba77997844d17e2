//! The tables, for `docs/benchmarks.md`.

use std::fmt::Write;
use std::time::Duration;

use anyhow::{Context, Result};

use super::cases::{NEARBY, OFFICE, OFFICE_FAR};
use super::measure::{Finding, Findings};
use super::server::Amounts;

/// How much longer a farther page, or a page of more offers, may take.
const AT_MOST: f64 = 1.3;
/// The most memory of the server under load, in bytes.
const MEMORY: u64 = 200_000_000;
/// The same of an import.
const IMPORT_MEMORY: u64 = 300_000_000;
const IMPORT_TIME: Duration = Duration::from_secs(60);
const LEAVING_TIME: Duration = Duration::from_secs(60);

/// A table that grows, and the targets that were missed.
#[derive(Default)]
pub struct Report {
    text: String,
    missed: Vec<String>,
}

impl Report {
    /// Adds a paragraph.
    pub fn say(&mut self, paragraph: &str) {
        let _ = writeln!(self.text, "{paragraph}\n");
    }

    /// Adds the table of one database: its cases, how they grow with the page and with ten times the offers, its memory.
    pub fn database(&mut self, name: &str, once: &Findings, tenfold: Option<&Findings>, peak: u64) {
        self.table(name, name, once);
        self.grows(name, "page 100 by page 1 of the office", once.case(OFFICE), once.case(OFFICE_FAR));
        if let Some(tenfold) = tenfold {
            for case in [NEARBY, OFFICE, OFFICE_FAR] {
                let what = format!("{case}: ten times the offers");
                self.grows(name, &what, once.case(case), tenfold.case(case));
            }
        }
        self.text.push('\n');
        let met = self.verdict(peak < MEMORY, || format!("{name}: memory under load {}", megabytes(peak)));
        let line = format!(
            "Most memory of the server under this load: {} (wanted: below {}) {met}",
            megabytes(peak),
            megabytes(MEMORY)
        );
        self.say(&line);
    }

    /// Adds a table of cases, and the head of the table of how they grow.
    pub fn table(&mut self, title: &str, name: &str, once: &Findings) {
        let _ = writeln!(self.text, "### {title}\n");
        self.line(["what", "answers/s", "p50", "p99", "not 2xx", "share of P", "wanted", ""]);
        self.line(["---", "---:", "---:", "---:", "---:", "---:", "---:", "---"]);
        let health = &once.health;
        self.line([
            "P: `GET /api/v1/health`",
            &rate(health.rate()),
            &millis(health.percentile(0.5)),
            &millis(health.percentile(0.99)),
            &health.failed.to_string(),
            "1",
            "",
            "",
        ]);
        for case in &once.cases {
            self.case(name, case);
        }
        self.text.push('\n');
        self.line(["how it grows", "times", "wanted", ""]);
        self.line(["---", "---:", "---:", "---"]);
    }

    /// Adds the import of the roll.
    pub fn import(&mut self, what: &str, time: Duration, peak: u64) {
        let good = time < IMPORT_TIME && peak < IMPORT_MEMORY;
        let found = format!("{:.1} s, {}", time.as_secs_f64(), megabytes(peak));
        let met = self.verdict(good, || format!("{what}: {found}"));
        let line = format!(
            "{what}: {found} (wanted: below {} s and {}) {met}",
            IMPORT_TIME.as_secs(),
            megabytes(IMPORT_MEMORY)
        );
        self.say(&line);
    }

    /// Adds how long an erasure took, and the slowest answer that a neighbour got meanwhile.
    pub fn leaving(&mut self, kind: &str, amounts: Amounts, time: Duration, worst: Duration) {
        let found = format!("{:.1} s", time.as_secs_f64());
        let met = self.verdict(time < LEAVING_TIME, || format!("{kind}: an erasure took {found}"));
        let line = format!(
            "{kind}, {} tenants, {} offers: somebody with {} offers of her own is gone, files written anew, after {found} (wanted: below {} \
             s) {met}; the slowest list that a neighbour got meanwhile took {} ms",
            amounts.tenants,
            amounts.offers,
            super::leaving::ROWS,
            LEAVING_TIME.as_secs(),
            worst.as_millis()
        );
        self.say(&line);
    }

    /// The targets that were missed.
    pub fn missed(&self) -> &[String] {
        &self.missed
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        self.text.trim_end()
    }

    fn case(&mut self, database: &str, case: &Finding) {
        let wanted = case.wanted.map(|wanted| format!("≥ {wanted}")).unwrap_or_default();
        let met = match case.wanted {
            Some(wanted) => {
                self.verdict(case.share >= wanted, || format!("{database}: {} at {:.3} P", case.name, case.share))
            }
            None => "",
        };
        self.line([
            case.name,
            &rate(case.sample.rate()),
            &millis(case.sample.percentile(0.5)),
            &millis(case.sample.percentile(0.99)),
            &case.sample.failed.to_string(),
            &format!("{:.3}", case.share),
            &wanted,
            met,
        ]);
    }

    /// Adds how much longer one case takes than another.
    pub fn grows(&mut self, database: &str, what: &str, small: Option<&Finding>, large: Option<&Finding>) {
        let (Some(small), Some(large)) = (small, large) else { return };
        let times = small.share / large.share;
        let met = self.verdict(times <= AT_MOST, || format!("{database}: {what} takes {times:.2} times as long"));
        self.line([what, &format!("{times:.2}"), &format!("≤ {AT_MOST}"), met]);
    }

    pub fn verdict(&mut self, good: bool, miss: impl FnOnce() -> String) -> &'static str {
        if good {
            return "met";
        }
        self.missed.push(miss());
        "**missed**"
    }

    pub fn line<const N: usize>(&mut self, cells: [&str; N]) {
        let _ = writeln!(self.text, "| {} |", cells.join(" | "));
    }
}

pub fn rate(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

pub fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

/// Puts `report` between the markers of this `name` in `page`, in the place of what stood there.
///
/// # Errors
/// When the page does not hold both markers in their order.
pub fn replace(page: &str, name: &str, report: &str) -> Result<String> {
    let (start, end) = (format!("<!-- {name}:start -->"), format!("<!-- {name}:end -->"));
    let (before, rest) = page.split_once(&start).with_context(|| format!("the page does not hold {start}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the page does not hold {end} after {start}"))?;
    Ok(format!("{before}{start}\n\n{report}\n\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::cases::{OFFICE, OFFICE_FAR};
    use super::super::measure::{Finding, Findings};
    use super::super::sample::Sample;
    use super::{Report, rate, replace};

    fn finding(name: &'static str, wanted: Option<f64>, share: f64) -> Finding {
        let mut sample = Sample::default();
        sample.add(Duration::from_micros(1500), 200, 10);
        sample.close(Duration::from_secs(1));
        Finding { name, wanted, sample, share }
    }

    fn findings(far: f64) -> Findings {
        let cases = vec![finding(OFFICE, Some(0.06), 0.13), finding(OFFICE_FAR, None, far)];
        Findings { health: Sample::default(), cases }
    }

    #[test]
    fn a_table_says_what_was_met() {
        let mut report = Report::default();
        report.database("SQLite", &findings(0.1), Some(&findings(0.1)), 199_000_000);
        assert!(report.missed().is_empty(), "{:?}", report.missed());
        let text = report.text();
        assert!(
            text.contains("| 20 offers of the office, page 1 | 1 | 1.50 ms | 1.50 ms | 0 | 0.130 | ≥ 0.06 | met |"),
            "{text}"
        );
        assert!(text.contains("| page 100 by page 1 of the office | 1.30 | ≤ 1.3 | met |"), "{text}");
        assert!(text.contains("199 MB (wanted: below 200 MB) met"), "{text}");
    }

    #[test]
    fn and_what_was_missed() {
        let mut report = Report::default();
        report.database("SQLite", &findings(0.05), None, 200_000_000);
        report.import("130,000 households", Duration::from_secs(61), 1);
        assert_eq!(report.missed().len(), 3);
        assert!(report.text().contains("**missed**"));
    }

    #[test]
    fn the_page_around_the_markers_stays() -> anyhow::Result<()> {
        let page = "# Speed\n<!-- bench:start -->\nold\n<!-- bench:end -->\nend\n";
        assert_eq!(replace(page, "bench", "new")?, "# Speed\n<!-- bench:start -->\n\nnew\n\n<!-- bench:end -->\nend\n");
        assert!(replace("<!-- bench:end --><!-- bench:start -->", "bench", "new").is_err());
        Ok(())
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(rate(147_000.4), "147,000");
        assert_eq!(rate(999.0), "999");
        assert_eq!(rate(1_234_567.0), "1,234,567");
    }
}
