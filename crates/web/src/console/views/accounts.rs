//! 가상계좌: accounts that wait for their deposit.

use super::super::frame::Frame;
use super::super::show::When;
use askama::Template;

/// The list.
#[derive(Template)]
#[template(path = "console/accounts.html")]
pub(crate) struct AccountsPage {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<AccountLine>,
    pub(crate) next_href: Option<String>,
}

/// An account.
pub(crate) struct AccountLine {
    pub(crate) imp_uid: String,
    pub(crate) merchant_uid: String,
    pub(crate) name: String,
    pub(crate) buyer: String,
    pub(crate) amount: String,
    pub(crate) bank: String,
    pub(crate) number: String,
    pub(crate) due: Option<When>,
    /// The deadline is over.
    pub(crate) late: bool,
    pub(crate) issued: When,
    pub(crate) test: bool,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::{EVIL, when};
    use super::*;

    pub(crate) fn pages(lang: Lang) -> Vec<AccountsPage> {
        let row = |n: usize| AccountLine {
            imp_uid: format!("imp_44828009063{n}"),
            merchant_uid: "order-1".to_owned(),
            name: EVIL.to_owned(),
            buyer: EVIL.to_owned(),
            amount: "14,000원".to_owned(),
            bank: "KB국민은행".to_owned(),
            number: "79018412345678".to_owned(),
            due: (n != 1).then(when),
            late: n == 2,
            issued: when(),
            test: n == 0,
        };
        let page = |rows: Vec<AccountLine>| AccountsPage {
            frame: Frame { test: !rows.is_empty(), ..Frame::sample(lang, Section::Accounts) },
            next_href: (!rows.is_empty()).then(|| "/console/accounts?before=1".to_owned()),
            rows,
        };
        vec![page((0..3).map(row).collect()), page(Vec::new())]
    }
}
