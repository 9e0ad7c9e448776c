# Each command makes or mends the environment it needs, then does its work: see tools/course.py.
PYTHON ?= python3

lab test notebooks lint bench browser lock:
	@$(PYTHON) tools/course.py $@

.PHONY: lab test notebooks lint bench browser lock
