//! Every kind of break alone, and what must not be one.

use super::*;
use proptest::prelude::*;

const DAY: i64 = 20_000;
const MID: &str = "shop";

fn at(day: i64, hour: i64) -> Millis {
    Millis(start_of(day).0 + hour * 3_600_000)
}

fn entry(amount: i64, tid: &str, at: Millis) -> Entry {
    Entry { amount, at, tid: tid.into() }
}

fn ours(imp_uid: &str, amount: i64) -> Ours {
    Ours {
        imp_uid: imp_uid.into(),
        mid: MID.into(),
        currency: "KRW".into(),
        standing: Standing::Held,
        paid: Some(entry(amount, &format!("T{imp_uid}"), at(DAY, 12))),
        backs: Vec::new(),
        pending: None,
    }
}

fn cancelled(imp_uid: &str, amount: i64, backs: &[(i64, &str)]) -> Ours {
    let backs = backs.iter().map(|(minor, number)| entry(*minor, number, at(DAY, 15))).collect();
    Ours { backs, ..ours(imp_uid, amount) }
}

fn row(imp_uid: &str, amount: i64) -> Theirs {
    Theirs {
        line: 1,
        order_no: imp_uid.into(),
        tid: format!("T{imp_uid}"),
        cancel_no: String::new(),
        mid: MID.into(),
        flow: Flow::In,
        amount,
        currency: "KRW".into(),
        at: at(DAY, 12),
    }
}

fn back(imp_uid: &str, amount: i64, number: &str) -> Theirs {
    Theirs { flow: Flow::Back, cancel_no: number.into(), at: at(DAY, 15), ..row(imp_uid, amount) }
}

fn run(ours: Vec<Ours>, theirs: Vec<Theirs>) -> Report {
    compare(MID, Days { from: DAY, to: DAY }, ours, theirs)
}

fn told(report: &Report) -> Vec<(Kind, i64)> {
    report.breaks.iter().map(|found| (found.kind, found.difference)).collect()
}

#[test]
fn what_agrees_is_no_break() {
    let mine = vec![ours("a", 100), cancelled("b", 100, &[(30, "c1"), (20, "c2")])];
    let rows = vec![back("b", 20, "c2"), row("b", 100), row("a", 100), back("b", 30, "c1")];
    let report = run(mine, rows);
    assert_eq!((told(&report), report.matched), (vec![], 4));
}

#[test]
fn each_kind_alone() {
    let open = Ours { standing: Standing::Open(at(DAY, 12)), paid: None, ..ours("a", 100) };
    let failed = Ours { standing: Standing::Unpaid, paid: None, ..ours("a", 100) };
    let pending = Ours { pending: Some(entry(40, "c1", at(DAY, 15))), ..ours("a", 100) };
    let dollars = Theirs { currency: "USD".into(), ..row("a", 100) };
    let elsewhere = Theirs { mid: "other".into(), ..row("a", 100) };
    let again = Theirs { tid: "T2".into(), ..row("a", 100) };
    let late = Theirs { at: at(DAY + 9, 1), ..row("a", 100) };
    let held = || vec![ours("a", 100)];
    let part = || vec![cancelled("a", 100, &[(40, "c1")])];
    for (kind, difference, mine, rows) in [
        (Kind::MissingAtPg, -100, held(), vec![]),
        (Kind::MissingHere, 100, vec![], vec![row("a", 100)]),
        (Kind::UnpaidHere, 100, vec![failed], vec![row("a", 100)]),
        (Kind::UnknownHere, 100, vec![open.clone()], vec![row("a", 100)]),
        (Kind::UnknownHere, 0, vec![open], vec![]),
        (Kind::AmountDiffers, -1, held(), vec![row("a", 99)]),
        (Kind::CurrencyDiffers, 0, held(), vec![dollars]),
        (Kind::MidDiffers, 0, held(), vec![elsewhere]),
        (Kind::DayDiffers, 0, held(), vec![late]),
        (Kind::TwiceAtPg, 100, held(), vec![row("a", 100), again]),
        (Kind::TwiceAtPg, 100, held(), vec![row("a", 100), row("a", 100)]),
        (
            Kind::TwiceAtPg,
            -40,
            part(),
            vec![row("a", 100), back("a", 40, "c1"), back("a", 40, "c1")],
        ),
        (Kind::CancelMissingAtPg, 40, part(), vec![row("a", 100)]),
        (Kind::CancelMissingHere, -40, held(), vec![row("a", 100), back("a", 40, "c1")]),
        (
            Kind::CancelUnknownHere,
            -40,
            vec![pending.clone()],
            vec![row("a", 100), back("a", 40, "")],
        ),
        (Kind::CancelUnknownHere, 0, vec![pending], vec![row("a", 100)]),
        (Kind::CancelAmountDiffers, -5, part(), vec![row("a", 100), back("a", 45, "c1")]),
        (Kind::CancelAmountDiffers, 5, part(), vec![row("a", 100), back("a", 35, "")]),
    ] {
        let report = run(mine, rows);
        assert_eq!(told(&report), vec![(kind, difference)], "{report:?}");
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
    }
}

