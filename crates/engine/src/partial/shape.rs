//! What the shape of a formula says about its rule: which elements come first.
//!
//! Invariant: nothing is evaluated here.

use ctl::Formula;
use rustc_hash::FxHashMap;

use crate::element::ElementId;
use crate::label::{Kind, Label};

type Rule = Formula<Label>;

/// A formula, and what names in it stand for.
pub(crate) struct Shape<'w> {
    pub(crate) named: FxHashMap<u32, &'w Rule>,
}

impl<'w> Shape<'w> {
    pub(crate) fn new(formula: &'w Rule) -> Shape<'w> {
        let mut named = FxHashMap::default();
        collect_named(formula, &mut named);
        Shape { named }
    }

    /// The elements that a formula asks for first.
    pub(crate) fn heads(&self, formula: &'w Rule) -> Vec<ElementId> {
        let mut heads = Vec::new();
        self.collect_heads(formula, &mut heads);
        heads
    }

    fn collect_heads(&self, formula: &'w Rule, heads: &mut Vec<ElementId>) {
        match formula {
            Formula::Pred(Label::Element { element, .. }) => heads.push(*element),
            Formula::True | Formula::False | Formula::Pred(_) | Formula::Not(_) => {}
            Formula::And(a, b) | Formula::AndThen(a, b) => {
                let before = heads.len();
                self.collect_heads(a, heads);
                if heads.len() == before {
                    self.collect_heads(b, heads);
                }
            }
            Formula::Or(a, b) | Formula::SeqOr(a, b) => {
                self.collect_heads(a, heads);
                self.collect_heads(b, heads);
            }
            Formula::Exists { body, .. }
            | Formula::Let { body, .. }
            | Formula::Uncheck(body)
            | Formula::EverywhereReachable(body, _)
            | Formula::EX(_, body)
            | Formula::AX(_, body)
            | Formula::EF(_, body)
            | Formula::AF(_, body)
            | Formula::EG(_, body)
            | Formula::AG(_, body)
            | Formula::EU(_, _, body)
            | Formula::AU(_, _, body) => self.collect_heads(body, heads),
            Formula::Ref(name) => {
                if let Some(value) = self.named.get(name) {
                    self.collect_heads(value, heads);
                }
            }
        }
    }
}

/// Whether a match starts in front of everything, as with dots at the start of the pattern.
pub(crate) fn starts_at_top(formula: &Rule) -> bool {
    match formula {
        Formula::Pred(label) => *label == Label::Kind(Kind::Top),
        Formula::And(a, b) => starts_at_top(if is_guard(a) { b } else { a }),
        Formula::Exists { body, .. } | Formula::Let { body, .. } => starts_at_top(body),
        _ => false,
    }
}

fn collect_named<'w>(formula: &'w Rule, named: &mut FxHashMap<u32, &'w Rule>) {
    match formula {
        Formula::True | Formula::False | Formula::Pred(_) | Formula::Ref(_) => {}
        Formula::Let { name, value, body } => {
            named.insert(*name, value);
            collect_named(value, named);
            collect_named(body, named);
        }
        Formula::And(a, b)
        | Formula::AndThen(a, b)
        | Formula::Or(a, b)
        | Formula::SeqOr(a, b)
        | Formula::EU(_, a, b)
        | Formula::AU(_, a, b)
        | Formula::EverywhereReachable(a, b) => {
            collect_named(a, named);
            collect_named(b, named);
        }
        Formula::Not(body)
        | Formula::Exists { body, .. }
        | Formula::EX(_, body)
        | Formula::AX(_, body)
        | Formula::EF(_, body)
        | Formula::AF(_, body)
        | Formula::EG(_, body)
        | Formula::AG(_, body)
        | Formula::Uncheck(body) => collect_named(body, named),
    }
}

/// Whether a formula only says that the end is not too near (as rules with dots do).
pub(crate) fn is_guard(formula: &Rule) -> bool {
    matches!(formula, Formula::Not(inner) if is_near_end(inner))
}

/// Whether a formula says that the end is near.
pub(crate) fn is_near_end(formula: &Rule) -> bool {
    let mut inner = formula;
    while let Formula::EX(_, next) = inner {
        inner = next;
    }
    let end = |part: &Rule| matches!(part, Formula::Pred(Label::Kind(Kind::Exit | Kind::End)));
    matches!(inner, Formula::Or(a, b) if end(a) && end(b))
}
