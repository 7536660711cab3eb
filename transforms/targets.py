"""What a request target says: path, query, URL session, kind of hit. On distinct targets."""

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import Distinct, constant, is_true

ASSETS = (
    "css js mjs png jpg jpeg gif ico svg webp avif bmp tif tiff woff woff2 ttf otf eot"
    " map json xml txt mp3 mp4 m4a m4v webm ogg ogv wav avi mov swf flv rss atom wasm webmanifest"
)
DOWNLOADS = (
    "pdf zip gz tgz bz2 xz tar rar 7z exe msi dmg pkg deb rpm iso apk epub"
    " doc docx xls xlsx csv ppt pptx"
)
_EXTENSION = r"\.(?P<extension>[A-Za-z0-9]{1,11})$"


def split_targets(targets: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Targets -> (path, query), both still encoded; the fragment is dropped, `http://host` too."""
    absolute = is_true(pc.match_substring_regex(targets, r"^[A-Za-z][A-Za-z0-9+.-]*://"))
    if pc.any(absolute).as_py():
        stripped = pc.replace_substring_regex(targets, r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "")
        targets = pc.if_else(absolute, stripped, targets)
    whole = _before(targets, "#")
    parts = pc.split_pattern(whole, "?", max_splits=1)
    path = pc.list_element(parts, 0)
    two = pc.equal(pc.list_value_length(parts), 2)
    query = pc.if_else(two, pc.replace_substring_regex(whole, r"^[^?]*\?", ""), None)
    return path, query


def _before(values: pa.Array, mark: str) -> pa.Array:
    if not pc.any(is_true(pc.match_substring(values, mark))).as_py():
        return values
    return pc.list_element(pc.split_pattern(values, mark, max_splits=1), 0)


def url_sessions(paths: pa.Array, queries: pa.Array, names: tuple[str, ...]) -> pa.Array:
    """The session id that a URL carries, as `;name=id` in the path or `name=id` in the query."""
    found = pa.nulls(len(paths), pa.string())
    if not names:
        return found
    either = "|".join(names)
    for text, before in ((paths, ";"), (queries, "(?:^|[&;])")):
        rule = rf"(?i){before}(?:{either})=(?P<session>[^;&?#/!]+)"
        if pc.any(is_true(pc.match_substring_regex(text, rule))).as_py():
            found = pc.coalesce(found, pc.struct_field(pc.extract_regex(text, rule), [0]))
    return found


def kinds(paths: pa.Array) -> pa.Array:
    """Paths -> `page`, `asset` or `download`, by the extension of the last segment.

    An extension that is on no list is a page: `/checkout.jhtml` and `/a.b` are.
    """
    bare = _before(paths, ";")
    extension = pc.ascii_lower(pc.struct_field(pc.extract_regex(bare, _EXTENSION), [0]))
    asset = is_true(pc.is_in(extension, value_set=pa.array(ASSETS.split())))
    download = is_true(pc.is_in(extension, value_set=pa.array(DOWNLOADS.split())))
    kind = pc.if_else(asset, "asset", pc.if_else(download, "download", "page"))
    return pc.if_else(paths.is_valid(), kind, constant("other", len(paths), pa.string()))


def cookie(headers: pa.Array, name: str) -> pa.Array:
    """One cookie's value out of Cookie headers; null where it is missing, empty or `-`."""
    import re

    rule = rf'(?:^|;)\s*{re.escape(name)}="?(?P<value>[^;"]+)'
    value = pc.struct_field(pc.extract_regex(headers, rule), [0])
    return pc.if_else(is_true(pc.equal(value, "-")), None, value)


def cookie_at_rows(rows: pa.Table, name: str | None) -> pa.Array:
    """A cookie's value at the rows, wherever the log has it: header, own column, or response."""
    found = pa.nulls(rows.num_rows, pa.string())
    if name is None:
        return found
    for column in (f"cookie:{name}", f"note:{name}", f"set_cookie:{name}"):
        if column in rows.column_names:
            found = pc.coalesce(found, rows[column].combine_chunks())
    if rows["cookies"].null_count < rows.num_rows:
        headers = Distinct.of(rows["cookies"])
        found = pc.coalesce(found, headers.spread(cookie(headers.values, name)))
    return found
