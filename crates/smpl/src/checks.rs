//! Looks at a rule as a whole: what is declared and not used, what is used and was probably meant otherwise; and at
//! all rules together: what can never match.
//!
//! Invariant: a warning never stops a patch from being applied.

mod contradiction;
mod covering;
mod dead_branch;
mod equivalents;
mod facts;
mod mandatory;
mod margin;
mod misplaced_marker;
mod misplaced_prologue;
mod never_runs;
mod possible_values;
mod same_position;
mod stray_semicolon;

use csyntax::{NodeKind, TokenId, TokenKind};
use diag::{Diagnostic, Source};
use rustc_hash::FxHashSet;

use crate::body::lex::BodyTokens;
use crate::body::{Body, Mark, StringPiece};
use crate::isomorphism::Isomorphism;
use crate::metavariable::{MetavariableKind, Origin, SeedPart};
use crate::patch::Rule;
use crate::report::Reports;
use crate::scope::{FileNames, Scope};
use crate::suggest::nearest;

/// Warns about what can never match in the rules of a patch that has no errors; their exports are known.
pub(crate) fn check_matching(
    rules: &[Rule],
    isomorphisms: &[Isomorphism],
    sources: &[Source],
) -> Vec<Diagnostic> {
    let Some(first) = rules.first() else { return Vec::new() };
    let mut reports = Reports::new(first.file.clone());
    let mut never = never_runs::NeverMatching::new(rules.len());
    let idle =
        rules.iter().all(|rule| rule.body().is_some_and(|body| !body.is_patch() && !body.is_match));
    for rule in rules {
        let Some(source) = sources.iter().find(|source| source.name == rule.file) else { continue };
        reports.file = rule.file.clone();
        let ways = rule.body().map(|body| mandatory::Ways::new(rule, body, isomorphisms));
        let text = &source.text;
        let runs = never_runs::check(rule, rules, ways.as_ref(), text, &mut never, &mut reports);
        let (Some(body), Some(ways)) = (rule.body(), ways) else { continue };
        let excluded = contradiction::check(rule, rules, text, &mut reports);
        let torn = same_position::check(rule, body, &ways, &mut reports);
        if runs && (torn || excluded.iter().any(|&id| ways.is_mandatory(id))) {
            never.note(rule.index);
        }
        dead_branch::check(rule, body, isomorphisms, &mut reports);
        misplaced_marker::check(body, idle, &mut reports);
        misplaced_prologue::check(body, &mut reports);
        stray_semicolon::check(body, &mut reports);
    }
    reports.list.truncate(MOST_WARNINGS);
    reports.list
}

/// How many warnings of what never matches one patch gets.
const MOST_WARNINGS: usize = 30;

/// Notes which metavariables the slices use.
pub(crate) fn note_uses(lexed: &BodyTokens, scope: &mut Scope) {
    for (index, id) in lexed.metavariables.iter().enumerate() {
        let Some(id) = id else { continue };
        let metavariable = &mut scope.metavariables[id.index()];
        match lexed.marks[index] {
            Mark::Plus | Mark::PlusPlus => metavariable.used_in_plus = true,
            Mark::Context | Mark::Minus | Mark::Star => metavariable.used_in_minus = true,
        }
    }
    for &(_, id) in &lexed.positions {
        scope.metavariables[id.index()].used_in_minus = true;
    }
    for (token, pieces) in &lexed.strings {
        for piece in pieces {
            let StringPiece::Metavariable(id) = piece else { continue };
            let metavariable = &mut scope.metavariables[id.index()];
            match lexed.marks[token.index()].is_added() {
                true => metavariable.used_in_plus = true,
                false => metavariable.used_in_minus = true,
            }
        }
    }
    note_indirect_uses(scope);
}

/// Types, seeds and list lengths use metavariables too.
fn note_indirect_uses(scope: &mut Scope) {
    let mut used = Vec::new();
    for metavariable in &scope.metavariables {
        used.extend(metavariable.types.iter().flat_map(|ty| ty.metavariables.iter().flatten()));
        used.extend(metavariable.seed.iter().filter_map(|part| match part {
            SeedPart::Metavariable(id) => Some(id),
            SeedPart::Text(_) | SeedPart::Script(_) => None,
        }));
    }
    let used: Vec<_> = used.into_iter().copied().collect();
    for id in used {
        scope.metavariables[id.index()].used_in_minus = true;
    }
}

