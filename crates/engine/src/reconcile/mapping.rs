//! How a channel's settlement file is to be read. No PG publishes its file to us, so the columns
//! are the operator's to name; the default is our own set (`docs/reconciliation.md`).

use crate::{Engine, Error, Result, audit};
use domain::{Currency, MerchantId};
use serde::{Deserialize, Serialize};
use store::{Batch, recon};

/// A column mapping. Every column is named by its header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// `utf-8` or `cp949`.
    pub charset: String,
    /// Between cells; one ASCII character.
    pub delimiter: String,
    /// PG code; rows of another PG are passed over.
    pub pg: String,
    /// MID.
    pub mid: String,
    /// The PG's number of the approval.
    pub tid: String,
    /// The order number the PG was given: the imp_uid.
    pub order_no: String,
    /// `approve`, `deposit` or `cancel`, or the words below.
    pub kind: String,
    /// Amount.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
    /// When, KST.
    pub at: String,
    /// The time of day, if it has a column of its own.
    pub time: String,
    /// The PG's number of a cancel.
    pub cancel_no: String,
    /// How `at` (and a space and `time`) is written: `YYYY MM DD hh mm ss` and what stands between.
    pub time_format: String,
    /// What `kind` says for money that came in.
    pub in_words: Vec<String>,
    /// What `kind` says for money that went back.
    pub back_words: Vec<String>,
    /// `kind`: amounts are without sign or the sign is not looked at. `negative`: what is below
    /// zero went back, and `kind` is not looked at.
    pub sign: String,
    /// `minor`: 120 is 1.20 dollars. `major`: it is 120 dollars.
    pub unit: String,
    /// The currency of rows that name none.
    pub default_currency: String,
}

impl Default for Mapping {
    fn default() -> Self {
        let text = str::to_owned;
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            charset: text("utf-8"),
            delimiter: text(","),
            pg: text("pg"),
            mid: text("mid"),
            tid: text("tid"),
            order_no: text("order_no"),
            kind: text("kind"),
            amount: text("amount"),
            currency: text("currency"),
            at: text("at"),
            time: String::new(),
            cancel_no: text("cancel_no"),
            time_format: text("YYYY-MM-DD hh:mm:ss"),
            in_words: words(&["approve", "deposit", "승인", "입금"]),
            back_words: words(&["cancel", "취소", "부분취소", "환불"]),
            sign: text("kind"),
            unit: text("minor"),
            default_currency: text("KRW"),
        }
    }
}

impl Mapping {
    /// Reads JSON; fields that are not there are those of the default.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field.
    pub fn parse(text: &str) -> Result<Self> {
        let mapping: Self =
            serde_json::from_str(text).map_err(|why| Error::invalid("mapping", why.to_string()))?;
        mapping.checked()
    }

