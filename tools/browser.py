"""Run the lessons in a real JupyterLab, in a headless Chromium, and take their pictures: `make browser`.

    python tools/browser.py [--folder FOLDER] [NAME ...]

Every notebook below FOLDER (notebooks/ if not given), or those whose path contains a NAME, is opened in a copy and run
from top to bottom. What a learner would stumble over makes it fail: see `find_problems` and `SEEN`. The pictures in
screenshots/ are for a person to look at. Linux and macOS.
"""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
SCREENSHOTS = ROOT / "screenshots"
WINDOW = {"width": 1280, "height": 1600}  # pixels; a lesson is several screenshots tall
LIMIT = 300  # seconds for one notebook
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0  # as in many containers; both programs then want a word

# No question about news, no search for updates, and every cell drawn, also those outside the window.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}

# Run all cells, once the kernel has been idle for a second: of cells that are run earlier, some are dropped. What the
# file brought is cleared, so that it does not pass for this run's. The command ends at the first error, an announced
# one too, while the kernel goes on: so a last question to the kernel waits behind all the cells.
RUN_ALL = """async limit => {
    const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
    const run = async () => {
        const session = jupyterapp.shell.currentWidget.sessionContext;
        await session.ready;
        const kernel = session.session.kernel;
        await kernel.info;
        do await pause(1000); while (kernel.status != "idle");
        await jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
        await jupyterapp.commands.execute("notebook:run-all-cells");
        await kernel.requestKernelInfo();
        return true;
    };
    return Promise.race([run(), pause(limit).then(() => false)]);
}"""

CELLS = "() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.sharedModel.toJSON())"

# What the page shows that its cells do not know: pictures, formulas and widgets that could not be drawn.
SEEN = """() => {
    const notebook = jupyterapp.shell.currentWidget.node;
    const pictures = [...notebook.querySelectorAll("img")].filter(picture => !picture.naturalWidth);
    const formulas = [...notebook.querySelectorAll("mjx-merror, mjx-mtext[style*='red']")];
    const outputs = [...notebook.querySelectorAll(".jp-OutputArea-output")].map(output => output.innerText);
    return [
        ...pictures.map(picture => "a picture is not shown: " + picture.src.slice(0, 100)),
        ...formulas.map(formula => "a formula is not understood: " + formula.textContent),
        ...outputs.filter(text => /^(Error displaying|Loading) widget/.test(text)),
    ];
}"""

CLOSE = "() => jupyterapp.shell.currentWidget.sessionContext.shutdown()"


def stop(message):
    """End with one line on what is wrong and what to do."""
    sys.exit("browser: " + message)


def find_chromium():
    """The path of a Chromium or Chrome: $CHROMIUM, or one that is installed under a usual name."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    found = [path for path in map(shutil.which, filter(None, names)) if path]
    if not found:
        stop("no Chromium here. Install it (Debian, Ubuntu: sudo apt install chromium), or set CHROMIUM to its path.")
    return found[0]


def find_problems(cells):
    """What went wrong in a notebook that was run.

    Args:
        cells: the list of its cells, each a dict as in the notebook's file.

    Returns:
        A list of str, a line for each problem.

    Example:
        >>> cell = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": None, "outputs": []}
        >>> find_problems([cell])
        ['cell 1 did not run: 1']
    """
    problems = []
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] != "code" or not cell["source"].strip():
            continue
        first_line = cell["source"].strip().splitlines()[0]
        if cell["execution_count"] is None:
            problems.append(f"cell {number} did not run: {first_line}")
        if "raises-exception" not in cell["metadata"].get("tags", []):
            errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
            problems += [f"cell {number} raised {error['ename']}: {error['evalue']}" for error in errors]
    return problems


@contextlib.contextmanager
def jupyterlab(folder, scratch):
    """A JupyterLab on `folder` that keeps its own files in `scratch`; gives its address and token."""
    for name, values in SETTINGS.items():
        path = scratch / "settings" / (name + ".jupyterlab-settings")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    places = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython"}
    places |= {f"JUPYTER_{kind.upper()}_DIR": kind for kind in ("config", "data", "runtime")}
    environment = os.environ | {name: str(scratch / place) for name, place in places.items()} | {"JUPYTER_TOKEN": token}
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    options += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"] + ["--allow-root"] * IS_ROOT
    command = [sys.executable, "-m", "jupyterlab", *options]
    log = scratch / "server.log"
    with log.open("w") as output:  # a group of its own, so that nothing it started outlives it
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        while not is_open(port):
            if server.poll() is not None:
                stop("JupyterLab did not start:\n" + log.read_text()[-2000:])
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", token
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def is_open(port):
    """Whether a server answers on this machine's port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def run_notebook(context, address, token, name):
    """Run one notebook in a fresh page, and take its pictures.

    Returns:
        The problems, a list of str; and how many cells there are.
    """
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(f"the page had an error: {error}"))
    page.on("request", lambda request: problems.extend(foreign(request.url)))
    page.goto(f"{address}/doc/tree/{quote(name)}?token={token}&reset")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
    if not page.evaluate(RUN_ALL, 1000 * LIMIT):
        problems.append(f"not done after {LIMIT} s")
    page.wait_for_timeout(1500)  # the last picture, formula or widget is drawn a moment after its cell is done
    cells = page.evaluate(CELLS)
    problems += find_problems(cells) + page.evaluate(SEEN)
    take_screenshots(page, name)
    page.evaluate(CLOSE)
    page.close()
    return problems, len(cells)


