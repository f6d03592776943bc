"""The hazard log names a test that exists for every hazard, and its check notices when it does not."""

import pytest

from tests import hazards

LOG = hazards.LOG.read_text()
LIBRARY = hazards.ROUTINES.read_text()


def test_the_log_and_the_code_agree() -> None:
    assert hazards.findings() == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        pytest.param("test_what_follows_from_a_yes", "test_nothing", "has no test test_nothing", id="test is gone"),
        pytest.param("tests/clients/test_safety.py::", "tests/gone.py::", "there is no file", id="file is gone"),
        pytest.param(" aaa |", " |", "aaa: no hazard names this rule", id="question without a hazard"),
        pytest.param("global.rise3", "global.rise9", "global.rise9: the library has no such rule", id="unknown rule"),
        pytest.param("| H02 |", "| H01 |", "stands in the table twice", id="twice"),
    ],
)
def test_a_log_that_is_not_true_any_more_is_noticed(before: str, after: str, finding: str) -> None:
    found = hazards.findings(log=LOG.replace(before, after, 1))
    assert any(finding in line for line in found), found


def test_a_rule_that_is_new_in_the_library_needs_a_hazard() -> None:
    library = LIBRARY.replace("id: global.gap7\n", "id: global.gap8\n", 1)
    assert "global.gap8: no hazard names this rule of the library" in hazards.findings(library=library)


@pytest.mark.parametrize(
    ("line", "is_noticed"),
    [
        ("LIMIT: Final = 3", True),
        ("LIMIT = timedelta(days=3)  # days", True),
        ("EDGE: Final = Fraction(80, 100)  # share, clinical.md 6.3", False),
        ("EDGE: Final = 7  # points; routines.yaml, safety.pain_model", False),
        ("EDGE: Final = 7  # points; a setting of the practice", False),
        ("LONGEST: Final = 500  # characters; engineering bound", False),
        ("NAMES: Final = ('a', 'b')", False),
        ("is_on = True", False),
    ],
)
def test_a_clinical_number_without_source_or_setting_is_noticed(line: str, is_noticed: bool) -> None:
    found = hazards.findings(sources={"clients/rules/new.py": line + "\n"})
    assert bool(found) is is_noticed, found
