//! The form of one channel: out of the PG's facts, what is stored, and what was typed.

use super::form::Form;
use super::frame::{Wrong, Wrongs};
use super::show::{Lang, fill};
use super::views::Choice;
use super::views::channels::{ChannelForm, Input};
use engine::Engine;
use engine::channels::Channel;
use engine::rows::{Field, Spec};

/// Before the engine's key in names and ids of inputs, so that no key meets another input's.
pub(super) const FIELD: &str = "f-";

/// Before the code of a certifier where a form names it: some are a PG's code too.
const CERTIFIER: &str = "certification:";

/// What a form names: facts, and whether it verifies people.
pub(super) fn chosen(key: &str) -> Option<(&'static Spec, bool)> {
    match key.strip_prefix(CERTIFIER) {
        Some(code) => engine::console::certifier(code).map(|spec| (spec, true)),
        None => engine::console::pg(key).map(|spec| (spec, false)),
    }
}

fn key(spec: &Spec, certifies: bool) -> String {
    format!("{}{}", if certifies { CERTIFIER } else { "" }, spec.code)
}

/// The form for a new channel of this PG or certifier, or of the first PG if there is none such.
/// `None` if this program has no PG at all.
pub(super) fn new(engine: &Engine, lang: Lang, named: &str) -> Option<ChannelForm> {
    let pgs = engine::console::pgs();
    let (spec, certifies) = chosen(named).or_else(|| pgs.first().map(|first| (*first, false)))?;
    let here = key(spec, certifies);
    let certifiers = engine::console::certifiers().into_iter().map(|spec| (spec, true));
    let choices = pgs.into_iter().map(|spec| (spec, false)).chain(certifiers);
    let choices = choices.map(|(spec, certifies)| {
        Choice::new(&key(spec, certifies), lang.pick((spec.ko, spec.en)), &here)
    });
    let (inputs, more) = split(spec.fields.iter().map(|field| input(lang, field, "")));
    Some(ChannelForm {
        more_open: false,
        more,
        notice_url: engine::console::notice_url(engine, spec.code).filter(|_| !certifies),
        id: None,
        action: "/console/channels".to_owned(),
        wrongs: Wrongs::default(),
        pgs: choices.collect(),
        pg: here,
        pg_name: lang.pick((spec.ko, spec.en)).to_owned(),
        note: lang.pick(spec.note).to_owned(),
        test: true,
        test_note: test_note(lang, spec, certifies),
        certifies,
        test_only: spec.sandbox_only,
        inputs,
        name: String::new(),
        key: None,
        is_default: false,
        check: None,
    })
}

/// The form of a stored channel. Secrets are shown masked and never sent.
pub(super) fn stored(engine: &Engine, lang: Lang, channel: &Channel) -> ChannelForm {
    let row = &channel.row;
    let spec = channel.spec;
    let shown = |field: &Field| {
        let value = channel.values.iter().find(|value| value.field.key == field.key);
        value.map_or("", |value| value.shown.as_str())
    };
    let fields = spec.map_or(&[][..], |spec| spec.fields).iter();
    let (inputs, more) = split(fields.map(|field| input(lang, field, shown(field))));
    let name = spec.map_or(row.pg.as_str(), |spec| lang.pick((spec.ko, spec.en)));
    ChannelForm {
        more_open: more.iter().any(|input| !input.value.is_empty()),
        more,
        notice_url: engine::console::notice_url(engine, &row.pg).filter(|_| row.is_payment()),
        id: Some(row.id),
        action: format!("/console/channels/{}", row.id),
        wrongs: match channel.broken {
            true => Wrongs::one("", lang.texts().broken),
            false => Wrongs::default(),
        },
        pgs: Vec::new(),
        pg: row.pg.clone(),
        pg_name: name.to_owned(),
        note: spec.map_or("", |spec| lang.pick(spec.note)).to_owned(),
        test: row.is_test(),
        test_note: spec.map(|spec| test_note(lang, spec, !row.is_payment())).unwrap_or_default(),
        certifies: !row.is_payment(),
        test_only: spec.is_some_and(|spec| spec.sandbox_only),
        inputs,
        name: row.name.clone(),
        key: Some(row.channel_key.clone()),
        is_default: channel.is_default,
        check: None,
    }
}

/// The form with what was typed and what is wrong with it. Typed secrets are not sent back: they
/// would end in the browser's cache of pages.
pub(super) fn typed(
    lang: Lang,
    mut form: ChannelForm,
    typed: &Form,
    wrongs: Wrongs,
) -> ChannelForm {
    let again = lang.texts().secret_again;
    form.test = form.test_only || typed.get("mode") != "live";
    form.name = typed.get("name").to_owned();
    for input in form.inputs.iter_mut().chain(&mut form.more) {
        input.wrong = wrongs.of(&input.id).map(str::to_owned);
        let value = typed.get(&input.id);
        if !input.secret {
            value.clone_into(&mut input.value);
        } else if !value.is_empty() && input.wrong.is_none() {
            input.wrong = Some(again.to_owned());
        }
    }
    form.more_open = form.more.iter().any(|input| input.wrong.is_some() || !input.value.is_empty());
    form.wrongs = wrongs;
    form
}

/// What a contract comes with, and what hardly anybody needs: plain values with a good default.
fn split(inputs: impl Iterator<Item = Input>) -> (Vec<Input>, Vec<Input>) {
    inputs.partition(|input| input.required || input.secret)
}

/// Every required input that is neither stored nor typed: all are said at once.
pub(super) fn missing(lang: Lang, form: &ChannelForm, typed: &Form) -> Wrongs {
    let required = form.inputs.iter().filter(|input| input.required);
    let empty = required.filter(|input| {
        typed.get(&input.id).is_empty() && (!input.secret || input.stored.is_empty())
    });
    let text = |input: &Input| fill(lang.texts().missing, &[&input.label]);
    Wrongs(empty.map(|input| Wrong { field: input.id.clone(), text: text(input) }).collect())
}

fn input(lang: Lang, field: &Field, shown: &str) -> Input {
    let (value, stored) = if field.secret { ("", shown) } else { (shown, "") };
    Input {
        id: format!("{FIELD}{}", field.key),
        label: lang.pick((field.ko, field.en)).to_owned(),
        value: value.to_owned(),
        stored: stored.to_owned(),
        help: lang.pick(field.help).to_owned(),
        secret: field.secret,
        required: field.required,
        max: field.max,
        wrong: None,
    }
}

fn test_note(lang: Lang, spec: &Spec, certifies: bool) -> String {
    let t = lang.texts();
    fill(
        if certifies { t.test_certifier } else { t.test_mid },
        &[spec.test_credentials().get("mid")],
    )
}
