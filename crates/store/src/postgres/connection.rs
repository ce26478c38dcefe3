//! One PostgreSQL connection that runs the common SQL.

use std::{collections::HashMap, error::Error as StdError, future::Future, pin::Pin, sync::Arc};

use futures_util::TryStreamExt;
use tokio_postgres::{
    Client, Config, NoTls, Statement,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{
    failure::{self, Failure, Step},
    leader::Term,
};
use crate::{
    Arg, DbError, Row,
    batch::{Columns, Value},
};

/// Statements kept prepared per connection; more than the program has.
const STATEMENTS: usize = 512;

/// The session: reads only unless a transaction says otherwise, nothing waits for ever, and a
/// commit is answered when it is on disk, and on the standby's where one is synchronous, whatever
/// this database's or this user's default is.
const SESSION: &str = "
    set default_transaction_read_only = on;
    set statement_timeout = '30s';
    set lock_timeout = '10s';
    set idle_in_transaction_session_timeout = '60s';
    set client_min_messages = warning;
    select set_config('synchronous_commit', 'on', false)
     where current_setting('synchronous_commit') in ('off', 'local', 'remote_write');
";

pub(super) struct Connection {
    client: Client,
    prepared: HashMap<Box<str>, Vec<Arc<Prepared>>>,
}

/// A statement the server knows, for arguments of certain types.
pub(super) struct Prepared {
    statement: Statement,
    types: Box<[Type]>,
    columns: Columns,
}

impl Prepared {
    pub(super) fn returns_nothing(&self) -> bool {
        self.columns.is_empty()
    }
}

/// What one statement did.
pub(super) struct Outcome {
    /// Rows changed, or returned when it returns any.
    pub(super) touched: u64,
    pub(super) rows: Vec<Row>,
}

impl Connection {
    /// Connects; with a `term`, to the leader of that term, and only for as long as it leads.
    pub(super) async fn open(config: &Config, term: Option<Term>) -> Result<Self, DbError> {
        let refused = |error: tokio_postgres::Error| DbError::Unavailable(failure::text(&error));
        let (client, driver) = config.connect(NoTls).await.map_err(refused)?;
        let led = term.clone();
        tokio::spawn(async move {
            let over = async {
                match led {
                    Some(term) => term.over().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                ended = driver => if let Err(error) = ended {
                    // Whoever uses the connection is told; this is for who reads the log.
                    tracing::warn!(error = failure::text(&error), "a database connection ended");
                },
                () = over => tracing::warn!("left a database server that leads no more"),
            }
        });
        if let Some(term) = &term {
            term.check(&client).await?;
        }
        client.batch_execute(SESSION).await.map_err(refused)?;
        let encoding = client.query_one("show server_encoding", &[]).await.map_err(refused)?;
        let encoding: &str = encoding.try_get(0).map_err(refused)?;
        if !encoding.eq_ignore_ascii_case("utf8") {
            return Err(DbError::Open(format!("its encoding is {encoding}; it must be UTF8")));
        }
        Ok(Self { client, prepared: HashMap::new() })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Prepares `sql` with the types of `args` said outright: PostgreSQL would otherwise guess,
    /// and not see in `limit $1` or a null what it is to be.
    pub(super) async fn prepare(
        &mut self,
        sql: &str,
        args: &[Arg],
    ) -> Result<Arc<Prepared>, Failure> {
        let known = self.prepared.get(sql).into_iter().flatten();
        if let Some(prepared) = known.into_iter().find(|one| suits(one, args)) {
            return Ok(Arc::clone(prepared));
        }
        let types: Box<[Type]> = args.iter().map(type_of).collect();
        let statement = self.client.prepare_typed(sql, &types).await;
        let statement = statement.map_err(|error| Failure::of(&error, Step::Statement))?;
        if statement.params().len() != args.len() || !uses_all(sql, args.len()) {
            let given = args.len();
            let error = DbError::Sql(format!("does not take the {given} arguments it is given"));
            return Err(error.into());
        }
        let columns = statement.columns().iter().map(|column| column.name().into()).collect();
        let prepared = Arc::new(Prepared { statement, types, columns });
        if self.prepared.len() >= STATEMENTS {
            self.prepared.clear();
        }
        self.prepared.entry(sql.into()).or_default().push(Arc::clone(&prepared));
        Ok(prepared)
    }

    /// Runs a prepared statement. The first poll sends it.
    pub(super) async fn run(
        &self,
        prepared: &Prepared,
        args: &[Arg],
    ) -> Result<Outcome, tokio_postgres::Error> {
        if prepared.columns.is_empty() {
            let touched = self.client.execute_raw(&prepared.statement, args).await?;
            return Ok(Outcome { touched, rows: Vec::new() });
        }
        let stream = self.client.query_raw(&prepared.statement, args).await?;
        let found: Vec<tokio_postgres::Row> = stream.try_collect().await?;
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            let values = (0..row.len()).map(|index| value(row, index)).collect::<Result<_, _>>()?;
            rows.push(Row::new(Columns::clone(&prepared.columns), values));
        }
        Ok(Outcome { touched: rows.len() as u64, rows })
    }

    /// Runs a command without arguments, or a script of several. The first poll sends it.
    pub(super) fn command<'a>(
        &'a self,
        sql: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Outcome, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(async move {
            self.client.batch_execute(sql).await?;
            Ok(Outcome { touched: 0, rows: Vec::new() })
        })
    }
}

/// Whether every `$1 ..= $count` is in the text. PostgreSQL overlooks an argument that nothing
/// uses; SQLite does not, and it is a mistake on both.
fn uses_all(sql: &str, count: usize) -> bool {
    (1..=count).all(|number| {
        let name = format!("${number}");
        let mut after = sql.split(&name).skip(1);
        after.any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    })
}

fn suits(prepared: &Prepared, args: &[Arg]) -> bool {
    prepared.types.len() == args.len()
        && args.iter().map(type_of).eq(prepared.types.iter().cloned())
}

fn type_of(arg: &Arg) -> Type {
    match arg {
        Arg::Int(_) => Type::INT8,
        Arg::Text(_) => Type::TEXT,
    }
}

fn value(row: &tokio_postgres::Row, index: usize) -> Result<Value, tokio_postgres::Error> {
    let found = match *row.columns()[index].type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(|int| Value::Int(int.into())),
        Type::INT2 => row.try_get::<_, Option<i16>>(index)?.map(|int| Value::Int(int.into())),
        // SQLite has no booleans: what PostgreSQL compares is 0 or 1 there.
        Type::BOOL => row.try_get::<_, Option<bool>>(index)?.map(|bool| Value::Int(bool.into())),
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<String>>(index)?.map(Value::Text)
        }
        ref other => Some(Value::Foreign(other.name().to_owned())),
    };
    Ok(found.unwrap_or(Value::Null))
}

/// Binds by the type that `prepare` announced. The driver logs arguments at debug level by their
/// `Debug`, which for `Arg` shows no text.
impl ToSql for Arg {
    fn to_sql(
        &self,
        r#type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Int(value) => value.to_sql(r#type, out),
            Self::Text(value) => value.as_deref().to_sql(r#type, out),
        }
    }

    fn accepts(r#type: &Type) -> bool {
        matches!(*r#type, Type::INT8 | Type::TEXT)
    }

    to_sql_checked!();
}
