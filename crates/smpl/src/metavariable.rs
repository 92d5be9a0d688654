//! Metavariables as declared: kind, origin, types, constraint, list length.
//!
//! Invariant: a [`MetavariableId`] is an index into the list of one rule, in order of declaration.

use csyntax::{TokenKind, Tree};
use text::Span;

/// A metavariable of one rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MetavariableId(pub u32);

impl MetavariableId {
    /// The index into [`crate::Rule::metavariables`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a metavariable may stand for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MetavariableKind {
    /// `metavariable x`: the kind follows from the place.
    Any,
    /// `expression e`, `T e`, `expression *e`
    Expression,
    /// `expression list es`
    ExpressionList,
    /// `[local|global] idexpression x`
    Idexpression(Reach),
    /// `constant c`
    Constant,
    /// `identifier x`
    Identifier,
    /// `identifier list xs`
    IdentifierList,
    /// `fresh identifier x`
    FreshIdentifier,
    /// `function f`
    Function,
    /// `type T`
    Type,
    /// `statement S`
    Statement,
    /// `statement list Ss`
    StatementList,
    /// `declaration d`
    Declaration,
    /// `field f`
    Field,
    /// `field list fs`
    FieldList,
    /// `parameter p`
    Parameter,
    /// `parameter list ps`
    ParameterList,
    /// `initialiser i`
    Initialiser,
    /// `initialiser list is`
    InitialiserList,
    /// `position p`
    Position,
    /// `position any p`
    PositionAny,
    /// `comments c`
    Comments,
    /// `declarer D`
    Declarer,
    /// `iterator I`
    Iterator,
    /// `attribute a`
    Attribute,
    /// `assignment operator op`
    AssignmentOperator,
    /// `binary operator op`
    BinaryOperator,
    /// `format f`
    Format,
    /// `format list fs`
    FormatList,
    /// `pragmainfo p`: what stands behind the name of a `#pragma`
    PragmaInfo,
    /// The `n` of `expression list[n] es` and of `int:n x`
    Length,
    /// A variable that a script rule makes; its kind is that of its first use.
    Script,
}

/// Where the variable that an idexpression stands for is declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reach {
    /// Anywhere.
    Any,
    /// In the function.
    Local,
    /// Outside of it.
    Global,
}

impl MetavariableKind {
    /// The kind as it is written in a declaration.
    pub fn words(self) -> &'static str {
        use MetavariableKind::*;
        match self {
            Any => "metavariable",
            Expression => "expression",
            ExpressionList => "expression list",
            Idexpression(Reach::Any) => "idexpression",
            Idexpression(Reach::Local) => "local idexpression",
            Idexpression(Reach::Global) => "global idexpression",
            Constant => "constant",
            Identifier => "identifier",
            IdentifierList => "identifier list",
            FreshIdentifier => "fresh identifier",
            Function => "function",
            Type => "type",
            Statement => "statement",
            StatementList => "statement list",
            Declaration => "declaration",
            Field => "field",
            FieldList => "field list",
            Parameter => "parameter",
            ParameterList => "parameter list",
            Initialiser => "initialiser",
            InitialiserList => "initialiser list",
            Position => "position",
            PositionAny => "position any",
            Comments => "comments",
            Declarer => "declarer",
            Iterator => "iterator",
            Attribute => "attribute",
            AssignmentOperator => "assignment operator",
            BinaryOperator => "binary operator",
            Format => "format",
            FormatList => "format list",
            PragmaInfo => "pragmainfo",
            Length => "length",
            Script => "script variable",
        }
    }

    /// What a name of this kind is for the parser of patterns; none for kinds that are only attached
    /// with `@` or stand inside strings.
    pub fn token_kind(self) -> Option<TokenKind> {
        use MetavariableKind::*;
        Some(match self {
            Any | Expression | Idexpression(_) | Constant => TokenKind::MetaExpression,
            ExpressionList => TokenKind::MetaExpressionList,
            Identifier | IdentifierList | FreshIdentifier | Function => TokenKind::MetaIdentifier,
            Type => TokenKind::MetaType,
            Statement => TokenKind::MetaStatement,
            StatementList => TokenKind::MetaStatementList,
            Declaration => TokenKind::MetaDeclaration,
            Field => TokenKind::MetaField,
            FieldList => TokenKind::MetaFieldList,
            Parameter => TokenKind::MetaParameter,
            ParameterList => TokenKind::MetaParameterList,
            Initialiser => TokenKind::MetaInitialiser,
            InitialiserList => TokenKind::MetaInitialiserList,
            Declarer => TokenKind::MetaDeclarer,
            Iterator => TokenKind::MetaIterator,
            Attribute => TokenKind::MetaAttribute,
            PragmaInfo => TokenKind::MetaPragmaInfo,
            AssignmentOperator => TokenKind::MetaAssignOp,
            BinaryOperator => TokenKind::MetaBinaryOp,
            Position | PositionAny | Comments | Format | FormatList | Length | Script => {
                return None;
            }
        })
    }

    /// Whether it stands for a run of terms.
    pub fn is_list(self) -> bool {
        use MetavariableKind::*;
        matches!(
            self,
            ExpressionList
                | IdentifierList
                | StatementList
                | FieldList
                | ParameterList
                | InitialiserList
                | FormatList
        )
    }

    /// Whether it is a position.
    pub fn is_position(self) -> bool {
        matches!(self, MetavariableKind::Position | MetavariableKind::PositionAny)
    }

    /// Whether a metavariable of this kind may be inherited from one of kind `other`.
    pub fn inherits(self, other: MetavariableKind) -> bool {
        use MetavariableKind::*;
        self == other
            || other == Script
            || (self == Identifier && matches!(other, FreshIdentifier | Function))
            || (self.is_position() && other.is_position())
    }
}

