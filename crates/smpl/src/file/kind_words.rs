//! The words that say what a metavariable stands for.
//!
//! Invariant: a word of this grammar followed by `;`, `,` or `=` is a name and no kind.

use csyntax::TokenKind;

use crate::cursor::Cursor;
use crate::metavariable::{MetavariableKind, Reach};
use crate::suggest::nearest;

/// The first words of declarations, for suggestions.
pub(crate) const KIND_WORDS: [&str; 30] = [
    "expression",
    "identifier",
    "idexpression",
    "constant",
    "type",
    "statement",
    "declaration",
    "field",
    "parameter",
    "initialiser",
    "initializer",
    "function",
    "attribute",
    "declarer",
    "iterator",
    "position",
    "comments",
    "symbol",
    "typedef",
    "fresh",
    "local",
    "global",
    "format",
    "metavariable",
    "binary",
    "assignment",
    "pragmainfo",
    "virtual",
    "list",
    "name",
];

/// Words that people try for a kind, and what they mean.
pub(crate) const OTHER_WORDS: [(&str, &str); 14] = [
    ("expr", "expression"),
    ("exp", "expression"),
    ("ident", "identifier"),
    ("id", "identifier"),
    ("name", "identifier"),
    ("variable", "idexpression"),
    ("var", "idexpression"),
    ("stmt", "statement"),
    ("decl", "declaration"),
    ("param", "parameter"),
    ("func", "function"),
    ("pos", "position"),
    ("string", "constant char *"),
    ("number", "constant"),
];

/// What a declaration begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opening {
    /// Metavariables of this kind.
    Kind(MetavariableKind),
    /// Names that stay in force: `typedef`, `symbol`, `iterator name`, ...
    Sticky(TokenKind),
    /// The second word is none of those that follow the first; the one that was probably meant.
    Misspelt(&'static str),
    /// No kind: typed expressions.
    Type,
}

/// Reads the kind at the start of a declaration.
pub(crate) fn opening(words: &mut Cursor<'_>) -> Opening {
    use MetavariableKind::*;
    let opening = match words.bytes(words.peek()) {
        b"metavariable" => Opening::Kind(Any),
        b"expression" => Opening::Kind(Expression),
        b"identifier" => Opening::Kind(Identifier),
        b"idexpression" => Opening::Kind(Idexpression(Reach::Any)),
        b"constant" => Opening::Kind(Constant),
        b"type" => Opening::Kind(Type),
        b"statement" => Opening::Kind(Statement),
        b"declaration" => Opening::Kind(Declaration),
        b"field" => Opening::Kind(Field),
        b"parameter" => Opening::Kind(Parameter),
        b"initialiser" | b"initializer" => Opening::Kind(Initialiser),
        b"function" => Opening::Kind(Function),
        b"position" => Opening::Kind(Position),
        b"comments" => Opening::Kind(Comments),
        b"format" => Opening::Kind(Format),
        b"attribute" => Opening::Kind(Attribute),
        b"declarer" => Opening::Kind(Declarer),
        b"iterator" => Opening::Kind(Iterator),
        b"symbol" => Opening::Sticky(TokenKind::Identifier),
        b"typedef" => Opening::Sticky(TokenKind::TypedefName),
        b"pragmainfo" => Opening::Kind(PragmaInfo),
        b"fresh" | b"local" | b"global" | b"binary" | b"assignment" => {
            return two_words(words).unwrap_or(Opening::Type);
        }
        _ => return Opening::Type,
    };
    // `constant x` and the like: the next word tells `T x` from `kind x`.
    words.bump();
    match opening {
        Opening::Kind(kind) => suffix(words, kind),
        other => other,
    }
}

/// `fresh identifier`, `local idexpression`, ...
fn two_words(words: &mut Cursor<'_>) -> Option<Opening> {
    use MetavariableKind::*;
    let pair = (words.bytes(words.nth(0)), words.bytes(words.nth(1)));
    let kind = match pair {
        (b"fresh", b"identifier") => FreshIdentifier,
        (b"local", b"idexpression") => Idexpression(Reach::Local),
        (b"global", b"idexpression") => Idexpression(Reach::Global),
        (b"local", b"function") => Function,
        (b"binary", b"operator") => BinaryOperator,
        (b"assignment", b"operator") => AssignmentOperator,
        (first, _) => return misspelt(first, words),
    };
    words.bump();
    words.bump();
    Some(Opening::Kind(kind))
}

/// `fresh identifer x`
fn misspelt(first: &[u8], words: &Cursor<'_>) -> Option<Opening> {
    if !words.is_name(1) || !words.is_name(2) {
        return None;
    }
    let wanted: &[&'static str] = match first {
        b"fresh" => &["identifier"],
        b"global" => &["idexpression"],
        b"local" => &["idexpression", "function"],
        _ => &["operator"],
    };
    let second = words.text(words.nth(1));
    nearest(&second, wanted.iter().copied()).map(Opening::Misspelt)
}

/// `list`, `any`, `name` behind the first word.
fn suffix(words: &mut Cursor<'_>, kind: MetavariableKind) -> Opening {
    use MetavariableKind::*;
    let names_follow = words.is_name(1) || words.nth(1).kind == TokenKind::LeftBracket;
    if !names_follow {
        return Opening::Kind(kind);
    }
    let list = match kind {
        Expression => Some(ExpressionList),
        Identifier => Some(IdentifierList),
        Statement => Some(StatementList),
        Field => Some(FieldList),
        Parameter => Some(ParameterList),
        Initialiser => Some(InitialiserList),
        Format => Some(FormatList),
        _ => None,
    };
    if let Some(list) = list
        && words.eat_word("list").is_some()
    {
        return Opening::Kind(list);
    }
    let sticky = match kind {
        Declarer => Some(TokenKind::DeclarerName),
        Iterator => Some(TokenKind::IteratorName),
        Attribute => Some(TokenKind::AttributeName),
        _ => None,
    };
    if let Some(sticky) = sticky
        && words.eat_word("name").is_some()
    {
        return Opening::Sticky(sticky);
    }
    if kind == Position && words.eat_word("any").is_some() {
        return Opening::Kind(PositionAny);
    }
    Opening::Kind(kind)
}
