//! A sandbox in another process, as the engine sees it: test channels talk to its origin. Its
//! customers, accidents and books are in that process alone, and asked for there.

use engine::{Millis, SandboxPort};
use serde_json::{Value, json};

/// The origin of the other process.
pub(crate) struct Elsewhere(pub(crate) String);

/// What cannot be done from here.
const THERE: &str = "다른 프로세스의 샌드박스입니다. 그 프로세스에서 요청해 주세요.";

#[async_trait::async_trait]
impl SandboxPort for Elsewhere {
    fn origin(&self) -> String {
        self.0.clone()
    }

    async fn deposit(&self, _: &str, _: &str, _: i64, _: &str, _: Millis) -> Result<Value, String> {
        Err(THERE.into())
    }

    async fn decide(&self, _: &str, _: &str, _: bool, _: &str, _: Millis) -> Result<Value, String> {
        Err(THERE.into())
    }

    async fn act(&self, _: &str, _: &Value, _: Millis) -> Result<Value, String> {
        Err(THERE.into())
    }

    fn add_fault(&self, _: &Value) -> Result<(), String> {
        Err(THERE.into())
    }

    fn faults(&self) -> Value {
        json!([])
    }

    fn remove_fault(&self, _: u64) -> bool {
        false
    }

    fn clear_faults(&self) {}

    fn fault_catalogue(&self) -> Value {
        json!({"seed": 0, "operations": [], "pgs": [], "faults": []})
    }

    fn cards(&self) -> Value {
        json!({"any": false, "cards": [], "pgs": []})
    }

    async fn books(&self, _: &str) -> Option<Value> {
        None
    }
}
