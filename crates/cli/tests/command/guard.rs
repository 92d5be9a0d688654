//! `refit guard build`: what it says when a driver cannot be guarded; and, where there are headers of a kernel, a build.

use std::path::PathBuf;

use super::folder::{Folder, Ran, is_there};

/// What is asked of a kernel's headers.
const CONFIGURATION: &str = "CONFIG_X86_64=y\nCONFIG_MODULES=y\nCONFIG_CC_IS_GCC=y\n";

/// Stands in for a kernel's build system: it reads the driver's build file, and no driver compiles.
const MAKEFILE: &str = "include include/config/auto.conf\ninclude $(M)/Kbuild\nmodules: ;\n%.o:\n\t@echo '$(M)/a.c:1:1: error: no such type' >&2; false\n";

/// A driver in `d`, and in `k` what looks like headers.
fn folder(files: &[(&str, &str)]) -> Folder {
    let folder =
        Folder::with(&[("k/Makefile", MAKEFILE), ("k/include/config/auto.conf", CONFIGURATION)]);
    files.iter().for_each(|(name, text)| folder.write(name, text));
    folder
}

/// Runs the build of `d`, which must fail and leave nothing behind.
#[track_caller]
fn check(folder: &Folder, arguments: &[&str], words: &[&str]) {
    if !is_there("make") {
        return;
    }
    let before = folder.names();
    let arguments = [&["guard", "build", "d", "-o", "out"], arguments].concat();
    folder.refit(&arguments).ended(2).printed("").complained(words);
    assert_eq!(folder.names(), before);
}

const KERNEL: [&str; 2] = ["--kernel", "k"];

#[test]
fn headers_must_be_there() {
    let folder = folder(&[("d/Makefile", "obj-m := a.o\n"), ("empty/file", "")]);
    check(
        &folder,
        &["--kernel", "none"],
        &["none: there is no such folder", "hint: ", "linux-headers"],
    );
    check(&folder, &["--kernel", "empty"], &["empty: these are no headers of a kernel", "hint: "]);
}

#[test]
fn the_kernel_must_be_of_a_kind_that_is_known() {
    let folder = folder(&[("d/Makefile", "obj-m := a.o\n")]);
    for (missing, words) in [
        ("CONFIG_X86_64=y\n", "not for x86-64"),
        ("CONFIG_MODULES=y\n", "has no modules"),
        ("CONFIG_CC_IS_GCC=y\n", "not built with gcc"),
    ] {
        folder.write("k/include/config/auto.conf", CONFIGURATION.replace(missing, ""));
        check(&folder, &KERNEL, &["k: this kernel ", words]);
    }
}

#[test]
fn the_driver_must_have_a_build_file() {
    let folder = folder(&[("d/a.c", "")]);
    check(&folder, &KERNEL, &["d: there is neither a Kbuild nor a Makefile", "hint: "]);
    check(&Folder::with(&[("k", "")]), &KERNEL, &["error: "]);
}

#[test]
fn the_driver_must_be_a_folder() {
    check(&folder(&[]), &KERNEL, &["error: d: "]);
    check(&folder(&[("d", "")]), &KERNEL, &["error: d: "]);
}

#[test]
fn one_module_must_be_meant() {
    let folder = folder(&[(
        "d/Kbuild",
        "obj-m += a.o\nobj-$(CONFIG_X86_64) += b.o\nobj-$(CONFIG_NONE) += c.o\n",
    )]);
    check(&folder, &KERNEL, &["several modules: a, b", "hint: say which one with --module NAME"]);
    let wanted = [&KERNEL[..], &["--module", "x"]].concat();
    check(&folder, &wanted, &["no module x", "hint: it has a, b, c"]);
    folder.write("d/Kbuild", "obj-y += sub/\n");
    check(&folder, &KERNEL, &["has no module", "hint: "]);
}

#[test]
fn the_build_file_must_be_understood() {
    let folder = folder(&[("d/Makefile", "obj-m := a.o\nelse\n")]);
    check(
        &folder,
        &KERNEL,
        &[
            "refit_driver.mk:2:",
            "extraneous 'else'",
            "error: the driver's build file was not understood",
        ],
    );
}

#[test]
fn what_the_compiler_says_is_shown_with_the_names_of_the_driver() {
    let folder = folder(&[("d/Makefile", "obj-m := a.o\n"), ("d/a.c", "x\n")]);
    check(
        &folder,
        &KERNEL,
        &["\na.c:1:1: error: no such type\n", "error: the driver does not compile for this kernel"],
    );
}

