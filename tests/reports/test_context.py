import pytest

from scanner.reports import FORMATS, Context, Format
from tests.reports.samples import CONTEXT, FINDINGS


def test_formats_are_found_by_their_own_name():
    assert list(FORMATS) == ["table", "jsonl", "json", "csv", "html"]
    assert all(name == each.name for name, each in FORMATS.items())


def test_no_extension_means_two_formats():
    extensions = [extension for each in FORMATS.values() for extension in each.extensions]
    assert len(set(extensions)) == len(extensions)
    assert all(extension.startswith(".") for extension in extensions)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name):
    form: Format = FORMATS[name]
    assert "".join(form.render(iter(FINDINGS), CONTEXT)) == "".join(form.render(list(FINDINGS), CONTEXT))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_say_that_there_is_nothing(name):
    text = "".join(FORMATS[name].render((), Context()))
    assert text == "" if name == "jsonl" else text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_every_device_is_in_every_format(name):
    text = "".join(FORMATS[name].render(FINDINGS, CONTEXT))
    assert all(finding.host in text for finding in FINDINGS)
