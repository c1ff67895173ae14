"""The tests name statements that the specification has, and only such."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import spec

ROOT = Path(__file__).parents[1]

SHOWN = '''
"""- **AA-3** in a comment counts for nothing: @pytest.mark.spec("AA-3")"""
import pytest

spec = pytest.mark.spec

@pytest.mark.spec("AA-1")
def test_one(): ...

@spec("AA-1", "AA-2")
@pytest.mark.parametrize("case", [1, 2, 3])
def test_cases_count_once(case): ...

@pytest.mark.soak
@spec("AA-2")
def test_that_runs_long(): ...

@spec("AA-2")
class TestOfAClass:
    def test_one(self): ...
    def test_two(self): ...

@spec("AA-3")
@pytest.mark.skip
def test_that_shows_nothing(): ...
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with three statements and some tests of them."""
    (tmp_path / "pytest.ini").write_text('[pytest]\naddopts = -m "not soak"\n')
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec/10-last.md").write_text("- **AA-3** Three.\n")
    (tmp_path / "spec/2-first.md").write_text("- **AA-2** Two.\n- **AA-1** One, see AA-9.\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_some.py").write_text(SHOWN)
    return tmp_path


def counted(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "tools/spec.py", "tests", "spec"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_statement_named_by_a_test_stands_in_the_specification(request):
    said = spec.references(request.session.items)

    assert spec.unknown(said, spec.statements(ROOT / "docs/spec")) == []


def test_tests_are_counted_as_collected_in_the_order_of_the_document(project):
    answer = counted(project)

    assert answer.stderr == ""
    assert answer.stdout.splitlines() == ["AA-2\t4", "AA-1\t2", "AA-3\t0"]
    assert answer.returncode == 0


def test_a_statement_that_does_not_exist_is_an_error_with_its_name(project):
    (project / "tests/test_more.py").write_text(
        "import pytest\n@pytest.mark.spec('AA-9')\ndef test_other(): ...\n"
    )
    answer = counted(project)

    assert answer.returncode == 1
    assert "test_more.py::test_other: no statement AA-9" in answer.stderr


def test_a_mark_without_an_id_is_an_error(project):
    (project / "tests/test_more.py").write_text(
        "import pytest\n@pytest.mark.spec()\ndef test_other(): ...\n"
    )
    answer = counted(project)

    assert answer.returncode == 1
    assert "test_more.py::test_other: spec() takes ids" in answer.stderr


def test_a_test_that_cannot_be_collected_is_an_error(project):
    (project / "tests/test_more.py").write_text("import nothing_of_this_name\n")
    answer = counted(project)

    assert answer.returncode == 1
    assert "nothing_of_this_name" in answer.stderr


def test_an_id_that_stands_twice_is_an_error(project):
    (project / "spec/3-more.md").write_text("- **AA-1** Again.\n")
    answer = counted(project)

    assert answer.returncode == 1
    assert "AA-1 stands more than once" in answer.stderr
