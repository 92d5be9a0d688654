//! Reading a semantic patch and what it refers to, and saying what is wrong with it.

use std::path::{Path, PathBuf};

use diag::{Diagnostic, Source, Sources};
use engine::{Prepared, Settings};
use project::Prefilter;
use smpl::{Failure, Isomorphism, Options, Origin, Reference, Rule, ScriptSource, SemanticPatch};

use crate::patch_options::PatchOptions;
use crate::{Reported, knowledge, output};

/// Reads and parses a semantic patch; its errors and warnings are shown.
pub(crate) fn read(
    path: &Path,
    isomorphism_file: Option<&Path>,
    quiet: bool,
) -> Result<SemanticPatch, Reported> {
    match parse(path, isomorphisms(isomorphism_file)?)? {
        Ok(patch) => {
            if !quiet {
                output::diagnostics(&patch.warnings, &patch.sources);
            }
            Ok(patch)
        }
        Err(failure) => {
            output::diagnostics(&failure.diagnostics, &failure.sources);
            Err(Reported)
        }
    }
}

/// Parses the semantic patch in a file; only an unreadable file is reported.
pub(crate) fn parse(
    path: &Path,
    isomorphisms: Vec<Isomorphism>,
) -> Result<Result<SemanticPatch, Failure>, Reported> {
    let options = Options { isomorphisms, load: &load };
    Ok(smpl::parse(read_source(path)?, &options))
}

fn read_source(path: &Path) -> Result<Source, Reported> {
    match project::read_bytes(path) {
        Ok(text) => Ok(Source::new(path.to_string_lossy(), text)),
        Err(problem) => {
            output::error(&problem.path, &problem.message);
            Err(Reported)
        }
    }
}

/// The text of an included file: beside the file that names it, or else below the working directory.
fn load(reference: Reference<'_>) -> Result<Source, String> {
    let named = Path::new(reference.name);
    let folder = Path::new(reference.from).parent().unwrap_or(Path::new(""));
    let beside = folder.join(named);
    let path = if beside.is_file() { beside } else { named.to_owned() };
    match project::read_bytes(&path) {
        Ok(text) => Ok(Source::new(tidy(&path).to_string_lossy(), text)),
        Err(_) if !path.exists() => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            Err(format!("neither in {} nor in the working directory", folder.display()))
        }
        Err(problem) => Err(problem.message),
    }
}

/// The path without `.` and, where that is only a matter of text, `..`; so that one file has one name.
fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut tidied = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidied.components().next_back(), Some(Component::Normal(_))) =>
            {
                tidied.pop();
            }
            other => tidied.push(other),
        }
    }
    tidied
}

/// Reads a patch and makes it ready to run, with the options of its `#spatch` lines and with those that are given.
pub(crate) fn ready(
    path: &Path,
    given: PatchOptions,
    quiet: bool,
) -> Result<(Prefilter, Prepared), Reported> {
    let mut parsed = read(path, given.iso_file.as_deref(), quiet)?;
    let own = own_options(&parsed)?;
    let other_isomorphisms = given.iso_file.is_none() && own.iso_file.is_some();
    let options = own.overridden_by(given);
    if other_isomorphisms {
        parsed = read(path, options.iso_file.as_deref(), true)?;
    }
    options.given.check(path, &parsed)?;
    let prefilter = Prefilter::new(&parsed, &options.given.virtuals);
    let settings = Settings {
        virtuals: options.given.virtuals.clone(),
        values: options.given.values.clone(),
        disabled: options.disabled.clone(),
        known: knowledge::read(&options.reading)?,
        style: options.style(),
        widths: options.widths,
        headers: options.headers(),
        limit: options.limit(),
    };
    Ok((prefilter, prepare(path, parsed, settings)?))
}

