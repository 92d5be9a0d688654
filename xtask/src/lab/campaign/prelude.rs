//! What the patches of `lab/faults` use: the macro `FAULT`, which holds while the fault is armed, and `fault_place()`, an
//! address that has nothing to do with the driver.
//!
//! The flag is a parameter of the module, in the driver's own data. When the guard restarts the driver, the data are as
//! they were before its init; a fault that was armed since is gone with the driver that had it, as it was for Nooks,
//! which loaded a fresh copy. Nothing in the guard knows of it.

/// A text with the prelude behind the last `#include` that no other directive encloses. `number` is the fault's own.
pub(super) fn inserted(source: &str, number: u64) -> String {
    let at = behind_includes(source);
    [&source[..at], &prelude(number), &source[at..]].concat()
}

fn prelude(number: u64) -> String {
    format!(
        "#define REFIT_FAULT_NUMBER {number}ul\n{}",
        include_str!("../../../../lab/faults/prelude.h")
    )
}

fn behind_includes(source: &str) -> usize {
    let (mut behind, mut at, mut depth) = (0, 0, 0);
    for line in source.split_inclusive('\n') {
        at += line.len();
        let directive = line.trim_start().strip_prefix('#').map_or("", str::trim_start);
        if directive.starts_with("if") {
            depth += 1;
        } else if directive.starts_with("endif") {
            depth -= 1;
        } else if directive.starts_with("include") && depth == 0 {
            behind = at;
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, behind: &str) {
        assert_eq!(&source[..behind_includes(source)], behind);
    }

    #[test]
    fn it_stands_behind_the_last_include() {
        check(
            "/* */\n#include <a.h>\n# include \"b.h\"\n\nint x;\n",
            "/* */\n#include <a.h>\n# include \"b.h\"\n",
        );
    }

    #[test]
    fn an_include_under_a_condition_does_not_count() {
        check("#include <a.h>\n#ifdef X\n#include <b.h>\n#endif\nint x;\n", "#include <a.h>\n");
        check("int x;\n", "");
    }

    #[test]
    fn the_number_is_the_faults_own() {
        let text = inserted("#include <a.h>\nint x;\n", 7);
        assert!(text.starts_with("#include <a.h>\n#define REFIT_FAULT_NUMBER 7ul\n"));
        assert!(text.contains("#define FAULT ") && text.ends_with("\nint x;\n"));
    }
}
