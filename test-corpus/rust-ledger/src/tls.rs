//! The TLS library that the ledger was built with.

pub use boring::ssl;
