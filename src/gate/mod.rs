//! What is shown and what fails the run.
pub mod suppress;
