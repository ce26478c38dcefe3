//! Files as PGs and people write them.

use super::*;

const OWN: &str = "pg,mid,tid,order_no,kind,amount,currency,at,cancel_no\r\n\
    kicc,T1,A1,imp_1,approve,14000,KRW,2026-11-22 23:59:59,\r\n\
    kicc,T1,A1,imp_1,cancel,\"4,000\",KRW,2026-11-23 00:00:00,C1\r\n\
    nice,T1,A9,imp_9,approve,1,KRW,2026-11-22 01:00:00,\r\n\
    \r\n\
    kicc,T1,A2,imp_2,deposit,0,KRW,2026-11-22 01:00:00,\r\n";

fn own() -> Mapping {
    Mapping::default()
}

#[test]
fn our_own_columns() {
    let sheet = read(&own(), &["kicc"], OWN.as_bytes()).unwrap();
    assert_eq!((sheet.rows.len(), sheet.other_pgs), (2, 1), "{sheet:?}");
    let expected = Theirs {
        line: 3,
        order_no: "imp_1".into(),
        tid: "A1".into(),
        cancel_no: "C1".into(),
        mid: "T1".into(),
        flow: Flow::Back,
        amount: 4000,
        currency: "KRW".into(),
        at: Millis::parse_kst("20261123000000").unwrap(),
    };
    assert_eq!(sheet.rows[1], expected);
    assert_eq!(sheet.rows[0].at.kst14(), "20261122235959");
    let marked = format!("\u{feff}{OWN}");
    assert_eq!(read(&own(), &["kicc"], marked.as_bytes()).unwrap().rows.len(), 2);
}

#[test]
fn a_file_in_other_words() {
    let mapping = Mapping::parse(
        r#"{"charset":"cp949","delimiter":"\t","order_no":"주문번호","tid":"거래번호",
            "mid":"","pg":"","kind":"","amount":"금액","currency":"","at":"거래일",
            "time":"거래시각","time_format":"YYYY/MM/DD hhmmss","sign":"negative","unit":"major",
            "cancel_no":"","default_currency":"USD"}"#,
    );
    let text = "거래일\t거래시각\t주문번호\t거래번호\t금액\n\
                2026/11/22\t093000\timp_1\tA1\t1,234.50\n2026/11/22\t093001\timp_1\tA1\t-0.50\n";
    let bytes = encoding_rs::EUC_KR.encode(text).0.into_owned();
    let sheet = read(mapping.as_ref().unwrap(), &["kicc"], &bytes).unwrap();
    let told: Vec<_> = sheet.rows.iter().map(|row| (row.flow, row.amount)).collect();
    assert_eq!(told, [(Flow::In, 123_450), (Flow::Back, 50)]);
    assert_eq!(sheet.rows[0].at.kst14(), "20261122093000");
    assert_eq!(sheet.rows[0].currency, "USD");
}

#[test]
fn faults_are_named_and_nothing_is_read() {
    let row = |cells: &str| format!("mid,tid,order_no,kind,amount,currency,at\n{cells}\n");
    for (text, named) in [
        ("tid,kind,amount\n".to_owned(), "'at' 열이 없습니다"),
        ("kind,amount,at\n".to_owned(), "'order_no' 열이 없습니다"),
        (row("m,t,o,gift,1,KRW,2026-11-22 00:00:00"), "2행 'gift'"),
        (row("m,t,o,approve,1.5,KRW,2026-11-22 00:00:00"), "2행 '1.5'"),
        (row("m,t,o,approve,,KRW,2026-11-22 00:00:00"), "2행 ''"),
        (row("m,t,o,approve,9999999999999999,KRW,2026-11-22 00:00:00"), "금액이 아닙니다"),
        (row("m,t,o,approve,1,KRX,2026-11-22 00:00:00"), "'KRX'"),
        (row("m,t,o,approve,1,KRW,2026-13-22 00:00:00"), "'2026-13-22 00:00:00'"),
        (row("m,t,o,approve,1,KRW,22.11.2026 00:00:00"), "꼴이 아닙니다"),
        (row("m,t,o,approve,1,KRW,2026-11-2200:00:00x"), "꼴이 아닙니다"),
        (row("m,,,approve,1,KRW,2026-11-22 00:00:00"), "모두 비어"),
    ] {
        let why = read(&own(), &["kicc"], text.as_bytes()).unwrap_err().to_string();
        assert!(why.contains(named), "{why}");
    }
    let why = read(&own(), &["kicc"], &[0xff, 0xfe, 0x00]).unwrap_err().to_string();
    assert!(why.contains("utf-8"), "{why}");
}

#[test]
fn a_mapping_nobody_can_read_by_is_refused() {
    for (json, field) in [
        (r#"{"charset":"latin1"}"#, "charset"),
        (r#"{"sign":"both"}"#, "sign"),
        (r#"{"unit":"won"}"#, "unit"),
        (r#"{"delimiter":""}"#, "delimiter"),
        (r#"{"amount":""}"#, "amount"),
        (r#"{"tid":"","order_no":""}"#, "order_no"),
        (r#"{"kind":""}"#, "kind"),
        (r#"{"time_format":"hh:mm"}"#, "time_format"),
        (r#"{"default_currency":"XXX"}"#, "default_currency"),
        (r#"{"colour":"red"}"#, "mapping"),
    ] {
        let why = Mapping::parse(json).unwrap_err().to_string();
        assert!(why.starts_with(field), "{json}: {why}");
    }
    let changed = own().with("amount", " 금액 ").unwrap().with("in_words", "a|b").unwrap();
    assert_eq!((changed.amount.as_str(), changed.in_words.len()), ("금액", 2));
    assert!(own().with("colour", "red").is_err());
}
