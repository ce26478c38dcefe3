//! What handlers are given: who calls and what they sent.

pub mod body;
pub mod form;
pub mod merchant;
pub mod path;
pub mod refusal;

pub use body::Fields;
pub use merchant::Merchant;
pub use path::{One, Two};
pub use refusal::Refusal;
