//! A function in front of each tracked kernel function.
//!
//! Where the guard has nothing to do behind it, the kernel's function returns to the driver: there is one return less, and if the guard's part
//! is the usual one, nothing has to be saved for it. What is not usual is in a function of its own.

use driver::{Kind, Prototype, Snippet};
use minijinja::{Value, context};

use super::holes;
use crate::names;
use crate::plan;

/// How many words of variable arguments are handed on. They lie in registers or on the stack either way; what was not passed
/// is some value that nobody reads.
const FURTHER: usize = 8;

/// What the template needs of an import.
pub(super) fn import(name: &str, import: &plan::Import) -> Value {
    let prototype = &import.prototype;
    let arguments = arguments(prototype).join(", ");
    let lines = |snippet: &Option<Snippet>| {
        let lines = snippet.as_ref().map(|snippet| holes::lines(snippet, "result", &arguments));
        lines.unwrap_or_default()
    };
    let value = match &import.row.instead {
        Some(instead) => holes::filled(instead, "result", &arguments),
        // In parentheses, as the name may be that of a macro, too.
        None => format!("({name})({arguments})"),
    };
    let is_void = prototype.result_kind == Kind::Void;
    context! {
        declaration => declaration(&names::import(name), prototype),
        unusual => declaration(&names::unusual_import(name), prototype),
        unusual_call => format!("{}({arguments})", names::unusual_import(name)),
        result => (!is_void).then(|| prototype.result.with_name("result")),
        before => lines(&import.row.before),
        usually => import.row.usually.as_ref().map(|snippet| holes::filled(snippet, "result", &arguments)),
        call => if is_void { value.clone() } else { format!("result = {value}") },
        plain_call => value,
        after => lines(&import.row.after),
        // What the guard does itself may take long, so the driver may have failed meanwhile.
        comes_back => import.row.after.is_some() || import.row.instead.is_some(),
    }
}

fn declaration(function: &str, prototype: &Prototype) -> String {
    let named = (1..).zip(&prototype.parameters);
    let mut parameters: Vec<String> = named
        .map(|(number, parameter)| parameter.spelling.with_name(&holes::parameter(number)))
        .collect();
    parameters.extend(further(prototype).into_iter().map(|name| format!("unsigned long {name}")));
    let list = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
    prototype.result.with_name(&format!("{function}({list})"))
}

fn arguments(prototype: &Prototype) -> Vec<String> {
    let named = (1..=prototype.parameters.len()).map(holes::parameter);
    named.chain(further(prototype)).collect()
}

fn further(prototype: &Prototype) -> Vec<String> {
    let count = if prototype.variable { FURTHER } else { 0 };
    (1..=count).map(|number| format!("more{number}")).collect()
}
