"""The house around the lessons: the two commands, the lock and its copies, the README."""

import ast
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import course  # noqa: E402
import expect  # noqa: E402
import lock  # noqa: E402
import nudge  # noqa: E402
import readme  # noqa: E402
import versions  # noqa: E402

LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "classroom/requirements.txt")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = {
    name: [Requirement(line.rstrip(" \\")) for line in text.splitlines() if re.match(r"\S+==", line)]
    for name, text in LOCKS.items()
}
SYSTEMS = [
    {"sys_platform": system, "platform_machine": machine, "os_name": os_name, "python_full_version": f"{python}.6"}
    | {"python_version": python, "platform_python_implementation": "CPython", "implementation_name": "cpython"}
    for system, machine, os_name in [
        ("linux", "x86_64", "posix"),
        ("linux", "aarch64", "posix"),
        ("darwin", "arm64", "posix"),
        ("win32", "AMD64", "nt"),
    ]
    for python in ["3.11", "3.12", "3.13"]
]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def refusal(function, *arguments):
    """What `function` ends the program with: one line."""
    with pytest.raises(SystemExit) as stopped:
        function(*arguments)
    message = stopped.value.code
    assert message.startswith("course: ") and "\n" not in message
    return message


# --- The two commands ---


def test_the_script_can_be_read_by_python_3_6():
    ast.parse(read("tools/course.py"), feature_version=(3, 6))
    assert read("tools/course.py").isascii()  # Python 2 reads nothing else


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0), (4, 0, 0)])
def test_a_python_without_tensorflow_is_told_which_to_install(version):
    message = refusal(course.check_python, version)
    assert f"this is Python {version[0]}.{version[1]}," in message
    assert "PYTHON=python3.13" in message or "py -3.13" in message


def test_the_pythons_of_the_course_are_let_through():
    for version in course.VERSIONS:
        course.check_python((*version, 0, "final", 0))


@pytest.mark.parametrize("given", ["abc", "0", "-1", "70000", "8888.5", "²", "99999999999"])
def test_a_port_that_is_none_is_named(given):
    assert f"PORT={given} is not a port number" in refusal(course.choose_port, given)


def test_a_taken_port_is_named_and_without_a_wish_another_one_is_found():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"PORT={port} is taken" in refusal(course.choose_port, str(port))
    assert course.choose_port(str(port)) == port
    assert course.is_free(course.choose_port(""))


def test_an_unknown_command_is_told_the_known_ones():
    assert "'' is no command" in refusal(course.main, [])
    assert "lab, test, notebooks" in refusal(course.main, ["tset"])


# What pip and venv really said, shortened.
FAILURES = {
    "disk": "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "hash": "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package "
    "versions, please update the hashes.",
    "no network": "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
    "connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed "
    "to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/absl-py/\n"
    "ERROR: No matching distribution found for tensorflow-cpu==2.21.0",
    "certificate": "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "self-signed certificate in certificate chain (_ssl.c:1006)'))",
    "no package for this computer": "ERROR: Could not find a version that satisfies the requirement tensorflow==2.21.0 "
    "(from versions: none)\nERROR: No matching distribution found for tensorflow==2.21.0",
    "cannot be written to": "Error: [Errno 13] Permission denied: '/srv/course/.venv'",
    "long paths": "HINT: This error might have occurred since this system does not have Windows Long Path support "
    "enabled.",
}


@pytest.mark.parametrize("told", FAILURES)
def test_a_failed_installation_is_told_in_one_line(told):
    message = course.why_it_failed(FAILURES[told], "unknown")
    assert told in message and "\n" not in message


def test_an_unknown_failure_points_to_what_pip_said():
    assert course.why_it_failed("something new", "see the log") == "see the log"


def test_a_python_without_ensurepip_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(course.importlib.util, "find_spec", lambda name: None)
    assert "python3-venv" in refusal(course.make_environment)


@pytest.mark.parametrize("finished", [True, False])
def test_a_broken_environment_is_told_to_be_deleted(monkeypatch, tmp_path, finished):
    monkeypatch.setattr(course, "ENVIRONMENT", tmp_path / ".venv")
    course.ENVIRONMENT.mkdir()
    if finished:
        (course.ENVIRONMENT / "installed").write_text(course.fingerprint())
    assert "Delete the folder .venv" in refusal(course.ensure_environment)


def test_an_installation_stopped_midway_leaves_no_package_that_pip_takes_for_whole(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "ENVIRONMENT", tmp_path)
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name, files in {"whole": ["METADATA", "INSTALLER"], "half": ["METADATA"]}.items():
        (packages / f"{name}-1.dist-info").mkdir(parents=True)
        for file in files:
            (packages / f"{name}-1.dist-info" / file).touch()
    course.forget_half_installed()
    assert [path.name for path in packages.iterdir()] == ["whole-1.dist-info"]


