//! Build scripts in Groovy, Kotlin, Scala and Swift, read as far as their repositories need.

use super::collect::Collector;
use super::statements::{Dialect, read};
use super::{Frontend, Lowered};
use crate::source::Source;
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Gradle;

impl Frontend for Gradle {
    fn name(&self) -> &'static str {
        "gradle"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        read(&mut out, Dialect { comments: &["//"], bare_dollar: true });
        out.finish()
    }
}
