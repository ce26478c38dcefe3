//! `/console/reconciliation`: 대사. What does not agree with the PGs' account, and the forms that
//! compare.

mod line;
mod one;
mod upload;

use super::form::Form;
use super::frame::{Section, Wrongs};
use super::respond;
use super::show::{Lang, fill};
use super::staff::{Posted, Staff, said};
use super::texts_reconcile::{self, Texts};
use super::views::Choice;
use super::views::reconciliation::{Columns, ReconciliationPage};
use crate::App;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::{get, post};
use domain::Millis;
use engine::reconcile::{self, Days, Mapping, Outcome};
use engine::rows::ChannelRow;
use engine::staff::Role;
use engine::{Error, Result};
use upload::Uploaded;

const PAGE: &str = "/console/reconciliation";

/// The largest settlement file the page takes, in bytes; larger ones go through the command line.
const FILE_LIMIT: usize = 32 << 20;

/// How many payments the page asks a PG about in one go.
const ASKED: usize = 200;

/// Breaks on one page.
const LINES: i64 = 50;

/// Routes of this page.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show).post(compare).layer(DefaultBodyLimit::max(FILE_LIMIT)))
        .route("/console/reconciliation/columns", post(columns).get(super::up))
        .route("/console/reconciliation/{id}", get(one::show))
        .route("/console/reconciliation/{id}/propose", post(one::propose).get(super::up))
        .route("/console/reconciliation/{id}/approve", post(one::approve).get(super::up))
        .route("/console/reconciliation/{id}/reject", post(one::reject).get(super::up))
        .route("/console/reconciliation/{id}/close", post(one::close).get(super::up))
        .route("/console/reconciliation/{id}/remedy", post(one::remedy).get(super::up))
}

async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = build(&app, &staff, &staff.visitor.query, Wrongs::default()).await;
    staff.reply(page.map(|page| staff.page(&page)))
}

/// The page; `form` may name a channel, days, and where the list goes on.
async fn build(
    app: &App,
    staff: &Staff,
    form: &Form,
    wrongs: Wrongs,
) -> Result<ReconciliationPage> {
    let (engine, merchant, lang) = (&app.engine, staff.merchant_id(), staff.lang());
    let r = texts_reconcile::of(lang);
    let over = form.get("over") == "1";
    let before = form.get("before").parse().unwrap_or(i64::MAX);
    let channels = payments(app, staff).await?;
    let rows = reconcile::list::breaks(engine, merchant, over, before, LINES).await?;
    let more = rows.len() >= usize::try_from(LINES).unwrap_or(usize::MAX);
    let next = rows.last().filter(|_| more).map(|last| {
        let over = if over { "&over=1" } else { "" };
        format!("{PAGE}?before={}{over}", last.id)
    });
    let runs = reconcile::list::runs(engine, merchant, 10).await?;
    let chosen = chosen(&channels, form);
    let yesterday = domain::reconcile::day_of(Millis(staff.now.0)) - 1;
    let or_yesterday = |name: &str| match form.get(name) {
        "" => reconcile::day_text(yesterday),
        typed => typed.to_owned(),
    };
    let mut frame = staff.frame(Section::Reconciliation);
    frame.test = channels.iter().any(ChannelRow::is_test);
    if !wrongs.0.is_empty() {
        PAGE.clone_into(&mut frame.here);
    }
    let name = |row: &ChannelRow| line::channel_name(lang, row);
    let columns = match chosen {
        Some(channel) if staff.session.role >= Role::Owner => {
            let mapping = reconcile::mapping::of_channel(engine, merchant, channel.id).await?;
            Some(Columns { channel: name(channel), id: channel.id, fields: mapping.pairs() })
        }
        _ => None,
    };
    let current = chosen.map_or(String::new(), |channel| channel.id.to_string());
    Ok(ReconciliationPage {
        frame,
        r,
        wrongs,
        said: told(r, form),
        over,
        breaks: rows.iter().map(|row| line::found(lang, r, row, &channels)).collect(),
        next,
        runs: runs.iter().map(|row| line::run(lang, r, row, &channels, staff.now)).collect(),
        channels: channels
            .iter()
            .map(|row| Choice::new(&row.id.to_string(), name(row), &current))
            .collect(),
        from: or_yesterday("from"),
        to: or_yesterday("to"),
        columns,
    })
}

