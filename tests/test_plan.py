"""Steps of the page merge that depend on how blocks belong together."""

from __future__ import annotations

from amts_bot.merge import merge


def test_a_new_tab_leaves_the_translators_own_tab_whole() -> None:
    old = ":begin_tab:`mxnet`\n[Talk](https://example.org/1)\n:end_tab:\n"
    new = f"{old}\n:begin_tab:`jax`\n[Talk](https://example.org/2)\n:end_tab:\n"
    own = ":begin_tab:`paddle`\n[Sohbet](https://example.org/3)\n:end_tab:\n"
    theirs = f":begin_tab:`mxnet`\n[Sohbet](https://example.org/1)\n:end_tab:\n\n{own}"
    merged = merge(old, new, theirs, "tr", engine_name="none").text
    assert merged == f"{theirs}\n:begin_tab:`jax`\n[Talk](https://example.org/2)\n:end_tab:\n"
