//! Errands: how unanswered ones ended, a state of the order, a delivery's data.

use super::SandboxOnly;
use super::naver::about;
use super::settle::lookup;
use super::wire::call;
use crate::capability::deliveries::{Deliveries, DeliveryReport};
use crate::capability::errands::{ErrandSettled, Errands};
use crate::capability::order_status::{OrderStatus, OrderStatuses};
use crate::cx::Cx;
use crate::error::PgError;
use serde_json::{Map, Value, json};

/// The PG that keeps a state of the order.
pub(super) const STATUSES: &str = "payco";
/// The PG that wants to know how goods travel.
pub(super) const DELIVERIES: &str = "paymentwall";

#[async_trait::async_trait]
impl Errands for SandboxOnly {
    async fn settle(&self, cx: &Cx<'_>) -> Result<ErrandSettled, PgError> {
        Ok(match lookup(self, cx).await? {
            Some(_) => ErrandSettled::Done,
            None => ErrandSettled::NotDone,
        })
    }
}

#[async_trait::async_trait]
impl OrderStatuses for SandboxOnly {
    async fn change(&self, cx: &Cx<'_>, tid: &str, to: OrderStatus) -> Result<(), PgError> {
        let data = json!({ "tid": tid, "status": to.word() });
        about(&call(self, cx, "order-status", data).await?, tid)
    }
}

#[async_trait::async_trait]
impl Deliveries for SandboxOnly {
    async fn report(&self, cx: &Cx<'_>, tid: &str, report: &DeliveryReport) -> Result<(), PgError> {
        about(&call(self, cx, "delivery", data(tid, report)).await?, tid)
    }
}

fn data(tid: &str, report: &DeliveryReport) -> Value {
    let address: Map<String, Value> =
        report.address.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let (tracking, carrier) = &report.carrier;
    json!({
        "tid": tid, "merchant_reference_id": report.merchant_uid, "type": report.kind,
        "status": report.status, "refundable": report.refundable,
        "estimated_delivery_datetime": report.estimated_delivery.0,
        "estimated_update_datetime": report.estimated_update.0,
        "carrier_tracking_id": tracking, "carrier_type": carrier, "reason": report.reason,
        "details": report.details, "shipping_address": address,
    })
}
