//! PG 설정: the list, adding, changing, checking, the default, deleting.

use super::channel_form::{self as form, FIELD};
use super::form::Form;
use super::frame::{Frame, Section, Wrongs};
use super::show::{Lang, fill};
use super::staff::{Posted, Staff, said};
use super::views::channels::{
    ChannelDeletePage, ChannelForm, ChannelGroup, ChannelLine, ChannelsPage, CheckResult, CheckStep,
};
use super::{respond, words};
use crate::App;
use axum::extract::{Path, State};
use axum::response::Response;
use engine::channels::{AddChannel, Channel, Check, UpdateChannel};
use engine::rows::Spec;
use engine::staff::Role;
use engine::{Error, Mode, Result};
use std::collections::BTreeMap;

/// `GET /console/channels`: the default channel's form, or how to get the first one.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = async {
        let all = engine::channels::list(&app.engine, staff.merchant_id()).await?;
        let first = all.iter().find(|channel| channel.is_default).or(all.first());
        let form = first.map(|channel| form::stored(&app.engine, staff.lang(), channel));
        Ok(staff.page(&build(&staff, &all, form)))
    };
    staff.reply(page.await)
}

/// `GET /console/channels/new?pg=`
pub(super) async fn new(State(app): State<App>, staff: Staff) -> Response {
    let page = async {
        staff.session.role.need(Role::Owner)?;
        let all = engine::channels::list(&app.engine, staff.merchant_id()).await?;
        let form = form::new(&app.engine, staff.lang(), staff.visitor.query.get("pg"));
        Ok(staff.page(&build(&staff, &all, form)))
    };
    staff.reply(page.await)
}

/// `GET /console/channels/{id}`
pub(super) async fn one(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> Response {
    let page = async {
        let (all, channel) = find(&app, &staff, &id).await?;
        let form = form::stored(&app.engine, staff.lang(), &all[channel]);
        Ok(staff.page(&build(&staff, &all, Some(form))))
    };
    staff.reply(page.await)
}

/// All channels, and the place of the one with this number among them.
async fn find(app: &App, staff: &Staff, id: &str) -> Result<(Vec<Channel>, usize)> {
    let all = engine::channels::list(&app.engine, staff.merchant_id()).await?;
    let id = id.parse::<i64>().ok();
    let place = all.iter().position(|channel| Some(channel.row.id) == id);
    place.map(|place| (all, place)).ok_or(Error::NotFound("없는 PG 설정입니다."))
}

/// `POST /console/channels`: adds one.
pub(super) async fn add(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form: typed } = posted;
    let added = async {
        staff.session.role.need(Role::Owner)?;
        let chosen = form::chosen(typed.get("pg"));
        let spec = chosen.map(|(spec, _)| spec);
        let new = AddChannel {
            pg: spec.map_or(typed.get("pg"), |spec| spec.code).to_owned(),
            name: typed.get("name").to_owned(),
            mode: mode(&typed),
            fields: fields(&typed, spec),
        };
        let (merchant, login) = (staff.merchant_id(), staff.login());
        let added = match chosen {
            Some((_, true)) => {
                engine::channels::add_certification(&app.engine, merchant, login, new).await
            }
            _ => engine::channels::add(&app.engine, merchant, login, new).await,
        };
        match added {
            Ok(row) => Ok(respond::see_other(&format!("/console/channels/{}?done=saved", row.id))),
            Err(error) => {
                let wrongs = wrongs(staff.lang(), spec, error)?;
                let all = engine::channels::list(&app.engine, merchant).await?;
                let again = form::new(&app.engine, staff.lang(), typed.get("pg"));
                let again = again.map(|again| retry(staff.lang(), again, &typed, wrongs));
                Ok(staff.again(&build(&staff, &all, again)))
            }
        }
    };
    staff.reply(added.await)
}