/// Where the value of a metavariable comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// It is bound by matching this rule.
    Own,
    /// It was bound by an earlier rule.
    Inherited {
        /// The index of that rule.
        rule: usize,
        /// The metavariable there.
        metavariable: MetavariableId,
    },
    /// Its value is given on the command line.
    Virtual,
}

/// A metavariable of a rule.
#[derive(Clone, Debug)]
pub struct Metavariable {
    /// Its name in this rule.
    pub name: Box<str>,
    /// What it stands for.
    pub kind: MetavariableKind,
    /// Where its value comes from.
    pub origin: Origin,
    /// What its value must fulfil.
    pub constraint: Option<Constraint>,
    /// The types that a typed expression, idexpression or constant may have; empty when untyped.
    pub types: Vec<TypePattern>,
    /// How wide the bit-field must be that the expression names: `int:5 x`.
    pub width: Option<Size>,
    /// How long the list must be.
    pub list_length: Option<Size>,
    /// The seed of a fresh identifier, in pieces.
    pub seed: Vec<SeedPart>,
    /// Its name in the declaration.
    pub span: Span,
    /// Whether it came with `extends` and has no declaration of its own.
    pub extended: bool,
    /// Whether the minus slice or a constraint uses it.
    pub used_in_minus: bool,
    /// Whether added code uses it.
    pub used_in_plus: bool,
}

impl Metavariable {
    /// The rule and metavariable it is inherited from.
    pub fn inherited_from(&self) -> Option<(usize, MetavariableId)> {
        match self.origin {
            Origin::Inherited { rule, metavariable } => Some((rule, metavariable)),
            Origin::Own | Origin::Virtual => None,
        }
    }
}

/// A type in a declaration of metavariables, as a pattern.
#[derive(Clone, Debug)]
pub struct TypePattern {
    /// What type it is.
    pub shape: TypeShape,
    /// The type in the semantic patch.
    pub span: Span,
    /// The metavariable of each token; `T` in `T *x`.
    pub metavariables: Vec<Option<MetavariableId>>,
}

impl PartialEq for TypePattern {
    /// Within one patch: whether it is the same place.
    fn eq(&self, other: &TypePattern) -> bool {
        self.span == other.span
    }
}

/// What a type in a declaration may be.
#[derive(Clone, Debug)]
pub enum TypeShape {
    /// A [`csyntax::NodeKind::PatternSequence`] around one [`csyntax::NodeKind::TypeName`].
    Type(Box<Tree>),
    /// `expression *e`, `expression struct *e`: any type, or any with this keyword, behind pointers.
    Open {
        /// `struct`, `union` or `enum`.
        keyword: Option<TokenKind>,
        /// How many stars.
        pointers: u32,
    },
}

/// How long a list must be, or how wide a bit-field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// `list[3]`
    Exactly(u32),
    /// `list[n]`: a metavariable of kind [`MetavariableKind::Length`].
    Bound(MetavariableId),
}

/// A piece of the name of a fresh identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SeedPart {
    /// `"text"`
    Text(Box<str>),
    /// The name bound by another metavariable.
    Metavariable(MetavariableId),
    /// What a script makes: `= script:python(a) { a + "_new" }`
    Script(ScriptConstraint),
}

/// What the value of a metavariable must fulfil.
#[derive(Clone, PartialEq, Debug)]
pub enum Constraint {
    /// `= {...}`: it is one of these.
    OneOf(Vec<ConstraintItem>),
    /// `!= {...}`: it is none of these.
    NoneOf(Vec<ConstraintItem>),
    /// `=~ "re"`: some part of it matches.
    Matches(Regex),
    /// `!~ "re"`: no part of it matches.
    MatchesNot(Regex),
    /// `< n`, `<= n`, `> n`, `>= n` over integers.
    Compare(Comparison, ConstraintItem),
    /// `<= r.e`: it is a part of the value of `r.e`.
    PartOf(Vec<ConstraintItem>),
    /// `: script:python(a, b) { code }`
    Script(ScriptConstraint),
    /// `!c`
    Not(Box<Constraint>),
    /// `c && d`
    And(Box<Constraint>, Box<Constraint>),
    /// `c || d`
    Or(Box<Constraint>, Box<Constraint>),
}

/// A regular expression, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Regex {
    /// The expression in the notation of the `regex` crate.
    pub pattern: Box<str>,
    /// The string literal in the semantic patch.
    pub span: Span,
}

/// How to compare integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// A script that decides over a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptConstraint {
    /// `python` or `ocaml`.
    pub language: Box<str>,
    /// The metavariables handed over.
    pub parameters: Vec<MetavariableId>,
    /// The code, without its braces.
    pub code: Span,
}

/// One member of a set in a constraint.
#[derive(Clone, PartialEq, Debug)]
pub enum ConstraintItem {
    /// A plain name.
    Name(Box<str>),
    /// A metavariable of this rule, inherited ones included.
    Metavariable(MetavariableId),
    /// An integer.
    Integer(i64),
    /// `4...8`
    Range(i64, i64),
    /// A type with a metavariable in it, `r.T *`; that one is inherited.
    Type(Box<TypePattern>),
    /// An operator, a string or another term, as it is written.
    Text(Box<str>),
}
