//! The nodes of a function that are compared, with the tokens that hold each of them together.
//!
//! The *anchors* of a node are the tokens of its own: `if`, `(` and `)` of an `if`; the operator of an expression. A call
//! has none, so it gets those of its arguments, and a statement that is a macro gets also its name.
//! An element is *written* if all its anchors are kept tokens: then it stands in the file as it stands in the preprocessed
//! text, whatever macros do inside it. The others are made by macros, at least in part.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};

use super::units::{Side, Sides, is_kept};

/// A node that has anchors.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) node: NodeId,
    pub(super) kind: NodeKind,
    /// The first and the last unit.
    pub(super) extent: (u32, u32),
    pub(super) anchors: Vec<u32>,
    pub(super) is_written: bool,
}

impl Element {
    /// Whether the tree says that this is a macro.
    pub(super) fn is_macro(&self) -> bool {
        is_macro(self.kind)
    }

    /// Whether the element stands in the place of a statement.
    pub(super) fn is_block_item(&self) -> bool {
        self.kind.is_statement()
            || matches!(
                self.kind,
                NodeKind::Declaration
                    | NodeKind::MacroDeclaration
                    | NodeKind::StaticAssertDeclaration
                    | NodeKind::LocalLabelDeclaration
            )
    }
}

/// The elements of one side, in preorder.
pub(super) fn elements(sides: &Sides<'_>, side: &Side<'_>) -> Vec<Element> {
    side.tree
        .descendants(side.function)
        .filter(|&node| is_compared(side.tree.kind(node)) && !is_name_of_macro(side.tree, node))
        .filter_map(|node| element(sides, side, node))
        .collect()
}

/// The name of a macro is an anchor of the macro.
fn is_name_of_macro(tree: &Tree, node: NodeId) -> bool {
    let parent = tree.parent(node);
    tree.kind(node) == NodeKind::Name && parent.is_some_and(|parent| is_macro(tree.kind(parent)))
}

/// Directives are on one side only; an argument list counts as its call.
fn is_compared(kind: NodeKind) -> bool {
    !kind.is_directive()
        && !matches!(
            kind,
            NodeKind::FunctionDefinition
                | NodeKind::Conditional
                | NodeKind::ArgumentList
                | NodeKind::MacroTokens
                | NodeKind::Attribute
        )
}

fn element(sides: &Sides<'_>, side: &Side<'_>, node: NodeId) -> Option<Element> {
    let kind = side.tree.kind(node);
    let anchors: Vec<u32> =
        anchors(side, node).into_iter().filter_map(|token| side.unit(token)).collect();
    if anchors.is_empty() {
        return None;
    }
    let mut extent = (side.units(node).next()?, last_unit(sides, side, node)?);
    // The `;` that is left of `MACRO(x);` if the macro expands to a block, or to nothing.
    let is_rest = kind == NodeKind::EmptyStatement && sides.is_behind_macro(anchors[0]);
    if is_rest {
        extent.0 = extent.1;
    }
    if is_labelled(kind) {
        extent.1 = anchors.iter().copied().max()?;
    }
    // `MACRO(x);` as a whole may be anything.
    let is_all_macro = extent.0 == extent.1 && !is_kept(extent.0);
    let is_written = !is_rest && !is_all_macro && anchors.iter().all(|&unit| is_kept(unit));
    Some(Element { node, kind, extent, anchors, is_written })
}

/// A label in front of a directive or a declaration has no statement, so it ends at its colon.
fn is_labelled(kind: NodeKind) -> bool {
    use NodeKind::*;
    matches!(kind, CaseStatement | CaseRangeStatement | DefaultStatement | LabelStatement)
}

/// Whether a node of this kind is nothing but the use of a macro.
pub(super) fn is_macro(kind: NodeKind) -> bool {
    use NodeKind::*;
    matches!(kind, MacroStatement | IteratorStatement | MacroDeclaration)
}

fn anchors(side: &Side<'_>, node: NodeId) -> Vec<TokenId> {
    use NodeKind::*;
    let kind = side.tree.kind(node);
    let mut anchors: Vec<TokenId> = side.tree.own_tokens(node).collect();
    for child in side.tree.children(node) {
        let lends = match side.tree.kind(child) {
            ArgumentList => true,
            Name => is_macro(kind),
            _ => false,
        };
        if lends {
            anchors.extend(side.tree.own_tokens(child));
        }
    }
    anchors
}

/// A `;` behind a macro may end the statement or stand behind it, so it does not count.
fn last_unit(sides: &Sides<'_>, side: &Side<'_>, node: NodeId) -> Option<u32> {
    let tokens = side.tree.visible_tokens(node);
    let (token, unit) = tokens.rev().find_map(|token| Some((token, side.unit(token)?)))?;
    let is_semicolon = side.tree.tokens().kind(token) == TokenKind::Semicolon;
    let counts = !is_semicolon || !sides.is_behind_expansion(unit);
    Some(if counts { unit } else { unit - 1 })
}
