//! The tables: what kernel functions do that matters to a guard, and what is done around a driver's function of a role.
//!
//! `tables/functions.toml` has a table for each kernel function, `tables/roles.toml` one for each role: a member of an operations table
//! (`net_device_ops.ndo_open`), a signature (`irqreturn_t (int, void *)`), `init` or `exit`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

use crate::snippet::{Piece, Snippet, SnippetError};

/// The class of functions with no effect that a guard would have to know of.
const HARMLESS: &str = "harmless";

/// What is known of kernel functions and of roles.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    functions: BTreeMap<String, FunctionRow>,
    roles: BTreeMap<String, RoleRow>,
    kept: BTreeSet<String>,
    patience: BTreeMap<String, u32>,
}

/// What a kernel function does.
#[derive(Clone, Debug)]
pub struct FunctionRow {
    /// The class of what it gives or takes.
    pub class: String,
    /// Statements before the call.
    pub before: Option<Snippet>,
    /// An expression that does what `before` would do, if that is the usual thing; otherwise it is false, and nothing is changed.
    pub usually: Option<Snippet>,
    /// Statements behind it.
    pub after: Option<Snippet>,
    /// An expression in place of the call.
    pub instead: Option<Snippet>,
}

/// What is done around a function of a role.
#[derive(Clone, Debug, Default)]
pub struct RoleRow {
    /// What the caller gets when the driver has failed.
    pub failure: Option<String>,
    /// Statements before the driver is called.
    pub before: Option<Snippet>,
    /// Statements when it has returned or was stopped.
    pub after: Option<Snippet>,
    /// Statements in place of the call, while the driver is stopped.
    pub refused: Option<Snippet>,
}

/// What is wrong with a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TableError {
    /// It is no TOML, or a row has other members than it should.
    Format {
        /// The file.
        table: &'static str,
        /// What is wrong, with the place.
        message: String,
    },
    /// A piece of C has a wrong hole.
    Snippet {
        /// The row.
        row: String,
        /// The member of the row.
        member: &'static str,
        /// What is wrong.
        error: SnippetError,
    },
    /// A hole stands where nothing is that could fill it.
    Hole {
        /// The row.
        row: String,
        /// The member of the row.
        member: &'static str,
        /// The hole.
        hole: String,
    },
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Format { table, message } => write!(f, "{table}: {message}"),
            TableError::Snippet { row, member, error } => {
                write!(f, "`{member}` of \"{row}\": {error}")
            }
            TableError::Hole { row, member, hole } => {
                write!(f, "`{member}` of \"{row}\": nothing stands for {hole} there")
            }
        }
    }
}

impl std::error::Error for TableError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFunction {
    class: String,
    before: Option<String>,
    usually: Option<String>,
    after: Option<String>,
    instead: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    failure: Option<String>,
    before: Option<String>,
    after: Option<String>,
    refused: Option<String>,
}

impl Tables {
    /// The tables that ship with this crate.
    pub fn standard() -> Result<Tables, TableError> {
        let functions = include_str!("../tables/functions.toml");
        Tables::parse(functions, include_str!("../tables/roles.toml"))
    }

    /// Reads both tables.
    pub fn parse(functions: &str, roles: &str) -> Result<Tables, TableError> {
        let written: BTreeMap<String, WrittenFunction> =
            toml::from_str(functions).map_err(|error| format_error("functions.toml", &error))?;
        let functions =
            written.into_iter().map(|(name, row)| function_row(&name, row).map(|row| (name, row)));
        let (kept, patience, written) = split_roles(roles)?;
        let roles =
            written.into_iter().map(|(name, row)| role_row(&name, row).map(|row| (name, row)));
        Ok(Tables {
            functions: functions.collect::<Result<_, _>>()?,
            roles: roles.collect::<Result<_, _>>()?,
            kept,
            patience,
        })
    }

