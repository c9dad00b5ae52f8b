//! Erlang terms: `{key, value}` tuples in lists, with `%` comments.

use super::collect::Collector;
use super::statements::{Dialect, read};
use super::{Frontend, Lowered};
use crate::source::Source;
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Erlang;

impl Frontend for Erlang {
    fn name(&self) -> &'static str {
        "erlang"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        read(&mut out, Dialect { comments: &["%"], bare_dollar: false });
        out.finish()
    }
}