def test_nothing_leads_a_process_out_of_the_environment(monkeypatch):
    for name in ["PYTHONPATH", "PYTHONHOME", "KERAS_BACKEND", "MPLBACKEND", "PIP_USER"]:
        monkeypatch.setenv(name, "astray")
    assert "astray" not in course.variables(OTHER="kept").values()
    assert course.variables(OTHER="kept")["OTHER"] == "kept"


def test_every_step_runs_and_any_failure_counts_even_a_crash(monkeypatch, capfd):
    monkeypatch.setattr(course, "python", lambda *_: sys.executable)
    crash = "import os; os.abort()" if os.name == "nt" else "import os; os.kill(os.getpid(), 9)"
    steps = [["-c", "raise SystemExit(3)"], ["-c", crash], ["-c", "print('the last one ran')"]]
    assert course.run_all(steps) == 1
    assert course.run_all(steps[2:]) == 0
    said = capfd.readouterr()
    assert said.out.count("\nthe last one ran") == 2
    assert "raise SystemExit(3)" in said.err and crash in said.err and "last one" not in said.err


def test_make_and_the_script_know_the_same_commands_and_their_files_exist():
    targets = re.search(r"^COMMANDS = ((?:.*\\\n)*.*)$", read("Makefile"), re.M)[1].replace("\\\n", "").split()
    assert targets == ["lab", *course.COMMANDS, *course.CLASSROOM_COMMANDS]
    for steps in [*course.COMMANDS.values(), *course.CLASSROOM_COMMANDS.values()]:
        for first, *_ in steps:
            assert first == "-m" or (ROOT / first).exists(), first
    assert (ROOT / "notebooks" / course.FIRST_LESSON).exists()


def test_nbval_compares_everything_with_this_environments_kernel():
    step = next(step for step in course.COMMANDS["test"] if "--nbval" in step)
    sanitize = "--nbval-sanitize-with=tests/nbval_sanitize.cfg"
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=300", sanitize, "notebooks"]
    assert step[2:] == [*course.PARALLEL, *nbval]


@pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv" or os.name == "nt", reason="needs make's own environment")
def test_the_lab_answers_to_its_token_alone_and_ends_at_ctrl_c():
    command = [sys.executable, "tools/course.py", "lab"]
    # A shell's background job is started deaf to Ctrl+C, and so would be what it starts.
    hears = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **hears) as lab:
        try:
            address = next(line.split()[1] for line in lab.stdout if line.startswith("Open "))
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
            contents = address.partition("/lab")[0] + "/api/contents"
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(contents)
            refused.value.close()
            assert refused.value.code == 403
        finally:
            lab.send_signal(signal.SIGINT)
            lab.wait(30)
    assert lab.returncode == 0


# --- The lock and its copies ---


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_pin_and_no_address(name):
    blocks = re.split(r"^(?=\S)", LOCKS[name], flags=re.M)[1:]
    assert len(blocks) == len(PINS[name]) > 100
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
    assert "://" not in LOCKS[name] and "--index" not in LOCKS[name] and "--find-links" not in LOCKS[name]


def pins_on(name, system):
    """The versions that a lock installs on a system."""
    pins = {}
    for pin in PINS[name]:
        if pin.marker is None or pin.marker.evaluate(system):
            assert pin.name not in pins, f"{pin.name} is pinned twice"
            pins[pin.name] = next(iter(pin.specifier)).version
    return pins


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system['sys_platform']}-{system['python_version']}")
def test_the_locks_fit_what_the_project_asks_for_on_every_system(system):
    build = tomllib.loads(read("pyproject.toml"))["build-system"]["requires"]
    extras = dict(PROJECT["optional-dependencies"])
    graders = extras.pop("classroom")
    learners = [*PROJECT["dependencies"], *(line for lines in extras.values() for line in lines), *build]
    locked = [pins_on(name, system) for name in LOCKS]
    for pins, wants in zip(locked, [learners, graders], strict=True):
        for wanted in map(Requirement, wants):
            if wanted.marker is None or wanted.marker.evaluate(system):
                assert wanted.specifier.contains(pins[wanted.name]), wanted
    course_pins, classroom_pins = locked
    assert all(classroom_pins[name] == course_pins[name] for name in course_pins.keys() & classroom_pins.keys())
    assert not {"nbgrader", "jupyterhub"} & course_pins.keys(), "no learner needs a grader"


