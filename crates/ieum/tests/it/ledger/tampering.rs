//! Somebody with write access to the database and without the hub's key. Every kind of change is
//! found, and said about the right payment.

use super::tamper;
use crate::cancels::paid;
use crate::vbank::text;
use crate::ways::at_once;
use engine::ledger::entries;
use engine::ledger::verify::{Kept, verify};
use engine::seal::Keyring;
use serde_json::json;
use store::ledger::EntryRow;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// Payments with three, two, one and one entries: the first two under the first seal, the third
/// under the second, the last under none.
struct Set {
    hub: TestHub,
    three: String,
    two: String,
    sealed: String,
    open: String,
}

async fn set(test: testkit::dbs::TestDb) -> Set {
    let hub = TestHub::new(test).await;
    let way = at_once()[0];
    let mut made = Vec::new();
    for (order, parts) in [("three", 2), ("two", 1), ("sealed", 0), ("open", 0)] {
        let payment = paid(&hub, way, order).await;
        for _ in 0..parts {
            hub.cancel(json!({"imp_uid": payment["imp_uid"], "amount": 4_000})).await.ok();
        }
        made.push(text(&payment, "imp_uid").to_owned());
        if order == "two" || order == "sealed" {
            hub.clock().advance(3_600);
            engine::ledger::tend(hub.engine()).await.unwrap();
        }
    }
    let report = hub.verify().await;
    assert!(report.is_whole(), "{:?}", report.breaks);
    assert_eq!((report.seals, report.unsealed, report.entries), (3, 1, 7));
    let [three, two, sealed, open] = made.try_into().unwrap();
    Set { hub, three, two, sealed, open }
}

impl Set {
    async fn entries(&self, imp_uid: &str) -> Vec<EntryRow> {
        entries(self.hub.engine(), self.hub.shop.id, imp_uid).await.unwrap()
    }

    /// Does it, sees that it is found, undoes it, sees that all is well again.
    async fn found(&self, does: &[String], undoes: &[String], expected: &[(&str, &str)]) {
        tamper(&self.hub, does).await;
        let report = self.hub.verify().await;
        assert!(!report.is_whole(), "not found: {does:?}");
        for (imp_uid, reason) in expected {
            let said = report.breaks.iter();
            let mut said = said.filter(|found| found.imp_uid == **imp_uid);
            let breaks = &report.breaks;
            assert!(said.any(|it| it.reason.contains(reason)), "{does:?}: {reason}: {breaks:?}");
        }
        for found in &report.breaks {
            let known = expected.iter().any(|(imp_uid, _)| *imp_uid == found.imp_uid);
            assert!(known, "{does:?} is said of another: {found:?}");
        }
        tamper(&self.hub, undoes).await;
        let report = self.hub.verify().await;
        assert!(report.is_whole(), "not undone: {undoes:?}: {:?}", report.breaks);
    }
}

fn column(table: &str, imp_uid: &str, set: &str, more: &str) -> String {
    format!("update {table} set {set} where imp_uid = '{imp_uid}' {more}")
}

fn delete(imp_uid: &str, more: &str) -> String {
    format!("delete from ledger where imp_uid = '{imp_uid}' {more}")
}

fn insert(row: &EntryRow) -> String {
    format!(
        "insert into ledger (imp_uid, seq, merchant_id, at, entered_at, kind, operation_id, debit, \
         credit, amount, currency, actor, note, prev_hash, hash) values ('{}', {}, {}, {}, {}, \
         '{}', '{}', '{}', '{}', {}, '{}', '{}', '{}', '{}', '{}')",
        row.imp_uid,
        row.seq,
        row.merchant_id,
        row.at,
        row.entered_at,
        row.kind,
        row.operation_id,
        row.debit,
        row.credit,
        row.amount,
        row.currency,
        row.actor,
        row.note,
        row.prev_hash,
        row.hash
    )
}

