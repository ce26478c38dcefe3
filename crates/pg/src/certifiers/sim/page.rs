//! The window's page, in the look all sandbox windows share.

use crate::sim::page::escape;

/// What stands in the inputs.
pub(super) struct Form {
    pub(super) name: String,
    pub(super) birth: String,
    pub(super) gender: String,
    pub(super) foreigner: bool,
    pub(super) carrier: String,
    pub(super) phone: String,
}

/// The page.
pub(super) struct Certify<'a> {
    pub(super) pg: &'a str,
    pub(super) company: &'a str,
    pub(super) english: bool,
    pub(super) carriers: &'a [(&'a str, &'a str)],
    pub(super) form: Form,
    /// What is wrong with the inputs, or empty.
    pub(super) wrong: &'a str,
}

impl Certify<'_> {
    pub(super) fn html(&self) -> String {
        let t = |ko: &'static str, en: &'static str| if self.english { en } else { ko };
        let form = &self.form;
        let genders =
            options(&[("M", t("남성", "Male")), ("F", t("여성", "Female"))], &form.gender);
        let carriers = options(self.carriers, &form.carrier);
        let wrong = match self.wrong {
            "" => String::new(),
            text => format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(text)),
        };
        [
            ("{lang}", t("ko", "en").into()),
            ("{pg}", escape(self.pg)),
            ("{company}", escape(self.company)),
            ("{wrong}", wrong),
            ("{name}", escape(&form.name)),
            ("{birth}", escape(&form.birth)),
            ("{genders}", genders),
            ("{foreigner}", if form.foreigner { " checked".into() } else { String::new() }),
            ("{carriers}", carriers),
            ("{phone}", escape(&form.phone)),
            ("{t.title}", t("휴대폰 본인인증", "Verify by mobile phone").into()),
            (
                "{t.note}",
                t(
                    "시험용 인증창입니다. 통신사에 확인하지 않으니 실제 개인정보를 쓰지 마세요.",
                    "A test window: nobody is really verified. Do not type a real person.",
                )
                .into(),
            ),
            ("{t.company}", t("요청한 곳", "Asked by").into()),
            ("{t.name}", t("이름", "Name").into()),
            ("{t.birth}", t("생년월일 (8자리)", "Date of birth (YYYYMMDD)").into()),
            ("{t.gender}", t("성별", "Sex").into()),
            ("{t.foreigner}", t("외국인", "Foreigner").into()),
            ("{t.carrier}", t("통신사", "Carrier").into()),
            ("{t.phone}", t("휴대폰 번호", "Phone number").into()),
            ("{t.approve}", t("인증하기", "Verify").into()),
            ("{t.cancel}", t("취소", "Cancel").into()),
            ("{t.other}", t("다른 결과 시험하기", "Try another outcome").into()),
            ("{t.decline}", t("인증 거절 (명의 불일치)", "Refuse (not the owner)").into()),
        ]
        .iter()
        .fold(include_str!("window.html").to_owned(), |page, (mark, value): &(&str, String)| {
            page.replace(mark, value)
        })
    }
}

fn options(all: &[(&str, &str)], chosen: &str) -> String {
    let option = |(code, name): &(&str, &str)| {
        let mark = if *code == chosen { " selected" } else { "" };
        format!("<option value=\"{}\"{mark}>{}</option>", escape(code), escape(name))
    };
    all.iter().map(option).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_text() {
        let nasty = "\"><script>alert(1)</script>";
        let form = || Form {
            name: nasty.into(),
            birth: nasty.into(),
            gender: nasty.into(),
            foreigner: true,
            carrier: nasty.into(),
            phone: nasty.into(),
        };
        for english in [false, true] {
            let page = Certify {
                pg: nasty,
                company: nasty,
                english,
                carriers: &[("SKT", "SKT")],
                form: form(),
                wrong: nasty,
            };
            let html = page.html();
            assert!(!html.contains("<script>alert"), "{html}");
            assert!(!html.contains("{t."), "every text is there");
        }
    }
}
