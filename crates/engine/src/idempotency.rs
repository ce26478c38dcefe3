//! Writes that carry an `Idempotency-Key` are done once: a key is taken first, and
//! the first answer is kept for whoever asks again with it.
//!
//! Of the body only keyed hashes of its fields are kept, of a card nothing at all.

use crate::jobs::next::Next;
use crate::{Engine, Error, Result};
use domain::{MerchantId, Millis};
use serde_json::{Map, Value};
use store::idempotency::IdempotencyRow;
use store::{Batch, CommitError};

/// The job that drops old keys.
pub const JOB: &str = "idempotency_prune";

/// Fields that are a card or unlock one, by every name V1 has for them.
pub const CARD_FIELDS: [&str; 5] = ["card_number", "expiry", "birth", "pwd_2digit", "cvc"];

/// A token differs from call to call and says nothing about what was asked.
const TOKEN: &str = "_token";

/// How long an answer is kept, seconds of the merchant's time: 15 days.
const KEPT: i64 = 15 * 86_400;

/// A request that is not answered after this long died with its process, milliseconds.
const PATIENCE: i64 = 120_000;

/// Bodies with more values than this are compared by their outermost fields.
const VALUES: usize = 2_000;

/// What became of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nobody had it: do what is asked, then [`finish`] or [`forget`].
    Fresh,
    /// The same was asked before, and this was the answer.
    Answered {
        /// HTTP status.
        status: u16,
        /// Body.
        body: String,
    },
    /// It was taken for this method and path.
    OtherRoute(String),
    /// It was taken with another value of this field.
    OtherField(String),
    /// The request that took it is being done.
    Busy,
    /// The request that took it never ended; what it did is not known.
    Lost,
}

/// Takes a key for a request: its method and path, and the fields of its query and body.
///
/// # Errors
/// Of the database; the key may be taken then, and nothing was done.
pub async fn begin(
    engine: &Engine,
    merchant: MerchantId,
    key: &str,
    route: &str,
    fields: &Map<String, Value>,
) -> Result<Taken> {
    let at = crate::merchants::now_of(engine, merchant).await?;
    let fields = fingerprint(engine, merchant, fields);
    let row = IdempotencyRow {
        route: route.to_owned(),
        fields: Value::Object(fields.clone()).to_string(),
        http_status: None,
        body: None,
        created_at: at.0,
    };
    // Once more if the key is given back between taking and looking.
    for _ in 0..2 {
        let expires_at = at.plus_seconds(KEPT);
        let mut batch = Batch::new();
        store::idempotency::begin(&mut batch, merchant, key, &row, expires_at.0);
        let job = merchant.0.to_string();
        store::jobs::enqueue(&mut batch, merchant, JOB, &job, expires_at);
        match engine.db.commit(batch).await {
            Ok(_) => return Ok(Taken::Fresh),
            Err(CommitError::Expectation("key known")) => {}
            Err(other) => return Err(other.into()),
        }
        if let Some(known) = store::idempotency::find(&engine.db, merchant, key).await? {
            return compare(&known, route, &fields, at);
        }
    }
    Ok(Taken::Busy)
}

fn compare(
    known: &IdempotencyRow,
    route: &str,
    fields: &Map<String, Value>,
    at: Millis,
) -> Result<Taken> {
    if known.route != route {
        return Ok(Taken::OtherRoute(known.route.clone()));
    }
    let before: Map<String, Value> =
        serde_json::from_str(&known.fields).map_err(Error::internal)?;
    let changed = fields.iter().find(|(name, value)| before.get(*name) != Some(*value));
    let gone = before.iter().find(|(name, _)| !fields.contains_key(*name));
    if let Some((name, _)) = changed.or(gone) {
        return Ok(Taken::OtherField(name.clone()));
    }
    match (known.http_status, &known.body) {
        (Some(status), Some(body)) => Ok(Taken::Answered {
            status: u16::try_from(status).map_err(Error::internal)?,
            body: body.clone(),
        }),
        _ if at.0 - known.created_at > PATIENCE => Ok(Taken::Lost),
        _ => Ok(Taken::Busy),
    }
}

