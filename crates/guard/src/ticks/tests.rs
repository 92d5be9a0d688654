//! Small functions, each in a section of its own, and the ticks that they keep.

use object::write::SectionId;
use object::{SectionKind, elf};

use super::Ticks;
use crate::analysis::Analysis;
use crate::object_file::ObjectFile;
use crate::sample::Sample;

/// `call tick`. No other instruction of the tests has these bytes.
const TICK: &[u8] = &[0xe8, 0, 0, 0, 0];
const NOP: &[u8] = &[0x90];
const RET: &[u8] = &[0xc3];
/// `jmp` and `jne` whose target a relocation has.
const JMP_FAR: &[u8] = &[0xe9, 0, 0, 0, 0];
const JNE_FAR: &[u8] = &[0x0f, 0x85, 0, 0, 0, 0];

/// `jmp`, that many bytes from behind it.
fn jmp(distance: i8) -> Vec<u8> {
    vec![0xeb, distance as u8]
}

/// `jne`, that many bytes from behind it.
fn jne(distance: i8) -> Vec<u8> {
    vec![0x75, distance as u8]
}

/// An object in the making, of functions.
struct Case {
    sample: Sample,
    sections: Vec<SectionId>,
}

/// What counts ahead of a tick: `decl %gs:refit_ticks(%rip)`, and `jns` over the call.
const COUNT: &[u8] = &[0x65, 0xff, 0x0d, 0, 0, 0, 0, 0x79, 5];

/// Functions by their names, each with its code.
fn case(functions: &[(&str, &[&[u8]])]) -> Case {
    let mut sample = Sample::new();
    let mut sections = Vec::new();
    let tick = sample.undefined("__sanitizer_cov_trace_pc");
    for (name, code) in functions {
        let code = code.concat();
        let section = sample.section(&format!(".text.{name}"), SectionKind::Text, &code);
        sample.whole_function(section, name, code.len() as u64);
        for at in ticks(&code) {
            sample.relocation(section, at + 1, elf::R_X86_64_PLT32, tick, -4);
        }
        sections.push(section);
    }
    Case { sample, sections }
}

fn ticks(code: &[u8]) -> impl Iterator<Item = u64> {
    let found = code.windows(TICK.len()).enumerate().filter(|(_, bytes)| *bytes == TICK);
    found.map(|(at, _)| at as u64)
}

impl Case {
    /// The four bytes before `behind` in a function lead to the offset `target` in another.
    fn leads(mut self, (from, behind): (usize, u64), (to, target): (usize, i64)) -> Case {
        let symbol = self.sample.start(self.sections[to]);
        self.sample.relocation(
            self.sections[from],
            behind - 4,
            elf::R_X86_64_PC32,
            symbol,
            target - 4,
        );
        self
    }

    /// The four bytes before `behind` in a function lead to a function that is not in this object.
    fn leaves(mut self, (from, behind): (usize, u64), name: &str) -> Case {
        let symbol = self.sample.undefined(name);
        self.sample.relocation(self.sections[from], behind - 4, elf::R_X86_64_PLT32, symbol, -4);
        self
    }

    /// A table of the kernel, with the places that its fields refer to: the function, and the offset there.
    fn table(mut self, name: &str, kind: SectionKind, fields: &[(u64, usize, i64)]) -> Case {
        let table = self.sample.section(name, kind, &[0; 32]);
        for &(offset, function, place) in fields {
            let symbol = self.sample.start(self.sections[function]);
            self.sample.relocation(table, offset, elf::R_X86_64_PC32, symbol, place);
        }
        self
    }

    #[track_caller]
    fn check(self, kept: &[&str]) {
        check_driver(vec![self], kept);
    }
}

