"""The whole way on the seed documents, where they lie beside the repository."""

from pathlib import Path

import pytest

from models.reading import packaged
from models.reading.calibration import Calibration
from models.reading.onnx_reader import PACKAGED
from models.reading.overlap_reader import OverlapReader
from tests.api_support import one_object, yinzheng
from tests.indexes import copy_index

SHARED = Path(__file__).parents[1].parent / "shared"
pytestmark = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="no ../shared/seeds beside the repository: nothing to run on"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = copy_index(tmp_path_factory.mktemp("seeds") / "index", "seeds", "packaged")
    report = one_object(yinzheng("index", SHARED / "seeds", "--index", place, "--json"))
    assert (report["documents"], report["units"], report["failures"]) == (4, 350, [])
    return place


def quick_judge(threads: int = 1) -> packaged.Judge:
    """The fake reader with the bounds of the trained one."""
    return packaged.Judge(OverlapReader(), Calibration.open(PACKAGED))


def test_every_development_question_runs_and_every_reference_is_first(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "packaged_judge", quick_judge)  # rankings are the subject
    questions = SHARED / "eval" / "dev_questions.jsonl"
    report = one_object(yinzheng("eval", questions, "--index", index, "--json"))
    assert report["questions"] == 58
    assert report["types"]["all"]["count"] == 52
    assert report["types"]["reference"]["fused"]["success@1"] == 1.0
    assert report["types"]["reference"]["fused"]["ndcg@10"]["mean"] == 1.0


def test_the_questions_are_a_batch(index: Path) -> None:
    done = yinzheng("search", "--batch", SHARED / "eval" / "dev_questions.jsonl", "--index", index)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 58


@pytest.mark.parametrize(
    "reference", ["2019年会议建议17", "003_1a2397df66d15e52 建议17", "２０１９年会议建议十七"]
)
def test_references_as_people_write_them(index: Path, reference: str) -> None:
    shown = one_object(yinzheng("show", reference, "--index", index, "--json"))
    assert (shown["document"], shown["number"]) == ("003_1a2397df66d15e52", 17)
    assert shown["citation"].endswith("，建议17")
