//! Checks the house: who imports whom, what every file opens with, how long files are, and which
//! rooms know which library. The code map in the doc of `src/lib.rs` is the only list of rooms.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a tidy test stops at the first thing it cannot read"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "tidy/documents.rs"]
mod documents;

/// Lines of a file without its `mod tests`.
const OWN_LINES: usize = 300;
/// Lines of a file with everything in it.
const ALL_LINES: usize = 500;

/// Rust files of one folder.
const MOST_FILES: usize = 15;

/// Files of a room that name each other in a circle: so many must be read together to be
/// understood.
const MOST_IN_A_CIRCLE: usize = 4;

/// Libraries, and the rooms that may name them.
const LIBRARIES: [(&[&str], &[&str]); 4] = [
    (&["actix_web", "actix_http", "actix_rt"], &["http", "ui", "app", "cli"]),
    (&["rusqlite", "sqlx"], &["store"]),
    (&["sea_orm"], &["store"]),
    (&["krilla", "skrifa"], &["paper"]),
];

/// Names that lead to rows without rights, and the files that may name them.
const DOORS: [(&str, &[&str]); 5] = [
    ("Store", &["src/store/", "src/interaction/scoped.rs"]),
    ("stored_definitions", &["src/store/", "src/app.rs"]),
    // Clients get their rights in one place.
    ("Access::everything", &["src/criteria/access.rs", "src/interaction/engine.rs"]),
    // Accounts, clients, keys and sessions are one room's.
    ("Authority", &["src/store/", "src/interaction/scoped/authority.rs", "src/authorization/"]),
    ("authority_rows", &["src/interaction/scoped/authority.rs", "src/authorization/"]),
];

/// A Rust file, with its path below the top of the repository.
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    /// The room of `src` that the file belongs to.
    fn room(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src").ok()?.components().next()?;
        let name = below.as_os_str().to_str()?;
        Some(name.strip_suffix(".rs").unwrap_or(name))
    }

    /// Lines of code with their numbers: comments are left out, and what follows `//` in a line.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
        code.map(|(at, line)| (at, line.split(" // ").next().unwrap_or(line)))
    }

    /// How many modules lie between the file and the crate, itself included.
    fn depth(&self) -> usize {
        let steps = self.path.strip_prefix("src").unwrap().components().count();
        if self.path.ends_with("mod.rs") { steps - 1 } else { steps }
    }

    /// The module it is, from the top of the crate: `["fhir", "date"]`.
    fn module(&self) -> Vec<String> {
        let path = match self.path.ends_with("mod.rs") {
            true => self.path.parent().unwrap().to_path_buf(),
            false => self.path.with_extension(""),
        };
        path.iter().skip(1).map(|step| step.to_str().unwrap().to_owned()).collect()
    }

    /// What its code names from the top of the crate or from the modules around it, as paths from
    /// the top.
    fn named(&self) -> Vec<Vec<String>> {
        let tests_from = self.tests_from();
        let code = self.code().filter(|(at, _)| *at <= tests_from);
        let code = code.map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" ");
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let mut all = Vec::new();
        for (at, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
            if code[..at].ends_with(is_part) {
                continue;
            }
            let rest = &code[at..];
            let path = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
            let group = rest[path.len()..].strip_prefix('{').and_then(|it| it.split('}').next());
            // `super::{one, two}` names both; a path has no more than one group here.
            for last in group.unwrap_or_default().split(',').map(str::trim) {
                let mut module = self.module();
                for step in path.split("::").chain(last.split("::")).filter(|it| !it.is_empty()) {
                    match step {
                        "crate" => module.clear(),
                        "super" => drop(module.pop()),
                        "self" => {}
                        step => module.push(step.to_owned()),
                    }
                }
                all.push(module);
            }
        }
        all
    }

    /// The line on which `mod tests` begins.
    fn tests_from(&self) -> usize {
        let lines: Vec<&str> = self.text.lines().collect();
        let start = lines
            .windows(2)
            .position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod tests"));
        start.unwrap_or(lines.len())
    }

    /// Whether the file is `tests.rs`, or lies in a folder `tests`.
    fn is_tests(&self) -> bool {
        self.path.with_extension("").iter().any(|part| part == "tests")
    }

    fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }
}

