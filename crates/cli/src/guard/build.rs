//! `refit guard build`: a guarded module from the unmodified source of a driver.
//!
//! 1. The driver's folder is copied, and its modules are asked for ([`modules`](super::modules)).
//! 2. The module's members are compiled with checks, and preprocessed ([`compile`]).
//! 3. Crate `guard` looks at both, changes the objects, and generates what goes around them.
//! 4. The runtime is built, or the one that is there is taken; then the guarded module is built.
//! 5. The results go to where they are wanted, at the very end.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use driver::Tables;
use guard::kbuild::{self, Module};
use guard::{Analysis, ObjectFile, Plan, generate, rewrite, runtime};

use super::compile::{Compiled, Member, compile};
use super::failure::Failure;
use super::make::Kernel;
use super::progress;
use super::scratch::{self, Scratch};
use crate::arguments::GuardBuild;
use crate::output;

/// Where the runtime is built.
const RUNTIME: &str = "runtime";
/// Where the guarded module is built.
const GUARDED: &str = "guarded";

/// Runs the command.
pub(super) fn build(arguments: &GuardBuild) -> Result<ExitCode, Failure> {
    let headers = std::path::absolute(&arguments.kernel)
        .map_err(|problem| Failure::file(&arguments.kernel, &problem))?;
    let kernel = Kernel::new(&headers)?;
    let tables = Tables::standard().map_err(|error| Failure::new(error.to_string()))?;
    let scratch = Scratch::new(arguments.keep.as_deref())?;
    let built = match &arguments.guard {
        Some(guard) => Some(built_runtime(guard, &kernel)?),
        None => None,
    };
    let Compiled { module, members } =
        compile(arguments, &kernel, &scratch, &store_check(arguments)?)?;
    progress("looking at its functions and calls");
    let around = Around::new(&module, &members, &tables)?;
    let runtime = match built {
        Some(folder) => folder,
        None => build_runtime(arguments, &kernel, &scratch)?,
    };
    let guarded = link(&module, &around, &kernel, &scratch, &runtime)?;
    deliver(arguments, &module, &guarded, &runtime)?;
    summary(arguments, &module, &around);
    Ok(ExitCode::SUCCESS)
}

/// The file of the runtime that the driver is compiled with.
fn store_check(arguments: &GuardBuild) -> Result<Vec<u8>, Failure> {
    if let Some(folder) = arguments.guard.as_ref().or(arguments.runtime.as_ref()) {
        return scratch::read(&folder.join(runtime::STORE_CHECK));
    }
    let own = runtime::FILES.iter().find(|(path, _)| *path == runtime::STORE_CHECK);
    let (_, text) = own.ok_or_else(|| {
        Failure::new(format!("internal error: the runtime lacks {}", runtime::STORE_CHECK))
    })?;
    Ok(text.as_bytes().to_vec())
}

/// Builds all modules of the folder `part`.
fn make_modules(
    kernel: &Kernel<'_>,
    scratch: &Scratch,
    part: &str,
    failed: &str,
) -> Result<(), Failure> {
    let targets = scratch.flags(part).into_iter().chain(["modules".to_owned()]);
    kernel.make(&scratch.folder(part)?, targets)?.or_fail(failed)?;
    Ok(())
}

/// What goes around the driver, and its changed objects.
struct Around {
    analysis: Analysis,
    plan: Plan,
    /// Changed objects, and notes on their sources.
    files: Vec<(String, Vec<u8>)>,
    sources: Vec<generate::GeneratedFile>,
}

impl Around {
    fn new(module: &Module, members: &[Member], tables: &Tables) -> Result<Around, Failure> {
        let objects: Vec<ObjectFile<'_>> = members
            .iter()
            .map(|member| ObjectFile::read(&format!("{}.o", member.name), &member.object))
            .collect::<Result<_, _>>()?;
        let analysis = Analysis::new(&objects)?;
        let sources: Vec<guard::plan::Source<'_>> = members
            .iter()
            .map(|member| guard::plan::Source { name: &member.name, unit: member.unit.as_ref() })
            .collect();
        let plan = Plan::new(&analysis, &sources, tables)?;
        let mut files = Vec::new();
        for (number, (object, member)) in objects.into_iter().zip(members).enumerate() {
            let bytes = rewrite::rewritten(number, object, &analysis, &plan)?;
            files.push((format!("{}.o_shipped", kbuild::shipped(&member.name)), bytes));
            let (name, text) = kbuild::note(&member.name, &member.source.display().to_string());
            files.push((name, text.into_bytes()));
        }
        let sources = generate::sources(&module.name, &plan)
            .map_err(|error| Failure::new(format!("internal error: {error}")))?;
        Ok(Around { analysis, plan, files, sources })
    }
}

