//! A rule that changes the header of a function changes its prototypes, too.
//!
//! Parameters of a prototype may lack their names or have others, if the pattern's are metavariables.

use csyntax::types;
use csyntax::{NodeId, NodeKind};

use crate::edits::Edit;
use crate::matcher::Matcher;
use crate::predicates::Record;
use crate::record::Partial;

/// The records of the prototypes among `items` that a changed header matches.
pub(crate) fn records(
    matcher: &Matcher<'_>,
    items: &[NodeId],
    pattern: NodeId,
    header: &Edit<'_>,
) -> Vec<Record> {
    let tree = matcher.tree;
    let name = header.record.code.and_then(|function| {
        let declarator = types::declarator(tree, function)?;
        types::declared(tree, None, declarator).name
    });
    let Some(name) = name.map(|token| tree.token_text(token)) else { return Vec::new() };
    let mut found = Vec::new();
    for &item in items.iter().filter(|&&item| tree.kind(item) == NodeKind::Declaration) {
        for init in tree.children(item).filter(|&n| tree.kind(n) == NodeKind::InitDeclarator) {
            if !declares_function(tree, init, name) {
                continue;
            }
            let mut start = Partial::default();
            for &(metavariable, value) in &header.record.bindings {
                start = start.bind(metavariable, value).unwrap_or(start);
            }
            let matches = matcher.prototype(matcher.pattern(pattern), item, init, &start);
            if let Some(partial) = matches.first() {
                let partial = match matcher.is_removed(pattern) {
                    // The function goes, and so does all of its prototype.
                    true => matcher.took(matcher.pattern(pattern), item, partial),
                    false => partial.clone(),
                };
                found.push(Record {
                    element: header.record.element,
                    code: Some(item),
                    bindings: header.record.bindings.clone(),
                    entries: partial.entries(),
                });
            }
        }
    }
    found
}

fn declares_function(tree: &csyntax::Tree, init: NodeId, name: &[u8]) -> bool {
    let Some(declarator) = types::declarator(tree, init) else { return false };
    types::function_declarator(tree, declarator).is_some()
        && types::declared(tree, None, declarator)
            .name
            .is_some_and(|token| tree.token_text(token) == name)
}