    /// What is known of the kernel function `name`.
    pub fn function(&self, name: &str) -> Option<&FunctionRow> {
        self.functions.get(name)
    }

    /// All rows of kernel functions, by name.
    pub fn functions(&self) -> impl Iterator<Item = (&str, &FunctionRow)> {
        self.functions.iter().map(|(name, row)| (name.as_str(), row))
    }

    /// What is known of a role.
    pub fn role(&self, role: &str) -> Option<&RoleRow> {
        self.roles.get(role)
    }

    /// How many seconds a function of a role may keep its caller waiting, if the tables say so.
    pub fn patience(&self, role: &str) -> Option<u32> {
        let (table, _) = role.split_once('.')?;
        self.patience.get(table).copied()
    }

    /// Whether structs of this tag are not lent for the time of a call.
    pub fn is_kept(&self, tag: &str) -> bool {
        self.kept.contains(tag)
    }
}

impl FunctionRow {
    /// Whether the driver calls it directly.
    pub fn is_direct(&self) -> bool {
        self.class == HARMLESS
            && self.before.is_none()
            && self.usually.is_none()
            && self.after.is_none()
            && self.instead.is_none()
    }
}

fn format_error(table: &'static str, error: &toml::de::Error) -> TableError {
    TableError::Format { table, message: error.to_string().trim_end().to_owned() }
}

/// `kept`, `patience`, and all other members, which are roles.
type SplitRoles = (BTreeSet<String>, BTreeMap<String, u32>, BTreeMap<String, WrittenRole>);

fn split_roles(text: &str) -> Result<SplitRoles, TableError> {
    let error = |error| format_error("roles.toml", &error);
    let mut table: toml::Table = toml::from_str(text).map_err(error)?;
    let kept = table.remove("kept").map(toml::Value::try_into).transpose().map_err(error)?;
    let patience =
        table.remove("patience").map(toml::Value::try_into).transpose().map_err(error)?;
    let mut roles = BTreeMap::new();
    for (name, row) in table {
        let row = row.try_into().map_err(|error: toml::de::Error| TableError::Format {
            table: "roles.toml",
            message: format!("\"{name}\": {}", error.to_string().trim_end()),
        })?;
        roles.insert(name, row);
    }
    Ok((kept.unwrap_or_default(), patience.unwrap_or_default(), roles))
}

fn function_row(name: &str, row: WrittenFunction) -> Result<FunctionRow, TableError> {
    let read = |member, text: Option<String>, without: &[Piece]| {
        snippet(name, member, text.as_deref(), without)
    };
    use Piece::{Crossing, Parameters, Result as Value};
    Ok(FunctionRow {
        before: read("before", row.before, &[Value, Crossing, Parameters])?,
        usually: read("usually", row.usually, &[Value, Crossing, Parameters])?,
        after: read("after", row.after, &[Crossing, Parameters])?,
        instead: read("instead", row.instead, &[Value, Crossing])?,
        class: row.class,
    })
}

fn role_row(name: &str, row: WrittenRole) -> Result<RoleRow, TableError> {
    let read = |member, text: Option<String>, without: &[Piece]| {
        let read = snippet(name, member, text.as_deref(), without)?;
        check_signature(name, member, read.as_ref())?;
        Ok(read)
    };
    Ok(RoleRow {
        failure: row.failure,
        before: read("before", row.before, &[Piece::Parameters, Piece::Result])?,
        after: read("after", row.after, &[Piece::Parameters])?,
        refused: read("refused", row.refused, &[Piece::Parameters])?,
    })
}

/// Reads a piece of C, in which the holes `without` have no meaning.
fn snippet(
    row: &str,
    member: &'static str,
    text: Option<&str>,
    without: &[Piece],
) -> Result<Option<Snippet>, TableError> {
    let Some(text) = text else { return Ok(None) };
    let snippet = Snippet::parse(text).map_err(|error| TableError::Snippet {
        row: row.to_owned(),
        member,
        error,
    })?;
    match without.iter().find(|piece| snippet.has(piece)) {
        Some(piece) => Err(TableError::Hole { row: row.to_owned(), member, hole: spelt(piece) }),
        None => Ok(Some(snippet)),
    }
}

