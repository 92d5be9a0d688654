//! What is done around each function of the driver that the kernel may call.

use driver::{Kind, Parameter, Prototype, Snippet};
use minijinja::{Value, context};

use super::holes;
use crate::plan;

/// A function of an entry: `before`, `after` or `refused`.
struct Hook {
    kind: &'static str,
    locals: Vec<String>,
    statements: Vec<String>,
}

/// What the template needs of an entry.
pub(super) fn entry(number: usize, entry: &plan::Entry) -> Value {
    let prototype = &entry.prototype;
    let row = entry.role.as_ref().map(|(_, row)| row);
    let failure = row.and_then(|row| row.failure.clone());
    let hooks = hooks(entry).into_iter().map(|Hook { kind, locals, statements }| {
        context! { kind, locals, statements }
    });
    context! {
        number,
        name => entry.name.clone(),
        roles => entry.roles.join("; "),
        request => entry.roles.iter().any(|role| is_request(role)),
        patience => entry.patience,
        failure => failure.unwrap_or_else(|| default_failure(&prototype.result_kind).to_owned()),
        assertions => assertions(prototype),
        hooks => hooks.collect::<Vec<_>>(),
    }
}

/// Whether the kernel asks for something by way of this role: a member of an operations table (`table.member`), as opposed to a callback
/// that the driver itself has asked for.
fn is_request(role: &str) -> bool {
    role.contains('.') && !role.contains('(')
}

/// What a caller gets from a driver that has failed, unless the tables say so.
fn default_failure(result: &Kind) -> &'static str {
    match result {
        Kind::Signed => "-EIO",
        _ => "0",
    }
}

fn hooks(entry: &plan::Entry) -> Vec<Hook> {
    let row = entry.role.as_ref().map(|(_, row)| row);
    let part = |part: Option<&Snippet>| part.map(|snippet| statements(snippet, &entry.prototype));
    let mut before = part(row.and_then(|row| row.before.as_ref())).unwrap_or_default();
    let mut after = part(row.and_then(|row| row.after.as_ref())).unwrap_or_default();
    let refused = part(row.and_then(|row| row.refused.as_ref())).unwrap_or_default();
    before.extend(entry.lent.iter().map(|&number| lending("refit_lend_argument", number)));
    after
        .extend(entry.lent.iter().rev().map(|&number| lending("refit_take_back_argument", number)));
    let hooks = [("before", before), ("after", after), ("refused", refused)];
    let used = hooks.into_iter().filter(|(_, statements)| !statements.is_empty());
    used.map(|(kind, statements)| hook(kind, statements, &entry.prototype)).collect()
}

fn lending(function: &str, number: usize) -> String {
    let name = holes::parameter(number);
    format!("{function}(crossing, {}, {name}, sizeof(*{name}));", number - 1)
}

fn hook(kind: &'static str, statements: Vec<String>, prototype: &Prototype) -> Hook {
    let text = statements.join("\n");
    let used = (1..=prototype.parameters.len()).filter(|&number| mentions(&text, number));
    Hook { kind, locals: used.map(|number| local(number, prototype)).collect(), statements }
}

/// Whether the variable of a parameter occurs.
fn mentions(text: &str, number: usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let name = holes::parameter(number);
    text.match_indices(&name).any(|(start, _)| {
        let end = start + name.len();
        !text[..start].bytes().next_back().is_some_and(is_word)
            && !text[end..].bytes().next().is_some_and(is_word)
    })
}

fn statements(snippet: &Snippet, prototype: &Prototype) -> Vec<String> {
    let all: Vec<String> = (1..=prototype.parameters.len()).map(holes::parameter).collect();
    holes::lines(snippet, &result(prototype), &all.join(", "))
}

/// The result, with its own type: the upper half of a register with an `int` is anything.
fn result(prototype: &Prototype) -> String {
    match prototype.result_kind {
        Kind::Unknown | Kind::Void => "crossing->result".to_owned(),
        _ if prototype.own_result => "crossing->result".to_owned(),
        _ => format!("(*({})&crossing->result)", prototype.result.with_name("*")),
    }
}

/// A variable with the value of a parameter.
fn local(number: usize, prototype: &Prototype) -> String {
    let name = holes::parameter(number);
    let declaration = match &prototype.parameters[number - 1] {
        Parameter { own: true, kind: Kind::Pointer { .. }, .. } => format!("void *{name}"),
        Parameter { own: true, .. } => format!("unsigned long {name}"),
        parameter => parameter.spelling.with_name(&name),
    };
    let index = word(number, prototype);
    format!("{declaration} = *(__typeof__({name}) *)&crossing->arguments[{index}];")
}

/// Which word of the arguments a parameter starts in.
fn word(number: usize, prototype: &Prototype) -> String {
    let before = &prototype.parameters[..number - 1];
    let records: Vec<String> = before.iter().filter_map(record_words).collect();
    let words = before.len() - records.len();
    std::iter::once(words.to_string()).chain(records).collect::<Vec<_>>().join(" + ")
}

/// How many words a struct that is passed by value takes.
fn record_words(parameter: &Parameter) -> Option<String> {
    (parameter.kind == Kind::Record)
        .then(|| format!("REFIT_WORDS({})", parameter.spelling.with_name("")))
}

/// The compiler stops with a message if a struct does not fit into registers.
fn assertions(prototype: &Prototype) -> Vec<String> {
    let function = &prototype.name;
    let assertion = |condition: String, what: &str| {
        format!(
            "static_assert({condition}, \"refit: the kernel may call {function}, which {what}; it cannot be wrapped\");"
        )
    };
    let records = prototype.parameters.iter().filter(|parameter| parameter.kind == Kind::Record);
    let mut assertions: Vec<String> = records
        .map(|parameter| {
            let condition = format!("sizeof({}) <= 16", parameter.spelling.with_name(""));
            assertion(condition, "takes a struct of more than 16 bytes by value")
        })
        .collect();
    if !assertions.is_empty() {
        let words = word(prototype.parameters.len() + 1, prototype);
        assertions
            .push(assertion(format!("{words} <= 6"), "takes more than six words of arguments"));
    }
    if prototype.result_kind == Kind::Record {
        let condition = format!("sizeof({}) <= 8", prototype.result.with_name(""));
        assertions.push(assertion(condition, "returns a struct of more than 8 bytes"));
    }
    assertions
}
