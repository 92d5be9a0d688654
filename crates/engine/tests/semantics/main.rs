//! What rules mean, case by case: the rule, a piece of C, and what comes out.

mod paths;
mod run;
mod terms;
