//! Reads an archive of a package: gzip and tar, entry by entry, trusting nothing.
//!
//! Nothing is written to disk. Names that are absolute or leave the package, links and devices are
//! refused, and what is read stays within [`ENTRIES`], [`ENTRY_BYTES`] and [`TOTAL_BYTES`]. The tar
//! library is asked for raw entries, so that long names are read here, within [`NAME_BYTES`].

use std::cell::Cell;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType, PaxExtensions};

use super::fault;
use super::finding::Finding;

/// Files that a package may have.
pub const ENTRIES: usize = 100_000;
/// Bytes that one file may have.
pub const ENTRY_BYTES: u64 = 64 << 20;
/// Bytes that a package may unpack to.
pub const TOTAL_BYTES: u64 = 1 << 30;
/// Bytes that a name may have.
const NAME_BYTES: u64 = 64 << 10;

/// A file of an archive.
#[derive(Debug)]
pub(super) struct Unpacked {
    /// With the folder that all names of an archive begin with.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Reads every file; an error when it is no archive.
pub(super) fn read(
    source: impl Read,
    most: u64,
    mut take: impl FnMut(Result<Unpacked, Finding>),
) -> io::Result<()> {
    let is_over = Cell::new(false);
    let metered = Metered { inner: MultiGzDecoder::new(source), left: most, is_over: &is_over };
    let text = match each(Archive::new(metered), &mut take) {
        Ok(true) => return Ok(()),
        Ok(false) => fault::too_many(ENTRIES),
        Err(_) if is_over.get() => fault::unpacks_too_far(most),
        Err(error) => return Err(error),
    };
    take(Err(Finding::error("", text)));
    Ok(())
}

/// Reads one file after the other; false when there are too many.
fn each(
    mut archive: Archive<impl Read>,
    take: &mut impl FnMut(Result<Unpacked, Finding>),
) -> io::Result<bool> {
    let mut long_name: Option<Vec<u8>> = None;
    let mut count = 0_usize;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        match entry.header().entry_type() {
            EntryType::XHeader => long_name = extended_name(&mut entry)?,
            EntryType::GNULongName => {
                let mut name = start(&mut entry, NAME_BYTES)?;
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                long_name = Some(name);
            }
            EntryType::XGlobalHeader | EntryType::GNULongLink => {}
            _ => {
                count += 1;
                if count > ENTRIES {
                    return Ok(false);
                }
                let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
                if let Some(file) = file(&mut entry, &name)? {
                    take(file);
                }
            }
        }
    }
    Ok(true)
}

/// A file, what is wrong with it, or nothing when it is a folder.
fn file(
    entry: &mut Entry<'_, impl Read>,
    name: &[u8],
) -> io::Result<Option<Result<Unpacked, Finding>>> {
    let Ok(name) = std::str::from_utf8(name) else {
        let name = String::from_utf8_lossy(name);
        return Ok(Some(Err(Finding::error(&name, fault::path_is_not_text()))));
    };
    let kind = entry.header().entry_type();
    let refused = |text| Ok(Some(Err(Finding::error(name, text))));
    if leaves(name) {
        return refused(fault::unsafe_path());
    }
    match kind {
        EntryType::Regular | EntryType::Continuous => {}
        EntryType::Directory => return Ok(None),
        EntryType::Symlink | EntryType::Link => return refused(fault::not_a_file("link")),
        EntryType::Char | EntryType::Block | EntryType::Fifo => {
            return refused(fault::not_a_file("device"));
        }
        _ => return refused(fault::not_a_file("special entry")),
    }
    let size = entry.header().entry_size()?;
    if size > ENTRY_BYTES {
        return refused(fault::too_large(size, ENTRY_BYTES));
    }
    let bytes = start(entry, ENTRY_BYTES)?;
    Ok(Some(Ok(Unpacked { name: name.to_owned(), bytes })))
}

/// Whether a name points out of the package, on any operating system.
fn leaves(name: &str) -> bool {
    let is_drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\']) || is_drive || name.split(['/', '\\']).any(|part| part == "..")
}

/// The name in an extended header, <https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html>.
fn extended_name(entry: &mut Entry<'_, impl Read>) -> io::Result<Option<Vec<u8>>> {
    let header = start(entry, NAME_BYTES)?;
    let mut records = PaxExtensions::new(&header).flatten();
    let path = records.find(|record| record.key_bytes() == b"path");
    Ok(path.map(|path| path.value_bytes().to_vec()))
}

