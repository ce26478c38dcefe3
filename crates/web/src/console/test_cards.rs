//! Card numbers to test with, on the developers' page.

use super::show::{Lang, fill};
use super::views::developer::{CardLine, CardsPart};
use engine::console;
use serde_json::Value;

/// What the sandbox says of its cards, in words.
pub(super) fn part(lang: Lang, said: &Value) -> CardsPart {
    let t = lang.texts();
    let list = |key: &str| said[key].as_array().map_or(&[][..], Vec::as_slice);
    let cards = list("cards").iter().map(|card| CardLine {
        number: grouped(card["number"].as_str().unwrap_or_default()),
        becomes: match card["plan"].as_str() {
            Some("no_key") => t.card_no_key,
            Some("limit") => t.card_limit,
            Some("silence") => t.card_silence,
            _ => t.card_approve,
        },
    });
    let pgs = list("pgs").iter().filter_map(|code| console::pg(code.as_str()?));
    let pgs: Vec<&str> = pgs.map(|pg| lang.pick((pg.ko, pg.en))).collect();
    CardsPart {
        help: fill(t.cards_help, &[&pgs.join(", ")]),
        others: if said["any"] == true { t.cards_any } else { t.cards_checked },
        cards: cards.collect(),
    }
}

/// Groups of four, as cards show them.
fn grouped(number: &str) -> String {
    let mut text = String::new();
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_plan_has_its_words() {
        let plans = ["approve", "no_key", "limit", "silence"];
        let cards = plans.map(|plan| json!({ "number": "4111111111111111", "plan": plan }));
        let part = part(Lang::En, &json!({ "any": false, "cards": cards, "pgs": ["nobody"] }));
        let t = Lang::En.texts();
        let words: Vec<&str> = part.cards.iter().map(|card| card.becomes).collect();
        assert_eq!(words, [t.card_approve, t.card_no_key, t.card_limit, t.card_silence]);
        assert_eq!(part.cards[0].number, "4111-1111-1111-1111");
        assert_eq!(part.others, t.cards_checked);
    }

    #[test]
    fn a_sandbox_that_takes_any_card_says_so() {
        let part = part(Lang::Ko, &json!({ "any": true, "cards": [], "pgs": [] }));
        assert_eq!(part.others, Lang::Ko.texts().cards_any);
        assert_eq!(grouped("378282246310005"), "3782-8224-6310-005");
    }
}
