//! The palette: what is written stands out from what it is written on, by WCAG 2.2
//! (<https://www.w3.org/TR/WCAG22/#contrast-minimum>), in daylight and in the dark.

use std::collections::HashMap;

use super::frame::STYLE;

type Palette = HashMap<String, (f64, f64, f64)>;

/// The colours that a block of the style sheet names.
fn palette(block: &str) -> Palette {
    let pairs = block.split(';').filter_map(|pair| pair.trim().strip_prefix("--")?.split_once(':'));
    pairs.map(|(name, value)| (name.to_owned(), colour(value))).collect()
}

fn colour(text: &str) -> (f64, f64, f64) {
    let digits = text.trim().trim_start_matches('#');
    let wide: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits.to_owned(),
    };
    let part = |at: usize| {
        let byte = u8::from_str_radix(&wide[at..at + 2], 16).expect("a colour");
        let share = f64::from(byte) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    (part(0), part(2), part(4))
}

fn contrast(one: (f64, f64, f64), other: (f64, f64, f64)) -> f64 {
    let light = |(red, green, blue): (f64, f64, f64)| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The palettes: in daylight, in the dark, on paper. The later take what they do not name from the first.
fn palettes() -> Vec<(&'static str, Palette)> {
    let blocks: Vec<&str> =
        STYLE.split(":root{").skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let day = palette(blocks[0]);
    let names = ["day", "dark", "paper"];
    assert_eq!(blocks.len(), names.len(), "{blocks:?}");
    let whole = |block: &&str| {
        let mut all = day.clone();
        all.extend(palette(block));
        all
    };
    names.into_iter().zip(blocks.iter().map(whole)).collect()
}

#[test]
fn what_is_written_can_be_read_by_day_at_night_and_on_paper() {
    for (name, all) in palettes() {
        for (ink, ground, least) in [
            ("ink", "ground", 7.0),
            ("ink", "soft", 7.0),
            ("ink", "yellow", 4.5),
            ("dim", "ground", 4.5),
            ("dim", "soft", 4.5),
            ("link", "ground", 4.5),
            ("link", "soft", 4.5),
            ("link", "yellow", 4.5),
            ("alarm", "ground", 4.5),
            ("alarm", "soft", 4.5),
            // A button: its words on the colour of links.
            ("ground", "link", 4.5),
            // The edge of a field.
            ("dim", "ground", 3.0),
        ] {
            let found = contrast(all[ink], all[ground]);
            assert!(found >= least, "{name}: {ink} on {ground} is {found:.2}");
        }
    }
}

#[test]
fn contrast_is_that_of_the_recommendation() {
    assert!((contrast(colour("#000"), colour("#fff")) - 21.0).abs() < 0.01);
    assert!((contrast(colour("#777"), colour("#fff")) - 4.48).abs() < 0.01);
}
