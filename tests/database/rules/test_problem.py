from scanner.database.rules.problem import Problem, at


def test_a_problem_is_printed_as_one_line():
    assert str(Problem("FP020", "acme.toml: acme-x", "no source")) == "acme.toml: acme-x: FP020 no source"


def test_problems_of_one_row_share_their_place():
    report = at("acme.toml: acme-x")
    assert report("FP010", "no example") == Problem("FP010", "acme.toml: acme-x", "no example")
    assert report("FP011", "no counterexample").where == "acme.toml: acme-x"