/// The Rust files of some folders.
fn files(folders: &[&str]) -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| top.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push(File { path: path.strip_prefix(top).unwrap().into(), text });
            }
        }
    }
    assert!(!files.is_empty(), "no Rust files in {folders:?}");
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The line of the code map that each room is on.
fn code_map() -> BTreeMap<String, u32> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut rooms = BTreeMap::new();
    for line in lib.lines() {
        let Some(row) = line.strip_prefix("//! | ") else { continue };
        let mut cells = row.split('|').map(str::trim);
        let (Some(number), Some(names)) = (cells.next(), cells.next()) else { continue };
        let Ok(number) = number.parse() else { continue };
        for name in names.split(',') {
            let name = name.trim().trim_matches(['[', ']', '`', '/']).trim_end_matches(".rs");
            let again = rooms.insert(name.to_owned(), number);
            assert_eq!(again, None, "src/lib.rs: the code map names {name} twice");
        }
    }
    rooms
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n\n{}\n\n{} faults\n", faults.join("\n"), faults.len());
}

/// The rooms that a line of code names from the top of the crate.
fn imports(line: &str) -> Vec<&str> {
    let name_of = |text: &'_ str| {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        text.len().min(end.unwrap_or(text.len()))
    };
    let mut names = Vec::new();
    for (at, root) in line.match_indices("crate::") {
        let rest = &line[at + root.len()..];
        match rest.strip_prefix('{') {
            // `use crate::{demo, interaction};`
            Some(group) => {
                let group = group.split('}').next().unwrap_or(group);
                let parts = group.split(',').map(str::trim).filter(|part| !part.is_empty());
                names.extend(parts.map(|part| &part[..name_of(part)]));
            }
            None => names.push(&rest[..name_of(rest)]),
        }
    }
    names
}

#[test]
fn the_code_map_names_every_room() {
    let map = code_map();
    let mut rooms: BTreeSet<&str> = BTreeSet::new();
    let files = files(&["src"]);
    rooms.extend(files.iter().filter_map(File::room).filter(|room| *room != "lib"));
    let listed: BTreeSet<&str> = map.keys().map(String::as_str).collect();
    let missing: Vec<_> = rooms.difference(&listed).collect();
    let extra: Vec<_> = listed.difference(&rooms).collect();
    assert!(missing.is_empty(), "src/lib.rs: the code map lacks {missing:?}");
    assert!(extra.is_empty(), "src/lib.rs: the code map names {extra:?}, which are not in src");
}

#[test]
fn rooms_import_from_lower_lines_only() {
    let map = code_map();
    let mut faults = Vec::new();
    for file in files(&["src"]) {
        let Some(room) = file.room().filter(|room| *room != "lib" && *room != "main") else {
            continue;
        };
        let Some(line) = map.get(room) else { continue };
        for (at, code) in file.code() {
            for name in imports(code).into_iter().filter(|name| *name != room) {
                let fault = match map.get(name) {
                    Some(other) if other > line => continue,
                    Some(other) if other == line => format!("a neighbour on line {line}"),
                    Some(other) => format!("line {other}, above its own line {line}"),
                    None if ["self", "crate"].contains(&name) => continue,
                    None => "no room of the code map".to_owned(),
                };
                faults.push(format!(
                    "{}: `{room}` imports `{name}`: {fault}. A room imports only from lower lines \
                     of the code map (src/lib.rs): pass the data in, or move the item down.",
                    file.at(at)
                ));
            }
        }
    }
    none(&faults);
}

