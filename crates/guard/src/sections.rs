//! Sections of kernel objects: which hold a driver's code and data, and what they are to be called.

/// Sections that the kernel, its compiler flags or its tools own, by the beginnings of their names. What refers to a function
/// from there is no pointer that the kernel calls.
const KERNEL_OWNED: &[&str] = &[
    "__mcount_loc",
    ".orc_",
    "__bug_table",
    "__ex_table",
    ".altinstr",
    ".smp_locks",
    ".return_sites",
    ".call_sites",
    ".retpoline_sites",
    ".ibt_endbr_seal",
    ".cfi_sites",
    ".kcfi_traps",
    "__patchable_function_entries",
    "__jump_table",
    ".static_call_sites",
    ".static_call",
    ".discard",
    ".debug",
    ".eh_frame",
    ".sframe",
    ".printk_index",
    ".gnu.linkonce.this_module",
    ".parainstructions",
    ".modinfo",
    ".note",
    ".comment",
    ".export_symbol",
    "___ksymtab",
    "__ksymtab",
    "___kcrctab",
    "__kcrctab",
    "__versions",
    "__dyndbg",
    "__tracepoints",
    "__bpf_raw_tp_map",
    "_ftrace_e",
    "_error_injection_whitelist",
    "_kprobe_blacklist",
    "___srcu_struct_ptrs",
    ".runtime_",
    "alloc_tags",
    ".codetag.",
    ".kunit_",
];

/// The section of data for each processor.
pub(crate) const PER_CPU: &str = ".data..percpu";

/// Whether a section is the kernel's or its tools'.
pub(crate) fn is_kernel_owned(name: &str) -> bool {
    KERNEL_OWNED.iter().any(|beginning| name.starts_with(beginning))
}

/// What a section is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Section<'a> {
    pub(crate) name: &'a str,
    pub(crate) contents: Contents,
}

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Contents {
    /// What is run.
    Code,
    /// What is only read.
    Constants,
    /// What is written, too.
    Data,
    /// Zeroes that are written, too, and take no place in the file.
    Zeroes,
}

/// The new name of an allocated section, if it gets one. Data comes together, and what is named for the time of
/// initialisation gets another name, as the kernel would free it: a driver that is restarted is initialised again.
pub(crate) fn renamed(section: Section<'_>) -> Option<&'static str> {
    let Section { name, contents } = section;
    let is_init = name.starts_with(".init.");
    let is_passing = is_init || name.starts_with(".exit.");
    let new = match contents {
        _ if is_kernel_owned(name) => return None,
        Contents::Data => ".data",
        Contents::Zeroes => ".bss",
        _ if !is_passing => return None,
        Contents::Code if is_init => ".text.refit_init",
        Contents::Code => ".text.refit_exit",
        Contents::Constants => ".rodata.refit_init",
    };
    (name != new).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, contents: Contents, expect: Option<&str>) {
        assert_eq!(renamed(Section { name, contents }), expect);
    }

    #[test]
    fn what_is_freed_or_spread_gets_another_name() {
        check(".init.text", Contents::Code, Some(".text.refit_init"));
        check(".exit.text", Contents::Code, Some(".text.refit_exit"));
        check(".init.rodata", Contents::Constants, Some(".rodata.refit_init"));
        check(".init.rodata.str1.1", Contents::Constants, Some(".rodata.refit_init"));
        check(".init.data", Contents::Data, Some(".data"));
        check(".exit.data", Contents::Data, Some(".data"));
        check(".data..read_mostly", Contents::Data, Some(".data"));
        check(".data.once", Contents::Data, Some(".data"));
        check(".init.bss", Contents::Zeroes, Some(".bss"));
        check(".bss..page_aligned", Contents::Zeroes, Some(".bss"));
    }

    #[test]
    fn everything_else_keeps_its_name() {
        check(".data", Contents::Data, None);
        check(".bss", Contents::Zeroes, None);
        check(".text", Contents::Code, None);
        check(".text.unlikely", Contents::Code, None);
        check(".rodata", Contents::Constants, None);
        check("__bug_table", Contents::Data, None);
        check("__jump_table", Contents::Data, None);
        check("__dyndbg", Contents::Data, None);
        check(".gnu.linkonce.this_module", Contents::Data, None);
    }
}
