//! Whether two trees of one function agree, but for macros.
//!
//! 1. For each kept token, the elements that it is an anchor of are looked up on both sides. If both are written, they
//!    must have the same kind and the same extent. If one is not, a macro has made it, and the pair is set aside:
//!    `MACRO(x);` reads as an expression statement and may be a loop. But what is called a macro must be one: the name
//!    of a loop like `list_for_each` is no kept token.
//! 2. A statement that a macro has made must have the extent of some statement on the other side. So `LOOP(x) f();`
//!    is seen to govern `f();`, or not to.
//! 3. Calls in the arguments of macros are compared where the tokens of an argument occur unchanged
//!    (see [`super::arguments`]).
//!
//! A function agrees *exactly* if moreover no statement and no call had to be set aside.

use csyntax::{NodeId, NodeKind, Tree};

use super::alignment::Alignment;
use super::arguments;
use super::elements::{Element, elements};
use super::units::{Sides, is_kept};

/// The result for one function.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) differences: Vec<Difference>,
    pub(super) counts: Counts,
    /// No macro is used at all.
    pub(super) is_without_macros: bool,
}

impl Comparison {
    pub(super) fn is_exact(&self) -> bool {
        self.differences.is_empty() && self.counts.aside == 0
    }
}

/// How much was compared: nodes of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Counts {
    pub(super) statements: usize,
    pub(super) calls: usize,
    pub(super) others: usize,
    /// Expressions in arguments of macros.
    pub(super) in_arguments: usize,
    /// Statements and calls of both sides that macros have made.
    pub(super) aside: usize,
}

/// A place where the trees do not agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Difference {
    pub(super) file: Option<NodeId>,
    pub(super) preprocessed: Option<NodeId>,
    pub(super) what: &'static str,
}

/// Compares a function of the file with the one of the preprocessed text.
pub(super) fn compare(
    file: (&Tree, NodeId),
    preprocessed: (&Tree, NodeId),
    alignment: &Alignment,
) -> Comparison {
    let sides = Sides::new(file, preprocessed, alignment);
    let here = elements(&sides, &sides.file);
    let there = elements(&sides, &sides.preprocessed);
    let mut comparison =
        Comparison { is_without_macros: sides.are_without_macros(), ..Comparison::default() };
    compare_by_anchors(&here, &there, &mut comparison);
    for element in unmatched_extents(&here, &there) {
        let what = "no statement of this extent in the preprocessed text";
        let difference = Difference { file: Some(element.node), preprocessed: None, what };
        comparison.differences.push(difference);
    }
    for element in unmatched_extents(&there, &here) {
        let what = "no statement of this extent in the file";
        let difference = Difference { file: None, preprocessed: Some(element.node), what };
        comparison.differences.push(difference);
    }
    arguments::compare(&sides, alignment, &mut comparison);
    comparison
}

/// Step 1.
fn compare_by_anchors(here: &[Element], there: &[Element], comparison: &mut Comparison) {
    let there_owners = owners(there);
    let here_owners = owners(here);
    for element in here {
        let other = owner(&there_owners, element).map(|index| &there[index]);
        if !element.is_written || other.is_some_and(|other| !other.is_written) {
            comparison.counts.aside += usize::from(counts_for_exactness(element.kind));
            continue;
        }
        count(element.kind, &mut comparison.counts);
        if let Some(difference) = difference(element, other) {
            comparison.differences.push(difference);
        }
    }
    for element in there {
        let other = owner(&here_owners, element).map(|index| &here[index]);
        if !element.is_written || other.is_some_and(|other| !other.is_written) {
            comparison.counts.aside += usize::from(counts_for_exactness(element.kind));
        }
        let difference = difference_in_preprocessed(element, other)
            .filter(|difference| !comparison.differences.contains(difference));
        comparison.differences.extend(difference);
    }
}

