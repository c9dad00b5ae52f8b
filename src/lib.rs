//! barewire finds insecure communications: connections that carry data unencrypted, or encrypted to whoever answers.
//!
//! # The map
//!
//! ```text
//! paths -> walk -> source -> prefilter -> frontend -> tree | settings -> flow -> facts -> judge -> report -> gate -> output
//! ```
//!
//! - [`walk`] finds and reads files, [`kind`] says what each is, [`source`] holds its text and lines.
//! - [`filter`] and [`prefilter`] decide which files are worth parsing, from words that [`rules`] imply.
//! - [`frontend`] parses one language or format each, into the [`tree`] (code) or [`settings`] (configuration).
//! - [`commands`] says what the words of command text mean, by what [`rules`] know of programs.
//! - [`charts`] fills templates of settings with the defaults of the chart that they belong to.
//! - [`manifests`] reads which [`versions`] of which packages a project uses.
//! - [`flow`] finds out what values are and writes down [`facts`]; [`endpoint`] judges every string that names a connection.
//! - [`judge`] asks the models of [`rules`] about facts and settings; the answers are a [`report`].
//! - [`map`] joins what the report says of connections: who talks to whom, and what protects the wire.
//! - [`gate`] decides what of it is shown, [`output`] how it looks. [`scan`] runs the stages, [`cli`] is the program.
//! - [`config`] is what the user's `barewire.yml` and the command line say of all this.
//! - [`knowledge`] is what `build.rs` compiled from the folder `rules/`, [`count`] how much that is.
//!
//! # Invariants
//!
//! - Parsers are named in [`frontend`] and nowhere else; only [`walk`], [`git`] and [`cli`] touch the file system, other programs
//!   and the environment.
//! - No rule id, library, host or language is named in [`flow`], [`judge`] or [`endpoint`]: that is data.
//! - A front-end never fails. What it cannot understand is a [`tree::Problem`], counted and reported.
//! - Depth, size and time are bounded on every input; what was given up is said.
//! - The same input gives the same bytes, whatever the number of threads.

pub mod charts;
pub mod checks;
pub mod cli;
pub mod commands;
pub mod config;
pub mod count;
pub mod endpoint;
pub mod explain;
pub mod facts;
pub mod filter;
pub mod flow;
pub mod frontend;
pub mod gate;
pub mod git;
pub mod grades;
pub mod judge;
pub mod kind;
pub mod knowledge;
pub mod manifests;
pub mod map;
pub mod nearest;
pub mod output;
pub mod paths;
pub mod prefilter;
pub mod report;
pub mod rules;
pub mod scan;
pub mod settings;
pub mod source;
pub mod text;
pub mod tree;
pub mod versions;
pub mod walk;
