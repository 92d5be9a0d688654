//! The text of a file with its edits: items without edits byte for byte, the others from their streams.
//!
//! An item is a child of the translation unit; inside `#if` blocks, the innermost one. It owns the blanks in front of
//! it.

use std::collections::BTreeMap;
use std::ops::Range;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};

use crate::plan::{Plan, Removals};
use crate::stream::{Builder, Element, Kind};
use crate::style::Style;
use crate::{commas, common, indentation, line_breaking, removal, repairs, spacing};

/// Prints the file of `plan`.
pub(crate) fn file(plan: &Plan, removed: &BTreeMap<u32, Removals>, style: &Style) -> Vec<u8> {
    let tree = &plan.tree;
    let source = tree.source();
    let mut out = Vec::with_capacity(source.len() + source.len() / 16);
    let mut done = 0;
    let mut starts_with_gap = false;
    for item in edited_items(plan, removed) {
        let start = tree.gap_before(TokenId(item.start)).start as usize;
        let end = tree.tokens().span(TokenId(item.end - 1)).end as usize;
        if start < done {
            continue;
        }
        out.extend_from_slice(&source[done..start]);
        for element in self::item(plan, removed, style, item) {
            if element.is_kept() {
                out.extend_from_slice(&element.text);
            }
        }
        done = end;
        // What the file started with is gone.
        starts_with_gap |= out.is_empty();
    }
    out.extend_from_slice(&source[done..]);
    let newlines = out.iter().take_while(|&&byte| byte == b'\n').count();
    // With it go the empty lines behind it.
    if starts_with_gap && newlines > 1 && newlines < out.len() {
        out.drain(..newlines);
    }
    out
}

fn item(
    plan: &Plan,
    removed: &BTreeMap<u32, Removals>,
    style: &Style,
    item: Range<u32>,
) -> Vec<Element> {
    let mut elements = Builder::new(plan, removed, style).build(item);
    common::keep(&mut elements);
    removal::spread(&mut elements, style.keep_comments);
    repairs::before_commas(&mut elements);
    commas::repair(&mut elements);
    repairs::raise_braces(&mut elements);
    spacing::newlines_before_removed(&mut elements);
    spacing::around_added(&mut elements);
    repairs::newlines(&mut elements);
    indentation::indent(&mut elements, style);
    continue_macros(&mut elements);
    if !style.smpl_spacing {
        line_breaking::break_lines(&mut elements, style);
    }
    elements
}

/// An added line break in the definition of a macro would end it: a backslash goes in front.
fn continue_macros(elements: &mut [Element]) {
    let mut in_macro = false;
    for element in elements {
        match element.token_kind() {
            // An added definition is spelt as the rule has it, its line breaks included.
            Some(TokenKind::PpDefine) => in_macro = !element.is_added(),
            Some(TokenKind::PpEnd) => in_macro = false,
            _ if in_macro && element.kind == Kind::Newline && element.is_added() => {
                element.text.splice(0..0, *b" \\");
            }
            _ => {}
        }
    }
}

/// The items with edits, as ranges of tokens, in order.
fn edited_items(plan: &Plan, removed: &BTreeMap<u32, Removals>) -> Vec<Range<u32>> {
    let mut edited: Vec<u32> = removed.keys().copied().collect();
    edited.extend(plan.sites.keys().map(|&(token, _)| token));
    edited.extend(plan.braces.iter().map(|&node| plan.tree.data(node).first.0));
    edited.sort_unstable();
    let mut items = Vec::new();
    collect_items(&plan.tree, NodeId::ROOT, &mut items);
    items.retain(|item| {
        let first = edited.partition_point(|&token| token < item.start);
        edited.get(first).is_some_and(|&token| token < item.end)
    });
    items
}

fn collect_items(tree: &Tree, parent: NodeId, items: &mut Vec<Range<u32>>) {
    for child in tree.children(parent) {
        if tree.kind(child) == NodeKind::Conditional {
            collect_items(tree, child, items);
            continue;
        }
        let mut range = tree.token_range(child);
        // The empty token at the end of a directive would take the comment in front of it along.
        if tree.last_token(child).is_some_and(|last| tree.tokens().kind(last) == TokenKind::PpEnd) {
            range.end -= 1;
        }
        if !range.is_empty() {
            items.push(range);
        }
    }
}