fn difference_in_preprocessed(there: &Element, here: Option<&Element>) -> Option<Difference> {
    let what = match here {
        _ if !there.is_written => return None,
        None => "belongs to nothing in the file",
        Some(here) if here.is_written => return difference(here, Some(there)),
        Some(_) => return None,
    };
    Some(Difference { file: None, preprocessed: Some(there.node), what })
}

fn difference(here: &Element, there: Option<&Element>) -> Option<Difference> {
    let what = match there {
        _ if here.is_macro() => "what it calls a macro is none",
        None => "belongs to nothing in the preprocessed text",
        Some(there) if here.kind != there.kind => "another kind",
        Some(there) if !same_extent(here.extent, there.extent) => "another extent",
        Some(_) => return None,
    };
    Some(Difference { file: Some(here.node), preprocessed: there.map(|there| there.node), what })
}

/// `POINTER x = 0;` with `#define POINTER char *`: the end of an expansion may be part of what stands behind it.
fn same_extent(here: (u32, u32), there: (u32, u32)) -> bool {
    let starts_in_macro = !is_kept(there.0) && there.0 + 1 == here.0;
    here.1 == there.1 && (here.0 == there.0 || starts_in_macro)
}

/// For each unit, the element of which it is an anchor.
fn owners(elements: &[Element]) -> Vec<Option<usize>> {
    let mut owners = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        for &unit in element.anchors.iter().filter(|&&unit| is_kept(unit)) {
            if owners.len() <= unit as usize {
                owners.resize(unit as usize + 1, None);
            }
            owners[unit as usize] = Some(index);
        }
    }
    owners
}

fn owner(owners: &[Option<usize>], element: &Element) -> Option<usize> {
    let unit = element.anchors.iter().find(|&&unit| is_kept(unit))?;
    owners.get(*unit as usize).copied().flatten()
}

/// Step 2: the statements made by macros that go beyond one gap and have no counterpart.
fn unmatched_extents<'e>(elements: &'e [Element], others: &[Element]) -> Vec<&'e Element> {
    let made = elements.iter().filter(|element| {
        !element.is_written && element.is_block_item() && element.extent.0 != element.extent.1
    });
    made.filter(|element| {
        !others.iter().any(|other| other.is_block_item() && other.extent == element.extent)
    })
    .collect()
}

fn counts_for_exactness(kind: NodeKind) -> bool {
    kind.is_statement() || kind == NodeKind::CallExpression
}

fn count(kind: NodeKind, counts: &mut Counts) {
    if kind.is_statement() {
        counts.statements += 1;
    } else if kind == NodeKind::CallExpression {
        counts.calls += 1;
    } else {
        counts.others += 1;
    }
}

impl Counts {
    pub(super) fn add(&mut self, other: Counts) {
        self.statements += other.statements;
        self.calls += other.calls;
        self.others += other.others;
        self.in_arguments += other.in_arguments;
        self.aside += other.aside;
    }
}

#[cfg(test)]
mod tests {
    use csyntax::Names;

    use super::super::alignment::Alignment;
    use super::super::functions::{Fate, functions};
    use super::super::places::Origin;
    use super::*;

    /// Compares the one function of each text. What macros expand to stands between `<<` and `>>`; of the other tokens
    /// each is the next one of the file that has its text.
    fn compare_texts(file: &str, preprocessed: &str) -> (Comparison, Vec<String>) {
        let (text, origins) = without_marks(file, preprocessed);
        let names = Names::default();
        let file = csyntax::parse(file.as_bytes().into(), &names);
        let preprocessed = csyntax::parse(text.as_bytes().into(), &names);
        assert_eq!(preprocessed.problems(), []);
        let alignment = Alignment::new(&file, &preprocessed, &origins);
        let functions = functions(&file, &preprocessed, &alignment);
        let [function] = &functions[..] else { panic!("{functions:?}") };
        let Fate::Paired { file: here, preprocessed: there } = function.fate else {
            panic!("{functions:?}")
        };
        let comparison = compare((&file, here), (&preprocessed, there), &alignment);
        let described = |difference: &Difference| {
            let here = difference.file.map(|node| file.kind(node));
            let there = difference.preprocessed.map(|node| preprocessed.kind(node));
            format!("{here:?} {there:?}")
        };
        let differences = comparison.differences.iter().map(described).collect();
        (comparison, differences)
    }