/// Ticks are kept where `kept` says, as in `f+5`.
#[track_caller]
fn check_driver(members: Vec<Case>, kept: &[&str]) {
    let members: Vec<Vec<u8>> = members.into_iter().map(|case| case.sample.bytes()).collect();
    let objects: Vec<ObjectFile<'_>> =
        members.iter().map(|bytes| ObjectFile::read("a.o", bytes).unwrap()).collect();
    let analysis = Analysis::new(&objects).unwrap();
    let mut found = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        for (place, symbol) in object.functions() {
            let section = object.builder.sections.get(symbol.section.unwrap());
            let object::build::elf::SectionData::Data(code) = &section.data else { panic!() };
            let is_kept = |at: &u64| !analysis.ticks.is_dropped((number, (place.0, *at)));
            let kept = ticks(code).filter(is_kept);
            found.extend(kept.map(|at| format!("{}+{at}", ObjectFile::symbol_name(symbol))));
        }
    }
    assert_eq!(found, kept);
    assert_eq!(analysis.ticks.kept(), kept.len());
}

#[test]
fn a_straight_line_keeps_none() {
    case(&[("f", &[TICK, NOP, TICK, &jne(5), TICK, TICK, RET])]).check(&[]);
}

#[test]
fn a_jump_over_a_tick_while_its_count_lasts_is_no_way_past_it() {
    // tick; 1: tick; jne 1b
    let code: &[&[u8]] = &[COUNT, TICK, COUNT, TICK, &jne(-16), RET];
    case(&[("f", code)]).check(&["f+23"]);
    // Any other jump is: tick; 1: js over the tick; tick; jne 1b
    case(&[("f", &[TICK, &[0x78, 5], TICK, &jne(-9), RET])]).check(&["f+7"]);
    case(&[("f", &[NOP, &[0x79, 6], TICK, NOP, &jne(-11), RET])]).check(&["f+3"]);
}

#[test]
fn a_loop_keeps_the_tick_at_its_head() {
    // Before the loop, at its head, on a way inside, at its end, behind it.
    let code: &[&[u8]] = &[TICK, TICK, &jne(5), TICK, TICK, &jne(-19), TICK, RET];
    case(&[("f", code)]).check(&["f+5"]);
}

#[test]
fn each_of_nested_loops_keeps_one() {
    case(&[("f", &[TICK, TICK, &jne(-7), TICK, &jne(-19), TICK, RET])]).check(&["f+0", "f+5"]);
    // The inner loop has no other head than the outer one.
    case(&[("f", &[TICK, &jne(-7), TICK, &jne(-14), RET])]).check(&["f+0"]);
}

#[test]
fn a_head_without_a_tick_leaves_it_to_the_ways_behind_it() {
    // Both ways from the head come to one.
    case(&[("f", &[NOP, &jne(7), TICK, &jmp(5), TICK, &jne(-17), TICK, RET])])
        .check(&["f+3", "f+10"]);
    // The head is entered at the condition, and the body comes before it.
    case(&[("f", &[&jmp(5), TICK, NOP, &jne(-8), TICK, RET])]).check(&["f+2"]);
}

#[test]
fn a_jump_to_itself_keeps_the_tick_before_it_only_if_it_comes_past() {
    case(&[("f", &[TICK, &jmp(-2)])]).check(&[]);
    case(&[("f", &[TICK, &jmp(-7)])]).check(&["f+0"]);
}

#[test]
fn a_jump_back_that_closes_no_cycle_keeps_none() {
    // What is seldom run lies behind the return, and goes back.
    case(&[("f", &[TICK, &jne(6), TICK, RET, TICK, &jmp(-13)])]).check(&[]);
}

#[test]
fn cold_parts_are_in_cycles_with_their_function() {
    // f: tick; jne f.cold; tick; ret    f.cold: tick; jmp to `target`
    let parts = |target| {
        case(&[("f", &[TICK, JNE_FAR, TICK, RET]), ("f.cold", &[TICK, JMP_FAR])])
            .leads((0, 11), (1, 0))
            .leads((1, 10), (0, target))
    };
    parts(0).check(&["f+0"]);
    parts(11).check(&[]);
}

#[test]
fn ways_that_leave_a_loop_and_come_back_keep_none() {
    // 0: tick; jne 15; 7: tick; jne 0; ret; 15: tick; jmp 7
    let code: &[&[u8]] = &[TICK, &jne(8), TICK, &jne(-14), RET, TICK, &jmp(-15)];
    case(&[("f", code)]).check(&["f+0"]);
}

