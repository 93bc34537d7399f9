//! Queries that find rows by their keys, as both databases take them. `SQLite` numbers `$1`, `$2`, …
//! by where they first stand, so they stand in order.

/// `type, id`: the current version.
pub(in crate::store) const CURRENT: &str =
    "SELECT version, updated, op, body FROM resource WHERE type_id = $1 AND id = $2";

/// `type, id, version`: one version, current or superseded.
pub(in crate::store) const VERSION: &str = "SELECT version, updated, op, body FROM resource \
     WHERE type_id = $1 AND id = $2 AND version = $3 \
     UNION ALL \
     SELECT v.version, v.updated, v.op, v.body FROM resource r \
     JOIN resource_version v ON v.rid = r.rid AND v.version = $3 \
     WHERE r.type_id = $1 AND r.id = $2";

/// `type, id, below, since, until, limit`: versions, the newest first.
pub(in crate::store) const HISTORY: &str = "SELECT version, updated, op, body FROM ( \
       SELECT version, updated, op, body FROM resource \
       WHERE type_id = $1 AND id = $2 \
       UNION ALL \
       SELECT v.version, v.updated, v.op, v.body FROM resource r \
       JOIN resource_version v ON v.rid = r.rid \
       WHERE r.type_id = $1 AND r.id = $2) versions \
     WHERE version < $3 AND updated >= $4 AND updated <= $5 \
     ORDER BY version DESC LIMIT $6";

/// Where the numbers of changes go on: the last rid, seq, time and chain, and which
/// list of search parameters there is.
pub(in crate::store) const LAST: &str =
    "SELECT rid, seq, updated, chain, generation FROM log_end WHERE place = 1";
