"""All attacks of our own making, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import office_attacks as office
from . import pdf_streams as streams
from . import pdf_structure as structure
from . import text_attacks as text
from . import zip_attacks as zips


@dataclass(frozen=True, slots=True)
class Attack:
    """A hostile file: what it is called when it is uploaded, and how it is made."""

    name: str
    file: str
    make: Callable[[], bytes]


def _all(extension: str, *makers: Callable[[], bytes]) -> list[Attack]:
    return [Attack(m.__name__, f"{m.__name__}.{extension}", m) for m in makers]


def _counted(count: int) -> Attack:
    name = f"false_count_{count}"
    return Attack(name, f"{name}.pdf", partial(structure.false_count, count))


ATTACKS = (
    *_all(
        "pdf",
        structure.cyclic_pages,
        structure.deep_pages,
        structure.million_pages,
        structure.huge_page,
        structure.prev_loop,
        structure.prev_ring,
        structure.xref_stream_loop,
        structure.object_stream_loop,
        structure.outline_loop,
        structure.reference_loop,
        structure.nested_objects,
        structure.false_length,
        structure.truncated,
        structure.garbage,
        structure.unknown_encryption,
        structure.password_protected,
        streams.flate_bomb,
        streams.double_flate_bomb,
        streams.thousand_filters,
        streams.run_length_bomb,
        streams.lzw_bomb,
        streams.predictor_bomb,
        streams.laughing_forms,
        streams.form_in_itself,
        streams.font_in_itself,
        streams.many_operators,
        streams.many_glyphs,
        streams.nested_arrays,
        streams.saved_states,
        streams.inline_image,
        streams.huge_image,
        streams.to_unicode_bomb,
        streams.wide_widths,
    ),
    _counted(-1),
    _counted(2**31 - 1),
    *_all(
        "zip",
        zips.zip_bomb,
        zips.lying_zip_bomb,
        zips.overlapping_zip,
        zips.nested_zips,
        zips.deep_zips,
        zips.many_files,
        zips.outside_names,
        zips.links,
        zips.broken_directory,
    ),
    *_all(
        "docx",
        office.laughing_docx,
        office.outside_docx,
        office.quadratic_docx,
        office.nested_docx,
        office.nested_tables_docx,
        office.docx_bomb,
        office.docx_of_many_paragraphs,
        office.outside_template_docx,
    ),
    *_all(
        "xlsx",
        office.laughing_xlsx,
        office.outside_xlsx,
        office.largest_xlsx,
        office.wide_rows_xlsx,
        office.many_cells_xlsx,
        office.long_cells_xlsx,
        office.xlsx_bomb,
    ),
    *_all(
        "html",
        text.nested_html,
        text.nested_tables_html,
        text.many_tags_html,
        text.many_attributes_html,
        text.laughing_html,
    ),
    *_all("txt", text.long_line, text.many_lines, text.many_pages_text, text.many_marks),
    *_all(
        "eml",
        text.nested_mail,
        text.forwarded_mail,
        text.many_attachments_mail,
        text.long_headers_mail,
    ),
    *_all("msg", text.garbage_msg, text.looping_msg),
)
