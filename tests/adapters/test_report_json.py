"""A report as JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amts_bot.adapters.review_page import json_stretches

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), _VALUES, max_size=4))
def test_json_in_stretches_is_the_json_of_the_whole(data: dict[str, Any]) -> None:
    assert "".join(json_stretches(data)) == json.dumps(data, ensure_ascii=False)
    tight = (",", ":")
    assert "".join(json_stretches(data, tight)) == json.dumps(
        data, ensure_ascii=False, separators=tight
    )