/// Builds the runtime; the folder with the result.
fn build_runtime(
    arguments: &GuardBuild,
    kernel: &Kernel<'_>,
    scratch: &Scratch,
) -> Result<PathBuf, Failure> {
    progress("building the guard");
    let folder = scratch.folder(RUNTIME)?;
    match &arguments.runtime {
        Some(given) => scratch::copy(given, &folder)?,
        None => {
            for (path, text) in runtime::FILES {
                scratch::write(&folder.join(path), text.as_bytes())?;
            }
        }
    }
    make_modules(kernel, scratch, RUNTIME, "the guard does not compile for this kernel")?;
    Ok(folder)
}

/// The runtime as it was built in a folder before.
fn built_runtime(folder: &Path, kernel: &Kernel<'_>) -> Result<PathBuf, Failure> {
    let guard = folder.join(format!("{}.ko", runtime::MODULE));
    let symbols = folder.join("Module.symvers");
    if !guard.is_file() || !symbols.is_file() || !folder.join("include/refit").is_dir() {
        return Err(Failure::new(format!("{}: no guard was built here", folder.display()))
            .hint("it is the folder `runtime` in what --keep leaves"));
    }
    let module = scratch::read(&guard)?;
    let (built_for, wanted) = (release_of(&module), kernel.release()?);
    if built_for != Some(wanted.as_bytes()) {
        let other = String::from_utf8_lossy(built_for.unwrap_or(b"another kernel"));
        let place = guard.display();
        return Err(Failure::new(format!("{place} was built for {other}, not for {wanted}")));
    }
    std::path::absolute(folder).map_err(|problem| Failure::file(folder, &problem))
}

/// The kernel that a module says it is for: `vermagic=6.1.0-56-amd64 SMP ...`.
fn release_of(module: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"vermagic=";
    let start = module.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let rest = &module[start..];
    let end = rest.iter().position(|byte| matches!(byte, b' ' | 0))?;
    Some(&rest[..end])
}

/// Builds the guarded module; its file.
fn link(
    module: &Module,
    around: &Around,
    kernel: &Kernel<'_>,
    scratch: &Scratch,
    runtime: &Path,
) -> Result<PathBuf, Failure> {
    progress(&format!("linking {}", module.name));
    let folder = scratch.folder(GUARDED)?;
    for (name, bytes) in &around.files {
        scratch::write(&folder.join(name), bytes)?;
    }
    for file in &around.sources {
        scratch::write(&folder.join(file.name), file.text.as_bytes())?;
    }
    let text = kbuild::guarded(module, &runtime.display().to_string());
    scratch::write(&folder.join("Kbuild"), text.as_bytes())?;
    make_modules(kernel, scratch, GUARDED, "the guarded module does not compile")?;
    Ok(folder.join(format!("{}.ko", module.name)))
}

/// Puts the results where they are wanted, each whole or not at all.
fn deliver(
    arguments: &GuardBuild,
    module: &Module,
    guarded: &Path,
    runtime: &Path,
) -> Result<(), Failure> {
    let guard = format!("{}.ko", runtime::MODULE);
    let results = [
        (format!("{}.ko", module.name), scratch::read(guarded)?),
        (guard.clone(), scratch::read(&runtime.join(guard))?),
    ];
    std::fs::create_dir_all(&arguments.output)
        .map_err(|problem| Failure::file(&arguments.output, &problem))?;
    for (name, bytes) in results {
        project::replace(&arguments.output.join(name), &bytes)
            .map_err(|problem| Failure::new(problem.to_string()))?;
    }
    Ok(())
}

fn summary(arguments: &GuardBuild, module: &Module, around: &Around) {
    let Around { analysis, plan, .. } = around;
    let path = arguments.output.join(format!("{}.ko", module.name));
    output::tell(&format!(
        "{}: {} entries, {} tracked imports, {} checks, {} of {} ticks",
        path.display(),
        plan.entries.len(),
        plan.imports.len(),
        analysis.checks,
        analysis.ticks.kept(),
        analysis.ticks.all
    ));
    if !plan.untracked.is_empty() {
        output::tell(&wrapped("not tracked:", &plan.untracked));
    }
}

/// How wide a list may be.
const WIDTH: usize = 80;

/// A list with a heading, wrapped.
fn wrapped(heading: &str, names: &[String]) -> String {
    let mut text = heading.to_owned();
    let mut column = text.len();
    for (index, name) in names.iter().enumerate() {
        let comma = if index + 1 < names.len() { "," } else { "" };
        if column + name.len() + 2 > WIDTH {
            text.push_str("\n   ");
            column = 3;
        }
        text.push_str(&format!(" {name}{comma}"));
        column += name.len() + 2;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_what_it_is_for() {
        let module = b"license=GPL\0vermagic=6.1.0-56-amd64 SMP mod_unload \0name=a\0";
        assert_eq!(release_of(module), Some(&b"6.1.0-56-amd64"[..]));
        assert_eq!(release_of(b"license=GPL\0"), None);
    }

    #[test]
    fn lists_are_wrapped() {
        let names: Vec<String> = (0..12).map(|number| format!("function_{number}")).collect();
        let text = wrapped("not tracked:", &names);
        assert!(
            text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() == 3,
            "{text}"
        );
        assert!(text.starts_with("not tracked: function_0, "));
        assert!(text.ends_with(" function_11"));
    }
}
