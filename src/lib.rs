//! barewire.
pub mod endpoint;
pub mod facts;
pub mod flow;
pub mod frontend;
pub mod report;
pub mod rules;
pub mod settings;
pub mod source;
pub mod text;
pub mod tree;
