# Every command of the repository. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
# Arguments are passed on: make test SESSIONS="reviews e2e", make run PORT=9000
SESSIONS ?=
BENCH ?=
export PORT VAR_DIR
# Set in many containers. Without its compiled form Django is compiled anew by each process that
# starts, and a start of the shop takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run example install tools test check format lock upgrade bench messages screenshots clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install ## start the whole shop; PORT=9000 moves it from http://localhost:8000/
	@exec $(BIN)/python -m dev.run

example: install ## beside the running shop: a fragment in JavaScript (needs Node.js)
	@exec $(BIN)/python -m dev.example

install: ## make .venv with what the shop needs
	@$(PYTHON) dev/bootstrap.py run

tools: ## the same, with the tools for tests and checks
	@$(PYTHON) dev/bootstrap.py dev

test: tools ## run all tests; SESSIONS="reviews e2e" runs some
	@$(BIN)/python -m dev.test $(SESSIONS)

check: tools ## run the static checks
	@$(BIN)/python -m dev.check

format: tools ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

messages: tools ## find what is to be translated, and compile what is
	@$(BIN)/python -m dev.messages

lock: tools ## write the exact versions after a change of a requirements.txt
	@$(BIN)/python -m dev.lock

upgrade: tools ## take the newest versions that the ranges allow
	@$(BIN)/python -m dev.lock --upgrade

bench: tools ## measure the composer; BENCH="--peers" beside nginx SSI, Varnish ESI, Podium, Tailor
	@$(BIN)/python -m bench $(BENCH)

screenshots: tools ## photograph the pages into docs/images
	@$(BIN)/python -m dev.screenshots

clean: ## delete everything that commands made; the demo's data, too
	rm -rf .venv .nox var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