#[test]
fn a_folder_to_keep_must_be_new() {
    let folder = folder(&[("d/Makefile", "obj-m := a.o\n"), ("kept/file", "")]);
    check(&folder, &[&KERNEL[..], &["--keep", "kept"]].concat(), &["error: kept: "]);
}

#[test]
fn a_guard_that_is_given_must_be_built_for_the_kernel() {
    let folder = folder(&[
        ("d/Makefile", "obj-m := a.o\n"),
        ("k/include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0\"\n"),
        ("g/Module.symvers", ""),
        ("g/include/refit/guard.h", ""),
    ]);
    let given = [&KERNEL[..], &["--guard", "g"]].concat();
    check(&folder, &given, &["error: g: no guard was built here", "hint: ", "--keep"]);
    folder.write("g/refit_guard.ko", "license=GPL\0vermagic=6.12.1 SMP mod_unload \0");
    check(&folder, &given, &["error: g/refit_guard.ko was built for 6.12.1, not for 6.1.0"]);
}

/// The headers of some kernel, with the compiler for them.
fn headers() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/lib/modules")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("build"))
        .filter(|path| path.join("include/config/auto.conf").is_file())
        .collect();
    found.sort();
    let newest = found.pop();
    if newest.is_none() {
        println!("skipped: there are no headers of a kernel");
    }
    newest.filter(|_| is_there("make") && is_there("gcc"))
}

/// A driver of two members, one of which looks out of its folder.
const DRIVER: [(&str, &str); 5] = [
    ("around.h", "#define AROUND 1\n"),
    ("d/Makefile", "obj-m += both.o\nboth-y := first.o second.o\n"),
    ("d/both.h", "int both_probe(struct platform_device *device);\n"),
    (
        "d/first.c",
        "#include <linux/module.h>\n#include <linux/platform_device.h>\n#include \"both.h\"\n\
         static struct platform_driver both_driver = {\n\
         \t.probe = both_probe,\n\t.driver = { .name = KBUILD_MODNAME },\n};\n\
         module_platform_driver(both_driver);\n\
         MODULE_DESCRIPTION(\"two members\");\nMODULE_LICENSE(\"GPL\");\n",
    ),
    (
        "d/second.c",
        "#include <linux/platform_device.h>\n#include <linux/slab.h>\n#include \"both.h\"\n\
         #include \"../around.h\"\n\
         int both_probe(struct platform_device *device)\n{\n\
         \tint *number = kmalloc(sizeof(*number), GFP_KERNEL);\n\n\
         \tif (!number)\n\t\treturn -ENOMEM;\n\
         \t*number = AROUND;\n\tkfree(number);\n\treturn 0;\n}\n",
    ),
];

fn build(folder: &Folder, kernel: &str, more: &[&str]) -> Ran {
    folder.refit(&[&["guard", "build", "d", "--kernel", kernel, "-o", "out"], more].concat())
}

#[test]
fn a_driver_is_built() {
    let Some(kernel) = headers() else { return };
    let kernel = kernel.display().to_string();
    let folder = Folder::with(&DRIVER);
    let ran = build(&folder, &kernel, &["--keep", "kept"]).ended(0).printed("");
    // both_probe, and what module_platform_driver() has made; kmalloc and kfree; the store.
    ran.complained(&["out/both.ko: 3 entries, 2 tracked imports, 1 checks"]);
    assert!(folder.path("out/both.ko").is_file() && folder.path("out/refit_guard.ko").is_file());
    let generated = folder.read("kept/guarded/refit_guarded.c");
    assert!(
        generated
            .contains("/* both_probe: platform_driver.probe; int (struct platform_device *) */")
    );
    assert!(!folder.path("d/first.o").exists());
    // The guard need not be built again.
    let guard = folder.path("kept/runtime").display().to_string();
    let ran = build(&folder, &kernel, &["--guard", &guard]).ended(0);
    let ran = ran.complained(&["out/both.ko: 3 entries"]);
    assert!(!ran.err.contains("building the guard"));
}

#[test]
fn a_function_that_cannot_be_wrapped_is_named() {
    let Some(kernel) = headers() else { return };
    let kernel = kernel.display().to_string();
    let folder = Folder::with(&DRIVER);
    let seven = "\nint seven(int a, int b, int c, int d, int e, int f, int g);\n\
                 int seven(int a, int b, int c, int d, int e, int f, int g) { return a + g; }\n\
                 int (*both_hook)(int, int, int, int, int, int, int) = seven;\n";
    folder.write("d/second.c", format!("{}{seven}", DRIVER[4].1));
    build(&folder, &kernel, &[]).ended(2).complained(&["seven, which has 7 parameters"]);
    assert!(!folder.path("out").exists());
}