def foreign(url):
    """A list with one problem if the address is another machine's, empty if not."""
    return [] if urlsplit(url).hostname in (None, "127.0.0.1") else [f"the page asked another host: {url}"]


def take_screenshots(page, name):
    """Scroll from top to bottom, and keep a picture of each part."""
    stem = name.removesuffix(".ipynb").replace("/", "-")
    for old in SCREENSHOTS.glob(f"{stem}-[0-9]*.png"):
        old.unlink()
    scroller = page.locator(".jp-WindowedPanel-outer").first
    end = page.locator(".jp-Notebook .jp-Cell").last.bounding_box()
    view = scroller.bounding_box()
    height = scroller.evaluate("element => element.scrollTop") + end["y"] + end["height"] - view["y"]
    step = int(view["height"]) - 60  # what one picture cuts, the next one shows in full
    for part, top in enumerate(range(0, int(height), step), start=1):
        scroller.evaluate("(element, top) => element.scrollTo(0, top)", top)
        page.wait_for_timeout(300)
        scroller.screenshot(path=SCREENSHOTS / f"{stem}-{part:02}.png")


def main(arguments):
    """Run the notebooks, print a line for each; the exit status is 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of a notebook's path; all if none is given")
    parser.add_argument("--folder", type=Path, default=ROOT / "notebooks")
    options = parser.parse_args(arguments)
    paths = sorted(options.folder.rglob("*.ipynb"))
    names = [path.relative_to(options.folder).as_posix() for path in paths if ".ipynb_checkpoints" not in path.parts]
    names = [name for name in names if not options.names or any(wanted in name for wanted in options.names)]
    if not names:
        stop("there is no such notebook. Build the lessons first: make notebooks")
    chromium = find_chromium()
    from playwright.sync_api import sync_playwright  # here, so that the tests need no browser

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that JupyterLab is stopped in that case, too
    SCREENSHOTS.mkdir(exist_ok=True)
    failures = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, sync_playwright() as playwright:
        copy = shutil.copytree(options.folder, Path(scratch) / "notebooks")
        with jupyterlab(copy, Path(scratch)) as (address, token):
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] * IS_ROOT)
            context = browser.new_context(viewport=WINDOW)
            for name in names:
                start = time.monotonic()
                problems, num_cells = run_notebook(context, address, token, name)
                verdict = "FAILED" if problems else "ok"
                print(f"{verdict:<6} {name}: {num_cells} cells, {time.monotonic() - start:.0f} s", flush=True)
                print(*(f"       {problem}\n" for problem in problems), sep="", end="", flush=True)
                failures += bool(problems)
            browser.close()
    print(f"{len(names) - failures} of {len(names)} notebooks are ok; look at the pictures in {SCREENSHOTS.name}/")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
