//! CSV files of real life: any of their encodings and delimiters, physical line numbers kept, limits held.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Errors, ImportErrors, quoted};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The longest cell, in characters.
const MAX_CELL: usize = 10_000;

/// A file with a header line, ready to be read row by row.
pub struct Table<'a> {
    text: Cow<'a, str>,
    delimiter: u8,
    /// The names of the columns as the file writes them.
    pub header: Vec<String>,
    /// The physical line of the header.
    pub header_line: u64,
    data_starts: usize,
    data_line: u64,
}

/// One row of a table.
pub struct Row<'r> {
    /// Its first physical line in the file, from 1.
    pub line: u64,
    cells: &'r StringRecord,
}

impl Row<'_> {
    /// A cell without the white space around it; empty when the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        trimmed(self.cells.get(column).unwrap_or(""))
    }

    /// A cell of an optional column.
    pub fn optional(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.cell(column))
    }

    /// All cells in the order of the columns.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(trimmed)
    }
}

fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// A text on one line: every run of white space and line breaks becomes one space.
pub fn one_line(cell: &str) -> String {
    let mut line = String::with_capacity(cell.len());
    for word in cell.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The words of a column's name, in lower case without accents and punctuation: "N° Téléphone" gives `n`, `telephone`.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut inside, mut was_lower) = (false, false);
    for c in name.chars() {
        // A Mac writes the accent as a mark of its own.
        if matches!(c, '\u{300}'..='\u{36f}') {
            continue;
        }
        if !c.is_alphanumeric() {
            (inside, was_lower) = (false, false);
            continue;
        }
        if !inside || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        (inside, was_lower) = (true, c.is_lowercase());
        if let Some(word) = words.last_mut() {
            for lower in c.to_lowercase() {
                match lower {
                    'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => word.push('a'),
                    'ç' => word.push('c'),
                    'è' | 'é' | 'ê' | 'ë' => word.push('e'),
                    'ì' | 'í' | 'î' | 'ï' => word.push('i'),
                    'ñ' => word.push('n'),
                    'ò' | 'ó' | 'ô' | 'õ' | 'ö' => word.push('o'),
                    'ù' | 'ú' | 'û' | 'ü' => word.push('u'),
                    'ý' | 'ÿ' => word.push('y'),
                    'œ' => word.push_str("oe"),
                    'æ' => word.push_str("ae"),
                    other => word.push(other),
                }
            }
        }
    }
    words
}

/// A name for comparing: its words without anything between them.
pub fn folded(name: &str) -> String {
    words(name).concat()
}

