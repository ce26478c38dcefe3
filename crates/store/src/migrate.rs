//! Brings the schema forward: numbered scripts, applied once, in order, never changed after.
//!
//! To add one: a file `migrations/NNNN_name.sql` and a line at the end of [`MIGRATIONS`]. Scripts
//! hold any number of statements of the common SQL, and run in one transaction with the line that
//! says they ran. Several replicas may start at once: who inserts that line first applies it.

use std::borrow::Cow;

use crate::{Arg, Db, DbError, Expect, Row, Stmt, Transaction};

/// Every migration of this program, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "init", sql: include_str!("../migrations/0001_init.sql") },
    Migration { number: 2, name: "billing", sql: include_str!("../migrations/0002_billing.sql") },
    Migration {
        number: 3,
        name: "confirm_urls",
        sql: include_str!("../migrations/0003_confirm_urls.sql"),
    },
    Migration {
        number: 4,
        name: "quick_prepares",
        sql: include_str!("../migrations/0004_quick_prepares.sql"),
    },
    Migration {
        number: 5,
        name: "certifications",
        sql: include_str!("../migrations/0005_certifications.sql"),
    },
    Migration {
        number: 6,
        name: "cash_receipts",
        sql: include_str!("../migrations/0006_cash_receipts.sql"),
    },
    Migration { number: 7, name: "escrow", sql: include_str!("../migrations/0007_escrow.sql") },
    Migration { number: 8, name: "tiers", sql: include_str!("../migrations/0008_tiers.sql") },
    Migration {
        number: 9,
        name: "merchant_settings",
        sql: include_str!("../migrations/0009_merchant_settings.sql"),
    },
    Migration { number: 10, name: "errands", sql: include_str!("../migrations/0010_errands.sql") },
    Migration {
        number: 11,
        name: "account_changes",
        sql: include_str!("../migrations/0011_account_changes.sql"),
    },
    Migration { number: 12, name: "ledger", sql: include_str!("../migrations/0012_ledger.sql") },
    Migration {
        number: 13,
        name: "reconcile",
        sql: include_str!("../migrations/0013_reconcile.sql"),
    },
];

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its place in the order, from 1.
    pub number: i64,
    /// What it is about, as in the file's name.
    pub name: &'static str,
    /// The script.
    pub sql: &'static str,
}

const HISTORY: &str = "create table if not exists schema_migrations (
    number bigint primary key,
    name text not null,
    checksum text not null,
    applied_at bigint not null
)";

/// Applies what of `migrations` is missing. Refuses, before changing anything, a database that
/// knows migrations this program does not, or applied one with another text.
pub async fn run(db: &Db, migrations: &[Migration]) -> Result<(), DbError> {
    db.run_script(None, Cow::Borrowed(HISTORY)).await?;
    let applied = applied(db).await?;
    verify(&applied, migrations)?;
    let last = applied.last().map_or(0, |done| done.number);
    for migration in migrations.iter().filter(|migration| migration.number > last) {
        db.run_script(Some(claim(db, migration)), Cow::Borrowed(migration.sql))
            .await
            .map_err(|error| failed(migration, &error))?;
    }
    // Another replica may have won a race with another text: look again.
    verify(&self::applied(db).await?, migrations)
}

/// The number of the last migration a database has; this program knows them all. 0: none.
pub(crate) async fn level(held: &mut Transaction) -> Result<i64, DbError> {
    let applied = read(&held.rows(APPLIED, &[]).await?)?;
    verify(&applied, MIGRATIONS)?;
    Ok(applied.last().map_or(0, |done| done.number))
}

/// Brings a database up to migration `number` and no further.
pub(crate) async fn up_to(db: &Db, number: i64) -> Result<(), DbError> {
    let wanted = MIGRATIONS.iter().take_while(|migration| migration.number <= number).count();
    run(db, &MIGRATIONS[..wanted]).await
}

const APPLIED: &str = "select number, name, checksum from schema_migrations order by number";

struct Applied {
    number: i64,
    name: String,
    checksum: String,
}

async fn applied(db: &Db) -> Result<Vec<Applied>, DbError> {
    read(&db.rows(APPLIED, &[]).await?)
}

fn read(rows: &[Row]) -> Result<Vec<Applied>, DbError> {
    rows.iter()
        .map(|row| {
            Ok(Applied {
                number: row.int("number")?,
                name: row.text("name")?,
                checksum: row.text("checksum")?,
            })
        })
        .collect()
}

fn verify(applied: &[Applied], migrations: &[Migration]) -> Result<(), DbError> {
    if !migrations.is_sorted_by(|one, next| one.number < next.number) {
        return Err(DbError::Migration("the list is not in rising order".to_owned()));
    }
    for done in applied {
        let Some(ours) = migrations.iter().find(|ours| ours.number == done.number) else {
            return Err(DbError::Migration(format!(
                "the database has {} ({}), which this program does not know; it was written by a \
                 newer version",
                done.number, done.name
            )));
        };
        if done.checksum != checksum(ours.sql) {
            return Err(DbError::Migration(format!(
                "{} ({}) was applied with another text; a migration never changes, add a new one",
                done.number, done.name
            )));
        }
    }
    let last = applied.last().map_or(0, |done| done.number);
    let skipped = migrations
        .iter()
        .find(|ours| ours.number < last && !applied.iter().any(|done| done.number == ours.number));
    match skipped {
        None => Ok(()),
        Some(ours) => Err(DbError::Migration(format!(
            "{} ({}) was never applied but later ones were",
            ours.number, ours.name
        ))),
    }
}

fn claim(db: &Db, migration: &Migration) -> Stmt {
    let now = db.now_sql();
    Stmt {
        sql: Cow::Owned(format!(
            "insert into schema_migrations (number, name, checksum, applied_at)
             values ($1, $2, $3, {now}) on conflict do nothing"
        )),
        args: vec![
            Arg::from(migration.number),
            Arg::from(migration.name),
            Arg::from(checksum(migration.sql)),
        ],
        expect: Expect::Any,
    }
}

fn failed(migration: &Migration, error: &DbError) -> DbError {
    DbError::Migration(format!("{} ({}): {error}", migration.number, migration.name))
}

/// FNV-1a over the text without carriage returns, so that a checkout on Windows agrees. It guards
/// against accidents, not attackers.
fn checksum(sql: &str) -> String {
    let bytes = sql.bytes().filter(|byte| *byte != b'\r');
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