#[test]
fn rooms_are_named_from_the_top_of_the_crate() {
    let mut faults = Vec::new();
    for file in files(&["src"]).iter().filter(|file| file.path.components().count() > 2) {
        let (depth, tests_from) = (file.depth(), file.tests_from());
        for (at, code) in file.code() {
            let steps = code.matches("super::").count();
            let leaves = steps >= depth + usize::from(at > tests_from);
            if leaves && code.contains(&"super::".repeat(steps.max(1))) {
                faults.push(format!(
                    "{}: leaves its room by `super::`. Name other rooms as `crate::room`, so that \
                     the code map can be checked.",
                    file.at(at)
                ));
            }
        }
    }
    none(&faults);
}

#[test]
fn libraries_are_named_where_they_belong() {
    let mut faults = Vec::new();
    for file in files(&["src"]) {
        let Some(room) = file.room() else { continue };
        for (at, code) in file.code() {
            for (libraries, rooms) in LIBRARIES {
                let named = libraries.iter().find(|name| code.contains(**name));
                if let Some(name) = named.filter(|_| !rooms.contains(&room)) {
                    let rooms = rooms.join(", ");
                    faults.push(format!(
                        "{}: `{name}` is known to {rooms} only, not to `{room}`.",
                        file.at(at)
                    ));
                }
            }
        }
    }
    none(&faults);
}

