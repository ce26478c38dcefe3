//! `ieum reconcile`: a channel's money by our books against its PG's word, for a day or a month.

use crate::commands::merchant::offline_with;
use crate::config::Config;
use crate::elsewhere::Elsewhere;
use crate::system::say;
use anyhow::{Context as _, bail};
use engine::reconcile::{self, BreakRow, Mapping, Outcome, Pace, day_text};
use engine::{Engine, MerchantId, SandboxPort};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Reconcile {
    /// The configuration file of the hub.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
    /// The channel: its key, or its PG's code or MID where only one has it.
    #[arg(long)]
    channel: String,
    /// The merchant's user code, where several have such a channel.
    #[arg(long)]
    merchant: Option<String>,
    /// The day (KST), YYYY-MM-DD.
    #[arg(long, conflicts_with_all = ["from", "to"], required_unless_present_all = ["from", "to"])]
    date: Option<String>,
    /// The first day of several.
    #[arg(long, requires = "to")]
    from: Option<String>,
    /// The last day.
    #[arg(long, requires = "from")]
    to: Option<String>,
    /// The PG's settlement file. Without it the PG is asked about each payment.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// A column of the file: `amount=금액`; may be given several times. Default: as saved for the
    /// channel in the console.
    #[arg(long = "map", value_name = "FIELD=VALUE", requires = "csv")]
    map: Vec<String>,
    /// Questions a second when the PG is asked.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    rate: u64,
    /// How the breaks are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

impl Reconcile {
    /// False if breaks wait for somebody.
    pub(crate) async fn run(self) -> anyhow::Result<bool> {
        let config = Config::read(&self.config)?;
        let sandbox = config
            .sandbox
            .as_ref()
            .map(|sandbox| Arc::new(Elsewhere(sandbox.public_url.clone())) as Arc<dyn SandboxPort>);
        let engine = offline_with(&config, sandbox).await?;
        let outcome = self.compare(&engine).await;
        engine.db.clone().close().await;
        let outcome = outcome?;
        let clean = outcome.open().next().is_none();
        match self.format {
            Format::Table => table(&outcome),
            Format::Csv => csv(&outcome),
            Format::Json => say(&serde_json::to_string_pretty(&whole(&outcome))?),
        }
        Ok(clean)
    }

    async fn compare(&self, engine: &Engine) -> anyhow::Result<Outcome> {
        let channel =
            engine::reconcile::find_channel(engine, self.merchant.as_deref(), &self.channel)
                .await?;
        let (from, to) = match (&self.date, &self.from, &self.to) {
            (Some(date), _, _) => (reconcile::day("date", date)?, reconcile::day("date", date)?),
            (None, Some(from), Some(to)) => {
                (reconcile::day("from", from)?, reconcile::day("to", to)?)
            }
            _ => bail!("--date, or --from and --to"),
        };
        let days = reconcile::days(from, to)?;
        let Some(path) = &self.csv else {
            let pace = Seconds(Duration::from_millis(1_000 / self.rate));
            let most = reconcile::MOST_ASKED;
            return Ok(reconcile::by_lookup(engine, &channel, days, "cli", &pace, most).await?);
        };
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mapping = match self.map.is_empty() {
            true => None,
            false => {
                let merchant = MerchantId(channel.merchant_id);
                let saved = reconcile::mapping::of_channel(engine, merchant, channel.id).await?;
                Some(mapped(saved, &self.map)?)
            }
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let file = (name.as_deref().unwrap_or("-"), bytes.as_slice());
        Ok(reconcile::from_file(engine, &channel, days, "cli", file, mapping).await?)
    }
}

fn mapped(mut mapping: Mapping, pairs: &[String]) -> anyhow::Result<Mapping> {
    for pair in pairs {
        let (name, value) = pair.split_once('=').with_context(|| format!("--map {pair}: no ="))?;
        mapping = mapping.with(name, value)?;
    }
    Ok(mapping)
}

/// So long between two questions.
struct Seconds(Duration);

#[async_trait::async_trait]
impl Pace for Seconds {
    async fn wait(&self) {
        tokio::time::sleep(self.0).await;
    }
}

/// The columns of a break, for files.
const COLUMNS: [&str; 13] = [
    "id",
    "status",
    "kind",
    "day",
    "imp_uid",
    "order_no",
    "currency",
    "difference",
    "our_amount",
    "their_amount",
    "our_tid",
    "their_tid",
    "line",
];

fn cells(row: &BreakRow) -> [String; 13] {
    let read = |text: &Option<String>| -> Value {
        text.as_ref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let (ours, theirs) = (read(&row.ours), read(&row.theirs));
    let number = |value: &Value| value.as_i64().map(|it| it.to_string()).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    [
        row.id.to_string(),
        row.status.clone(),
        row.kind.clone(),
        day_text(row.day),
        row.imp_uid.clone().unwrap_or_default(),
        row.order_no.clone(),
        row.currency.clone(),
        row.difference.to_string(),
        number(&ours["amount"]),
        number(&theirs["amount"]),
        text(&ours["tid"]),
        text(&theirs["tid"]),
        number(&theirs["line"]),
    ]
}

fn csv(outcome: &Outcome) {
    let quoted = |cell: &str| {
        let plain = !cell.contains(['"', ',', '\n', '\r']);
        if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    };
    say(&COLUMNS.join(","));
    for row in outcome.open() {
        let cells = cells(row);
        say(&cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
    }
}

fn whole(outcome: &Outcome) -> Value {
    let run = &outcome.run;
    let breaks = outcome.open().map(|row| {
        let pairs = COLUMNS.iter().zip(cells(row));
        pairs.map(|(name, cell)| ((*name).to_owned(), Value::String(cell))).collect::<Value>()
    });
    json!({
        "from": day_text(run.from_day), "to": day_text(run.to_day), "source": run.source,
        "ours": run.ours, "theirs": run.theirs, "matched": run.matched,
        "other_days": run.other_days, "netted": run.netted, "foreign_rows": run.foreign_rows,
        "unasked": run.unasked, "found": run.found, "open": breaks.collect::<Vec<_>>(),
    })
}

fn table(outcome: &Outcome) {
    let run = &outcome.run;
    say(&format!(
        "{} ~ {}  {}: {} payments of ours, {} rows of the PG's, {} alike",
        day_text(run.from_day),
        day_text(run.to_day),
        run.source,
        run.ours,
        run.theirs,
        run.matched
    ));
    for (count, what) in [
        (run.other_days, "on a neighbouring day"),
        (run.netted, "approved and taken back by the PG"),
        (run.foreign_rows, "rows of other contracts, passed over"),
        (run.unasked, "payments could not be asked about: nothing is known of them"),
    ] {
        if count > 0 {
            say(&format!("{count} {what}"));
        }
    }
    let open: Vec<&BreakRow> = outcome.open().collect();
    if open.is_empty() {
        say("no open breaks");
        return;
    }
    say(&format!("{} open breaks", open.len()));
    for row in open {
        let about = if row.order_no.is_empty() { &row.item } else { &row.order_no };
        say(&format!(
            "{:<22} {}  {:<24} {:>14} {}  {}",
            row.kind,
            day_text(row.day),
            about,
            row.difference,
            row.currency,
            row.status
        ));
    }
}
