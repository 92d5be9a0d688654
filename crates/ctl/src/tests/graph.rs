//! Graphs written as text.

use crate::{Edges, Graph, State};

/// A graph read from text; see the module around for the notation.
pub(super) struct TextGraph {
    pub(super) names: Vec<String>,
    pub(super) labels: Vec<(State, String, Option<u32>)>,
    direct: Neighbours,
    all: Neighbours,
}

struct Neighbours {
    after: Vec<Vec<State>>,
    before: Vec<Vec<State>>,
}

impl Neighbours {
    fn new(states: usize) -> Neighbours {
        Neighbours { after: vec![Vec::new(); states], before: vec![Vec::new(); states] }
    }

    fn add(&mut self, from: State, to: State) {
        self.after[from].push(to);
        self.before[to].push(from);
    }
}

impl TextGraph {
    pub(super) fn read(text: &str) -> TextGraph {
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let names: Vec<String> =
            lines.iter().map(|line| line.split(':').next().unwrap().trim().to_owned()).collect();
        let index = |name: &str| names.iter().position(|known| known == name).unwrap();
        let mut labels = Vec::new();
        let mut direct = Neighbours::new(names.len());
        let mut all = Neighbours::new(names.len());
        for (state, line) in lines.iter().enumerate() {
            let (holding, targets) = line.split_once(':').unwrap().1.split_once("->").unwrap();
            labels.extend(holding.split_whitespace().map(|label| read_label(state, label)));
            for target in targets.split_whitespace() {
                let name = target.trim_start_matches("~>");
                all.add(state, index(name));
                if name == target {
                    direct.add(state, index(name));
                }
            }
        }
        TextGraph { names, labels, direct, all }
    }

    fn neighbours(&self, edges: Edges) -> &Neighbours {
        match edges {
            Edges::Direct => &self.direct,
            Edges::All => &self.all,
        }
    }
}

fn read_label(state: State, label: &str) -> (State, String, Option<u32>) {
    match label.trim_end_matches(')').split_once('(') {
        Some((name, value)) => (state, name.to_owned(), Some(value.parse().unwrap())),
        None => (state, label.to_owned(), None),
    }
}

impl Graph for TextGraph {
    fn states(&self) -> usize {
        self.names.len()
    }

    fn successors(&self, state: State, edges: Edges) -> &[State] {
        &self.neighbours(edges).after[state]
    }

    fn predecessors(&self, state: State, edges: Edges) -> &[State] {
        &self.neighbours(edges).before[state]
    }

    fn is_loop(&self, state: State) -> bool {
        self.labels.iter().any(|(other, name, _)| *other == state && name == "loop")
    }
}
