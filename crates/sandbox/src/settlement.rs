//! A PG's account of a few days, as a file: what its admin pages would offer for download. The
//! columns are the hub's own set (docs/reconciliation.md); no PG's real file is imitated.

use crate::{Millis, Sandbox, books::SqlBooks, lock};
use pg::sim::{Books, Trade};
use std::collections::HashMap;

/// The header line.
pub(crate) const COLUMNS: [&str; 9] =
    ["pg", "mid", "tid", "order_no", "kind", "amount", "currency", "at", "cancel_no"];

impl Sandbox {
    /// Every movement of a PG's money as RFC 4180, oldest first; `query` may name `from` and `to`
    /// (KST days `YYYY-MM-DD`, both ends among them) and `mid`.
    ///
    /// # Errors
    /// What is wrong, naming the field.
    pub fn settlement(&self, pg: &str, query: &str) -> Result<String, String> {
        let code = self.simulator(pg)?.pg();
        let fields: HashMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let day = |name: &str| match field(name) {
            "" => Ok(None),
            text => {
                let digits = text.replace('-', "");
                let end = Millis::parse_kst(&digits).filter(|_| digits.len() == 8);
                end.map(Some).ok_or_else(|| format!("{name}: must be YYYY-MM-DD"))
            }
        };
        // `parse_kst` gives the last second of a day.
        let (from, to) = (day("from")?.map(|end| end.plus_seconds(-86_399)), day("to")?);
        let reader = lock(&self.reader);
        let moment = reader.unchecked_transaction().map_err(|error| error.to_string())?;
        let books = SqlBooks::new(&moment);
        let (trades, movements) = (books.trades(code), books.movements(code));
        books.finish().map_err(|failure| failure.to_string())?;
        let trades: HashMap<&str, &Trade> =
            trades.iter().map(|trade| (trade.tid.as_str(), trade)).collect();
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(COLUMNS).map_err(|error| error.to_string())?;
        for movement in &movements {
            let Some(trade) = trades.get(movement.tid.as_str()) else { continue };
            let at = Millis(movement.at);
            let early = from.is_some_and(|from| at < from);
            let late = to.is_some_and(|to| at.seconds() > to.seconds());
            let other = !field("mid").is_empty() && field("mid") != trade.mid;
            if early || late || other || movement.amount == 0 {
                continue;
            }
            let played = if trade.method == "alipay" { "alipay" } else { code };
            let back = matches!(movement.kind.as_str(), "cancel" | "void");
            let kind = if back { "cancel" } else { movement.kind.as_str() };
            let amount = movement.amount.to_string();
            let cancel_no = if back { movement.number.as_str() } else { "" };
            let when = at.kst_text();
            let cells = [
                played,
                &trade.mid,
                &trade.tid,
                &trade.order_no,
                kind,
                &amount,
                &trade.currency,
                &when,
                cancel_no,
            ];
            file.write_record(cells).map_err(|error| error.to_string())?;
        }
        let bytes = file.into_inner().map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|error| error.to_string())
    }
}
