//! A settlement file (RFC 4180) into rows. A file is read whole or refused with its first faults:
//! half a file would make breaks out of the other half.

use super::mapping::Mapping;
use crate::{Error, Result};
use domain::reconcile::{Flow, Theirs};
use domain::{Currency, Millis, Money};

/// The largest amount of one row, minor units: as [`Money`] has it.
const LIMIT: i64 = 999_999_999_999_999;

/// How many faults a refusal names.
const NAMED: usize = 5;

/// What was read.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Its rows.
    pub rows: Vec<Theirs>,
    /// Rows of another PG, which were passed over.
    pub other_pgs: u64,
}

/// Reads a file of the PG with this code and its aliases.
///
/// # Errors
/// [`Error::Invalid`] naming lines and columns.
pub fn read(mapping: &Mapping, pgs: &[&str], bytes: &[u8]) -> Result<Sheet> {
    // The reader counts lines by what ends them last: of two characters it would be one behind.
    let text = decoded(mapping, bytes)?.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mapping.delimiter.bytes().next().unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|why| faulty(&why.to_string()))?.clone();
    let columns = Columns::find(mapping, &headers)?;
    let (mut sheet, mut faults) = (Sheet::default(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(|why| faulty(&why.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { mapping, columns: &columns, record: &record };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let pg = row.cell(columns.pg);
        if !pg.is_empty() && !pgs.iter().any(|code| code.eq_ignore_ascii_case(pg)) {
            sheet.other_pgs += 1;
            continue;
        }
        match row.theirs(line) {
            Ok(Some(theirs)) => sheet.rows.push(theirs),
            Ok(None) => {}
            Err(fault) => {
                faults.push(format!("{line}행 {fault}"));
                if faults.len() == NAMED {
                    break;
                }
            }
        }
    }
    if faults.is_empty() { Ok(sheet) } else { Err(faulty(&faults.join(" / "))) }
}

fn faulty(why: &str) -> Error {
    Error::invalid("csv", domain::text::cut(why, 800))
}

fn decoded(mapping: &Mapping, bytes: &[u8]) -> Result<String> {
    let encoding =
        if mapping.charset == "cp949" { encoding_rs::EUC_KR } else { encoding_rs::UTF_8 };
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        return Err(faulty(&format!("파일의 글자가 {}이 아닙니다.", mapping.charset)));
    }
    Ok(text.into_owned())
}

/// Where the columns are.
struct Columns {
    pg: Option<usize>,
    mid: Option<usize>,
    tid: Option<usize>,
    order_no: Option<usize>,
    kind: Option<usize>,
    amount: Option<usize>,
    currency: Option<usize>,
    at: Option<usize>,
    time: Option<usize>,
    cancel_no: Option<usize>,
}

impl Columns {
    fn find(mapping: &Mapping, headers: &csv::StringRecord) -> Result<Self> {
        let place = |name: &str| {
            let mut cells = headers.iter();
            if name.is_empty() { None } else { cells.position(|header| header.trim() == name) }
        };
        let need = |name: &str| match place(name) {
            None if !name.is_empty() => {
                let known: Vec<&str> = headers.iter().collect();
                let text = format!("'{name}' 열이 없습니다. 파일의 열: {}", known.join(", "));
                Err(faulty(&text))
            }
            found => Ok(found),
        };
        let columns = Self {
            pg: place(&mapping.pg),
            mid: place(&mapping.mid),
            tid: place(&mapping.tid),
            order_no: place(&mapping.order_no),
            kind: if mapping.sign == "kind" { need(&mapping.kind)? } else { None },
            amount: need(&mapping.amount)?,
            currency: place(&mapping.currency),
            at: need(&mapping.at)?,
            time: need(&mapping.time)?,
            cancel_no: place(&mapping.cancel_no),
        };
        if columns.order_no.is_none() && columns.tid.is_none() {
            need(if mapping.order_no.is_empty() { &mapping.tid } else { &mapping.order_no })?;
        }
        Ok(columns)
    }
}

struct Row<'a> {
    mapping: &'a Mapping,
    columns: &'a Columns,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|at| self.record.get(at)).unwrap_or("").trim()
    }

    /// The row; `None` for one that moves no money.
    fn theirs(&self, line: u64) -> std::result::Result<Option<Theirs>, String> {
        let text = |column, limit| {
            let cell = self.cell(column);
            if cell.len() > limit || cell.contains('\0') {
                return Err(format!("'{}': 너무 깁니다.", domain::text::cut(cell, 20)));
            }
            Ok(cell.to_owned())
        };
        let currency = match self.cell(self.columns.currency) {
            "" => self.mapping.default_currency.clone(),
            other => Currency::parse(other)
                .map(|currency| currency.code().to_owned())
                .ok_or_else(|| format!("'{other}': 알 수 없는 통화입니다."))?,
        };
        let (below, amount) = self.amount(&currency)?;
        let flow = self.flow(below)?;
        let at = self.at()?;
        let (order_no, tid) = (text(self.columns.order_no, 80)?, text(self.columns.tid, 80)?);
        if order_no.is_empty() && tid.is_empty() {
            return Err("주문번호와 거래번호가 모두 비어 있습니다.".to_owned());
        }
        let cancel_no = text(self.columns.cancel_no, 80)?;
        let mid = text(self.columns.mid, 80)?;
        let row = Theirs { line, order_no, tid, cancel_no, mid, flow, amount, currency, at };
        Ok(Some(row).filter(|row| row.amount > 0))
    }

    /// Whether the sign is a minus, and the amount without it.
    fn amount(&self, currency: &str) -> std::result::Result<(bool, i64), String> {
        let cell = self.cell(self.columns.amount);
        let wrong = || format!("'{cell}': 금액이 아닙니다.");
        let (below, digits) = match cell.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, cell.strip_prefix('+').unwrap_or(cell)),
        };
        let digits: String = digits.chars().filter(|c| *c != ',').collect();
        let minor = if self.mapping.unit == "major" {
            let currency = Currency::parse(currency).ok_or_else(wrong)?;
            Money::parse(&digits, currency).map_err(|_| wrong())?.minor()
        } else if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            digits.parse().ok().filter(|minor| *minor <= LIMIT).ok_or_else(wrong)?
        } else {
            return Err(wrong());
        };
        Ok((below, minor))
    }

    fn flow(&self, below: bool) -> std::result::Result<Flow, String> {
        if self.mapping.sign == "negative" {
            return Ok(if below { Flow::Back } else { Flow::In });
        }
        let kind = self.cell(self.columns.kind);
        let among = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(kind));
        if among(&self.mapping.in_words) {
            Ok(Flow::In)
        } else if among(&self.mapping.back_words) {
            Ok(Flow::Back)
        } else {
            Err(format!("'{kind}': 승인·입금·취소 중 무엇인지 알 수 없습니다."))
        }
    }

    fn at(&self) -> std::result::Result<Millis, String> {
        let (date, time) = (self.cell(self.columns.at), self.cell(self.columns.time));
        let cell = if self.columns.time.is_some() { format!("{date} {time}") } else { date.into() };
        let wrong = || format!("'{cell}': 시각이 {} 꼴이 아닙니다.", self.mapping.time_format);
        moment(&self.mapping.time_format, &cell).ok_or_else(wrong)
    }
}

/// Reads a KST wall clock written as `pattern` says; a day without a time is its beginning.
fn moment(pattern: &str, cell: &str) -> Option<Millis> {
    let part = |name: &str| {
        let Some(from) = pattern.find(name) else { return Some("0".repeat(name.len())) };
        let digits = cell.get(from..from + name.len())?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.to_owned())
    };
    let between = pattern.char_indices().filter(|(_, c)| !"YMDhms".contains(*c));
    let fits = cell.len() == pattern.len()
        && between.clone().all(|(at, c)| cell.get(at..).is_some_and(|rest| rest.starts_with(c)));
    if !fits {
        return None;
    }
    let mut digits = String::new();
    for name in ["YYYY", "MM", "DD", "hh", "mm", "ss"] {
        digits.push_str(&part(name)?);
    }
    Millis::parse_kst(&digits)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[path = "file_tests.rs"]
mod tests;
