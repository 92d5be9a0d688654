//! The control flow of a driver: all its instructions, and what its tables add.
//!
//! Code is changed and left in ways that its instructions do not show. The kernel has a table for each:
//!
//! - `__jump_table`, static branches: a nop may become a jump to the target, or the jump that is there a nop. An instruction in
//!   this table may go on behind itself and at the target. That can make a cycle: `again: if (static_branch()) goto again;`.
//! - `__ex_table`: an instruction that faults goes on at its fixup. That can make a cycle: `while (get_user(x, p));`.
//! - `.altinstructions`: what is there may be another instruction, which may jump to where the replacement has a relocation to. So
//!   it may go on behind itself, and what code outside of functions (`.altinstr_replacement`, `.altinstr_aux`) refers to counts
//!   as entered in a cycle that is not known.
//! - `.rodata`, tables of `switch`: they serve jumps through registers, and a function with one of those keeps all.
//!
//! `__bug_table` goes on behind the instruction, as the decoder has it. The other tables say nothing about where code goes.

use std::collections::{BTreeMap, BTreeSet};

use object::build::Id;
use object::build::elf::{Relocation, Section};
use object::elf;

use super::code::Code;
use crate::analysis::{Analysis, FunctionPlace};
use crate::names;
use crate::object_file::ObjectFile;

/// Tables of jumps: the name, and the size of an entry. The first field is the instruction, the second its target; both have four
/// bytes, with the distance from themselves.
const TABLES: [(&str, u64); 2] = [("__jump_table", 16), ("__ex_table", 12)];

/// The table of instructions that may be others.
const ALTERNATIVES: &str = ".altinstructions";

/// An instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step {
    /// The place behind it.
    pub(super) behind: FunctionPlace,
    /// Whether it may go on there.
    pub(super) falls_through: bool,
    /// Where it may jump to.
    pub(super) jumps: Vec<FunctionPlace>,
    pub(super) is_tick: bool,
}

impl Step {
    /// Where it may go on.
    pub(super) fn goes_on(&self) -> impl Iterator<Item = FunctionPlace> {
        self.falls_through.then_some(self.behind).into_iter().chain(self.jumps.iter().copied())
    }
}

/// A function, or its `.cold` part.
#[derive(Clone, Debug, Default)]
struct Part {
    end: u64,
    /// What the function is called: all that begin here.
    names: BTreeSet<String>,
    is_decoded: bool,
}

/// The control flow of a driver.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) steps: BTreeMap<FunctionPlace, Step>,
    /// Where code that is not decoded may jump to.
    pub(super) entered: BTreeSet<FunctionPlace>,
    /// How many calls of ticks there are.
    pub(super) calls: usize,
    parts: BTreeMap<FunctionPlace, Part>,
    /// The functions that keep all ticks: the number of the object, and the name.
    whole: BTreeSet<(usize, String)>,
}