    /// The default with some fields set: `field=value` pairs of a form or a command line. The
    /// words are separated by `|`.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self> {
        let list = || value.split('|').map(|word| word.trim().to_owned()).collect::<Vec<_>>();
        match name {
            "in_words" => self.in_words = list(),
            "back_words" => self.back_words = list(),
            _ => {
                let field = self.field(name).ok_or_else(|| {
                    Error::invalid(name, format!("{name}: 열 설정에 없는 항목입니다."))
                })?;
                // A tab is a delimiter, and a form or a shell has no good way to type one.
                let value = if name == "delimiter" && value == "\\t" { "\t" } else { value };
                let value = if name == "delimiter" { value } else { value.trim() };
                value.clone_into(field);
            }
        }
        Ok(self)
    }

    /// Every field as [`Mapping::with`] takes it.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut copy = self.clone();
        let names = [
            "charset",
            "delimiter",
            "pg",
            "mid",
            "tid",
            "order_no",
            "kind",
            "amount",
            "currency",
            "at",
            "time",
            "cancel_no",
            "time_format",
            "sign",
            "unit",
            "default_currency",
        ];
        let texts = names.into_iter();
        let shown = |text: &mut String| if text == "\t" { "\\t".to_owned() } else { text.clone() };
        let mut pairs: Vec<(&'static str, String)> =
            texts.map(|name| (name, copy.field(name).map(shown).unwrap_or_default())).collect();
        pairs.push(("in_words", self.in_words.join("|")));
        pairs.push(("back_words", self.back_words.join("|")));
        pairs
    }

    /// The text fields by name.
    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "charset" => &mut self.charset,
            "delimiter" => &mut self.delimiter,
            "pg" => &mut self.pg,
            "mid" => &mut self.mid,
            "tid" => &mut self.tid,
            "order_no" => &mut self.order_no,
            "kind" => &mut self.kind,
            "amount" => &mut self.amount,
            "currency" => &mut self.currency,
            "at" => &mut self.at,
            "time" => &mut self.time,
            "cancel_no" => &mut self.cancel_no,
            "time_format" => &mut self.time_format,
            "sign" => &mut self.sign,
            "unit" => &mut self.unit,
            "default_currency" => &mut self.default_currency,
            _ => return None,
        })
    }

    /// Itself, if a file can be read by it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field.
    pub fn checked(self) -> Result<Self> {
        let one_of = |field: &str, value: &str, allowed: &[&str]| {
            let text = format!("{} 중 하나여야 합니다.", allowed.join(", "));
            if allowed.contains(&value) { Ok(()) } else { Err(Error::invalid(field, text)) }
        };
        one_of("charset", &self.charset, &["utf-8", "cp949"])?;
        one_of("sign", &self.sign, &["kind", "negative"])?;
        one_of("unit", &self.unit, &["minor", "major"])?;
        if self.delimiter.len() != 1 || ["\"", "\n", "\r"].contains(&self.delimiter.as_str()) {
            return Err(Error::invalid("delimiter", "구분자는 한 글자입니다."));
        }
        for (field, value) in [("amount", &self.amount), ("at", &self.at)] {
            if value.is_empty() {
                return Err(Error::invalid(field, "열 이름이 필요합니다."));
            }
        }
        if self.order_no.is_empty() && self.tid.is_empty() {
            return Err(Error::invalid("order_no", "주문번호나 거래번호 열이 필요합니다."));
        }
        if self.sign == "kind" && self.kind.is_empty() {
            return Err(Error::invalid("kind", "구분 열이 필요합니다."));
        }
        if Currency::parse(&self.default_currency).is_none() {
            return Err(Error::invalid("default_currency", "지원하지 않는 통화입니다."));
        }
        for part in ["YYYY", "MM", "DD"] {
            if !self.time_format.contains(part) {
                let text = "YYYY, MM, DD가 있어야 합니다. 예: YYYY-MM-DD hh:mm:ss";
                return Err(Error::invalid("time_format", text));
            }
        }
        Ok(self)
    }
}

/// How files of a channel are read: as was saved, or by the default.
///
/// # Errors
/// Of the database, and [`Error::Invalid`] if what was saved cannot be read any more.
pub async fn of_channel(engine: &Engine, merchant: MerchantId, channel: i64) -> Result<Mapping> {
    match recon::mapping(&engine.db, merchant, channel).await? {
        Some(text) => Mapping::parse(&text),
        None => Ok(Mapping::default()),
    }
}

/// Saves how files of a channel are read.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::NotFound`] without such a channel.
pub async fn save(
    engine: &Engine,
    merchant: MerchantId,
    channel: i64,
    actor: &str,
    mapping: Mapping,
) -> Result<()> {
    let mapping = mapping.checked()?;
    super::channel(engine, merchant, channel).await?;
    let text = serde_json::to_string(&mapping).map_err(Error::internal)?;
    let mut batch = Batch::new();
    recon::put_mapping(&mut batch, merchant, channel, &text, engine.now().0);
    let detail = format!("channel {channel}");
    audit::note(engine, &mut batch, merchant, actor, "reconcile.mapping", detail);
    engine.db.commit(batch).await?;
    Ok(())
}
