import pytest

from tests.browser import chromium


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if why := chromium.missing():
        pytest.skip(why)
    with chromium.opened(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="session")
def axe():
    script = chromium.axe_script()
    if not script:
        pytest.skip("axe-core is not installed, and npm cannot fetch it")
    return script
