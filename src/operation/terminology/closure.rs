//! `$closure`, <https://hl7.org/fhir/R4/conceptmap-operation-closure.html>.
//!
//! A table is kept as a `ConceptMap` whose id is made of its name; each change is a version of it,
//! so that what came after a version can be told. A name alone makes the table, or empties it.

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::closure_table::Table;
use super::code_request::{failed, missing, scope};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::precondition::{Conditions, Tags};
use crate::interaction::single::update::update;
use crate::operation::call::Call;
use crate::operation::parameters::Parameters;
use crate::store::row::{Op, Stored};
use crate::terminology::error::TerminologyError;
use crate::terminology::system::closure::{Grown, Member, grow};

/// Pairs of concepts that one call may compare.
const PAIRS: usize = 500_000;
/// How often a change is tried again when another one came first.
const ATTEMPTS: usize = 10;

/// Makes a table, adds concepts to it, or tells what was added since a version.
pub(in crate::operation) async fn closure(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let parameters = call.parameters();
    let name = parameters.text("name").ok_or_else(|| missing("'name'"))?;
    let kept = Kept::new(ctx, name)?;
    let concepts = concepts(parameters);
    match (parameters.text("version"), concepts.is_empty()) {
        (Some(version), true) => kept.since(version).await,
        (None, true) => kept.begin().await,
        (None, false) => kept.add(parameters, concepts).await,
        (Some(_), false) => Err(Kind::Malformed.because(
            "Gửi 'concept' để thêm, hoặc 'version' để hỏi lại, không gửi cả hai.",
            "Send 'concept' to add or 'version' to ask again, not both.",
        )),
    }
}

fn concepts(parameters: Parameters<'_>) -> Vec<Member> {
    let codings = parameters.all("concept").filter_map(crate::operation::parameters::value_of);
    let text = |coding: &Value, key: &str| coding.get(key)?.as_str().map(Into::into);
    let member = |coding: &Value| {
        Some(Member { system: text(coding, "system")?, code: text(coding, "code")? })
    };
    codings.filter_map(member).collect()
}

/// Where a table is kept.
struct Kept<'a> {
    ctx: &'a Ctx<'a>,
    name: &'a str,
    kind: ResourceKind,
    id: ResourceId,
    date: String,
}

impl<'a> Kept<'a> {
    fn new(ctx: &'a Ctx<'a>, name: &'a str) -> Result<Self, Failure> {
        let id = format!("closure-{:032x}", xxh3_128(name.as_bytes()));
        let (kind, id) = (ResourceKind::CONCEPT_MAP, ResourceId::parse(&id).ok_or_else(ours)?);
        let date = Instant::from_micros(ctx.now).format(ctx.engine.zone);
        Ok(Self { ctx, name, kind, id, date })
    }

    async fn current(&self) -> Result<Option<(Stored, Table)>, Failure> {
        let stored = self.ctx.rows().current(self.kind, &self.id).await?;
        let Some(stored) = stored.filter(|stored| stored.op != Op::Deleted) else {
            return Ok(None);
        };
        let table = table(&stored)?;
        Ok(Some((stored, table)))
    }

    async fn begin(&self) -> Result<Value, Failure> {
        let table = Table::default();
        self.store(&table, None).await?;
        Ok(table.answer((self.name, &self.date), &[], &[]))
    }

    async fn add(
        &self,
        parameters: Parameters<'_>,
        concepts: Vec<Member>,
    ) -> Result<Value, Failure> {
        for _ in 0..ATTEMPTS {
            let (stored, mut table) = self.current().await?.ok_or_else(|| self.unknown())?;
            let all = table.members.len().saturating_add(concepts.len());
            if all.saturating_mul(concepts.len()) > PAIRS {
                return Err(too_many());
            }
            let grown = {
                let scope = scope(self.ctx, parameters)?;
                grow(&scope, &table.members, concepts.clone())
            };
            let Grown { added, entries, unmatched } =
                grown.map_err(|error| failed(TerminologyError::Source(error)))?;
            if !added.is_empty() {
                table.version = table.version.saturating_add(1);
                table.members.extend(added);
                table.entries.extend(entries.iter().cloned());
                match self.store(&table, Some(stored.version)).await {
                    Err(failure) if failure.kind == Kind::PreconditionFailed => continue,
                    done => done?,
                }
            }
            return Ok(table.answer((self.name, &self.date), &entries, &unmatched));
        }
        Err(Kind::Conflict.because(
            "Bảng đang được thay đổi liên tục. Hãy thử lại.",
            "The table keeps changing. Try again.",
        ))
    }

    /// What was added since a version: versions of the table and of its resource go together.
    async fn since(&self, version: &str) -> Result<Value, Failure> {
        let (stored, table) = self.current().await?.ok_or_else(|| self.unknown())?;
        let asked: i64 = version.parse().map_err(|_no_number| self.no_version(version))?;
        let back = table.version.checked_sub(asked).filter(|back| *back >= 0 && asked >= 0);
        let number = back.and_then(|back| stored.version.checked_sub(back));
        let number = number.ok_or_else(|| self.no_version(version))?;
        let before = self.ctx.rows().version(self.kind, &self.id, number).await?;
        let before = before.as_ref().map(self::table).transpose()?;
        let before = before.filter(|before| before.version == asked);
        let before = before.ok_or_else(|| self.no_version(version))?;
        let known: rustc_hash::FxHashSet<_> = before.entries.iter().collect();
        let added = table.entries.iter().filter(|entry| !known.contains(entry));
        let added: Vec<_> = added.cloned().collect();
        Ok(table.answer((self.name, &self.date), &added, &[]))
    }

    async fn store(&self, table: &Table, version: Option<i64>) -> Result<(), Failure> {
        let mut map = table.map(self.name, &self.date);
        if let Some(object) = map.as_object_mut() {
            object.insert("id".into(), self.id.as_str().into());
        }
        let if_match = version.map(|version| Tags::These(vec![version]));
        let conditions = Conditions { if_match, is_new: false };
        update(self.ctx, self.kind, self.id.clone(), map, &conditions).await.map(drop)
    }

    fn unknown(&self) -> Failure {
        let name = self.name;
        Kind::NotFound.because(
            format!("Không có bảng nào tên '{name}'. Hãy gọi $closure chỉ với 'name' trước."),
            format!("There is no table '{name}'. Call $closure with 'name' alone first."),
        )
    }

    fn no_version(&self, version: &str) -> Failure {
        let name = self.name;
        Kind::NotFound.because(
            format!("Bảng '{name}' không có phiên bản '{version}'. Hãy bắt đầu lại."),
            format!("The table '{name}' has no version '{version}'. Begin anew."),
        )
    }
}

fn table(stored: &Stored) -> Result<Table, Failure> {
    let map = serde_json::from_str(&stored.body).ok();
    map.as_ref().and_then(Table::read).ok_or_else(|| {
        Kind::Conflict.because(
            "Tài nguyên giữ bảng này đã bị sửa và không còn đọc được. Hãy bắt đầu lại.",
            "The resource that keeps the table was changed and cannot be read. Begin anew.",
        )
    })
}

fn too_many() -> Failure {
    Kind::TooLarge.because(
        format!("Quá nhiều khái niệm để so sánh trong một lần gọi (giới hạn {PAIRS} cặp)."),
        format!("Too many concepts to compare in one call ({PAIRS} pairs are the limit)."),
    )
}

fn ours() -> Failure {
    Kind::Exception.because("Máy chủ gặp lỗi bên trong.", "The server failed.")
}
