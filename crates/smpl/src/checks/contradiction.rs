//! Constraints that no value fulfils: `identifier x = {a, b} != {a, b}`, `constant c > 5 && < 3`.
//!
//! What is inherited is bound by its rule, so the constraints of that rule count as well.
//!
//! Ignored on purpose: kinds whose values have no plain text, such as types, which may be equal though they are
//! spelled otherwise; and positions, which may be several places.

use csyntax::TokenKind;
use text::Span;

use super::possible_values::{Values, none_is_left};
use crate::cursor::Cursor;
use crate::metavariable::{
    Constraint, ConstraintItem, Metavariable, MetavariableId, MetavariableKind, Origin,
};
use crate::patch::Rule;
use crate::report::Reports;

/// Reports the metavariables of the rule that can have no value, and gives them back.
pub(super) fn check(
    rule: &Rule,
    above: &[Rule],
    source: &[u8],
    reports: &mut Reports,
) -> Vec<MetavariableId> {
    let mut found = Vec::new();
    for (index, metavariable) in rule.metavariables.iter().enumerate() {
        let Some(constraint) = &metavariable.constraint else { continue };
        let id = MetavariableId(index as u32);
        if excludes_itself(rule, above, id, constraint) {
            report_itself(above, source, metavariable, reports);
            found.push(id);
        } else if has_plain_text(metavariable.kind) {
            found.extend(check_values(above, source, id, metavariable, constraint, reports));
        }
    }
    found
}

fn check_values(
    above: &[Rule],
    source: &[u8],
    id: MetavariableId,
    metavariable: &Metavariable,
    constraint: &Constraint,
    reports: &mut Reports,
) -> Option<MetavariableId> {
    let base = match metavariable.kind {
        MetavariableKind::Length => Values::Listed(Vec::new(), vec![0..=i64::MAX]),
        _ => Values::Any,
    };
    let message = format!("no value of `{}` fulfils its constraint", metavariable.name);
    if none_is_left(&[constraint], base.clone()) {
        reports
            .warning(
                "smpl/contradiction",
                message,
                place(source, metavariable),
                "this excludes every value",
            )
            .help("what has the metavariable never matches; loosen the constraint");
        return Some(id);
    }
    let origins: Vec<_> = origins(above, metavariable)
        .filter(|(_, origin)| has_plain_text(origin.kind))
        .filter_map(|(rule, origin)| Some((rule, origin, origin.constraint.as_ref()?)))
        .collect();
    let constraints: Vec<_> =
        origins.iter().map(|(_, _, inherited)| *inherited).chain([constraint]).collect();
    let (rule, origin, _) = origins.first()?;
    // A contradiction among those above is reported there.
    if none_is_left(&constraints[..constraints.len() - 1], base.clone())
        || !none_is_left(&constraints, base)
    {
        return None;
    }
    reports
        .warning(
            "smpl/contradiction",
            message,
            place(source, metavariable),
            "this excludes what it is inherited with",
        )
        .elsewhere(&rule.file, origin.span, "constrained here already")
        .help("what has the metavariable never matches; loosen one of the constraints");
    Some(id)
}

/// The metavariables that this one has its value from, the nearest first.
fn origins<'a>(
    above: &'a [Rule],
    metavariable: &Metavariable,
) -> impl Iterator<Item = (&'a Rule, &'a Metavariable)> {
    let of = |metavariable: &Metavariable| {
        let (rule, id) = metavariable.inherited_from()?;
        Some((&above[rule], &above[rule].metavariables[id.index()]))
    };
    std::iter::successors(of(metavariable), move |(_, origin)| of(origin))
}

/// `identifier r.x != r.x`
fn excludes_itself(
    rule: &Rule,
    above: &[Rule],
    id: MetavariableId,
    constraint: &Constraint,
) -> bool {
    let metavariable = &rule.metavariables[id.index()];
    let first = |metavariable: &Metavariable| {
        let origin = metavariable.inherited_from()?;
        let chain = std::iter::successors(Some(origin), |(rule, id)| {
            above[*rule].metavariables[id.index()].inherited_from()
        });
        chain.last()
    };
    metavariable.origin != Origin::Own
        && metavariable.kind == MetavariableKind::Identifier
        && excluded(constraint, true).iter().any(|other| {
            let value = first(metavariable);
            value.is_some() && value == first(&rule.metavariables[other.index()])
        })
}

/// The metavariables whose values are surely excluded.
fn excluded(constraint: &Constraint, wanted: bool) -> Vec<MetavariableId> {
    match (constraint, wanted) {
        (Constraint::NoneOf(items), true) | (Constraint::OneOf(items), false) => items
            .iter()
            .filter_map(|item| match item {
                ConstraintItem::Metavariable(id) => Some(*id),
                _ => None,
            })
            .collect(),
        (Constraint::Not(inner), _) => excluded(inner, !wanted),
        (Constraint::And(a, b), true) | (Constraint::Or(a, b), false) => {
            let mut all = excluded(a, wanted);
            all.extend(excluded(b, wanted));
            all
        }
        _ => Vec::new(),
    }
}

fn report_itself(
    above: &[Rule],
    source: &[u8],
    metavariable: &Metavariable,
    reports: &mut Reports,
) {
    let name = &metavariable.name;
    let place = place(source, metavariable);
    let message =
        format!("`{name}` is inherited and must differ from the value it is inherited with");
    let mut draft =
        reports.warning("smpl/contradiction", message, place, "this excludes its only value");
    let mut title = "r";
    if let Some((rule, origin)) = origins(above, metavariable).next() {
        draft = draft.elsewhere(&rule.file, origin.span, "the value comes from here");
        title = rule.name.as_deref().unwrap_or(title);
    }
    let kind = metavariable.kind.words();
    draft.help(format!("to match another one, declare `{kind} other != {title}.{name};`"));
}

/// Kinds whose values are equal only when their texts are, or when they are equal as integers.
fn has_plain_text(kind: MetavariableKind) -> bool {
    use MetavariableKind::*;
    matches!(
        kind,
        Expression
            | Idexpression(_)
            | Constant
            | Identifier
            | Function
            | Declarer
            | Iterator
            | AssignmentOperator
            | BinaryOperator
            | Length
    )
}

/// The constraint in a declaration: from behind the name to the end of the declaration of this name.
fn place(source: &[u8], metavariable: &Metavariable) -> Span {
    let name = metavariable.span;
    let rest = source.get(name.end as usize..).unwrap_or_default();
    // No declaration goes beyond the `@@` behind it.
    let length = rest.windows(2).position(|pair| pair == b"@@").unwrap_or(rest.len());
    let mut words = Cursor::new(source, Span::new(name.end, name.end + length as u32));
    let first = words.peek().span;
    let (mut depth, mut end) = (0, first.end);
    loop {
        let word = words.bump();
        match word.kind {
            TokenKind::Eof => break,
            TokenKind::LeftBrace | TokenKind::LeftParen => depth += 1,
            TokenKind::RightBrace | TokenKind::RightParen if depth > 0 => depth -= 1,
            TokenKind::Semicolon | TokenKind::Comma | TokenKind::RightBracket if depth == 0 => {
                break;
            }
            _ => {}
        }
        end = word.span.end;
    }
    Span::new(first.start, end)
}
