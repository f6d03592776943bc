"""What a plan editor posts: items by their number, and answers to questions."""

import re
from collections.abc import Sequence

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from clients.rules.contraindications import Answer
from clients.rules.plan_steps import MINUTE_S
from clients.services.drafting import MAX_ITEMS
from clients.services.goal_drafts import CHOICE
from portal.lib.numbers import whole_in

ITEM = re.compile(r"item-(\d{1,3})-([a-z_0-9-]+)")
YES, WHY = "yes-", "why-"

RawRow = dict[str, list[str]]


def rows_in(post: MultiValueDict[str, str]) -> list[RawRow]:
    """Return the posted items in the order of their numbers."""
    found: dict[int, RawRow] = {}
    for name in post:
        match = ITEM.fullmatch(name)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = post.getlist(name)
    return [found[index] for index in sorted(found)][: 2 * MAX_ITEMS]


def set_rows(post: MultiValueDict[str, str], rows: Sequence[RawRow]) -> None:
    """Write the items back under their new numbers."""
    for name in [name for name in post if ITEM.fullmatch(name)]:
        del post[name]
    for index, raw in enumerate(rows):
        for name, values in raw.items():
            if values:
                post.setlist(f"item-{index}-{name}", list(values))


def fit_to_goal(post: MultiValueDict[str, str]) -> None:
    """Write what a goal says into its items: how long a walk is, and that a break is any one of its moves."""
    rows = rows_in(post)
    minutes = str(post.get("walk_min", ""))
    if post.get("kind") == "walk" and len(rows) == 1 and minutes.isdecimal() and len(minutes) < 5:
        rows[0] |= {"duration_s": [str(int(minutes) * MINUTE_S)], "sets": ["1"], "optional": []}
    elif post.get("kind") == "breaks" and len(rows) > 1:
        for row in rows:
            row |= {"choice_group": [CHOICE], "optional": []}
    else:
        return
    set_rows(post, rows)


def answers_in(post: MultiValueDict[str, str]) -> dict[str, Answer]:
    """Return what was answered to the questions that tags raise."""
    keys = {name[len(YES) :] for name in post if name.startswith((YES, WHY))}
    return {key: Answer(confirmed=bool(post.get(YES + key)), reason=str(post.get(WHY + key, ""))[:300]) for key in keys}


def id_in(raw: RawRow) -> int:
    """Return the id of the exercise version of an item; 0 where none is named."""
    return whole_in((raw.get("version") or [""])[0]) or 0


def posted(data: QueryDict) -> MultiValueDict[str, str]:
    """Return posted values as something that may be changed."""
    return MultiValueDict({name: [str(each) for each in data.getlist(name)] for name in data})
