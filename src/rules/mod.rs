pub mod model;
pub mod raw;
