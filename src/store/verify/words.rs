//! The words of the full-text index, one by one: each with the list that it is of, and its place.

use xxhash_rust::xxh3::xxh3_64;

use crate::index::words::Words;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::schema::words::{cut, placed};

use super::source::{Source, text, whole};

/// What the words of a resource come to.
pub(super) fn sum(words: &Words, is_sqlite: bool) -> u64 {
    let add = |sum: u64, (word, place, list): (&str, i64, &str)| {
        sum.wrapping_add(hash(word, place, list))
    };
    if is_sqlite {
        let lists =
            [("narrative", &words.narrative), ("content", &words.content), ("marks", &words.marks)];
        let each = lists.into_iter().flat_map(|(name, list)| {
            (0_i64..).zip(cut(list)).map(move |(place, word)| (word, place, name))
        });
        return each.fold(0, add);
    }
    let mut sum = 0;
    for (word, place, weight) in placed(words) {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        sum = add(sum, (word, place, weight.encode_utf8(&mut [0; 4])));
    }
    sum
}

/// Gives the number of a resource and the hash of each word that is stored for it; none for a row
/// that is damaged.
pub(super) async fn each(
    source: &mut Source,
    take: &mut dyn FnMut(Option<i64>, u64),
) -> Result<(), StoreError> {
    const SQLITE: &str = "SELECT doc, term, \"offset\", col FROM temp.stored_words";
    const POSTGRES: &str = "SELECT w.rowid, t.lexeme, CAST(p.place AS bigint), p.weight \
         FROM sp_word w, unnest(w.sp_word) AS t(lexeme, positions, weights), \
         unnest(t.positions, t.weights) AS p(place, weight)";
    use CellKind::{Integer, Text};
    let sql = match source.has_words()? {
        true => SQLITE,
        false => POSTGRES,
    };
    let kinds = [Integer, Text, Integer, Text];
    let row = &mut |row: &[Cell]| {
        let place = whole(row, 2).unwrap_or(i64::MIN);
        take(whole(row, 0), hash(text(row, 1), place, text(row, 3)));
    };
    source.scan(sql, &kinds, row).await
}

fn hash(word: &str, place: i64, list: &str) -> u64 {
    xxh3_64(format!("sp_word\0{word}\0{place}\0{list}").as_bytes())
}
