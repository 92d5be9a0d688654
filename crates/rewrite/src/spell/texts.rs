//! Comments, directives and empty lines inside added terms.

use csyntax::TokenId;
use smpl::AddedText;

use super::{Out, Speller};

impl Speller<'_> {
    /// Prints what the semantic patch has in front of `token`, which is not the first of its term.
    pub(super) fn texts_before(&mut self, token: TokenId) {
        let Some(added) = self.added else { return };
        let texts = added.body.added_texts();
        for text in texts.iter().filter(|text| text.before == token) {
            self.added_text(text);
        }
    }

    fn added_text(&mut self, text: &AddedText) {
        let at_line = self.out.last() == Some(&Out::Newline);
        if at_line {
            self.out.pop();
        }
        if text.span.is_empty() {
            self.out.push(Out::Newline);
        } else {
            let piece = text_piece(self.tree.source(), text.span);
            let own_line = starts_line(self.tree.source(), text.span.start as usize);
            if own_line || matches!(piece, Out::Directive(_)) {
                self.out.push(Out::Newline);
            }
            let space = self.out.pop_if(|last| *last == Out::Space);
            self.out.push(piece);
            self.out.extend(space);
        }
        if at_line {
            self.out.push(Out::Newline);
        }
    }
}

/// A comment or directive of the semantic patch as a piece.
pub(crate) fn text_piece(source: &[u8], span: text::Span) -> Out {
    let text = &source[span.range()];
    if text.starts_with(b"#") {
        return Out::Directive(text.into());
    }
    let start = span.start as usize;
    if text.starts_with(b"//") && !starts_line(source, start) {
        let blanks = source[..start].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t'));
        return Out::Comment(source[start - blanks.count()..span.end as usize].into());
    }
    Out::Comment(text.into())
}

/// Whether nothing but the marker and blanks stands before `at` on its line.
pub(crate) fn starts_line(source: &[u8], at: usize) -> bool {
    let line_start =
        source[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |found| found + 1);
    source[line_start..at].iter().all(|byte| matches!(byte, b' ' | b'\t' | b'+'))
}
