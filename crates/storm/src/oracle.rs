//! What must be true when a storm is over: the PGs' books are ours, what was promised holds, and
//! whatever a machine could not find out is shown to a person.

use crate::promise::Promises;
use crate::world::{World, lock};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::{Db, DbError, Row, args};

/// A payment as the hub has it.
struct Ours {
    imp_uid: String,
    merchant_uid: String,
    pg: String,
    state: String,
    amount: i64,
    cancelled: i64,
    pending: i64,
    paid: bool,
    /// A window that issues a key and charges nothing.
    keyed: bool,
}

impl Ours {
    /// Minor units its PG should hold.
    fn held(&self) -> i64 {
        let sold = ["paid", "part_cancelled", "cancelled"].contains(&self.state.as_str());
        if self.paid && sold && !self.keyed { self.amount - self.cancelled } else { 0 }
    }
}

/// Every rule, in turn; the first that does not hold is told.
pub(crate) async fn check(world: &World, db: &Db) -> Result<(), String> {
    let ours = ours(db).await.map_err(|error| error.to_string())?;
    let people = people(db).await.map_err(|error| error.to_string())?;
    let theirs = theirs(world)?;
    books_agree(&ours, &theirs, &people)?;
    nothing_open(&ours, &people)?;
    no_order_twice(&ours, &theirs, &people)?;
    let promises = std::mem::take(&mut *lock(&world.promises));
    promises_hold(&promises, &ours)?;
    cancels(&promises, db, &ours).await?;
    webhooks(&promises, db).await?;
    jobs_done(db, &ours, &people).await?;
    history(db, &ours).await?;
    ledger(db).await
}

/// The ledger's chains, balances and seals come out when computed again.
async fn ledger(db: &Db) -> Result<(), String> {
    let keyring = crate::start::keyring();
    let report = engine::ledger::verify::verify(db, &keyring, None).await;
    let report = report.map_err(|error| error.to_string())?;
    match report.breaks.first() {
        Some(first) => Err(format!("the ledger: {} {}", first.imp_uid, first.reason)),
        None => Ok(()),
    }
}

