//! The changes to an object file.
//!
//! 1. Where the address of a function is taken, that of its thunk is put, and where a tracked kernel function is called, its import.
//! 2. The compiler's checks get the names of the guard's.
//! 3. Functions with entries get names that the generated file knows, beside their own.
//! 4. Ticks that no loop needs become nops of the same length, without relocations.
//! 5. Sections get the names that `sections.rs` has for them.

use std::collections::BTreeMap;

use object::build::elf::{Builder, Section, SectionData, SectionId, SymbolId};
use object::build::{ByteString, Id};
use object::elf;

use crate::analysis::Analysis;
use crate::error::GuardError;
use crate::names;
use crate::object_file::{ObjectFile, Referent, Use};
use crate::plan::Plan;
use crate::sections::{self, Contents};

/// The relocation `index` of the section `section`, and the symbol that it is to refer to from its start.
struct Redirection {
    section: SectionId,
    index: usize,
    symbol: String,
}

/// The bytes of `object`, which is the one of that number in `analysis`, changed as `plan` says.
pub fn rewritten(
    number: usize,
    object: ObjectFile<'_>,
    analysis: &Analysis,
    plan: &Plan,
) -> Result<Vec<u8>, GuardError> {
    let redirections = redirections(number, &object, analysis, plan);
    let ObjectFile { name, mut builder } = object;
    redirect(&mut builder, redirections);
    drop_ticks(number, &mut builder, analysis);
    rename_symbols(&mut builder, analysis);
    add_targets(number, &mut builder, analysis);
    rename_sections(&mut builder);
    let mut bytes = Vec::new();
    builder
        .write(&mut bytes)
        .map_err(|problem| GuardError::Object { member: name, message: problem.to_string() })?;
    Ok(bytes)
}

fn redirections(
    number: usize,
    object: &ObjectFile<'_>,
    analysis: &Analysis,
    plan: &Plan,
) -> Vec<Redirection> {
    let mut redirections = Vec::new();
    for (holder, section, relocations) in object.relocated() {
        for (index, relocation) in relocations.iter().enumerate() {
            let Some(found) = object.reference(section, relocation) else { continue };
            let function = analysis.function(number, found.referent);
            let symbol = match (found.usage, function, found.referent) {
                (Use::Address, Some(place), _) => {
                    analysis.numbers.get(&place).map(|&number| names::thunk(number))
                }
                (Use::Branch, None, Referent::Elsewhere(name, 0)) => {
                    plan.imports.contains_key(name).then(|| names::import(name))
                }
                _ => None,
            };
            redirections.extend(symbol.map(|symbol| Redirection {
                section: holder.id(),
                index,
                symbol,
            }));
        }
    }
    redirections
}

fn redirect(builder: &mut Builder<'_>, redirections: Vec<Redirection>) {
    let mut symbols: BTreeMap<String, SymbolId> = BTreeMap::new();
    for Redirection { section, index, symbol } in redirections {
        let id = *symbols.entry(symbol).or_insert_with_key(|name| undefined(builder, name));
        let SectionData::Relocation(relocations) = &mut builder.sections.get_mut(section).data
        else {
            continue;
        };
        let relocation = &mut relocations[index];
        relocation.symbol = Some(id);
        let is_relative = matches!(relocation.r_type, elf::R_X86_64_PC32 | elf::R_X86_64_PLT32);
        relocation.r_addend = if is_relative { -4 } else { 0 };
    }
}

fn undefined(builder: &mut Builder<'_>, name: &str) -> SymbolId {
    let symbol = builder.symbols.add();
    symbol.name = ByteString::from(name.as_bytes().to_vec());
    symbol.set_st_info(elf::STB_GLOBAL, elf::STT_NOTYPE);
    symbol.id()
}

/// `nopl 0(%rax,%rax,1)`, as long as a call.
const NOP_FOR_CALL: [u8; 5] = [0x0f, 0x1f, 0x44, 0x00, 0x00];

/// `nopw 0(%rax,%rax,1)`, as long as what counts ahead of the call: `decl %gs:refit_ticks(%rip)`, `jns`.
const NOP_FOR_COUNT: [u8; 9] = [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00];

