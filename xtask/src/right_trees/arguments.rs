//! Expressions in arguments of macros.
//!
//! What a macro does with its arguments is unknown, but where the tokens of an expression occur side by side in the
//! preprocessed text as they stand in the file, and are one expression there, they must be the same one in the file. The
//! converse holds for calls only: `a + b` may be torn by what stands beside it, `f(a)` may not.

use std::collections::{BTreeMap, BTreeSet};

use csyntax::{NodeId, NodeKind, TokenId, Tree};

use super::alignment::Alignment;
use super::compare::{Comparison, Difference};
use super::units::{Side, Sides, is_kept};

pub(super) fn compare(sides: &Sides<'_>, alignment: &Alignment, comparison: &mut Comparison) {
    let code: Vec<TokenId> = visible(&sides.file, sides.file.function)
        .filter(|&token| alignment.is_compiled(token))
        .collect();
    expressions_of_expansions(sides, alignment, &code, comparison);
    calls_in_arguments(sides, alignment, comparison);
}

/// What is an expression in the preprocessed text is one in the file.
fn expressions_of_expansions(
    sides: &Sides<'_>,
    alignment: &Alignment,
    code: &[TokenId],
    comparison: &mut Comparison,
) {
    let here = expressions(&sides.file);
    let unread: BTreeSet<TokenId> = unread(sides.file.tree, sides.file.function).collect();
    for node in in_gaps(&sides.preprocessed) {
        let Some(origins) = unchanged(&sides.preprocessed, node, alignment, code) else { continue };
        let kind = sides.preprocessed.tree.kind(node);
        let found = here.get(&origins);
        if found.is_some_and(|nodes| has_kind(sides.file.tree, nodes, kind)) {
            comparison.counts.in_arguments += 1;
        } else if !unread.contains(&origins.0) {
            comparison.differences.push(Difference {
                file: found.and_then(|nodes| nodes.first().copied()),
                preprocessed: Some(node),
                what: "another expression in an argument of a macro",
            });
        }
    }
}

/// What is a call in an argument is one in the preprocessed text, if its tokens occur there and are read.
fn calls_in_arguments(sides: &Sides<'_>, alignment: &Alignment, comparison: &mut Comparison) {
    let mut opens: BTreeSet<TokenId> = calls(&sides.preprocessed)
        .filter_map(|call| open_of_call(sides.preprocessed.tree, call))
        .collect();
    opens.extend(unread(sides.preprocessed.tree, sides.preprocessed.function));
    let mut occurrences: BTreeMap<TokenId, Vec<TokenId>> = BTreeMap::new();
    for token in visible(&sides.preprocessed, sides.preprocessed.function) {
        if let Some(origin) = alignment.origin(token) {
            occurrences.entry(origin).or_default().push(token);
        }
    }
    for call in calls(&sides.file).filter(|&call| starts_in_gap(&sides.file, call)) {
        let Some(open) = open_of_call(sides.file.tree, call) else { continue };
        let tokens: Vec<TokenId> = visible(&sides.file, call).collect();
        let starts = occurrences.get(&tokens[0]).into_iter().flatten().copied();
        for start in starts.filter(|&start| occurs_at(sides, alignment, &tokens, start)) {
            let offset = tokens.partition_point(|&token| token < open) as u32;
            if !opens.contains(&TokenId(start.0 + offset)) {
                let what = "no call in the preprocessed text";
                let difference = Difference { file: Some(call), preprocessed: None, what };
                comparison.differences.push(difference);
            }
        }
    }
}

/// Whether the tokens of the file occur side by side from `start` of the preprocessed text.
fn occurs_at(sides: &Sides<'_>, alignment: &Alignment, tokens: &[TokenId], start: TokenId) -> bool {
    let end = sides.preprocessed.tree.token_range(sides.preprocessed.function).end;
    (start.0..end)
        .zip(tokens)
        .filter(|&(at, &token)| alignment.origin(TokenId(at)) == Some(token))
        .count()
        == tokens.len()
}

/// The first and the last token of the file, if the node consists of tokens that stand side by side there.
fn unchanged(
    side: &Side<'_>,
    node: NodeId,
    alignment: &Alignment,
    code: &[TokenId],
) -> Option<(TokenId, TokenId)> {
    let mut origins = visible(side, node).map(|token| alignment.origin(token));
    let first = origins.next()??;
    let mut index = code.binary_search(&first).ok()?;
    for origin in origins {
        index += 1;
        if origin.as_ref() != code.get(index) {
            return None;
        }
    }
    (code[index] != first).then_some((first, code[index]))
}

/// All expressions of more than one token, by their first and last token.
fn expressions(side: &Side<'_>) -> BTreeMap<(TokenId, TokenId), Vec<NodeId>> {
    let mut expressions: BTreeMap<_, Vec<NodeId>> = BTreeMap::new();
    for node in side.tree.descendants(side.function) {
        let mut tokens = visible(side, node).filter(|&token| side.unit(token).is_some());
        if is_expression(side.tree.kind(node))
            && let Some(first) = tokens.next()
            && let Some(last) = tokens.next_back()
        {
            expressions.entry((first, last)).or_default().push(node);
        }
    }
    expressions
}

fn has_kind(tree: &Tree, nodes: &[NodeId], kind: NodeKind) -> bool {
    nodes.iter().any(|&node| tree.kind(node) == kind)
}

/// The tokens of which no term of C is made.
fn unread(tree: &Tree, function: NodeId) -> impl Iterator<Item = TokenId> + '_ {
    use NodeKind::*;
    let opaque = [AsmStatement, AsmLabel, Attribute, MacroTokens, StaticAssertDeclaration];
    let nodes = tree.descendants(function).filter(move |&node| opaque.contains(&tree.kind(node)));
    nodes.flat_map(|node| tree.own_tokens(node))
}

/// The expressions that begin within an expansion.
fn in_gaps<'s>(side: &'s Side<'_>) -> impl Iterator<Item = NodeId> + 's {
    let nodes = side.tree.descendants(side.function);
    nodes.filter(|&node| is_expression(side.tree.kind(node)) && starts_in_gap(side, node))
}

/// Arguments count with their call.
fn is_expression(kind: NodeKind) -> bool {
    kind.is_expression() && kind != NodeKind::ArgumentList
}

fn starts_in_gap(side: &Side<'_>, node: NodeId) -> bool {
    side.units(node).next().is_some_and(|unit| !is_kept(unit))
}

fn calls<'s>(side: &'s Side<'_>) -> impl Iterator<Item = NodeId> + 's {
    let nodes = side.tree.descendants(side.function);
    nodes.filter(|&node| side.tree.kind(node) == NodeKind::CallExpression)
}

/// The `(` of a call.
fn open_of_call(tree: &Tree, call: NodeId) -> Option<TokenId> {
    tree.first_token(tree.child(call, NodeKind::ArgumentList)?)
}

fn visible<'s>(side: &'s Side<'_>, node: NodeId) -> impl DoubleEndedIterator<Item = TokenId> + 's {
    side.tree.visible_tokens(node)
}
