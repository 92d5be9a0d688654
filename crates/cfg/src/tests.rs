//! Graphs of small items, compared as they are rendered.
//!
//! A line is: index, kind (`*` at loops), excerpt, label path, successors (`~>` over control edges).

mod blocks;
mod branches;
mod edges;
mod items;
mod jumps;
mod loops;
mod no_graph;
mod switches;

use std::sync::Arc;

use csyntax::{Names, Tree};

use crate::{Graph, NoGraph, build};

fn parse(source: &str) -> Tree {
    let tree = csyntax::parse(Arc::from(source.as_bytes()), &Names::default());
    assert_eq!(tree.problems(), []);
    tree
}

/// The graph of the last item.
fn graph_of(tree: &Tree) -> Result<Graph, NoGraph> {
    build(tree, *crate::items(tree).last().expect("an item"))
}

/// Compares the graph of the last item of `source`, line by line.
#[track_caller]
fn check(source: &str, expected: &str) {
    let tree = parse(source);
    let graph = graph_of(&tree).expect("a graph");
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let rendered = graph.rendered(&tree).to_string();
    assert_eq!(rendered.lines().collect::<Vec<_>>(), expected, "{rendered}");
}
