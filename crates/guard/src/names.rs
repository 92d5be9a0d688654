//! Names: what gcc's checks are called, and what becomes of them; functions that the compiler or assembler calls.

/// What a driver is compiled with, besides the kernel's own flags: a call before each store and in each basic block. Most of what the
/// first ones do is put in their place by [`STORE_CHECK`](crate::runtime::STORE_CHECK).
///
/// Copies need no flag of their own: as the address sanitizer is on, gcc leaves `memcpy` and its kin to the functions of that name,
/// and checks those that it makes of assignments.
pub const COMPILER_FLAGS: &str = "-fsanitize=kernel-address --param asan-stack=0 --param asan-globals=0 \
    --param asan-instrument-reads=0 --param asan-instrumentation-with-call-threshold=0 -fsanitize-coverage=trace-pc";

/// What the compiler calls in each basic block.
pub(crate) const TICK: &str = "__sanitizer_cov_trace_pc";

/// What is called in its place, by [`STORE_CHECK`](crate::runtime::STORE_CHECK), once the count that is put there is used up.
pub(crate) const LAST_TICK: &str = "refit_last_tick";

/// What counts there: a variable of each processor.
pub(crate) const TICKS: &str = "refit_ticks";

/// The function of the guard that takes the place of one of the compiler's checks, or of a copying function.
pub(crate) fn check(symbol: &str) -> Option<String> {
    if let Some(size) = symbol.strip_prefix("__asan_store").and_then(|s| s.strip_suffix("_noabort"))
    {
        return Some(format!("refit_store{size}"));
    }
    if let Some(size) = symbol.strip_prefix("__asan_load").and_then(|s| s.strip_suffix("_noabort"))
    {
        return Some(format!("refit_load{size}"));
    }
    match symbol {
        TICK => Some("refit_tick".to_owned()),
        LAST_TICK => Some(LAST_TICK.to_owned()),
        "__asan_handle_no_return" => Some("refit_no_return".to_owned()),
        "__stack_chk_fail" => Some("refit_stack_chk_fail".to_owned()),
        _ => copying(symbol).map(|name| format!("refit_{name}")),
    }
}

/// Which of the copying functions a symbol is.
fn copying(symbol: &str) -> Option<&str> {
    let prefixes = ["__hwasan_", "__asan_", "__"];
    let name = prefixes.iter().find_map(|prefix| symbol.strip_prefix(prefix)).unwrap_or(symbol);
    ["memcpy", "memmove", "memset"].contains(&name).then_some(name)
}

/// Whether a symbol is what a tick calls.
pub(crate) fn is_called_for_a_tick(symbol: &str) -> bool {
    [TICK, LAST_TICK].contains(&symbol)
}

/// Whether a symbol is a check before a store.
pub(crate) fn is_store_check(symbol: &str) -> bool {
    check(symbol)
        .is_some_and(|name| name.starts_with("refit_store") || name.starts_with("refit_mem"))
}

/// Whether the compiler, or assembler code of a header, calls a function of this name: no C declares it and it keeps nothing.
pub(crate) fn is_internal(symbol: &str) -> bool {
    const NAMES: [&str; 5] =
        ["__fentry__", "fortify_panic", "__fortify_panic", "__fortify_report", "__warn_printk"];
    const PREFIXES: [&str; 7] = [
        "__x86_",
        "__SCT__",
        "__get_user_",
        "__put_user_",
        "__ubsan_handle_",
        "__sw_hweight",
        "__kcsan_",
    ];
    NAMES.contains(&symbol) || PREFIXES.iter().any(|prefix| symbol.starts_with(prefix))
}

/// What a thunk is called.
pub(crate) fn thunk(number: usize) -> String {
    format!("refit_thunk_{number}")
}

/// What a driver's function is called, for the generated file.
pub(crate) fn target(number: usize) -> String {
    format!("refit_driver_{number}")
}

/// What the import of a kernel function is called.
pub(crate) fn import(function: &str) -> String {
    format!("refit_import_{function}")
}

/// What has the part of an import that is seldom run.
pub(crate) fn unusual_import(function: &str) -> String {
    format!("refit_unusual_{function}")
}

/// The function that a symbol is all or a part of: `cp_open` for `cp_open.cold`, into which the compiler has put what is seldom run.
pub(crate) fn function(symbol: &str) -> &str {
    symbol.split(".cold").next().unwrap_or(symbol)
}

/// Whether a jump to this function goes to the address that a register holds.
pub(crate) fn is_indirect_jump(symbol: &str) -> bool {
    symbol.starts_with("__x86_indirect_")
}

/// The name in the source of a function that the compiler has made from another: `cp_open.constprop.0`.
pub(crate) fn in_source(symbol: &str) -> &str {
    symbol.split('.').next().unwrap_or(symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_have_their_counterparts() {
        let check =
            |symbol, expect: Option<&str>| assert_eq!(super::check(symbol).as_deref(), expect);
        check("__asan_store4_noabort", Some("refit_store4"));
        check("__asan_storeN_noabort", Some("refit_storeN"));
        check("__sanitizer_cov_trace_pc", Some("refit_tick"));
        check("__hwasan_memset", Some("refit_memset"));
        check("memcpy", Some("refit_memcpy"));
        check("__memmove", Some("refit_memmove"));
        check("memcpy_fromio", None);
        check("kfree", None);
    }

    #[test]
    fn parts_belong_to_their_function() {
        assert_eq!(function("cp_open.cold"), "cp_open");
        assert_eq!(function("cp_open.part.0.cold.1"), "cp_open.part.0");
        assert_eq!(function("cp_open.part.0"), "cp_open.part.0");
    }

    #[test]
    fn ticks_are_no_store_checks() {
        assert!(is_store_check("__asan_store8_noabort") && is_store_check("memcpy"));
        assert!(
            !is_store_check("__sanitizer_cov_trace_pc") && !is_store_check("__asan_load8_noabort")
        );
    }
}