/// Keeps the answer of the request that took the key.
///
/// # Errors
/// Of the database; the key then stays taken.
pub async fn finish(
    engine: &Engine,
    merchant: MerchantId,
    key: &str,
    status: u16,
    body: &str,
) -> Result<()> {
    let mut batch = Batch::new();
    store::idempotency::finish(&mut batch, merchant, key, i64::from(status), body);
    engine.db.commit(batch).await?;
    Ok(())
}

/// Gives a key back whose request was refused before anything was done.
///
/// # Errors
/// Of the database; the key then stays taken.
pub async fn forget(engine: &Engine, merchant: MerchantId, key: &str) -> Result<()> {
    let mut batch = Batch::new();
    store::idempotency::forget(&mut batch, merchant, key);
    engine.db.commit(batch).await?;
    Ok(())
}

/// The job [`JOB`]: drops a merchant's keys that are older than they are kept.
///
/// # Errors
/// Of the database; the runner tries again.
pub async fn prune(engine: &Engine, merchant: MerchantId) -> Result<Next> {
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut batch = Batch::new();
    store::idempotency::prune(&mut batch, merchant, at.0);
    engine.db.commit(batch).await?;
    let next = store::idempotency::next_expiry(&engine.db, merchant).await?;
    Ok(next.map_or(Next::Done, |at| Next::Again { run_at: Millis(at) }))
}

/// Names of all values with keyed hashes of them, in the request's order.
fn fingerprint(
    engine: &Engine,
    merchant: MerchantId,
    fields: &Map<String, Value>,
) -> Map<String, Value> {
    let mut leaves = Vec::new();
    for (name, value) in fields {
        flatten(name, name, value, &mut leaves);
    }
    if leaves.len() > VALUES {
        leaves = outermost(leaves);
    }
    let tag = |text: &str| engine.keyring.tag("idempotency", &format!("{}\0{text}", merchant.0));
    let hashed = leaves.into_iter().map(|leaf| {
        let name = if is_plain(&leaf.path) { leaf.path } else { tag(&leaf.path) };
        let value = tag(&format!("{name}\0{}", leaf.text));
        (name, Value::String(value))
    });
    hashed.collect()
}

/// One value of a body and where it is.
struct Leaf {
    path: String,
    top: String,
    text: String,
}

fn flatten(top: &str, path: &str, value: &Value, leaves: &mut Vec<Leaf>) {
    let name = path.rsplit(['.', ']']).next().unwrap_or_default().trim_end_matches("[]");
    if CARD_FIELDS.contains(&name) || path == TOKEN {
        return;
    }
    let text = match value {
        // Nothing, said or not (V1 behaviour §2.3).
        Value::Null => return,
        Value::String(text) if text.is_empty() => return,
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(top, &format!("{path}[{index}]"), item, leaves);
            }
            return;
        }
        Value::Object(map) => {
            for (key, item) in map {
                flatten(top, &format!("{path}.{key}"), item, leaves);
            }
            return;
        }
    };
    leaves.push(Leaf { path: path.to_owned(), top: top.to_owned(), text });
}

fn outermost(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let mut tops: Vec<Leaf> = Vec::new();
    for leaf in leaves {
        let text = format!("{}\0{}\0", leaf.path, leaf.text);
        match tops.last_mut() {
            Some(last) if last.top == leaf.top => last.text.push_str(&text),
            _ => tops.push(Leaf { path: leaf.top.clone(), top: leaf.top, text }),
        }
    }
    tops
}

/// A name that can be kept as it is: short, of a name's letters, and no number in disguise.
fn is_plain(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() <= 100 && digits < 10 && name.bytes().all(letter)
}
