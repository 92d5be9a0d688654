//! What rules mean, case by case: the rule, a piece of C, and what comes out.

mod attributes;
mod environments;
mod paths;
mod run;
mod terms;
