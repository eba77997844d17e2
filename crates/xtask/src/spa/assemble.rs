//! The folder that the server serves.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::compress::{self, Quality};
use super::css;
use super::inputs::{collect, hexadecimal};

/// The name of the bound application's files.
pub const STEM: &str = "toit";

/// What loads the parts that a first visit does without, as `wasm_split_cli_support` names it.
const LINK: &str = "__wasm_split.js";

/// What is added to the generated JavaScript.
const BOOT: &str = include_str!("../../assets/boot.js");

/// A line of `manifest.json`: a path of the site, and the file that answers it.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// The path below the site's root: `/index.html`, `/assets/toit-0123456789abcdef.wasm`.
    pub path: String,
    /// The file's name in the folder; `FILE.br` and `FILE.gz` may stand beside it.
    pub file: String,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// Whether what this path answers never changes, its name being its content's hash.
    pub immutable: bool,
    /// The value of `ETag` of the plain form, with its quotes.
    pub etag: String,
}

/// What is loaded, in bytes of brotli.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// By a first visit: html, css, js and the main part of the wasm.
    pub first_visit: usize,
    /// When it is first needed: the other parts.
    pub later: usize,
}

struct Folder<'a> {
    path: &'a Path,
    quality: Quality,
    entries: Vec<Entry>,
}

/// Puts the application together: `frontend` with its page, style sheets and other assets, `bound` as `wasm-bindgen` left
/// it, into `folder`, which is made.
pub fn assemble(frontend: &Path, bound: &Path, folder: &Path, quality: Quality) -> Result<Weight> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut folder = Folder { path: folder, quality, entries: Vec::new() };

    let wasm = read(&bound.join(format!("{STEM}_bg.wasm")))?;
    let (wasm, wasm_size) = folder.add_hashed(&format!("{STEM}.wasm"), &wasm)?;
    let mut link = read_text(&bound.join(LINK))?;
    let mut later = 0;
    for (name, content) in files_below(bound)?.into_iter().filter(|(name, _)| is_part(name)) {
        let (path, size) =
            folder.add_hashed(&name, &without_custom_sections(&content).with_context(|| name.clone())?)?;
        later += size;
        link = link.replace(&format!("./{name}"), &path);
    }
    let mut script = read_text(&bound.join(format!("{STEM}.js")))?;
    let mut snippets_size = 0;
    for (name, content) in files_below(&bound.join("snippets"))? {
        let (path, size) = folder.add_hashed(&name, &content)?;
        snippets_size += size;
        script = script.replace(&format!("./snippets/{name}"), &path);
    }
    script += &BOOT.replace("{{wasm}}", &wasm);
    // The two import each other, so neither can carry the hash of its own final content: both carry that of both.
    let both = format!("{script}{link}");
    let [script_file, link_file] = [&format!("{STEM}.js"), LINK].map(|name| hashed_name(name, both.as_bytes()));
    // Only where it is imported: below that name the wasm looks for it.
    let script = script.replace(&format!("from \"./{LINK}\""), &format!("from \"./{link_file}\""));
    let link = link.replace(&format!("./{STEM}.js"), &format!("./{script_file}"));
    let mut scripts_size = 0;
    for (file, content) in [(&script_file, &script), (&link_file, &link)] {
        scripts_size += folder.add(&format!("/assets/{file}"), file, content.as_bytes(), true)?;
    }
    let script = format!("/assets/{script_file}");

    let assets = add_assets(&mut folder, &frontend.join("assets"))?;
    let css = renamed(&css::minify(&css::join(&frontend.join("style"))?), &assets);
    let (css, css_size) = folder.add_hashed(&format!("{STEM}.css"), css.as_bytes())?;

    let page = read_text(&frontend.join("index.html"))?;
    let page = renamed(&page, &assets).replace("{{css}}", &css).replace("{{js}}", &script).replace("{{wasm}}", &wasm);
    if let Some(place) = page.find("{{") {
        let word: String = page[place..].chars().take(24).collect();
        bail!("frontend/index.html holds a placeholder that nobody fills: {word}");
    }
    let page_size = folder.add("/index.html", "index.html", page.as_bytes(), false)?;

    let manifest = serde_json::to_vec_pretty(&folder.entries)?;
    fs::write(folder.path.join("manifest.json"), manifest).context("cannot write manifest.json")?;
    Ok(Weight { first_visit: wasm_size + scripts_size + snippets_size + css_size + page_size, later })
}

/// Whether a file is a part that is loaded later.
fn is_part(name: &str) -> bool {
    name.ends_with(".wasm") && name != format!("{STEM}_bg.wasm")
}

