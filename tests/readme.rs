//! Holds README and docs against the server: what they tell a newcomer to type is typed, and answers
//! as they show; they list every setting and every operation, and none that does not exist.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[path = "harness/mod.rs"]
#[expect(dead_code, unused_imports, unused_macros, reason = "tests/it uses the rest of it")]
mod harness;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use mebe::config::load;
use serde_json::Value;

use harness::backend::Backend;
use harness::server::Server;

/// What the English tour adds, so that answers are in English.
const IN_ENGLISH: &str = " -H 'Accept-Language: en'";

/// Where a server of the README listens.
const THERE: &str = "http://127.0.0.1:8080";

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// A fenced block: its language and its text.
struct Block {
    language: String,
    text: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let parts = text.split("\n```").skip(1).step_by(2);
    let block = |part: &str| {
        let (language, text) = part.split_once('\n').expect("a line after the fence");
        Block { language: language.to_owned(), text: text.to_owned() }
    };
    parts.map(block).collect()
}

/// Whether a text is as it is shown, where `…` stands for anything.
fn fits(shown: &str, text: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || shown.ends_with('…')
}

/// Whether an answer has all that is shown of it.
fn has(shown: &Value, answer: &Value) -> bool {
    match (shown, answer) {
        (Value::String(shown), _) if shown == "…" => true,
        (Value::String(shown), Value::String(text)) => fits(shown, text),
        (Value::Object(shown), Value::Object(answer)) => {
            shown.iter().all(|(key, shown)| answer.get(key).is_some_and(|found| has(shown, found)))
        }
        (Value::Array(shown), Value::Array(answer)) => {
            let mut rest = answer.iter();
            let mut shown = shown.iter().filter(|one| *one != "…");
            shown.all(|shown| rest.any(|found| has(shown, found)))
        }
        (shown, answer) => shown == answer,
    }
}

/// What is shown of an answer: JSON, or the lines that are among its lines.
#[track_caller]
fn compare(shown: &Block, output: &str, told: &str) {
    match shown.language.as_str() {
        "json" => {
            let wanted: Value = serde_json::from_str(&shown.text).expect("JSON is shown");
            let answer: Value = serde_json::from_str(output).expect("JSON is answered");
            assert!(has(&wanted, &answer), "{told}\nshows {wanted:#}\nbut it is {answer:#}");
        }
        "text" => {
            let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
            for wanted in shown.text.lines() {
                let is_there = lines.iter().any(|line| fits(wanted, line));
                assert!(is_there, "{told}\nshows {wanted}\nbut it is {output}");
            }
        }
        other => panic!("an answer is json or text, not {other}"),
    }
}

/// The commands of a README that ask a server.
fn tour(readme: &str) -> Vec<Block> {
    let blocks = blocks(readme).into_iter();
    blocks.filter(|block| block.language == "sh" && block.text.contains("curl")).collect()
}

/// Runs commands as a newcomer pastes them, on another port; what they print.
#[track_caller]
fn paste(commands: &str, server: &Server) -> String {
    let commands = commands.replace(THERE, &server.top());
    let run = Command::new("bash")
        .args(["-euc", &format!("B={}\n{commands}", server.base())])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("bash");
    let error = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{commands}\n{error}");
    String::from_utf8(run.stdout).expect("UTF-8")
}

#[tokio::test]
async fn the_tours_answer_as_they_say() {
    for name in ["README.vi.md", "README.en.md"] {
        let server = Server::start_with(Backend::Sqlite, &[("demo", "true")]).await.unwrap();
        let blocks = blocks(&read(name));
        let mut shown = 0;
        for (at, block) in blocks.iter().enumerate() {
            if block.language != "sh" || !block.text.contains("curl") {
                continue;
            }
            let output = paste(&block.text, &server);
            assert!(!output.is_empty(), "{name}: {} prints nothing", block.text);
            if let Some(answer) = blocks.get(at + 1).filter(|next| next.language != "sh") {
                compare(answer, &output, &format!("{name}: {}", block.text));
                shown += 1;
            }
        }
        assert!(shown >= 4, "{name} shows {shown} answers");
    }
}

#[test]
fn both_tours_have_the_same_commands() {
    let commands = |name: &str| -> Vec<String> {
        tour(&read(name)).iter().map(|block| block.text.replace(IN_ENGLISH, "")).collect()
    };
    assert_eq!(commands("README.vi.md"), commands("README.en.md"));
}

/// The names in the first column of the tables of a page.
fn listed(page: &str) -> BTreeSet<&str> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    cells.collect()
}

#[test]
fn the_page_of_settings_lists_every_setting() {
    let page = read("docs/settings.md");
    let names = load::names();
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let listed = listed(&page);
    let missing: Vec<_> = known.difference(&listed).collect();
    let extra: Vec<_> = listed.difference(&known).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "docs/settings.md (first cell: | `name` |): missing {missing:?}, not a setting {extra:?}"
    );
}

#[tokio::test]
async fn the_page_of_support_lists_every_operation() {
    let page = read("docs/support.md");
    let server = Server::start(Backend::Sqlite).await.unwrap();
    let claimed = server.get("/metadata").await.is(200).json();
    let rest = &claimed["rest"][0];
    let of_types = rest["resource"].as_array().expect("types").iter();
    let operations = of_types.chain([rest]).filter_map(|one| one["operation"].as_array()).flatten();
    let names: BTreeSet<&str> = operations.filter_map(|one| one["name"].as_str()).collect();
    assert!(names.len() > 5, "{names:?}");
    let missing: Vec<_> =
        names.iter().filter(|name| !page.contains(&format!("`${name}`"))).collect();
    assert!(missing.is_empty(), "docs/support.md does not have {missing:?}");
}

#[test]
fn what_is_shown_is_held_against_the_answer() {
    assert!(fits("ETag: W/\"…\"", "ETag: W/\"3\"") && !fits("a…c", "abd") && fits("…b", "aab"));
    let answer = serde_json::json!({ "a": [1, { "b": "xyz", "c": 1 }], "d": null });
    for (shown, holds) in [
        (serde_json::json!({ "a": [{ "b": "x…" }] }), true),
        (serde_json::json!({ "a": ["…", 1] }), true),
        (serde_json::json!({ "a": [{ "b": "y…" }] }), false),
        (serde_json::json!({ "e": 1 }), false),
    ] {
        assert_eq!(has(&shown, &answer), holds, "{shown}");
    }
}
