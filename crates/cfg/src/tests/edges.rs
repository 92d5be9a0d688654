//! Edges both ways, and label paths.

use super::{graph_of, parse};
use crate::{Edges, FlowKind, LabelId};

#[test]
fn edges_are_the_same_both_ways_and_direct_ones_among_all() {
    let tree = parse("void m(void) { while (x) { if (y) break; else { return; } a(); } l: b(); }");
    let graph = graph_of(&tree).expect("a graph");
    for edges in [Edges::Direct, Edges::All] {
        for node in 0..graph.len() {
            for &next in graph.successors(node, edges) {
                assert!(graph.predecessors(next, edges).contains(&node));
                assert!(graph.successors(node, Edges::All).contains(&next));
            }
            for &before in graph.predecessors(node, edges) {
                assert!(graph.successors(before, edges).contains(&node));
            }
            assert!(!graph.predecessors(node, Edges::All).is_empty());
        }
    }
}

#[test]
fn after_nodes_have_control_edges_only() {
    let tree = parse("void m(void) { if (x) { a(); } else { return; } }");
    let graph = graph_of(&tree).expect("a graph");
    for (index, node) in graph.nodes().iter().enumerate() {
        let is_after = matches!(node.kind, FlowKind::After(_));
        assert_eq!(graph.successors(index, Edges::Direct).is_empty(), is_after);
    }
}

#[test]
fn paths_and_their_prefixes() {
    let tree = parse("void m(void) { { a(); } b(); }");
    let graph = graph_of(&tree).expect("a graph");
    let labels = graph.labels();
    let of = |kind: FlowKind, nth: usize| {
        graph.nodes().iter().filter(|node| node.kind == kind).nth(nth).expect("a node").label
    };
    let block = of(FlowKind::OpenBrace, 1);
    let (inner, outer) =
        (of(FlowKind::ExpressionStatement, 0), of(FlowKind::ExpressionStatement, 1));
    assert_eq!(labels.path(inner), [1, 2, 3, 4]);
    assert!(labels.is_prefix(block, inner) && labels.is_prefix(block, block));
    assert!(!labels.is_prefix(block, outer) && !labels.is_prefix(inner, block));
    assert!(labels.is_prefix(LabelId::EMPTY, outer));
    assert_eq!(labels.path(labels.common_prefix(inner, outer)), [1, 2]);
    assert_eq!(labels.depth(inner), 4);
}

/// A block of many statements needs no deep recursion, neither here nor in the search for loops.
#[test]
fn a_long_block() {
    let tree = parse(&format!("void m(void) {{ {} }}", "if (x) return; ".repeat(20_000)));
    let graph = graph_of(&tree).expect("a graph");
    assert!(graph.len() > 100_000);
}
