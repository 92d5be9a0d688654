//! What is found in small objects.

use object::SectionKind;
use object::elf;

use super::Analysis;
use crate::error::GuardError;
use crate::object_file::ObjectFile;
use crate::sample::{self, Sample};

fn analysis(objects: &[Vec<u8>]) -> Result<Analysis, GuardError> {
    let objects: Vec<ObjectFile<'_>> =
        objects.iter().map(|bytes| ObjectFile::read("a.o", bytes).unwrap()).collect();
    Analysis::new(&objects)
}

#[track_caller]
fn check(objects: &[Vec<u8>], expect: &[&str]) {
    let analysis = analysis(objects).unwrap();
    let found: Vec<&str> = analysis.functions.iter().map(|f| f.symbol.as_str()).collect();
    assert_eq!(found, expect);
}

#[test]
fn addresses_calls_and_checks_are_told_apart() {
    let analysis = analysis(&[sample::driver()]).unwrap();
    let names: Vec<&str> = analysis.functions.iter().map(|f| f.symbol.as_str()).collect();
    // Not `helper`, which is called, has its place in __mcount_loc, and a distance in .rodata.
    assert_eq!(names, ["opened", "started"]);
    assert_eq!(analysis.calls.iter().collect::<Vec<_>>(), ["kfree", "kmalloc", "printk"]);
    assert_eq!(analysis.checks, 1);
}

#[test]
fn the_start_of_a_module_goes_by_its_own_name() {
    let analysis = analysis(&[sample::driver()]).unwrap();
    let started = analysis.functions.iter().find(|function| function.symbol == "started").unwrap();
    assert!(started.is_init && !started.is_exit && !started.is_global);
}

/// An object that defines the global function `shared`, and one that refers to it with `r_type` behind the bytes `code`.
fn two_objects(code: [u8; 4], r_type: elf::RelocationType, addend: i64) -> [Vec<u8>; 2] {
    let mut first = Sample::new();
    let text = first.section(".text", SectionKind::Text, &[0x90; 16]);
    first.function(text, "shared", 8, true);
    let mut second = Sample::new();
    let bytes = [&code[..], &[0; 8]].concat();
    let text = second.section(".text", SectionKind::Text, &bytes);
    let shared = second.undefined("shared");
    second.relocation(text, 4, r_type, shared, addend);
    [first.bytes(), second.bytes()]
}

#[test]
fn functions_of_other_members_are_found() {
    check(&two_objects([0x90; 4], elf::R_X86_64_64, 0), &["shared"]);
    check(&two_objects([0x90; 4], elf::R_X86_64_32S, 0), &["shared"]);
    check(&two_objects([0x90, 0x48, 0x8d, 0x3d], elf::R_X86_64_PC32, -4), &["shared"]);
}

#[test]
fn calls_and_jumps_take_no_address() {
    check(&two_objects([0x90, 0x90, 0x90, 0xe8], elf::R_X86_64_PC32, -4), &[]);
    check(&two_objects([0x90, 0x90, 0x90, 0xe9], elf::R_X86_64_PC32, -4), &[]);
    check(&two_objects([0x90, 0x90, 0x0f, 0x84], elf::R_X86_64_PC32, -4), &[]);
    check(&two_objects([0x90; 4], elf::R_X86_64_PLT32, -4), &[]);
}

#[test]
fn a_place_inside_of_a_function_is_no_address_of_it() {
    check(&two_objects([0x90; 4], elf::R_X86_64_64, 4), &[]);
    check(&two_objects([0x90; 4], elf::R_X86_64_PC32, 0), &[]);
}

#[test]
fn what_a_guarded_driver_cannot_have_is_refused() {
    let mut sample = Sample::new();
    sample.section(".data..percpu", SectionKind::Data, &[0; 8]);
    assert!(matches!(analysis(&[sample.bytes()]), Err(GuardError::PerCpu { .. })));
    let symbols = vec!["f".to_owned()];
    assert_eq!(analysis(&[exporting(true)]).err(), Some(GuardError::Exports { symbols }));
}

#[test]
fn exported_data_is_no_call() {
    assert!(analysis(&[exporting(false)]).is_ok());
}

/// An object that exports `f`, which is a function or not.
fn exporting(function: bool) -> Vec<u8> {
    let mut sample = Sample::new();
    let exports = sample.section(".export_symbol", SectionKind::ReadOnlyData, &[0; 8]);
    sample.function(exports, "__export_symbol_f", 0, false);
    let text = sample.section(".text", SectionKind::Text, &[0; 8]);
    if function {
        sample.function(text, "f", 0, true);
    }
    sample.bytes()
}

#[test]
fn what_is_no_object_is_refused() {
    let error = ObjectFile::read("a.o", b"text").err().unwrap();
    assert!(matches!(error, GuardError::Object { member, .. } if member == "a.o"));
}
