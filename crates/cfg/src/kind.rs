//! The kinds of nodes of a flow graph.
//!
//! Invariant: what a kind shares with all nodes (syntax, token, label path) is in the node, not here.

/// What a node of a flow graph is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FlowKind {
    // Structure.
    /// In front of everything.
    Top,
    /// Behind an item that is no function.
    End,
    /// A function up to its body.
    FunctionHeader,
    /// Carries code that is added behind a function or a macro.
    PreExit,
    /// Behind a function.
    Exit,
    /// Behind a function that was left by a return in a then-branch.
    ErrorExit,
    /// `{`
    OpenBrace,
    /// `}`, one node for each way of leaving the block.
    CloseBrace,
    /// The invisible end of a compound statement; carries code that is added behind it.
    EndStatement,
    /// Leads into code that is never reached.
    Fake,

    // Branch markers.
    /// The way into a then-branch.
    True {
        /// Whether the branch has no normal end.
        escapes: bool,
    },
    /// The way into an else-branch.
    False,
    /// The way past: no else, no default, no #else, the end of a do-while.
    Fall,
    /// The way into the body of a loop.
    InLoop,
    /// The way out of a loop.
    LoopFall,
    /// Between the head of a construct and its end, over control edges.
    After(AfterKind),

    // Code.
    /// A declaration, at top level or in a block.
    Declaration,
    /// An expression statement or an empty statement.
    ExpressionStatement,
    /// The header of an `if`.
    If,
    /// The word `else`.
    Else,
    /// The header of a `while`.
    While,
    /// The word `do`.
    Do,
    /// `while (...);` at the end of a do-while.
    DoTail,
    /// The header of a `for`.
    For,
    /// The header of a macro that loops.
    Iterator,
    /// The header of a `switch`.
    Switch,
    /// `case e:`
    Case,
    /// `case e ... e:`
    CaseRange,
    /// `default:`
    Default,
    /// `return`, with or without a value.
    Return,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `goto`
    Goto,
    /// A label.
    Label,
    /// An asm statement.
    Asm,
    /// A macro that is a statement without `;`.
    MacroStatement,
    /// A macro call between items.
    MacroCall,
    /// A function inside another one, which has a graph of its own.
    NestedFunction,

    // Preprocessor.
    /// `#if`, `#ifdef`, `#ifndef` around statements.
    Ifdef,
    /// `#elif`, `#else`
    IfdefElse,
    /// `#endif`
    IfdefEnd,
    /// `#define`, `#undef` with the name and parameters.
    Define,
    /// The body of a `#define` that is no statement.
    DefineBody,
    /// In front of the body of a `#define` that is `do { ... } while (0)`.
    DoWhileZero,
    /// `#include`, `#pragma`, ..., and in a block `#define`.
    Directive,
}

/// How control leaves the construct that an AFTER node spans.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AfterKind {
    /// At its end.
    Normal,
    /// By `return`.
    Return,
    /// By `goto`.
    Goto,
    /// By `break` out of a loop.
    Break,
    /// By `continue`.
    Continue,
    /// By `break` out of a switch.
    SwitchBreak,
}

impl FlowKind {
    /// The name under which the kind is shown.
    pub fn name(self) -> &'static str {
        use FlowKind::*;
        match self {
            Top => "top",
            End => "end",
            FunctionHeader => "function",
            PreExit => "pre-exit",
            Exit => "exit",
            ErrorExit => "error-exit",
            OpenBrace => "{",
            CloseBrace => "}",
            EndStatement => "end-statement",
            Fake => "fake",
            True { escapes: false } => "true",
            True { escapes: true } => "true-escapes",
            False => "false",
            Fall => "fall",
            InLoop => "in-loop",
            LoopFall => "loop-fall",
            After(AfterKind::Normal) => "after",
            After(AfterKind::Return) => "after-return",
            After(AfterKind::Goto) => "after-goto",
            After(AfterKind::Break) => "after-break",
            After(AfterKind::Continue) => "after-continue",
            After(AfterKind::SwitchBreak) => "after-switch-break",
            Declaration => "declaration",
            ExpressionStatement => "expression",
            If => "if",
            Else => "else",
            While => "while",
            Do => "do",
            DoTail => "do-tail",
            For => "for",
            Iterator => "iterator",
            Switch => "switch",
            Case => "case",
            CaseRange => "case-range",
            Default => "default",
            Return => "return",
            Break => "break",
            Continue => "continue",
            Goto => "goto",
            Label => "label",
            Asm => "asm",
            MacroStatement => "macro-statement",
            MacroCall => "macro-call",
            NestedFunction => "nested-function",
            Ifdef => "ifdef",
            IfdefElse => "ifdef-else",
            IfdefEnd => "ifdef-end",
            Define => "define",
            DefineBody => "define-body",
            DoWhileZero => "do-while-zero",
            Directive => "directive",
        }
    }
}
