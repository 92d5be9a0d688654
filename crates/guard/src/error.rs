//! Why a driver cannot be guarded.

use std::fmt;

/// Why a driver cannot be guarded; each tells what it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GuardError {
    /// A member is no object file that is understood.
    Object {
        /// The member.
        member: String,
        /// What is wrong with it.
        message: String,
    },
    /// A member holds data for each processor, which has no address that could be guarded.
    PerCpu {
        /// The member.
        member: String,
    },
    /// The driver exports functions to other modules, which would call them without a guard.
    Exports {
        /// What it exports.
        symbols: Vec<String>,
    },
    /// The address of a function is taken of which no definition was found in the C source.
    NoDefinition {
        /// The function.
        function: String,
        /// The member that it is in.
        member: String,
    },
    /// A function has more parameters than processor registers pass.
    TooManyParameters {
        /// The function.
        function: String,
        /// How many it has.
        count: usize,
    },
    /// A function has variable arguments.
    VariableArguments {
        /// The function.
        function: String,
    },
    /// A function takes or returns a struct by value that only the driver's own files define.
    OwnStruct {
        /// The function.
        function: String,
    },
    /// A kernel function of the tables is called, and no header declares it.
    NoPrototype {
        /// The function.
        function: String,
    },
    /// A row of the tables does not fit the function that it is for.
    Row {
        /// The row.
        row: String,
        /// The function.
        function: String,
        /// What is wrong.
        message: String,
    },
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GuardError::Object { member, message } => write!(f, "{member}: {message}"),
            GuardError::PerCpu { member } => write!(
                f,
                "{member} has variables for each processor (DEFINE_PER_CPU), which a guarded module cannot have yet"
            ),
            GuardError::Exports { symbols } => write!(
                f,
                "the driver exports {} to other modules, which would call it without a guard",
                symbols.join(", ")
            ),
            GuardError::NoDefinition { function, member } => write!(
                f,
                "the kernel may call {function} of {member}, which has no definition in C that is understood"
            ),
            GuardError::TooManyParameters { function, count } => write!(
                f,
                "the kernel may call {function}, which has {count} parameters; a function with more than six cannot be wrapped"
            ),
            GuardError::VariableArguments { function } => write!(
                f,
                "the kernel may call {function}, which takes variable arguments and cannot be wrapped"
            ),
            GuardError::OwnStruct { function } => write!(
                f,
                "the kernel may call {function}, which takes or returns a struct of the driver's by value and cannot be wrapped"
            ),
            GuardError::NoPrototype { function } => write!(
                f,
                "the driver calls {function}, which the tables know and no header of the kernel declares"
            ),
            GuardError::Row { row, function, message } => {
                write!(f, "the row \"{row}\" of the tables does not fit {function}: {message}")
            }
        }
    }
}

impl std::error::Error for GuardError {}