/// Reports metavariables that are used only in added code, or not at all.
pub(crate) fn check_uses(scope: &Scope, reports: &mut Reports) {
    for metavariable in &scope.metavariables {
        let name = &metavariable.name;
        let fresh = metavariable.kind == MetavariableKind::FreshIdentifier;
        let own = metavariable.origin == Origin::Own;
        match (metavariable.used_in_minus, metavariable.used_in_plus) {
            (false, true) if own && !fresh => {
                reports
                    .error(
                        "smpl/only-in-plus",
                        format!("`{name}` is used in added code only"),
                        metavariable.span,
                        "nothing binds it",
                    )
                    .help("use it on a `-` or context line, or make it a `fresh identifier`");
            }
            (false, false) if fresh => {
                reports.warning(
                    "smpl/unused-metavariable",
                    format!("fresh identifier `{name}` is not used in the added code"),
                    metavariable.span,
                    "declared here",
                );
            }
            // `extends` brings in what nobody has written.
            (false, false) if metavariable.extended => {}
            (false, false) => {
                let inherited = if own { "" } else { "inherited " };
                reports.warning(
                    "smpl/unused-metavariable",
                    format!(
                        "{inherited}metavariable `{name}` is not used in the removed or context code"
                    ),
                    metavariable.span,
                    "declared here",
                );
            }
            _ => {}
        }
    }
}

/// Warns about plain names that look as if a declaration was forgotten.
pub(crate) fn check_names(
    body: &Body,
    scope: &Scope,
    names: &FileNames,
    above: &[Rule],
    reports: &mut Reports,
) {
    let mut seen: FxHashSet<&[u8]> = FxHashSet::default();
    for node in body.minus.ids() {
        if !matches!(body.minus.kind(node), NodeKind::Name | NodeKind::NameDeclarator)
            || is_callee_or_tag(body, node)
        {
            continue;
        }
        let Some(token) = body.minus.first_token(node) else { continue };
        let text = body.minus.token_text(token);
        let plain = body.minus.tokens().kind(token) == TokenKind::Identifier
            && scope.get(text).is_none()
            && names.kind(text).is_none();
        if !plain || is_constant_like(text) || !seen.insert(text) {
            continue;
        }
        name_warning(body, scope, token, text, above, reports);
    }
}

fn name_warning(
    body: &Body,
    scope: &Scope,
    token: TokenId,
    text: &[u8],
    above: &[Rule],
    reports: &mut Reports,
) {
    let name = String::from_utf8_lossy(text).into_owned();
    let span = body.minus.tokens().span(token);
    let earlier = above.iter().rev().find_map(|rule| {
        let id = rule.metavariable(&name)?;
        Some((rule, rule.metavariables[id.index()].span))
    });
    match earlier {
        Some((rule, declared)) => {
            let title = rule.name.as_deref().unwrap_or("rule");
            let help = format!("to inherit it, declare `identifier {title}.{name};`");
            reports
                .warning(
                    "smpl/undeclared-name",
                    format!("`{name}`, a metavariable of an earlier rule, is a plain name here"),
                    span,
                    "matches only this very name",
                )
                .elsewhere(&rule.file, declared, "declared there")
                .help(help);
        }
        None => {
            let draft = reports.warning(
                "smpl/undeclared-name",
                format!("should `{name}` be a metavariable?"),
                span,
                "matches only this very name",
            );
            // Declared, not used, and nearly spelt like this.
            let unused = scope.metavariables.iter().filter(|m| !m.used_in_minus);
            let near = nearest(&name, unused.map(|m| &*m.name));
            match near.and_then(|near| scope.get(near.as_bytes())) {
                Some(id) => {
                    let near = &scope.metavariables[id.index()];
                    draft
                        .also(near.span, "this one is not used")
                        .help(format!("did you mean `{}`?", near.name));
                }
                None => {
                    draft.help(format!("if the name is meant, say so: `symbol {name};`"));
                }
            }
        }
    }
}

/// Functions, macros that declare or loop, and tags are usually meant by name.
fn is_callee_or_tag(body: &Body, node: csyntax::NodeId) -> bool {
    let Some(mut parent) = body.minus.parent(node) else { return false };
    let mut node = node;
    // A choice of names is used as each of them is.
    while matches!(
        body.minus.kind(parent),
        NodeKind::Branch | NodeKind::Disjunction | NodeKind::Conjunction
    ) {
        let Some(around) = body.minus.parent(parent) else { return false };
        (node, parent) = (parent, around);
    }
    match body.minus.kind(parent) {
        NodeKind::CallExpression => body.minus.nth_child(parent, 0) == Some(node),
        NodeKind::FunctionDeclarator
        | NodeKind::MacroDeclaration
        | NodeKind::IteratorStatement
        | NodeKind::MacroStatement
        | NodeKind::StructSpecifier
        | NodeKind::EnumSpecifier
        | NodeKind::Attribute
        | NodeKind::FieldDeclarator
        | NodeKind::Define
        | NodeKind::Undef
        | NodeKind::GotoStatement
        | NodeKind::LabelStatement
        | NodeKind::Designator => true,
        NodeKind::MemberExpression | NodeKind::ArrowExpression => {
            body.minus.nth_child(parent, 1) == Some(node)
        }
        _ => false,
    }
}

/// Capitals of three letters or more, or a word of C's library.
fn is_constant_like(text: &[u8]) -> bool {
    let capitals = text.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    (capitals && text.len() >= 3) || matches!(text, b"NULL" | b"true" | b"false")
}
