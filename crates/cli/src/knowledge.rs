//! What the command line says about the C files at hand: macro files, guards.

use std::path::Path;

use csyntax::Knowledge;

use crate::arguments::Reading;
use crate::{Reported, output};

/// Reads the macro files and notes the guards.
pub(crate) fn read(reading: &Reading) -> Result<Knowledge, Reported> {
    let mut known = Knowledge::default();
    for path in &reading.macro_file {
        add_macro_file(&mut known, path)?;
    }
    reading.defined.iter().for_each(|guard| known.guards.set(guard.as_bytes(), true));
    reading.undefined.iter().for_each(|guard| known.guards.set(guard.as_bytes(), false));
    Ok(known)
}

/// Adds the definitions of one file.
pub(crate) fn add_macro_file(known: &mut Knowledge, path: &Path) -> Result<(), Reported> {
    match project::read_named(path) {
        Ok(text) => {
            known.add_macro_file(&text);
            Ok(())
        }
        Err(problem) => {
            output::error(&problem.path, &problem.message);
            Err(Reported)
        }
    }
}
