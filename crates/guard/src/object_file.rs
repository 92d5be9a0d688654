//! An object file of a driver: its sections, symbols and relocations, by the names and places that the guard thinks in.

use object::build::Id;
use object::build::elf::{Builder, Relocation, Section, SectionData, SectionId, Symbol};
use object::elf;

use crate::error::GuardError;
use crate::sections;

/// A place in one object file: the number of the section, and the offset in it.
pub(crate) type Place = (usize, u64);

/// An object file.
#[derive(Debug)]
pub struct ObjectFile<'a> {
    /// What it is called, for messages.
    pub name: String,
    pub(crate) builder: Builder<'a>,
}

/// How an instruction or a datum refers to something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// It is called or jumped to.
    Branch,
    /// Its address is taken.
    Address,
}

/// What a relocation refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Referent<'a> {
    /// A place in the same object file.
    Here(Place),
    /// An undefined symbol, and how far behind it.
    Elsewhere(&'a str, i64),
}

/// A reference in code or data of the driver.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference<'a> {
    pub(crate) usage: Use,
    pub(crate) referent: Referent<'a>,
}

impl<'a> Referent<'a> {
    /// The undefined symbol, if it is the start of one.
    pub(crate) fn elsewhere(self) -> Option<&'a str> {
        match self {
            Referent::Elsewhere(name, 0) => Some(name),
            _ => None,
        }
    }
}

impl<'a> ObjectFile<'a> {
    /// Reads the bytes of an object file.
    pub fn read(name: &str, bytes: &'a [u8]) -> Result<ObjectFile<'a>, GuardError> {
        let error = |message: String| GuardError::Object { member: name.to_owned(), message };
        let builder = Builder::read(bytes).map_err(|problem| error(problem.to_string()))?;
        if builder.header.e_machine != elf::EM_X86_64 || builder.header.e_type != elf::ET_REL {
            return Err(error(
                "this is no object file for x86-64; other processors have no guard yet".to_owned(),
            ));
        }
        Ok(ObjectFile { name: name.to_owned(), builder })
    }

    /// The name of a symbol.
    pub(crate) fn symbol_name<'s>(symbol: &'s Symbol<'a>) -> &'s str {
        std::str::from_utf8(symbol.name.as_slice()).unwrap_or_default()
    }

    /// The name of a section.
    pub(crate) fn section_name<'s>(section: &'s Section<'a>) -> &'s str {
        std::str::from_utf8(section.name.as_slice()).unwrap_or_default()
    }

    /// The functions that are defined here: where, and the symbol.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (Place, &Symbol<'a>)> {
        self.builder
            .symbols
            .iter()
            .filter(|symbol| symbol.st_type() == elf::STT_FUNC)
            .filter_map(|symbol| Some((place(symbol.section?, symbol.st_value), symbol)))
    }

    /// The sections of relocations that belong to code or data of the driver, each with that section.
    pub(crate) fn relocated(
        &self,
    ) -> impl Iterator<Item = (&Section<'a>, &Section<'a>, &[Relocation])> {
        self.loaded()
            .filter(|(_, target, _)| !sections::is_kernel_owned(Self::section_name(target)))
    }

    /// The sections of relocations that belong to what is loaded, the kernel's own tables too, each with that section.
    pub(crate) fn loaded(
        &self,
    ) -> impl Iterator<Item = (&Section<'a>, &Section<'a>, &[Relocation])> {
        self.builder.sections.iter().filter_map(|section| {
            let SectionData::Relocation(relocations) = &section.data else { return None };
            let target = self.builder.sections.get(section.sh_info_section?);
            target.is_alloc().then_some((section, target, &relocations[..]))
        })
    }

    /// What a relocation of `section` refers to, if it is a call, a jump or an address.
    pub(crate) fn reference(
        &self,
        section: &Section<'a>,
        relocation: &Relocation,
    ) -> Option<Reference<'_>> {
        let usage = usage(section, relocation)?;
        let is_relative = matches!(relocation.r_type, elf::R_X86_64_PC32 | elf::R_X86_64_PLT32);
        // The processor counts from behind the four bytes.
        let referent = self.referent(relocation, if is_relative { 4 } else { 0 })?;
        Some(Reference { usage, referent })
    }

    /// What a relocation refers to, `ahead` bytes behind what it says.
    pub(crate) fn referent(&self, relocation: &Relocation, ahead: i64) -> Option<Referent<'_>> {
        let addend = relocation.r_addend + ahead;
        let symbol = self.builder.symbols.get(relocation.symbol?);
        Some(match symbol.section {
            Some(at) => Referent::Here(place(at, symbol.st_value.wrapping_add_signed(addend))),
            None => Referent::Elsewhere(Self::symbol_name(symbol), addend),
        })
    }
}

/// The number of a section, and an offset.
fn place(section: SectionId, offset: u64) -> Place {
    (section.index(), offset)
}

/// Whether a relocation is a call, a jump or an address. Distances in data are neither: they belong to tables of places within
/// functions.
fn usage(section: &Section<'_>, relocation: &Relocation) -> Option<Use> {
    let is_code = section.sh_flags.contains(elf::SHF_EXECINSTR);
    match relocation.r_type {
        elf::R_X86_64_PLT32 => Some(Use::Branch),
        elf::R_X86_64_PC32 if is_code => Some(match &section.data {
            SectionData::Data(code) if is_branch(code, relocation.r_offset) => Use::Branch,
            _ => Use::Address,
        }),
        elf::R_X86_64_64 | elf::R_X86_64_32 | elf::R_X86_64_32S => Some(Use::Address),
        _ => None,
    }
}

/// Whether the four bytes at `offset` are the distance of a `call`, `jmp` or conditional jump.
fn is_branch(code: &[u8], offset: u64) -> bool {
    let offset = offset as usize;
    let before = |distance| offset.checked_sub(distance).and_then(|at| code.get(at)).copied();
    matches!(before(1), Some(0xe8 | 0xe9))
        || (before(2) == Some(0x0f) && before(1).is_some_and(|byte| byte & 0xf0 == 0x80))
}
