//! "연결 확인": what can be told about a channel without moving money.

use super::{credentials, get};
use crate::payments::line::hosts;
use crate::{Destination, Engine, Result};
use domain::MerchantId;
use pg::{Credentials, Mode, Request, Spec};
use store::channels::ChannelRow;

/// How the check went, step by step. Hosts are asked only if the steps before went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// In the order they were taken.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `credentials`, `fields` or `reach`.
    pub name: &'static str,
    /// Whether it went well.
    pub ok: bool,
    /// For people, in Korean; never a secret.
    pub detail: String,
}

impl Check {
    /// Whether every step went well.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }
}

/// Opens the credentials, looks for missing ones, and asks the PG's hosts for their first page.
///
/// # Errors
/// [`crate::Error::NotFound`]; what fails in the check itself is a step that is not `ok`.
pub async fn check(engine: &Engine, merchant: MerchantId, id: i64) -> Result<Check> {
    let row = get::row(engine, merchant, id).await?;
    let mut check = Check { steps: Vec::new() };
    let opened = credentials::spec(&row)
        .and_then(|spec| Ok((spec, credentials::credentials(engine, &row)?)));
    let (spec, credentials) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::error!(channel = row.id, %error, "a channel's credentials cannot be opened");
            let text = "저장된 인증 정보를 열 수 없습니다. 마스터 키가 바뀌었는지 확인해 주세요.";
            check.steps.push(Step { name: "credentials", ok: false, detail: text.to_owned() });
            return Ok(check);
        }
    };
    let detail = "저장된 인증 정보를 열었습니다.".to_owned();
    check.steps.push(Step { name: "credentials", ok: true, detail });
    check.steps.push(complete(spec, &credentials));
    if check.ok() {
        check.steps.extend(reach(engine, spec, &row).await);
    }
    Ok(check)
}

fn complete(spec: &Spec, credentials: &Credentials) -> Step {
    let missing = spec.fields.iter().filter(|field| field.required);
    let missing = missing.filter(|field| credentials.get(field.key).is_empty());
    let missing: Vec<&str> = missing.map(|field| field.ko).collect();
    let detail = match missing.is_empty() {
        true => format!("필수 항목이 모두 있습니다. MID: {}", credentials.get("mid")),
        false => format!("빠진 항목: {}", missing.join(", ")),
    };
    Step { name: "fields", ok: missing.is_empty(), detail }
}

/// One step for each host of the channel's side of the PG.
async fn reach(engine: &Engine, spec: &Spec, row: &ChannelRow) -> Vec<Step> {
    let mode = credentials::mode(row);
    let mut steps = Vec::new();
    for host in of_side(spec.hosts, mode) {
        let url = hosts(engine, mode).map(&format!("https://{host}/"));
        let request = Request {
            method: "GET",
            url,
            headers: Vec::new(),
            body: Vec::new(),
            operation: "check",
        };
        let timeout_ms = engine.settings.pg_timeout_ms.min(PATIENCE_MS);
        // Any answer will do: what a PG says at its root is its own affair.
        let answer = engine.outbound.send(request, Destination::Pg { timeout_ms }).await;
        let (ok, detail) = match answer {
            Ok(response) => (true, format!("{host}: HTTP {}", response.status)),
            Err(error) => (false, format!("{host}: {error}")),
        };
        steps.push(Step { name: "reach", ok, detail });
    }
    steps
}

/// A person waits for the check.
const PATIENCE_MS: u64 = 5_000;

/// The hosts with a fixed name that this mode talks to. PGs name their test servers `test..`,
/// `stg..` or `dev..`; one that has none uses the same servers for both.
fn of_side<'a>(hosts: &[&'a str], mode: Mode) -> Vec<&'a str> {
    let fixed = hosts.iter().copied().filter(|host| !host.starts_with('*'));
    let is_test =
        |host: &&str| ["test", "stg", "dev", "sandbox"].iter().any(|start| host.starts_with(start));
    let (test, live): (Vec<&str>, Vec<&str>) = fixed.partition(is_test);
    match mode {
        Mode::Test if !test.is_empty() => test,
        Mode::Test | Mode::Live => live,
    }
}
