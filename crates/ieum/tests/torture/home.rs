//! Where one hub keeps its things: a folder, and a SQLite file in it or a PostgreSQL database.

use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::cluster::Cluster;

/// As in production: an answer leaves after its commit is on the disk. Many lanes, many replicas.
pub(crate) const SETTINGS: &str = "
listen_addresses = ''
max_connections = 200
";

/// A folder and a database.
pub(crate) struct Home {
    folder: TempDir,
    postgres: Option<Postgres>,
}

struct Postgres {
    url: String,
    /// Runs at least as long as the hubs in it.
    _cluster: Arc<Cluster>,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), postgres: None }
    }

    /// A new database of the cluster.
    pub(crate) async fn postgres(cluster: &Arc<Cluster>, number: u32) -> Self {
        let name = format!("lane_{number}");
        cluster.create(&name).await.unwrap();
        let url = format!("{}{name}?pool=6", cluster.before());
        let postgres = Some(Postgres { url, _cluster: Arc::clone(cluster) });
        Self { folder: tempfile::tempdir().unwrap(), postgres }
    }

    pub(crate) fn kind(&self) -> &'static str {
        if self.postgres.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The path as the program takes it.
    pub(crate) fn text(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_owned()
    }

    /// What the hub opens.
    pub(crate) fn url(&self) -> String {
        match &self.postgres {
            Some(postgres) => postgres.url.clone(),
            None => format!("sqlite:{}", self.text("data/ieum.db")),
        }
    }
}
