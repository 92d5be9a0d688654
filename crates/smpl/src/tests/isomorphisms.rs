//! Isomorphism files, and the default one.

use std::sync::Arc;

use crate::{Direction, IsoSection, default_isomorphisms, parse_isomorphisms};

#[test]
fn the_default_file_parses() {
    let found = default_isomorphisms().unwrap_or_else(|errors| {
        let source = crate::DEFAULT_SOURCE.as_bytes();
        let shown: Vec<_> = errors.iter().map(|e| diag::render_line(e, source)).collect();
        panic!("{}", shown.join("\n"))
    });
    assert_eq!(found.len(), 51);
    assert!(found.iter().all(|isomorphism| !isomorphism.groups.is_empty()));
}

#[test]
fn groups_and_directions_are_kept_in_order() {
    let found = default_isomorphisms().unwrap();
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
        let result = parse_isomorphisms("t.iso", Arc::from(text.as_bytes()));
        assert_eq!(result.err().unwrap()[0].code, "smpl/isomorphism", "{text}");
    }
}
