"""The bytes of Whoosh's table of contents -> its schema and segments. Nothing that the bytes name is imported or called.

Whoosh 2.7.4 writes both as pickles, and a pickle may name any function to be called. Here it may name the classes below, which do nothing when
they are made; the format around the pickles is that of whoosh.index.TOC.write.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from pathlib import Path

from whoosh.analysis import IDTokenizer
from whoosh.fields import ID, TEXT
from whoosh.filedb.structfile import BufferFile
from whoosh.formats import Existence, Frequency, Positions
from whoosh.index import TOC

from corpus.paper import Paper, PaperTable
from index.codec import ArraySegment
from index.errors import IndexOutdated, SegmentDamaged, told
from index.schema import ArchiveSchema, Provenance

_BYTE_ORDER = -12345
_FORMAT = -111
_WHOOSH = (ID, TEXT, IDTokenizer, Existence, Frequency, Positions)
_OURS = (ArchiveSchema, Provenance, Paper, PaperTable, ArraySegment)
_KNOWN: Mapping[tuple[str, str], type] = {(kind.__module__, kind.__name__): kind for kind in (*_WHOOSH, *_OURS)}


class _Foreign(pickle.UnpicklingError):
    """Raised when a pickle names what no table of contents of ours does."""


class _RestrictedUnpickler(pickle.Unpickler):
    """Knows the classes of our schema and segments, by their full names, and imports nothing."""

    def find_class(self, module: str, name: str) -> type:
        known = _KNOWN.get((module, name))
        if known is None:
            raise _Foreign(f"{module}.{name}")
        return known


def read_contents(content: bytes, path: Path) -> TOC:
    """Return the table of contents whose file at `path` holds `content`.

    Raises SegmentDamaged if it names anything but what our schema and segments consist of, IndexOutdated if it is in any other way not as this
    program writes it. Nothing of it has run then.
    """
    try:
        return _parse(content)
    except _Foreign as error:
        # The name is whatever somebody wrote there: shown as a literal.
        raise SegmentDamaged(path, told("foreign_contents", name=repr(str(error)))) from error
    # A pickle that is not what it should be can fail in as many ways as there are operations on it.
    except Exception as error:
        raise IndexOutdated(path.parent, told("other_program")) from error


def _parse(content: bytes) -> TOC:
    stream = BufferFile(content)
    for _ in ("int", "long", "float"):
        stream.read_varint()
    if (stream.read_int(), stream.read_int()) != (_BYTE_ORDER, _FORMAT):
        raise ValueError("another format")
    release = tuple(stream.read_varint() for _ in range(3))
    schema = _RestrictedUnpickler(io.BytesIO(stream.read_string())).load()
    generation, _ = stream.read_int(), stream.read_int()
    segments = _RestrictedUnpickler(io.BytesIO(stream.read())).load()
    if not isinstance(schema, ArchiveSchema) or not isinstance(segments, list):
        raise TypeError("no schema and segments")
    if not all(isinstance(segment, ArraySegment) for segment in segments):
        raise TypeError("no segments")
    return TOC(schema, segments, generation, _FORMAT, release)
