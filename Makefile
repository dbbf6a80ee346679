# Gewu: `make run` and `make test` are all there is to know; both set everything up first.
PYTHON ?= python3
VENV := .venv/bin/python
PYTEST := $(VENV) -m pytest
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test quick bench lock map

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1 — /p' Makefile

setup: ## system libraries and the Python environment in .venv
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11 或更新的版本：sudo apt-get install -y python3。Python 3.11 or newer is needed: sudo apt-get install -y python3" >&2; exit 2; }
	@$(PYTHON) -m installers.environment

run: setup ## the demonstration street in the window; without a screen the same work off screen, into out/
	@mkdir -p out
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "这里没有屏幕，演示在后台窗口中完成，结果在 out/。There is no screen here: the demonstration runs off screen and leaves its results in out/."; \
	fi
	@$(VENV) -m app demo-run $(ARGS)

test: setup ## everything: tests, house rules, ruff, mypy, import contracts
	@$(PYTEST) $(ARGS)

quick: setup ## the fast tests: without windows and whatever is marked slow
	@$(PYTEST) -m "not slow and not window" $(ARGS)

bench: setup ## the measurements, each beside what it is compared with
	@$(VENV) -m app bench $(ARGS)

lock: setup ## pin the newest versions that pyproject.toml allows, with their hashes
	@$(VENV) -m pip install --quiet "uv==0.13.8"
	@$(VENV) -m uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes \
		--python-version 3.11 --all-extras --group dev --upgrade --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links \
		--output-file requirements.lock pyproject.toml

map: setup ## write the module map into README.md
	@$(VENV) -m tests.house.module_map --write
