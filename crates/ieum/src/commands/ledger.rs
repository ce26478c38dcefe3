//! `ieum ledger`: recomputes the ledger, or shows a payment's entries. Beside a running hub too.

use crate::config::{Config, master_key};
use crate::system::say;
use anyhow::{Context as _, bail};
use engine::Millis;
use engine::ledger::verify::{Kept, Reads};
use engine::ledger::{Report, decimal, verify_in, verify_one};
use engine::seal::Keyring;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use store::ledger::EntryRow;
use store::ledger::said::channels;
use store::{DbError, Transaction};

/// Breaks printed; all are counted.
const PRINTED: usize = 100;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Ledger {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Recomputes every entry, chain, balance and seal. Fails if anything is missing, changed or
    /// added.
    Verify(Verify),
    /// Shows a payment's entries and checks them.
    Show(Show),
}

#[derive(clap::Args)]
struct Verify {
    /// The configuration file of the hub.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
    /// A seal an earlier run printed (`12:3f9a...`), kept outside the database: nothing up to it
    /// was taken away since.
    #[arg(long, value_name = "NUMBER:HASH")]
    seal: Option<String>,
}

#[derive(clap::Args)]
struct Show {
    /// The payment.
    imp_uid: String,
    /// The configuration file of the hub.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
}

impl Ledger {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Verify(command) => command.run().await,
            Command::Show(command) => command.run().await,
        }
    }
}

/// One moment of the hub's database, and the key its entries are hashed with.
async fn open(config: &Path) -> anyhow::Result<(Transaction, Keyring)> {
    let config = Config::read(config)?;
    let keyring = Keyring::new(&master_key(&config.secrets.master_key_file)?);
    let held = Transaction::snapshot(&config.database.url).await;
    Ok((held.context("cannot read the hub's database")?, keyring))
}

impl Verify {
    async fn run(self) -> anyhow::Result<()> {
        let kept = self.seal.as_deref().map(kept).transpose()?;
        let (mut held, keyring) = open(&self.config).await?;
        let mut reads = Reads::Held(&mut held);
        let report = verify_in(&mut reads, &keyring, kept.as_ref()).await?;
        let names = names(&mut reads).await?;
        counts(&report);
        totals(&report, &names);
        breaks(&report)
    }
}

fn kept(text: &str) -> anyhow::Result<Kept> {
    let read = text.split_once(':').and_then(|(no, hash)| Some((no.parse().ok()?, hash)));
    match read {
        Some((no, hash)) if hash.len() == 64 => Ok(Kept { no, hash: hash.to_lowercase() }),
        _ => bail!("--seal: a number, a colon and 64 hexadecimal digits, as verify prints them"),
    }
}

/// What the accounts of PGs are called by people.
async fn names(reads: &mut Reads<'_>) -> Result<BTreeMap<String, String>, DbError> {
    let all = channels(reads).await?.into_iter();
    Ok(all.map(|(id, pg, mid, mode)| (format!("pg:{id}"), format!("{pg} {mid} {mode}"))).collect())
}

fn counts(report: &Report) {
    say(&format!("payments {:>12}", report.payments));
    say(&format!("entries  {:>12}   {} under no seal yet", report.entries, report.unsealed));
    say(&format!("seals    {:>12}", report.seals));
    if let Some((no, hash)) = &report.last_seal {
        say(&format!("newest seal {no}:{hash}"));
    }
    if report.unopened > 0 {
        let count = report.unopened;
        say(&format!("{count} payments are older than the ledger; a running hub opens them"));
    }
}

fn totals(report: &Report, names: &BTreeMap<String, String>) {
    if report.totals.is_empty() {
        return;
    }
    say("");
    say(&format!("{:8}{:26}{:>20}{:>20}{:>20}", "", "account", "debit", "credit", "balance"));
    for ((currency, account), total) in &report.totals {
        let balance = total.debit.saturating_sub(total.credit);
        let amount = |minor| decimal(minor, currency);
        let (debit, credit) = (amount(total.debit), amount(total.credit));
        let name = names.get(account).map_or("", String::as_str);
        say(format!(
            "{currency:8}{account:26}{debit:>20}{credit:>20}{:>20}  {name}",
            amount(balance)
        )
        .trim_end());
    }
    say("");
}

fn breaks(report: &Report) -> anyhow::Result<()> {
    for found in report.breaks.iter().take(PRINTED) {
        let place = if found.imp_uid.is_empty() { "ledger" } else { &found.imp_uid };
        say(&format!("BROKEN {place}: {}", found.reason));
    }
    let hidden = report.broken.saturating_sub(PRINTED as u64);
    if hidden > 0 {
        say(&format!("and {hidden} more"));
    }
    match report.broken {
        0 => {
            say("whole: nothing is missing, changed or added");
            Ok(())
        }
        count => bail!("the ledger is broken in {count} places"),
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let (mut held, keyring) = open(&self.config).await?;
        let mut reads = Reads::Held(&mut held);
        let (report, entries) = verify_one(&mut reads, &keyring, &self.imp_uid).await?;
        if report.payments == 0 && entries.is_empty() {
            bail!("{}: no such payment", self.imp_uid);
        }
        let names = names(&mut reads).await?;
        for entry in &entries {
            say(&line(entry, &names));
        }
        if entries.is_empty() {
            say("no money moved");
        }
        totals(&report, &names);
        breaks(&report)
    }
}

fn line(entry: &EntryRow, names: &BTreeMap<String, String>) -> String {
    let name = |account: &str| match names.get(account) {
        Some(name) => format!("{account} ({name})"),
        None => account.to_owned(),
    };
    let (kind, amount) = (&entry.kind, decimal(entry.amount.into(), &entry.currency));
    let mut text = format!(
        "{} {} KST {kind} {amount} {} from {} to {} by {} {}",
        entry.seq,
        Millis(entry.at).kst_text(),
        entry.currency,
        name(&entry.credit),
        name(&entry.debit),
        entry.actor,
        entry.operation_id,
    );
    if !entry.note.is_empty() {
        text.push_str(&format!(": {}", entry.note));
    }
    text
}
