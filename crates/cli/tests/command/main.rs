//! The command as its users see it: arguments, output, exit status, files.
//!
//! Invariant: each test runs the built binary in a folder of its own.

#![expect(clippy::disallowed_methods, reason = "tests read files and start programs")]
#![expect(clippy::print_stdout, reason = "a skipped test says so")]

mod apply;
mod bad_input;
mod bad_patch;
mod check_patch;
mod diff;
mod dump;
mod explain;
mod folder;
mod guard;
mod guard_show;
mod in_place;
mod isomorphisms;
mod options;
mod parse;
mod partial;
mod proc_info;
mod spatch;
mod walk;

/// A patch that changes one call.
const RENAME: &str = "@@\nexpression e;\n@@\n- old_call(e)\n+ new_call(e)\n";

/// A file that [`RENAME`] changes, on line 3.
const CALLER: &str = "int caller(int x)\n{\n\treturn old_call(x);\n}\n";

/// What [`RENAME`] makes of it.
const CALLER_AFTER: &str = "int caller(int x)\n{\n\treturn new_call(x);\n}\n";

/// A file in which nothing is to be changed, though the word is there.
const BYSTANDER: &str = "int old_call(int x)\n{\n\treturn x;\n}\n";
