# Each command makes or mends the environment it needs, then does its work: see tools/course.py.
PYTHON ?= python3

COMMANDS = lab test notebooks lint bench experiments nudge versions browser site lock \
classroom grade feedback grades slides questions hub rehearsal

$(COMMANDS):
	@command -v "$(PYTHON)" >/dev/null || { \
	echo "course: no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13, then name it: make $@ PYTHON=python3.13" >&2; exit 1; }
	@"$(PYTHON)" tools/course.py $@

.PHONY: $(COMMANDS)