fn start(entry: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A reader that fails when more comes out of it than may.
struct Metered<'c, R> {
    inner: R,
    left: u64,
    is_over: &'c Cell<bool>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = u64::try_from(read).ok().and_then(|read| self.left.checked_sub(read));
        match left {
            Some(left) => self.left = left,
            None => {
                self.is_over.set(true);
                return Err(io::Error::other("more than may be unpacked"));
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// An archive of these files.
    pub(in crate::definitions::npm) fn packed(files: &[(&str, &str)]) -> Vec<u8> {
        built(|builder| {
            for (name, text) in files {
                let mut header = header(text.len(), EntryType::Regular);
                builder.append_data(&mut header, name, text.as_bytes()).expect("written");
            }
        })
    }

    fn built(fill: impl FnOnce(&mut Builder<GzEncoder<Vec<u8>>>)) -> Vec<u8> {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        fill(&mut builder);
        builder.into_inner().expect("a tar").finish().expect("a gzip")
    }

    fn header(size: usize, kind: EntryType) -> Header {
        let mut header = Header::new_gnu();
        header.set_size(size.try_into().expect("a size"));
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_cksum();
        header
    }

    /// An entry whose name the library itself would refuse to write.
    fn named(name: &[u8], kind: EntryType) -> Vec<u8> {
        built(|builder| {
            let mut header = header(2, kind);
            let field = &mut header.as_gnu_mut().expect("gnu").name;
            field[..name.len()].copy_from_slice(name);
            header.set_cksum();
            builder.append(&header, b"{}".as_slice()).expect("written");
        })
    }

    fn found(archive: &[u8], most: u64) -> io::Result<Vec<Result<String, String>>> {
        let mut found = Vec::new();
        read(archive, most, |file| {
            found.push(file.map(|file| file.name).map_err(|finding| finding.text.en));
        })?;
        Ok(found)
    }

    #[track_caller]
    fn refused(archive: &[u8], expected: &str) {
        let found = found(archive, TOTAL_BYTES).expect("an archive");
        let Some(Err(text)) = found.first() else { panic!("{found:?}") };
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn files_are_read_with_long_names_too() {
        let long = format!("package/{}.json", "a".repeat(300));
        let archive = packed(&[("package/a.json", "{}"), (&long, "{}")]);
        let found = found(&archive, TOTAL_BYTES).expect("an archive");
        assert_eq!(found, [Ok("package/a.json".to_owned()), Ok(long)]);
    }

    #[test]
    fn entries_that_leave_the_package_are_refused() {
        for name in ["../a.json", "package/../../a.json", "/etc/passwd", "C:/a.json", "a\\..\\b"] {
            refused(&named(name.as_bytes(), EntryType::Regular), "leaves the package");
        }
        refused(&named(b"a\xff.json", EntryType::Regular), "not UTF-8");
        refused(&named(b"package/a.json", EntryType::Symlink), "link");
        refused(&named(b"package/a.json", EntryType::Link), "link");
        refused(&named(b"package/a.json", EntryType::Char), "device");
        refused(&named(b"package/a.json", EntryType::GNUSparse), "special");
    }

    #[test]
    fn what_unpacks_too_far_is_cut_off() {
        let zeros = " ".repeat(1 << 20);
        let archive = packed(&[("package/a.json", "{}"), ("package/b.json", &zeros)]);
        assert!(archive.len() < 10_000);
        let found = found(&archive, 100_000).expect("an archive");
        assert_eq!(found.len(), 2);
        assert!(matches!(&found[1], Err(text) if text.contains("unpacks to more than 100000")));
        let large = built(|builder| {
            let header = header(65 << 20, EntryType::Regular);
            builder.append(&header, io::repeat(0).take(65 << 20)).expect("written");
        });
        refused(&large, "is the limit");
    }

    #[test]
    fn what_is_no_archive_is_an_error() {
        assert!(found(b"not gzip", TOTAL_BYTES).is_err());
        let whole = packed(&[("package/a.json", "{}")]);
        assert!(found(&whole[..whole.len() / 2], TOTAL_BYTES).is_err());
        let mut words = GzEncoder::new(Vec::new(), Compression::fast());
        io::Write::write_all(&mut words, &[b'x'; 2048]).expect("written");
        assert!(found(&words.finish().expect("a gzip"), TOTAL_BYTES).is_err());
    }
}
