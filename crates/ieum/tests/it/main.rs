//! The whole hub, each test on both databases: first in process with a clock and wires the test
//! holds, then the real program, killed where it hurts.
#![expect(clippy::unwrap_used, reason = "tests")]

mod account_changes;
mod accounts;
mod away;
mod billing;
mod cancels;
mod certifications;
mod commands;
mod crash;
mod cvs;
mod escrow;
mod flows;
mod hooks;
mod ledger;
mod lost;
mod moves;
mod naver;
mod orders;
mod partners;
mod program;
mod purses;
mod races;
mod receipts;
mod reconcile;
mod refusals;
mod sandbox_only;
mod silent;
mod single;
mod tiers;
mod travel;
mod vaults;
mod vbank;
mod ways;
mod year;
