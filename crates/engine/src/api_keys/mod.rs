//! API keys and access tokens (V1 behaviour §1).

pub mod authenticate;
pub mod get_token;
pub mod issue;
pub mod list;
pub mod reissue;
pub mod revoke;

pub use authenticate::{MerchantAuth, authenticate};
pub use get_token::{GetToken, get_token};
pub use issue::{IssueKey, Issued, issue};
pub use list::{Key, list};
pub use reissue::reissue;
pub use revoke::revoke;
