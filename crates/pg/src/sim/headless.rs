//! A browser without a screen, just big enough for payment windows: it opens one, presses a button
//! by its `data-testid` and follows forms that post themselves.
//!
//! Pure: it turns a page into the next request and sends nothing. Tests drive it in process
//! ([`super::transport`]), `ieum try` over real HTTP.

use crate::form;
use crate::hosts::Hosts;
use crate::ops::Window;
use url::Url;

/// What the browser does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It follows a link.
    Get {
        /// Absolute URL.
        url: String,
    },
    /// It sends a form.
    Post {
        /// Absolute URL.
        url: String,
        /// The encoded form.
        body: Vec<u8>,
        /// `application/x-www-form-urlencoded`, without a charset as browsers send it.
        content_type: &'static str,
    },
    /// The page has no form: nothing more to do.
    Done,
}

impl Step {
    /// Where it goes; empty when done.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Get { url } | Self::Post { url, .. } => url,
            Self::Done => "",
        }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The request that opens a window.
///
/// A script window is opened as the PG's script does it: the page's form is posted to
/// `script_window`. If the form does not name its return URL by itself (a field `returnUrl` in any
/// case), `ReturnURL` is added: a script reads it from the form's action.
///
/// # Errors
/// In words, if the PG has no script window.
pub fn first(
    window: &Window,
    hosts: &Hosts,
    script_window: Option<&str>,
    return_url: &str,
) -> Result<Step, String> {
    match window {
        Window::Redirect { url } => Ok(Step::Get { url: hosts.map(url) }),
        Window::Form { action, charset, fields } => Ok(post(hosts.map(action), charset, fields)),
        Window::Script { charset, fields, .. } => {
            let url = script_window.ok_or("this PG's simulator names no window for its script")?;
            let mut fields = fields.clone();
            if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("returnurl")) {
                fields.push(("ReturnURL".into(), return_url.into()));
            }
            Ok(post(hosts.map(url), charset, &fields))
        }
    }
}

/// The request after pressing the button whose `data-testid` is `press` on a page. On a page with
/// no such buttons the first form is sent as it is: that is a page which posts itself.
///
/// # Errors
/// In words, if the page has other buttons but not this one, or its form goes nowhere.
pub fn next(current_url: &str, html: &str, press: &str) -> Result<Step, String> {
    let forms = forms(html);
    let pressed = |form: &&HtmlForm| form.buttons.iter().any(|button| button.testid == press);
    let labelled: Vec<&str> = forms
        .iter()
        .flat_map(|form| &form.buttons)
        .map(|button| button.testid.as_str())
        .filter(|testid| !testid.is_empty())
        .collect();
    let (form, button) = match forms.iter().find(pressed) {
        Some(form) => (form, form.buttons.iter().find(|button| button.testid == press)),
        None if !labelled.is_empty() => {
            return Err(format!("no button {press} on {current_url}, only {labelled:?}"));
        }
        None => match forms.first() {
            Some(form) => (form, None),
            None => return Ok(Step::Done),
        },
    };
    let base = Url::parse(current_url).map_err(|error| format!("{current_url}: {error}"))?;
    let action = button.map_or("", |button| button.action.as_str());
    let action = if action.is_empty() { form.action.as_str() } else { action };
    let url = base.join(action).map_err(|error| format!("form to {action}: {error}"))?;
    let mut fields = form.fields.clone();
    fields.extend(button.filter(|b| !b.name.is_empty()).map(|b| (b.name.clone(), b.value.clone())));
    if form.method.eq_ignore_ascii_case("post") {
        return Ok(post(url.to_string(), &form.charset, &fields));
    }
    let mut url = url;
    let pairs: Vec<(&str, &str)> = borrowed(&fields);
    url.set_query(Some(&form::utf8_body(&pairs)));
    Ok(Step::Get { url: url.to_string() })
}

