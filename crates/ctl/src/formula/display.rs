//! Formulas as text, for a reader.
//!
//! Invariant: the text has brackets wherever the grouping is not plain: `!` and the path operators bind
//! most tightly, then `&`, then `|`, then `|>` (ordered choice), then `exists` and `let`.

use std::fmt::{self, Display, Formatter};

use super::{Direction, Formula};

/// How tightly an operator binds; what binds less tightly than its place asks for gets brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Scope,
    Choice,
    Or,
    And,
    Prefix,
}

impl<L> Formula<L> {
    fn tightness(&self) -> Tightness {
        match self {
            Formula::Exists { .. } | Formula::Let { .. } => Tightness::Scope,
            Formula::SeqOr(..) => Tightness::Choice,
            Formula::Or(..) => Tightness::Or,
            Formula::And(..) | Formula::AndThen(..) => Tightness::And,
            _ => Tightness::Prefix,
        }
    }
}

impl<L: Display> Display for Formula<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Formula::True => f.write_str("true"),
            Formula::False => f.write_str("false"),
            Formula::Pred(label) => label.fmt(f),
            Formula::Not(p) => prefixed(f, "!", p),
            Formula::And(p, q) => joined(f, Tightness::And, p, " & ", q),
            Formula::AndThen(p, q) => joined(f, Tightness::And, p, " &> ", q),
            Formula::Or(p, q) => joined(f, Tightness::Or, p, " | ", q),
            Formula::SeqOr(p, q) => joined(f, Tightness::Choice, p, " |> ", q),
            Formula::Exists { var, keep, body } => {
                write!(f, "exists{} v{}. {body}", if *keep { " kept" } else { "" }, var.0)
            }
            Formula::EX(way, p) => stepped(f, "EX", *way, p),
            Formula::AX(way, p) => stepped(f, "AX", *way, p),
            Formula::EF(way, p) => stepped(f, "EF", *way, p),
            Formula::AF(way, p) => stepped(f, "AF", *way, p),
            Formula::EG(way, p) => stepped(f, "EG", *way, p),
            Formula::AG(way, p) => stepped(f, "AG", *way, p),
            Formula::EU(way, p, q) => write!(f, "E{}[{p} U {q}]", mark(*way)),
            Formula::AU(way, p, q) => write!(f, "A{}[{p} U {q}]", mark(*way)),
            Formula::EverywhereReachable(p, q) => write!(f, "everywhere({p}, {q})"),
            Formula::Let { name, value, body } => write!(f, "let r{name} = {value} in {body}"),
            Formula::Ref(name) => write!(f, "r{name}"),
            Formula::Uncheck(p) => write!(f, "uncheck({p})"),
        }
    }
}

fn mark(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "",
        Direction::Backward => "^-",
    }
}

fn stepped<L: Display>(
    f: &mut Formatter<'_>,
    operator: &str,
    direction: Direction,
    body: &Formula<L>,
) -> fmt::Result {
    write!(f, "{operator}{} ", mark(direction))?;
    within(f, Tightness::Prefix, body)
}

fn prefixed<L: Display>(f: &mut Formatter<'_>, operator: &str, body: &Formula<L>) -> fmt::Result {
    f.write_str(operator)?;
    within(f, Tightness::Prefix, body)
}

/// Both operands of an operator that is associative.
fn joined<L: Display>(
    f: &mut Formatter<'_>,
    tightness: Tightness,
    left: &Formula<L>,
    operator: &str,
    right: &Formula<L>,
) -> fmt::Result {
    within(f, tightness, left)?;
    f.write_str(operator)?;
    within(f, tightness, right)
}

fn within<L: Display>(f: &mut Formatter<'_>, place: Tightness, body: &Formula<L>) -> fmt::Result {
    if body.tightness() < place { write!(f, "({body})") } else { write!(f, "{body}") }
}
