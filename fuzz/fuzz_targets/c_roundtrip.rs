//! Any bytes become a tree that satisfies the invariants of trees.

#![no_main]

use csyntax::{Names, invariants};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let tree = csyntax::parse(text.into(), &Names::default());
    if let Err(broken) = invariants::check(&tree) {
        panic!("{broken}");
    }
});
