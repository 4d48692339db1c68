"""What one revision did to the state before it, object by object: the rule behind `revisions.py`.

An object that existed may change only in the part that it plays: catalog (form, validation data, extensions), form
(fields appended), page (widgets appended), Info, XMP, validation data, an empty signature field. It plays that part
only if nothing else refers to it: content shared with a page is never "metadata". A new object is harmless unless
something referred to it before it existed; what links it in is judged where the link stands.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docgen.model.text import Message, say
from docgen.signatures._pyhanko_reader import Ref, Stream, refs_in
from docgen.signatures._references import all_referrers, references_of

if TYPE_CHECKING:
    from docgen.signatures._pyhanko_reader import Document, Value

__all__ = ["AddedField", "Addition", "History"]

_FORM_KEYS = frozenset({"/Fields", "/SigFlags", "/DA", "/DR"})
_FIELD_KEYS = frozenset({
    "/FT", "/T", "/TU", "/TM", "/Type", "/Subtype", "/F", "/Rect", "/P",
    "/V", "/AP", "/Kids", "/Parent", "/DA", "/DR", "/MK", "/Lock", "/SV",
    "/Ff", "/Border", "/BS", "/M", "/NM", "/H", "/Q", "/StructParent",
})  # fmt: skip
_FILLED_KEYS = frozenset({"/V", "/AP", "/M", "/F"})
# ISO 32000-2, table 167. "No view" still prints where "print" is set, and shows where it may be toggled.
_HIDDEN, _PRINT, _NO_VIEW, _TOGGLED = 0x02, 0x04, 0x20, 0x100
_PAGES_DEPTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedField:
    """A signature field that a revision added or filled in. `page` is 0 where its widget is on none."""

    name: str
    signature: Ref | None
    visible: bool
    page: int


@dataclass(slots=True)
class Addition:
    """What one revision added; `forbidden` are the places (object or page) and what is wrong there.

    `objects`: something was added that is neither information nor a table.
    """

    revision: int
    forbidden: list[tuple[str, Message]] = field(default_factory=list)
    fields: list[AddedField] = field(default_factory=list)
    validation_data: bool = False
    metadata: bool = False
    objects: bool = False


class History:
    """The states of a document, oldest first. Raises `ReadError` for an object that cannot be read."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def additions(self) -> list[Addition]:
        """Return what every revision after the first added, in their order."""
        document, references = self._document, references_of(self._document)
        referrers: dict[Ref, set[Ref]] = defaultdict(set)
        now: dict[Ref, list[Ref]] = {}
        found = []
        for revision in range(len(document.sections)):
            if revision:
                found.append(_Step(document, revision, referrers).judge())
                for ref in document.explicit(revision):
                    for target in now.pop(ref, ()):
                        referrers[target].discard(ref)
            for ref, targets in references.found[revision].items():
                now[ref] = targets
                for target in targets:
                    referrers[target].add(ref)
        return found


def _is_packing(value: Value) -> bool:
    return isinstance(value, Stream) and value.entries.get("/Type") in {"/XRef", "/ObjStm", "/Metadata"}


