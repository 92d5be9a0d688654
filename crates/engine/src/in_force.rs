//! Which isomorphisms a rule may use.
//!
//! Invariant: an isomorphism that is built in, or that the engine knows by name because it changes the flow graph, is in
//! force only if the isomorphism files in use have it too.

use smpl::{Isomorphism, Rule, SemanticPatch};

/// The isomorphisms of a rule, in order, and the names that are disabled.
#[derive(Clone, Debug)]
pub(crate) struct InForce<'a> {
    /// Those that are not disabled.
    pub(crate) list: Vec<&'a Isomorphism>,
    disabled: Vec<&'a str>,
}

impl<'a> InForce<'a> {
    /// Those of `patch` and of `rule`, without those that the rule or the command line disables.
    pub(crate) fn new(
        patch: &'a SemanticPatch,
        rule: &'a Rule,
        disabled: &'a [Box<str>],
    ) -> InForce<'a> {
        let disabled: Vec<&str> = rule
            .disabled
            .iter()
            .map(|name| &*name.text)
            .chain(disabled.iter().map(|name| &**name))
            .collect();
        let mut in_force = InForce { list: Vec::new(), disabled };
        let all = patch.isomorphisms.iter().chain(&rule.isomorphisms);
        in_force.list = all.filter(|isomorphism| !in_force.is_off(&isomorphism.name)).collect();
        in_force
    }

    fn is_off(&self, name: &str) -> bool {
        self.disabled.iter().any(|&disabled| disabled == name || disabled == "all")
    }

    /// Whether the isomorphism called `name`, built in or not, may be used.
    pub(crate) fn has(&self, name: &str) -> bool {
        let built_in = smpl::BUILT_IN.contains(&name) && !self.is_off(name);
        built_in || self.list.iter().any(|isomorphism| &*isomorphism.name == name)
    }
}