#[tokio::test]
async fn a_changed_entry_is_found_whatever_was_changed() {
    on_both(async |test| {
        let set = set(test).await;
        for imp_uid in [&set.two, &set.open] {
            let last = set.entries(imp_uid).await.pop().unwrap();
            let seq = format!("and seq = {}", last.seq);
            let changed = format!("entry {} was changed", last.seq);
            for (does, undoes) in [
                ("amount = amount + 1", "amount = amount - 1"),
                ("at = at + 1", "at = at - 1"),
                ("entered_at = entered_at + 1", "entered_at = entered_at - 1"),
                ("merchant_id = merchant_id + 1", "merchant_id = merchant_id - 1"),
                ("currency = 'USD'", "currency = 'KRW'"),
                ("actor = actor || 'x'", "actor = 'pg'"),
                ("note = 'x'", "note = ''"),
                ("kind = 'correction'", &format!("kind = '{}'", last.kind)),
                ("debit = 'suspense'", &format!("debit = '{}'", last.debit)),
                ("credit = 'suspense'", &format!("credit = '{}'", last.credit)),
                ("operation_id = ''", &format!("operation_id = '{}'", last.operation_id)),
                ("prev_hash = hash", &format!("prev_hash = '{}'", last.prev_hash)),
                ("hash = prev_hash || '0'", &format!("hash = '{}'", last.hash)),
            ] {
                let does = column("ledger", imp_uid, does, &seq);
                let undoes = column("ledger", imp_uid, undoes, &seq);
                let mut expected = vec![(imp_uid.as_str(), changed.as_str())];
                if does.contains("hash = prev_hash ||") && imp_uid == &set.two {
                    expected.push(("", "other entries"));
                }
                set.found(&[does], &[undoes], &expected).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_added_or_exchanged_entry_is_found() {
    on_both(async |test| {
        let set = set(test).await;
        let three = set.entries(&set.three).await;
        let uid = set.three.as_str();
        for (seq, said) in [
            (1, "entry 1 is missing"),
            (2, "entry 2 is missing"),
            (3, "the payment ends at entry 3, the ledger at 2"),
        ] {
            let row = &three[seq - 1];
            let does = delete(uid, &format!("and seq = {seq}"));
            set.found(&[does], &[insert(row)], &[(uid, said), ("", "seal 1 is over")]).await;
        }
        let all: Vec<String> = three.iter().map(insert).collect();
        let gone = [(uid, "the payment ends at entry 3, the ledger at 0"), ("", "seal 1 is over")];
        set.found(&[delete(uid, "")], &all, &gone).await;
        // One more, as good as it can be made without the key: before the seal, and after it.
        let newest = set.entries(&set.open).await.remove(0).entered_at;
        for entered_at in [three[0].entered_at, newest] {
            let more = EntryRow { seq: 4, prev_hash: three[2].hash.clone(), ..three[2].clone() };
            let more = EntryRow { entered_at, ..more };
            let points = column(
                "payments",
                uid,
                &format!("ledger_seq = 4, ledger_hash = '{}'", more.hash),
                "",
            );
            let back = column(
                "payments",
                uid,
                &format!("ledger_seq = 3, ledger_hash = '{}'", more.hash),
                "",
            );
            let undo = [delete(uid, "and seq = 4"), back];
            let mut said = vec![(uid, "entry 4 was changed or is not ours")];
            if entered_at != newest {
                said.push(("", "seal 1 is over 5 entries, 6 are there"));
            }
            set.found(&[insert(&more), points], &undo, &said).await;
        }
        // Two change places.
        let swap = |one: i64, two: i64| {
            [
                column("ledger", uid, "seq = 9", &format!("and seq = {one}")),
                column("ledger", uid, &format!("seq = {one}"), &format!("and seq = {two}")),
                column("ledger", uid, &format!("seq = {two}"), "and seq = 9"),
            ]
        };
        let said = [(uid, "entry 2 was changed"), ("", "seal 1 is over other entries")];
        set.found(&swap(2, 3), &swap(2, 3), &said).await;
        // A whole chain under a name nobody has.
        let strange = EntryRow { imp_uid: "imp_000000000001".to_owned(), ..three[0].clone() };
        let does = [insert(&strange)];
        let undo = [delete(&strange.imp_uid, "")];
        let said = [("imp_000000000001", "is no payment"), ("", "seal 1 is over 5 entries")];
        set.found(&does, &undo, &said).await;
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_says_otherwise_is_found() {
    on_both(async |test| {
        let set = set(test).await;
        let two = set.two.as_str();
        for (does, undoes, said) in [
            ("amount = amount + 1", "amount = amount - 1", "paid: 14001 by the payment"),
            ("cancelled = 3000", "cancelled = 4000", "given back: 3000 by the payment"),
            ("state = 'cancelled'", "state = 'part_cancelled'", "makes no sense"),
            ("state = 'nothing'", "state = 'part_cancelled'", "makes no sense"),
            (
                "state = 'failed', cancelled = 0",
                "state = 'part_cancelled', cancelled = 4000",
                "paid: 0 by the payment, 14000 by the ledger",
            ),
            ("currency = 'USD'", "currency = 'KRW'", "does not belong to this payment"),
            ("ledger_seq = 1", "ledger_seq = 2", "ends at entry 1, the ledger at 2"),
            ("ledger_seq = -1", "ledger_seq = 2", "ends at entry 0, the ledger at 2"),
        ] {
            let (does, undoes) =
                (column("payments", two, does, ""), column("payments", two, undoes, ""));
            set.found(&[does], &[undoes], &[(two, said)]).await;
        }
        let last = set.entries(two).await.pop().unwrap();
        let does = column("payments", two, "ledger_hash = 'x'", "");
        let undoes = column("payments", two, &format!("ledger_hash = '{}'", last.hash), "");
        set.found(&[does], &[undoes], &[(two, "is not the one the payment ends at")]).await;
        let more = column("cancels", two, "amount = amount + 1", "");
        let less = column("cancels", two, "amount = amount - 1", "");
        set.found(&[more], &[less], &[(two, "cancels come to 4001")]).await;
    })
    .await;
}

#[tokio::test]
async fn a_payment_set_back_to_an_earlier_moment_is_found_by_the_seal() {
    on_both(async |test| {
        let set = set(test).await;
        let (two, all) = (set.two.as_str(), set.entries(&set.two).await);
        // Everything as it was before the cancel: the chain itself is whole.
        let before = format!(
            "state = 'paid', cancelled = 0, ledger_seq = 1, ledger_hash = '{}'",
            all[0].hash
        );
        let after = format!(
            "state = 'part_cancelled', cancelled = 4000, ledger_seq = 2, ledger_hash = '{}'",
            all[1].hash
        );
        let does = [
            delete(two, "and seq = 2"),
            column("payments", two, &before, ""),
            column("cancels", two, "state = 'refused'", ""),
        ];
        let undoes = [
            insert(&all[1]),
            column("payments", two, &after, ""),
            column("cancels", two, "state = 'done'", ""),
        ];
        set.found(&does, &undoes, &[("", "seal 1 is over 5 entries, 4 are there")]).await;
        // As if it had never been paid.
        let does = [
            delete(two, ""),
            column(
                "payments",
                two,
                "state = 'failed', cancelled = 0, ledger_seq = 0, ledger_hash = ''",
                "",
            ),
        ];
        let undoes = [insert(&all[0]), insert(&all[1]), column("payments", two, &after, "")];
        set.found(&does, &undoes, &[("", "seal 1 is over 5 entries, 3 are there")]).await;
    })
    .await;
}

#[tokio::test]
async fn a_changed_or_missing_seal_is_found() {
    on_both(async |test| {
        let set = set(test).await;
        let (hub, db) = (&set.hub, &set.hub.engine().db);
        for (does, undoes) in [
            ("upto = upto + 1", "upto = upto - 1"),
            ("entries = entries + 1", "entries = entries - 1"),
            ("sealed_at = sealed_at + 1", "sealed_at = sealed_at - 1"),
            ("digest = digest || '0'", "digest = substr(digest, 1, 64)"),
            ("hash = hash || '0'", "hash = substr(hash, 1, 64)"),
            ("prev_hash = prev_hash || '0'", "prev_hash = substr(prev_hash, 1, 64)"),
        ] {
            let of = |set: &str| format!("update ledger_seals set {set} where no = 1");
            set.found(&[of(does)], &[of(undoes)], &[("", "seal 1 was changed")]).await;
        }
        let last = store::ledger::last_seal(db).await.unwrap().unwrap();
        assert_eq!(last.no, 2);
        let move_to =
            |from: i64, to: i64| format!("update ledger_seals set no = {to} where no = {from}");
        set.found(&[move_to(1, 91)], &[move_to(91, 1)], &[("", "seal 1 is missing")]).await;
        // The newest can be taken away unnoticed, unless somebody kept it.
        tamper(hub, &[move_to(2, -5)]).await;
        let kept = Kept { no: last.no, hash: last.hash.clone() };
        let looked =
            async |kept: &Kept| verify(db, &hub.engine().keyring, Some(kept)).await.unwrap();
        assert!(looked(&kept).await.breaks.iter().any(|it| it.reason.contains("which was kept")));
        tamper(hub, &[move_to(-5, 2)]).await;
        assert!(looked(&kept).await.is_whole());
        let other = Kept { no: 1, ..kept };
        assert!(looked(&other).await.breaks.iter().any(|it| it.reason.contains("not the one")));
        // Without the hub's key nothing is right.
        let stranger = verify(db, &Keyring::new(&[8; 32]), None).await.unwrap();
        assert!(stranger.broken > stranger.entries, "{:?}", stranger.breaks);
        let at = set.entries(&set.sealed).await[0].entered_at;
        assert!(at <= last.upto);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_entered_under_a_seal_even_by_a_clock_that_was_set_back() {
    on_both(async |test| {
        let set = set(test).await;
        let upto = store::ledger::last_seal(&set.hub.engine().db).await.unwrap().unwrap().upto;
        set.hub.clock().advance(-7_200);
        // A process that knows of the seal, and one that does not.
        let fresh = set.hub.base.replica(9);
        for (engine, imp_uid) in [(set.hub.engine(), &set.open), (&fresh, &set.sealed)] {
            let request = engine::payments::cancel::CancelRequest::of(imp_uid);
            let cancelled =
                engine::payments::cancel::cancel(engine, set.hub.shop.id, &request).await;
            assert!(cancelled.is_ok(), "{cancelled:?}");
            let last = set.entries(imp_uid).await.pop().unwrap();
            assert_eq!(last.kind, "cancel");
            assert!(last.entered_at > upto, "{} is sealed up to {upto}", last.entered_at);
        }
        set.hub.settled().await;
    })
    .await;
}
