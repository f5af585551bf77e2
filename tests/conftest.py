"""Fixtures of all tests: fixed seeds, and where the shared data is."""

import filecmp
import importlib.util
import os
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("vm", "priors", "mcts_compose", "benchmarks")

# At the end of the path: an installed package is tested where there is one, the sources beside the tests
# elsewhere.
sys.path.append(str(ROOT))


def pytest_configure(config):
    """Stops where the installed package is another version than the tests beside it."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        used = Path(spec.submodule_search_locations[0])
        for source in sorted((ROOT / package).rglob("*.py")):
            twin = used / source.relative_to(ROOT / package)
            if not twin.is_file() or not filecmp.cmp(source, twin, shallow=False):
                pytest.exit(
                    f"{twin} is not the {source.relative_to(ROOT)} of this checkout: install again", 2
                )


def pytest_collection_modifyitems(items):
    """Puts tests with ray first: one worker runs them all, and others would wait for it in the end."""
    from tests.with_ray import starts_ray  # found only once the path above is set

    items.sort(key=lambda item: not starts_ray(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Where several workers run the tests, decides which runs what."""
    from tests.scheduling import ByFile

    return ByFile(config, log)


@pytest.fixture(autouse=True)
def fixed_seeds():
    """Makes unseeded draws in tests the same in every run."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - hypothesis and numpy's old interface draw from it


@pytest.fixture(scope="session")
def shared_data():
    """The directory of public benchmark data beside the checkout."""
    named = os.environ.get("MCTS_COMPOSE_SHARED")
    data = (Path(named) if named else ROOT.parent / "shared") / "data"
    if not data.is_dir():
        pytest.skip("there is no public benchmark data beside this checkout; MCTS_COMPOSE_SHARED can name it")
    return data


@pytest.fixture(autouse=True)
def threads_of_others():
    """Tests that count threads count their own."""
    from tests.own_threads import forget  # found only once the path above is set

    forget()


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, found by its name."""
    from tests.opened_page import PATIENCE_MS

    api = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)}")
    with api.sync_playwright() as playwright:
        # Without its own sandbox, which containers and the superuser cannot have; the pages are ours.
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"], timeout=PATIENCE_MS)
        yield opened
        opened.close()
