//! What a `postgres://` URL says: the server, and `pool`, which is ours.

use std::time::Duration;

use tokio_postgres::{Config, config::SslMode};

use crate::DbError;

/// Connections kept when the URL does not say.
const POOL: usize = 16;

/// Where to connect and with how many connections.
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) pool: usize,
}

/// Reads the URL. Errors name the option, never a value: one of them is the password.
pub(super) fn parse(url: &str) -> Result<Target, DbError> {
    let (server, options) = url.split_once('?').unwrap_or((url, ""));
    let mut pool = POOL;
    let mut others = Vec::new();
    for option in options.split('&').filter(|option| !option.is_empty()) {
        match option.strip_prefix("pool=") {
            Some(number) => pool = size(number)?,
            None => others.push(option),
        }
    }
    let rest = format!("{server}?{}", others.join("&"));
    let mut config: Config = rest.parse().map_err(|error| DbError::Url(explain(&error)))?;
    if config.get_ssl_mode() == SslMode::Require {
        return Err(DbError::Url(
            "sslmode=require: TLS to PostgreSQL is not built in; use a socket or a private network"
                .to_owned(),
        ));
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(5));
    }
    if config.get_application_name().is_none() {
        config.application_name("ieum");
    }
    // A server that vanished without a word must not hold a connection for hours.
    config.tcp_user_timeout(Duration::from_secs(30));
    config.keepalives_idle(Duration::from_secs(30));
    config.keepalives_interval(Duration::from_secs(10));
    config.keepalives_retries(3);
    Ok(Target { config, pool })
}

fn size(number: &str) -> Result<usize, DbError> {
    match number.parse() {
        Ok(size) if (1..=1000).contains(&size) => Ok(size),
        _ => Err(DbError::Url("pool must be a number from 1 to 1000".to_owned())),
    }
}

fn explain(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::parse;

    #[test]
    fn pool_is_ours_and_the_rest_is_the_drivers() {
        let target = parse("postgres://u:p@db/ieum?application_name=x&pool=3").unwrap();
        assert_eq!(target.pool, 3);
        assert_eq!(target.config.get_application_name(), Some("x"));
        assert_eq!(target.config.get_dbname(), Some("ieum"));
        assert_eq!(parse("postgresql://u@db/ieum").unwrap().pool, 16);
    }

    #[test]
    fn refusals_name_the_option_and_hide_the_password() {
        for (url, word) in [
            ("postgres://u:s3cret@db/ieum?pool=0", "pool"),
            ("postgres://u:s3cret@db/ieum?pool=many", "pool"),
            ("postgres://u:s3cret@db/ieum?sslmode=require", "TLS"),
            ("postgres://u:s3cret@db/ieum?colour=red", "colour"),
            ("postgres://u:s3cret@db:port/ieum", "port"),
        ] {
            let error = parse(url).err().unwrap().to_string();
            assert!(error.contains(word), "{url}: {error}");
            assert!(!error.contains("s3cret"), "{url}: {error}");
        }
    }
}
