"""What several test files share: hypothesis's settings, and the course's four sentences, prepared and learned once."""

from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

from rnn_helpers.corpus import SEED_SENTENCES
from rnn_helpers.sequences import inputs_and_targets
from rnn_helpers.vocabulary import Vocabulary, tokenize
from tools import browser

# The same examples at each run, however slow the machine is: a test fails because of the code alone.
settings.register_profile(
    "stable",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("stable")


@pytest.fixture(scope="session")
def seed():
    """The four sentences as token_lists, vocabulary, id_lists, inputs and targets."""
    token_lists = [tokenize(line) for line in SEED_SENTENCES]
    vocabulary = Vocabulary.build(token_lists)
    id_lists = [vocabulary.encode(tokens) for tokens in token_lists]
    inputs, targets = inputs_and_targets(id_lists)
    return SimpleNamespace(
        token_lists=token_lists, vocabulary=vocabulary, id_lists=id_lists, inputs=inputs, targets=targets
    )


@pytest.fixture(scope="session")
def trained(seed):
    """The seed page's model after its 200 epochs, and their history. Tests do not change it."""
    from rnn_helpers.models import build_model  # here, so that the light tests start at once
    from rnn_helpers.training import train

    model = build_model(vocabulary_size=len(seed.vocabulary), num_steps=seed.inputs.shape[1])
    history = train(model, seed.inputs, seed.targets, epochs=200)
    return SimpleNamespace(model=model, history=history)


@pytest.fixture(scope="session")
def ask(trained, seed):
    """A helper of `prediction`, called with the trained model and its vocabulary."""
    return lambda function, *args, **options: function(trained.model, seed.vocabulary, *args, **options)


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium. Without one, the test is skipped, in one line that says how to get it."""
    try:
        path = browser.find_chromium()
    except SystemExit as stopped:
        pytest.skip(str(stopped.code))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] * browser.IS_ROOT)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def barriers():
    """A function of an open page: what axe holds to be serious or critical there, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    def find(page):
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        return [
            f"{rule['impact']}: {rule['help']}: {rule['nodes'][0]['html'][:100]}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
        ]

    return find


def pytest_terminal_summary(terminalreporter):
    """Tell once why tests were skipped, and how many: pytest would say nothing, or a line for each."""
    reasons = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []))
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} skipped: {reason.removeprefix('Skipped: ')}")
