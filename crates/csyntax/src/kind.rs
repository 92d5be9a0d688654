//! The kinds of tokens and of nodes.
//!
//! Names follow the C standard's productions; what belongs to the pattern dialect says so. A production
//! in a comment lists child nodes and tokens in order; `?` is optional, `*` repeated.

/// What a token is. Blanks and comments are no tokens: they are the gaps between them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum TokenKind {
    /// Behind the last token; has no text.
    Eof,
    /// A name that is no keyword.
    Identifier,
    /// An integer constant with its suffixes.
    Integer,
    /// A floating constant with its suffixes.
    Float,
    /// A character constant, prefix included.
    Character,
    /// One string literal, prefix included.
    String,
    /// A byte or a run of bytes that starts no token of C.
    Unknown,

    // Keywords.
    /// `auto`
    Auto,
    /// `break`
    Break,
    /// `case`
    Case,
    /// `const`, `__const`, `__const__`
    Const,
    /// `continue`
    Continue,
    /// `default`
    Default,
    /// `do`
    Do,
    /// `else`
    Else,
    /// `enum`
    Enum,
    /// `extern`
    Extern,
    /// `for`
    For,
    /// `goto`
    Goto,
    /// `if`
    If,
    /// `inline`, `__inline`, `__inline__`
    Inline,
    /// `register`
    Register,
    /// `restrict`, `__restrict`, `__restrict__`
    Restrict,
    /// `return`
    Return,
    /// `sizeof`
    Sizeof,
    /// `_Alignof`, `__alignof__`, `__alignof`
    Alignof,
    /// `static`
    Static,
    /// `struct`
    Struct,
    /// `switch`
    Switch,
    /// `typedef`
    Typedef,
    /// `union`
    Union,
    /// `volatile` and its spellings, `_Atomic` without a parenthesis
    Volatile,
    /// `while`
    While,
    /// A word that is a type by itself or with others: `int`, `unsigned`, `_Bool`, `__int128`, ...
    TypeWord,
    /// `typeof` and its spellings, `__auto_type` excepted; `_Atomic` in front of a parenthesis
    Typeof,
    /// `asm` and its spellings
    Asm,
    /// `__attribute__`, `__attribute`, `_Alignas`
    Attribute,
    /// `__extension__`
    Extension,
    /// `_Static_assert`
    StaticAssert,
    /// `_Generic`
    Generic,
    /// `_Noreturn`, `_Thread_local`, `__thread`
    StorageWord,
    /// `__label__`
    LocalLabel,

    // Punctuation.
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `.`
    Dot,
    /// `->`
    Arrow,
    /// `++`
    PlusPlus,
    /// `--`
    MinusMinus,
    /// `&`
    Amp,
    /// `*`
    Star,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `~`
    Tilde,
    /// `!`
    Bang,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `<?`
    Minimum,
    /// `>?`
    Maximum,
    /// `==`
    EqualEqual,
    /// `!=`
    BangEqual,
    /// `^`
    Caret,
    /// `|`
    Pipe,
    /// `&&`
    AmpAmp,
    /// `||`
    PipePipe,
    /// `?`
    Question,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `...` in C; in a pattern, dots
    Ellipsis,
    /// `=`
    Equal,
    /// `*= /= %= += -= <<= >>= &= ^= |=`
    AssignOp,
    /// `,`
    Comma,
    /// `#` inside a macro body
    Hash,
    /// `##`
    HashHash,

    // Directives. One token for a whole logical line, unless said otherwise.
    /// `#if ...`, `#ifdef ...`, `#ifndef ...`
    PpIf,
    /// `#elif ...`
    PpElif,
    /// `#else`
    PpElse,
    /// `#endif`
    PpEndif,
    /// `#include`; its header name and a [`TokenKind::PpEnd`] follow
    PpInclude,
    /// `<a/b.h>`, `"a/b.h"` or what else stands behind `#include`
    PpHeader,
    /// `#define`; the name, the parameters, the body and a [`TokenKind::PpEnd`] follow
    PpDefine,
    /// The `(` that touches the name of a `#define`
    PpParamsOpen,
    /// `#undef`; the name and a [`TokenKind::PpEnd`] follow
    PpUndef,
    /// `#pragma`; its first word, a [`TokenKind::PpText`] and a [`TokenKind::PpEnd`] follow
    PpPragma,
    /// What stands behind the first word of a `#pragma`, as one token
    PpText,
    /// `#error`, `#warning`, `#line`, `#` alone, ...
    PpOther,
    /// The empty token at the end of an `#include`, `#define`, `#undef` or `#pragma`
    PpEnd,

    // The pattern dialect.
    /// A metavariable that stands for an expression (also constant, idexpression)
    MetaExpression,
    /// ... for a list of arguments
    MetaExpressionList,
    /// ... for a name
    MetaIdentifier,
    /// ... for a type
    MetaType,
    /// ... for a statement
    MetaStatement,
    /// ... for all statements of a block
    MetaStatementList,
    /// ... for a declaration
    MetaDeclaration,
    /// ... for a field
    MetaField,
    /// ... for a run of fields
    MetaFieldList,
    /// ... for a parameter
    MetaParameter,
    /// ... for a run of parameters
    MetaParameterList,
    /// ... for an initialiser
    MetaInitialiser,
    /// ... for a run of initialisers
    MetaInitialiserList,
    /// ... for a declarer
    MetaDeclarer,
    /// ... for an iterator
    MetaIterator,
    /// ... for an attribute
    MetaAttribute,
    /// ... for an assignment operator
    MetaAssignOp,
    /// ... for what stands behind the first word of a `#pragma`
    MetaPragmaInfo,
    /// ... for a binary operator
    MetaBinaryOp,
    /// A name declared as iterator (`iterator name`)
    IteratorName,
    /// A name declared as declarer (`declarer name`)
    DeclarerName,
    /// A name declared as attribute (`attribute name`)
    AttributeName,
    /// A name declared as `typedef`
    TypedefName,
    /// `<...`
    NestOpen,
    /// `...>`
    NestClose,
    /// `<+...`
    NestPlusOpen,
    /// `...+>`
    NestPlusClose,
    /// `(` in column 0, or `\(`
    DisjOpen,
    /// `|` in column 0, or `\|`
    DisjOr,
    /// `&` in column 0, or `\&`
    DisjAnd,
    /// `)` in column 0, or `\)`
    DisjClose,
    /// `when`
    When,
    /// The empty token at the end of a `when` line
    WhenEnd,
}

