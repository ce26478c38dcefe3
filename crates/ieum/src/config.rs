//! `ieum.toml`: read, checked, and turned into what the parts need. The commented default in the
//! repository's root is the documentation of every key.

use anyhow::{Context as _, bail, ensure};
use engine::Settings;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`
    pub database: Database,
    /// `[secrets]`
    pub secrets: Secrets,
    /// `[sandbox]`; absent: test channels talk to the PGs' real test hosts.
    pub sandbox: Option<Sandbox>,
    /// `[pg]`
    #[serde(default)]
    pub pg: Pg,
    /// `[webhook]`
    #[serde(default)]
    pub webhook: Webhook,
    /// `[compat]`
    #[serde(default)]
    pub compat: Compat,
    /// `[cards]`
    #[serde(default)]
    pub cards: Cards,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub listen: SocketAddr,
    pub public_url: String,
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    pub url: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secrets {
    pub master_key_file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sandbox {
    /// Absent, with `books`: another process plays the PGs at `public_url`.
    pub listen: Option<SocketAddr>,
    pub public_url: String,
    pub books: Option<PathBuf>,
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub accept_any_card: bool,
    #[serde(default)]
    pub nightly_cancel: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Pg {
    pub timeout_ms: u64,
    pub settle_grace_seconds: i64,
    pub notice_sources: Vec<IpAddr>,
}

impl Default for Pg {
    fn default() -> Self {
        Self { timeout_ms: 30_000, settle_grace_seconds: 60, notice_sources: Vec::new() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Webhook {
    pub timeout_ms: u64,
    pub allow_private: bool,
}

impl Default for Webhook {
    fn default() -> Self {
        Self { timeout_ms: 30_000, allow_private: false }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Compat {
    pub strict_pg: bool,
    pub legacy_payment_keys: bool,
    pub customer_not_found_404: bool,
    pub hide_certified_phone: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Cards {
    /// Empty, or [`TAKE_CARDS`] to the letter.
    pub live: String,
}

/// What an operator writes who takes card numbers by API in live mode. A flag is set in passing; a
/// sentence is read.
pub(crate) const TAKE_CARDS: &str = "This hub takes real card numbers and is in scope of PCI DSS.";

impl Config {
    /// Reads and checks a file. Relative paths in it are relative to the file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        let mut config: Self = toml::from_str(&text).with_context(|| format!("in {shown}"))?;
        let base = path.parent().unwrap_or(Path::new("."));
        config.secrets.master_key_file = base.join(&config.secrets.master_key_file);
        if let Some(books) = config.sandbox.as_mut().and_then(|sandbox| sandbox.books.as_mut()) {
            *books = base.join(&books);
        }
        if let Some(file) = config.database.url.strip_prefix("sqlite:") {
            config.database.url = format!("sqlite:{}", base.join(file).display());
        }
        config.check().with_context(|| format!("in {shown}"))?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        origin("server.public_url", &self.server.public_url)?;
        if let Some(sandbox) = &self.sandbox {
            origin("sandbox.public_url", &sandbox.public_url)?;
            ensure!(
                sandbox.public_url != self.server.public_url,
                "sandbox.public_url: must be another origin than server.public_url, or a \
                 simulated PG could act as the hub"
            );
            ensure!(
                sandbox.listen.is_some() == sandbox.books.is_some(),
                "sandbox: listen and books belong together; leave both out if another process \
                 plays the PGs"
            );
        }
        ensure!(
            self.cards.live.is_empty() || self.cards.live == TAKE_CARDS,
            "cards.live: must be empty, or exactly: {TAKE_CARDS}"
        );
        ensure!((100..=120_000).contains(&self.pg.timeout_ms), "pg.timeout_ms: 100 to 120000");
        ensure!(
            (1_000..=120_000).contains(&self.webhook.timeout_ms),
            "webhook.timeout_ms: 1000 to 120000"
        );
        ensure!(
            (1..=3_600).contains(&self.pg.settle_grace_seconds),
            "pg.settle_grace_seconds: 1 to 3600"
        );
        ensure!(
            self.pg.settle_grace_seconds * 1_000 >= i64::try_from(self.pg.timeout_ms)?,
            "pg.settle_grace_seconds: must not be shorter than pg.timeout_ms, or an approval that \
             is still being waited for would be given up"
        );
        Ok(())
    }

    /// What the engine needs to know.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            sandbox_tests: self.sandbox.is_some(),
            nightly_cancel: self.sandbox.as_ref().is_some_and(|sandbox| sandbox.nightly_cancel),
            pg_timeout_ms: self.pg.timeout_ms,
            webhook_timeout_ms: self.webhook.timeout_ms,
            notice_sources: self.pg.notice_sources.clone(),
            strict_pg: self.compat.strict_pg,
            legacy_payment_keys: self.compat.legacy_payment_keys,
            customer_not_found_404: self.compat.customer_not_found_404,
            hide_certified_phone: self.compat.hide_certified_phone,
            live_card_numbers: self.cards.live == TAKE_CARDS,
            settle_grace_seconds: self.pg.settle_grace_seconds,
            ..Settings::local(&self.server.public_url)
        }
    }
}

fn origin(key: &str, text: &str) -> anyhow::Result<()> {
    let url = url::Url::parse(text).with_context(|| format!("{key}: not a URL"))?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    ensure!(matches!(url.scheme(), "http" | "https"), "{key}: must be http or https");
    ensure!(bare && !text.ends_with('/'), "{key}: an origin only, without path or trailing slash");
    Ok(())
}

/// Reads a master key: 64 hex characters. The file must not be readable by others.
pub(crate) fn master_key(path: &Path) -> anyhow::Result<[u8; 32]> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("cannot read the master key {shown}; make one with: ieum key > {shown}")
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path)?.permissions().mode();
        ensure!(mode & 0o077 == 0, "{shown} can be read by others; run: chmod 600 {shown}");
    }
    let mut key = [0_u8; 32];
    match hex::decode_to_slice(text.trim(), &mut key) {
        Ok(()) => Ok(key),
        Err(_) => bail!("{shown} is no master key: 64 hex characters are needed"),
    }
}

/// Reads the master key, or makes one: for the demo.
pub(crate) fn master_key_or_new(path: &Path) -> anyhow::Result<[u8; 32]> {
    if path.exists() {
        return master_key(path);
    }
    let key = crate::system::random_key();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("cannot make {}", path.display()))?;
    std::io::Write::write_all(&mut file, hex::encode(key).as_bytes())?;
    Ok(key)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_commented_default_is_a_valid_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ieum.toml");
        std::fs::write(&path, include_str!("../../../ieum.toml")).unwrap();
        let config = Config::read(&path).unwrap();
        assert_eq!(config.settings().pg_timeout_ms, 30_000);
        assert!(config.database.url.contains(&folder.path().display().to_string()));
    }

    #[test]
    fn the_sandbox_takes_any_card_when_its_commented_key_is_turned_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ieum.toml");
        let part = |text: &str| {
            let keys = ["[sandbox]", "listen = \"127.0.0.1:8891\"", "public_url", "books", "seed"];
            let wanted = |line: &&str| {
                let key = line.strip_prefix("# ").unwrap_or_default();
                keys.iter().chain(&["accept_any_card"]).any(|known| key.starts_with(known))
            };
            let lines = text.lines().map(|line| match Some(line).filter(wanted) {
                Some(line) => line.trim_start_matches("# "),
                None => line,
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let text = part(include_str!("../../../ieum.toml"));
        for (text, taken) in [
            (text.clone(), false),
            (text.replace("accept_any_card = false", "accept_any_card = true"), true),
            (text.replace("accept_any_card = false", ""), false),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Config::read(&path).unwrap().sandbox.unwrap().accept_any_card, taken);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let base = include_str!("../../../ieum.toml");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ieum.toml");
        for (from, to, said) in [
            ("timeout_ms = 30000", "timeout_ms = 1", "pg.timeout_ms"),
            ("settle_grace_seconds = 60", "settle_grace_seconds = 5", "settle_grace_seconds"),
            ("public_url = \"https://pay.example.com\"", "public_url = \"pay\"", "public_url"),
            ("strict_pg = false", "strict_gp = false", "strict_gp"),
            ("live = \"\"", "live = \"yes\"", "cards.live"),
            ("live = \"\"", "live = true", "live"),
        ] {
            assert!(base.contains(from), "{from}");
            std::fs::write(&path, base.replacen(from, to, 1)).unwrap();
            let error = format!("{:#}", Config::read(&path).unwrap_err());
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn the_pgs_are_played_here_or_elsewhere_but_not_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ieum.toml");
        let head = include_str!("../../../ieum.toml").split_once("# [sandbox]").unwrap().0;
        let read = |lines: &str| {
            let url = "public_url = \"http://127.0.0.1:1\"";
            std::fs::write(&path, format!("{head}[sandbox]\n{url}\n{lines}")).unwrap();
            Config::read(&path)
        };
        let (listen, books) = ("listen = \"127.0.0.1:1\"\n", "books = \"sandbox.db\"\n");
        let here = read(&format!("{listen}{books}")).unwrap().sandbox.unwrap();
        assert_eq!(here.books.unwrap(), folder.path().join("sandbox.db"));
        assert_eq!(read("").unwrap().sandbox.unwrap().listen, None);
        for half in [listen, books] {
            assert!(format!("{:#}", read(half).unwrap_err()).contains("belong together"), "{half}");
        }
    }

    #[test]
    fn the_sandbox_cancels_at_night_if_it_is_told_to() {
        let base = include_str!("../../../ieum.toml");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ieum.toml");
        let (head, rest) = base.split_once("# [sandbox]").unwrap();
        let (sandbox, tail) = rest.split_once("\n\n").unwrap();
        for (value, expected) in [("false", false), ("true", true)] {
            let sandbox = sandbox.replace("\n# ", "\n");
            assert!(sandbox.contains("nightly_cancel = false"), "{sandbox}");
            let sandbox =
                sandbox.replace("nightly_cancel = false", &format!("nightly_cancel = {value}"));
            std::fs::write(&path, format!("{head}[sandbox]{sandbox}\n\n{tail}")).unwrap();
            assert_eq!(Config::read(&path).unwrap().settings().nightly_cancel, expected);
        }
    }

    #[test]
    fn real_card_numbers_are_taken_for_one_sentence_only() {
        let base = include_str!("../../../ieum.toml");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ieum.toml");
        assert!(base.contains(TAKE_CARDS), "the sentence is documented");
        for (live, taken) in [
            (String::new(), Some(false)),
            (TAKE_CARDS.to_owned(), Some(true)),
            (TAKE_CARDS.to_lowercase(), None),
            (format!("{TAKE_CARDS} "), None),
        ] {
            let text = base.replacen("live = \"\"", &format!("live = \"{live}\""), 1);
            std::fs::write(&path, text).unwrap();
            let settings = Config::read(&path).ok().map(|config| config.settings());
            assert_eq!(settings.map(|settings| settings.live_card_numbers), taken, "{live}");
        }
    }

    #[test]
    fn a_master_key_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let key = master_key_or_new(&path).unwrap();
        assert_eq!(master_key_or_new(&path).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let open = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(&path, open).unwrap();
            assert!(master_key(&path).unwrap_err().to_string().contains("chmod 600"));
        }
    }
}
