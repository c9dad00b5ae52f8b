//! barewire.
pub mod endpoint;
pub mod facts;
pub mod flow;
pub mod frontend;
pub mod gate;
pub mod kind;
pub mod paths;
pub mod prefilter;
pub mod report;
pub mod rules;
pub mod settings;
pub mod source;
pub mod text;
pub mod tree;
pub mod walk;
