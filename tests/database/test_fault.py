from scanner.database.fault import DataError


def test_the_text_begins_with_the_place():
    error = DataError("fingerprints/sources.toml", "source 2: wrong: correct it")
    assert str(error) == "fingerprints/sources.toml: source 2: wrong: correct it"
    assert (error.where, error.code) == ("fingerprints/sources.toml", "FP000")