class _Step:
    """One revision against the state before it."""

    def __init__(self, document: Document, revision: int, referrers: dict[Ref, set[Ref]]) -> None:
        self._document = document
        self._revision = revision
        self._referrers = referrers  # to what this revision writes
        self._all_referrers: dict[Ref, set[Ref]] | None = None
        self._written = document.explicit(revision)
        self._changed = frozenset(self._written)
        self._found = Addition(revision)
        self._old_trailer = document.trailer(revision - 1)
        self._new_trailer = document.trailer(revision)
        self._root = self._old_trailer.get("/Root")
        self._widgets: dict[Ref, AddedField] = {}
        self._linked: dict[Ref, int] = {}
        self._pages = self._page_numbers()

    def judge(self) -> Addition:
        """Judge every object that the revision writes or frees."""
        old, new = self._old_trailer, self._new_trailer
        if old.get("/Root") != new.get("/Root") or not isinstance(self._root, Ref):
            self._forbid("trailer", say("the document catalog was exchanged"))
            return self._found
        if old.get("/Info") != new.get("/Info"):
            self._found.metadata = True
        for ref in self._written:
            before = self._old(ref)
            if before is None:
                self._judge_new(ref)
            elif not _same(before, value := self._new(ref)):
                self._judge_change(ref, before, value)
        for ref, page in self._linked.items():
            added = self._widgets.get(ref)
            if added is None:
                self._forbid(f"page {page}", say("an annotation was added to the page"))
        for ref, added in self._widgets.items():
            page = self._linked.get(ref, 0)
            self._found.fields.append(replace(added, page=page, visible=added.visible and (page > 0 or added.page > 0)))
        return self._found

    # --- the parts that an object can play ---------------------------------------------------------------------------

    def _judge_new(self, ref: Ref) -> None:
        referred = bool(self._referrers.get(ref))
        if self._found.objects and not referred:
            return  # nothing more to know about it
        value = self._document.value(ref, self._revision, keep=False)
        if value is not None and referred:
            self._forbid(f"object {ref.number}", say("an object was added that the document referred to"))
        self._found.objects |= value is not None and ref != self._new_trailer.get("/Info") and not _is_packing(value)

    def _judge_change(self, ref: Ref, before: Value, after: Value) -> None:
        catalog = self._old(self._root)
        if ref == self._root:
            self._judge_catalog(before, after)
        elif not isinstance(catalog, dict):
            self._forbid(f"object {ref.number}", say("an object of the document was changed"))
        elif ref in self._pages:
            self._judge_page(ref, before, after)
        elif ref == catalog.get("/AcroForm") and self._only_from(ref, {self._root}):
            self._judge_form(before, after)
        elif ref == self._fields_of(catalog) and self._only_from(ref, {self._root, catalog.get("/AcroForm")}):
            self._judge_fields(before, after)
        elif (page := self._page_of_list(ref)) is not None and self._only_from(ref, {page}):
            self._judge_annotations(page, before, after)
        elif self._is_information(ref, after, catalog):
            self._found.metadata = True
        elif ref in (data := self._validation_data(catalog)) and self._only_from(ref, {*data, self._root}):
            self._found.validation_data = True
        elif not self._fills_field(ref, before, after):
            is_field = isinstance(before, dict) and bool(before.keys() & {"/FT", "/V", "/T"})
            filled = say("a field of the form was filled in or changed")
            self._forbid(self._place(ref), filled if is_field else say("an object of the document was changed"))

    def _is_information(self, ref: Ref, after: Value, catalog: dict[str, Value]) -> bool:
        if ref == self._old_trailer.get("/Info"):
            return self._only_from(ref, set()) and isinstance(after, dict)
        return ref == catalog.get("/Metadata") and self._only_from(ref, {self._root}) and _is_metadata(after)

    def _judge_catalog(self, before: Value, after: Value) -> None:
        if not isinstance(before, dict) or not isinstance(after, dict):
            self._forbid("catalog", say("the document catalog was exchanged"))
            return
        for key in _different(before, after):
            match key:
                case "/AcroForm":
                    self._judge_form(self._was(before.get(key)), self._is(after.get(key)))
                case "/DSS":
                    self._found.validation_data = True
                    if after.get(key) is None:
                        self._forbid("catalog", say("validation data was taken away"))
                case "/Metadata" if _is_metadata(self._is(after.get(key))):
                    self._found.metadata = True
                case "/Extensions" | "/Version":
                    continue
                case "/Perms" if before.get(key) is None and self._certifies(self._is(after.get(key))):
                    continue
                case _:
                    self._forbid("catalog", say("the catalog's entry {key} was changed", key=key))

    def _certifies(self, permissions: Value) -> bool:
        """Say whether permissions only name a signature of this very revision."""
        if not isinstance(permissions, dict) or set(permissions) != {"/DocMDP"}:
            return False
        target = permissions["/DocMDP"]
        return isinstance(target, Ref) and self._old(target) is None and self._new(target) is not None

    def _judge_form(self, before: Value, after: Value) -> None:
        old = before if isinstance(before, dict) else {}
        if not isinstance(after, dict):
            self._forbid("form", say("the form with the signatures was taken away"))
            return
        others = _different(old, after) - _FORM_KEYS
        if others or after.get("/NeedAppearances") is True:
            self._forbid("form", say("the form was changed ({keys})", keys=", ".join(sorted(others)) or "-"))
        self._judge_fields(self._was(old.get("/Fields")), self._is(after.get("/Fields")))

    def _judge_fields(self, before: Value, after: Value) -> None:
        old = before if isinstance(before, list) else []
        if not isinstance(after, list) or after[: len(old)] != old:
            self._forbid("form", say("fields of the form were changed or taken away"))
            return
        taken = {_name(self._was(item)) for item in old}
        for item in after[len(old) :]:
            self._judge_new_field(item, taken)

    def _judge_new_field(self, item: Value, taken: set[str]) -> None:
        value = self._new(item) if isinstance(item, Ref) else None
        if not isinstance(item, Ref) or not isinstance(value, dict) or self._old(item) is not None:
            self._forbid("form", say("a field was added that is no signature field"))
            return
        name = _name(value)
        kids = self._is(value.get("/Kids"))
        kids = kids if isinstance(kids, list) else []
        widgets = [item, *(kid for kid in kids if isinstance(kid, Ref))]
        parts = [self._new(widget) for widget in widgets]
        if (
            value.get("/FT") != "/Sig"
            or not name
            or name in taken
            or any(not isinstance(part, dict) or set(part) - _FIELD_KEYS for part in parts)
            or any(self._old(widget) is not None for widget in widgets)
        ):
            self._forbid(f"field {name}", say("a field was added that is no signature field"))
            return
        signature = value.get("/V")
        fresh = isinstance(signature, Ref) and self._old(signature) is None
        for widget, part in zip(widgets, parts, strict=True):
            if isinstance(part, dict):
                self._widgets[widget] = AddedField(
                    name=name,
                    signature=signature if fresh and isinstance(signature, Ref) else None,
                    visible=self._visible(part),
                    page=0,
                )

    def _judge_page(self, ref: Ref, before: Value, after: Value) -> None:
        number = self._pages[ref]
        if not isinstance(before, dict) or not isinstance(after, dict) or _different(before, after) - {"/Annots"}:
            self._forbid(f"page {number}", say("the page was changed"))
            return
        self._judge_annotations(ref, self._was(before.get("/Annots")), self._is(after.get("/Annots")))

    def _judge_annotations(self, page: Ref, before: Value, after: Value) -> None:
        number = self._pages[page]
        old = before if isinstance(before, list) else []
        new = after if isinstance(after, list) else []
        if new[: len(old)] != old or any(not isinstance(item, Ref) for item in new[len(old) :]):
            self._forbid(f"page {number}", say("annotations of the page were changed"))
            return
        self._linked |= {item: number for item in new[len(old) :] if isinstance(item, Ref)}

    def _fills_field(self, ref: Ref, before: Value, after: Value) -> bool:
        """Recognise an empty signature field that gets its signature and keeps its place."""
        if not isinstance(before, dict) or not isinstance(after, dict) or before.get("/FT") != "/Sig":
            return False
        if before.get("/V") is not None or _different(before, after) - _FILLED_KEYS:
            return False
        signature = after.get("/V")
        if not isinstance(signature, Ref) or self._old(signature) is not None:
            return False
        # Its place was reserved; only what is shown now and was not shown before is new to the eye.
        appears = self._visible(after) and not self._visible(before)
        self._widgets[ref] = AddedField(
            name=_name(before), signature=signature, visible=self._visible(after), page=1 if appears else 0
        )
        return True

    # --- looking around ----------------------------------------------------------------------------------------------

    def _forbid(self, place: str, message: Message) -> None:
        self._found.forbidden.append((place, message))

    def _old(self, ref: Value) -> Value:
        """Return what an object was before this revision; None for what was not there."""
        return self._document.value(ref, self._revision - 1) if isinstance(ref, Ref) else None

    def _new(self, ref: Value) -> Value:
        """Return what this revision made of an object; None for what it did not write."""
        return self._document.value(ref, self._revision) if isinstance(ref, Ref) and ref in self._changed else None

    def _was(self, value: Value) -> Value:
        for _ in range(8):
            if not isinstance(value, Ref):
                return value
            value = self._old(value)
        return None

    def _is(self, value: Value) -> Value:
        for _ in range(8):
            if not isinstance(value, Ref):
                return value
            value = self._new(value) if value in self._changed else self._old(value)
        return None

    def _only_from(self, ref: Ref, allowed: set[Value]) -> bool:
        return self._referrers.get(ref, set()) <= allowed

    def _fields_of(self, catalog: dict[str, Value]) -> Value:
        form = self._was(catalog.get("/AcroForm"))
        return form.get("/Fields") if isinstance(form, dict) else None

    def _page_of_list(self, ref: Ref) -> Ref | None:
        for page in self._referrers.get(ref, set()):
            value = self._old(page)
            if page in self._pages and isinstance(value, dict) and value.get("/Annots") == ref:
                return page
        return None

    def _validation_data(self, catalog: dict[str, Value]) -> set[Ref]:
        found: set[Ref] = set()
        waiting = refs_in(catalog.get("/DSS"))
        while waiting:
            ref = waiting.pop()
            if ref not in found and ref != self._root:
                found.add(ref)
                waiting += refs_in(self._old(ref))
        return found

    def _page_numbers(self) -> dict[Ref, int]:
        catalog = self._was(self._root)
        found: dict[Ref, int] = {}
        seen: set[Ref] = set()
        waiting = [(catalog.get("/Pages"), 0)] if isinstance(catalog, dict) else []
        while waiting:
            ref, depth = waiting.pop()
            value = self._was(ref)
            if not isinstance(ref, Ref) or ref in seen or not isinstance(value, dict) or depth > _PAGES_DEPTH:
                continue
            seen.add(ref)
            kids = self._was(value.get("/Kids"))
            if isinstance(kids, list):
                waiting += [(kid, depth + 1) for kid in reversed(kids)]
            else:
                found[ref] = len(found) + 1
        return found

    def _place(self, ref: Ref) -> str:
        """Name the page to whose look an object belongs, or the object itself."""
        if self._all_referrers is None:
            self._all_referrers = all_referrers(self._document, self._revision - 1)
        seen: set[Ref] = {ref}
        waiting = [ref]
        while waiting and len(seen) < 1_000:  # noqa: PLR2004 - a place for the message is worth no more
            for referrer in sorted(self._all_referrers.get(waiting.pop(0), set())):
                if referrer in self._pages:
                    return f"page {self._pages[referrer]}"
                if referrer not in seen:
                    seen.add(referrer)
                    waiting.append(referrer)
        return f"object {ref.number}"

    def _visible(self, widget: dict[str, Value]) -> bool:
        flags = self._is(widget.get("/F"))
        if isinstance(flags, int) and (flags & _HIDDEN or flags & (_NO_VIEW | _PRINT | _TOGGLED) == _NO_VIEW):
            return False
        corners = self._is(widget.get("/Rect"))
        if widget.get("/Rect") is None and widget.get("/AP") is None:
            return False
        if not isinstance(corners, list) or len(corners) != 4:  # noqa: PLR2004 - left, bottom, right, top
            return True
        left, bottom, right, top = (self._is(corner) for corner in corners)
        return left != right and bottom != top


def _same(before: Value, after: Value) -> bool:
    return type(before) is type(after) and before == after


def _different(before: dict[str, Value], after: dict[str, Value]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def _is_metadata(value: Value) -> bool:
    return isinstance(value, Stream) and value.entries.get("/Type") == "/Metadata"


def _name(value: Value) -> str:
    """Return a field's own name, as text for a message."""
    name = value.get("/T") if isinstance(value, dict) else None
    if not isinstance(name, bytes):
        return ""
    if name.startswith(b"\xfe\xff"):
        return name[2:].decode("utf-16-be", "replace")
    return name.decode("latin-1")
