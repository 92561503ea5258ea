# kyma-operator: everything a developer or operator does, one target each. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# On Debian 12 clang 16 (its g++ 12 miscompiles coroutines), elsewhere a recent g++.
# Looked up when used: `deps` may have to install it first.
CXX = $(or $(KYMA_CXX),$(shell command -v clang++-16 || command -v g++-14 || command -v g++))
KUBECTL ?= $(shell command -v kubectl || echo build/tools/kubectl)
JOBS ?= $(shell nproc)
PROGRAMS := kyma-operator kyma-apiserver kyma-load
VERSION := $(shell sed -n 's/^project.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
IMG ?= kyma-operator:$(VERSION)
CONTAINER_TOOL ?= docker
INSTALLER ?= deploy/install.yaml
DEPLOY ?= config/default
export CCACHE_SLOPPINESS := pch_defines,time_macros
export CCACHE_BASEDIR := $(CURDIR)

# configure PRESET, build PRESET TARGETS: quiet unless something goes wrong.
configure = cmake --preset $(1) -DCMAKE_CXX_COMPILER=$(CXX) >build/configure-$(1).log || { cat build/configure-$(1).log; exit 1; }
build = cmake --build build/$(1) -j $(JOBS) --target $(2)
need_kubectl = command -v $(firstword $(KUBECTL)) >/dev/null || { echo "no $(firstword $(KUBECTL)); put kubectl into PATH, or run make tools" >&2; exit 1; }
# with_image DIRECTORY BASE: a kustomization there that is BASE with $(IMG); no tracked file is changed.
with_image = .make/overlay.sh $(1) '$(IMG)' '$(2)'
ctest = ctest --test-dir build/$(1) --output-on-failure -j $(JOBS)

##@ Everyday

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "; print "usage: make TARGET"} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Drive a sample Kyma to success: on the embedded API server, or on $KUBECONFIG's cluster when that is set
	@if [ -n "$${KUBECONFIG:-}" ]; then exec build/bin/kyma-operator --demo $(ARGS); \
	 else exec build/bin/kyma-operator --embedded --embedded-kubeconfig build/kubeconfig --demo $(ARGS); fi

.PHONY: test
test: build-all tools ## Run every test: unit, virtual-time, integration, end to end
	@$(call ctest,release)

.PHONY: bench
bench: build tools ## Run the benchmarks and whole runs of 1,000 and 4,000 Kymas, beside their targets and floors (15 minutes)
	@$(call build,release,benches)
	@bash test/bench/run.sh build/bin
	@bash test/bench/scenarios.sh 1000 4000

##@ Building

.PHONY: deps
deps: ## Install the Debian packages that are missing, for building, testing and linting
	@.make/deps.sh

.PHONY: build-deps
build-deps:
	@.make/deps.sh --quiet build

.PHONY: build
build: build-deps build/release/build.ninja ## Build the programs into build/bin (Release)
	@$(call build,release,$(PROGRAMS))

.PHONY: build-all
build-all: build-deps build/release/build.ninja
	@$(call build,release,all)

build/release/build.ninja: CMakeLists.txt CMakePresets.json test/CMakeLists.txt | build-deps
	@mkdir -p build
	@$(call configure,release)

.PHONY: tools
tools:
	@.make/deps.sh --quiet test
	@.make/tools.sh

##@ Quality

.PHONY: lint
lint: build-all ## Check formatting, layers, scripts and clang-tidy
	@.make/deps.sh --quiet lint
	@.make/lint.sh

.PHONY: fmt
fmt: ## Format the sources in place
	@.make/deps.sh --quiet lint
	@.make/lint.sh --fix

.PHONY: test-asan
test-asan: build-deps ## Run unit and integration tests under AddressSanitizer and UBSan
	@mkdir -p build && $(call configure,asan)
	@$(call build,asan,all)
	@ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 $(call ctest,asan) -LE 'e2e|conformance'

.PHONY: test-tsan
test-tsan: build-deps ## Run unit and integration tests under ThreadSanitizer
	@mkdir -p build && $(call configure,tsan)
	@$(call build,tsan,all)
	@$(call ctest,tsan) -LE 'e2e|conformance'

##@ Cluster ($KUBECONFIG or kubectl's default)

.PHONY: install
install: ## Install the CRDs
	@$(need_kubectl)
	@$(KUBECTL) apply -k config/crd

.PHONY: uninstall
uninstall: ## Remove the CRDs, and with them every Kyma and HelmComponent
	@$(need_kubectl)
	@$(KUBECTL) delete --ignore-not-found -k config/crd

.PHONY: deploy
deploy: ## Install the CRDs and run the daemon in the cluster: make deploy IMG=registry/kyma-operator:tag [DEPLOY=config/...]
	@$(need_kubectl)
	@$(call with_image,build/deploy,$(DEPLOY))
	@$(KUBECTL) apply -k build/deploy

.PHONY: undeploy
undeploy: ## Remove all that deploy made: the CRDs too, and with them every Kyma and HelmComponent [DEPLOY=config/...]
	@$(need_kubectl)
	@$(KUBECTL) delete --ignore-not-found -k $(DEPLOY)

.PHONY: build-installer
build-installer: ## Write deploy/install.yaml, all of deploy in one file, and the alerts' two forms, from config/
	@$(need_kubectl)
	@config/prometheus/generate.sh config/prometheus/prometheus_rule.yaml deploy/prometheus/rules.yaml
	@$(call with_image,build/installer,config/default)
	@{ echo "# Made from config/default by make build-installer; kubectl apply -f deploy/install.yaml"; \
	   $(KUBECTL) kustomize build/installer; } >build/install.yaml
	@mv build/install.yaml $(INSTALLER)

##@ Image

.PHONY: docker-build
docker-build: ## Build the image: make docker-build IMG=... CONTAINER_TOOL=docker|podman|buildah
	@$(CONTAINER_TOOL) build -t '$(IMG)' --build-arg VERSION=$(VERSION) \
	  --build-arg REVISION=$(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown) $(BUILD_ARGS) .

.PHONY: docker-push
docker-push: ## Push the image: make docker-push IMG=...
	@$(CONTAINER_TOOL) push '$(IMG)'
