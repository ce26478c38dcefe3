//! The sandbox on a real socket.

use crate::{bench::Bench, fake::NOW};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What arrived until the connection ended.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Arrived {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Serves a sandbox on a free port until the test ends.
pub(crate) async fn serve(bench: &Bench) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = bench.sandbox.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Sends bytes and reads until the connection ends, in whatever way.
pub(crate) async fn send(address: SocketAddr, request: &str) -> Arrived {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // A reset ends the connection as well as a close does; what came before counts.
    let _ = stream.read_to_end(&mut bytes).await;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = end.map_or((&bytes[..], &[][..]), |end| (&bytes[..end], &bytes[end + 4..]));
    Arrived { head: String::from_utf8(head.to_vec()).unwrap(), body: body.to_vec() }
}

pub(crate) async fn call(address: SocketAddr, line: &str, headers: &[&str], body: &str) -> Arrived {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\n{headers}\
         content-length: {length}\r\n\r\n{body}"
    );
    send(address, &request).await
}

#[tokio::test]
async fn hosts_are_folders_and_any_method_will_do() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    for method in ["GET", "POST", "PUT"] {
        let line = format!("{method} /pay.fakepay.test/echo?a=%20b&c=d");
        let echo = call(address, &line, &[], "").await.json();
        assert_eq!(echo["method"], method);
        assert_eq!(echo["host"], "pay.fakepay.test");
        assert_eq!(echo["path"], "/echo");
        assert_eq!(echo["query"], "a=%20b&c=d");
        assert_eq!(echo["type"], "application/x-www-form-urlencoded");
        assert_eq!(echo["origin"], "http://127.0.0.1:9001");
        assert_eq!(echo["notice"], "http://127.0.0.1:9000/notice/fakepay");
    }
    let raw = call(address, "GET /api.fakepay.test/raw/%7Ea//b", &[], "").await;
    assert_eq!(raw.body, b"/raw/%7Ea//b", "the path is passed as sent");
    for line in ["GET /nobody.test/x", "GET /nobody.test", "GET //", "GET /favicon.ico"] {
        let unknown = call(address, line, &[], "").await;
        assert_eq!(unknown.status(), 404, "{line}");
        assert!(String::from_utf8(unknown.body).unwrap().contains("pay.fakepay.test"), "{line}");
    }
    assert_eq!(call(address, "GET /nice.test", &[], "").await.body, b"not found");
}

#[tokio::test]
async fn an_answer_carries_what_the_simulator_said() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    let body = "order=o1&amount=14000";
    let answer = call(address, "POST /api.fakepay.test/approve", &[], body).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.json()["amount"], 14_000);
    assert_eq!(bench.trades(), 1);
    let window = call(address, "GET /nice.test/window", &[], "").await;
    assert_eq!(window.status(), 302);
    assert_eq!(window.header("location"), Some("http://127.0.0.1:9001/nice.test/next"));
}

#[tokio::test]
async fn windows_may_be_framed_and_leave_no_traces() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    for line in ["GET /", "GET /nice.test/window", "GET /nobody.test/x"] {
        let page = call(address, line, &[], "").await;
        assert_eq!(page.header("cache-control"), Some("no-store"), "{line}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "{line}");
        for header in ["x-frame-options", "content-security-policy", "set-cookie"] {
            assert_eq!(page.header(header), None, "{line}");
        }
    }
}

#[tokio::test]
async fn a_location_cannot_smuggle_headers() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    let answer = call(address, "GET /nice.test/bad-location", &[], "").await;
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn the_index_names_pgs_hosts_and_faults() {
    let bench = Bench::new();
    bench.fault("alipay", "approve", "late:250");
    let address = serve(&bench).await;
    let page = call(address, "GET /", &[], "").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let page = String::from_utf8(page.body).unwrap();
    for text in ["fakepay", "pay.fakepay.test", "nice.test", "nice · approve · late:250 × 1"] {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[tokio::test]
async fn a_header_moves_the_clock_for_one_request() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    let line = "POST /api.fakepay.test/echo";
    let moved = call(address, line, &["X-Ieum-At: 1800000000123"], "").await.json();
    assert_eq!(moved["at"], 1_800_000_000_123_i64);
    assert_eq!(call(address, line, &[], "").await.json()["at"], NOW.0);
    let approve = "POST /api.fakepay.test/approve";
    call(address, approve, &["x-ieum-at: 1800000000123"], "order=o1").await;
    assert_eq!(bench.books("fakepay")["trades"][0]["created_at"], 1_800_000_000_123_i64);
    for wrong in ["tomorrow", "-1", "1.5", "", "99999999999999999"] {
        let refused = call(address, line, &[&format!("x-ieum-at: {wrong}")], "").await;
        assert_eq!(refused.status(), 400, "{wrong}");
        assert!(String::from_utf8(refused.body).unwrap().contains("x-ieum-at"), "{wrong}");
    }
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    let line = "POST /api.fakepay.test/approve";
    // Refused by its announced length, before a byte of it is sent.
    let head = format!(
        "{line} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: 262145\r\n\r\n"
    );
    let refused = send(address, &head).await;
    assert_eq!(refused.status(), 413);
    let text = String::from_utf8(refused.body).unwrap();
    assert!(text.contains("body") && text.contains("262144"), "{text}");
    assert_eq!(bench.trades(), 0);
    let filler = "x".repeat(262_144 - "order=o1&filler=".len());
    let largest = call(address, line, &[], &format!("order=o1&filler={filler}")).await;
    assert_eq!(largest.status(), 200);
}

#[tokio::test]
async fn bodies_of_unknown_length_have_the_limit_too() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    // The chunk says 262145 bytes and exactly they follow: nothing is left unread.
    let request = format!(
        "POST /api.fakepay.test/approve HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n\r\n40001\r\n{}\r\n0\r\n\r\n",
        "x".repeat(262_145)
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    // Both ways at once: the answer may come before the last byte is sent.
    let mut bytes = Vec::new();
    let (_, _) = tokio::join!(writer.write_all(request.as_bytes()), reader.read_to_end(&mut bytes));
    assert!(bytes.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(bench.trades(), 0);
}
