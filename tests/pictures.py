"""The pictures of the page in docs/pictures: `make pictures`, over the samples, by the browser of the tests."""

from pathlib import Path
from tempfile import TemporaryDirectory

from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from tests.browser import browser
from tests.indexes import ROOT, SAMPLES
from tests.serving import served

WHERE = ROOT / "docs" / "pictures"
QUESTION = "靠捡垃圾为生的人没有许可证，可以罚款吗？"
PICTURES = (
    ("search", f"/?q={QUESTION}", 1200, 900, "light", "zh-CN"),
    ("reader", "/d/meeting-report-2031/r/3", 1200, 900, "light", "zh-CN"),
    (
        "precedents",
        "/precedents?document=meeting-report-2031&kind=recommendation&number=7",
        1200,
        900,
        "light",
        "zh-CN",
    ),
    ("check", "/check?text=见2031年会议建议3：“应当用火”。又见建议999。", 1200, 720, "light", "zh-CN"),
    ("themes", "/compile", 1200, 900, "dark", "en-GB"),
    ("holdings", "/about", 1200, 640, "light", "en-GB"),
    ("phone", f"/?q={QUESTION}", 390, 844, "dark", "zh-CN"),
)


def main() -> None:
    """Take every picture anew."""
    WHERE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, browser() as opened:
        index = Path(folder) / "index"
        build([SAMPLES], index, load_encoder("packaged"), Segmenter())
        with served(Path(folder), index) as running:
            for name, address, width, height, scheme, locale in PICTURES:
                context = opened.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                    locale=locale,
                )
                page = context.new_page()
                page.goto(running.url + address)
                page.wait_for_timeout(200)
                page.screenshot(path=WHERE / f"{name}.png")
                context.close()


if __name__ == "__main__":
    main()
