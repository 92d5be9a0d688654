//! How tightly expressions bind, and how tightly their places ask them to.
//!
//! A bound binary expression counts as additive whatever its operator is; that is how the reference decides over
//! parentheses.

use csyntax::{NodeKind, TokenKind};

/// The level of an operand of a prefix operator.
pub(crate) const UNARY: u8 = 14;
/// The level of what can be called, indexed, ...
pub(crate) const POSTFIX: u8 = 15;

/// The level of the value of a metavariable.
pub(crate) fn of_value(kind: NodeKind) -> u8 {
    use NodeKind::*;
    match kind {
        CommaExpression | StatementExpression => 0,
        AssignmentExpression => 1,
        ConditionalExpression => 2,
        BinaryExpression => 11,
        CastExpression => 13,
        PrefixExpression | SizeofExpression | SizeofType | CompoundLiteral | LabelAddress => UNARY,
        CallExpression | IndexExpression | MemberExpression | ArrowExpression
        | PostfixExpression => POSTFIX,
        _ => 16,
    }
}

/// The level that a binary operator asks for on its left; one more on its right.
pub(crate) fn of_operator(operator: TokenKind) -> u8 {
    use TokenKind::*;
    match operator {
        PipePipe => 3,
        AmpAmp => 4,
        Pipe => 5,
        Caret => 6,
        Amp => 7,
        EqualEqual | BangEqual => 8,
        Less | Greater | LessEqual | GreaterEqual => 9,
        ShiftLeft | ShiftRight | Minimum | Maximum => 10,
        Plus | Minus => 11,
        Star | Slash | Percent => 12,
        _ => 0,
    }
}