impl<'a> Table<'a> {
    /// Decodes a file and reads its header line.
    ///
    /// # Errors
    /// The file is too large, cannot be decoded, or has no header.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImportErrors> {
        if bytes.len() > MAX_BYTES {
            let sentence = format!(
                "Le fichier dépasse {} Mio. Coupez-le en plusieurs fichiers, chacun avec la ligne d'en-tête.",
                MAX_BYTES / 1024 / 1024
            );
            return Err(ImportErrors::one(1, None, sentence));
        }
        let text = decode(bytes)?;
        let mut start = 0;
        let mut line = 1;
        let mut first = first_line(&text, &mut start, &mut line);
        let mut delimiter = sniff(first);
        // A spreadsheet's own way of naming its delimiter.
        if let Some(&[named @ (b';' | b',' | b'\t' | b'|')]) = first.strip_prefix("sep=").map(str::as_bytes) {
            (delimiter, start, line) = (named, start + first.len(), line);
            first = first_line(&text, &mut start, &mut line);
        }
        if first.is_empty() {
            return Err(ImportErrors::one(
                1,
                None,
                "Le fichier est vide. La première ligne doit donner les noms des colonnes.",
            ));
        }
        let mut table =
            Self { text, delimiter, header: Vec::new(), header_line: line, data_starts: start, data_line: line };
        table.read_header()?;
        Ok(table)
    }

    fn read_header(&mut self) -> Result<(), ImportErrors> {
        let data = &self.text.as_bytes()[self.data_starts..];
        let mut reader =
            ReaderBuilder::new().delimiter(self.delimiter).has_headers(false).flexible(true).from_reader(data);
        let mut record = StringRecord::new();
        let found = reader.read_record(&mut record);
        if !matches!(found, Ok(true)) {
            return Err(ImportErrors::one(self.header_line, None, UNREADABLE));
        }
        let mut errors = Errors::default();
        check_cells(&record, self.header_line, &[], &mut errors);
        errors.finish(())?;
        self.header = record.iter().map(one_line).collect();
        let mut end = usize::try_from(reader.position().byte()).unwrap_or(data.len()).min(data.len());
        // The reader stops between `\r` and `\n`.
        if data[..end].ends_with(b"\r") && data[end..].starts_with(b"\n") {
            end += 1;
        }
        let end = self.data_starts + end;
        self.data_line += line_breaks(&self.text.as_bytes()[self.data_starts..end]);
        self.data_starts = end;
        Ok(())
    }

    /// The column that bears one of the names (separated by `|`), compared without case, accents and punctuation.
    ///
    /// # Errors
    /// Two columns bear it: the error goes into `errors`, the first column is taken.
    pub fn column(&self, names: &str, errors: &mut Errors) -> Option<usize> {
        let mut found = None;
        for (i, name) in self.header.iter().enumerate() {
            let name = folded(name);
            if !names.split('|').any(|wanted| folded(wanted) == name) {
                continue;
            }
            match found {
                None => found = Some(i),
                Some(first) => errors.push(
                    self.header_line,
                    Some(&self.header[i]),
                    format!(
                        "Cette colonne dit la même chose que {}. Gardez une seule des deux.",
                        quoted(&self.header[first])
                    ),
                ),
            }
        }
        found
    }

    /// As [`Table::column`], for a column that must be there. A missing one goes into `errors`.
    pub fn required(&self, names: &str, errors: &mut Errors) -> usize {
        self.column(names, errors).unwrap_or_else(|| {
            let there: Vec<String> = self.header.iter().filter(|name| !name.is_empty()).map(|n| quoted(n)).collect();
            errors.push(
                self.header_line,
                None,
                format!(
                    "Il manque la colonne {}. La première ligne doit donner les noms des colonnes ; elle donne : {}.",
                    quoted(names.split('|').next().unwrap_or_default().trim()),
                    if there.is_empty() { "rien".to_owned() } else { there.join(", ") }
                ),
            );
            usize::MAX
        })
    }

    /// The name of a column as the file writes it.
    pub fn name(&self, column: usize) -> Option<&str> {
        self.header.get(column).map(String::as_str)
    }

    /// Calls `each` with every row that is not blank, in the order of the file, one at a time. Cells that no table may hold
    /// go into `errors`, and their row is left out.
    pub fn each_row(&self, errors: &mut Errors, mut each: impl FnMut(&Row<'_>, &mut Errors)) {
        let data = &self.text.as_bytes()[self.data_starts..];
        let mut reader =
            ReaderBuilder::new().delimiter(self.delimiter).has_headers(false).flexible(true).from_reader(data);
        let mut record = StringRecord::new();
        let (mut line, mut counted, mut last) = (self.data_line, 0, 0);
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => {
                    errors.push(line, None, UNREADABLE);
                    return;
                }
            }
            let mut starts = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(counted);
            while matches!(data.get(starts), Some(b'\r' | b'\n')) {
                starts += 1;
            }
            line += line_breaks(&data[counted..starts]);
            (counted, last) = (starts, starts);
            if record.iter().all(|cell| trimmed(cell).is_empty()) {
                continue;
            }
            if check_cells(&record, line, &self.header, errors) {
                each(&Row { line, cells: &record }, errors);
            }
        }
        // The reader takes an open quote to the end of the file for one long cell: rows would be lost in silence.
        if ends_in_quotes(&data[last..], self.delimiter) {
            errors.push(line, None, "Un guillemet (\") est ouvert sur cette ligne et n'est jamais fermé. Fermez-le.");
        }
    }
}

const UNREADABLE: &str = "Cette ligne n'est pas lisible. Enregistrez le fichier au format « CSV UTF-8 ».";

