//! What a `postgres://` URL says: the server or the servers, and `pool`, which is ours.

use std::time::Duration;

use tokio_postgres::{
    Config,
    config::{Host, SslMode, TargetSessionAttrs},
};

use crate::DbError;

/// Connections kept when the URL does not say.
const POOL: usize = 16;

/// Where to connect and with how many connections.
pub(super) struct Target {
    /// One, or several of which one takes writes at a time.
    pub(super) servers: Vec<Config>,
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
    Ok(Target { servers: each(&config)?, pool })
}

/// A configuration per server: with several, which one takes writes is found out elsewhere.
fn each(config: &Config) -> Result<Vec<Config>, DbError> {
    let (hosts, addresses) = (config.get_hosts().len(), config.get_hostaddrs().len());
    let servers = hosts.max(addresses);
    if servers < 2 {
        return Ok(vec![config.clone()]);
    }
    let refused = |what: &str| Err(DbError::Url(what.to_owned()));
    if hosts > 0 && addresses > 0 && hosts != addresses {
        return refused("hostaddr: as many as hosts");
    }
    if config.get_ports().len() > 1 && config.get_ports().len() != servers {
        return refused("port: one, or as many as hosts");
    }
    if config.get_target_session_attrs() == TargetSessionAttrs::ReadOnly {
        return refused("target_session_attrs: must be read-write, the hub writes");
    }
    Ok((0..servers).map(|server| one(config, server)).collect())
}

fn one(all: &Config, server: usize) -> Config {
    let mut one = Config::new();
    // What the URL does not say is left as it is.
    let _ = all.get_user().map(|user| one.user(user));
    let _ = all.get_password().map(|password| one.password(password));
    let _ = all.get_dbname().map(|name| one.dbname(name));
    let _ = all.get_options().map(|options| one.options(options));
    let _ = all.get_application_name().map(|name| one.application_name(name));
    let _ = all.get_connect_timeout().map(|wait| one.connect_timeout(*wait));
    let _ = all.get_tcp_user_timeout().map(|wait| one.tcp_user_timeout(*wait));
    let _ = all.get_keepalives_interval().map(|wait| one.keepalives_interval(wait));
    let _ = all.get_keepalives_retries().map(|count| one.keepalives_retries(count));
    one.keepalives(all.get_keepalives()).keepalives_idle(all.get_keepalives_idle());
    one.ssl_mode(all.get_ssl_mode()).channel_binding(all.get_channel_binding());
    match all.get_hosts().get(server) {
        Some(Host::Tcp(name)) => one.host(name),
        Some(Host::Unix(folder)) => one.host_path(folder),
        None => &mut one,
    };
    let _ = all.get_hostaddrs().get(server).map(|address| one.hostaddr(*address));
    let port = all.get_ports().get(server).or_else(|| all.get_ports().first());
    let _ = port.map(|port| one.port(*port));
    one
}

/// A server's name and port, for messages.
pub(super) fn place(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => format!("{name}:{port}"),
        Some(Host::Unix(folder)) => format!("{}:{port}", folder.display()),
        None => {
            let address = config.get_hostaddrs().first();
            address.map_or_else(String::new, |address| format!("{address}:{port}"))
        }
    }
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
    use super::{parse, place};

    #[test]
    fn pool_is_ours_and_the_rest_is_the_drivers() {
        let target = parse("postgres://u:p@db/ieum?application_name=x&pool=3").unwrap();
        assert_eq!(target.pool, 3);
        let [server] = &target.servers[..] else { panic!("one server") };
        assert_eq!(server.get_application_name(), Some("x"));
        assert_eq!(server.get_dbname(), Some("ieum"));
        assert_eq!(parse("postgresql://u@db/ieum").unwrap().pool, 16);
    }

    #[test]
    fn several_servers_are_told_apart() {
        let url =
            "postgres://u:s3cret@one:5001,two,three:5003/ieum?target_session_attrs=read-write";
        let servers = parse(url).unwrap().servers;
        let places: Vec<_> = servers.iter().map(place).collect();
        assert_eq!(places, ["one:5001", "two:5432", "three:5003"]);
        for server in &servers {
            assert_eq!(server.get_hosts().len(), 1);
            assert_eq!(server.get_user(), Some("u"));
            assert_eq!(server.get_password(), Some(b"s3cret".as_slice()));
            assert_eq!(server.get_dbname(), Some("ieum"));
            assert_eq!(server.get_application_name(), Some("ieum"));
            assert!(server.get_connect_timeout().is_some());
            assert!(server.get_tcp_user_timeout().is_some());
        }
    }

    #[test]
    fn refusals_name_the_option_and_hide_the_password() {
        for (url, word) in [
            ("postgres://u:s3cret@db/ieum?pool=0", "pool"),
            ("postgres://u:s3cret@db/ieum?pool=many", "pool"),
            ("postgres://u:s3cret@db/ieum?sslmode=require", "TLS"),
            ("postgres://u:s3cret@db/ieum?colour=red", "colour"),
            ("postgres://u:s3cret@db:port/ieum", "port"),
            ("postgres://u:s3cret@a,b/ieum?target_session_attrs=read-only", "read-write"),
            ("postgres://u:s3cret@a,b/ieum?port=5433", "port"),
            ("postgres://u:s3cret@a,b/ieum?hostaddr=127.0.0.1", "hostaddr"),
        ] {
            let Some(error) = parse(url).err() else { panic!("{url}") };
            let error = error.to_string();
            assert!(error.contains(word), "{url}: {error}");
            assert!(!error.contains("s3cret"), "{url}: {error}");
        }
    }
}
