# Every target does its own set-up; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# The project's Node 24 and tools come from npm, whatever Node the machine has (>= 20).
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

INSTALLED := node_modules/.package-lock.json
TESTS ?= kit/**/*.test.ts services/**/*.test.ts operator/**/*.test.ts loadgen/**/*.test.ts lab/**/*.test.ts e2e/!(cluster)/**/*.test.ts charts/**/*.test.ts
OUT ?= out

.PHONY: help demo test bench bench-quick lint typecheck generate servers chart-test e2e cluster-up cluster-check cluster-down

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): package.json package-lock.json
	@echo "installing npm packages"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

servers: ## install RabbitMQ, Postgres and Redis if they are missing
	@./lab/install-servers.sh

demo: $(INSTALLED) servers ## run the ski-lift experiment: table on the terminal, report in out/demo/
	@chairlift run loadgen/experiments/demo.yaml --out $(OUT)/demo
	@echo "consumers that grow and shrink with their queue, from none; one ride a statement makes them slow enough to see"
	@PUBLISH_GROUP_EVENTS=1 BATCH_EVENTS=1 chairlift run loadgen/experiments/scaling.yaml --scale rides-writer=0..3 --out $(OUT)/demo/scaling

lint: $(INSTALLED) ## lint and format check
	@npm run --silent lint

typecheck: $(INSTALLED) ## type check
	@npm run --silent typecheck

generate: $(INSTALLED) ## make generated files again (OpenAPI, schemas, tables in READMEs)
	@npm run --silent generate

test: lint typecheck ## all tests, with real servers
	@./lab/install-servers.sh curl
	@./kit/testing/install-s3-server.sh > /dev/null
	@node lab/with-backing.ts -- node --test --test-concurrency=2 $(foreach pattern,$(TESTS),'$(pattern)')

chart-test: $(INSTALLED) ## lint, schema and policy tests of the Helm chart; needs Go and Python 3 with pip for its tools
	@node --test 'charts/**/*.test.ts'

bench: $(INSTALLED) ## all benchmarks: tables on the terminal, JSON in out/bench/ (about 16 min, alone on the machine)
	@./lab/install-servers.sh wrk
	@node lab/bench/run-benchmarks.ts --out $(OUT)/bench

bench-quick: $(INSTALLED) ## the same, shorter and rougher (about 5 min)
	@./lab/install-servers.sh wrk
	@node lab/bench/run-benchmarks.ts --out $(OUT)/bench --quick

cluster-up: ## a real Kubernetes on this Debian machine, as root (NODES=1..3, default 2); first build about 20 min
	@./infra/testbed/up.sh
	@./infra/testbed/product-image.sh

e2e: $(INSTALLED) ## end-to-end tests on the testbed, or on the cluster of KUBECONFIG's context E2E_CONTEXT
	@./e2e/cluster/run-tests.sh

cluster-check: ## try the running testbed: DNS, Services, volumes, metrics, Pod Security
	@./infra/testbed/check.sh

cluster-down: ## take it down: no process, mount or namespace stays
	@./infra/testbed/down.sh