def test_binder_has_the_same_lock_and_adds_only_the_helpers():
    assert (ROOT / "binder" / "requirements.txt").read_bytes() == (ROOT / "requirements.txt").read_bytes(), "make lock"
    assert read("binder/runtime.txt") == "python-3.11\n"
    assert "pip install --no-deps --no-build-isolation -e ." in read("binder/postBuild")
    assert os.name == "nt" or os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_conda_takes_python_and_the_same_lock():
    environment = yaml.safe_load(read("environment.yml"))
    assert environment["dependencies"] == ["python=3.11", "pip", {"pip": ["-r requirements.txt"]}]
    assert f"conda activate {environment['name']}" in read("README.md")


def test_the_lock_is_made_for_all_systems_without_an_address():
    options = {"--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url"}
    assert options <= set(lock.COMPILE)


def test_upgrading_an_unknown_package_is_refused_and_changes_nothing(capsys, tmp_path):
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    assert lock.lock(tmp_path, "kreas") == 1
    assert "UPGRADE=kreas is in no lock" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["requirements.txt"]


def test_other_versions_are_tried_every_week():
    job = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["versions"]
    assert job["if"] == "github.event_name == 'schedule'"
    assert job["strategy"]["matrix"]["set"] == list(versions.SETS)
    installed = job["steps"][1]["with"]["python-version"].split()
    assert {python for python, _ in versions.SETS.values()} <= set(installed)


def test_a_set_of_versions_that_fails_is_named_and_the_others_are_tried(monkeypatch, capsys, tmp_path):
    tried = []

    def run(command, **options):
        tried.append(command)
        is_broken = "tensorflow-cpu==2.20.*" in command or ("--nbval" in command and "newest" in command[0])
        return subprocess.CompletedProcess(command, int(is_broken))

    monkeypatch.setattr(versions.subprocess, "run", run)
    assert versions.main("", tmp_path) == 1
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first == "colab: uv pip install"
    assert second.startswith("newest: -m pytest") and "--nbval" in second
    assert sum("venv" in command for command in tried) == 3
    assert versions.main("kolab", tmp_path) == 1
    assert "ONLY=kolab is no set. Name one of colab, " in capsys.readouterr().err


def test_the_workflow_runs_the_readmes_command_on_three_systems_and_every_week():
    workflow = yaml.safe_load(read(".github/workflows/test.yml"))
    on = workflow[True]  # YAML takes the word `on` for true
    assert {"push", "pull_request", "schedule"} <= set(on)
    job = workflow["jobs"]["test"]
    assert [system.partition("-")[0] for system in job["strategy"]["matrix"]["os"]] == ["ubuntu", "macos", "windows"]
    assert job["steps"][-1]["run"] == "python tools/course.py test"
    assert "tools\\course.py test" in read("README.md")


# --- The README ---

SAMPLE = """---
jupytext:
  text_representation:
    format_name: myst
---

# 2 · Prepare | text

Turn any text
into numbers.

Read 25 min · Run 15 s · Needs 1

+++

Afterwards you can:
"""


def sample_lesson(folder, text, name="02_prepare_text.md"):
    (folder / "lessons").mkdir(exist_ok=True)
    path = folder / "lessons" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_lessons_header_is_read_behind_its_front_matter(tmp_path):
    lesson = readme.read_header(sample_lesson(tmp_path, SAMPLE))
    assert lesson == (
        "02_prepare_text",
        2,
        "Prepare | text",
        "Turn any text into numbers.",
        "25 min",
        "15 s",
        (1,),
        None,
    )
    first = SAMPLE.replace("# 2", "# 1").replace("Needs 1", "Needs nothing").split("---\n\n")[1]
    assert readme.read_header(sample_lesson(tmp_path, first, "01_first.md")).needs == ()


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("# 2 · ", "# ", "must start with"),
        ("Turn any text\ninto numbers.\n\n", "", "one sentence of promise"),
        ("Read 25 min", "Read 25", "Read 20 min"),
        ("Needs 1", "Needs", "Needs nothing"),
        ("# 2", "# 3", "its heading says lesson 3"),
        ("Needs 1", "Needs 1, 2", "does not come before it"),
    ],
)
def test_a_header_that_cannot_be_read_is_named_with_its_mend(tmp_path, good, bad, told):
    with pytest.raises(readme.ReadmeError, match=told) as error:
        readme.read_header(sample_lesson(tmp_path, SAMPLE.replace(good, bad)))
    assert "02_prepare_text.md" in str(error.value)


