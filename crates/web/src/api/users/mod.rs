//! `/users`: tokens, and the merchant's PG settings.

pub mod get_token;
pub mod pg;
