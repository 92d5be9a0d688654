//! What is to be wrapped, and how: the functions with entries and the imports, each with its prototype and its row of the tables.

use std::collections::{BTreeMap, BTreeSet};

use driver::{FunctionRow, Kind, Parameter, Piece, Prototype, RoleRow, Snippet, Tables, Unit};

use crate::analysis::{Analysis, Taken};
use crate::error::GuardError;
use crate::names;

/// How many words of arguments the processor's registers pass.
const REGISTERS: usize = 6;

/// What is to be generated.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In the order of [`Analysis::functions`].
    pub entries: Vec<Entry>,
    /// Tracked kernel functions, by name.
    pub imports: BTreeMap<String, Import>,
    /// Kernel functions that are called directly as no table knows them, in order.
    pub untracked: Vec<String>,
    /// The kernel's headers that the driver includes, in order, and those that define what is lent to it.
    pub headers: Vec<String>,
}

/// A function of the driver that the kernel may call.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name in the source.
    pub name: String,
    /// What it takes and returns.
    pub prototype: Prototype,
    /// The row of the tables, if one is for it: the role, and what it says.
    pub role: Option<(String, RoleRow)>,
    /// All roles that it was seen in; its signature is the last.
    pub roles: Vec<String>,
    /// The numbers of the parameters, from 1, that the driver may write for the time of a call.
    pub lent: Vec<usize>,
    /// How many seconds it may keep its caller waiting, if the tables say so.
    pub patience: Option<u32>,
    /// Whether the kernel calls it to initialise the module.
    pub is_init: bool,
    /// Whether the kernel calls it to remove the module.
    pub is_exit: bool,
}

/// A kernel function that the guard has to know of.
#[derive(Clone, Debug)]
pub struct Import {
    /// What it takes and returns.
    pub prototype: Prototype,
    /// Its row of the tables.
    pub row: FunctionRow,
}

/// What an object file was compiled from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What it is called, for messages.
    pub name: &'a str,
    /// The preprocessed text, unless it is not C.
    pub unit: Option<&'a Unit>,
}

impl Plan {
    /// What to do about what `analysis` has found in objects that were compiled from `sources`, in the same order; or all that
    /// stands against it.
    pub fn new(
        analysis: &Analysis,
        sources: &[Source<'_>],
        tables: &Tables,
    ) -> Result<Plan, Vec<GuardError>> {
        let mut plan = Plan { headers: headers(sources), ..Plan::default() };
        let mut errors = Vec::new();
        let members: Vec<_> = sources
            .iter()
            .map(|source| source.unit.map(Unit::members).unwrap_or_default())
            .collect();
        for function in &analysis.functions {
            let stored = stored(function, &members);
            match entry(function, sources[function.object], stored, tables) {
                Ok(entry) => plan.add(entry, sources[function.object]),
                Err(error) => errors.push(error),
            }
        }
        for name in &analysis.calls {
            match tables.function(name) {
                None => plan.untracked.push(name.clone()),
                Some(row) if row.is_direct() => {}
                Some(row) => match import(name, row, sources) {
                    Ok(import) => drop(plan.imports.insert(name.clone(), import)),
                    Err(error) => errors.push(error),
                },
            }
        }
        if errors.is_empty() { Ok(plan) } else { Err(errors) }
    }

    fn add(&mut self, entry: Entry, source: Source<'_>) {
        for &number in &entry.lent {
            let definer = lent_tag(&entry.prototype.parameters[number - 1])
                .and_then(|tag| source.unit?.definer(tag));
            if let Some(definer) = definer
                && !self.headers.iter().any(|header| header == definer)
            {
                self.headers.push(definer.to_owned());
            }
        }
        self.entries.push(entry);
    }
}

/// The members of operations tables that a function is stored in; `members` has them by source and function.
fn stored(function: &Taken, members: &[BTreeMap<String, Vec<String>>]) -> Vec<String> {
    let name = names::in_source(&function.symbol);
    let seen = members.iter().enumerate();
    seen.filter(|(number, _)| function.is_global || *number == function.object)
        .filter_map(|(_, members)| members.get(name))
        .flatten()
        .cloned()
        .collect()
}

fn headers(sources: &[Source<'_>]) -> Vec<String> {
    // The generated file begins with this one.
    let mut seen = BTreeSet::from(["linux/module.h"]);
    let all = units(sources).flat_map(|unit| unit.origins().headers());
    all.filter(|header| seen.insert(header.as_str())).cloned().collect()
}

fn units<'a>(sources: &[Source<'a>]) -> impl Iterator<Item = &'a Unit> {
    sources.iter().filter_map(|source| source.unit)
}

