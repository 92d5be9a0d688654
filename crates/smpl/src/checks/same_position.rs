//! One position variable at two places that a match must both have: `a@p(); ... b@p();`.
//!
//! Two occurrences mean the same place, so such a rule never matches. Branches of one disjunction do not both match;
//! what stands in a nest, in `when`, in a conjunction or on an optional line is left alone, and so are tokens that
//! may take the same text as another one or none: dots, lists, types; and statements that are bodies, as `while (e) S`
//! does not look at its S. An inherited position may stand for several
//! places, and is left alone too.

use csyntax::{TokenId, TokenKind};

use super::mandatory::{Choice, Ways};
use crate::body::Body;
use crate::metavariable::{MetavariableId, MetavariableKind, Origin};
use crate::patch::Rule;
use crate::report::Reports;

/// Reports such pairs; true when the whole rule can never match.
pub(super) fn check(rule: &Rule, body: &Body, ways: &Ways<'_>, reports: &mut Reports) -> bool {
    let mut places: Vec<Vec<TokenId>> = vec![Vec::new(); rule.metavariables.len()];
    for &(token, id) in body.all_positions() {
        let metavariable = &rule.metavariables[id.index()];
        let plain = metavariable.kind == MetavariableKind::Position
            && metavariable.origin == Origin::Own
            && has_one_place(body.minus.tokens().kind(token))
            && !ways.is_body(token);
        let known = &mut places[id.index()];
        // `f@p@p` is one place.
        if plain && ways.choice(token) != Choice::Open && known.last() != Some(&token) {
            known.push(token);
        }
    }
    let mut never = false;
    for (index, tokens) in places.iter().enumerate() {
        let Some((first, second)) = pair(body, ways, tokens) else { continue };
        let always = |token| ways.choice(token) == Choice::Branch(None);
        let whole = always(first) && always(second);
        never |= whole;
        report(rule, body, MetavariableId(index as u32), first, second, whole, reports);
    }
    never
}

/// Whether what the token takes is never empty, and shares nothing with what another token takes.
fn has_one_place(kind: TokenKind) -> bool {
    use TokenKind::*;
    !matches!(
        kind,
        Ellipsis
            | MetaExpressionList
            | MetaStatementList
            | MetaFieldList
            | MetaParameterList
            | MetaParameter
            | MetaInitialiserList
            | MetaType
            | MetaAttribute
            | WhenEnd
            | PpEnd
            | Eof
    )
}

/// Two of the tokens that are matched together, as the branch around one is around the other.
fn pair(body: &Body, ways: &Ways<'_>, tokens: &[TokenId]) -> Option<(TokenId, TokenId)> {
    let branch = |token| match ways.choice(token) {
        Choice::Branch(branch) => branch,
        Choice::Open => None,
    };
    let mut open: Vec<TokenId> = Vec::new();
    for &token in tokens {
        for &earlier in &open {
            let together = match (branch(earlier), branch(token)) {
                (None, _) | (_, None) => true,
                (Some(a), Some(b)) => body.minus.is_within(a, b) || body.minus.is_within(b, a),
            };
            if together {
                return Some((earlier, token));
            }
        }
        // More would cost more than such a rule is worth.
        if open.len() < MOST_PLACES {
            open.push(token);
        }
    }
    None
}

/// How many places of one position are compared with each other.
const MOST_PLACES: usize = 50;

fn report(
    rule: &Rule,
    body: &Body,
    id: MetavariableId,
    first: TokenId,
    second: TokenId,
    whole: bool,
    reports: &mut Reports,
) {
    let name = &rule.metavariables[id.index()].name;
    let tokens = body.minus.tokens();
    let what = if whole { "this rule" } else { "this branch" };
    reports
        .warning(
            "smpl/same-position",
            format!("{what} never matches: `{name}` would have to be two places at once"),
            tokens.span(second),
            format!("`{name}` is attached here too"),
        )
        .also(tokens.span(first), format!("`{name}` is this place"))
        .help(format!("declare one position for each place: `position {name}1, {name}2;`"));
}
