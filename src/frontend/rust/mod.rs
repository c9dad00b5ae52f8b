//! Rust, parsed by `syn`.
//!
//! `syn` takes a file as a whole or not at all, and recurses as deep as the text nests. So the text is first made
//! harmless ([`prepare`]), then parsed on a thread with a large stack, and where the whole does not parse its parts are
//! taken one by one ([`recover`]). That thread's end also frees the copy of the text that `proc-macro2` keeps for spans.

mod attributes;
mod expressions;
mod imports;
mod items;
mod lexer;
mod literals;
mod lower;
mod macros;
mod patterns;
mod prepare;
mod recover;
mod statements;
#[cfg(test)]
mod tests;
mod types;

use super::{Frontend, Lowered};
use crate::source::{Source, Span};
use crate::tree::{Problem, ProblemKind, Tree};
use lower::Lowerer;
use prepare::Prepared;

/// The front-end for Rust.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rust;

/// Bytes of stack for one file: [`prepare`] bounds the nesting so that this is plenty, also unoptimised.
const STACK: usize = 64 << 20;

impl Frontend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let text = source.text();
        let (tree, problems) = on_large_stack(|| lower(text)).unwrap_or_else(|| strings_only(text));
        (Lowered::Code(tree), problems)
    }
}

/// Runs `work` on a thread of its own; `None` where there is no such thread or the parser panicked.
fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("rust".into()).stack_size(STACK);
        builder.spawn_scoped(scope, work).ok()?.join().ok()
    })
}

fn lower(text: &str) -> (Tree, Vec<Problem>) {
    let Prepared { tokens, offset, strings, problems } = prepare::prepare(text);
    let mut lowerer = Lowerer::new(text, offset, problems);
    match tokens {
        Some(tokens) => match syn::parse2::<syn::File>(tokens.clone()) {
            Ok(file) => lowerer.file(&file),
            Err(error) => lowerer.broken_file(tokens, &error),
        },
        None => lowerer.loose_strings(&strings),
    }
    lowerer.finish()
}

/// What is left where nothing else works: the string literals.
fn strings_only(text: &str) -> (Tree, Vec<Problem>) {
    let problem = Problem {
        kind: ProblemKind::GaveUp,
        message: "the parser failed; only string literals were looked at".into(),
        span: None,
    };
    let mut lowerer = Lowerer::new(text, 0, vec![problem]);
    let strings: Vec<Span> = lexer::scan(text, 0).strings;
    lowerer.loose_strings(&strings);
    lowerer.finish()
}
