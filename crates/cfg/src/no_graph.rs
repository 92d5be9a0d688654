//! Why an item has no flow graph, so that nothing can match in it.
//!
//! Invariant: each reason names the place at fault.

use std::error::Error;
use std::fmt;

use csyntax::NodeId;

/// An item has no flow graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NoGraph {
    /// Why.
    pub reason: Reason,
    /// The syntax that is to blame.
    pub syntax: NodeId,
}

/// What keeps an item from having a flow graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// `goto` to a label that the function does not have.
    UnknownLabel,
    /// A label that the function has twice.
    DuplicateLabel,
    /// `goto *e;`
    ComputedGoto,
    /// `break` in no loop or switch.
    StrayBreak,
    /// `continue` in no loop.
    StrayContinue,
    /// `case` in no switch.
    StrayCase,
    /// `default` in no switch, or in a loop in a switch.
    StrayDefault,
    /// `switch` whose body is not in braces.
    SwitchWithoutBraces,
    /// `return` in a `do { ... } while (0)` that is the body of a macro.
    ReturnInDoWhileZero,
    /// The `while` of a do-while that is never reached.
    UnreachedDoTail,
    /// Text that could not be parsed.
    Unparsed,
    /// The syntax is no item: conditionals, groups of items.
    NoItem,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::UnknownLabel => "`goto` to an unknown label",
            Reason::DuplicateLabel => "a label that is there twice",
            Reason::ComputedGoto => "a computed `goto`",
            Reason::StrayBreak => "`break` outside of a loop or switch",
            Reason::StrayContinue => "`continue` outside of a loop",
            Reason::StrayCase => "`case` outside of a switch",
            Reason::StrayDefault => "`default` outside of a switch, or in a loop in it",
            Reason::SwitchWithoutBraces => "a switch without braces",
            Reason::ReturnInDoWhileZero => "`return` in a `do { ... } while (0)` macro",
            Reason::UnreachedDoTail => "a do-while whose condition is never reached",
            Reason::Unparsed => "text that could not be parsed",
            Reason::NoItem => "no item of its own",
        })
    }
}

impl fmt::Display for NoGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no flow graph: {}", self.reason)
    }
}

impl Error for NoGraph {}
