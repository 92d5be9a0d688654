//! The options that decide how a semantic patch is read and run, in Coccinelle's spelling: on the command line of
//! `spatch`, and behind `#spatch` in the patch itself.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use engine::Widths;
use project::HeaderFiles;

use crate::arguments::Reading;
use crate::patch::Given;

/// Options without value that change nothing here: there is one way to print progress, and headers are read where types
/// are asked for.
const WITHOUT_EFFECT: [&str; 12] = [
    "very-quiet",
    "quiet",
    "local-includes",
    "all-includes",
    "recursive-includes",
    "no-loops",
    "linux-spacing",
    "show-diff",
    "no-gitgrep",
    "include-headers-for-types",
    "debug",
    "ignore-unknown-options",
];

/// Options with a value that change nothing here.
const VALUE_WITHOUT_EFFECT: [&str; 1] = ["macro-file-builtins"];

/// How a patch is read and run.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatchOptions {
    pub(crate) given: Given,
    pub(crate) disabled: Vec<Box<str>>,
    pub(crate) iso_file: Option<PathBuf>,
    pub(crate) max_width: Option<usize>,
    pub(crate) indent: Option<usize>,
    pub(crate) no_includes: bool,
    pub(crate) include_dirs: Vec<PathBuf>,
    pub(crate) widths: Widths,
    pub(crate) keep_comments: bool,
    pub(crate) smpl_spacing: bool,
    /// In seconds.
    pub(crate) timeout: Option<u64>,
    pub(crate) reading: Reading,
}

/// An option as it is written: its name without dashes, and what belongs to it.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) value: Option<OsString>,
}

impl Written {
    /// Reads `--name`, `-name`, `--name=value`, `-jN`; `_` counts as `-`. None for what is no option.
    pub(crate) fn read(argument: &OsString) -> Option<Written> {
        let text = argument.to_string_lossy().into_owned();
        if !text.starts_with('-') || text == "-" {
            return None;
        }
        let bare = text.trim_start_matches('-').replace('_', "-");
        let letter = bare.chars().next().filter(|letter| ['j', 'D', 'I'].contains(letter));
        if let Some(letter) =
            letter.filter(|l| bare.len() > 1 && text.starts_with(&format!("-{l}")))
        {
            let value = Some(OsString::from(&text[2..]));
            return Some(Written { name: letter.to_string(), value });
        }
        Some(match bare.split_once('=') {
            Some((name, _)) => {
                let value = text.split_once('=').map(|(_, value)| OsString::from(value));
                Written { name: name.to_owned(), value }
            }
            None => Written { name: bare, value: None },
        })
    }
}

impl PatchOptions {
    /// Takes an option, its value from `next`; false if it is none of these.
    pub(crate) fn take(
        &mut self,
        name: &str,
        next: &mut dyn FnMut() -> Result<OsString, String>,
    ) -> Result<bool, String> {
        let mut text = || next().map(|value| value.to_string_lossy().into_owned());
        match name {
            "D" => self.given.add(&text()?),
            "disable-iso" => self.disabled.push(text()?.into()),
            "iso-file" => self.iso_file = Some(next()?.into()),
            "max-width" => self.max_width = Some(number(&text()?)?),
            "indent" => self.indent = Some(number(&text()?)?),
            "no-includes" => self.no_includes = true,
            "I" => self.include_dirs.push(next()?.into()),
            "int-bits" => self.widths.int = Some(number(&text()?)?),
            "long-bits" => self.widths.long = Some(number(&text()?)?),
            "keep-comments" => self.keep_comments = true,
            "smpl-spacing" => self.smpl_spacing = true,
            "timeout" => self.timeout = Some(seconds(&text()?)?),
            "macro-file" => self.reading.macro_file.push(next()?.into()),
            "defined" => self.reading.defined.push(text()?),
            "undefined" => self.reading.undefined.push(text()?),
            name if WITHOUT_EFFECT.contains(&name) => {}
            name if VALUE_WITHOUT_EFFECT.contains(&name) => drop(next()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes the words behind `#spatch`; those that are not known here.
    pub(crate) fn take_line(&mut self, line: &str) -> Result<Vec<String>, String> {
        let mut words = split(line).into_iter().peekable();
        let mut unknown = Vec::new();
        while let Some(word) = words.next() {
            let Some(Written { name, mut value }) = Written::read(&word) else {
                unknown.push(word.to_string_lossy().into_owned());
                continue;
            };
            let shown = word.to_string_lossy().into_owned();
            let mut next = || {
                let missing = || format!("option {shown} needs a value");
                value.take().or_else(|| words.next()).ok_or_else(missing)
            };
            if !self.take(&name, &mut next)? {
                unknown.push(shown);
                // What follows is probably its value.
                words.next_if(|word| Written::read(word).is_none());
            }
        }
        Ok(if line.contains("ignore-unknown-options") { Vec::new() } else { unknown })
    }

    /// Adds options that are said closer to the run, and so count more.
    pub(crate) fn overridden_by(mut self, other: PatchOptions) -> PatchOptions {
        self.given.virtuals.extend(other.given.virtuals);
        // The first value of a name counts.
        self.given.values.splice(0..0, other.given.values);
        self.disabled.extend(other.disabled);
        self.iso_file = other.iso_file.or(self.iso_file);
        self.max_width = other.max_width.or(self.max_width);
        self.indent = other.indent.or(self.indent);
        self.no_includes |= other.no_includes;
        self.include_dirs.extend(other.include_dirs);
        self.widths.int = other.widths.int.or(self.widths.int);
        self.widths.long = other.widths.long.or(self.widths.long);
        self.keep_comments |= other.keep_comments;
        self.smpl_spacing |= other.smpl_spacing;
        self.timeout = other.timeout.or(self.timeout);
        self.reading.macro_file.extend(other.reading.macro_file);
        self.reading.defined.extend(other.reading.defined);
        self.reading.undefined.extend(other.reading.undefined);
        self
    }

    /// How many steps a file may take.
    pub(crate) fn limit(&self) -> ctl::Limit {
        self.timeout.map(ctl::Limit::seconds).unwrap_or_default()
    }

    /// Where headers are looked for when types matter.
    pub(crate) fn headers(&self) -> Option<Arc<dyn engine::Headers>> {
        let files = HeaderFiles { folders: self.include_dirs.clone() };
        (!self.no_includes).then(|| Arc::new(files) as Arc<dyn engine::Headers>)
    }

    /// How added code is printed.
    pub(crate) fn style(&self) -> rewrite::Style {
        let default = rewrite::Style::default();
        rewrite::Style {
            max_width: self.max_width.unwrap_or(default.max_width),
            indent: self.indent.or(default.indent),
            keep_comments: self.keep_comments,
            smpl_spacing: self.smpl_spacing,
        }
    }
}

pub(crate) fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

/// A time limit; 0 is none, as in Coccinelle.
fn seconds(text: &str) -> Result<u64, String> {
    let seconds: u64 = text.parse().map_err(|_| format!("`{text}` is no number of seconds"))?;
    Ok(if seconds == 0 { u64::MAX } else { seconds })
}

/// Words between blanks; quotes keep blanks together.
fn split(line: &str) -> Vec<OsString> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, _) if letter.is_whitespace() => words.extend(word.take().map(OsString::from)),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word.map(OsString::from));
    words
}
