//! What the browser must do to see the PG's window.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Opened, Order};

/// Opens the window. Refuse here, naming the field, what this PG cannot sell.
pub(super) async fn open(cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
    cx.credentials.need("mid")?;
    Err(PgError::invalid("pay_method", format!("{}: 지원하지 않는 결제수단입니다.", order.method)))
}
