//! `refit dump`: what was understood of a file, readable enough to learn from.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use csyntax::{Element, NodeId, NodeKind, Tree};
use diag::{Source, Sources};
use engine::Settings;
use smpl::Rule;
use text::LineIndex;

use crate::arguments::{Dump, Dumped};
use crate::{Ended, Reported, knowledge, output, patch};

/// Runs the command.
pub(crate) fn run(arguments: &Dump) -> Ended {
    let file = arguments.file.as_deref();
    let text = match (arguments.what, file) {
        (Dumped::Isos, _) => smpl::DEFAULT_SOURCE.to_owned(),
        // The command line asks for a file in all other cases.
        (_, None) => String::new(),
        (Dumped::Rules, Some(file)) => {
            let isomorphism_file = arguments.isomorphisms.iso_file.as_deref();
            smpl::render(&patch::read(file, isomorphism_file, false)?)
        }
        (Dumped::Formula, Some(file)) => formulas(file, arguments)?,
        (Dumped::Tokens, Some(file)) => tokens(&parse(file, arguments)?),
        (Dumped::Tree, Some(file)) => tree(&parse(file, arguments)?),
        (Dumped::Cfg, Some(file)) => graphs(&parse(file, arguments)?),
    };
    output::text(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn parse(path: &Path, arguments: &Dump) -> Result<Tree, Reported> {
    let known = knowledge::read(&arguments.reading)?;
    let source = project::read_bytes(path).map_err(|problem| {
        output::error(&problem.path, &problem.message);
        Reported
    })?;
    let tree = known.parse(source);
    let name: Arc<str> = path.to_string_lossy().into();
    let sources = Sources::from(Source::new(name.clone(), tree.source().clone()));
    for problem in tree.problems() {
        let at = tree.tokens().span(problem.token);
        let warning =
            diag::Diagnostic::warning("csyntax/error-item", &name, "this item could not be parsed")
                .primary(at, problem.message.clone());
        output::diagnostic(&warning, &sources);
    }
    Ok(tree)
}

/// `line:column kind text`, a token a line; hidden ones are marked.
fn tokens(tree: &Tree) -> String {
    let lines = LineIndex::new(tree.source());
    let mut out = String::new();
    for token in tree.tokens().ids() {
        let place = lines.place(tree.tokens().span(token).start);
        let hidden = if tree.is_hidden(token) { "  (hidden from the parser)" } else { "" };
        out.push_str(&format!(
            "{:>5}:{:<3} {:<14} {}{hidden}\n",
            place.line,
            place.column,
            format!("{:?}", tree.tokens().kind(token)),
            String::from_utf8_lossy(tree.token_text(token)).escape_debug(),
        ));
    }
    out
}

/// Nodes by depth, own tokens in quotes.
fn tree(tree: &Tree) -> String {
    let mut out = String::new();
    let mut open = vec![(NodeId::ROOT, tree.elements(NodeId::ROOT))];
    out.push_str(&format!("{:?}\n", tree.kind(NodeId::ROOT)));
    while let Some((_, elements)) = open.last_mut() {
        let next = elements.next();
        let indent = "  ".repeat(open.len());
        match next {
            None => {
                open.pop();
            }
            Some(Element::Token(token)) => {
                let text = String::from_utf8_lossy(tree.token_text(token));
                if !text.is_empty() {
                    out.push_str(&format!("{indent}\"{}\"\n", text.escape_debug()));
                }
            }
            Some(Element::Node(node)) if is_leaf(tree, node) => {
                let text = String::from_utf8_lossy(tree.text(node));
                out.push_str(&format!(
                    "{indent}{:?} \"{}\"\n",
                    tree.kind(node),
                    text.escape_debug()
                ));
            }
            Some(Element::Node(node)) => {
                out.push_str(&format!("{indent}{:?}\n", tree.kind(node)));
                open.push((node, tree.elements(node)));
            }
        }
    }
    out
}

fn is_leaf(tree: &Tree, node: NodeId) -> bool {
    tree.children(node).next().is_none() && tree.visible_tokens(node).count() == 1
}

fn graphs(tree: &Tree) -> String {
    let mut out = String::new();
    for item in cfg::items(tree) {
        if tree.kind(item) != NodeKind::FunctionDefinition {
            continue;
        }
        match cfg::build(tree, item) {
            Ok(graph) => out.push_str(&format!("{}\n", graph.rendered(tree))),
            Err(reason) => out.push_str(&format!("no graph: {reason}\n\n")),
        }
    }
    out
}

fn formulas(path: &Path, arguments: &Dump) -> Result<String, Reported> {
    let isomorphisms = &arguments.isomorphisms;
    let parsed = patch::read(path, isomorphisms.iso_file.as_deref(), false)?;
    let disabled = isomorphisms.disable_iso.iter().map(|name| name.as_str().into()).collect();
    let settings = Settings { disabled, ..Settings::default() };
    let prepared = patch::prepare(path, parsed, settings)?;
    let mut out = String::new();
    for (index, rule) in prepared.patch().rules.iter().enumerate() {
        let (Some(compiled), Some(body)) = (prepared.compiled(index), rule.body()) else {
            continue;
        };
        out.push_str(&format!("{}:\n", rule.title()));
        for (number, element) in compiled.elements.iter().enumerate() {
            let text = String::from_utf8_lossy(body.minus.text(element.node));
            let line = text.lines().next().unwrap_or_default().to_owned();
            out.push_str(&format!("  #{number} = {:?} {line}\n", element.form));
        }
        out.push_str(&format!("  {}\n\n", named(&compiled.formula.to_string(), rule)));
    }
    Ok(out)
}

/// The formula with metavariables by their names; variables of the formula itself keep their numbers.
fn named(formula: &str, rule: &Rule) -> String {
    let mut out = String::new();
    let mut rest = formula;
    while let Some(at) = rest.find('v') {
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let starts_word = !rest[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let number = rest[at + 1..at + 1 + digits].parse::<usize>().ok();
        let name = number.and_then(|number| rule.metavariables.get(number)).map(|m| &*m.name);
        out.push_str(&rest[..at]);
        match name {
            Some(name) if starts_word => out.push_str(name),
            _ => out.push_str(&rest[at..at + 1 + digits]),
        }
        rest = &rest[at + 1 + digits..];
    }
    out + rest
}