fn entry(
    function: &Taken,
    source: Source<'_>,
    stored: Vec<String>,
    tables: &Tables,
) -> Result<Entry, GuardError> {
    let name = names::in_source(&function.symbol).to_owned();
    let defined = source.unit.and_then(|unit| Some((unit, unit.definition(&name)?)));
    let Some((unit, prototype)) = defined else {
        return Err(GuardError::NoDefinition { function: name, member: source.name.to_owned() });
    };
    refuse(&prototype)?;
    let roles = roles(function, stored, &prototype);
    let role = roles.iter().find_map(|role| Some((role.clone(), tables.role(role)?.clone())));
    if let Some((role, row)) = &role {
        for snippet in [&row.before, &row.after, &row.refused].into_iter().flatten() {
            check_holes(role, snippet, &prototype)?;
        }
    }
    let has_before = role.as_ref().is_some_and(|(_, row)| row.before.is_some());
    let lent = if has_before { Vec::new() } else { lent(&prototype, unit, tables) };
    let Taken { is_init, is_exit, .. } = *function;
    let patience = roles.iter().filter_map(|role| tables.patience(role)).min();
    Ok(Entry { name, prototype, role, roles, lent, patience, is_init, is_exit })
}

/// All roles of a function, the most telling first.
fn roles(function: &Taken, stored: Vec<String>, prototype: &Prototype) -> Vec<String> {
    let module = [(function.is_init, "init"), (function.is_exit, "exit")];
    let mut roles: Vec<String> =
        module.into_iter().filter(|(is, _)| *is).map(|(_, role)| role.to_owned()).collect();
    roles.extend(stored);
    roles.push(prototype.signature.clone());
    roles
}

/// What no entry can stand for.
fn refuse(prototype: &Prototype) -> Result<(), GuardError> {
    let function = prototype.name.clone();
    let parameters = prototype.parameters.iter().map(|parameter| (parameter.own, &parameter.kind));
    let mut values = parameters.chain([(prototype.own_result, &prototype.result_kind)]);
    if values.any(|value| value == (true, &Kind::Record)) {
        return Err(GuardError::OwnStruct { function });
    }
    match prototype.parameters.len() {
        _ if prototype.variable => Err(GuardError::VariableArguments { function }),
        count if count > REGISTERS => Err(GuardError::TooManyParameters { function, count }),
        _ => Ok(()),
    }
}

/// The parameters that point to structs which the driver may write for the time of a call.
fn lent(prototype: &Prototype, unit: &Unit, tables: &Tables) -> Vec<usize> {
    let is_lent = |parameter: &Parameter| {
        lent_tag(parameter).is_some_and(|tag| {
            // What tracepoints are made of is defined by macros, where the driver has them.
            let is_traced = unit.definer(tag).is_none_or(|header| header.starts_with("trace/"));
            !is_traced && !tables.is_kept(tag)
        })
    };
    (1..).zip(&prototype.parameters).filter(|(_, p)| is_lent(p)).map(|(number, _)| number).collect()
}

fn lent_tag(parameter: &Parameter) -> Option<&str> {
    match &parameter.kind {
        Kind::Pointer { lent: Some(tag) } if !parameter.own => Some(tag),
        _ => None,
    }
}

fn import(name: &str, row: &FunctionRow, sources: &[Source<'_>]) -> Result<Import, GuardError> {
    let prototype = units(sources).find_map(|unit| unit.prototype(name));
    let Some(prototype) = prototype else {
        return Err(GuardError::NoPrototype { function: name.to_owned() });
    };
    for snippet in [&row.before, &row.usually, &row.after, &row.instead].into_iter().flatten() {
        check_holes(name, snippet, &prototype)?;
    }
    Ok(Import { prototype, row: row.clone() })
}

/// Whether the function has what a piece of C asks for.
fn check_holes(row: &str, snippet: &Snippet, prototype: &Prototype) -> Result<(), GuardError> {
    let error = |message: String| {
        Err(GuardError::Row { row: row.to_owned(), function: prototype.name.clone(), message })
    };
    let count = prototype.parameters.len();
    if let Some(number) = snippet.parameters().find(|&number| number > count) {
        return error(format!("it has {count} parameters, and ${number} is asked for"));
    }
    if snippet.has(&Piece::Result) && prototype.result_kind == Kind::Void {
        return error("it returns nothing, and $R is asked for".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
