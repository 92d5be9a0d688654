//! Which module of a driver's folder is meant.

use std::fs;
use std::path::Path;

use guard::kbuild::{self, Module};

use super::failure::Failure;
use super::make::Kernel;
use super::scratch;

/// Puts the driver's build file out of the way, in a copy of its folder.
pub(super) fn take_build_file(copy: &Path, driver: &Path) -> Result<(), Failure> {
    let target = copy.join(kbuild::DRIVERS);
    for name in ["Kbuild", "Makefile"] {
        let path = copy.join(name);
        if path.is_file() {
            return fs::rename(&path, &target).map_err(|problem| Failure::file(&path, &problem));
        }
    }
    let message = format!("{}: there is neither a Kbuild nor a Makefile", driver.display());
    Err(Failure::new(message).hint("name the folder that has the build file of the driver"))
}

/// The module `wanted`, or the only one.
pub(super) fn choose(
    kernel: &Kernel<'_>,
    copy: &Path,
    wanted: Option<&str>,
) -> Result<Module, Failure> {
    scratch::write(&copy.join("Kbuild"), kbuild::listing(&copy.display().to_string()).as_bytes())?;
    let made =
        kernel.make(copy, ["modules"])?.or_fail("the driver's build file was not understood")?;
    pick(kbuild::listed(&made.printed), wanted)
}

fn pick(modules: Vec<Module>, wanted: Option<&str>) -> Result<Module, Failure> {
    let names = |modules: &[&Module]| {
        modules.iter().map(|module| module.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let all: Vec<&Module> = modules.iter().collect();
    if let Some(wanted) = wanted {
        let found = modules.iter().find(|module| module.name == wanted);
        return found.cloned().ok_or_else(|| {
            Failure::new(format!("the driver's build file has no module {wanted}")).hint(format!(
                "it has {}",
                if all.is_empty() { "none".to_owned() } else { names(&all) }
            ))
        });
    }
    let enabled: Vec<&Module> = modules.iter().filter(|module| module.enabled).collect();
    match (&enabled[..], &all[..]) {
        ([only], _) | ([], [only]) => Ok((*only).clone()),
        ([], []) => Err(Failure::new("the driver's build file has no module")
            .hint("a module is named there as in `obj-m += name.o`")),
        ([], several) | (several, _) => Err(Failure::new(format!(
            "the driver's build file has several modules: {}",
            names(several)
        ))
        .hint("say which one with --module NAME")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, wanted: Option<&str>, expect: Result<&str, &str>) {
        let found = pick(kbuild::listed(output), wanted);
        match (found, expect) {
            (Ok(module), Ok(name)) => assert_eq!(module.name, name),
            (Err(failure), Err(part)) => {
                let said = failure.to_string();
                assert!(said.contains(part), "{said:?} does not contain {part:?}");
            }
            (found, _) => panic!("{found:?} instead of {expect:?}"),
        }
    }

    #[test]
    fn the_only_one_is_meant() {
        check("refit-module on a\n", None, Ok("a"));
        check("refit-module off a\n", None, Ok("a"));
        check("refit-module on a\nrefit-module off b\n", None, Ok("a"));
        check("refit-module on a\nrefit-module off b\n", Some("b"), Ok("b"));
    }

    #[test]
    fn of_several_one_is_named() {
        check("refit-module on a\nrefit-module on b\n", None, Err("several modules: a, b"));
        check("refit-module on a\n", Some("c"), Err("no module c\nhint: it has a"));
        check("", None, Err("has no module"));
    }
}
