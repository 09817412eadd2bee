"""Arbitrary Markdown pages: strategies that put together what books, and accidents, are made of."""

from __future__ import annotations

from hypothesis import strategies as st

_FRAGMENTS = """
# Title
## Second
===
---
***
* item
- item
1. item
    > nested quote
> quote
>> quote
+
text
A sentence of its own.
Is this one? No!
第一句。第二句！
Bir cümle daha.
`code` and $math$ and ``a ` b``
$$
$$y = x$$
$$\\begin{aligned}
:begin_tab:`mxnet`
:begin_tab:
:end_tab:
:label:`sec_a`
:eqlabel:`eq_a`
:width:`400px`
see :numref:`sec_a` and :cite:`Doe.1999`
![A caption](img/a.svg)
[link](https://example.org/a_(b))
[ref]: https://example.org
[^1]: A note.
```
````
~~~
```{.python .input}
```python
```toc
```eval_rst
```{note}
```{code-cell}
````{admonition} Title
:name: here
:::{tip}
:::{note} Title
:class: wide
:::{code-block} python
::: tip A title
::::
:::
/// details | Title
    type: warning
///
!!! note "Title"
??? tip
===
=== "Linux"
    A body of its own.
        deeper still
> [!NOTE]
> > - deep
>
> ```
> !!! note
>     In both.
> : meant
>	Behind a tab.
- > said
  > [!TIP]
- ```
  - - a
  [^2]: In an item.
1)
-
+ !!! note
: A definition.
[^long]: A note.
    Its second paragraph.
{% for row in rows %}
{{< figure src="a.svg" >}}
{: .note}
(label)=
$$ (label)
---
#@tab all
#@tab paddle
%%tab pytorch
# a comment
def f(x): return x
    indented code
| a | b |
|---|:-:|
| 1 | 2 |
<div>
</div>
<!-- comment
-->
title: A page
[**bold**]
(~~struck~~)
&amp; \\* ⟦0⟧
""".strip().split("\n")
_ENDS = ("\n", "\n\n", "\r\n", "\r", "", " ", "\t", "\n \n")
_ODD = (
    "\ufeff", "\0", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85", "\u3000", "\ud800", "\U0001f600",
)  # fmt: skip

_PIECES = st.one_of(
    st.builds(str.__add__, st.sampled_from(_FRAGMENTS), st.sampled_from(_ENDS)),
    st.sampled_from(_ENDS),
    st.sampled_from(_ODD),
)
PAGES = st.lists(_PIECES, max_size=25).map("".join)


@st.composite
def edited(draw: st.DrawFn, page: str) -> str:
    """The page after a few cuts and insertions."""
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(page)))
        end = draw(st.integers(start, min(len(page), start + 30)))
        page = page[:start] + draw(_PIECES) + page[end:]
    return page
