//! Subcommands, a file each.

pub(crate) mod backup;
pub(crate) mod db;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod ledger;
pub(crate) mod merchant;
pub(crate) mod reconcile;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod try_;