/// The request after a redirect (a `Location` header, which may be relative).
///
/// # Errors
/// In words, if it is no URL.
pub fn redirected(current_url: &str, location: &str) -> Result<Step, String> {
    let base = Url::parse(current_url).map_err(|error| format!("{current_url}: {error}"))?;
    let url = base.join(location).map_err(|error| format!("location {location}: {error}"))?;
    Ok(Step::Get { url: url.to_string() })
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn post(url: String, charset: &str, fields: &[(String, String)]) -> Step {
    let fields = borrowed(fields);
    let body = if charset.eq_ignore_ascii_case("euc-kr") {
        form::euc_kr_body(&fields)
    } else {
        form::utf8_body(&fields)
    };
    Step::Post { url, body: body.into_bytes(), content_type: FORM }
}

/// A form as far as sending it needs.
#[derive(Clone, Debug, Default)]
struct HtmlForm {
    action: String,
    method: String,
    charset: String,
    fields: Vec<(String, String)>,
    buttons: Vec<Button>,
}

#[derive(Clone, Debug, Default)]
struct Button {
    testid: String,
    name: String,
    value: String,
    action: String,
}

/// A tag: its lower-case name (`/form` when it closes) and its attributes.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> String {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(key, _)| key == name)
    }
}

/// The forms of a page, in order, each with the values it would send untouched.
fn forms(html: &str) -> Vec<HtmlForm> {
    let mut done = Vec::new();
    let mut open: Option<HtmlForm> = None;
    let mut select: Option<(String, Option<String>)> = None;
    for tag in tags(html) {
        if tag.name == "form" {
            open = Some(HtmlForm {
                action: tag.get("action"),
                method: tag.get("method"),
                charset: tag.get("accept-charset"),
                ..HtmlForm::default()
            });
            continue;
        }
        let Some(form) = &mut open else { continue };
        match tag.name.as_str() {
            "/form" => done.extend(open.take()),
            "input" => input(form, &tag),
            "button" => form.buttons.push(button(&tag)),
            "select" => select = Some((tag.get("name"), None)),
            "option" => {
                if let Some((_, value)) = &mut select
                    && (value.is_none() || tag.has("selected"))
                {
                    *value = Some(tag.get("value"));
                }
            }
            "/select" => {
                if let Some((name, Some(value))) = select.take() {
                    form.fields.push((name, value));
                }
            }
            _ => {}
        }
    }
    done.extend(open);
    done
}

fn input(form: &mut HtmlForm, tag: &Tag) {
    let kind = tag.get("type").to_ascii_lowercase();
    let value = tag.get("value");
    match kind.as_str() {
        "submit" | "image" => form.buttons.push(button(tag)),
        "button" | "reset" | "file" => {}
        "checkbox" | "radio" if !tag.has("checked") => {}
        _ if tag.has("disabled") || tag.get("name").is_empty() => {}
        _ => form.fields.push((tag.get("name"), value)),
    }
}

fn button(tag: &Tag) -> Button {
    Button {
        testid: tag.get("data-testid"),
        name: tag.get("name"),
        value: tag.get("value"),
        action: tag.get("formaction"),
    }
}

/// The tags of a page; comments and what is inside `script`, `style` and `title` are skipped.
fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let (tag, after) = tag(rest);
        rest = after;
        if matches!(tag.name.as_str(), "script" | "style" | "title") {
            let close = format!("</{}", tag.name);
            rest = rest.find(&close).map_or("", |end| &rest[end..]);
        }
        tags.push(tag);
    }
    tags
}

/// Reads one tag, `<` already taken, and gives what follows its `>`.
fn tag(text: &str) -> (Tag, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || c == '>';
    let cut = text.find(ends).unwrap_or(text.len());
    let mut tag = Tag { name: text[..cut].to_ascii_lowercase(), attributes: Vec::new() };
    let mut rest = &text[cut..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (tag, rest.strip_prefix('>').unwrap_or(rest));
        }
        let cut = rest.find(|c: char| ends(c) || c == '=' || c == '/').unwrap_or(rest.len());
        let name = rest[..cut].to_ascii_lowercase();
        rest = &rest[cut..];
        let mut value = "";
        if let Some(after) = rest.trim_start().strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let body = quote.map_or(after, |_| &after[1..]);
            let end = match quote {
                Some(quote) => body.find(quote),
                None => body.find(ends),
            };
            let end = end.unwrap_or(body.len());
            value = &body[..end];
            let past = end + usize::from(quote.is_some());
            rest = body.get(past..).unwrap_or("");
        }
        tag.attributes.push((name, unescape(value)));
    }
}

