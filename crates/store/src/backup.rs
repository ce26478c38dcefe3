//! A backup: everything one moment's database held, in one SQLite file, whichever database it came
//! from. The file says itself what it must hold, so that a changed one is found before it is used.
//!
//! The master key is not in it: what is sealed with it stays sealed.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{
    Arg, DbError, Transaction, args,
    copy::{self, Contents, Copied, CopyError},
    sqlite::single,
};

/// Tables a backup has beside those of its database.
pub(crate) const TABLES: [&str; 2] = ["backup_about", "backup_contents"];

/// A backup as it was written or found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What it holds.
    pub copied: Copied,
    /// When it was taken, milliseconds of the epoch.
    pub taken_at: i64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Saves what `from` sees into the file `to`: written under another name beside it, read back,
/// on the disk, and only then given its name. Interrupted, it leaves nothing under that name.
/// The file is readable by its owner alone. `now` is written into it, in milliseconds.
///
/// # Errors
/// [`CopyError::File`] if `to` exists and `replace` is false, and those of [`copy::copy`].
pub async fn save(
    from: &mut Transaction,
    to: &Path,
    replace: bool,
    now: i64,
) -> Result<Saved, CopyError> {
    free(to, replace)?;
    let part = Part::new(to)?;
    let mut target = copy::prepare(from, &part.url).await?;
    let copied = copy::fill(from, &mut target).await?;
    describe(&mut target, &copied, now).await?;
    target.commit().await?;
    single::seal(&part.path)?;
    let saved = check(&part.path).await?;
    copy::compare(&copied.tables, &saved.copied.tables)?;
    free(to, replace)?;
    fs::rename(&part.path, to).map_err(|error| file(to, &error))?;
    sync_folder(to)?;
    Ok(Saved { copied, ..saved })
}

/// Opens a backup for reading.
///
/// # Errors
/// [`DbError::Open`] if there is no such file.
pub async fn open(path: &Path) -> Result<Transaction, DbError> {
    if !path.is_file() {
        return Err(DbError::Open(format!("{}: there is no such file", path.display())));
    }
    Transaction::snapshot(&url(path)?).await
}

/// Reads a backup whole, and that it is what it says of itself.
///
/// # Errors
/// [`CopyError::File`] if it is none, or damaged; [`CopyError::Differs`] naming a table that was
/// changed; [`DbError::Migration`] if a newer program wrote it.
pub async fn check(path: &Path) -> Result<Saved, CopyError> {
    let mut held = open(path).await?;
    if let Some(damage) = single::damage(path)? {
        return Err(CopyError::File(format!("{} is damaged: {damage}", path.display())));
    }
    let tables = copy::tables::all(&mut held).await?;
    if TABLES.iter().any(|table| !tables.iter().any(|name| name == table)) {
        let what = format!("{} is no backup: it does not say what it holds", path.display());
        return Err(CopyError::File(what));
    }
    let migration = crate::migrate::level(&mut held).await?;
    let about = held.rows("select value from backup_about where name = 'taken_at'", &[]).await?;
    let taken_at = about.first().map_or(Ok(0), |row| row.int("value"))?;
    let mut wanted = Vec::new();
    let sql = "select name, row_count, hash from backup_contents order by name";
    for row in held.rows(sql, &[]).await? {
        let (table, rows, hash) = (row.text("name")?, row.int("row_count")?, row.text("hash")?);
        wanted.push(Contents { table, rows, hash });
    }
    let found = copy::contents(&mut held).await?;
    copy::compare(&wanted, &found)?;
    let (sha256, bytes) = sha256(path)?;
    let copied = Copied { migration, tables: found, left: Vec::new() };
    Ok(Saved { copied, taken_at, sha256, bytes })
}

/// What only the right master key opens, newest first: enough to tell whether a key is the one a
/// database was written with.
#[derive(Clone, PartialEq, Eq)]
pub enum Sealed {
    /// A channel's number and its sealed credentials.
    Channel(i64, String),
    /// A customer's merchant, name and sealed key.
    Customer(i64, String, String),
    /// An API key, the generation of its token, and the token's hash.
    Token(i64, i64, String),
}

