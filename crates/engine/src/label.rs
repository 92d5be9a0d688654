//! The labels of the formulas that rules become.

use std::fmt;

use ctl::Var;

use crate::element::ElementId;

/// What a node of the flow graph is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label {
    /// Does an element of the rule match? Binds its metavariables; when tagged, also what it took.
    Element {
        /// Which one.
        element: ElementId,
        /// The variable that takes the record of the match, where it counts.
        record: Option<Var>,
    },
    /// Is it of this kind?
    Kind(Kind),
    /// What is the number of the brace?
    Brace(Var),
    /// What is its path?
    Path(Var),
    /// Does its path start with this one?
    Within(Var),
    /// Is it a `break` or `continue`, and what is the path of the loop or switch that it belongs to?
    JumpOf(Var),
}

/// Kinds of nodes that formulas ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The start of the graph.
    Top,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// The `}` of the function: only `}` lead from it to the end.
    LastBrace,
    /// The branch that is taken.
    True,
    /// One that has no normal end.
    Escaping,
    /// The `else` branch.
    False,
    /// No branch.
    Fall,
    /// The shortcut from a construct to the place behind it.
    After,
    /// Such a shortcut where a `goto` leaves the construct.
    AfterGoto,
    /// Into a loop.
    InLoop,
    /// Out of a loop.
    LoopFall,
    /// `else`
    Else,
    /// `return`
    Return,
    /// `continue`
    Continue,
    /// `goto`
    Goto,
    /// `break`
    Break,
    /// In front of the exit.
    PreExit,
    /// The exit.
    Exit,
    /// The exit of error paths.
    ErrorExit,
    /// The end of an item that is no function.
    End,
    /// The header of a function.
    FunctionHeader,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Label::Element { element, record: Some(var) } => {
                write!(f, "#{} as v{}", element.0, var.0)
            }
            Label::Element { element, record: None } => write!(f, "#{}", element.0),
            Label::Kind(kind) => write!(f, "{kind:?}"),
            Label::Brace(var) => write!(f, "brace(v{})", var.0),
            Label::Path(var) => write!(f, "path(v{})", var.0),
            Label::Within(var) => write!(f, "within(v{})", var.0),
            Label::JumpOf(var) => write!(f, "jump-of(v{})", var.0),
        }
    }
}
