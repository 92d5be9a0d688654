//! What of a dependency is not the case, in words.

use smpl::{Dependency, SemanticPatch};

use crate::environment::{Environment, Ran};
use crate::partial::telling::said;

/// Why a rule with this dependency was not run.
pub(super) fn reason(
    patch: &SemanticPatch,
    depends: &Dependency,
    environment: &Environment,
    ran: &Ran<'_>,
) -> String {
    let of = |part| reason(patch, part, environment, ran);
    let rule = |index: &usize| said(&patch.rules[*index]);
    match depends {
        Dependency::Always => "what it depends on is not the case".to_owned(),
        Dependency::Rule(other) | Dependency::Ever(other) if ran.matched.contains(other) => {
            format!("{} did not match with these values", rule(other))
        }
        Dependency::Rule(other) | Dependency::Ever(other) => {
            format!("{} did not match", rule(other))
        }
        Dependency::Never(other) => format!("{} matched", rule(other)),
        Dependency::Virtual(name) => format!("`{name}` is not set (-D {name})"),
        Dependency::FileIn(folder) => format!("the file is not in {folder}"),
        Dependency::Not(inner) => match &**inner {
            Dependency::Rule(other) | Dependency::Ever(other) => {
                format!("{} matched", rule(other))
            }
            Dependency::Virtual(name) => format!("`{name}` is set"),
            Dependency::FileIn(folder) => format!("the file is in {folder}"),
            _ => "what it must not depend on is the case".to_owned(),
        },
        Dependency::And(a, b) => of(if environment.meets(a, ran) { b } else { a }),
        Dependency::Or(a, b) => format!("{}, and {}", of(a), of(b)),
    }
}
