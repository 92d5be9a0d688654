//! Metavariables and constraints, written as they are declared.

use std::fmt::Write;

use csyntax::TokenKind;

use super::{Out, one_line};
use crate::metavariable::{
    Comparison, Constraint, ConstraintItem, Metavariable, MetavariableKind, Origin,
    ScriptConstraint, SeedPart, Size, TypePattern, TypeShape,
};
use crate::patch::Rule;

impl Out<'_> {
    pub(super) fn metavariable(&self, rule: &Rule, metavariable: &Metavariable) -> String {
        let mut line = self.kind(rule, metavariable);
        if !line.ends_with('*') {
            line.push(' ');
        }
        match metavariable.origin {
            Origin::Own => line.push_str(&metavariable.name),
            Origin::Virtual => {
                let _ = write!(line, "virtual.{}", metavariable.name);
            }
            Origin::Inherited { rule: from, metavariable: id } => {
                let from = &self.patch.rules[from];
                let name = &from.metavariables[id.index()].name;
                let _ = write!(line, "{}.{name}", self.rule_name(from.index));
            }
        }
        for (index, part) in metavariable.seed.iter().enumerate() {
            line.push_str(if index == 0 { " = " } else { " ## " });
            match part {
                SeedPart::Text(text) => {
                    let _ = write!(line, "{text:?}");
                }
                SeedPart::Metavariable(id) => line.push_str(&rule.metavariables[id.index()].name),
                SeedPart::Script(script) => line.push_str(&self.script_call(rule, script)),
            }
        }
        if let Some(constraint) = &metavariable.constraint {
            let _ = write!(line, " {}", self.constraint(rule, constraint, Level::Or));
        }
        line
    }

    /// The words in front of the name; an inherited metavariable has the types of the one that it comes from.
    fn kind(&self, rule: &Rule, metavariable: &Metavariable) -> String {
        let origin = metavariable.inherited_from().map(|(rule, id)| {
            let rule = &self.patch.rules[rule];
            (rule, &rule.metavariables[id.index()])
        });
        let (from, typed) = match origin {
            Some((from, other)) if metavariable.types.is_empty() => (from, other),
            _ => (rule, metavariable),
        };
        let size = |size: Size| match size {
            Size::Exactly(number) => number.to_string(),
            Size::Bound(id) => from.metavariables[id.index()].name.to_string(),
        };
        let types: Vec<String> = typed.types.iter().map(type_words).collect();
        let types = match &types[..] {
            [] => String::new(),
            [only] => only.clone(),
            several => format!("{{{}}}", several.join(", ")),
        };
        let words = metavariable.kind.words();
        let open = typed.types.iter().any(|ty| matches!(ty.shape, TypeShape::Open { .. }));
        let mut kind = match (types.as_str(), metavariable.kind) {
            ("", _) => words.to_owned(),
            (types, MetavariableKind::Expression) if !open => types.to_owned(),
            (types, _) => format!("{words} {types}"),
        };
        if let Some(length) = typed.list_length {
            let _ = write!(kind, "[{}]", size(length));
        }
        if let Some(width) = typed.width {
            let _ = write!(kind, ":{}", size(width));
        }
        kind
    }

    /// `script:python(a, b) {code}`
    fn script_call(&self, rule: &Rule, script: &ScriptConstraint) -> String {
        let parameters = script.parameters.iter().map(|id| &*rule.metavariables[id.index()].name);
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let code = one_line(self.patch.sources.text(&rule.file), script.code);
        format!("script:{}({parameters}) {{{code}}}", script.language)
    }

    fn constraint(&self, rule: &Rule, constraint: &Constraint, around: Level) -> String {
        let item = |item: &ConstraintItem| match item {
            ConstraintItem::Name(text) | ConstraintItem::Text(text) => text.to_string(),
            ConstraintItem::Metavariable(id) => rule.metavariables[id.index()].name.to_string(),
            ConstraintItem::Type(pattern) => type_words(pattern),
            ConstraintItem::Integer(number) => number.to_string(),
            ConstraintItem::Range(from, to) => format!("{from}...{to}"),
        };
        let items = |items: &[ConstraintItem]| match items {
            // A range stands in braces only.
            [only] if !matches!(only, ConstraintItem::Range(..)) => item(only),
            several => {
                format!("{{{}}}", several.iter().map(item).collect::<Vec<_>>().join(", "))
            }
        };
        match constraint {
            Constraint::OneOf(list) => format!("= {}", items(list)),
            Constraint::NoneOf(list) => format!("!= {}", items(list)),
            Constraint::PartOf(list) => format!("<= {}", items(list)),
            Constraint::Matches(regex) => format!("=~ {:?}", regex.pattern),
            Constraint::MatchesNot(regex) => format!("!~ {:?}", regex.pattern),
            Constraint::Compare(comparison, number) => {
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                };
                format!("{sign} {}", item(number))
            }
            Constraint::Script(script) => format!(": {}", self.script_call(rule, script)),
            Constraint::Not(inner) => format!("!({})", self.constraint(rule, inner, Level::Or)),
            Constraint::And(a, b) => {
                let side = |side| self.constraint(rule, side, Level::And);
                format!("{} && {}", side(a), side(b))
            }
            Constraint::Or(a, b) => {
                let side = |side| self.constraint(rule, side, Level::Or);
                around.wrapped(format!("{} || {}", side(a), side(b)))
            }
        }
    }
}

/// What stands around a condition: `||` needs parentheses inside `&&`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Or,
    And,
}

impl Level {
    /// A condition with `||`, with the parentheses that it needs here.
    pub(super) fn wrapped(self, condition: String) -> String {
        match self {
            Level::Or => condition,
            Level::And => format!("({condition})"),
        }
    }
}

/// A type as it is written, `struct s *` or `*`.
fn type_words(ty: &TypePattern) -> String {
    match &ty.shape {
        TypeShape::Type(tree) => one_line(tree.source(), ty.span),
        TypeShape::Open { keyword, pointers } => {
            let keyword = match keyword {
                Some(TokenKind::Struct) => "struct ",
                Some(TokenKind::Union) => "union ",
                Some(TokenKind::Enum) => "enum ",
                _ => "",
            };
            format!("{keyword}{}", "*".repeat(*pointers as usize))
        }
    }
}
