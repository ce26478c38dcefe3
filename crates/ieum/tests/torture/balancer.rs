//! One address before several replicas: passes connections on, to whoever takes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpStream};

/// Listens before the hubs on these ports; its origin.
pub(crate) async fn listen(ports: Vec<u16>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let turn = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (ports, turn) = (ports.clone(), Arc::clone(&turn));
            tokio::spawn(pass(client, ports, turn));
        }
    });
    url
}

/// The connection of a client ends with that of its replica.
async fn pass(mut client: TcpStream, ports: Vec<u16>, turn: Arc<AtomicUsize>) {
    let first = turn.fetch_add(1, Ordering::Relaxed);
    for step in 0..ports.len() {
        let port = ports[(first + step) % ports.len()];
        if let Ok(mut hub) = TcpStream::connect(("127.0.0.1", port)).await {
            drop(tokio::io::copy_bidirectional(&mut client, &mut hub).await);
            return;
        }
    }
}