impl TokenKind {
    /// Whether the token is a directive or a part that only directives have.
    pub fn is_conditional_directive(self) -> bool {
        use TokenKind::*;
        matches!(self, PpIf | PpElif | PpElse | PpEndif)
    }

    /// Whether the token starts a directive other than a conditional.
    pub fn is_other_directive(self) -> bool {
        use TokenKind::*;
        matches!(self, PpInclude | PpDefine | PpUndef | PpPragma | PpOther)
    }

    /// Whether the token is a metavariable of the pattern dialect.
    pub fn is_metavariable(self) -> bool {
        self >= TokenKind::MetaExpression && self <= TokenKind::MetaBinaryOp
    }

    /// Whether the token reads as one name: an identifier, or what stands for one in a pattern.
    pub fn is_name(self) -> bool {
        use TokenKind::*;
        matches!(
            self,
            Identifier | MetaIdentifier | IteratorName | DeclarerName | AttributeName | TypedefName
        )
    }
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum NodeKind {
    // Files and items.
    /// item*
    TranslationUnit,
    /// The body of a rule: element*, where an element is a statement, an item, an expression or a type.
    /// Pattern dialect.
    PatternSequence,
    /// DeclSpecifiers? declarator Attribute* Declaration* CompoundStatement
    FunctionDefinition,
    /// DeclSpecifiers (InitDeclarator `,`)* `;`
    Declaration,
    /// A declarer: DeclSpecifiers? Name ArgumentList (`=` initialiser)? `;`?
    MacroDeclaration,
    /// `_Static_assert` ArgumentList `;`
    StaticAssertDeclaration,
    /// `;` between items or fields
    EmptyDeclaration,
    /// `asm` ... `;` between items; see AsmStatement
    AsmDeclaration,
    /// `__label__` a, b `;`
    LocalLabelDeclaration,
    /// `extern "C"` `{` item* `}`
    LinkageSpecification,
    /// Tokens that could not be parsed
    ErrorItem,

    // Directives.
    /// `#include` PpHeader PpEnd
    Include,
    /// `#define` Name MacroParameters? MacroBody? PpEnd
    Define,
    /// `(` (Name `,`)* Varargs? `)`
    MacroParameters,
    /// The body of a `#define`: one expression, statement, declaration, ... or MacroTokens
    MacroBody,
    /// Tokens of a macro body that are no term of C
    MacroTokens,
    /// `#undef` name PpEnd
    Undef,
    /// `#pragma` name? PpText? PpEnd
    Pragma,
    /// Another directive line
    OtherDirective,
    /// PpIf members* (PpElif members* | PpElse members*)* PpEndif, where members are what the list around
    /// may hold. Directive tokens are tokens of this node.
    Conditional,

    // Declarations.
    /// Storage words, qualifiers, attributes, type words, typedef name, StructSpecifier, EnumSpecifier,
    /// TypeofSpecifier, in any order
    DeclSpecifiers,
    /// (`struct` | `union`) Attribute* name? FieldList? Attribute*; in a pattern also a metavariable and FieldList
    StructSpecifier,
    /// `{` FieldDeclaration* `}`
    FieldList,
    /// DeclSpecifiers (FieldDeclarator `,`)* `;`
    FieldDeclaration,
    /// declarator? (`:` expression)? Attribute*
    FieldDeclarator,
    /// `enum` name? EnumeratorList?
    EnumSpecifier,
    /// `{` (Enumerator `,`)* `}`
    EnumeratorList,
    /// name Attribute* (`=` expression)?
    Enumerator,
    /// `typeof` `(` (expression | TypeName) `)`
    TypeofSpecifier,
    /// `__attribute__((...))`, `[[...]]` or an attribute macro with its arguments
    Attribute,
    /// `asm("name")` behind a declarator
    AsmLabel,
    /// Attribute* declarator AsmLabel? Attribute* (`=` directive* initialiser?)?
    InitDeclarator,
    /// name
    NameDeclarator,
    /// Nothing where a name could stand
    AbstractDeclarator,
    /// `*` (qualifier | Attribute)* declarator
    PointerDeclarator,
    /// declarator `[` expression? `]`
    ArrayDeclarator,
    /// declarator ParameterList Attribute*
    FunctionDeclarator,
    /// `(` declarator `)`
    ParenDeclarator,
    /// `(` (Parameter `,`)* Varargs? `)`; where a macro makes a function's header, also other arguments
    ParameterList,
    /// DeclSpecifiers declarator Attribute*
    Parameter,
    /// A name alone in an old-style parameter list, or among the arguments of a macro that makes a function's header
    IdentifierParameter,
    /// `...` at the end of a parameter list of C
    Varargs,
    /// DeclSpecifiers declarator, of a cast, `sizeof`, ...
    TypeName,

    // Initialisers.
    /// `{` (InitialiserEntry `,`)* `}`
    InitialiserList,
    /// Designator* `=`? (expression | InitialiserList)
    InitialiserEntry,
    /// `.` name, `[` e `]`, `[` e `...` e `]`, or name `:`
    Designator,

    // Statements.
    /// `{` (statement | declaration)* `}`
    CompoundStatement,
    /// expression `;`
    ExpressionStatement,
    /// Attribute* `;`
    EmptyStatement,
    /// `if` `(` expression `)` statement Conditional* ElseClause?, where the conditionals hold ElseClauses
    IfStatement,
    /// `else` statement
    ElseClause,
    /// `while` `(` expression `)` statement
    WhileStatement,
    /// `do` statement `while` `(` expression `)` `;`
    DoStatement,
    /// `for` `(` ForInit ForCondition ForStep `)` statement
    ForStatement,
    /// (expression? `;`) or Declaration
    ForInit,
    /// expression? `;`
    ForCondition,
    /// expression?
    ForStep,
    /// name ArgumentList statement: a macro that loops or guards
    IteratorStatement,
    /// `switch` `(` expression `)` statement
    SwitchStatement,
    /// `case` expression `:` statement?
    CaseStatement,
    /// `case` expression `...` expression `:` statement?
    CaseRangeStatement,
    /// `default` `:` statement?
    DefaultStatement,
    /// name Attribute* `:` statement?
    LabelStatement,
    /// `goto` name `;` or `goto` `*` expression `;`
    GotoStatement,
    /// `break` `;`
    BreakStatement,
    /// `continue` `;`
    ContinueStatement,
    /// `return` expression? `;`
    ReturnStatement,
    /// `asm` qualifier* `(` expression AsmOperands* `)` `;`, or any tokens between the parentheses
    AsmStatement,
    /// `:` (AsmOperand `,`)*: outputs, inputs, clobbers or labels
    AsmOperands,
    /// (`[` name `]`)? (string | name) (`(` expression `)`)*
    AsmOperand,
    /// Pragma statement, where a header governs the statement: `for (...)` and, below, `#pragma omp simd`
    PragmaStatement,
    /// A macro that is a statement without `;`: name ArgumentList?
    MacroStatement,

    // Expressions.
    /// One name
    Name,
    /// One number or character
    Literal,
    /// One string, or strings and names of string macros side by side
    StringLiteral,
    /// `(` expression `)`
    ParenExpression,
    /// expression ArgumentList
    CallExpression,
    /// `(` (argument `,`)* `)`, where an argument is an expression, a TypeName, an InitialiserList, an
    /// InitialiserEntry, statements, FieldDeclarations or MacroTokens
    ArgumentList,
    /// expression `[` expression `]`
    IndexExpression,
    /// expression `.` name
    MemberExpression,
    /// expression `->` name
    ArrowExpression,
    /// expression (`++` | `--` | name of a macro that holds the operator and more)
    PostfixExpression,
    /// (`++` | `--` | `&` | `*` | `+` | `-` | `~` | `!` | `__extension__`) expression
    PrefixExpression,
    /// `(` TypeName `)` expression
    CastExpression,
    /// `(` TypeName `)` InitialiserList
    CompoundLiteral,
    /// (`sizeof` | `_Alignof`) expression
    SizeofExpression,
    /// (`sizeof` | `_Alignof`) `(` TypeName `)`
    SizeofType,
    /// expression op expression
    BinaryExpression,
    /// expression op expression, op one of `=`, `+=`, ...
    AssignmentExpression,
    /// expression `?` expression? `:` expression
    ConditionalExpression,
    /// expression `,` expression
    CommaExpression,
    /// `(` CompoundStatement `)`
    StatementExpression,
    /// `&&` name
    LabelAddress,
    /// `_Generic` `(` expression (`,` (TypeName | `default`) `:` expression)* `)`
    GenericSelection,
    /// (name | number) `##` name ...
    PastedName,

    // The pattern dialect.
    /// One metavariable that stands for a whole term: a statement, parameters, arguments, ...
    Metavariable,
    /// `...` WhenClause*
    Dots,
    /// (`<...` | `<+...`) WhenClause* body (`...>` | `...+>`)
    Nest,
    /// `(` Branch (`|` Branch)* `)`
    Disjunction,
    /// `(` Branch (`&` Branch)* `)`
    Conjunction,
    /// What stands between the bars of a disjunction: elements of the list around, or one term
    Branch,
    /// `when` (`any` | `strict` | `exists` | `forall` | (`!=` | `=`) (`true` | `false`)? term*)
    WhenClause,
}

impl NodeKind {
    /// Whether the node is an expression of C.
    pub fn is_expression(self) -> bool {
        self >= NodeKind::Name && self <= NodeKind::PastedName && self != NodeKind::ArgumentList
    }

    /// Whether the node is a statement of C; declarations are none.
    pub fn is_statement(self) -> bool {
        self >= NodeKind::CompoundStatement
            && self <= NodeKind::MacroStatement
            && !matches!(
                self,
                NodeKind::ElseClause
                    | NodeKind::ForInit
                    | NodeKind::ForCondition
                    | NodeKind::ForStep
                    | NodeKind::AsmOperands
                    | NodeKind::AsmOperand
            )
    }

    /// Whether the node is a declarator.
    pub fn is_declarator(self) -> bool {
        self >= NodeKind::NameDeclarator && self <= NodeKind::ParenDeclarator
    }

    /// Whether the node is a directive other than a conditional.
    pub fn is_directive(self) -> bool {
        use NodeKind::*;
        matches!(self, Include | Define | Undef | Pragma | OtherDirective)
    }
}
