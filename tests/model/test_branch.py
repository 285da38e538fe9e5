from __future__ import annotations

from scanner.model.branch import Branch


def test_a_tree_is_drawn():
    tree = Branch("a", (Branch("b", (Branch("c"), Branch("d"))), Branch("e", (Branch("f"),))))
    assert list(tree.draw()) == ["a", "├─ b", "│  ├─ c", "│  └─ d", "└─ e", "   └─ f"]