async fn ours(db: &Db) -> Result<Vec<Ours>, DbError> {
    let sql = "select imp_uid, merchant_uid, pg, state, amount, cancelled, pending_cancel, \
               paid_at, coalesce(customer_uid_usage, '') usage from payments order by imp_uid";
    let rows = db.rows(sql, &args![]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Ours, DbError> {
    Ok(Ours {
        imp_uid: row.text("imp_uid")?,
        merchant_uid: row.text("merchant_uid")?,
        pg: row.text("pg")?,
        state: row.text("state")?,
        amount: row.int("amount")?,
        cancelled: row.int("cancelled")?,
        pending: row.int("pending_cancel")?,
        paid: row.opt_int("paid_at")?.is_some(),
        keyed: row.text("usage")? == "issue",
    })
}

/// What waits for a person: kinds by payment.
type People = BTreeMap<String, BTreeSet<String>>;

async fn people(db: &Db) -> Result<People, DbError> {
    let mut people = People::new();
    for row in db.rows("select imp_uid, kind from attentions", &args![]).await? {
        people.entry(row.text("imp_uid")?).or_default().insert(row.text("kind")?);
    }
    Ok(people)
}

/// What PGs hold, by payment.
fn theirs(world: &World) -> Result<BTreeMap<String, i64>, String> {
    let mut theirs = BTreeMap::new();
    for simulator in pg::sim::ALL {
        let books = world.sandbox().books(simulator.pg()).map_err(|error| error.to_string())?;
        let Some(books) = books else { continue };
        let list = |key: &str| books[key].as_array().cloned().unwrap_or_default();
        let mut moved: BTreeMap<String, i64> = BTreeMap::new();
        for movement in list("movements") {
            let amount = movement["amount"].as_i64().unwrap_or(0);
            let sign = match movement["kind"].as_str() {
                Some("approve" | "deposit") => 1,
                _ => -1,
            };
            *moved.entry(text(&movement, "tid")).or_default() += sign * amount;
        }
        for trade in list("trades") {
            let held = trade["held"].as_i64().unwrap_or(i64::MIN);
            if moved.get(&text(&trade, "tid")).copied().unwrap_or(0) != held || held < 0 {
                return Err(format!("{}: movements do not add up: {trade}", simulator.pg()));
            }
            *theirs.entry(text(&trade, "order_no")).or_default() += held;
        }
    }
    Ok(theirs)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// Each PG holds of each payment what the hub says, unless a person is told to look at that one.
fn books_agree(
    ours: &[Ours],
    theirs: &BTreeMap<String, i64>,
    people: &People,
) -> Result<(), String> {
    for one in ours {
        let held = theirs.get(&one.imp_uid).copied().unwrap_or(0);
        if held != one.held() && !people.contains_key(&one.imp_uid) {
            return Err(format!(
                "{} ({}) is {}: {} holds {held}, we say {} and nobody is told to look",
                one.imp_uid,
                one.merchant_uid,
                one.state,
                one.pg,
                one.held()
            ));
        }
    }
    let known: BTreeSet<&str> = ours.iter().map(|one| one.imp_uid.as_str()).collect();
    let stray = theirs.iter().find(|(uid, held)| **held != 0 && !known.contains(uid.as_str()));
    match stray {
        Some((uid, held)) => Err(format!("a PG holds {held} of {uid}, which we do not know")),
        None => Ok(()),
    }
}

/// Whatever is still open is shown to a person.
fn nothing_open(ours: &[Ours], people: &People) -> Result<(), String> {
    for one in ours {
        let open = ["approving", "unknown"].contains(&one.state.as_str()) || one.pending != 0;
        if open && !people.contains_key(&one.imp_uid) {
            let pending = one.pending;
            return Err(format!(
                "{} is still {} with {pending} being cancelled, and nobody is told to look",
                one.imp_uid, one.state
            ));
        }
    }
    Ok(())
}

/// No order is paid twice, in our books or in theirs.
fn no_order_twice(
    ours: &[Ours],
    theirs: &BTreeMap<String, i64>,
    people: &People,
) -> Result<(), String> {
    let mut paid: BTreeMap<&str, &str> = BTreeMap::new();
    for one in ours {
        let held = theirs.get(&one.imp_uid).copied().unwrap_or(0).max(one.held());
        if held == 0 {
            continue;
        }
        let Some(other) = paid.insert(&one.merchant_uid, &one.imp_uid) else { continue };
        if !people.contains_key(&one.imp_uid) && !people.contains_key(other) {
            let order = &one.merchant_uid;
            return Err(format!("{order} is paid twice: {other} and {}", one.imp_uid));
        }
    }
    Ok(())
}

fn promises_hold(promises: &Promises, ours: &[Ours]) -> Result<(), String> {
    let by_uid: BTreeMap<&str, &Ours> =
        ours.iter().map(|one| (one.imp_uid.as_str(), one)).collect();
    let find = |imp_uid: &str| {
        by_uid.get(imp_uid).copied().ok_or_else(|| format!("{imp_uid} was told and is gone"))
    };
    for (imp_uid, amount) in &promises.paid {
        let one = find(imp_uid)?;
        if !one.paid || one.amount != *amount {
            return Err(format!("{imp_uid} was told to be paid and is {}", one.state));
        }
    }
    for imp_uid in &promises.succeeded {
        let one = find(imp_uid)?;
        if ["failed", "ready", "approving", "unknown"].contains(&one.state.as_str()) {
            return Err(format!("{imp_uid} was told as a success and is {}", one.state));
        }
    }
    for (imp_uid, why) in &promises.failed {
        let one = find(imp_uid)?;
        if one.state != "failed" {
            return Err(format!("{imp_uid} was told to have failed ({why}) and is {}", one.state));
        }
    }
    for imp_uid in promises.issued.keys() {
        let one = find(imp_uid)?;
        if !["account_issued", "paid", "part_cancelled", "cancelled"].contains(&one.state.as_str())
        {
            return Err(format!("{imp_uid} was told as an account and is {}", one.state));
        }
    }
    Ok(())
}

/// Cancels told as done are done, each once, and every payment's cancels add up.
async fn cancels(promises: &Promises, db: &Db, ours: &[Ours]) -> Result<(), String> {
    let sql = "select imp_uid, cast(sum(amount) as bigint) total from cancels \
               where state = 'done' group by imp_uid";
    let rows = db.rows(sql, &args![]).await.map_err(|error| error.to_string())?;
    let mut done = BTreeMap::new();
    for row in rows {
        let read = || Ok::<_, DbError>((row.text("imp_uid")?, row.int("total")?));
        let (imp_uid, total) = read().map_err(|error| error.to_string())?;
        done.insert(imp_uid, total);
    }
    for one in ours {
        let total = done.get(&one.imp_uid).copied().unwrap_or(0);
        if total != one.cancelled {
            let (uid, cancelled) = (&one.imp_uid, one.cancelled);
            return Err(format!("{uid}: cancelled {cancelled}, its cancels are {total}"));
        }
    }
    let mut told: BTreeMap<&str, (i64, i64, BTreeSet<&str>)> = BTreeMap::new();
    for cancel in &promises.cancelled {
        let entry = told.entry(&cancel.imp_uid).or_default();
        let new = cancel.key.as_deref().is_none_or(|key| entry.2.insert(key));
        entry.0 += if new { cancel.amount } else { 0 };
        entry.1 = entry.1.max(cancel.total);
    }
    for (imp_uid, (sum, most, _)) in told {
        let total = done.get(imp_uid).copied().unwrap_or(0);
        if total < sum || total < most {
            return Err(format!(
                "{imp_uid}: cancels of {sum} (together {most}) were told, {total} is done"
            ));
        }
    }
    Ok(())
}

/// Every webhook is taken or given up by rule; what counts as taken was taken.
async fn webhooks(promises: &Promises, db: &Db) -> Result<(), String> {
    let sql = "select imp_uid, status, delivered_at, gave_up_at, attempts from webhooks";
    let rows = db.rows(sql, &args![]).await.map_err(|error| error.to_string())?;
    for row in rows {
        let read = || {
            let word = (row.text("imp_uid")?, row.text("status")?);
            let taken = row.opt_int("delivered_at")?.is_some();
            let given_up = row.opt_int("gave_up_at")?.is_some();
            Ok::<_, DbError>((word, taken, given_up, row.int("attempts")?))
        };
        let (word, taken, given_up, attempts) = read().map_err(|error| error.to_string())?;
        if taken && !promises.told.contains_key(&word) {
            return Err(format!("the webhook {word:?} counts as taken, and nobody took it"));
        }
        let over = taken || (given_up && attempts > 9);
        if !over {
            return Err(format!("the webhook {word:?} is open after {attempts} attempts"));
        }
    }
    let sql = "select imp_uid from payments p where paid_at is not null \
               and coalesce(customer_uid_usage, '') <> 'payment.check' \
               and not exists (select 1 from webhooks w \
               where w.imp_uid = p.imp_uid and w.status = 'paid')";
    match db.row(sql, &args![]).await.map_err(|error| error.to_string())? {
        Some(row) => Err(format!("{} is paid and no webhook tells of it", name(&row))),
        None => Ok(()),
    }
}

fn name(row: &Row) -> String {
    row.text("imp_uid").unwrap_or_default()
}

/// No job that moves money is left, unless a person is told.
async fn jobs_done(db: &Db, ours: &[Ours], people: &People) -> Result<(), String> {
    let sql = "select id from jobs where kind in ('settle_approval', 'settle_cancel')";
    let rows = db.rows(sql, &args![]).await.map_err(|error| error.to_string())?;
    for row in rows {
        let id = row.text("id").map_err(|error| error.to_string())?;
        let (_, imp_uid) = id.split_once(':').unwrap_or_default();
        if !people.contains_key(imp_uid) {
            let state = ours.iter().find(|one| one.imp_uid == imp_uid).map(|one| &one.state);
            return Err(format!("{id} is still in the queue ({state:?})"));
        }
    }
    Ok(())
}

/// A payment's history has every version once, and ends as the payment does.
async fn history(db: &Db, ours: &[Ours]) -> Result<(), String> {
    let sql = "select e.imp_uid, cast(count(*) as bigint) events, max(e.version) last, \
               min(e.version) first, \
               (select p.version from payments p where p.imp_uid = e.imp_uid) version \
               from payment_events e group by e.imp_uid";
    let rows = db.rows(sql, &args![]).await.map_err(|error| error.to_string())?;
    if rows.len() != ours.len() {
        return Err(format!("{} payments have {} histories", ours.len(), rows.len()));
    }
    for row in rows {
        let int = |key: &str| row.int(key).map_err(|error| error.to_string());
        let whole = int("last")? - int("first")? + 1 == int("events")?;
        if !whole || int("last")? != int("version")? {
            return Err(format!("the history of {} has holes", name(&row)));
        }
    }
    Ok(())
}
