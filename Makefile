# SPDX-License-Identifier: MIT
# A short front to CMake and scripts/. Every goal works in a clean clone: it installs and fetches
# what it needs first. `make help` lists the goals.
PREFIX ?= /usr/local
DESTDIR ?=
build := build/release

.PHONY: all build configure product setup package playground demo test bench install deb clean format help
.DEFAULT_GOAL := all

all: product

setup:
	@scripts/setup.sh >/dev/null

configure: setup
	@mkdir -p build
	@cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }

product: configure
	@cmake --build $(build) --target product

build: configure
	@cmake --build $(build)

package:
	@scripts/build-package

playground:
	@mkdir -p build
	@scripts/build-package >build/package.log 2>&1 || { cat build/package.log; exit 1; }
	@scripts/setup-node packages/playground
	@node packages/playground/build.mjs
	@node packages/playground/serve.mjs

demo: product
	@scripts/demo.sh $(build)/qjspool
	@if scripts/setup-node; then scripts/build-package >build/package.log && node scripts/demo-node.mjs; \
	else echo 'The second half of the demo, the npm package, is left out.'; fi

test:
	@scripts/test.sh

bench:
	@scripts/setup.sh --dev >/dev/null
	@$(MAKE) --no-print-directory build
	@rm -f build/bench-node.md build/bench-browser.md
	@if scripts/setup-node; then scripts/build-package >build/package.log && \
	node bench/node/run.mjs && node bench/browser/run.mjs; \
	else echo 'The npm package is left out.'; fi
	@scripts/bench.sh

install: product
	@cmake --build $(build) --target manual >/dev/null
	@cmake -DCMAKE_INSTALL_PREFIX=$(abspath $(PREFIX)) $(build) >/dev/null
	@DESTDIR=$(DESTDIR) cmake --install $(build)

deb: product
	@cmake --build $(build) --target manual >/dev/null
	@cpack --config $(build)/CPackConfig.cmake -B build/deb >build/deb.log 2>&1 || { cat build/deb.log; exit 1; }
	@ls build/deb/*.deb

format:
	@scripts/setup.sh --dev >/dev/null
	@scripts/check-format --fix

clean:
	rm -rf build

help:
	@echo 'make           builds the library and the command into $(build)'
	@echo 'make package   builds the npm package into packages/qjspool/dist (Node 20 or later)'
	@echo 'make playground  builds a page that shows the package at work, and serves it on this machine'
	@echo 'make demo      a real job on all cores; hostile records included'
	@echo 'make test      every check; ends with "N passed, N failed"'
	@echo '               (scripts/test.sh STAGE... runs some of them, --list names them)'
	@echo 'make bench     measures, and writes docs/benchmarks.md'
	@echo 'make install   PREFIX=$(PREFIX) DESTDIR='
	@echo 'make deb       a Debian package, into build/deb'
	@echo 'make format    formats our C files'
	@echo 'make clean     removes build/; the fetched engine stays in its cache'