    fn without_marks(file: &str, marked: &str) -> (String, Vec<Origin>) {
        let mut text = String::new();
        let mut origins = Vec::new();
        let mut behind = 0;
        for (index, piece) in marked.split("<<").enumerate() {
            let (made, written) =
                if index == 0 { ("", piece) } else { piece.split_once(">>").unwrap() };
            text += made;
            let start = text.len();
            text += written;
            let tree = csyntax::parse(written.as_bytes().into(), &Names::default());
            let tokens = tree.tokens();
            for token in tokens.ids().filter(|&token| !tokens.span(token).is_empty()) {
                let word = std::str::from_utf8(tree.token_text(token)).unwrap();
                behind += file[behind..].find(word).unwrap_or_else(|| panic!("no {word} left"));
                let at = start as u32 + tokens.span(token).start;
                origins.push(Origin { at, written: behind as u32 });
                behind += word.len();
            }
        }
        (text, origins)
    }

    fn differences(file: &str, preprocessed: &str) -> Vec<String> {
        compare_texts(file, preprocessed).1
    }

    #[test]
    fn equal_functions_agree_exactly() {
        let text = "int f(int a)\n{\n\tif (g(a))\n\t\treturn 1;\n\treturn a * 2;\n}\n";
        let (comparison, differences) = compare_texts(text, text);
        assert_eq!(differences, [""; 0]);
        assert!(comparison.is_exact() && comparison.is_without_macros);
        assert_eq!((comparison.counts.statements, comparison.counts.calls), (4, 1));
    }

    #[test]
    fn constants_leave_a_function_exact() {
        let (comparison, differences) =
            compare_texts("void f(void) { g(LONG, 2); }", "void f(void) { g(<<((long)8)>>, 2); }");
        assert_eq!(differences, [""; 0]);
        assert!(comparison.is_exact() && !comparison.is_without_macros);
    }

    #[test]
    fn macros_are_set_aside() {
        let (comparison, differences) = compare_texts(
            "void f(int a)\n{\n\tEACH(a) {\n\t\tg(a);\n\t}\n\tLOCK(h(a), 1);\n#ifdef X\n\ti();\n#endif\n}\n",
            "void f(int a)\n{\n\t<<for (;;)>> {\n\t\tg(a);\n\t}\n\t<<do { lock(>>h(a)<<); } while (0)>>;\n}\n",
        );
        assert_eq!(differences, [""; 0]);
        assert!(!comparison.is_exact());
        assert_eq!((comparison.counts.calls, comparison.counts.in_arguments), (1, 1));
    }

    #[test]
    fn a_call_that_is_taken_for_a_loop_differs() {
        let text = "void f(int a)\n{\n\tfor_each_child(a, g)\n\t\th();\n}\n";
        // Where gcc leaves the name as it is, there is no macro.
        assert_eq!(differences(text, text), ["Some(IteratorStatement) Some(IteratorStatement)"]);
    }

    #[test]
    fn a_loop_that_is_taken_for_a_statement_differs() {
        let file = "void f(int a)\n{\n\tTURNS(a)\n\tg(a);\n\th();\n}\n";
        let expanded = "void f(int a)\n{\n\t<<for (;;)>>\n\tg(a);\n\th();\n}\n";
        assert_eq!(differences(file, expanded), ["None Some(ForStatement)"]);
    }

    #[test]
    fn another_precedence_differs() {
        let sum = "int f(void) { return a * b + c; }";
        let product = "int f(void) { return a * <<(>>b + c<<)>>; }";
        let found = differences(sum, product);
        assert!(
            found.contains(&"Some(BinaryExpression) Some(BinaryExpression)".to_owned()),
            "{found:?}"
        );
    }
}