/// Whether a line names something, not merely a longer name with it inside.
fn names(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

#[test]
fn rows_are_reached_with_rights_only() {
    let mut faults = Vec::new();
    let files = files(&["src"]);
    for (name, places) in DOORS {
        let is_at = |file: &File, place: &str| file.path.to_str().unwrap().starts_with(place);
        for file in &files {
            let named = file.code().filter(|(_, code)| names(code, name));
            let lines: Vec<usize> = named.map(|(at, _)| at).collect();
            if !places.iter().any(|place| is_at(file, place)) {
                faults.extend(lines.into_iter().map(|at| {
                    format!(
                        "{}: `{name}` is for {} only. Rows are reached by `ctx.rows()`, or by \
                         `engine.rows.for_server(Reason::…)`, which says why.",
                        file.at(at),
                        places.join(", ")
                    )
                }));
            }
        }
        for place in places {
            let mut there = files.iter().filter(|file| is_at(file, place));
            let is_named = there.any(|file| {
                file.code().any(|(_, code)| names(code, name.rsplit("::").next().unwrap()))
            });
            assert!(is_named, "{place} no longer names `{name}`: correct the list of doors");
        }
    }
    none(&faults);
}

#[test]
fn every_file_opens_with_its_doc() {
    let all = files(&["src", "migrations", "tests", "benches"]);
    let silent = all.iter().filter(|file| !file.text.starts_with("//! "));
    let faults = silent.map(|file| {
        format!("{}: the first line must be `//! ` and say what the file is.", file.at(1))
    });
    none(&faults.collect::<Vec<_>>());
}

#[test]
fn files_are_short() {
    let mut faults = Vec::new();
    for file in files(&["src", "migrations", "tests", "benches"]) {
        let (all, own) = (file.text.lines().count(), file.tests_from());
        let has_code = file.path.starts_with("src") && !file.is_tests();
        if has_code && own > OWN_LINES {
            faults.push(format!(
                "{}: {own} lines without tests; {OWN_LINES} is the limit. Split it by concept.",
                file.at(own)
            ));
        } else if all > ALL_LINES {
            faults.push(format!(
                "{}: {all} lines; {ALL_LINES} is the limit, tests included. Split it by concept.",
                file.at(all)
            ));
        }
    }
    none(&faults);
}

#[test]
fn folders_are_not_full() {
    let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for file in files(&["src"]).iter() {
        *folders.entry(file.path.parent().unwrap().into()).or_default() += 1;
    }
    let full = folders.into_iter().filter(|(_, count)| *count > MOST_FILES);
    let faults = full.map(|(folder, count)| {
        format!(
            "{}: {count} files; {MOST_FILES} is the limit. Put what belongs together into a folder \
             whose name a stranger understands.",
            folder.display()
        )
    });
    none(&faults.collect::<Vec<_>>());
}

#[test]
fn test_modules_are_called_tests() {
    let mut faults = Vec::new();
    for file in files(&["src"]).iter().filter(|file| !file.is_tests()) {
        let (lines, tests_from): (Vec<&str>, _) = (file.text.lines().collect(), file.tests_from());
        for (at, pair) in lines.windows(2).enumerate() {
            let name = pair[1].trim_start_matches("pub ").strip_prefix("mod ");
            let is_misnamed =
                pair[0] == "#[cfg(test)]" && name.is_some_and(|name| !name.starts_with("tests"));
            let is_outside = at < tests_from && ["#[test]", "#[tokio::test]"].contains(&pair[0]);
            if is_misnamed || is_outside {
                faults.push(format!(
                    "{}: tests are in `mod tests`, in `tests.rs` or in a folder `tests`.",
                    file.at(at + 2)
                ));
            }
        }
    }
    none(&faults);
}

#[test]
fn folders_have_names_of_their_own() {
    let mut modules: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files(&["src"]).iter() {
        let module = match file.path.ends_with("mod.rs") {
            true => file.path.parent().unwrap().to_path_buf(),
            false => file.path.with_extension(""),
        };
        folders.insert(file.path.parent().unwrap().into());
        let name = module.file_name().unwrap().to_str().unwrap().to_owned();
        modules.entry(module.parent().unwrap().into()).or_default().insert(name);
    }
    let mut faults = Vec::new();
    for (parent, names) in modules {
        for name in &names {
            let alike = ["s", "d", "ed"].map(|end| format!("{name}{end}"));
            let is_folder = |name: &String| folders.contains(&parent.join(name));
            for other in alike.iter().filter(|other| names.contains(*other)) {
                // To `resolve` something makes it `resolved`; two folders are another matter.
                let is_plural = other.ends_with('s') && (is_folder(name) || is_folder(other));
                if is_plural || is_folder(name) && is_folder(other) {
                    faults.push(format!(
                        "{}: `{name}` and `{other}` are told apart by nobody.",
                        parent.display()
                    ));
                }
            }
        }
    }
    none(&faults);
}

/// For each file of a room, the files of it that it leads to, at once or by others.
fn led_to(room: &[&File]) -> Vec<BTreeSet<usize>> {
    let is_file = |(_, file): &(usize, &&File)| !file.path.ends_with("mod.rs");
    let modules: BTreeMap<Vec<String>, usize> =
        room.iter().enumerate().filter(is_file).map(|(at, file)| (file.module(), at)).collect();
    let at_once = |file: &&File| -> Vec<usize> {
        let named = file.named();
        let files = named.iter().filter_map(|path| {
            (1..=path.len()).rev().find_map(|end| modules.get(&path[..end]).copied())
        });
        files.collect()
    };
    let at_once: Vec<Vec<usize>> = room.iter().map(at_once).collect();
    let reach = |at: usize| {
        let (mut reached, mut open) = (BTreeSet::new(), at_once[at].clone());
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(&at_once[next]);
            }
        }
        reached
    };
    (0..room.len()).map(reach).collect()
}

#[test]
fn few_files_name_each_other_in_a_circle() {
    let all = files(&["src"]);
    let mut rooms: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in all.iter().filter(|file| !file.is_tests()) {
        rooms.entry(file.room().unwrap()).or_default().push(file);
    }
    let mut faults = BTreeSet::new();
    for room in rooms.values() {
        let led_to = led_to(room);
        for (at, reached) in led_to.iter().enumerate() {
            let circle = || reached.iter().filter(|other| led_to[**other].contains(&at));
            if circle().count() > MOST_IN_A_CIRCLE {
                let names: Vec<_> = circle().map(|it| room[*it].path.to_str().unwrap()).collect();
                faults.insert(format!(
                    "{}: {} files name each other in a circle; {MOST_IN_A_CIRCLE} is the limit. \
                     Put what they share below them, or pass it in.",
                    names.join(", "),
                    names.len()
                ));
            }
        }
    }
    none(&faults.into_iter().collect::<Vec<_>>());
}