/// What the `#spatch` lines of a patch say; what has no effect here is told.
fn own_options(patch: &SemanticPatch) -> Result<PatchOptions, Reported> {
    let mut options = PatchOptions::default();
    let Some(first) = patch.options.first() else { return Ok(options) };
    // The value of an option may stand on the next of these lines.
    let text: Vec<&str> = patch.options.iter().map(|line| &*line.text).collect();
    let told = match options.take_line(&text.join(" ")) {
        Ok(unknown) if unknown.is_empty() => return Ok(options),
        Ok(unknown) => {
            let message = format!("without effect here: {}", unknown.join(", "));
            Diagnostic::warning("cli/option", &first.file, message)
        }
        Err(message) => Diagnostic::error("cli/option", &first.file, message),
    };
    output::diagnostic(&told.clone().primary(first.span, "options begin here"), &patch.sources);
    if told.severity == diag::Severity::Error {
        return Err(Reported);
    }
    Ok(options)
}

/// Makes a patch ready to run.
pub(crate) fn prepare(
    path: &Path,
    patch: SemanticPatch,
    settings: Settings,
) -> Result<Prepared, Reported> {
    if let Some(problem) = engine::unsupported(&patch) {
        output::diagnostic(&problem, &patch.sources);
        return Err(Reported);
    }
    let of_rules = patch.rules.iter().flat_map(|rule| &rule.isomorphisms);
    let declared = || patch.isomorphisms.iter().chain(of_rules.clone());
    let known = |name: &str| {
        smpl::BUILT_IN.contains(&name) || declared().any(|isomorphism| &*isomorphism.name == name)
    };
    if let Some(unknown) = settings.disabled.iter().find(|name| !known(name)) {
        output::error(path, &format!("there is no isomorphism called `{unknown}` to disable"));
        return Err(Reported);
    }
    Ok(Prepared::new(patch, settings))
}

/// The isomorphisms of a file, or the default ones.
pub(crate) fn isomorphisms(file: Option<&Path>) -> Result<Vec<Isomorphism>, Reported> {
    let Some(path) = file else { return Ok(smpl::default_isomorphisms()) };
    let source = read_source(path)?;
    smpl::parse_isomorphisms(&source).map_err(|diagnostics| {
        output::diagnostics(&diagnostics, &Sources::from(source));
        Reported
    })
}

/// What `-D` gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// `-D name`
    pub(crate) virtuals: Vec<Box<str>>,
    /// `-D name=value`
    pub(crate) values: Vec<(Box<str>, Box<str>)>,
}

impl Given {
    /// Adds what stands behind one `-D`.
    pub(crate) fn add(&mut self, definition: &str) {
        match definition.split_once('=') {
            Some((name, value)) => self.values.push((name.into(), value.into())),
            None => self.virtuals.push(definition.into()),
        }
    }

    /// A name that the patch does not declare is a slip of the pen.
    fn check(&self, path: &Path, patch: &SemanticPatch) -> Result<(), Reported> {
        let declared: Vec<&str> = patch.virtuals.iter().map(|name| &*name.name).collect();
        if let Some(name) = self.virtuals.iter().find(|name| !declared.contains(&&***name)) {
            let message =
                format!("-D {name}: the patch has no `virtual {name}`; {}", list(&declared));
            output::error(path, &message);
            return Err(Reported);
        }
        let asked = asked_for(patch);
        if let Some((name, _)) = self.values.iter().find(|(name, _)| !asked.contains(&&**name)) {
            let message =
                format!("-D {name}=...: the patch has no `virtual.{name}`; {}", list(&asked));
            output::error(path, &message);
            return Err(Reported);
        }
        Ok(())
    }
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "it has none".to_owned(),
        names => format!("it has {}", names.join(", ")),
    }
}

/// The names behind `virtual.` in metavariables and inputs of scripts.
fn asked_for(patch: &SemanticPatch) -> Vec<&str> {
    let metavariables = patch.rules.iter().flat_map(|rule| &rule.metavariables);
    let metavariables = metavariables.filter(|m| m.origin == Origin::Virtual).map(|m| &*m.name);
    let inputs = patch.rules.iter().filter_map(Rule::script).flat_map(|script| &script.inputs);
    let inputs = inputs.filter_map(|input| match &input.source {
        ScriptSource::Virtual(name) => Some(&**name),
        ScriptSource::Rule(..) | ScriptSource::Merge(_) => None,
    });
    let mut names: Vec<&str> = metavariables.chain(inputs).collect();
    names.sort_unstable();
    names.dedup();
    names
}
