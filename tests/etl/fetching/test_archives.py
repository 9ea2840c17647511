"""Unpacking a zip that may mean harm: all of it beside, or nothing and an error that names what is odd."""

from __future__ import annotations

import resource
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.fetching.archives import BadArchive, is_plain_name, unpack

Make = Callable[..., Path]


@pytest.fixture
def zipped(tmp_path: Path) -> Make:
    """Make a zip of (name, content) pairs in a folder of its own."""

    def make(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / "publication.zip"
        with zipfile.ZipFile(path, "w", method) as opened:
            for name, content in members:
                opened.writestr(name, content, compress_type=method)
        return path

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "beside"
    made.mkdir()
    return made


def test_files_are_unpacked_by_their_own_names(zipped: Make, folder: Path) -> None:
    archive = zipped(
        ("2024/", b""),
        ("2024/figures.csv", b"a,b\n1,2\n"),
        ("notes (final).txt", b"words"),
        ("inner.zip", b"PK not opened"),
        ("__MACOSX/2024/._figures.csv", b"left by a desktop"),
        ("2024/.DS_Store", b"left by a desktop"),
    )
    assert [path.name for path in unpack(archive, folder)] == [
        "figures.csv",
        "notes (final).txt",
        "inner.zip",
    ]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "figures.csv": b"a,b\n1,2\n",
        "notes (final).txt": b"words",
        "inner.zip": b"PK not opened",
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/figures.csv", "lies outside the zip's own folder"),
        ("../figures.csv", "lies outside the zip's own folder"),
        ("2024/../../figures.csv", "lies outside the zip's own folder"),
        ("C:\\figures.csv", "is no plain file name"),
        ("..\\figures.csv", "is no plain file name"),
        ("C:figures.csv", "is no plain file name"),
        (".hidden.csv", "is no plain file name"),
        ("fig\nures.csv", "is no plain file name"),
        ("figures\u202evsc.csv", "is no plain file name"),
        (" figures.csv", "is no plain file name"),
        ("f" * 201, "is no plain file name"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(zipped: Make, folder: Path, name: str, words: str) -> None:
    archive = zipped(("good.csv", b"good"), (name, b"bad"))
    with pytest.raises(BadArchive, match=rf"publication\.zip: .*{words}.*; nothing was unpacked"):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []
    assert sorted(path.name for path in folder.parent.iterdir()) == ["beside", "publication.zip"]


def test_a_link_is_refused(zipped: Make, folder: Path) -> None:
    link = zipfile.ZipInfo("figures.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BadArchive, match=r"'figures\.csv' is a link or a device; expected a file"):
        unpack(zipped((link, b"/etc/passwd")), folder)


def test_a_password_is_refused(zipped: Make, folder: Path) -> None:
    archive = zipped(("figures.csv", b"good"))
    content = bytearray(archive.read_bytes())
    listed = content.index(b"PK\x01\x02")
    content[listed + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(BadArchive, match=r"'figures\.csv' is encrypted; expected a file without a password"):
        unpack(archive, folder)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["figures.csv", "FIGURES.csv", "2024/figures.csv"])
def test_two_files_of_one_name_are_refused(zipped: Make, folder: Path, second: str) -> None:
    archive = zipped(("figures.csv", b"first"), (second, b"second"))
    with pytest.raises(BadArchive, match="is there twice; expected each name once"):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []


def test_a_file_that_is_there_already_is_not_written_over(zipped: Make, folder: Path) -> None:
    (folder / "figures.csv").write_bytes(b"fetched before")
    with pytest.raises(BadArchive, match="is there twice"):
        unpack(zipped(("figures.csv", b"new")), folder)
    assert (folder / "figures.csv").read_bytes() == b"fetched before"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_method_of_packing_is_refused(zipped: Make, folder: Path, method: int) -> None:
    with pytest.raises(BadArchive, match=f"is packed by method {method}; expected stored or deflated"):
        unpack(zipped(("figures.csv", b"good"), method=method), folder)


def test_a_zip_without_files_is_refused(zipped: Make, folder: Path) -> None:
    with pytest.raises(BadArchive, match="holds no file; expected one at least"):
        unpack(zipped(), folder)


def test_a_zip_of_very_many_files_is_refused(zipped: Make, folder: Path) -> None:
    with pytest.raises(BadArchive, match="1,001 files; expected 1,000 at most"):
        unpack(zipped(*((f"{number}.csv", b"") for number in range(1001))), folder)


@pytest.mark.parametrize("cut", [0, 10, -30, -1])
def test_a_zip_cut_short_is_named(zipped: Make, folder: Path, cut: int) -> None:
    archive = zipped(("figures.csv", b"a,b\n1,2\n"), ("more.csv", b"c,d\n3,4\n"))
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(BadArchive, match=r"publication\.zip: .*; expected a whole zip; fetch it again"):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []


def test_a_damaged_file_leaves_nothing_of_those_before_it(zipped: Make, folder: Path) -> None:
    archive = zipped(("first.csv", b"good"), ("second.csv", b"well"), method=zipfile.ZIP_STORED)
    archive.write_bytes(archive.read_bytes().replace(b"well", b"bad!"))
    with pytest.raises(BadArchive, match=r"Bad CRC-32 for file 'second\.csv'; expected a whole zip"):
        unpack(archive, folder)
    assert list(folder.iterdir()) == []


def test_the_whole_is_bounded(zipped: Make, folder: Path) -> None:
    archive = zipped(("first.csv", b"12345"), ("second.csv", b"12345"))
    with pytest.raises(BadArchive, match=r"second\.csv: unfolds to more than 9 bytes in all"):
        unpack(archive, folder, largest=9)
    assert list(folder.iterdir()) == []
    assert len(unpack(archive, folder, largest=10)) == 2


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip of 1 GB of zero bytes, a thousandth of that on disk."""
    path = tmp_path_factory.mktemp("zip") / "bomb.zip"
    block = bytes(1024**2)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened, opened.open("figures.csv", "w") as file:
        for _ in range(1024):
            file.write(block)
    assert path.stat().st_size < 2 * 1024**2
    return path


def claiming(archive: Path, path: Path, size: int) -> Path:
    """A copy that says of its one file that it unfolds to ``size`` bytes."""
    content = bytearray(archive.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, size)
    path.write_bytes(content)
    return path


BOUNDED = """
import resource, sys
from pathlib import Path
from etl.fetching.archives import BadArchive, unpack
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
except BadArchive as error:
    print(error)
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024, "memory"
"""


@pytest.mark.parametrize(
    ("says", "words"),
    [(None, "unfolds to more than 200 times the zip's own size"), (8, "Bad CRC-32 for file 'figures.csv'")],
    ids=["honest", "says it is small"],
)
def test_a_gigabyte_out_of_a_megabyte_fills_neither_disk_nor_memory(
    bomb: Path, tmp_path: Path, folder: Path, says: int | None, words: str
) -> None:
    archive = bomb if says is None else claiming(bomb, tmp_path / "bomb.zip", says)
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(archive), str(folder)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        # a file of more than 256 MB ends the process: the disk is never filled either
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024**2,) * 2),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("bomb.zip: ") and words in done.stdout
    assert list(folder.iterdir()) == []


def test_plain_names() -> None:
    assert is_plain_name("NHS Talking Therapies – 2024-25 (final).csv")
    assert not is_plain_name("")
    assert not is_plain_name("..")
    assert not is_plain_name("a/b.csv")