/// From where the place of the counter is to the call behind it.
const COUNTER_TO_CALL: u64 = 6;

fn drop_ticks(number: usize, builder: &mut Builder<'_>, analysis: &Analysis) {
    let is_dropped = |section: SectionId, call: u64| {
        analysis.ticks.is_dropped((number, (section.index(), call)))
    };
    let counter = builder.symbols.iter().find(|symbol| &*symbol.name == names::TICKS.as_bytes());
    let counter = counter.map(|symbol| symbol.id());
    let mut nops: Vec<(SectionId, usize, &[u8])> = Vec::new();
    for section in builder.sections.iter_mut() {
        let (Some(target), SectionData::Relocation(relocations)) =
            (section.sh_info_section, &mut section.data)
        else {
            continue;
        };
        relocations.retain(|relocation| {
            let counts = relocation.symbol.is_some() && relocation.symbol == counter;
            let (call, length, nop): (u64, usize, &[u8]) = if counts {
                (relocation.r_offset + COUNTER_TO_CALL, NOP_FOR_COUNT.len(), &NOP_FOR_COUNT)
            } else {
                (relocation.r_offset.wrapping_sub(1), 0, &NOP_FOR_CALL)
            };
            let goes = is_dropped(target, call);
            nops.extend(goes.then_some((target, (call as usize).wrapping_sub(length), nop)));
            !goes
        });
    }
    for (section, start, nop) in nops {
        let SectionData::Data(code) = &mut builder.sections.get_mut(section).data else { continue };
        if let Some(bytes) = code.to_mut().get_mut(start..start.saturating_add(nop.len())) {
            bytes.copy_from_slice(nop);
        }
    }
}

fn rename_symbols(builder: &mut Builder<'_>, analysis: &Analysis) {
    for symbol in builder.symbols.iter_mut() {
        let name = ObjectFile::symbol_name(symbol);
        let new = match symbol.section {
            Some(_) => match name {
                "init_module" => Some("refit_driver_init".to_owned()),
                "cleanup_module" => Some("refit_driver_exit".to_owned()),
                _ => None,
            },
            // Unless another member has one of this name.
            None => names::check(name).filter(|_| !analysis.globals.contains_key(name)),
        };
        if let Some(new) = new {
            symbol.name = ByteString::from(new.into_bytes());
        }
    }
}

fn add_targets(number: usize, builder: &mut Builder<'_>, analysis: &Analysis) {
    let sections: BTreeMap<usize, SectionId> =
        builder.sections.iter().map(|section| (section.id().index(), section.id())).collect();
    for (index, function) in analysis.functions.iter().enumerate() {
        if function.object != number {
            continue;
        }
        let symbol = builder.symbols.add();
        symbol.name = ByteString::from(names::target(index).into_bytes());
        symbol.set_st_info(elf::STB_GLOBAL, elf::STT_FUNC);
        symbol.section = sections.get(&function.place.0).copied();
        symbol.st_value = function.place.1;
        symbol.st_size = function.size;
    }
}

fn rename_sections(builder: &mut Builder<'_>) {
    let mut renamed: Vec<(SectionId, &'static str)> = Vec::new();
    for section in builder.sections.iter_mut().filter(|section| section.is_alloc()) {
        let name = ObjectFile::section_name(section);
        let new = sections::renamed(sections::Section { name, contents: contents(section) });
        if let Some(new) = new {
            section.name = ByteString::from(new);
            renamed.push((section.id(), new));
        }
    }
    for section in builder.sections.iter_mut() {
        let Some(target) = section.sh_info_section else { continue };
        if let Some((_, new)) = renamed.iter().find(|(id, _)| *id == target) {
            section.name = ByteString::from(format!(".rela{new}").into_bytes());
        }
    }
}

fn contents(section: &Section<'_>) -> Contents {
    let has = |flag| section.sh_flags.contains(flag);
    match section.data {
        SectionData::UninitializedData(_) => Contents::Zeroes,
        _ if has(elf::SHF_EXECINSTR) => Contents::Code,
        _ if has(elf::SHF_WRITE) => Contents::Data,
        _ => Contents::Constants,
    }
}

#[cfg(test)]
mod tests;
