//! Any bytes become a semantic patch or a list of errors, each with its place in the text.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use smpl::{Isomorphism, Options, Reference};

static ISOMORPHISMS: LazyLock<Vec<Isomorphism>> = LazyLock::new(smpl::default_isomorphisms);

fuzz_target!(|text: &[u8]| {
    let source = diag::Source::new("fuzz.cocci", text);
    // A patch that includes itself, and isomorphisms from what is no isomorphism file, are input like any other.
    let load = |reference: Reference<'_>| match reference.name {
        "none" => Err("not there".to_owned()),
        _ => Ok(diag::Source::new("fuzz.cocci", text)),
    };
    let options = Options { load: &load, isomorphisms: ISOMORPHISMS.clone() };
    if let Err(failure) = smpl::parse(source, &options) {
        assert!(!failure.diagnostics.is_empty(), "an error without a message");
        for diagnostic in &failure.diagnostics {
            let inside = |label: &diag::Label| label.span.end as usize <= text.len() + 1;
            assert!(diagnostic.labels.iter().all(inside), "a place outside: {diagnostic:?}");
        }
    }
});
