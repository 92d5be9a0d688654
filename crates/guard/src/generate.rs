//! The source around the driver's objects: markers, thunks, entries, imports.

mod entries;
mod holes;
mod imports;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, context};

use crate::names;
use crate::plan::Plan;

/// A generated file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GeneratedFile {
    /// What it is called.
    pub name: &'static str,
    /// What is in it.
    pub text: String,
}

/// Linked in front of the driver's objects: where its data starts.
pub const FIRST: &str = "refit_first";
/// Linked behind the driver's objects: where its data ends.
pub const LAST: &str = "refit_last";
/// Entries, imports and the domain.
pub const GUARDED: &str = "refit_guarded";
/// What the kernel calls.
pub const THUNKS: &str = "refit_thunks";

/// All files that stand around the driver `module`, whose objects are to be linked between [`FIRST`] and [`LAST`].
pub fn sources(module: &str, plan: &Plan) -> Result<Vec<GeneratedFile>, minijinja::Error> {
    Ok(vec![
        GeneratedFile { name: "refit_first.S", text: marker("start") },
        GeneratedFile { name: "refit_last.S", text: marker("end") },
        GeneratedFile { name: "refit_thunks.S", text: thunks(plan) },
        GeneratedFile { name: "refit_guarded.c", text: guarded(module, plan)? },
    ])
}

/// A label in each section of data.
fn marker(which: &str) -> String {
    let section = |name: &str, kind: &str| {
        format!(
            "\n\t.section .{name}, \"aw\", @{kind}\n\t.balign 16\n\t.globl refit_{name}_{which}\nrefit_{name}_{which}:\n"
        )
    };
    format!(
        "/* SPDX-License-Identifier: GPL-2.0-only */\n/* The {which} of the driver's data: made by \"refit guard build\". */\n{}{}",
        section("data", "progbits"),
        section("bss", "nobits")
    )
}

fn thunks(plan: &Plan) -> String {
    let lines = (0..plan.entries.len())
        .map(|number| format!("\tREFIT_THUNK {}, refit_entry_{number}\n", names::thunk(number)));
    format!(
        "/* SPDX-License-Identifier: GPL-2.0-only */\n\
         /* What the kernel calls instead of the driver's functions: made by \"refit guard build\". */\n\
         #include <refit/thunk.h>\n\n\t.text\n{}",
        lines.collect::<String>()
    )
}

fn guarded(module: &str, plan: &Plan) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    // A line with a block alone leaves no trace.
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build()?);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_template("refit_guarded.c", include_str!("../templates/refit_guarded.c"))?;
    let entries: Vec<_> = plan
        .entries
        .iter()
        .enumerate()
        .map(|(number, entry)| entries::entry(number, entry))
        .collect();
    let imports: Vec<_> =
        plan.imports.iter().map(|(name, import)| imports::import(name, import)).collect();
    environment.get_template("refit_guarded.c")?.render(context! {
        module,
        headers => plan.headers.clone(),
        init => plan.entries.iter().position(|entry| entry.is_init),
        exit => plan.entries.iter().position(|entry| entry.is_exit),
        entries,
        imports,
    })
}

#[cfg(test)]
mod tests;
