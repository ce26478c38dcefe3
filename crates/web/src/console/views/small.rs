//! Pages of a form or a sentence: sign-in, messages, profile.

use super::super::frame::{Frame, Wrongs};
use super::super::texts_reconcile::Texts as RTexts;
use super::Fact;
use askama::Template;

/// 로그인.
#[derive(Template)]
#[template(path = "console/sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) wrongs: Wrongs,
    pub(crate) login: String,
    /// A path of ours to go on to.
    pub(crate) next: String,
}

/// A refusal or a fault in words.
#[derive(Template)]
#[template(path = "console/message.html")]
pub(crate) struct MessagePage {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) back: String,
}

/// 내정보.
#[derive(Template)]
#[template(path = "console/profile.html")]
pub(crate) struct ProfilePage {
    pub(crate) frame: Frame,
    pub(crate) r: &'static RTexts,
    /// Login and role of everybody; an owner sees them.
    pub(crate) people: Vec<(String, &'static str)>,
    /// Login and password of the person just added.
    pub(crate) made: Option<(String, String)>,
    /// As typed.
    pub(crate) login: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) wrongs: Wrongs,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::EVIL;
    use super::*;

    fn outside(lang: Lang) -> Frame {
        Frame { person: None, ..Frame::sample(lang, Section::None) }
    }

    pub(crate) fn sign_in(lang: Lang) -> Vec<SignInPage> {
        let page = |wrongs, login: &str| SignInPage {
            frame: outside(lang),
            wrongs,
            login: login.to_owned(),
            next: format!("/console/payments?q={EVIL}"),
        };
        vec![page(Wrongs::default(), ""), page(Wrongs::one("", lang.texts().sign_in_wrong), EVIL)]
    }

    pub(crate) fn messages(lang: Lang) -> Vec<MessagePage> {
        let page = |frame| MessagePage {
            frame,
            title: lang.texts().forbidden.to_owned(),
            text: EVIL.to_owned(),
            back: "/console".to_owned(),
        };
        vec![page(outside(lang)), page(Frame::sample(lang, Section::None))]
    }

    pub(crate) fn profile(lang: Lang) -> Vec<ProfilePage> {
        let t = lang.texts();
        let page = |wrongs| ProfilePage {
            frame: Frame::sample(lang, Section::None),
            r: super::super::super::texts_reconcile::of(lang),
            people: vec![(EVIL.to_owned(), t.role_owner), ("second".to_owned(), t.role_manager)],
            made: Some((EVIL.to_owned(), "p4ss".to_owned())),
            login: EVIL.to_owned(),
            facts: vec![Fact::text(t.login, EVIL), Fact::text(t.role, t.role_owner)],
            wrongs,
        };
        vec![page(Wrongs::default()), page(Wrongs::one("current", t.password_wrong))]
    }
}