/// Whether a row may be read: its cells fit the header, none is too long, none holds a control character.
fn check_cells(record: &StringRecord, line: u64, header: &[String], errors: &mut Errors) -> bool {
    let before = errors.count();
    if !header.is_empty() && record.iter().skip(header.len()).any(|cell| !trimmed(cell).is_empty()) {
        errors.push(
            line,
            None,
            format!(
                "La ligne a {} cellules, l'en-tête en annonce {}. Mettez entre guillemets (\") le texte qui contient le séparateur.",
                record.len(),
                header.len()
            ),
        );
    }
    for (i, cell) in record.iter().enumerate() {
        let column = header.get(i).map(String::as_str);
        if cell.len() > MAX_CELL && cell.chars().count() > MAX_CELL {
            errors.push(
                line,
                column,
                "La cellule dépasse 10 000 caractères. Cherchez sur cette ligne un guillemet (\") qui n'est pas fermé.",
            );
        }
        // ASCII's control characters, and as UTF-8 those of Latin-1 (C2 80 to C2 9F).
        let bytes = cell.as_bytes();
        if bytes.iter().any(|&b| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7f)
            || bytes.windows(2).any(|pair| pair[0] == 0xc2 && pair[1] < 0xa0)
        {
            errors.push(line, column, "La cellule contient un caractère invisible interdit. Effacez-la et retapez-la.");
        }
    }
    errors.count() == before
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ImportErrors> {
    let refused = |line, what: &str| {
        let sentence = format!("{what} Enregistrez-le de nouveau au format « CSV UTF-8 ».");
        Err(ImportErrors::one(line, None, sentence))
    };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[mark..]);
        let named = if encoding == UTF_8 { "UTF-8" } else { "UTF-16" };
        debug_assert!([UTF_8, UTF_16LE, UTF_16BE].contains(&encoding));
        return if broken { refused(1, &format!("Le fichier se dit en {named} et ne l'est pas.")) } else { Ok(text) };
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    // "é" in UTF-8 beside a byte that is none: two files were put together. Read as Windows-1252 it would become "Ã©".
    if bytes.windows(2).any(|pair| pair[0] == 0xc3 && (0x80..0xc0).contains(&pair[1])) {
        let line = 1 + line_breaks(&bytes[..error.valid_up_to()]);
        return refused(line, "Le fichier mélange deux façons d'écrire les accents, à partir de cette ligne.");
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

/// How many lines end in a piece of text; `\r\n` ends one line.
fn line_breaks(bytes: &[u8]) -> u64 {
    let ends = |(i, b): (usize, &u8)| *b == b'\n' || (*b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(|&(i, b)| ends((i, b))).count() as u64
}

/// The first line that is not blank; `start` and `line` move to it.
fn first_line<'t>(text: &'t str, start: &mut usize, line: &mut u64) -> &'t str {
    let rest = &text[*start..];
    let skipped = rest.len() - rest.trim_start_matches(['\n', '\r', ' ']).len();
    *line += line_breaks(&rest.as_bytes()[..skipped]);
    *start += skipped;
    let rest = &text[*start..];
    &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
}

/// The delimiter of the header line: the most frequent of `;`, `,` and tab outside quotes.
fn sniff(header: &str) -> u8 {
    let mut counts = [(b';', 0u32), (b',', 0), (b'\t', 0)];
    let mut quotes = false;
    for byte in header.bytes() {
        quotes ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte && !quotes) {
            *count += 1;
        }
    }
    let mut best = counts[0];
    for candidate in counts {
        if candidate.1 > best.1 {
            best = candidate;
        }
    }
    best.0
}

/// Whether a record's text ends inside quotes. Only a quote that opens a cell counts, as for the reader.
fn ends_in_quotes(record: &[u8], delimiter: u8) -> bool {
    let (mut quotes, mut cell_starts) = (false, true);
    let mut bytes = record.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if quotes {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                quotes = false;
            }
        } else if cell_starts && byte == b'"' {
            (quotes, cell_starts) = (true, false);
        } else {
            cell_starts = byte == delimiter || matches!(byte, b'\n' | b'\r');
        }
    }
    quotes
}
