//! The instructions of a section, and where each goes on.
//!
//! 1. Decoding begins at the start of a function and goes on to its end.
//! 2. The distance of a jump is in its bytes, unless a relocation covers them: then it says where the jump goes.
//! 3. A jump to a kernel function leaves the driver, as does a return. Where a jump through a register or memory goes is not known;
//!    `jmp __x86_indirect_thunk_rax` is one.
//! 4. A tick counts, and jumps over a call while the count lasts. That jump is no way past the tick: it is part of it.
//!
//! Calls go on behind themselves, even those that never do, and so does what ends a function in other ways: that can only add cycles.

use std::collections::BTreeMap;
use std::ops::Range;

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind};
use object::build::Id;
use object::build::elf::{Relocation, Section, SectionData};
use object::elf;

use super::flow::Step;
use crate::analysis::{Analysis, FunctionPlace};
use crate::names;
use crate::object_file::{ObjectFile, Use};

/// How long the call of a tick is: its distance has four bytes.
const CALL_LENGTH: usize = 5;

/// A section of code.
pub(super) struct Code<'o, 'a> {
    pub(super) number: usize,
    pub(super) object: &'o ObjectFile<'a>,
    pub(super) section: &'o Section<'a>,
    pub(super) analysis: &'o Analysis,
    /// What changes the code, by offset.
    relocations: BTreeMap<u64, &'o Relocation>,
}

/// A decoded function.
#[derive(Default)]
pub(super) struct Function {
    pub(super) steps: Vec<(FunctionPlace, Step)>,
    /// Whether it jumps to where only run time tells.
    pub(super) is_indirect: bool,
}

/// Where a jump or call goes that has a distance.
enum Destination<'o> {
    /// In the driver.
    Inside(FunctionPlace),
    /// To a function of the kernel.
    Outside(&'o str),
}

/// Where an instruction goes on.
enum Way {
    Behind,
    Jump(FunctionPlace),
    Either(FunctionPlace),
    Nowhere,
    Unknown,
}

impl<'o, 'a> Code<'o, 'a> {
    pub(super) fn new(
        number: usize,
        object: &'o ObjectFile<'a>,
        section: &'o Section<'a>,
        analysis: &'o Analysis,
    ) -> Code<'o, 'a> {
        let relocations = object
            .loaded()
            .filter(|(_, target, _)| target.id() == section.id())
            .flat_map(|(_, _, relocations)| relocations)
            .filter(|relocation| relocation.r_type != elf::R_X86_64_NONE)
            .map(|relocation| (relocation.r_offset, relocation))
            .collect();
        Code { number, object, section, analysis, relocations }
    }

    /// The function that lies there, unless it has something that is not understood.
    pub(super) fn function(&self, range: Range<u64>) -> Option<Function> {
        let SectionData::Data(bytes) = &self.section.data else { return None };
        let bytes = bytes.get(range.start as usize..range.end as usize)?;
        let mut decoder = Decoder::with_ip(64, bytes, range.start, DecoderOptions::NONE);
        let mut function = Function::default();
        while decoder.can_decode() {
            let instruction = decoder.decode();
            if instruction.is_invalid() {
                return None;
            }
            let way = self.way(&instruction)?;
            function.is_indirect |= matches!(way, Way::Unknown);
            let step = self.step(&instruction, way);
            function.steps.push((self.place(instruction.ip()), step));
        }
        Some(function)
    }

    fn step(&self, instruction: &Instruction, way: Way) -> Step {
        Step {
            behind: self.place(instruction.next_ip()),
            falls_through: matches!(way, Way::Behind | Way::Either(_)),
            jumps: match way {
                Way::Jump(target) | Way::Either(target) => vec![target],
                _ => Vec::new(),
            },
            is_tick: self.is_tick(instruction),
        }
    }

    fn is_tick(&self, instruction: &Instruction) -> bool {
        instruction.mnemonic() == Mnemonic::Call
            && instruction.len() == CALL_LENGTH
            && self.is_tick_behind(instruction.ip() + 1)
    }

    /// Whether the bytes at an offset are the distance to what is called for a tick.
    fn is_tick_behind(&self, offset: u64) -> bool {
        let reference =
            self.relocations.get(&offset).and_then(|it| self.object.reference(self.section, it));
        reference.is_some_and(|reference| {
            reference.referent.elsewhere().is_some_and(names::is_called_for_a_tick)
        })
    }

    /// Whether it jumps over the call of a tick, as the count lasts.
    fn jumps_over_tick(&self, instruction: &Instruction) -> bool {
        let behind = instruction.next_ip();
        instruction.mnemonic() == Mnemonic::Jns
            && instruction.near_branch_target() == behind + CALL_LENGTH as u64
            && self.is_tick_behind(behind + 1)
    }

    /// Where an instruction goes on; nothing if that is not understood.
    fn way(&self, instruction: &Instruction) -> Option<Way> {
        use Mnemonic::{Call, Iret, Iretd, Iretq, Jmp, Ret, Retf, Xbegin};
        let has_distance = instruction.op0_kind() == OpKind::NearBranch64;
        Some(match instruction.mnemonic() {
            Call => Way::Behind,
            _ if self.jumps_over_tick(instruction) => Way::Behind,
            Ret | Retf | Iret | Iretd | Iretq => Way::Nowhere,
            Jmp if !has_distance => Way::Unknown,
            Jmp => match self.destination(instruction)? {
                Destination::Inside(target) => Way::Jump(target),
                Destination::Outside(name) if names::is_indirect_jump(name) => Way::Unknown,
                Destination::Outside(_) => Way::Nowhere,
            },
            // Its distance has a place of its own.
            Xbegin => return None,
            _ if has_distance => match self.destination(instruction)? {
                Destination::Inside(target) => Way::Either(target),
                Destination::Outside(name) if names::is_indirect_jump(name) => Way::Unknown,
                Destination::Outside(_) => Way::Behind,
            },
            _ => Way::Behind,
        })
    }

    fn destination(&self, instruction: &Instruction) -> Option<Destination<'o>> {
        let (start, behind) = (instruction.ip(), instruction.next_ip());
        let mut relocations = self.relocations.range(start..behind);
        let Some((&offset, relocation)) = relocations.next() else {
            return Some(Destination::Inside(self.place(instruction.near_branch_target())));
        };
        let reference = self.object.reference(self.section, relocation)?;
        if reference.usage != Use::Branch || offset + 4 != behind {
            return None;
        }
        Some(match self.analysis.function(self.number, reference.referent) {
            Some(place) => Destination::Inside(place),
            None => Destination::Outside(reference.referent.elsewhere()?),
        })
    }

    /// What code outside of functions refers to: the places in the driver that it may jump to.
    pub(super) fn referents(
        &self,
        is_outside: impl Fn(FunctionPlace) -> bool,
    ) -> impl Iterator<Item = FunctionPlace> {
        let outside = self
            .relocations
            .values()
            .filter(move |relocation| is_outside(self.place(relocation.r_offset)));
        outside.filter_map(|relocation| {
            let reference = self.object.reference(self.section, relocation)?;
            self.analysis.function(self.number, reference.referent)
        })
    }

    /// How many calls of a tick it has, decoded or not.
    pub(super) fn calls(&self) -> usize {
        self.relocations.keys().filter(|&&offset| self.is_tick_behind(offset)).count()
    }

    fn place(&self, offset: u64) -> FunctionPlace {
        (self.number, (self.section.id().index(), offset))
    }
}
