//! The elements of a rule: what one label of its formula is matched against one node of the flow graph.

use csyntax::NodeId;
use smpl::MetavariableId;

/// The index of an [`Element`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ElementId(pub u32);

/// A part of the minus slice that one node of the flow graph can match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Element {
    /// What kind of match it is.
    pub form: Form,
    /// The term of the minus slice.
    pub node: NodeId,
}

/// How an element is matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A whole statement of one node, a declaration, a directive.
    Whole,
    /// An expression or type anywhere in the node; each place is a match of its own.
    Anywhere,
    /// A statement metavariable.
    Statement(MetavariableId),
    /// A statement list metavariable: all that a block holds, matched at its `{`.
    StatementList,
    /// The head of `if`, `while`, `for`, `switch` or an iterator, up to its closing parenthesis.
    Head,
    /// The head of an `if` whose condition is the negation of the pattern's (isomorphism `neg_if`).
    NegatedHead,
    /// `else`
    Else,
    /// `do`
    Do,
    /// `while (...);` behind the body of `do`
    DoTail,
    /// The header of a function definition.
    FunctionHeader,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `case e:`, `default:`, `label:`
    Label,
    /// `return;` where a function just ends: its `}`.
    ImplicitReturn,
    /// A node that removed dots pass: all of it is removed.
    Removed,
}
