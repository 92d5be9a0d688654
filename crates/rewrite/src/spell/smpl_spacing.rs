//! Added expressions with the spacing of the semantic patch (`--smpl-spacing`).

use csyntax::{NodeId, NodeKind, TokenId};

use super::{Out, Speller};

impl Speller<'_> {
    /// Prints the tokens of an added expression or declarator apart as they are written; false when that is not
    /// asked for.
    pub(super) fn spaced_as_written(&mut self, node: NodeId) -> bool {
        let asked = self.added.is_some_and(|added| added.smpl_spacing);
        let kind = self.kind(node);
        let flat = kind.is_expression() && kind != NodeKind::StatementExpression;
        if !asked || !flat || self.single_metavariable(node).is_some() {
            return false;
        }
        let mut last: Option<TokenId> = None;
        for token in self.tree.visible_tokens(node) {
            if let Some(last) = last {
                self.gap_as_written(last, token);
            }
            self.token(token);
            last = Some(token);
        }
        true
    }

    fn gap_as_written(&mut self, left: TokenId, right: TokenId) {
        let tokens = self.tree.tokens();
        let range = tokens.span(left).end as usize..tokens.span(right).start as usize;
        let gap = &self.tree.source()[range];
        match gap.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => {
                // The marker in the first column does not count.
                let mut text = vec![b'\n'];
                text.resize(gap.len() - newline - 1, b' ');
                self.out.push(Out::Raw(text.into()));
            }
            // No plain spaces: those may be dropped where they touch a comma.
            None if gap.is_empty() => {}
            None => self.out.push(Out::Raw(vec![b' '; gap.len()].into())),
        }
    }
}