#[test]
fn jumps_to_other_members_are_followed() {
    let first = || case(&[("f", &[TICK, NOP, JMP_FAR])]).leaves((0, 11), "g");
    let second = |code: &[&[u8]]| case(&[("g", code)]);
    check_driver(vec![first(), second(&[TICK, RET])], &[]);
    let back = second(&[TICK, JMP_FAR]).leaves((0, 10), "f");
    check_driver(vec![first(), back], &["f+0"]);
}

#[test]
fn a_call_is_no_jump() {
    let call: &[u8] = &[0xe8, 0xff, 0xff, 0xff, 0xff];
    case(&[("f", &[TICK, call, TICK, RET])]).leads((0, 10), (0, 0)).check(&[]);
    // It does not end the block, either.
    case(&[("f", &[call, TICK, &jne(-12), RET])]).leaves((0, 5), "kfree").check(&["f+5"]);
}

#[test]
fn jumps_through_registers_keep_all() {
    case(&[("f", &[TICK, TICK, &[0xff, 0xe0]])]).check(&["f+0", "f+5"]);
    let thunk =
        |name| case(&[("f", &[TICK, JMP_FAR]), ("f.cold", &[TICK, RET])]).leaves((0, 10), name);
    thunk("__x86_indirect_thunk_rax").check(&["f+0", "f.cold+0"]);
    thunk("__x86_return_thunk").check(&[]);
    thunk("kfree").check(&[]);
}

#[test]
fn other_functions_than_the_one_with_the_jump_drop_theirs() {
    case(&[("f", &[TICK, &[0xff, 0xe0]]), ("g", &[TICK, RET])]).check(&["f+0"]);
}

#[test]
fn what_cannot_be_decoded_keeps_all() {
    // No such instruction; one that is cut off; a jump into one.
    case(&[("f", &[TICK, &[0x06], RET])]).check(&["f+0"]);
    case(&[("f", &[TICK, &[0x0f]])]).check(&["f+0"]);
    case(&[("f", &[TICK, &jmp(-6), RET])]).check(&["f+0"]);
}

#[test]
fn static_branches_jump() {
    // f: tick; a nop that may become a jump to `target`; tick; ret
    let branch = |target| {
        case(&[("f", &[TICK, &[0x0f, 0x1f, 0x44, 0, 1], TICK, RET])]).table(
            "__jump_table",
            SectionKind::Data,
            &[(0, 0, 5), (4, 0, target), (8, 0, 0)],
        )
    };
    branch(0).check(&["f+0"]);
    branch(15).check(&[]);
    // The jump that is there may become a nop.
    case(&[("f", &[TICK, &jmp(2), &jne(-9), RET])])
        .table("__jump_table", SectionKind::Data, &[(0, 0, 5), (4, 0, 9)])
        .check(&["f+0"]);
    case(&[("f", &[TICK, &jmp(2), &jne(-9), RET])]).check(&[]);
}

#[test]
fn fixups_are_jumped_to() {
    let fixup = |target| {
        case(&[("f", &[TICK, NOP, TICK, RET])]).table(
            "__ex_table",
            SectionKind::ReadOnlyData,
            &[(0, 0, 5), (4, 0, target)],
        )
    };
    fixup(0).check(&["f+0"]);
    fixup(6).check(&[]);
}

#[test]
fn alternatives_may_jump_to_what_they_refer_to() {
    let functions: &[(&str, &[&[u8]])] = &[("f", &[TICK, NOP, TICK, RET])];
    let alternatives =
        |case: Case| case.table(".altinstructions", SectionKind::ReadOnlyData, &[(0, 0, 5)]);
    alternatives(case(functions)).check(&[]);
    // The replacement, which belongs to no function, is a jump to the second tick.
    let mut with_jump = alternatives(case(functions));
    let replacement = with_jump.sample.section(".altinstr_replacement", SectionKind::Text, JMP_FAR);
    let symbol = with_jump.sample.start(with_jump.sections[0]);
    with_jump.sample.relocation(replacement, 1, elf::R_X86_64_PC32, symbol, 6 - 4);
    with_jump.check(&["f+6"]);
}

#[test]
fn nothing_has_no_ticks() {
    let object = Sample::new().bytes();
    let objects = [ObjectFile::read("a.o", &object).unwrap()];
    assert_eq!(Analysis::new(&objects).unwrap().ticks, Ticks::default());
}
