//! Style sheets: joined in their order, without comments and spare white space.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Joins the files of `folder` in the order of its `order.txt`, one file name a line.
///
/// # Errors
/// When a file named there is missing, or a `.css` file of the folder is named nowhere.
pub fn join(folder: &Path) -> Result<String> {
    let order = folder.join("order.txt");
    let order = fs::read_to_string(&order).with_context(|| format!("cannot read {}", order.display()))?;
    let names: Vec<&str> =
        order.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".css") && !names.contains(&name.as_ref()) {
            bail!("{}/{name} stands nowhere in order.txt", folder.display());
        }
    }
    let mut joined = String::new();
    for name in names {
        let file = folder.join(name);
        joined += &fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        joined.push('\n');
    }
    Ok(joined)
}

/// Takes comments away, and white space where no selector and no value can need it.
///
/// What stands between quotes stays as it is. White space beside `{`, `}` and `;` goes, and after `,`; elsewhere a run of it
/// becomes one space, since `a :hover` and `a:hover`, `1px + 2px` and `1px+2px` differ.
pub fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    let mut space = false;
    while let Some(letter) = rest.next() {
        match letter {
            '/' if rest.peek() == Some(&'*') => {
                rest.next();
                let mut before = ' ';
                for inside in rest.by_ref() {
                    if before == '*' && inside == '/' {
                        break;
                    }
                    before = inside;
                }
                space = true;
            }
            _ if letter.is_ascii_whitespace() => space = true,
            _ => {
                if space
                    && !matches!(letter, '{' | '}' | ';')
                    && !matches!(out.chars().next_back(), None | Some('{' | '}' | ';' | ','))
                {
                    out.push(' ');
                }
                space = false;
                if letter == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(letter);
                if letter == '"' || letter == '\'' {
                    copy_string(letter, &mut rest, &mut out);
                }
            }
        }
    }
    out
}

fn copy_string(quote: char, rest: &mut impl Iterator<Item = char>, out: &mut String) {
    while let Some(inside) = rest.next() {
        out.push(inside);
        if inside == '\\' {
            out.extend(rest.next());
        } else if inside == quote {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn comments_and_spare_white_space_go() {
        let css = "/* roof */\n:root {\n  --ink: #123;\n  --gap: calc(1rem + 2px);\n}\n\na :hover,\nb > c {\n  color: red;\n}\n";
        assert_eq!(minify(css), ":root{--ink: #123;--gap: calc(1rem + 2px)}a :hover,b > c{color: red}");
    }

    #[test]
    fn strings_stay_as_they_are() {
        assert_eq!(minify("a::after { content: \"  /* { \\\" } */ \"; }"), "a::after{content: \"  /* { \\\" } */ \"}");
        assert_eq!(minify("a { content: ' ; ' }"), "a{content: ' ; '}");
    }

    #[test]
    fn a_comment_between_two_words_parts_them() {
        assert_eq!(minify("a{margin:1px/**/2px}"), "a{margin:1px 2px}");
    }

    #[test]
    fn what_never_ends_does_no_harm() {
        assert_eq!(minify("a{b:c} /* open"), "a{b:c}");
        assert_eq!(minify("a{b:\"open"), "a{b:\"open");
    }
}