/// Undoes HTML's character references, the named ones a form value can have and all numeric ones.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let known = rest.find(';').filter(|end| *end <= 10).and_then(|end| {
            let character = match &rest[1..end] {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => '\u{a0}',
                other => {
                    let number = other.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => number.parse(),
                    };
                    char::from_u32(code.ok()?)?
                }
            };
            Some((character, end + 1))
        });
        let (character, length) = known.unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::sim::page::{Choice, WindowPage, auto_post};

    fn page() -> String {
        WindowPage {
            pg: "PG",
            merchant: "\"A&B\" <c>",
            order: "주문",
            amount: "1원",
            method: "카드",
            choice_label: "카드사",
            choices: &[Choice { code: "029", name: "신한" }, Choice { code: "016", name: "KB" }],
            action: "pay?x=1",
            hidden: &[("token", "a\"b&c=1"), ("이름", "홍")],
            lang: "ko",
        }
        .html()
    }

    fn body(step: &Step) -> Form {
        match step {
            Step::Post { body, .. } => Form::read(body),
            other => panic!("not a post: {other:?}"),
        }
    }

    #[test]
    fn presses_a_button_of_a_window() {
        let step = next("http://h:1/pg.kr/win/open?s=2", &page(), "decline").unwrap();
        assert_eq!(step.url(), "http://h:1/pg.kr/win/pay?x=1");
        let form = body(&step);
        let get = |name: &str| form.get(name).to_owned();
        assert_eq!(get("token"), "a\"b&c=1");
        assert_eq!(
            (get("이름"), get("choice"), get("result")),
            ("홍".into(), "029".into(), "decline".into())
        );
        assert_eq!(form.0.len(), 4);
    }

    #[test]
    fn a_button_that_is_not_there_is_an_error() {
        assert!(next("http://h/", &page(), "fly").unwrap_err().contains("no button fly"));
    }

    #[test]
    fn follows_a_page_that_posts_itself_in_its_charset() {
        let fields = [("name".to_owned(), "홍<길>".to_owned())];
        let html = auto_post("http://hub/back?t='1'", "euc-kr", &fields);
        let step = next("http://h/x", &html, "approve").unwrap();
        let Step::Post { url, body, .. } = &step else { panic!("{step:?}") };
        assert_eq!(url, "http://hub/back?t=%271%27");
        assert!(String::from_utf8_lossy(body).starts_with("name=%C8%AB"));
        assert_eq!(Form::read(body).get("name"), "홍<길>");
    }

    #[test]
    fn reads_forms_as_other_people_write_them() {
        let html = "<!-- <form action=no> --><script>'<form action=no>'</script>\
            <FORM Action = '/go' ><input name=a value=1><input type=checkbox name=b value=2>\
            <input type='radio' name=c value=3 checked/><select name=d><option value=4>\
            <option value=5 selected></select><input type=submit name=e value=6 data-testid=ok>";
        let step = next("http://h/x", html, "ok").unwrap();
        assert_eq!(step, Step::Get { url: "http://h/go?a=1&c=3&d=5&e=6".into() });
        assert_eq!(next("http://h/x", "<p>끝</p>", "ok"), Ok(Step::Done));
        for cut in 0..html.len() {
            let part = html.get(..cut).unwrap_or("");
            drop(next("http://h/x", part, "ok"));
        }
    }

    #[test]
    fn opens_every_kind_of_window() {
        let hosts = Hosts::Sandbox("http://s".into());
        let window = Window::Redirect { url: "https://pg.kr/w?a=1".into() };
        let step = first(&window, &hosts, None, "http://hub/r").unwrap();
        assert_eq!(step, Step::Get { url: "http://s/pg.kr/w?a=1".into() });
        let fields = vec![("mid".to_owned(), "홍".to_owned())];
        let script = Window::Script {
            src: "https://pg.kr/a.js".into(),
            charset: "euc-kr",
            fields: fields.clone(),
            boot: "",
        };
        assert!(first(&script, &hosts, None, "http://hub/r").is_err());
        let step = first(&script, &hosts, Some("https://pg.kr/pay"), "http://hub/r").unwrap();
        assert_eq!(step.url(), "http://s/pg.kr/pay");
        assert_eq!(body(&step).get("ReturnURL"), "http://hub/r");
        let form = Window::Form { action: "https://pg.kr/f".into(), charset: "utf-8", fields };
        assert_eq!(body(&first(&form, &hosts, None, "").unwrap()).get("mid"), "홍");
    }
}