/// The merchant's channels that take payments.
async fn payments(app: &App, staff: &Staff) -> Result<Vec<ChannelRow>> {
    reconcile::channels(&app.engine, staff.merchant_id()).await
}

fn chosen<'a>(channels: &'a [ChannelRow], form: &Form) -> Option<&'a ChannelRow> {
    let asked = channels.iter().find(|row| row.id.to_string() == form.get("channel"));
    asked.or_else(|| channels.first())
}

/// What was just done, by the words in the address.
fn told(r: &'static Texts, form: &Form) -> Option<String> {
    match form.get("did") {
        "columns" => Some(r.did_columns.to_owned()),
        "compared" => {
            let count: i64 = form.get("found").parse().ok()?;
            Some(fill(r.did_compared, &[&count.to_string()]))
        }
        _ => None,
    }
}

/// `POST /console/reconciliation`: compares a file, or asks the PG.
async fn compare(State(app): State<App>, uploaded: Uploaded) -> Response {
    let Uploaded { staff, form, file } = uploaded;
    let compared = async {
        staff.session.role.need(Role::Manager)?;
        match compared(&app, &staff, &form, file).await {
            Ok(outcome) => {
                let found = outcome.open().count();
                Ok(respond::see_other(&format!("{PAGE}?did=compared&found={found}")))
            }
            Err(error @ (Error::Invalid { .. } | Error::Refused(_) | Error::Unsupported(_))) => {
                let wrongs = wrongs(staff.lang(), &error);
                let page = build(&app, &staff, &form, wrongs).await?;
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(compared.await)
}

/// Beside the field of the form it is about.
fn wrongs(lang: Lang, error: &Error) -> Wrongs {
    match error {
        Error::Invalid { field, message } => {
            let field = if field == "csv" { "file" } else { field.as_str() };
            Wrongs::one(field, said(lang, message))
        }
        other => Wrongs::one("", said(lang, &other.to_string())),
    }
}

async fn compared(
    app: &App,
    staff: &Staff,
    form: &Form,
    file: Option<(String, Vec<u8>)>,
) -> Result<Outcome> {
    let (engine, login) = (app.engine.clone(), staff.login().to_owned());
    let days = days(form)?;
    let channels = payments(app, staff).await?;
    let channel = channels.into_iter().find(|row| row.id.to_string() == form.get("channel"));
    let channel = channel.ok_or(Error::NotFound("존재하지 않는 채널입니다."))?;
    if form.get("by") == "lookup" {
        return engine::detached(async move {
            let pace = &reconcile::NoPace;
            reconcile::by_lookup(&engine, &channel, days, &login, pace, ASKED).await
        })
        .await;
    }
    let r = texts_reconcile::of(staff.lang());
    let (name, bytes) = file
        .filter(|(_, bytes)| !bytes.is_empty())
        .ok_or_else(|| Error::invalid("file", r.no_file))?;
    engine::detached(async move {
        reconcile::from_file(&engine, &channel, days, &login, (&name, &bytes), None).await
    })
    .await
}

fn days(form: &Form) -> Result<Days> {
    let from = reconcile::day("from", form.get("from"))?;
    reconcile::days(from, reconcile::day("to", form.get("to"))?)
}

/// `POST /console/reconciliation/columns`: how a channel's files are read.
async fn columns(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let saved = async {
        staff.session.role.need(Role::Owner)?;
        let id: i64 = form.get("channel").parse().unwrap_or(0);
        let (engine, merchant) = (&app.engine, staff.merchant_id());
        let mut mapping = Mapping::default();
        for (name, _) in Mapping::default().pairs() {
            mapping = mapping.with(name, form.get(name))?;
        }
        let done = reconcile::mapping::save(engine, merchant, id, staff.login(), mapping).await;
        match done {
            Ok(()) => Ok(respond::see_other(&format!("{PAGE}?did=columns&channel={id}"))),
            Err(Error::Invalid { field, message }) => {
                let text = format!("{field}: {}", said(staff.lang(), &message));
                let wrongs = Wrongs::one(format!("column-{field}"), text);
                let page = build(&app, &staff, &form, wrongs).await?;
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(saved.await)
}
