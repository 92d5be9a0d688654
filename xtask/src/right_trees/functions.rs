//! The functions of a file, and those of its preprocessed text that are written in the file.

use std::collections::{BTreeMap, BTreeSet};

use csyntax::{NodeId, NodeKind, TokenId, Tree};

use super::alignment::Alignment;

/// A function of the file, and what became of it.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: TokenId,
    pub(super) fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// It is a function on both sides.
    Paired { file: NodeId, preprocessed: NodeId },
    /// The configuration drops it.
    NotCompiled,
    /// A macro makes its name, or drops the function.
    MadeByMacro,
    /// The file has a branch of an `#if` that breaks a term; another branch was compiled than the one that was parsed.
    OtherBranch,
    /// The preprocessed text of the function does not parse, which is reported by itself.
    Unparsed,
    /// It is a function in the file only.
    OnlyInFile(NodeId),
    /// It is a function in the preprocessed text only, though its name is written in the file.
    OnlyInPreprocessed(NodeId),
}

/// All functions, in the order of the file.
pub(super) fn functions(file: &Tree, preprocessed: &Tree, alignment: &Alignment) -> Vec<Function> {
    let mut there: BTreeMap<TokenId, NodeId> = definitions(preprocessed)
        .filter_map(|(name, node)| Some((alignment.origin(name)?, node)))
        .collect();
    let unparsed = unparsed(preprocessed, alignment);
    let mut functions = Vec::new();
    for (name, node) in definitions(file) {
        let fate = match there.remove(&name) {
            _ if parses_other_branch(file, node, alignment) => Fate::OtherBranch,
            Some(preprocessed) => Fate::Paired { file: node, preprocessed },
            None if !alignment.is_compiled(name) => Fate::NotCompiled,
            None if !alignment.occurs(name) => Fate::MadeByMacro,
            None if unparsed.contains(&name) => Fate::Unparsed,
            None => Fate::OnlyInFile(node),
        };
        functions.push(Function { name, fate });
    }
    for (name, node) in there {
        let fate = if file.is_hidden(name) {
            Fate::OtherBranch
        } else if !has_written_body(preprocessed, node, alignment) {
            Fate::MadeByMacro
        } else {
            Fate::OnlyInPreprocessed(node)
        };
        functions.push(Function { name, fate });
    }
    functions.sort_by_key(|function| function.name);
    functions
}

/// Whether the parser did not see what gcc saw.
fn parses_other_branch(file: &Tree, function: NodeId, alignment: &Alignment) -> bool {
    let mut tokens = file.token_range(function).map(TokenId);
    tokens.any(|token| file.is_hidden(token) && alignment.occurs(token))
}

/// Whether the brace of the function stands in the file.
fn has_written_body(preprocessed: &Tree, function: NodeId, alignment: &Alignment) -> bool {
    let body = preprocessed.child(function, NodeKind::CompoundStatement);
    let brace = body.and_then(|body| preprocessed.first_token(body));
    brace.is_some_and(|brace| alignment.origin(brace).is_some())
}

/// The tokens of the file that occur in what could not be parsed.
fn unparsed(preprocessed: &Tree, alignment: &Alignment) -> BTreeSet<TokenId> {
    let errors = preprocessed.ids().filter(|&node| preprocessed.kind(node) == NodeKind::ErrorItem);
    errors
        .flat_map(|node| preprocessed.token_range(node))
        .filter_map(|token| alignment.origin(TokenId(token)))
        .collect()
}

/// The functions that are defined, with their names.
fn definitions(tree: &Tree) -> impl Iterator<Item = (TokenId, NodeId)> + '_ {
    tree.ids()
        .filter(|&node| tree.kind(node) == NodeKind::FunctionDefinition)
        .filter_map(|node| Some((name(tree, node)?, node)))
}

/// The name is the first that is declared in the declarator, parameters stand behind it.
fn name(tree: &Tree, function: NodeId) -> Option<TokenId> {
    let declarator = tree.children(function).find(|&child| tree.kind(child).is_declarator())?;
    let mut nodes = tree.descendants(declarator);
    tree.first_token(nodes.find(|&node| tree.kind(node) == NodeKind::NameDeclarator)?)
}
