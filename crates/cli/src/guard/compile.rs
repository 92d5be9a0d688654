//! The first compilation: a driver's members with checks in them, and their preprocessed sources.

use std::path::{Path, PathBuf};

use driver::Unit;
use guard::kbuild::{self, Module};

use super::failure::Failure;
use super::make::Kernel;
use super::scratch::{self, Scratch};
use super::surroundings;
use super::{modules, progress};
use crate::arguments::GuardBuild;

/// A module of a driver, compiled.
pub(super) struct Compiled {
    pub(super) module: Module,
    pub(super) members: Vec<Member>,
}

/// What has been compiled of a member.
pub(super) struct Member {
    pub(super) name: String,
    /// The file that it was made from.
    pub(super) source: PathBuf,
    pub(super) object: Vec<u8>,
    /// The preprocessed source, unless it is not C.
    pub(super) unit: Option<Unit>,
}

/// Compiles the members of a module in a copy of the driver's folder.
pub(super) fn compile(
    arguments: &GuardBuild,
    kernel: &Kernel<'_>,
    scratch: &Scratch,
    store_check: &[u8],
) -> Result<Compiled, Failure> {
    let part = surroundings::part(&arguments.driver)?;
    let copy = scratch.folder(&part)?;
    scratch::copy(&arguments.driver, &copy)?;
    surroundings::link(&arguments.driver, &copy, &scratch.path().join(surroundings::COPY))?;
    modules::take_build_file(&copy, &arguments.driver)?;
    let module = modules::choose(kernel, &copy, arguments.module.as_deref())?;
    progress(&format!("compiling {} with checks", module.name));
    prepare(&module, &copy)?;
    let flags = scratch.flags_with_checks(&part, store_check)?;
    let run =
        |end: &str| kernel.make(&copy, flags.iter().cloned().chain(targets(&module, &copy, end)));
    run(".o")?.or_fail("the driver does not compile for this kernel")?;
    run(".i")?.or_fail("the driver's source cannot be preprocessed")?;
    let members = module.compiled().into_iter().map(|name| member(&module, name, &copy));
    Ok(Compiled { members: members.collect::<Result<_, _>>()?, module })
}

fn prepare(module: &Module, copy: &Path) -> Result<(), Failure> {
    let build_file = kbuild::compilation(module, &copy.display().to_string());
    scratch::write(&copy.join("Kbuild"), build_file.as_bytes())?;
    match module.around() {
        Some((name, text)) => scratch::write(&copy.join(name), text.as_bytes()),
        None => Ok(()),
    }
}

/// What make is to build of the members: their objects (`.o`), or the preprocessed text (`.i`) of those that are C.
fn targets(module: &Module, copy: &Path, end: &str) -> Vec<String> {
    let members = module.compiled();
    let wanted = members.iter().filter(|member| end == ".o" || is_c(copy, member));
    wanted.map(|member| format!("{member}{end}")).collect()
}

/// Whether a member is made from C rather than from assembler code or as it is.
fn is_c(copy: &Path, member: &str) -> bool {
    ![".S", ".o_shipped"].iter().any(|end| copy.join(format!("{member}{end}")).is_file())
}

fn member(module: &Module, name: String, copy: &Path) -> Result<Member, Failure> {
    let object = scratch::read(&copy.join(format!("{name}.o")))?;
    let unit = if is_c(copy, &name) {
        let text = scratch::read(&copy.join(format!("{name}.i")))?;
        Some(Unit::new(text.into(), &format!("{}/", copy.display())))
    } else {
        None
    };
    Ok(Member { source: source(module, &name, copy), name, object, unit })
}

fn source(module: &Module, member: &str, copy: &Path) -> PathBuf {
    let name = if module.is_single() { &module.name } else { member };
    let path = |end: &str| copy.join(format!("{name}{end}"));
    let found = [".c", ".S", ".o_shipped"].into_iter().map(path).find(|path| path.is_file());
    found.unwrap_or_else(|| path(".c"))
}