/// A role that is a signature says how many arguments there are.
fn check_signature(
    role: &str,
    member: &'static str,
    snippet: Option<&Snippet>,
) -> Result<(), TableError> {
    let (Some(snippet), Some(count)) = (snippet, parameter_count(role)) else { return Ok(()) };
    match snippet.parameters().find(|&number| number > count) {
        Some(number) => {
            Err(TableError::Hole { row: role.to_owned(), member, hole: format!("${number}") })
        }
        None => Ok(()),
    }
}

/// How many parameters a signature has; none if the role is no signature.
fn parameter_count(role: &str) -> Option<usize> {
    let (_, list) = role.strip_suffix(')')?.split_once(" (")?;
    if list == "void" {
        return Some(0);
    }
    let mut depth = 0;
    let commas = list.chars().filter(|&character| {
        depth += i32::from(character == '(') - i32::from(character == ')');
        character == ',' && depth == 0
    });
    Some(commas.count() + 1)
}

fn spelt(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Parameter(number) => format!("${number}"),
        Piece::Parameters => "$*".to_owned(),
        Piece::Result => "$R".to_owned(),
        Piece::Domain => "$D".to_owned(),
        Piece::Crossing => "$C".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(functions: &str, roles: &str, expect: &str) {
        let found = Tables::parse(functions, roles).map(|_| ()).map_err(|error| error.to_string());
        assert!(
            found.as_ref().is_err_and(|message| message.contains(expect)),
            "{found:?} does not contain {expect:?}"
        );
    }

    #[test]
    fn those_that_ship_are_right() {
        assert_eq!(Tables::standard().map(|_| ()).map_err(|error| error.to_string()), Ok(()));
    }

    #[test]
    fn rows_are_found_by_name() {
        let functions = "[kfree]\nclass = \"memory\"\nbefore = \"refit_gone($D, $1);\"\n\
                         [udelay]\nclass = \"harmless\"\n";
        let roles = "kept = [\"sk_buff\"]\n[init]\n[\"a.b\"]\nfailure = \"0\"\n";
        let tables = Tables::parse(functions, roles).unwrap();
        assert!(!tables.function("kfree").unwrap().is_direct());
        assert!(tables.function("udelay").unwrap().is_direct());
        assert!(tables.function("kmalloc").is_none());
        assert_eq!(tables.role("a.b").unwrap().failure.as_deref(), Some("0"));
        assert!(tables.role("init").is_some());
        assert!(tables.is_kept("sk_buff") && !tables.is_kept("ifreq"));
    }

    #[test]
    fn wrong_rows_are_errors() {
        check("[f]\n", "", "missing field `class`");
        check("[f]\nclass = \"a\"\nbehind = \"\"\n", "", "unknown field `behind`");
        check("", "[init]\nbehind = \"\"\n", "unknown field `behind`");
        check("", "kept = 3\n", "roles.toml");
    }

    #[test]
    fn holes_must_have_a_meaning() {
        check(
            "[f]\nclass = \"a\"\nbefore = \"g($R)\"\n",
            "",
            "`before` of \"f\": nothing stands for $R",
        );
        check("[f]\nclass = \"a\"\nafter = \"g($C)\"\n", "", "nothing stands for $C");
        check("[f]\nclass = \"a\"\nafter = \"g($?)\"\n", "", "`$?` is no hole");
        check("", "[\"int (void)\"]\nafter = \"g($1)\"\n", "nothing stands for $1");
        check(
            "",
            "[\"int (int, int (*)(int, int))\"]\nafter = \"g($3)\"\n",
            "nothing stands for $3",
        );
    }
}
