//! Isomorphism files, and the default one.

use diag::{Source, Sources};

use crate::{Direction, IsoSection, default_isomorphisms, parse_isomorphisms};

#[test]
fn the_default_file_parses() {
    let source = Source::new("default.iso", crate::DEFAULT_SOURCE.as_bytes());
    let found = parse_isomorphisms(&source).unwrap_or_else(|errors| {
        let sources = Sources::from(source.clone());
        let shown: Vec<_> = errors.iter().map(|e| diag::render_line(e, &sources)).collect();
        panic!("{}", shown.join("\n"))
    });
    assert_eq!(found.len(), 51);
    assert!(found.iter().all(|isomorphism| !isomorphism.groups.is_empty()));
}

#[test]
fn groups_and_directions_are_kept_in_order() {
    let found = default_isomorphisms();
    let null = found.iter().find(|isomorphism| &*isomorphism.name == "is_null").unwrap();
    assert_eq!(null.section, IsoSection::Expression);
    assert_eq!(null.groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(null.groups[0][0].direction, None);
    assert_eq!(null.groups[0][1].direction, Some(Direction::Both));
    assert_eq!(null.groups[1][0].direction, Some(Direction::Forward));
    let cast = found.iter().find(|isomorphism| &*isomorphism.name == "drop_cast").unwrap();
    assert_eq!(cast.metavariables.iter().map(|m| m.pure).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn broken_files_are_refused() {
    for text in
        ["Expression\n@ a @ expression X; @@\n X + => X", "@ a @ @@ 1 => 2", "Expression\n@ a @"]
    {
        let result = parse_isomorphisms(&Source::new("t.iso", text.as_bytes()));
        assert_eq!(result.err().unwrap()[0].code, "smpl/isomorphism", "{text}");
    }
}
