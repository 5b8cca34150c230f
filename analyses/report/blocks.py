"""What a report is made of: chapters, sections, items of a guideline, and blocks of content."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Cell = str | float | int | None
"""A cell of a table: words, a number in full precision, or nothing."""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Ready:
    """Paragraphs that are meant to be taken over into a protocol."""

    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Points:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Code:
    """Commands or a file, line by line as they are."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        Name in the CSV file.
    heading : str
        Words above the column.
    digits : int
        Decimals shown of a number; whole numbers that are integers are shown as such.
    """

    name: str
    heading: str
    digits: int = 3


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table, shown rounded and kept in full in a CSV file.

    Attributes
    ----------
    name : str
        Stem of the CSV file, unique within a chapter.
    caption : str
    columns : tuple of Column
        The first names the row.
    rows : tuple of tuple
        Cells in the order of the columns.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of the run's folder, with words for those who do not see it."""

    path: Path
    caption: str
    alternative: str


Block = Paragraph | Ready | Points | Code | Table | Picture


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a reporting guideline.

    Attributes
    ----------
    key : str
        Its number in the guideline.
    title : str
    blocks : tuple of Block
        What the run says; empty where it says nothing.
    missing : str
        What is not there and how to come by it; empty where nothing is missing.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    missing: str = ""

    @property
    def filled(self) -> bool:
        """Whether the run says what the guideline asks for."""
        return bool(self.blocks) and not self.missing


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a chapter: plain blocks first, then items of a guideline."""

    title: str
    blocks: tuple[Block, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One run.

    Attributes
    ----------
    name : str
        Short and unique in the report; names its CSV files.
    title : str
    lead : str
        What the run is, in one sentence.
    guideline : str
        Name and reference of the guideline that it follows; empty where none.
    sections : tuple of Section
    warning : str
        What forbids relying on the run; empty where nothing does.
    """

    name: str
    title: str
    lead: str
    guideline: str
    sections: tuple[Section, ...]
    warning: str = ""

    def items(self) -> tuple[Item, ...]:
        """All items of the guideline, in its order."""
        return tuple(item for section in self.sections for item in section.items)

    def blocks(self) -> Iterator[Block]:
        """All blocks, in their order."""
        for section in self.sections:
            yield from section.blocks
            for item in section.items:
                yield from item.blocks


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report of one run or several.

    Attributes
    ----------
    title : str
    summary : tuple of Block
        What stands before the chapters: text for a protocol, and what was read.
    chapters : tuple of Chapter
    """

    title: str
    summary: tuple[Block, ...]
    chapters: tuple[Chapter, ...]