/// `POST /console/channels/{id}`: changes one.
pub(super) async fn save(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let Posted { staff, form: typed } = posted;
    let saved = async {
        staff.session.role.need(Role::Owner)?;
        let (all, place) = find(&app, &staff, &id).await?;
        let (row, spec) = (&all[place].row, all[place].spec);
        let new = UpdateChannel {
            id: row.id,
            name: typed.get("name").to_owned(),
            mode: mode(&typed),
            fields: fields(&typed, spec),
        };
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::channels::update(&app.engine, merchant, login, new).await {
            Ok(row) => Ok(respond::see_other(&format!("/console/channels/{}?done=saved", row.id))),
            Err(error) => {
                let wrongs = wrongs(staff.lang(), spec, error)?;
                let again = form::stored(&app.engine, staff.lang(), &all[place]);
                let again = retry(staff.lang(), again, &typed, wrongs);
                Ok(staff.again(&build(&staff, &all, Some(again))))
            }
        }
    };
    staff.reply(saved.await)
}

/// The form again. The engine names the first thing that is wrong; of what is missing all is said.
fn retry(lang: Lang, form: ChannelForm, typed: &Form, wrongs: Wrongs) -> ChannelForm {
    let missing = match mode(typed) {
        Mode::Live => form::missing(lang, &form, typed),
        Mode::Test => Wrongs::default(),
    };
    let named = wrongs.0.iter().any(|wrong| missing.of(&wrong.field).is_some());
    form::typed(lang, form, typed, if named { missing } else { wrongs })
}

/// Live only if it was said: a form without the switch must not move real money.
fn mode(typed: &Form) -> Mode {
    if typed.get("mode") == "live" { Mode::Live } else { Mode::Test }
}

/// The credentials of a form, by the engine's keys.
fn fields(typed: &Form, spec: Option<&Spec>) -> BTreeMap<String, String> {
    let keys = spec.map_or(&[][..], |spec| spec.fields).iter().map(|field| field.key);
    keys.map(|key| (key.to_owned(), typed.get(&format!("{FIELD}{key}")).to_owned())).collect()
}

/// A refusal beside the field it is about.
fn wrongs(lang: Lang, spec: Option<&Spec>, error: Error) -> Result<Wrongs> {
    match error {
        Error::Invalid { field, message } => {
            let ours = spec.is_some_and(|spec| spec.fields.iter().any(|f| f.key == field));
            let id = if ours { format!("{FIELD}{field}") } else { field };
            Ok(Wrongs::one(id, said(lang, &message)))
        }
        Error::Refused(message) => Ok(Wrongs::one("", said(lang, &message))),
        other => Err(other),
    }
}

/// `POST /console/channels/{id}/check`: "연결 확인".
pub(super) async fn check(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let staff = posted.staff;
    let checked = async {
        staff.session.role.need(Role::Owner)?;
        let (all, place) = find(&app, &staff, &id).await?;
        let (merchant, number) = (staff.merchant_id(), all[place].row.id);
        let check = engine::channels::check(&app.engine, merchant, number).await?;
        let mut form = form::stored(&app.engine, staff.lang(), &all[place]);
        form.check = Some(result(staff.lang(), &check));
        Ok(staff.page(&build(&staff, &all, Some(form))))
    };
    staff.reply(checked.await)
}

fn result(lang: Lang, check: &Check) -> CheckResult {
    let t = lang.texts();
    let steps = check.steps.iter().map(|step| CheckStep {
        tone: if step.ok { "good" } else { "bad" },
        verdict: if step.ok { t.step_ok } else { t.step_bad },
        name: match step.name {
            "credentials" => t.check_credentials,
            "fields" => t.check_fields,
            _ => t.check_reach,
        },
        detail: words::engine_text(lang, &step.detail),
    });
    CheckResult {
        tone: if check.ok() { "good" } else { "bad" },
        verdict: if check.ok() { t.check_ok } else { t.check_bad },
        steps: steps.collect(),
    }
}

