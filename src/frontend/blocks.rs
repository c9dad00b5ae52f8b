//! Files of nested blocks with `#` comments: server files in braces, HOCON, Ruby's and Starlark's lists of dependencies.

use super::collect::Collector;
use super::statements::{Dialect, read};
use super::{Frontend, Lowered};
use crate::source::Source;
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Blocks;

impl Frontend for Blocks {
    fn name(&self) -> &'static str {
        "blocks"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        read(&mut out, Dialect { comments: &["#", "//"], bare_dollar: false });
        out.finish()
    }
}
