//! From two parts that disagree to a message.

use diag::Diagnostic;
use smpl::MetavariableId;

use super::place;
use super::shape::Shape;
use super::telling::{Teller, said};
use crate::matcher::disagreement::{Disagreement, Unlike};
use crate::value::ValueId;

impl Teller<'_, '_> {
    /// How the code differs from the pattern, in one clause.
    pub(crate) fn difference(&self, found: &Disagreement) -> String {
        let minus = &self.matcher.body.minus;
        let pattern = place::of_tokens(minus, found.pattern.clone());
        let ours = String::from_utf8_lossy(&minus.source()[pattern.range()]).into_owned();
        let ours = place::shortened(&ours);
        let name =
            |m: MetavariableId| format!("`{}`", self.matcher.rule.metavariables[m.index()].name);
        let value = |id: ValueId| self.value(id).unwrap_or_else(|| "something else".to_owned());
        match found.why {
            Unlike::Differs => format!("it asks for `{ours}`"),
            Unlike::Missing => format!("`{ours}` is missing"),
            Unlike::Extra => "there is more than it asks for".to_owned(),
            Unlike::Kind(m) => format!("{} does not take such a term", name(m)),
            Unlike::Type(m) => format!("{} asks for a type that this does not have", name(m)),
            Unlike::Constraint(m) => format!("the constraint of {} does not hold", name(m)),
            Unlike::Value(m, known) => format!("{} is {}", name(m), value(known)),
            Unlike::NoValue(m) => format!("{} has no value", name(m)),
        }
    }

    /// The message for a function with the right name and another header.
    pub(crate) fn header(&self, found: &Disagreement) -> Diagnostic {
        let title = said(self.matcher.rule);
        let message =
            format!("{title} has this function, but another header: {}", self.difference(found));
        let diagnostic = Diagnostic::warning("partial/header", self.file, message);
        let diagnostic = self.differing(found, diagnostic);
        self.inherited(diagnostic)
    }

    /// What in the function is most like the first element of the rule, but for a part.
    pub(crate) fn unlike_start(&self) -> Option<Disagreement> {
        let formula = &self.compiled.formula;
        let firsts = Shape::new(formula).heads(formula).into_iter();
        let codes = || self.graph.nodes().iter().filter_map(|node| node.syntax);
        let pairs = firsts.flat_map(|first| codes().map(move |code| (first, code)));
        pairs
            .filter_map(|(first, code)| {
                self.matcher.disagreement(self.compiled.elements[first.0 as usize], code)
            })
            .max_by_key(|found| found.agreed)
    }

    /// With the places of both parts, and of the metavariable that is in the way.
    pub(crate) fn differing(&self, found: &Disagreement, diagnostic: Diagnostic) -> Diagnostic {
        let rule = self.matcher.rule;
        let pattern = place::of_tokens(&self.matcher.body.minus, found.pattern.clone());
        let code = place::of_tokens(self.matcher.tree, found.code.clone());
        let (here, there) = match found.why {
            Unlike::Missing => ("it ends here", "asked for"),
            Unlike::Extra => ("it goes on here", "ends here"),
            _ => ("here it is this", "asked for"),
        };
        let diagnostic = diagnostic.primary(code, here).elsewhere(&rule.file, pattern, there);
        match found.why {
            Unlike::Kind(m) | Unlike::Type(m) | Unlike::Constraint(m) => {
                let span = rule.metavariables[m.index()].span;
                diagnostic.elsewhere(&rule.file, span, "declared here")
            }
            _ => diagnostic,
        }
    }
}
