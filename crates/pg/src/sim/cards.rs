//! Cards to test with: what simulators that take card numbers know of them. A number is looked at
//! once and never kept.

use serde::{Deserialize, Serialize};

/// What becomes of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plan {
    /// Every charge is approved.
    Approve,
    /// No key is issued.
    NoKey,
    /// A key is issued; every charge is refused, as of a card over its limit.
    Limit,
    /// A key is issued; every charge is approved and its answer never comes.
    Silence,
}

impl Plan {
    /// The word the console and the API know it by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::NoKey => "no_key",
            Self::Limit => "limit",
            Self::Silence => "silence",
        }
    }
}

/// A card for testing.
#[derive(Clone, Copy, Debug)]
pub struct TestCard {
    /// The number, digits only.
    pub number: &'static str,
    /// What becomes of it.
    pub plan: Plan,
}

/// The cards to test with, for the console and the docs. Any other number that passes the Luhn
/// check is approved as well; with [`super::SimCx::any_card`], any at all.
pub const TEST_CARDS: &[TestCard] = &[
    TestCard { number: "4111111111111111", plan: Plan::Approve },
    TestCard { number: "5555555555554444", plan: Plan::Approve },
    TestCard { number: "9490000000000016", plan: Plan::Approve },
    TestCard { number: "4000000000000002", plan: Plan::NoKey },
    TestCard { number: "4000000000000341", plan: Plan::Limit },
    TestCard { number: "4000000000000119", plan: Plan::Silence },
];

/// What becomes of a number of digits; `None` if it is no card's. `any` takes what fails the check
/// digit too: all numbers V1's documents print do.
#[must_use]
pub fn plan_of(number: &str, any: bool) -> Option<Plan> {
    if !any && !luhn(number) {
        return None;
    }
    let known = TEST_CARDS.iter().find(|card| card.number == number);
    Some(known.map_or(Plan::Approve, |card| card.plan))
}

fn luhn(number: &str) -> bool {
    let digits = number.bytes().rev().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let weighed = digits.enumerate().map(|(index, digit)| match (index % 2, digit * 2) {
        (0, _) => digit,
        (_, double) if double > 9 => double - 9,
        (_, double) => double,
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_cards_pass_the_check_and_have_their_plans() {
        for card in TEST_CARDS {
            assert_eq!(plan_of(card.number, false), Some(card.plan), "{}", card.number);
            assert_eq!(plan_of(card.number, true), Some(card.plan), "{}", card.number);
        }
        assert_eq!(plan_of("378282246310005", false), Some(Plan::Approve), "any other good one");
    }

    #[test]
    fn numbers_of_the_documents_are_no_cards_unless_any_is_taken() {
        assert_eq!(plan_of("4092023012341234", false), None);
        assert_eq!(plan_of("4092023012341234", true), Some(Plan::Approve));
    }
}
