//! A QR code that holds an address and nothing else: what a printed booklet is opened by.

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, which readers need.
const QUIET: usize = 4;

/// The code of an address as a drawing; none where it is too long for one.
pub fn svg(address: &str, label: &str) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, wide) = (x + QUIET, y + QUIET, run.len());
                path.push_str(&format!("M{left} {top}h{wide}v1h-{wide}z"));
            }
            x += run.len();
        }
    }
    let side = width + 2 * QUIET;
    Some(html! {
        svg .qr viewBox={ "0 0 " (side) " " (side) } width="132" height="132" role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_its_three_corners() {
        let drawing = svg("https://so.example.vn/so/me-1", "Mã QR").expect("a code").into_string();
        // Each corner begins with seven dark modules in the first or the last rows.
        assert!(drawing.contains("M4 4h7v1h-7z"), "{drawing}");
        assert!(drawing.contains("aria-label=\"Mã QR\"") && drawing.len() < 8_000);
        assert_eq!(
            drawing,
            svg("https://so.example.vn/so/me-1", "Mã QR").expect("a code").into_string()
        );
        assert!(svg(&"x".repeat(5_000), "").is_none());
    }
}
