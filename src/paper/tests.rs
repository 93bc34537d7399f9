//! What a page becomes on paper.

use super::strip::Mark;
use super::{Fault, Paper, flow, look, pdf, tree};

fn page(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Sổ</title></head><body><header>x</header><main id=\"noi-dung\">{body}</main></body></html>"
    )
}

/// The words of a page with their places.
fn laid(body: &str, width: f32) -> Vec<(f32, f32, String)> {
    let tree = tree::parse(&page(body)).expect("a page");
    let content = tree.find("main").expect("main");
    let strips = flow::blocks(&content.children, width, look::Look::of(10.0)).expect("strips");
    let mut down = 0.0;
    let mut all = Vec::new();
    for strip in strips {
        for mark in &strip.marks {
            if let Mark::Text { x, y, text, look } = mark {
                let end = x + super::letters::width(text, look.size, look.is_bold);
                assert!(*x >= -0.1 && end <= width + 0.5, "{text} ends at {end}");
                all.push((*x, down + y, text.clone()));
            }
        }
        down += strip.height;
    }
    all
}

#[test]
fn what_leads_elsewhere_is_not_on_paper() {
    let all = laid(
        "<nav><a href=\"/\">đi</a></nav><h1>Sổ</h1><form><input name=\"q\"><button>Tìm</button></form><p>a &amp; b<br>c</p>",
        300.0,
    );
    let words: Vec<&str> = all.iter().map(|(.., text)| text.as_str()).collect();
    assert_eq!(words, ["Sổ", "a", "&", "b", "c"]);
}

#[test]
fn nothing_stands_over_the_edge() {
    let cells: String = (0..14)
        .map(|at| format!("<td>{at} tuần<div><span class=\"cell yellow\">vàng</span></div></td>"))
        .collect();
    let heads: String =
        (0..14).map(|at| format!("<th>{at:02}/10/2025<br>8 tuần 3 ngày</th>")).collect();
    let table = format!(
        "<table class=\"sheet\"><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"
    );
    for width in [150.0, 367.0, 523.0] {
        let all = laid(&table, width);
        assert!(
            all.iter().filter(|(.., text)| text == "vàng" || text == "[vàng]").count() >= 14,
            "{all:?}"
        );
        laid(&format!("<p>{}</p><ul><li>{}</li></ul>", "a".repeat(400), "Ế".repeat(90)), width);
    }
}

#[test]
fn a_file_has_its_fonts_and_its_sheets() {
    let rows: String =
        (0..200).map(|at| format!("<tr><td>Mục {at}</td><td>đã tiêm</td></tr>")).collect();
    let body = format!(
        "<h1>Phiếu tiêm chủng</h1><table><thead><tr><th>Mục</th><th>Gì</th></tr></thead><tbody>{rows}</tbody></table>"
    );
    for paper in [Paper::A4, Paper::A5] {
        let file = pdf(&page(&body), paper, "Mebe").expect("a file");
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-1.") && text.contains("Roboto"));
        assert!(
            text.matches("/Type /Page\n").count()
                + text.matches("/Type /Page/").count()
                + text.matches("/Type/Page/").count()
                > 3
                || file.len() > 5_000
        );
        assert_eq!(file, pdf(&page(&body), paper, "Mebe").expect("a file"), "the same bytes");
    }
    assert!(matches!(pdf("<p>x</p>", Paper::A4, ""), Err(Fault::Page(_))));
}