impl Flow {
    pub(super) fn new(objects: &[ObjectFile<'_>], analysis: &Analysis) -> Flow {
        let mut flow = Flow::default();
        for (number, object) in objects.iter().enumerate() {
            flow.find_parts(number, object);
            let sections = object.builder.sections.iter().filter(|section| is_code(section));
            let codes: Vec<Code<'_, '_>> =
                sections.map(|section| Code::new(number, object, section, analysis)).collect();
            codes.iter().for_each(|code| flow.decode(code));
            codes.iter().for_each(|code| flow.enter_from_outside(code));
            flow.read_tables(number, object, analysis);
        }
        flow.keep_where_jumps_are_lost();
        flow
    }

    /// The ticks that have been decoded.
    pub(super) fn ticks(&self) -> impl Iterator<Item = FunctionPlace> {
        self.steps.iter().filter(|(_, step)| step.is_tick).map(|(&place, _)| place)
    }

    /// Whether what is at `place` belongs to a function that keeps all its ticks.
    pub(super) fn keeps_all(&self, place: FunctionPlace) -> bool {
        self.part(place).is_none_or(|part| {
            part.names.iter().any(|name| self.whole.contains(&(place.0, name.clone())))
        })
    }

    fn find_parts(&mut self, number: usize, object: &ObjectFile<'_>) {
        for (place, symbol) in object.functions() {
            let part = self.parts.entry((number, place)).or_default();
            part.end = part.end.max(place.1.saturating_add(symbol.st_size));
            part.names.insert(names::function(ObjectFile::symbol_name(symbol)).to_owned());
        }
    }

    fn decode(&mut self, code: &Code<'_, '_>) {
        self.calls += code.calls();
        let section = (code.number, code.section.id().index());
        let all = (section.0, (section.1, 0))..=(section.0, (section.1, u64::MAX));
        for (&(_, (_, start)), part) in self.parts.range_mut(all) {
            let function = code.function(start..part.end);
            part.is_decoded = function.is_some();
            if function.as_ref().is_none_or(|function| function.is_indirect) {
                self.whole.extend(part.names.iter().map(|name| (code.number, name.clone())));
            }
            self.steps.extend(function.into_iter().flat_map(|function| function.steps));
        }
    }

    fn enter_from_outside(&mut self, code: &Code<'_, '_>) {
        let is_outside = |place| self.part(place).is_none_or(|part| !part.is_decoded);
        let entered: Vec<FunctionPlace> = code.referents(is_outside).collect();
        self.entered.extend(entered);
    }

    fn read_tables(&mut self, number: usize, object: &ObjectFile<'_>, analysis: &Analysis) {
        for (_, section, relocations) in object.loaded() {
            let name = ObjectFile::section_name(section);
            let place = |relocation: &Relocation| {
                analysis.function(number, object.referent(relocation, 0)?)
            };
            let fields: BTreeMap<u64, FunctionPlace> = relocations
                .iter()
                .filter_map(|relocation| Some((relocation.r_offset, place(relocation)?)))
                .collect();
            if name == ALTERNATIVES {
                fields.values().for_each(|&instruction| self.add_way(instruction, None));
            } else if let Some(&(_, size)) = TABLES.iter().find(|(table, _)| *table == name) {
                for (&offset, &instruction) in
                    fields.iter().filter(|(offset, _)| *offset % size == 0)
                {
                    self.add_way(instruction, fields.get(&(offset + 4)).copied());
                }
            }
        }
    }

    /// The instruction may go on behind itself, and at `target`.
    fn add_way(&mut self, instruction: FunctionPlace, target: Option<FunctionPlace>) {
        match self.steps.get_mut(&instruction) {
            Some(step) => {
                step.falls_through = true;
                step.jumps.extend(target);
            }
            None => self.entered.extend(target),
        }
    }

    /// A jump to where no instruction is known to begin: both ends keep all.
    fn keep_where_jumps_are_lost(&mut self) {
        let jumps = self
            .steps
            .iter()
            .flat_map(|(&from, step)| step.jumps.iter().map(move |&target| (from, target)));
        let lost = jumps.filter(|(_, target)| !self.steps.contains_key(target));
        let ends: BTreeSet<FunctionPlace> =
            lost.flat_map(|(from, target)| [from, target]).collect();
        for place in ends {
            let names = self.part(place).map(|part| part.names.clone()).unwrap_or_default();
            self.whole.extend(names.into_iter().map(|name| (place.0, name)));
        }
    }

    /// The function or part that `place` is in.
    fn part(&self, place: FunctionPlace) -> Option<&Part> {
        let (&(object, (section, _)), part) = self.parts.range(..=place).next_back()?;
        let is_inside = (object, section) == (place.0, place.1.0) && place.1.1 < part.end;
        is_inside.then_some(part)
    }
}

fn is_code(section: &Section<'_>) -> bool {
    section.sh_flags.contains(elf::SHF_EXECINSTR)
}