def readme_of(folder, urls=""):
    sample_lesson(folder, SAMPLE)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "x"\n{urls}', encoding="utf-8")
    regions = [f"<!-- {name}: made by make notebooks -->\nold\n<!-- end -->\n" for name in readme.REGIONS]
    (folder / "README.md").write_text("# Title\n" + "kept\n".join(regions), encoding="utf-8")
    assert readme.write_readme(folder) is True
    assert readme.write_readme(folder) is False  # a second time changes nothing
    return (folder / "README.md").read_text(encoding="utf-8")


def test_without_a_public_address_the_readme_says_so_and_has_no_link_to_it(tmp_path):
    text = readme_of(tmp_path)
    assert text.count("The public address of this repository is not decided yet") == 3
    assert "://" not in text and "old\n" not in text and text.count("\nkept\n") == len(readme.REGIONS) - 1
    assert (
        "| [2 · Prepare \\| text](notebooks/02_prepare_text.ipynb) | Turn any text into numbers. | 25 min | 15 s |"
        in text
    )


def test_with_a_public_address_every_link_is_made_from_it(tmp_path):
    text = readme_of(tmp_path, '[project.urls]\nRepository = "https://github.com/someone/course/"\n')
    assert "not decided" not in text
    assert "git clone https://github.com/someone/course\ncd course\n" in text
    assert "https://github.com/someone/course/actions/workflows/test.yml/badge.svg" in text
    assert "https://mybinder.org/v2/gh/someone/course/HEAD?urlpath=lab/tree/notebooks/02_prepare_text.ipynb" in text
    assert "https://colab.research.google.com/github/someone/course/blob/main/notebooks/02_prepare_text.ipynb" in text
    assert "%pip install --no-deps git+https://github.com/someone/course\n" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!-- lesons: made by make notebooks -->\n<!-- end -->", "lesons"),
        ("<!-- lessons: made by make notebooks -->\n", "needs its"),
    ],
)
def test_a_readme_region_that_is_misspelt_or_open_is_named(text, told):
    with pytest.raises(readme.ReadmeError, match=told):
        readme.fill(text, [], "")


def test_the_readme_is_current():
    text = read("README.md")
    assert {name for _, name, _ in readme.REGION.findall(text)} == set(readme.REGIONS)
    assert readme.fill(text, readme.read_lessons(ROOT), readme.read_repository(ROOT)) == text, "make notebooks"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_linked_exists_and_every_picture_has_alt_text(name):
    for bang, alt, target in re.findall(r"(!?)\[([^]]*)\]\(([^)]+)\)", read(name)):
        assert "://" in target or (ROOT / target).exists(), target
        assert alt.strip() and (not bang or len(alt) > 20), target


def test_no_file_names_a_machine_or_a_package_registry():
    words = ["/ro" + "ot/", "/ho" + "me/", "py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "/wo" + "rk/"]
    skipped = re.compile(r"^(\.(?!github|ci|gitattributes|gitignore).*|__pycache__|.*\.egg-info|build|class)$")
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not skipped.match(name)]
        for path in (Path(folder, name) for name in files if not name.endswith((".png", ".pyc"))):
            text = path.read_text(encoding="utf-8", errors="replace")
            found = [word for word in words if word in text]
            assert not found, f"{path.relative_to(ROOT)}: {found}"


# --- What was measured ---


def test_the_ladder_tells_each_model_once_and_the_discount_that_was_chosen_by_validation():
    rows = expect.ladder_rows(ROOT)
    assert [name for name, *_ in rows][-4:] == ["SimpleRNN", "GRU", "LSTM", "Transformer"]
    trigrams = [run for run in expect.read_runs(ROOT, "plays_counted") if run["setting"]["order"] == 3]
    best = min(trigrams, key=lambda run: run["result"]["validation_loss"])["result"]
    assert rows[3] == ["trigram", f"{math.exp(best['test_loss']):.1f}", f"{best['top_1']:.3f}"]


def test_nudging_moves_every_weight_a_little_before_a_training(monkeypatch):
    from rnn_helpers import models, training

    monkeypatch.setattr(training, "compile_update", lambda model: "compiled")
    nudge.nudge_trainings(seed=1)
    model = models.build_model(vocabulary_size=5, num_steps=2)
    before = model.get_weights()
    assert training.compile_update(model) == "compiled"
    for old, new in zip(before, model.get_weights(), strict=True):
        assert (old == new).all() == (old == 0).all()
        assert abs(new - old).max() <= 2e-6 * abs(old).max()


def test_a_kernel_that_is_nudged_begins_with_the_nudge(tmp_path):
    program = "from rnn_helpers import training; print(training.compile_update.__name__)"
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", program]
    variables = nudge.nudged_variables(tmp_path, seed=1)
    said = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    assert said.split()[-1] == "compile_nudged"
