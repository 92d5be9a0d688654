//! Fresh identifiers: a seed and a number, or a seed put together from other names; one name for each match.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use smpl::{MetavariableId, MetavariableKind, Origin, Rule, SeedPart};

use crate::found::Found;
use crate::value::{Value, ValueId, Values};

/// Gives the fresh identifiers of a rule their names, one for each match.
pub(crate) fn name_fresh(
    rule: &Rule,
    values: &RefCell<Values>,
    counter: &mut u32,
    inherited: &FxHashMap<MetavariableId, ValueId>,
    found: &mut Found,
) {
    for (index, declared) in rule.metavariables.iter().enumerate() {
        if declared.kind != MetavariableKind::FreshIdentifier || declared.origin != Origin::Own {
            continue;
        }
        let metavariable = MetavariableId(index as u32);
        let mut name: Vec<u8> = Vec::new();
        for part in &declared.seed {
            match part {
                SeedPart::Text(text) => name.extend_from_slice(text.as_bytes()),
                // Patches with scripts are refused before they run.
                SeedPart::Script(_) => {}
                SeedPart::Metavariable(other) => {
                    let value = inherited.get(other).copied().or_else(|| {
                        found.edits.iter().find_map(|taken| taken.bindings.get(other).copied())
                    });
                    if let Some(value) = value {
                        let table = values.borrow();
                        name.extend_from_slice(
                            crate::value::text_of(table.get(value)).unwrap_or_default(),
                        );
                    }
                }
            }
        }
        if matches!(declared.seed[..], [SeedPart::Text(_)] | []) {
            if declared.seed.is_empty() {
                name.extend_from_slice(b"__fresh_");
            }
            name.extend_from_slice(counter.to_string().as_bytes());
            *counter += 1;
        }
        let value = values.borrow_mut().intern(Value::Identifier(name.into()));
        for taken in &mut found.edits {
            taken.bindings.insert(metavariable, value);
        }
        if rule.exports.iter().any(|(m, users)| *m == metavariable && !users.is_empty()) {
            found.exported.push((metavariable, value));
            found.exported.sort_unstable();
        }
    }
}