/// What of the database shows which master key it was written with; `None` if nothing does yet.
///
/// # Errors
/// Those of the database.
pub async fn sealed(held: &mut Transaction) -> Result<Option<Sealed>, DbError> {
    let sql = "select id, sealed from channels where sealed <> '' order by updated_at desc limit 1";
    if let Some(row) = held.rows(sql, &[]).await?.first() {
        return Ok(Some(Sealed::Channel(row.int("id")?, row.text("sealed")?)));
    }
    let sql = "select merchant_id, customer_uid, sealed_key from customers
        where sealed_key <> '' order by updated_at desc limit 1";
    if let Some(row) = held.rows(sql, &[]).await?.first() {
        let (merchant, customer) = (row.int("merchant_id")?, row.text("customer_uid")?);
        return Ok(Some(Sealed::Customer(merchant, customer, row.text("sealed_key")?)));
    }
    let sql = "select api_key_id, generation, token_hash from tokens
        order by expires_at desc limit 1";
    let rows = held.rows(sql, &[]).await?;
    let token = rows.first().map(|row| -> Result<Sealed, DbError> {
        let (key, generation) = (row.int("api_key_id")?, row.int("generation")?);
        Ok(Sealed::Token(key, generation, row.text("token_hash")?))
    });
    token.transpose()
}

/// Writes into a backup what it holds.
async fn describe(target: &mut Transaction, copied: &Copied, now: i64) -> Result<(), CopyError> {
    for sql in [
        "create table backup_about (name text primary key, value bigint not null)",
        "create table backup_contents (name text primary key, row_count bigint not null,
             hash text not null)",
    ] {
        target.write(sql, &[Vec::new()]).await?;
    }
    let about = "insert into backup_about (name, value) values ($1, $2)";
    let told = [args!["taken_at", now], args!["migration", copied.migration]];
    target.write(about, &told).await?;
    let lines: Vec<Vec<Arg>> = copied
        .tables
        .iter()
        .map(|one| args![one.table.as_str(), one.rows, one.hash.as_str()])
        .collect();
    let sql = "insert into backup_contents (name, row_count, hash) values ($1, $2, $3)";
    Ok(target.write(sql, &lines).await?)
}

/// The file while it is being written. What an interrupted run left is taken away first; two runs
/// to the same name, and a hub that runs on it, meet at the lock.
struct Part {
    to: PathBuf,
    path: PathBuf,
    url: String,
    _lock: File,
}

impl Part {
    fn new(to: &Path) -> Result<Self, CopyError> {
        let path = beside(to, ".part");
        let url = url(&path)?;
        let lock = crate::sqlite::lock(to)?;
        let part = Self { to: to.to_owned(), path, url, _lock: lock };
        part.clear();
        Ok(part)
    }

    /// What is not there need not be taken away.
    fn clear(&self) {
        for more in ["", "-wal", "-shm", "-journal"] {
            drop(fs::remove_file(beside(&self.path, more)));
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.clear();
        drop(fs::remove_file(beside(&self.path, ".lock")));
        drop(fs::remove_file(beside(&self.to, ".lock")));
    }
}

fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

fn url(path: &Path) -> Result<String, DbError> {
    match path.to_str() {
        Some(path) => Ok(format!("sqlite:{path}")),
        None => Err(DbError::Url(format!("{}: the name must be UTF-8", path.display()))),
    }
}

fn free(to: &Path, replace: bool) -> Result<(), CopyError> {
    if to.exists() && !replace {
        let what = format!("{} exists and is left as it is", to.display());
        return Err(CopyError::File(what));
    }
    Ok(())
}

fn sync_folder(path: &Path) -> Result<(), CopyError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| file(folder, &error))
}

fn sha256(path: &Path) -> Result<(String, u64), CopyError> {
    let mut from = File::open(path).map_err(|error| file(path, &error))?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut buffer).map_err(|error| file(path, &error))?;
        if read == 0 {
            return Ok((copy::hash::hex(&hash.finalize()), bytes));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

fn file(path: &Path, error: &std::io::Error) -> CopyError {
    CopyError::File(format!("{}: {error}", path.display()))
}
