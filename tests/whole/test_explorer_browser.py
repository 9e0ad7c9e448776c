"""The explorer in a real browser: its numbers beside Keras's, its keys, its widths, and texts that it must bear."""

import re

import numpy as np
import pytest

from rnn_helpers.explorer import explore
from rnn_helpers.introductions import Introductions
from rnn_helpers.models import build_model, build_sequence_model
from rnn_helpers.prediction import PLAYS_MODEL, load_model
from rnn_helpers.vocabulary import PADDING, UNKNOWN, Vocabulary
from tools.browser import find_chromium

try:
    CHROMIUM = find_chromium()
except SystemExit as missing:
    pytest.skip(f"{missing}", allow_module_level=True)

from playwright.sync_api import sync_playwright

WORDS = ["hello", "how", "are", "you", "is", "your", "day", "what", "name", "was", "trip"]
LESSON_1 = (
    np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5], [0.5, -1.0]]),
    np.array([[0.5, -0.5], [0.5, 0.5]]),
    np.zeros(2),
)
CELLS = ("SimpleRNN", "GRU", "LSTM")
MODELS = {"window": lambda: build_model(12, num_steps=4)}
MODELS |= {cell: lambda cell=cell: build_sequence_model(cell, 12) for cell in CELLS}
MODELS |= {
    f"{cell}, tied": lambda cell=cell: build_sequence_model(cell, 12, num_units=20, tie_weights=True, dropout=0.3)
    for cell in CELLS
}
MODELS["GRU, tied without resizing"] = lambda: build_sequence_model("GRU", 12, num_units=16, tie_weights=True)
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><body>{body}</body></html>'


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def show(browser, tmp_path):
    """A function that opens explorers on one page; the test fails if the page has an error or asks for anything."""
    problems, contexts = [], []

    def open_page(*explorers, width=1000, **options):
        path = tmp_path / "page.html"
        path.write_text(PAGE.format(body="\n".join(one.to_html() for one in explorers)))
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: problems.append(f"{error}"))
        page.on("dialog", lambda dialog: problems.append("a dialog opened"))
        page.on("request", lambda request: problems.extend(foreign(request.url)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def foreign(url):
    return [] if url.startswith(("file:", "data:")) else [f"asked for {url}"]


def read(page, texts):
    """What the first explorer's networks compute of each text: lists of states and of probabilities."""
    program = """texts => texts.map(text => {
        const { explorer } = document.querySelector(".rnn-explorer");
        explorer.read(text);
        return explorer.panels.map(({ now }) => ({ states: now.steps.map(({ h }) => [...h]), guess: [...now.guess] }));
    })"""
    return page.evaluate(program, texts)


def shake(model):
    """Random weights, large enough to tell gates apart, small enough that rounding does not grow with each step."""
    random = np.random.default_rng(0)
    model.set_weights([random.normal(scale=len(array) ** -0.5, size=array.shape) for array in model.get_weights()])
    return model


def random_prompts(words, lengths):
    random = np.random.default_rng(0)
    return [" ".join(random.choice(words, size=length)) for length in lengths]


def by_keras(model, vocabulary, prompts):
    """Keras's own last states and next words' probabilities, shapes (num_prompts, num_units) and (…, vocabulary_size).

    As in `next_word_probabilities`, padding and the unknown word are never predicted.
    """
    id_lists = [vocabulary.encode(vocabulary.tokenize(prompt)) for prompt in prompts]
    window, longest = model.input_shape[-1], max(map(len, id_lists))
    if window:
        rows = [([0] * window + ids)[-window:] for ids in id_lists]
    else:
        rows = [ids + [0] * (longest - len(ids)) for ids in id_lists]  # what comes later changes no state before it
    embedding, recurrent = (layer for layer in model.layers if hasattr(layer, "embeddings") or hasattr(layer, "cell"))
    states = np.array(recurrent(embedding(np.array(rows)), training=False))
    probabilities = np.array(model(np.array(rows), training=False), dtype="float64")
    if not window:
        lasts = np.arange(len(rows)), [len(ids) - 1 for ids in id_lists]
        states, probabilities = states[lasts], probabilities[lasts]
    probabilities[:, [vocabulary.ids[PADDING], vocabulary.ids.get(UNKNOWN, 0)]] = 0
    return states, probabilities / probabilities.sum(axis=1, keepdims=True)


def assert_agreement(page, model, vocabulary, prompts, number=0):
    found = [networks[number] for networks in read(page, prompts)]
    states, probabilities = by_keras(model, vocabulary, prompts)
    assert np.abs([one["guess"] for one in found] - probabilities).max() < 1e-5
    assert np.abs([one["states"][-1] for one in found] - states).max() < 1e-5 * max(1, np.abs(states).max())


def guess_after(page, text):
    return read(page, [text])[0][0]["guess"]


# --- The numbers ---


@pytest.mark.parametrize("kind", MODELS)
def test_states_and_probabilities_are_those_of_keras(show, kind):
    model, vocabulary = shake(MODELS[kind]()), Vocabulary(WORDS)
    page = show(explore(model, vocabulary))
    assert_agreement(page, model, vocabulary, random_prompts(WORDS, [*range(1, 25), 40]))


def test_the_trained_model_of_the_four_sentences_agrees_on_every_prefix(show, trained, seed):
    page = show(explore(trained.model, seed.vocabulary))
    prompts = {" ".join(tokens[:end]) for tokens in seed.token_lists for end in range(1, len(tokens) + 1)}
    assert_agreement(page, trained.model, seed.vocabulary, sorted(prompts))


def test_the_model_of_the_plays_agrees_with_unknown_words_and_line_ends(show):
    model, vocabulary = load_model(PLAYS_MODEL)
    page = show(explore(model, vocabulary))
    common = [word for word in vocabulary.words[2:200] if word.strip()]
    prompts = ["My lord, I will\nnot stay", "xylophones are unheard of", *random_prompts(common, [1, 2, 5, 9, 20, 40])]
    assert_agreement(page, model, vocabulary, prompts)


def test_a_character_model_reads_characters(show):
    vocabulary = Vocabulary([*"ab c"], level="character")
    model = shake(build_sequence_model("LSTM", len(vocabulary)))
    assert_agreement(show(explore(model, vocabulary)), model, vocabulary, ["A bc", "cab a"])


def test_the_bars_and_boxes_show_these_numbers(show, trained, seed):
    page = show(explore(trained.model, seed.vocabulary, "hello how is"))
    page.get_by_role("button", name="is", exact=True).click()
    [[state], [probabilities]] = by_keras(trained.model, seed.vocabulary, ["hello how is"])
    best = probabilities.argmax()
    row = page.locator(".guess tbody tr").first
    assert row.locator("th").inner_text() == seed.vocabulary.words[best] == "your"
    assert float(row.locator(".number").inner_text()) == pytest.approx(probabilities[best], abs=6e-4)
    page.get_by_text("Every number of this step").click()
    page.locator(".inside tbody tr").first.wait_for()
    shown = [text.replace("−", "-") for text in page.locator(".inside tbody td:last-child").all_inner_texts()]
    assert np.abs(np.array(shown, dtype=float) - state).max() < 6e-4


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM"])
def test_the_boxes_of_a_step_add_up_to_the_new_state(show, kind):
    model = shake(build_sequence_model(kind, 12, num_units=4))
    page = show(explore(model, WORDS, "hello how are"))
    page.get_by_role("button", name="Next word").click()
    for unit in range(4):
        page.get_by_label("Follow").select_option(f"{unit}")
        boxes = page.locator(".flow").last.locator("b").all_inner_texts()
        state = page.evaluate("[...document.querySelector('.rnn-explorer').explorer.panels[0].now.step.h]")
        assert float(boxes[-1].replace("−", "-")) == pytest.approx(state[unit], abs=6e-4)


def test_temperature_sharpens_the_guess_as_lesson_4_does(show, trained, seed):
    from rnn_helpers.prediction import apply_temperature, next_word_probabilities

    page = show(explore(trained.model, seed.vocabulary))
    page.get_by_label("Temperature").fill("0.5")
    belief = next_word_probabilities(trained.model, seed.vocabulary, "hello how")
    assert np.abs(np.array(guess_after(page, "hello how")) - apply_temperature(belief, 0.5)).max() < 1e-5


# --- What a learner does ---


@pytest.fixture
def lesson_1(show):
    return show(explore(LESSON_1, WORDS[:4], ["hello how are", "are how hello"]))


def current(page):
    return page.locator(".tokens [aria-current]").inner_text()


def status(page):
    return page.locator(".status").inner_text().replace("\u2068", "").replace("\u2069", "")


def test_the_keyboard_alone_reaches_everything(lesson_1):
    reached = set()
    for _ in range(20):
        lesson_1.keyboard.press("Tab")
        program = "document.querySelector('.rnn-explorer').shadowRoot.activeElement"
        reached.add(lesson_1.evaluate(f"{program} && ({program}.textContent || {program}.tagName).slice(0, 20)"))
    assert {"start", "hello", "← Back", "Next word →", "Hide “\u2068hello\u2069”", "Change", "INPUT"} <= reached
    assert any("unit 1" in (name or "") for name in reached)


def test_arrow_keys_step_through_the_words_and_the_live_region_tells(lesson_1):
    lesson_1.get_by_role("button", name="Next word").focus()
    assert current(lesson_1) == "hello"
    lesson_1.keyboard.press("ArrowRight")
    assert current(lesson_1) == "how"
    assert status(lesson_1) == "Read: “hello how”. The state moved by 0.68."
    lesson_1.keyboard.press("ArrowLeft")
    lesson_1.keyboard.press("ArrowLeft")
    assert current(lesson_1) == "start" and "Nothing is read yet" in status(lesson_1)


def test_arrow_keys_in_the_text_move_the_cursor_only(lesson_1):
    lesson_1.get_by_label("Text to read").focus()
    lesson_1.keyboard.press("ArrowRight")
    assert current(lesson_1) == "hello"


def test_focus_stays_where_it_is_while_the_words_change(lesson_1):
    lesson_1.get_by_role("button", name="how", exact=True).press("Enter")
    lesson_1.keyboard.press("ArrowRight")
    assert lesson_1.evaluate("document.querySelector('.rnn-explorer').shadowRoot.activeElement.textContent") == "how"


def test_the_keyboard_keeps_its_place_at_both_ends(lesson_1):
    lesson_1.get_by_role("button", name="Next word").focus()
    for key in ["ArrowRight"] * 5 + ["Enter"]:
        lesson_1.keyboard.press(key)
    assert current(lesson_1) == "are"
    assert "Next word" in lesson_1.evaluate(
        "document.querySelector('.rnn-explorer').shadowRoot.activeElement.textContent"
    )


def test_a_hidden_word_does_not_enter_and_what_it_moved_is_told(show, trained, seed):
    page = show(explore(trained.model, seed.vocabulary, "hello how is"))
    page.get_by_role("button", name="is", exact=True).click()
    page.get_by_role("button", name="Hide").click()
    assert "You hid “is”." in status(page) and ", before 0." in status(page)
    without = page.evaluate("[...document.querySelector('.rnn-explorer').explorer.panels[0].now.guess]")
    assert np.allclose(without, guess_after(page, "hello how"))


def test_the_weight_of_a_word_is_the_share_of_the_guess_that_its_hiding_moves(show, trained, seed):
    page = show(explore(trained.model, seed.vocabulary, "hello how is"))
    whole, without = (np.array(guess_after(page, text)) for text in ("hello how is", "hello is"))
    read(page, ["hello how is"])
    shown = page.locator(".weights > span").all_inner_texts()
    assert shown[3].strip() == f"{100 * np.abs(whole - without).sum() / 2:.0f} %"


def test_a_changed_word_shows_what_was_before(show, trained, seed):
    page = show(explore(trained.model, seed.vocabulary, "hello how is"))
    page.get_by_role("button", name="is", exact=True).click()
    page.get_by_label("Change").fill("was")
    page.keyboard.press("Enter")
    assert "You changed “is” to “was”." in status(page)
    assert page.get_by_label("Text to read").input_value() == "hello how was"
    assert all("was 0." in text for text in page.locator(".guess .number").all_inner_texts())


def test_a_unit_is_followed_by_a_click_on_its_row(lesson_1):
    box = lesson_1.locator("canvas").bounding_box()
    lesson_1.mouse.click(box["x"] + 5, box["y"] + box["height"] * 0.75)
    assert lesson_1.get_by_label("Follow").input_value() == "1"
    assert "changes unit 2" in lesson_1.locator(".inside figcaption").inner_text()


def test_an_example_is_read_at_a_press(lesson_1):
    lesson_1.get_by_role("button", name="are how hello").click()
    assert lesson_1.get_by_label("Text to read").input_value() == "are how hello" and current(lesson_1) == "are"


def test_two_cells_stand_side_by_side_and_answer_as_keras_as_the_lag_grows(show):
    vocabulary = Introductions(0).vocabulary
    models = [shake(build_sequence_model(cell, len(vocabulary), num_units=8)) for cell in ("SimpleRNN", "GRU")]
    page = show(explore(models[0], vocabulary, beside=models[1], lags=[0, 5, 12]))
    for number, model in enumerate(models):
        assert_agreement(page, model, vocabulary, Introductions(5).sample(3, seed=0), number)
    questions = explore(models[0], vocabulary, lags=[0, 5, 12]).questions
    for model, row in zip(models, page.locator(".questions tbody tr").all(), strict=True):
        counts = [recalled(model, vocabulary, questions, asked["filler"]) for asked in questions["lags"]]
        assert row.locator("td").all_inner_texts() == [f"{count} of 8" for count in counts]
    page.get_by_role("button", name="5", exact=True).click()
    assert current(page) == "me"
    assert len(page.locator(".tokens button").all()) == 1 + 4 + 1 + 5 + 4


def recalled(model, vocabulary, questions, filler):
    rows = [
        f"{questions['before']} {value} {' '.join(filler)} {questions['after']}".split()
        for value in questions["values"]
    ]
    best = np.array(model(np.array([vocabulary.encode(row) for row in rows])))[:, -1, 1:].argmax(axis=-1) + 1
    return sum(vocabulary.words[id] == value for id, value in zip(best, questions["values"], strict=True))


# --- Texts that it must bear ---


def type_text(page, text):
    page.get_by_label("Text to read").fill(text)
    page.keyboard.press("Enter")
    return " ".join(page.locator(".note, .notes p").all_inner_texts()).replace("\u2068", "").replace("\u2069", "")


def test_an_empty_text_is_told_what_to_do(lesson_1):
    assert type_text(lesson_1, "  ") == "There is no word to read yet. Type one, such as “hello”."
    assert current(lesson_1) == "start"
    assert type_text(lesson_1, "hello") == ""


def test_ten_thousand_words_are_cut_and_told(lesson_1):
    told = type_text(lesson_1, "how are " * 5_000)
    assert told == "The text has 10,000 words: this page reads the first 100."
    assert len(lesson_1.locator(".tokens button").all()) == 101


def test_an_unknown_word_is_left_out_and_the_nearest_is_offered(lesson_1):
    told = type_text(lesson_1, "helo how")
    assert "“helo” is not in the vocabulary. It is left out. Did you mean hello" in told
    assert lesson_1.locator(".tokens .unknown").inner_text() == "helo"
    lesson_1.locator(".notes").get_by_role("button", name="hello").click()
    assert lesson_1.get_by_label("Text to read").input_value() == "hello how"
    assert lesson_1.locator(".tokens .unknown").count() == 0


def test_emoji_and_other_scripts_are_shown_as_unknown_words(lesson_1):
    for text in ["👋🏽 hello 🎉", "שלום hello", "مرحبا hello", "你好 hello"]:
        assert "is not in the vocabulary" in type_text(lesson_1, text)
        assert lesson_1.locator(".tokens button").all_inner_texts() == ["start", *text.split()]


def test_html_and_endless_words_are_shown_never_run(show):
    texts = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'\"><svg onload=alert(1)>", "a" * 100_000]
    page = show(explore(LESSON_1, WORDS[:4], texts), width=360)
    for text in texts:
        type_text(page, text + " hello")
        page.get_by_label("Change").fill(text)
        page.keyboard.press("Enter")
        assert page.locator("img:not(.still), svg").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_text_is_read_a_moment_after_the_last_letter(lesson_1):
    lesson_1.get_by_label("Text to read").fill("you you you")
    lesson_1.locator(".tokens button:nth-child(4):has-text('you')").wait_for()
    assert current(lesson_1) == "you"


def test_a_vocabulary_of_html_is_shown_never_run(show):
    page = show(explore(LESSON_1, ["<img/src=x/onerror=alert(1)>", "<b>", "&amp;", "'\""]))
    assert page.locator(".page b:text-is('')").count() == 0 and page.locator("img:not(.still)").count() == 0


def test_spoiled_weights_are_told_and_the_still_picture_stays(browser, tmp_path):
    html = explore(LESSON_1, WORDS[:4]).to_html()
    spoiled = re.sub('data-weights="[^"]*"', 'data-weights="AADAfw=="', html)  # a NaN
    page = browser.new_page()
    page.set_content(PAGE.format(body=spoiled))
    assert "the model's weights are not numbers (NaN)" in page.get_by_role("alert").inner_text()
    assert page.locator(".still").is_visible()
    page.close()


# --- Everywhere ---


def test_without_scripts_the_still_picture_stands_in(show):
    page = show(explore(LESSON_1, WORDS[:4], "hello how are"), java_script_enabled=False)
    picture = page.get_by_role("img")
    assert picture.is_visible() and "Unit 1 goes 0.00, 0.76" in picture.get_attribute("alt")


def test_with_scripts_it_is_replaced(lesson_1):
    assert not lesson_1.locator(".still").is_visible() and lesson_1.locator("canvas").is_visible()


def test_several_explorers_run_on_one_page_each_for_itself(show, trained, seed):
    page = show(explore(LESSON_1, WORDS[:4], "hello how"), explore(trained.model, seed.vocabulary, "hello what is"))
    page.get_by_role("button", name="Next word").nth(1).click()
    assert page.locator(".tokens [aria-current]").all_inner_texts() == ["hello", "what"]


@pytest.mark.parametrize("width", [360, 640])
def test_a_narrow_page_is_never_wider_than_its_window(show, width):
    vocabulary = Introductions(0).vocabulary
    models = [build_sequence_model(cell, len(vocabulary), num_units=30) for cell in ("GRU", "LSTM")]
    page = show(
        explore(models[0], vocabulary, Introductions(20).sample(1, seed=0)[0], beside=models[1], lags=range(0, 24, 2)),
        width=width,
        device_scale_factor=2,  # 640 at 2 is a desktop's 1,280 at 200 % zoom
    )
    for summary in page.get_by_text("Every number of this step").all():
        summary.click()
    read(page, Introductions(20).sample(1, seed=0))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_dark_where_its_surroundings_are(lesson_1):
    for theme, scheme, is_dark in [
        ({}, "light", False),
        ({}, "dark", True),
        ({"data-theme": "dark"}, "light", True),
        ({"data-theme": "light"}, "dark", False),
        ({"data-jp-theme-light": "false"}, "light", True),
        ({"data-jp-theme-light": "true"}, "dark", False),
    ]:
        lesson_1.emulate_media(color_scheme=scheme)
        lesson_1.evaluate("theme => Object.entries(theme).forEach(pair => document.body.setAttribute(...pair))", theme)
        colour = lesson_1.locator(".page").evaluate("page => getComputedStyle(page).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", colour)[:3])) < 200) == is_dark
        lesson_1.evaluate("names => names.forEach(name => document.body.removeAttribute(name))", [*theme])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_serious_barrier(lesson_1, barriers, scheme):
    lesson_1.emulate_media(color_scheme=scheme)
    for details in lesson_1.locator("details").all():
        details.locator("summary").click()
    assert barriers(lesson_1) == []
