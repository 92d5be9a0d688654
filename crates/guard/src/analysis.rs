//! What a driver's objects say: which functions have their address taken, and which kernel functions are called.
//!
//! 1. The symbols of all members are joined, as the linker will do.
//! 2. A function's address is taken where a relocation in code or data refers to its very start and is no call or jump. Mostly
//!    it names the section and a distance, not the function. A place within a function is one of its labels.
//! 3. What no member defines and a call or jump refers to is an import.

use std::collections::{BTreeMap, BTreeSet};

use object::build::elf::Symbol;
use object::elf;

use crate::error::GuardError;
use crate::names;
use crate::object_file::{ObjectFile, Place, Referent, Use};
use crate::sections;
use crate::ticks::Ticks;

/// The symbols that the kernel calls a module by.
const MODULE_INIT: &str = "init_module";
const MODULE_EXIT: &str = "cleanup_module";

/// A function of the driver: the number of its object file, and the place there.
pub(crate) type FunctionPlace = (usize, Place);

/// What the objects of a driver say.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The functions whose address is taken, and what the kernel calls at its loading and removal; in order of place.
    pub functions: Vec<Taken>,
    /// Kernel functions that are called, without those that the compiler calls by itself.
    pub calls: BTreeSet<String>,
    /// How many checks before stores there are.
    pub checks: usize,
    /// Which ticks there are, and which of them no loop needs.
    pub ticks: Ticks,
    pub(crate) numbers: BTreeMap<FunctionPlace, usize>,
    pub(crate) globals: BTreeMap<String, FunctionPlace>,
}

/// A function whose address is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The number of the object file that defines it.
    pub object: usize,
    /// Its symbol.
    pub symbol: String,
    /// Whether other members know it by its name.
    pub is_global: bool,
    /// Whether the kernel calls it to initialise the module.
    pub is_init: bool,
    /// Whether the kernel calls it to remove the module.
    pub is_exit: bool,
    pub(crate) place: Place,
    pub(crate) size: u64,
}

impl Analysis {
    /// Reads the objects of a driver, in the order of linking.
    pub fn new(objects: &[ObjectFile<'_>]) -> Result<Analysis, GuardError> {
        let mut starts = Starts::default();
        objects.iter().enumerate().for_each(|(number, object)| starts.read(number, object));
        refuse(objects, &starts)?;
        let mut taken: BTreeSet<FunctionPlace> = starts.module.iter().flatten().copied().collect();
        let mut analysis = Analysis { globals: starts.globals.clone(), ..Analysis::default() };
        for (number, object) in objects.iter().enumerate() {
            analysis.read(number, object, &starts, &mut taken);
        }
        for place in taken {
            analysis.numbers.insert(place, analysis.functions.len());
            analysis.functions.push(starts.taken(place));
        }
        analysis.ticks = Ticks::new(objects, &analysis);
        Ok(analysis)
    }

    fn read(
        &mut self,
        number: usize,
        object: &ObjectFile<'_>,
        starts: &Starts,
        taken: &mut BTreeSet<FunctionPlace>,
    ) {
        for (_, section, relocations) in object.relocated() {
            for relocation in relocations {
                let Some(found) = object.reference(section, relocation) else { continue };
                match (found.usage, self.function(number, found.referent)) {
                    (Use::Address, Some(place)) if starts.names.contains_key(&place) => {
                        taken.insert(place);
                    }
                    (Use::Branch, None) => self.call(found.referent),
                    _ => {}
                }
            }
        }
    }

    fn call(&mut self, referent: Referent<'_>) {
        let Referent::Elsewhere(name, _) = referent else { return };
        if names::check(name).is_some() {
            self.checks += usize::from(names::is_store_check(name));
        } else if !names::is_internal(name) {
            self.calls.insert(name.to_owned());
        }
    }

    /// The place in the driver that is referred to, if it is one.
    pub(crate) fn function(&self, object: usize, referent: Referent<'_>) -> Option<FunctionPlace> {
        match referent {
            Referent::Here(place) => Some((object, place)),
            Referent::Elsewhere(name, distance) => {
                let &(object, (section, offset)) = self.globals.get(name)?;
                Some((object, (section, offset.wrapping_add_signed(distance))))
            }
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Start {
    name: String,
    size: u64,
    is_global: bool,
}

/// Where functions start.
#[derive(Clone, Debug, Default)]
struct Starts {
    names: BTreeMap<FunctionPlace, Start>,
    globals: BTreeMap<String, FunctionPlace>,
    /// What the kernel calls at loading and at removal.
    module: [Option<FunctionPlace>; 2],
}

impl Starts {
    fn read(&mut self, number: usize, object: &ObjectFile<'_>) {
        for (place, symbol) in object.functions() {
            self.add((number, place), symbol);
        }
    }

    fn add(&mut self, place: FunctionPlace, symbol: &Symbol<'_>) {
        let name = ObjectFile::symbol_name(symbol);
        match name {
            MODULE_INIT => self.module[0] = Some(place),
            MODULE_EXIT => self.module[1] = Some(place),
            _ => {}
        }
        let is_global = symbol.st_bind() != elf::STB_LOCAL;
        if is_global {
            self.globals.insert(name.to_owned(), place);
        }
        // Its own name tells more than what module_init() has made of it.
        let start = || Start { name: name.to_owned(), size: symbol.st_size, is_global };
        let known = self.names.entry(place).or_insert_with(start);
        if matches!(known.name.as_str(), MODULE_INIT | MODULE_EXIT) {
            *known = start();
        }
    }

    fn taken(&self, place: FunctionPlace) -> Taken {
        let Start { name, size, is_global } = self.names.get(&place).cloned().unwrap_or_default();
        Taken {
            object: place.0,
            symbol: name,
            size,
            is_global,
            is_init: self.module[0] == Some(place),
            is_exit: self.module[1] == Some(place),
            place: place.1,
        }
    }
}

/// What a guarded driver cannot have.
fn refuse(objects: &[ObjectFile<'_>], starts: &Starts) -> Result<(), GuardError> {
    for object in objects {
        let mut names = object.builder.sections.iter().map(ObjectFile::section_name);
        if names.any(|name| name.starts_with(sections::PER_CPU)) {
            return Err(GuardError::PerCpu { member: object.name.clone() });
        }
    }
    // Data that is exported is no call.
    let symbols: BTreeSet<String> = objects
        .iter()
        .flat_map(exported)
        .filter(|&symbol| starts.globals.contains_key(symbol))
        .map(str::to_owned)
        .collect();
    if symbols.is_empty() {
        return Ok(());
    }
    Err(GuardError::Exports { symbols: symbols.into_iter().collect() })
}

fn exported<'o>(object: &'o ObjectFile<'_>) -> impl Iterator<Item = &'o str> {
    object.builder.symbols.iter().filter_map(|symbol| {
        let name = ObjectFile::symbol_name(symbol);
        ["__ksymtab_", "__export_symbol_"].iter().find_map(|prefix| name.strip_prefix(prefix))
    })
}

#[cfg(test)]
mod tests;
