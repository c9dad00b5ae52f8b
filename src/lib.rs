//! barewire.
pub mod checks;
pub mod endpoint;
pub mod explain;
pub mod frontend;
pub mod output;
pub mod report;
pub mod settings;
pub mod source;
pub mod text;
pub mod tree;
