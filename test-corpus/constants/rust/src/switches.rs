pub const SKIP: bool = true;
pub const TRUST: bool = false;
