//! Changed objects, read again.

use std::collections::BTreeMap;

use driver::{Tables, Unit};
use object::build::elf::{Builder, SectionData};
use object::{SectionKind, elf};

use crate::analysis::Analysis;
use crate::object_file::ObjectFile;
use crate::plan::{Plan, Source};
use crate::rewrite;
use crate::sample::{self, Sample};

fn changed(bytes: &[u8]) -> Vec<u8> {
    let objects = [ObjectFile::read("a.o", bytes).unwrap()];
    let analysis = Analysis::new(&objects).unwrap();
    let unit = Unit::new(sample::SOURCE.as_bytes().into(), "/own/");
    let tables = Tables::parse("[kmalloc]\nclass = \"memory\"\n", "").unwrap();
    let plan = Plan::new(&analysis, &[Source { name: "a", unit: Some(&unit) }], &tables).unwrap();
    let [object] = objects;
    rewrite::rewritten(0, object, &analysis, &plan).unwrap()
}

/// What each relocation refers to, by the section that it changes and the offset there.
fn relocations(builder: &Builder<'_>) -> BTreeMap<(String, u64), (String, i64)> {
    let mut found = BTreeMap::new();
    for section in &builder.sections {
        let SectionData::Relocation(relocations) = &section.data else { continue };
        let target = builder.sections.get(section.sh_info_section.unwrap());
        for relocation in relocations {
            let symbol = builder.symbols.get(relocation.symbol.unwrap());
            let key = (target.name.to_string(), relocation.r_offset);
            found.insert(key, (symbol.name.to_string(), relocation.r_addend));
        }
    }
    found
}

#[test]
fn addresses_calls_and_checks_get_their_counterparts() {
    let bytes = changed(&sample::driver());
    let relocations = relocations(&Builder::read(&bytes[..]).unwrap());
    let check = |section: &str, offset, symbol: &str, addend| {
        let found = relocations.get(&(section.to_owned(), offset));
        assert_eq!(found, Some(&(symbol.to_owned(), addend)), "{section} {offset}");
    };
    check(".text", 40, "refit_thunk_0", 0);
    check(".data", 0, "refit_thunk_0", 0);
    check(".text", 6, "refit_store4", -4);
    check(".text", 11, "refit_import_kmalloc", -4);
    // No table knows it; a call inside the driver; a place in a function; what is the kernel's.
    check(".text", 16, "printk", -4);
    check(".text", 1, "helper", -4);
    check(".rodata", 0, "", 8);
    check("__mcount_loc", 0, "", 32);
}

#[test]
fn ticks_outside_of_loops_become_nops() {
    // call tick; 1: call tick; jmp 1b
    let code = [0xe8, 0, 0, 0, 0, 0xe8, 0, 0, 0, 0, 0xeb, 0xf9];
    let mut sample = Sample::new();
    let text = sample.section(".text", SectionKind::Text, &code);
    sample.whole_function(text, "f", code.len() as u64);
    let tick = sample.undefined("__sanitizer_cov_trace_pc");
    for offset in [1, 6] {
        sample.relocation(text, offset, elf::R_X86_64_PLT32, tick, -4);
    }
    let bytes = changed(&sample.bytes());
    let builder = Builder::read(&bytes[..]).unwrap();
    let relocations: Vec<_> = relocations(&builder).into_iter().collect();
    assert_eq!(relocations, [((".text".to_owned(), 6), ("refit_tick".to_owned(), -4))]);
    let text = builder.sections.iter().find(|section| &*section.name == b".text").unwrap();
    let SectionData::Data(changed) = &text.data else { panic!("{text:?}") };
    assert_eq!(changed.as_slice(), [&[0x0f, 0x1f, 0x44, 0, 0], &code[5..]].concat());
}

#[test]
fn what_counts_for_a_tick_goes_with_it() {
    // Twice: decl %gs:refit_ticks(%rip); jns 1f; call; 1: and at the end jmp to the second one
    let tick = [0x65, 0xff, 0x0d, 0, 0, 0, 0, 0x79, 5, 0xe8, 0, 0, 0, 0];
    let code = [&tick[..], &tick, &[0xeb, 0xf0]].concat();
    let mut sample = Sample::new();
    let text = sample.section(".text", SectionKind::Text, &code);
    sample.whole_function(text, "f", code.len() as u64);
    let (count, call) = (sample.undefined("refit_ticks"), sample.undefined("refit_last_tick"));
    for start in [0, 14] {
        sample.relocation(text, start + 3, elf::R_X86_64_PC32, count, -4);
        sample.relocation(text, start + 10, elf::R_X86_64_PLT32, call, -4);
    }
    let bytes = changed(&sample.bytes());
    let builder = Builder::read(&bytes[..]).unwrap();
    let kept = |offset, name: &str| ((".text".to_owned(), offset), (name.to_owned(), -4));
    let relocations: Vec<_> = relocations(&builder).into_iter().collect();
    assert_eq!(relocations, [kept(17, "refit_ticks"), kept(24, "refit_last_tick")]);
    let text = builder.sections.iter().find(|section| &*section.name == b".text").unwrap();
    let SectionData::Data(changed) = &text.data else { panic!("{text:?}") };
    let nops = [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0, 0x0f, 0x1f, 0x44, 0, 0];
    assert_eq!(changed.as_slice(), [&nops[..], &code[14..]].concat());
}

#[test]
fn functions_with_entries_have_a_second_name() {
    let bytes = changed(&sample::driver());
    let builder = Builder::read(&bytes[..]).unwrap();
    let find = |name: &str| builder.symbols.iter().find(|symbol| &*symbol.name == name.as_bytes());
    for (name, section) in [("refit_driver_0", ".text"), ("refit_driver_1", ".text.refit_init")] {
        let symbol = find(name).unwrap();
        assert_eq!((symbol.st_bind(), symbol.st_type()), (elf::STB_GLOBAL, elf::STT_FUNC));
        assert_eq!(&*builder.sections.get(symbol.section.unwrap()).name, section.as_bytes());
        assert_eq!((symbol.st_value, symbol.st_size), (0, 8));
    }
    assert!(find("opened").is_some() && find("refit_driver_init").is_some());
    assert!(
        find("init_module").is_none() && find("__asan_store4_noabort").is_none_or(|s| s.delete)
    );
}

#[test]
fn sections_are_renamed_with_their_relocations() {
    let bytes = changed(&sample::driver());
    let builder = Builder::read(&bytes[..]).unwrap();
    let names: Vec<String> =
        builder.sections.iter().map(|section| section.name.to_string()).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    assert!(has(".text.refit_init") && has(".data") && has(".rela.data") && has("__mcount_loc"));
    assert!(!has(".init.text") && !has(".data..read_mostly") && !has(".rela.data..read_mostly"));
}