#[test]
fn the_neighbouring_day_is_told_and_is_no_break() {
    for (our, their) in [(at(DAY, 23), at(DAY + 1, 0)), (at(DAY, 0), at(DAY - 1, 23))] {
        let mine = Ours { paid: Some(entry(100, "Ta", our)), ..ours("a", 100) };
        let report = run(vec![mine.clone()], vec![Theirs { at: their, ..row("a", 100) }]);
        assert_eq!((told(&report), report.other_days.len()), (vec![], 1));
        // The same seen from the other day, and from a day that has nothing to do with it.
        let day = day_of(their);
        let days = Days { from: day, to: day };
        let rows = || vec![Theirs { at: their, ..row("a", 100) }];
        let report = compare(MID, days, vec![mine.clone()], rows());
        assert_eq!((told(&report), report.other_days.len()), (vec![], 1));
        let days = Days { from: DAY + 5, to: DAY + 5 };
        assert_eq!(compare(MID, days, vec![mine], rows()), Report::default());
    }
}

#[test]
fn what_the_pg_took_back_itself_is_no_break() {
    let failed = Ours { standing: Standing::Unpaid, paid: None, ..ours("a", 100) };
    let report = run(vec![failed], vec![row("a", 100), back("a", 100, "")]);
    assert_eq!((told(&report), report.netted), (vec![], 1));
    let second = Theirs { tid: "T2".into(), ..row("a", 100) };
    let voided = Theirs { tid: "T2".into(), ..back("a", 100, "") };
    let report = run(vec![ours("a", 100)], vec![row("a", 100), second, voided]);
    assert_eq!((told(&report), report.netted, report.matched), (vec![], 1, 1));
}

#[test]
fn an_old_cancel_of_the_same_amount_hides_no_new_one() {
    let mut mine = cancelled("a", 100, &[]);
    mine.backs.push(entry(30, "old", at(DAY - 20, 9)));
    let report = run(vec![mine], vec![row("a", 100), back("a", 30, "new")]);
    assert_eq!(told(&report), vec![(Kind::CancelMissingHere, -30)]);
}

#[test]
fn a_second_approval_weeks_later_is_one_too_many() {
    let mine = Ours { paid: Some(entry(100, "T1", at(DAY - 20, 9))), ..ours("a", 100) };
    let report = run(vec![mine], vec![Theirs { tid: "T2".into(), ..row("a", 100) }]);
    assert_eq!(told(&report), vec![(Kind::TwiceAtPg, 100)]);
}

#[test]
fn rows_without_an_order_number_are_found_by_the_pgs() {
    let unnamed = Theirs { order_no: String::new(), ..row("a", 100) };
    assert_eq!(run(vec![ours("a", 100)], vec![unnamed]).matched, 1);
    let strange = Theirs { order_no: String::new(), tid: "X".into(), ..row("a", 100) };
    let report = run(vec![], vec![strange]);
    assert_eq!(told(&report), vec![(Kind::MissingHere, 100)]);
}

#[test]
fn other_contracts_in_the_file_are_not_ours() {
    let other = |imp_uid: &str| Theirs { mid: "other".into(), ..row(imp_uid, 100) };
    let report = run(vec![ours("a", 100)], vec![row("a", 100), other("z")]);
    assert_eq!((told(&report), report.foreign), (vec![], 1));
}

#[test]
fn breaks_alike_have_names_of_their_own() {
    let mine = cancelled("a", 100, &[(10, ""), (10, "")]);
    let report = run(vec![mine], vec![row("a", 100)]);
    let names: Vec<&str> = report.breaks.iter().map(|found| found.item.as_str()).collect();
    assert_eq!(names, ["back a ", "back a  #2"]);
}

proptest! {
    /// Both sides told from the same truth agree, in any order and whichever days are asked for.
    #[test]
    fn the_same_truth_has_no_breaks(
        payments in proptest::collection::vec((1_i64..1_000_000, 0_i64..70, 0_u8..4), 0..60),
        seed in 0_usize..1_000,
        from in 0_i64..3,
        length in 0_i64..4,
    ) {
        let mut mine = Vec::new();
        let mut rows = Vec::new();
        for (index, (amount, hour, backs)) in payments.iter().enumerate() {
            let name = format!("imp_{index:012}");
            let moment = at(DAY, *hour);
            let mut our = Ours {
                paid: Some(entry(*amount, &format!("T{name}"), moment)),
                ..ours(&name, *amount)
            };
            rows.push(Theirs { at: moment, ..row(&name, *amount) });
            for number in 0..i64::from(*backs).min(*amount) {
                let later = Millis(moment.0 + (number + 1) * 7_200_000);
                our.backs.push(entry(1, &format!("{name}-{number}"), later));
                let number = format!("{name}-{number}");
                rows.push(Theirs { at: later, ..back(&name, 1, &number) });
            }
            mine.push(our);
        }
        if !rows.is_empty() {
            let turn = seed % rows.len();
            rows.rotate_left(turn);
        }
        let days = Days { from: DAY + from, to: DAY + from + length };
        let report = compare(MID, days, mine, rows);
        prop_assert_eq!(report.breaks, vec![]);
        prop_assert_eq!(report.other_days, vec![]);
    }
}
