//! Any bytes become a semantic patch or a list of errors, each with its place in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Err(errors) = smpl::parse("fuzz.cocci", text.into(), &smpl::Options::default()) {
        assert!(!errors.is_empty(), "an error without a message");
    }
});
