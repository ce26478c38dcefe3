//! The look all sandbox windows share: one decision, a big amount, the accidents folded away.
//!
//! The simulators give the facts; this page is theirs alone (the hub's pages do not use it).

/// A choice the buyer can make (a card or a bank).
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Value of the field.
    pub code: &'static str,
    /// Label.
    pub name: &'static str,
}

/// What a payment window shows.
#[derive(Clone, Debug)]
pub struct WindowPage<'a> {
    /// The PG it plays: `KICC 이지페이`.
    pub pg: &'a str,
    /// The shop.
    pub merchant: &'a str,
    /// The order name.
    pub order: &'a str,
    /// The amount as people write it: `14,000원`, `$1.20`.
    pub amount: &'a str,
    /// The method in words: `신용카드`, `가상계좌`.
    pub method: &'a str,
    /// Label of the choices: `카드사`, `은행`; choices may be empty.
    pub choice_label: &'a str,
    /// Cards or banks to pick from; posted as `choice`.
    pub choices: &'a [Choice],
    /// Where the form posts, relative or absolute. The pressed button posts `result`:
    /// `approve`, `decline`, `cancel`, `timeout` (approve, then never answer) or
    /// `reset` (approve, then cut the connection).
    pub action: &'a str,
    /// Fields the simulator needs back.
    pub hidden: &'a [(&'a str, &'a str)],
    /// `ko` or `en`.
    pub lang: &'a str,
}

/// What a window calls things in Korean and in English.
const ENGLISH: &[(&str, &str)] = &[
    ("신용카드", "Card"),
    ("계좌이체", "Bank transfer"),
    ("실시간계좌이체", "Bank transfer"),
    ("가상계좌", "Virtual account"),
    ("휴대폰", "Mobile phone"),
    ("휴대폰 소액결제", "Mobile phone"),
    ("휴대폰소액결제", "Mobile phone"),
    ("카드사", "Card company"),
    ("은행", "Bank"),
    ("통신사", "Carrier"),
    ("지갑", "Wallet"),
];

/// Escapes text for HTML bodies and quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// An amount as people write it, from minor units.
#[must_use]
pub fn amount_text(minor: i64, currency: &str) -> String {
    let grouped = |number: i64| {
        let digits = number.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    };
    match currency {
        "KRW" => format!("{}원", grouped(minor)),
        "USD" => format!("${}.{:02}", grouped(minor / 100), minor % 100),
        other => format!("{}.{:02} {other}", grouped(minor / 100), minor % 100),
    }
}

impl WindowPage<'_> {
    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let t = |ko: &'static str, en: &'static str| if self.lang == "en" { en } else { ko };
        let hidden: String = self
            .hidden
            .iter()
            .map(|(name, value)| {
                let (name, value) = (escape(name), escape(value));
                format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
            })
            .collect();
        let template = include_str!("window.html");
        [
            ("{lang}", if self.lang == "en" { "en".into() } else { "ko".into() }),
            ("{pg}", escape(self.pg)),
            ("{merchant}", escape(self.merchant)),
            ("{order}", escape(self.order)),
            ("{amount}", escape(&self.amount())),
            ("{method}", escape(self.words(self.method))),
            ("{choices}", self.choices_html()),
            ("{action}", escape(self.action)),
            ("{hidden}", hidden),
            ("{t.shop}", t("상점", "Shop").into()),
            ("{t.order}", t("주문", "Order").into()),
            ("{t.method}", t("결제수단", "Method").into()),
            ("{t.approve}", t("결제하기", "Pay").into()),
            ("{t.cancel}", t("취소", "Cancel").into()),
            ("{t.other}", t("다른 결과 시험하기", "Try another outcome").into()),
            ("{t.decline}", t("승인 거절", "Decline").into()),
            ("{t.timeout}", t("승인 후 응답 없음", "Approve, then no answer").into()),
            ("{t.reset}", t("승인 후 연결 끊김", "Approve, then cut the line").into()),
            (
                "{t.note}",
                t(
                    "시험용 결제창입니다. 실제로 결제되지 않습니다.",
                    "A test window: no money moves.",
                )
                .into(),
            ),
        ]
        .iter()
        .fold(template.to_owned(), |page, (mark, value): &(&str, String)| page.replace(mark, value))
    }

    /// The simulators' Korean words for methods and choices, in English where that is asked for.
    fn words<'t>(&self, korean: &'t str) -> &'t str {
        let known = ENGLISH.iter().find(|(word, _)| self.lang == "en" && *word == korean);
        known.map_or(korean, |(_, english)| english)
    }

    fn amount(&self) -> String {
        match self.amount.strip_suffix('원') {
            Some(number) if self.lang == "en" => format!("₩{number}"),
            _ => self.amount.to_owned(),
        }
    }

    fn choices_html(&self) -> String {
        if self.choices.is_empty() {
            return String::new();
        }
        let options: String = self
            .choices
            .iter()
            .map(|c| format!("<option value=\"{}\">{}</option>", escape(c.code), escape(c.name)))
            .collect();
        let label = escape(self.words(self.choice_label));
        format!("<label class=\"choice\">{label}<select name=\"choice\">{options}</select></label>")
    }
}

/// A page with one sentence: a window that cannot be shown.
#[must_use]
pub fn sentence(pg: &str, text: &str) -> String {
    format!(
        "<!doctype html><html lang=\"ko\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{pg} TEST</title><style>:root{{color-scheme:light dark}}\
         body{{max-width:440px;margin:0 auto;padding:32px 16px;\
         font:16px/1.5 Pretendard,\"Noto Sans KR\",system-ui,sans-serif}}\
         h1{{font-size:20px}}</style>\
         <main><h1>결제창을 열 수 없습니다</h1><p data-testid=\"error\">{}</p></main></html>",
        escape(text),
        pg = escape(pg),
    )
}

/// A page that posts a form at once: how a PG sends the browser back. `charset` is the form's
/// accept-charset. Works without JavaScript through its button.
#[must_use]
pub fn auto_post(action: &str, charset: &str, fields: &[(String, String)]) -> String {
    let inputs: String = fields
        .iter()
        .map(|(name, value)| {
            let (name, value) = (escape(name), escape(value));
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        })
        .collect();
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>…</title>\
         <form id=\"f\" method=\"post\" action=\"{}\" accept-charset=\"{charset}\">{inputs}\
         <noscript><button>계속</button></noscript></form>\
         <script>document.getElementById('f').submit()</script>",
        escape(action)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_english_window_speaks_english() {
        let page = |lang: &'static str| WindowPage {
            pg: "PG",
            merchant: "M",
            order: "O",
            amount: "14,000원",
            method: "가상계좌",
            choice_label: "은행",
            choices: &[Choice { code: "1", name: "A" }],
            action: "pay",
            hidden: &[],
            lang,
        };
        let english = page("en").html();
        for word in ["₩14,000", "Virtual account", "Bank<select"] {
            assert!(english.contains(word), "{word}");
        }
        let korean = page("ko").html();
        assert!(korean.contains("14,000원") && korean.contains("은행<select"));
    }

    #[test]
    fn a_sentence_is_text() {
        assert!(sentence("<PG>", "<b>").contains("&lt;b&gt;"));
    }
}
