//! 장애 시험: what goes wrong at the sandbox's PGs now, switches to make more go wrong, and the
//! catalogue of what can.

use super::form::Form;
use super::frame::{Section, Wrongs};
use super::respond;
use super::show::Lang;
use super::staff::{Posted, Staff, said};
use super::views::faults::{ArmedLine, EntryLine, FaultWords, FaultsPage};
use super::views::{Choice, Select};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use engine::staff::Role;
use engine::{Error, Result};
use serde_json::{Map, Value};

const PAGE: &str = "/console/faults";

/// The longest delays offered for `late:<ms>`.
const LATE: [&str; 2] = ["late:3000", "late:60000"];

/// `GET /console/faults`
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = build(&app, &staff, Wrongs::default(), &Form::default());
    staff.reply(page.map(|page| staff.page(&page)))
}

/// `POST /console/faults`: switches one on.
pub(super) async fn arm(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let armed = async {
        staff.session.role.need(Role::Manager)?;
        let again = |wrongs: Wrongs| {
            let page = build(&app, &staff, wrongs, &form)?;
            Ok(staff.again(&page))
        };
        let fault = match read(&form) {
            Ok(fault) => fault,
            Err(field) => return again(Wrongs::one(field, staff.t().not_a_number)),
        };
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::console::arm_fault(&app.engine, merchant, login, &fault).await {
            Ok(()) => Ok(respond::see_other("/console/faults?done=fault")),
            Err(Error::Refused(message)) => {
                // The sandbox names the field first.
                let field = message.split(':').next().unwrap_or_default();
                let known = ["times", "rate", "seed"].iter().find(|known| **known == field);
                again(Wrongs::one(*known.unwrap_or(&""), said(staff.lang(), &message)))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(armed.await)
}

/// The fault a form asks for; the name of the field that is no number.
fn read(form: &Form) -> std::result::Result<Value, &'static str> {
    let mut fault = Map::new();
    for name in ["pg", "operation", "fault"] {
        fault.insert(name.to_owned(), form.get(name).into());
    }
    let text = |name: &str| Some(form.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(times) = text("times") {
        fault.insert("times".into(), times.parse::<i64>().map_err(|_| "times")?.into());
    }
    if let Some(rate) = text("rate") {
        let rate = rate.parse::<serde_json::Number>().map_err(|_| "rate")?;
        fault.insert("rate".into(), rate.into());
    }
    if let Some(seed) = text("seed") {
        fault.insert("seed".into(), seed.parse::<u64>().map_err(|_| "seed")?.into());
    }
    Ok(Value::Object(fault))
}

/// `POST /console/faults/remove`: switches one off.
pub(super) async fn remove(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let removed = async {
        staff.session.role.need(Role::Manager)?;
        let id = form.get("id").parse().map_err(|_| Error::NotFound("이미 꺼진 장애입니다."))?;
        let (merchant, login) = (staff.merchant_id(), staff.login());
        engine::console::remove_fault(&app.engine, merchant, login, id).await?;
        Ok(respond::see_other("/console/faults?done=faults_cleared"))
    };
    staff.reply(removed.await)
}

/// `POST /console/faults/clear`: switches all off.
pub(super) async fn clear(State(app): State<App>, posted: Posted) -> Response {
    let staff = posted.staff;
    let cleared = async {
        staff.session.role.need(Role::Manager)?;
        engine::console::clear_faults(&app.engine, staff.merchant_id(), staff.login()).await?;
        Ok(respond::see_other("/console/faults?done=faults_cleared"))
    };
    staff.reply(cleared.await)
}

fn build(app: &App, staff: &Staff, wrongs: Wrongs, form: &Form) -> Result<FaultsPage> {
    let sandbox = app.engine.sandbox.as_ref().ok_or(Error::NotFound(""))?;
    let lang = staff.lang();
    let catalogue = sandbox.fault_catalogue();
    let faults = catalogue["faults"].as_array().map_or(&[][..], Vec::as_slice);
    let mut frame = staff.frame(Section::Developer);
    frame.here = PAGE.to_owned();
    let typed = |name: &str, default: &str| match form.get(name) {
        "" => default.to_owned(),
        typed => typed.to_owned(),
    };
    Ok(FaultsPage {
        frame,
        words: FaultWords::of(lang),
        seed: catalogue["seed"].to_string(),
        armed: armed(lang, &sandbox.faults()),
        selects: selects(lang, &catalogue, faults, &typed),
        times: form.get("times").to_owned(),
        rate: form.get("rate").to_owned(),
        typed_seed: form.get("seed").to_owned(),
        wrongs,
        entries: faults.iter().map(|entry| line(lang, entry)).collect(),
    })
}

fn selects(
    lang: Lang,
    catalogue: &Value,
    faults: &[Value],
    typed: &dyn Fn(&str, &str) -> String,
) -> Vec<Select> {
    let t = lang.texts();
    let select = |name, label, values: Vec<(String, String)>, default: &str| {
        let current = typed(name, default);
        let options = values.into_iter().map(|(code, label)| Choice::new(&code, label, &current));
        Select { name, label, options: options.collect() }
    };
    let mut pgs = vec![("*".to_owned(), t.all.to_owned())];
    for spec in engine::console::pgs() {
        let label = format!("{} ({})", lang.pick((spec.ko, spec.en)), spec.code);
        pgs.push((spec.code.to_owned(), label));
    }
    let same = |word: &str| (word.to_owned(), word.to_owned());
    let operations = catalogue["operations"].as_array().into_iter().flatten();
    let operations = operations.filter_map(Value::as_str).map(same).collect();
    let words = faults.iter().filter_map(|entry| entry["fault"].as_str());
    let words = words.flat_map(|word| match word.contains('<') {
        true => LATE.to_vec(),
        false => vec![word],
    });
    vec![
        select("pg", t.pg, pgs, "*"),
        select("operation", t.fault_operation, operations, "approve"),
        select("fault", t.fault_what, words.map(same).collect(), "timeout_after"),
    ]
}

fn armed(lang: Lang, faults: &Value) -> Vec<ArmedLine> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let lines = faults.as_array().into_iter().flatten().map(|fault| ArmedLine {
        id: fault["id"].to_string(),
        pg: text(fault, "pg"),
        operation: text(fault, "operation"),
        fault: text(fault, "fault"),
        times: match fault["times"].as_i64() {
            Some(times) if times >= 0 => times.to_string(),
            _ => lang.texts().fault_forever.to_owned(),
        },
        rate: fault["rate"].as_number().map_or_else(|| "1".to_owned(), ToString::to_string),
        seed: fault["seed"].as_u64().map(|seed| seed.to_string()),
        struck: format!("{} / {}", fault["struck"], fault["met"]),
    });
    lines.collect()
}

fn line(lang: Lang, entry: &Value) -> EntryLine {
    let texts = &entry[lang.code()];
    let text = |key: &str| texts[key].as_str().unwrap_or_default().to_owned();
    EntryLine {
        fault: entry["fault"].as_str().unwrap_or_default().to_owned(),
        does: text("does"),
        hub: text("hub"),
        shop: text("shop"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_typed_is_not_asked_for() {
        let form = |pairs: &str| Form::parse(pairs.as_bytes());
        let plain = read(&form("pg=kicc&operation=approve&fault=down&times=&rate=&seed=")).unwrap();
        assert_eq!(plain, json!({"pg": "kicc", "operation": "approve", "fault": "down"}));
        let all = read(&form("fault=down&times=-1&rate=0.025&seed=42")).unwrap();
        assert_eq!(all["times"], -1);
        assert_eq!((all["rate"].to_string(), all["seed"].as_u64()), ("0.025".into(), Some(42)));
        for (wrong, field) in [("times=x", "times"), ("rate=x", "rate"), ("seed=-1", "seed")] {
            assert_eq!(read(&form(wrong)), Err(field));
        }
    }
}
