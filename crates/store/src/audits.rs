//! Who changed what of a merchant's settings. Details hold no secrets.

use crate::{Batch, Db, DbError, Row, args};
use domain::{MerchantId, Millis};

/// A row of `audits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; later ones are larger.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// Login of the person, or the tool's name.
    pub actor: String,
    /// By the wall clock.
    pub at: Millis,
    /// A word such as `channel.add`.
    pub action: String,
    /// For people; never a secret.
    pub detail: String,
}

/// Adds a line.
pub fn insert(batch: &mut Batch, row: &AuditRow) {
    batch.push(
        "insert into audits (id, merchant_id, actor, at, action, detail)
         values ($1, $2, $3, $4, $5, $6)",
        args![row.id, row.merchant_id, &row.actor, row.at.0, &row.action, &row.detail],
    );
}

/// The newest lines numbered below `before` (`i64::MAX` to start), newest first.
pub async fn list(
    db: &Db,
    merchant: MerchantId,
    before: i64,
    limit: i64,
) -> Result<Vec<AuditRow>, DbError> {
    let sql = "select * from audits where merchant_id = $1 and id < $2 order by id desc limit $3";
    db.rows(sql, &args![merchant.0, before, limit]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<AuditRow, DbError> {
    Ok(AuditRow {
        id: row.int("id")?,
        merchant_id: row.int("merchant_id")?,
        actor: row.text("actor")?,
        at: Millis(row.int("at")?),
        action: row.text("action")?,
        detail: row.text("detail")?,
    })
}
