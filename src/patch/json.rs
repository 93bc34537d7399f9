//! JSON Patch, <https://www.rfc-editor.org/rfc/rfc6902>: read here, because a fault names the
//! operation and numbers keep their text; done by the crate.

use json_patch::jsonptr::PointerBuf;
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchErrorKind, PatchOperation, RemoveOperation,
    ReplaceOperation, TestOperation,
};
use serde_json::{Map, Value};

use super::fault::PatchFault;
use crate::budget;
use crate::fhirpath::value::locate::size;

/// Bytes that a value takes in a tree.
const VALUE: usize = 176;

/// Reads the operations of a patch.
pub(super) fn read(document: &Value) -> Result<Vec<PatchOperation>, PatchFault> {
    let Value::Array(operations) = document else {
        return Err(PatchFault::malformed(
            "JSON Patch phải là một mảng các thao tác.",
            "A JSON Patch is an array of operations.",
        ));
    };
    let read = |(number, operation): (usize, &Value)| {
        let text = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or("?");
        let what = || format!("{} {}", text("op"), text("path"));
        operation_of(operation).map_err(|fault| fault.of(number, &what()))
    };
    operations.iter().enumerate().map(read).collect()
}

fn operation_of(operation: &Value) -> Result<PatchOperation, PatchFault> {
    let Value::Object(members) = operation else {
        return Err(PatchFault::malformed(
            "phải là một object có op và path.",
            "it must be an object with op and path.",
        ));
    };
    let path = || pointer(members, "path");
    let value = || members.get("value").cloned().ok_or_else(|| missing("value"));
    Ok(match members.get("op").and_then(Value::as_str) {
        Some("add") => PatchOperation::Add(AddOperation { path: path()?, value: value()? }),
        Some("remove") => PatchOperation::Remove(RemoveOperation { path: path()? }),
        Some("replace") => {
            PatchOperation::Replace(ReplaceOperation { path: path()?, value: value()? })
        }
        Some("move") => {
            PatchOperation::Move(MoveOperation { from: pointer(members, "from")?, path: path()? })
        }
        Some("copy") => {
            PatchOperation::Copy(CopyOperation { from: pointer(members, "from")?, path: path()? })
        }
        Some("test") => PatchOperation::Test(TestOperation { path: path()?, value: value()? }),
        Some(_) | None => {
            return Err(PatchFault::malformed(
                "op phải là add, remove, replace, move, copy hoặc test.",
                "op must be add, remove, replace, move, copy or test.",
            ));
        }
    })
}

fn missing(member: &str) -> PatchFault {
    PatchFault::malformed(format!("thiếu {member}."), format!("it lacks {member}."))
}

fn pointer(members: &Map<String, Value>, member: &str) -> Result<PointerBuf, PatchFault> {
    let text = members.get(member).and_then(Value::as_str).ok_or_else(|| missing(member))?;
    PointerBuf::parse(text.to_owned()).map_err(|_not_a_pointer| {
        PatchFault::malformed(
            format!("{member} phải là JSON Pointer như /name/0/family, nhưng lại là '{text}'."),
            format!("{member} must be a JSON Pointer such as /name/0/family, but is '{text}'."),
        )
    })
}

/// What an operation is called: `replace /name/0`.
pub(super) fn name(operation: &PatchOperation) -> String {
    let op = match operation {
        PatchOperation::Add(_) => "add",
        PatchOperation::Remove(_) => "remove",
        PatchOperation::Replace(_) => "replace",
        PatchOperation::Move(_) => "move",
        PatchOperation::Copy(_) => "copy",
        PatchOperation::Test(_) => "test",
    };
    format!("{op} {}", operation.path())
}

/// Does one operation.
pub(super) fn apply(operation: &PatchOperation, document: &mut Value) -> Result<(), PatchFault> {
    if let PatchOperation::Copy(copy) = operation {
        // A few copies of what copies have made would be more than any memory holds.
        let source = document.pointer(copy.from.as_str()).map_or(0, size);
        budget::take(source.saturating_mul(VALUE))?;
    }
    let done = json_patch::patch_unsafe(document, std::slice::from_ref(operation));
    done.map_err(|error| unfit(&error.kind))
}

fn unfit(kind: &PatchErrorKind) -> PatchFault {
    let (vi, en) = match kind {
        PatchErrorKind::TestFailed => (
            "giá trị hiện có khác với value. Hãy đọc lại tài nguyên.",
            "the value there is not this one. Read the resource again.",
        ),
        PatchErrorKind::InvalidFromPointer => ("không có gì ở from.", "there is nothing at from."),
        PatchErrorKind::CannotMoveInsideItself => (
            "không thể chuyển một giá trị vào bên trong chính nó.",
            "a value cannot be moved into itself.",
        ),
        _ => ("tài nguyên không có chỗ này.", "the resource has no such place."),
    };
    PatchFault::unfit(vi, en)
}
