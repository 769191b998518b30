# `make help` lists the commands. KUBECONFIG=file works on a cluster of your own instead of the embedded one.
SHELL := /bin/bash
.DEFAULT_GOAL := help
STACK ?= dev
ROLE ?= application
override kubeconfig := $(if $(filter command line,$(origin KUBECONFIG)),$(KUBECONFIG))
tsx := node --import tsx
local := $(tsx) local/cli.ts
own := $(if $(kubeconfig),--kubeconfig $(abspath $(kubeconfig)))

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up down status clean clean-cache refresh destroy connect verify switchover demo
up: ## the whole platform: engine, cluster, stack (STACK=dev, KUBECONFIG=own cluster)
	@./local/bootstrap.sh $(if $(own),,cluster)
	@$(local) up --stack $(STACK) $(own)
	@$(MAKE) --no-print-directory verify

verify: modules ## write a session as an ordinary client and read it back
	@$(tsx) scripts/verify.ts --stack $(STACK) $(own)

demo: modules ## what the session API does, step by step, with a made-up user
	@$(tsx) scripts/demo.ts --stack $(STACK) $(own)

refresh: modules ## compare the cluster with the stack and put back what was changed by hand
	@$(local) up --refresh --stack $(STACK) $(own)

connect: modules ## redis-cli as a role (ROLE=application POD=redis-0)
	@$(tsx) scripts/connect.ts --stack $(STACK) --role $(ROLE) --pod "$(POD)" $(own)

switchover: modules ## make another pod of Redis the master, without losing a write (STACK=staging)
	@$(tsx) scripts/switchover.ts --stack $(STACK) $(own)

status: modules ## what runs
	@$(local) status

destroy: modules ## remove the stack from the cluster
	@$(local) destroy --stack $(STACK) $(own)

down: modules ## stop the embedded cluster; its data stay
	@$(local) down

clean: modules ## stop it and remove everything this checkout made; the cache of built tools stays
	@$(local) clean

clean-cache: modules ## remove the cache of built tools and images
	@$(local) clean-cache

.PHONY: preview
preview: modules ## what an update would change, judged by the policy pack, as Markdown (STACKS="dev prod")
	@$(local) preview $(STACKS) $(own) >&2
	@$(tsx) scripts/preview.ts

.PHONY: fail cut heal
fail: modules ## pull a node's plug (NODE=2)
	@$(local) fail $(NODE)

cut: modules ## stop all traffic between two nodes (A=1 B=2)
	@$(local) cut $(A) $(B)

heal: modules ## join what was cut, switch on what is off
	@$(local) heal

.PHONY: dashboards
dashboards: modules ## Grafana, Prometheus and Alertmanager on ports of this computer (STACK=staging)
	@$(tsx) scripts/dashboards.ts --stack $(STACK) $(own)

.PHONY: bench-sessions bench-policy calm
calm: modules ## ordinary load, in which no alert may fire (STACK=staging FOR=300)
	@$(tsx) test/load/calm.ts --stack $(STACK) --seconds $(or $(FOR),300)

bench-policy: modules ## what the policy pack adds to a preview: a table and results/policy.json (PAIRS=6)
	@$(local) engine
	@$(tsx) test/load/policy.ts --pairs $(or $(PAIRS),6)

bench-sessions: modules ## how fast, small and quiet the session functions are: a table and results/sessions.json
	@$(tsx) test/load/sessions.ts

.PHONY: test test-unit mutation check format modules
modules:
	@./local/bootstrap.sh

test: ## everything: static checks, unit tests, plugins, the whole platform on a real cluster
	@./local/bootstrap.sh cluster
	@$(tsx) test/run.ts

.PHONY: test-rules
test-rules: modules ## alerts, dashboards and configuration by the programs that take them (promtool, amtool)
	@node_modules/.bin/jest --selectProjects rules

.PHONY: chaos bench-failover
chaos: modules ## break a stack in every way under load (STACK=staging CASES=kill,node RUNS=3 FOR=3600)
	@$(tsx) test/chaos/main.ts --stack $(if $(filter file,$(origin STACK)),staging,$(STACK)) --cases "$(CASES)" --runs "$(RUNS)" --seconds $(or $(FOR),3600)

bench-failover: modules ## time failovers and switchovers against bare Redis
	@$(MAKE) --no-print-directory chaos CASES=kill,switchover RUNS=$(or $(RUNS),20)

test-unit: modules ## unit tests alone
	@node_modules/.bin/jest --selectProjects unit

mutation: modules ## how many planted faults the tests of policies and configuration find; half an hour (MUTATE=policy/rules/rbac)
	@$(tsx) test/mutation/record.ts results/mutation/programs
	@RECORDED_PROGRAMS=$(CURDIR)/results/mutation/programs node_modules/.bin/stryker run $(if $(MUTATE),--mutate "$(MUTATE)/**/*.ts")

check: modules ## the gates every change passes (GATES=format,types; STRICT=1: what cannot be checked here fails)
	@$(tsx) scripts/check.ts --gates "$(GATES)" $(if $(STRICT),--strict)

format: modules ## format everything
	@node_modules/.bin/prettier --write . >/dev/null