/// `POST /console/channels/{id}/default`: 기본 PG사로 지정.
pub(super) async fn set_default(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let staff = posted.staff;
    let set = async {
        staff.session.role.need(Role::Owner)?;
        let (all, place) = find(&app, &staff, &id).await?;
        let (merchant, number) = (staff.merchant_id(), all[place].row.id);
        engine::channels::set_default(&app.engine, merchant, staff.login(), number).await?;
        Ok(respond::see_other(&format!("/console/channels/{number}?done=default")))
    };
    staff.reply(set.await)
}

/// `GET /console/channels/{id}/delete`: asks first.
pub(super) async fn ask_delete(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Response {
    let page = async {
        staff.session.role.need(Role::Owner)?;
        let (all, place) = find(&app, &staff, &id).await?;
        Ok(staff.page(&delete_page(&staff, &all[place], Wrongs::default())))
    };
    staff.reply(page.await)
}

/// `POST /console/channels/{id}/delete`: PG설정 삭제, with a reason.
pub(super) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let Posted { staff, form: typed } = posted;
    let deleted = async {
        staff.session.role.need(Role::Owner)?;
        let (all, place) = find(&app, &staff, &id).await?;
        let reason = typed.get("reason");
        if reason.is_empty() {
            let wrongs = Wrongs::one("reason", staff.t().reason_missing);
            return Ok(staff.again(&delete_page(&staff, &all[place], wrongs)));
        }
        let (merchant, row, login) = (staff.merchant_id(), &all[place].row, staff.login());
        let detail = format!("{}: {reason}", row.channel_key);
        engine::console::note(&app.engine, merchant, login, "channel.delete_reason", &detail)
            .await?;
        engine::channels::delete(&app.engine, merchant, login, row.id).await?;
        Ok(respond::see_other("/console/channels?done=deleted"))
    };
    staff.reply(deleted.await)
}

fn delete_page(staff: &Staff, channel: &Channel, wrongs: Wrongs) -> ChannelDeletePage {
    let name = name(staff.lang(), channel);
    ChannelDeletePage {
        frame: Frame { test: channel.row.is_test(), ..staff.frame(Section::Channels) },
        id: channel.row.id,
        question: fill(staff.t().delete_question, &[&name, &channel.row.mid]),
        is_default: channel.is_default,
        reason: String::new(),
        wrongs,
    }
}

/// Whose contract it is.
fn name(lang: Lang, channel: &Channel) -> String {
    let named = |spec: &Spec| lang.pick((spec.ko, spec.en)).to_owned();
    channel.spec.map_or_else(|| channel.row.pg.clone(), named)
}

fn build(staff: &Staff, all: &[Channel], form: Option<ChannelForm>) -> ChannelsPage {
    let (lang, t) = (staff.lang(), staff.t());
    let here = form.as_ref().and_then(|form| form.id);
    let lines = |pick: fn(&Channel) -> bool| {
        let some = all.iter().filter(|channel| pick(channel));
        let lines = some.map(|channel| ChannelLine {
            id: channel.row.id,
            pg: name(lang, channel),
            name: channel.row.name.clone(),
            mid: channel.row.mid.clone(),
            test: channel.row.is_test(),
            here: here == Some(channel.row.id),
        });
        lines.collect()
    };
    ChannelsPage {
        frame: Frame {
            test: form.as_ref().is_some_and(|form| form.test),
            ..staff.frame(Section::Channels)
        },
        groups: vec![
            ChannelGroup {
                title: t.default_pg,
                none: t.no_default,
                rows: lines(|channel| channel.is_default),
            },
            ChannelGroup {
                title: t.more_pgs,
                none: t.no_more,
                rows: lines(|channel| !channel.is_default && channel.row.is_payment()),
            },
            ChannelGroup {
                title: t.certifiers,
                none: t.no_more,
                rows: lines(|channel| !channel.row.is_payment()),
            },
        ],
        form,
    }
}
