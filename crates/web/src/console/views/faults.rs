//! 장애 시험: the faults in force, a form for more, and the catalogue.

use super::super::frame::{Frame, Wrongs};
use super::super::show::Lang;
use super::Select;
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/faults.html")]
pub(crate) struct FaultsPage {
    pub(crate) frame: Frame,
    pub(crate) words: FaultWords,
    /// What faults without a seed of their own follow from.
    pub(crate) seed: String,
    pub(crate) armed: Vec<ArmedLine>,
    pub(crate) selects: Vec<Select>,
    /// As typed.
    pub(crate) times: String,
    pub(crate) rate: String,
    pub(crate) typed_seed: String,
    pub(crate) wrongs: Wrongs,
    pub(crate) entries: Vec<EntryLine>,
}

/// A fault in force.
pub(crate) struct ArmedLine {
    pub(crate) id: String,
    pub(crate) pg: String,
    pub(crate) operation: String,
    pub(crate) fault: String,
    pub(crate) times: String,
    pub(crate) rate: String,
    /// With a rate.
    pub(crate) seed: Option<String>,
    /// How many it struck of how many it met.
    pub(crate) struck: String,
}

/// A fault of the catalogue.
pub(crate) struct EntryLine {
    pub(crate) fault: String,
    pub(crate) does: String,
    pub(crate) hub: String,
    pub(crate) shop: String,
}

/// The page's own words.
pub(crate) struct FaultWords {
    pub(crate) active: &'static str,
    pub(crate) seed_help: &'static str,
    pub(crate) off: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) rate_hint: &'static str,
    pub(crate) times_hint: &'static str,
    pub(crate) seed: &'static str,
    pub(crate) seed_hint: &'static str,
    pub(crate) struck: &'static str,
    pub(crate) down_title: &'static str,
    pub(crate) down_help: &'static str,
    pub(crate) down: &'static str,
    pub(crate) catalogue: &'static str,
    pub(crate) does: &'static str,
    pub(crate) hub: &'static str,
    pub(crate) shop: &'static str,
}

impl FaultWords {
    /// In a language.
    pub(crate) fn of(lang: Lang) -> Self {
        Self {
            active: lang.pick(("걸려 있는 장애", "Faults in force")),
            seed_help: lang.pick((
                "샌드박스 시드. 같은 시드와 같은 요청 순서는 같은 장애를 다시 냅니다.",
                "The sandbox's seed: the same seed and the same requests bring the same faults.",
            )),
            off: lang.pick(("끄기", "Off")),
            rate: lang.pick(("비율 (0~1)", "Rate (0 to 1)")),
            rate_hint: lang.pick(("비우면 모든 요청", "Empty: every request")),
            times_hint: lang.pick((
                "비우면 한 번, 비율이 있으면 계속. -1은 계속",
                "Empty: once, or for ever with a rate. -1: for ever",
            )),
            seed: lang.pick(("시드", "Seed")),
            seed_hint: lang.pick((
                "비율과 함께. 비우면 샌드박스 시드에서 정해집니다",
                "With a rate. Empty: follows from the sandbox's seed",
            )),
            struck: lang.pick(("발생 / 요청", "Struck / met")),
            down_title: lang.pick(("PG사 전체 중단", "A PG is down")),
            down_help: lang.pick((
                "끌 때까지 이 PG사의 모든 요청이 응답 없이 끊깁니다.",
                "Every request to it is cut off until you switch it off.",
            )),
            down: lang.pick(("중단시키기", "Take it down")),
            catalogue: lang.pick(("장애 목록", "Catalogue")),
            does: lang.pick(("무슨 일이 생기나", "What happens")),
            hub: lang.pick(("이음이 하는 일", "What the hub does")),
            shop: lang.pick(("쇼핑몰이 보는 것", "What the shop sees")),
        }
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::Choice;
    use super::super::sample::EVIL;
    use super::*;

    pub(crate) fn pages(lang: Lang) -> Vec<FaultsPage> {
        let t = lang.texts();
        let select = |name, label| Select {
            name,
            label,
            options: vec![Choice::new("*", EVIL, "*"), Choice::new("kicc", "KICC", "*")],
        };
        let armed = |seed: Option<&str>| ArmedLine {
            id: "3".to_owned(),
            pg: "*".to_owned(),
            operation: "approve".to_owned(),
            fault: EVIL.to_owned(),
            times: t.fault_forever.to_owned(),
            rate: "0.025".to_owned(),
            seed: seed.map(str::to_owned),
            struck: "1 / 40".to_owned(),
        };
        let page = |busy: bool| FaultsPage {
            frame: Frame::sample(lang, Section::Developer),
            words: FaultWords::of(lang),
            seed: "7".to_owned(),
            armed: if busy { vec![armed(Some("42")), armed(None)] } else { Vec::new() },
            selects: vec![
                select("pg", t.pg),
                select("operation", t.fault_operation),
                select("fault", t.fault_what),
            ],
            times: EVIL.to_owned(),
            rate: EVIL.to_owned(),
            typed_seed: EVIL.to_owned(),
            wrongs: if busy { Wrongs::one("rate", EVIL) } else { Wrongs::default() },
            entries: vec![EntryLine {
                fault: "timeout_after".to_owned(),
                does: EVIL.to_owned(),
                hub: EVIL.to_owned(),
                shop: EVIL.to_owned(),
            }],
        };
        vec![page(true), page(false)]
    }
}
