//! States of the PG settings.

use super::super::super::frame::Section;
use super::super::super::show::Lang;
use super::super::sample::EVIL;
use super::*;

fn input(id: &str, label: &str, secret: bool, wrong: Option<&str>) -> Input {
    Input {
        id: id.to_owned(),
        label: label.to_owned(),
        value: if secret { String::new() } else { EVIL.to_owned() },
        stored: if secret { "ab********yz".to_owned() } else { String::new() },
        help: "나이스페이먼츠 상점관리자에서 확인할 수 있습니다.".to_owned(),
        secret,
        required: true,
        max: 100,
        wrong: wrong.map(str::to_owned),
    }
}

fn form(lang: Lang, id: Option<i64>, test: bool, wrongs: Wrongs) -> ChannelForm {
    let t = lang.texts();
    ChannelForm {
        id,
        action: id.map_or("/console/channels".to_owned(), |id| format!("/console/channels/{id}")),
        pgs: vec![
            Choice::new("kicc", "KICC 이지페이", "alipay"),
            Choice::new("alipay", "알리페이(Alipay)", "alipay"),
        ],
        pg: "alipay".to_owned(),
        pg_name: "알리페이(Alipay)".to_owned(),
        note: "대행사인 나이스페이먼츠와의 계약이 필요합니다.".to_owned(),
        test,
        test_note: "테스트 MID(nictest00m)를 사용합니다.".to_owned(),
        test_only: id == Some(3),
        certifies: id == Some(3),
        inputs: vec![
            input("mid", "상점아이디(MID)", false, wrongs.of("mid")),
            input("key", "KEY", true, None),
            input("cancel_password", "결제취소비밀번호", true, None),
        ],
        more: vec![input("pay_method", "PayMethod", false, None)],
        more_open: id == Some(2),
        notice_url: Some("https://pay.example.kr/callback/kicc/notice".to_owned()),
        wrongs,
        name: EVIL.to_owned(),
        key: id.map(|_| "channel-key-b0e5a52f-9a7c-4b3e-8a51-1d2c3b4a5f60".to_owned()),
        is_default: id == Some(1),
        check: (id == Some(2)).then(|| CheckResult {
            tone: "bad",
            verdict: t.check_bad,
            steps: vec![CheckStep {
                tone: "bad",
                verdict: t.step_bad,
                name: t.check_fields,
                detail: EVIL.to_owned(),
            }],
        }),
    }
}

fn line(id: i64, test: bool, here: bool) -> ChannelLine {
    ChannelLine {
        id,
        pg: ["알리페이(Alipay)", "KICC 이지페이"][usize::from(test)].to_owned(),
        name: EVIL.to_owned(),
        mid: "nictest00m".to_owned(),
        test,
        here,
    }
}

pub(crate) fn pages(lang: Lang) -> Vec<ChannelsPage> {
    let t = lang.texts();
    let page = |form: Option<ChannelForm>, some: bool| ChannelsPage {
        frame: Frame {
            test: form.as_ref().is_some_and(|form| form.test),
            ..Frame::sample(lang, Section::Channels)
        },
        groups: vec![
            ChannelGroup {
                title: t.default_pg,
                none: t.no_default,
                rows: if some { vec![line(1, true, true)] } else { Vec::new() },
            },
            ChannelGroup {
                title: t.more_pgs,
                none: t.no_more,
                rows: if some { vec![line(2, false, false)] } else { Vec::new() },
            },
        ],
        form,
    };
    let mut viewer = page(Some(form(lang, Some(1), true, Wrongs::default())), true);
    if let Some(person) = &mut viewer.frame.person {
        (person.writes, person.owns) = (false, false);
    }
    vec![
        page(Some(form(lang, Some(1), true, Wrongs::default())), true),
        page(Some(form(lang, Some(2), false, Wrongs::default())), true),
        page(Some(form(lang, None, false, Wrongs::one("mid", "MID 값을 입력해 주세요."))), true),
        page(None, false),
        viewer,
    ]
}

pub(crate) fn delete(lang: Lang) -> Vec<ChannelDeletePage> {
    let page = |wrongs, is_default| ChannelDeletePage {
        frame: Frame::sample(lang, Section::Channels),
        id: 1,
        question: format!("{EVIL} 설정을 삭제할까요?"),
        is_default,
        reason: EVIL.to_owned(),
        wrongs,
    };
    vec![
        page(Wrongs::default(), true),
        page(Wrongs::one("reason", lang.texts().reason_missing), false),
    ]
}
