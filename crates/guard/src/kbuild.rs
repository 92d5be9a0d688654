//! The files that tell the kernel's build system what to do.
//!
//! The driver's own one is included each time, under the name [`DRIVERS`], so that its flags count and make itself says which
//! modules there are.

use crate::generate;
use crate::names::COMPILER_FLAGS;

/// What the driver's own `Kbuild` or `Makefile` is called in the copy.
pub const DRIVERS: &str = "refit_driver.mk";

/// What each line begins with that [`listing`] has make print.
const MARK: &str = "refit-module";

/// A module that a driver's build file names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    /// What it is called.
    pub name: String,
    /// Whether the kernel's configuration asks for it.
    pub enabled: bool,
    /// Its object files, without `.o`; itself alone if it has no list of them.
    pub members: Vec<String>,
}

impl Module {
    /// Whether it is compiled from one source of its own name.
    pub fn is_single(&self) -> bool {
        matches!(&self.members[..], [only] if *only == self.name)
    }

    /// The object files that its first compilation makes, without `.o`. A module of one object gets a source around its own, as the
    /// members of a module of several are not looked at by objtool too early.
    pub fn compiled(&self) -> Vec<String> {
        if self.is_single() { vec![format!("{}_driver", self.name)] } else { self.members.clone() }
    }

    /// The source around that of a module with one object: its name and text.
    pub fn around(&self) -> Option<(String, String)> {
        self.is_single()
            .then(|| (format!("{}_driver.c", self.name), format!("#include \"{}.c\"\n", self.name)))
    }
}

/// A build file that makes nothing, and has make print what the driver's names.
pub fn listing(folder: &str) -> String {
    let list = |variable: &str, kind: &str| {
        format!(
            "$(foreach refit,$(patsubst %.o,%,$(filter %.o,$({variable}))),$(info {MARK} {kind} $(refit) \
             $($(refit)-objs) $($(refit)-y) $($(refit)-m)))\n"
        )
    };
    format!(
        "include {folder}/{DRIVERS}\n{}{}{}obj-m :=\nobj-y :=\nalways-m :=\nalways-y :=\nextra-y :=\n",
        list("obj-m", "on"),
        list("obj-y", "on"),
        list("obj-", "off")
    )
}

/// The modules in what make has printed, in order of the build file, those first that the configuration asks for.
pub fn listed(output: &str) -> Vec<Module> {
    let mut modules: Vec<Module> = Vec::new();
    for line in output.lines() {
        let Some(rest) = line.trim().strip_prefix(MARK) else { continue };
        let mut words = rest.split_whitespace();
        let (Some(kind), Some(name)) = (words.next(), words.next()) else { continue };
        if modules.iter().any(|module| module.name == name) {
            continue;
        }
        let mut members: Vec<String> = Vec::new();
        for member in words.filter_map(|word| word.strip_suffix(".o")) {
            if !members.iter().any(|known| known == member) {
                members.push(member.to_owned());
            }
        }
        if members.is_empty() {
            members.push(name.to_owned());
        }
        modules.push(Module { name: name.to_owned(), enabled: kind == "on", members });
    }
    modules
}

/// A build file for the first compilation of `module`, in a copy of the driver's folder at `folder`.
pub fn compilation(module: &Module, folder: &str) -> String {
    let name = &module.name;
    let members: Vec<String> =
        module.compiled().iter().map(|member| format!("{member}.o")).collect();
    let mut text = format!(
        "include {folder}/{DRIVERS}\nobj-m := {name}.o\nobj-y :=\n{name}-objs :=\n{name}-m :=\n{name}-y := {}\n",
        members.join(" ")
    );
    if module.is_single() {
        for variable in ["CFLAGS", "CFLAGS_REMOVE"] {
            text.push_str(&format!("{variable}_{name}_driver.o := $({variable}_{name}.o)\n"));
        }
    }
    text
}

/// A setting for make, so that what is built in `folder`, and below it in its folder `part`, does not depend on where that is.
/// `checks` is for the first compilation: the file that is included ahead of all sources, and the flags that go with it.
pub fn compiler_flags(folder: &str, part: &str, checks: Option<&str>) -> [String; 2] {
    // Of several that fit, the compiler takes the last.
    let places = format!("-ffile-prefix-map={folder}/= -ffile-prefix-map={folder}/{part}/=");
    let checks = match checks {
        Some(included) => format!("{COMPILER_FLAGS} -include {included} "),
        None => String::new(),
    };
    [format!("KCFLAGS={checks}{places}"), format!("KAFLAGS={places}")]
}

/// What the changed object file of a member is called in the second folder, without `.o_shipped`.
pub fn shipped(member: &str) -> String {
    member.replace('/', "_")
}

/// What make would have noted of a compilation of `source`: modpost reads it for the version that MODULE_VERSION() asks for. The name
/// of the file, and its text.
pub fn note(member: &str, source: &str) -> (String, String) {
    let name = shipped(member);
    (format!(".{name}.o.cmd"), format!("source_{name}.o := {source}\n"))
}

/// The build file of the guarded module. `runtime` is where the runtime was built. What the environment has in
/// `KBUILD_EXTRA_SYMBOLS` counts, too.
pub fn guarded(module: &Module, runtime: &str) -> String {
    let own = module.compiled();
    let mut members = vec![generate::FIRST.to_owned()];
    members.extend(own.iter().map(|member| shipped(member)));
    members.extend([generate::LAST, generate::GUARDED, generate::THUNKS].map(str::to_owned));
    let members: Vec<String> = members.iter().map(|member| format!("{member}.o")).collect();
    let name = &module.name;
    format!(
        "obj-m := {name}.o\n{name}-y := {}\n\
         ccflags-y := -I{runtime}/include -Wno-declaration-after-statement -Wno-error\n\
         asflags-y := -I{runtime}/include\n\
         ifeq ($(filter {runtime}/Module.symvers,$(KBUILD_EXTRA_SYMBOLS)),)\n\
         KBUILD_EXTRA_SYMBOLS += {runtime}/Module.symvers\nendif\n",
        members.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_make_prints_is_read() {
        let output = "make: Entering\nrefit-module on e1000 e1000_main.o e1000_hw.o e1000_hw.o\n\
                      refit-module on 8139cp\nrefit-module off 8139too\nrefit-module on 8139cp\n";
        let module = |name: &str, enabled, members: &[&str]| Module {
            name: name.to_owned(),
            enabled,
            members: members.iter().map(|&member| member.to_owned()).collect(),
        };
        assert_eq!(
            listed(output),
            [
                module("e1000", true, &["e1000_main", "e1000_hw"]),
                module("8139cp", true, &["8139cp"]),
                module("8139too", false, &["8139too"]),
            ]
        );
    }

    #[test]
    fn a_single_object_becomes_a_member() {
        let single =
            Module { name: "cp".to_owned(), enabled: true, members: vec!["cp".to_owned()] };
        assert_eq!(single.compiled(), ["cp_driver"]);
        assert!(compilation(&single, "/d").contains("cp-y := cp_driver.o\n"));
        assert_eq!(single.around().unwrap().1, "#include \"cp.c\"\n");
        let several = Module { members: vec!["a".to_owned(), "sub/b".to_owned()], ..single };
        assert_eq!(several.around(), None);
        assert!(compilation(&several, "/d").contains("cp-y := a.o sub/b.o\n"));
        assert!(guarded(&several, "/r").contains(
            "cp-y := refit_first.o a.o sub_b.o refit_last.o refit_guarded.o refit_thunks.o\n"
        ));
    }
}
