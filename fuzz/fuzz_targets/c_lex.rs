//! Each byte is in exactly one token or gap, and each token that [`token_at`] finds makes progress.

#![no_main]

use csyntax::TokenKind;
use csyntax::lexer::{skip_gap, token_at, tokenize};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    whole_file(text);
    token_by_token(text);
});

/// Tokens are in order; what is between them is passed by [`skip_gap`] and by nothing else.
fn whole_file(text: &[u8]) {
    let tokens = tokenize(text);
    let mut at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    for token in tokens.ids() {
        let (kind, span) = (tokens.kind(token), tokens.span(token).range());
        assert!(at <= span.start && span.end <= text.len(), "{token:?} at {span:?} behind {at}");
        assert!(span.start <= skip_gap(text, at), "bytes between {at} and {token:?} are lost");
        let may_be_empty = matches!(kind, TokenKind::Eof | TokenKind::PpEnd);
        assert!(may_be_empty || !span.is_empty(), "{token:?} is empty");
        at = span.end;
    }
    assert_eq!(at, text.len(), "the last token is not at the end");
    assert_eq!(tokens.ids().next_back().map(|last| tokens.kind(last)), Some(TokenKind::Eof));
}

fn token_by_token(text: &[u8]) {
    let mut at = skip_gap(text, 0);
    while at < text.len() {
        let (_, end) = token_at(text, at);
        assert!(at < end && end <= text.len(), "from {at} to {end}");
        at = skip_gap(text, end);
    }
}
