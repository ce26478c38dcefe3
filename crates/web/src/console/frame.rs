//! What every page of the console carries around its content. Pure.

use super::show::Lang;
use super::texts::Texts;

/// An entry of the left navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// 홈
    Home,
    /// 결제
    Payments,
    /// 가상계좌
    Accounts,
    /// 대사
    Reconciliation,
    /// 웹훅
    Webhooks,
    /// PG 설정
    Channels,
    /// 하위 상점
    Tiers,
    /// 개발자
    Developer,
    /// Pages outside of the navigation.
    None,
}

/// One line of the navigation.
pub(crate) struct Entry {
    /// Where it leads.
    pub(crate) href: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// Path of its icon, drawn in a 24 × 24 box.
    pub(crate) icon: &'static str,
    /// The page belongs to it.
    pub(crate) here: bool,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Login.
    pub(crate) login: String,
    /// Name of the shop.
    pub(crate) shop: String,
    /// Whether the role may cancel, send again and the like (manager).
    pub(crate) writes: bool,
    /// Whether the role may change settings and keys (owner).
    pub(crate) owns: bool,
}

/// Everything around a page's content.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Messages.
    pub(crate) t: &'static Texts,
    /// Their language.
    pub(crate) lang: Lang,
    /// Of this answer's content security policy.
    pub(crate) nonce: String,
    /// Goes into every form.
    pub(crate) csrf: String,
    /// Nobody on the sign-in page.
    pub(crate) person: Option<Person>,
    /// Where we are in the navigation.
    pub(crate) section: Section,
    /// Path and query of this page, for the way back after switching the language.
    pub(crate) here: String,
    /// What stands in the search box.
    pub(crate) query: String,
    /// A test channel is involved: the page wears the TEST band.
    pub(crate) test: bool,
    /// What was just done, if something was.
    pub(crate) done: Option<&'static str>,
}

impl Frame {
    /// Address of the style sheet.
    pub(crate) fn css(&self) -> &'static str {
        super::assets::css_url()
    }

    /// Address of the script.
    pub(crate) fn js(&self) -> &'static str {
        super::assets::js_url()
    }

    /// Whether cancels and the like are offered.
    pub(crate) fn writes(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.writes)
    }

    /// Whether changing settings is offered.
    pub(crate) fn owns(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.owns)
    }

    /// The link that switches to the other language and comes back here.
    pub(crate) fn switch(&self) -> String {
        let other = match self.lang {
            Lang::Ko => "en",
            Lang::En => "ko",
        };
        let back: String = form_urlencoded::byte_serialize(self.here.as_bytes()).collect();
        format!("/console/language?to={other}&back={back}")
    }

    /// The navigation: the one list of it.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let t = self.t;
        [
            (Section::Home, "/console", t.nav_home, "M4 11l8-7 8 7v9h-5v-6H9v6H4z"),
            (Section::Payments, "/console/payments", t.nav_payments, "M3 6h18v12H3zM3 10h18"),
            (
                Section::Accounts,
                "/console/accounts",
                t.nav_accounts,
                "M4 10h16L12 4zM6 10v8M10 10v8M14 10v8M18 10v8M4 20h16",
            ),
            (
                Section::Reconciliation,
                "/console/reconciliation",
                t.nav_reconciliation,
                "M12 4v16M7 20h10M5 7h14M5 7l-3 6h6zM19 7l-3 6h6z",
            ),
            (Section::Webhooks, "/console/webhooks", t.nav_webhooks, "M13 3L5 14h6l-1 7 9-12h-7z"),
            (
                Section::Channels,
                "/console/channels",
                t.nav_channels,
                "M4 7h10M18 7h2M16 5v4M4 17h2M10 17h10M8 15v4",
            ),
            (
                Section::Tiers,
                "/console/tiers",
                t.nav_tiers,
                "M12 4v6M6 20v-4h12v4M12 10v6M9 4h6v6H9zM3 20h6M15 20h6",
            ),
            (
                Section::Developer,
                "/console/developer",
                t.nav_developer,
                "M8 8l-4 4 4 4M16 8l4 4-4 4M13 6l-2 12",
            ),
        ]
        .into_iter()
        .map(|(section, href, label, icon)| Entry {
            href,
            label,
            icon,
            here: section == self.section,
        })
        .collect()
    }

    /// A frame for `samples()`.
    #[cfg(test)]
    pub(crate) fn sample(lang: Lang, section: Section) -> Self {
        Self {
            t: lang.texts(),
            lang,
            nonce: "bm9uY2U".to_owned(),
            csrf: "c5f".to_owned(),
            person: Some(Person {
                login: "admin".to_owned(),
                shop: "이음 상점 <script>alert(1)</script>".to_owned(),
                writes: true,
                owns: true,
            }),
            section,
            here: "/console/payments?status=paid&q=<script>alert(1)</script>".to_owned(),
            query: String::new(),
            test: false,
            done: None,
        }
    }
}

/// What is wrong with a form: beside the field and summed up on top.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrongs(pub(crate) Vec<Wrong>);

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    /// The field's `id`; empty if it is about the form as a whole.
    pub(crate) field: String,
    /// In words.
    pub(crate) text: String,
}

impl Wrongs {
    /// One problem.
    pub(crate) fn one(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self(vec![Wrong { field: field.into(), text: text.into() }])
    }

    /// What is wrong with this field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str())
    }

    /// Whether anything is.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }
}
