//! Flow: what the values of a program are, as far as that can be known without running it.
//!
//! The same code for every language: it walks the [`crate::tree`], forward and bounded, and writes down
//! [`crate::facts`]. What it gives up on is [`value::Value::Unknown`], never a guess.

mod compute;
pub mod eval;
pub mod known;
pub mod project;
pub mod shape;
pub(crate) mod text;
pub mod value;