/// A WebAssembly module without names, relocations and debugging: without its sections of kind 0 (WebAssembly core
/// specification 2.0, 5.5.3).
fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    let mut kept = module.get(..HEADER).context("no WebAssembly module")?.to_vec();
    let mut at = HEADER;
    while let Some(&kind) = module.get(at) {
        // The size is an unsigned LEB128 of at most five bytes.
        let (mut size, mut read) = (0usize, 1);
        loop {
            let byte = *module.get(at + read).context("a section without its size")?;
            size |= usize::from(byte & 0x7f) << (7 * (read - 1));
            read += 1;
            if byte & 0x80 == 0 {
                break;
            }
            if read > 5 {
                bail!("a section whose size is too long");
            }
        }
        let section = module.get(at..at + read + size).context("a section that is cut off")?;
        if kind != 0 {
            kept.extend_from_slice(section);
        }
        at += section.len();
    }
    Ok(kept)
}

impl Folder<'_> {
    /// Adds a file whose name gets its content's hash. Gives its path on the site and its bytes in brotli.
    fn add_hashed(&mut self, name: &str, content: &[u8]) -> Result<(String, usize)> {
        let file = hashed_name(name, content);
        let path = format!("/assets/{file}");
        let size = self.add(&path, &file, content, true)?;
        Ok((path, size))
    }

    fn add(&mut self, path: &str, file: &str, content: &[u8], immutable: bool) -> Result<usize> {
        let size = compress::write(&self.path.join(file), content, self.quality)?;
        self.list(path, file, content, immutable)?;
        Ok(size)
    }

    fn list(&mut self, path: &str, file: &str, content: &[u8], immutable: bool) -> Result<()> {
        self.entries.push(Entry {
            path: path.to_owned(),
            file: file.to_owned(),
            content_type: content_type(file)?,
            immutable,
            etag: format!("\"{}\"", content_hash(content)),
        });
        Ok(())
    }
}

/// Adds what stands in `assets`, each under its own path and under one with its hash, and gives those pairs. Style
/// sheets, the page and the web manifest are pointed to the latter, so that a second visit asks for none of them.
fn add_assets(folder: &mut Folder<'_>, assets: &Path) -> Result<Vec<(String, String)>> {
    let (texts, others): (Vec<_>, Vec<_>) =
        files_below(assets)?.into_iter().partition(|(name, _)| name.ends_with(".webmanifest"));
    let mut renames = Vec::new();
    for (name, content) in others.into_iter().chain(texts) {
        let content = if name.ends_with(".webmanifest") {
            let text = String::from_utf8(content).with_context(|| format!("{name} is no UTF-8"))?;
            renamed(&text, &renames).into_bytes()
        } else {
            content
        };
        let (path, _) = folder.add_hashed(&name, &content)?;
        let plain = format!("/assets/{name}");
        folder.list(&plain, &hashed_name(&name, &content), &content, false)?;
        renames.push((plain, path));
    }
    // The longer path first, since one may begin like another.
    renames.sort_by_key(|(plain, _)| std::cmp::Reverse(plain.len()));
    Ok(renames)
}

fn renamed(text: &str, renames: &[(String, String)]) -> String {
    renames.iter().fold(text.to_owned(), |text, (plain, hashed)| text.replace(plain, hashed))
}

/// `icons/roof.svg` becomes `icons-roof-0123456789abcdef.svg`.
fn hashed_name(name: &str, content: &[u8]) -> String {
    let flat = name.replace(['/', '\\'], "-");
    let hash = content_hash(content);
    match flat.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{flat}-{hash}"),
    }
}

/// The first 16 hexadecimal digits of the content's SHA-256.
fn content_hash(content: &[u8]) -> String {
    hexadecimal(&Sha256::digest(content)[..8])
}

fn content_type(file: &str) -> Result<&'static str> {
    Ok(match file.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        other => bail!("{file}: no content type is known for .{other}; add it to crates/xtask/src/spa/assemble.rs"),
    })
}

