"""Words in messages that may speak of a warning sign: found in plain sentences, and not in everyday ones."""

import pytest

from clients.rules.urgent_words import NO_QUESTION, SIGNS, urgent_themes
from routines.library import starter


def test_each_theme_is_a_question_of_the_library() -> None:
    levels = {question.id: question.level for question in starter.safety().questions}
    assert set(SIGNS) - {NO_QUESTION} <= set(levels)
    urgent = {key for key, level in levels.items() if level in {"emergency", "same_day"}}
    assert urgent == set(SIGNS) - {NO_QUESTION}, "what is urgent in the questions is looked for in messages"


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        pytest.param("I feel numb between my legs since this morning", "cauda_equina", id="saddle numbness"),
        pytest.param("There is a tingling in my buttocks.", "cauda_equina", id="tingling"),
        pytest.param("I can’t pee properly", "cauda_equina", id="a curly apostrophe"),
        pytest.param("It is HARD to pass water today", "cauda_equina", id="capitals"),
        pytest.param("I wet myself last night", "cauda_equina", id="wet"),
        pytest.param("I lost control of my bowels", "cauda_equina", id="bowel"),
        pytest.param("pins, tingling down both legs", "cauda_equina", id="both legs"),
        pytest.param("Taubheit im Schritt seit gestern", "cauda_equina", id="German saddle"),
        pytest.param("Ich kann kaum Wasser lassen", "cauda_equina", id="German bladder"),
        pytest.param("Ich spüre meine Blase nicht mehr", "cauda_equina", id="German feeling"),
        pytest.param("my foot drags when I walk", "leg_weakness", id="foot drags"),
        pytest.param("The leg is getting weaker", "leg_weakness", id="weaker"),
        pytest.param("Mein Fuß schleift", "leg_weakness", id="German foot"),
        pytest.param("I had a fall on the stairs", "trauma_fracture", id="fall"),
        pytest.param("Ich bin gestürzt", "trauma_fracture", id="German fall"),
        pytest.param("I have a fever and my back aches", "infection", id="fever"),
        pytest.param("Seit gestern Schüttelfrost", "infection", id="German shivers"),
        pytest.param("My chest hurts and is tight", "heart_breath", id="chest"),
        pytest.param("I cannot breathe well", "heart_breath", id="breath"),
        pytest.param("I passed out in the kitchen", "heart_breath", id="fainting"),
        pytest.param("Ich habe Brustschmerzen", "heart_breath", id="German chest"),
        pytest.param("sudden terrible pain in my tummy", "aaa", id="sudden pain"),
        pytest.param("Plötzlich starke Schmerzen im Bauch", "aaa", id="German sudden pain"),
        pytest.param("I am pregnant and bleeding", "pregnancy", id="pregnancy"),
        pytest.param("Die Wehen haben begonnen", "pregnancy", id="German labour"),
        pytest.param("I do not want to live like this", "own_life", id="own life"),
    ],
)
def test_a_sign_in_plain_words_is_found(text: str, theme: str) -> None:
    assert theme in urgent_themes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Could I do the bridge with one pillow?",
        "My knee feels fine now, thank you.",
        "I fell behind last week. Is that all right?",
        "It is hard to find time in the mornings.",
        "The new exercise is harder, but I like it.",
        "My lower back is a bit stiff after gardening.",
        "Pain was 4 before and 2 after.",
        "Can I do them on the bottom step?",
        "My feet were cold. Both legs felt strong.",
        "Ich schaffe die Brücke noch nicht ganz.",
        "Der Rücken ist morgens steif, danach besser.",
        "Am Samstag kann ich nicht, geht auch Sonntag?",
        "",
    ],
)
def test_everyday_words_lead_nowhere(text: str) -> None:
    assert urgent_themes(text) == ()


def test_words_of_two_sentences_make_no_sign_together() -> None:
    assert urgent_themes("My hand is numb. The bottom step is slippery.") == ()