/// The files below `folder`, each with its path from there (with `/`), in the order of their names.
fn files_below(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            Ok((name, read(&file)?))
        })
        .collect()
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::super::compress::Quality;
    use super::{assemble, content_type, hashed_name, renamed};

    #[test]
    fn a_folder_is_put_together() -> anyhow::Result<()> {
        let root = std::env::temp_dir().join(format!("toit-assemble-{}", std::process::id()));
        let long = "a long text that repeats, ".repeat(20);
        for (file, content) in [
            ("bound/toit_bg.wasm", long.as_str()),
            (
                "bound/toit.js",
                "import * as a from \"./__wasm_split.js\"\nlet i = {\"./__wasm_split.js\": a};\nimport {f} from './snippets/x-0/inline0.js';\nexport default __wbg_init;",
            ),
            (
                "bound/__wasm_split.js",
                "import { initSync } from \"./toit.js\";\nfetch(new URL(\"./split_inside.wasm\", import.meta.url))",
            ),
            ("bound/split_inside.wasm", "\0asm\u{1}\0\0\0\0\u{2}xx\u{7}\u{1}y"),
            ("bound/snippets/x-0/inline0.js", "export function f() {}"),
            ("frontend/assets/icons/roof.svg", "<svg/>"),
            ("frontend/assets/site.webmanifest", "{\"src\": \"/assets/icons/roof.svg\"}"),
            ("frontend/style/order.txt", "tokens.css\nbase.css\n"),
            ("frontend/style/tokens.css", ":root { --a: 1 }"),
            ("frontend/style/base.css", "a { background: url(/assets/icons/roof.svg) }"),
            ("frontend/index.html", "{{css}} {{js}} {{wasm}} /assets/site.webmanifest"),
        ] {
            let file = root.join(file);
            fs::create_dir_all(file.parent().unwrap_or(&root))?;
            fs::write(file, content)?;
        }
        let folder = root.join("spa");
        assemble(&root.join("frontend"), &root.join("bound"), &folder, Quality::Quick)?;

        let manifest: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("manifest.json"))?)?;
        let at =
            |path: &str| manifest.iter().find(|entry| entry["path"].as_str().is_some_and(|own| own.starts_with(path)));
        let page = fs::read_to_string(folder.join("index.html"))?;
        let paths: Vec<&str> = page.split(' ').collect();
        for path in &paths {
            let entry = at(path).filter(|entry| entry["immutable"] == true);
            assert!(entry.is_some(), "{path} of {page}");
        }
        assert_eq!(at("/index.html").map(|entry| &entry["immutable"]), Some(&Value::Bool(false)));
        assert_eq!(at("/assets/icons/roof.svg").map(|entry| &entry["immutable"]), Some(&Value::Bool(false)));
        let read = |path: &str| fs::read_to_string(folder.join(path.trim_start_matches("/assets/")));
        assert!(read(paths[0])?.starts_with(":root{--a: 1}a{background: url(/assets/icons-roof-"));
        let script = read(paths[1])?;
        assert!(script.contains(paths[2]) && script.contains("from '/assets/x-0-inline0-"), "{script}");
        let link =
            manifest.iter().filter_map(|entry| entry["path"].as_str()).find(|path| path.contains("__wasm_split"));
        let link = link.expect("the loader of the parts");
        assert!(script.contains(&link.replace("/assets/", "./")), "{script}");
        assert!(script.contains("{\"./__wasm_split.js\": a}"), "the wasm asks for it by this name: {script}");
        let loader = read(link)?;
        assert!(
            loader.contains(&paths[1].replace("/assets/", "./")) && loader.contains("\"/assets/split_inside-"),
            "{loader}"
        );
        let part = at("/assets/split_inside-").and_then(|entry| entry["path"].as_str()).expect("the part");
        assert_eq!(read(part)?, "\0asm\u{1}\0\0\0\u{7}\u{1}y", "its names are gone");
        let wasm = folder.join(paths[2].trim_start_matches("/assets/"));
        assert!(wasm.with_extension("wasm.br").exists() && wasm.with_extension("wasm.gz").exists());
        fs::remove_dir_all(&root)?;
        Ok(())
    }

    #[test]
    fn a_name_carries_the_hash_of_its_content() {
        // printf '' | sha256sum
        assert_eq!(hashed_name("icons/roof.svg", b""), "icons-roof-e3b0c44298fc1c14.svg");
        assert_ne!(hashed_name("a.css", b"a"), hashed_name("a.css", b"b"));
        assert_eq!(hashed_name("bare", b""), "bare-e3b0c44298fc1c14");
    }

    #[test]
    fn an_unknown_kind_of_file_is_refused() {
        assert_eq!(content_type("a.wasm").ok(), Some("application/wasm"));
        let error = content_type("a.exe").map_err(|error| error.to_string());
        assert!(error.is_err_and(|message| message.contains(".exe")));
    }

    #[test]
    fn references_follow_the_new_names() {
        let renames = [("/assets/roof.svg".to_owned(), "/assets/roof-00.svg".to_owned())];
        assert_eq!(renamed("a{background:url(/assets/roof.svg)}", &renames), "a{background:url(/assets/roof-00.svg)}");
    }
}
