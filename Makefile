# README explains the targets. Everything a fresh machine lacks beyond the .NET SDK is restored by them.
CONFIGURATION ?= Release
HOST = bin/accountguard
DEMO_LOG = data/demo/mail.log

.PHONY: build run test e2e bench format lint clean

build: $(HOST)

.PHONY: $(HOST)
$(HOST):
	dotnet publish src/Guard.Host -c $(CONFIGURATION) -o bin/publish --nologo -v quiet $(if $(PETABRIDGE),-p:PETABRIDGE=$(PETABRIDGE))
	ln -sf publish/accountguard bin/accountguard

run: build
	mkdir -p data/demo
	test -f $(DEMO_LOG) || gzip -dc hocon/demo/mail.log.gz > $(DEMO_LOG)
	-$(HOST) fetch-geo-data --config hocon/demo.conf
	$(HOST) run --config hocon/demo.conf

test:
	dotnet build AccountGuard.sln -c $(CONFIGURATION) --nologo -v quiet
	tests/run-tests $(CONFIGURATION) tests/Guard.Actors.Tests tests/Guard.Host.Tests tests/Guard.Cluster.Tests

# What they try is the program that the packages hold.
PACKAGED = $(CURDIR)/bin/packaging/$(shell dpkg --print-architecture 2>/dev/null || echo amd64)/accountguard

e2e: test-packages packages
	ACCOUNTGUARD_PROGRAM=$(PACKAGED) tests/run-tests $(CONFIGURATION) tests/Guard.EndToEnd.Tests

.PHONY: test-packages packages

# What the end-to-end tests drive. Without root, or without apt, the tests say what is missing.
test-packages:
	tests/install-packages
	tests/make-root bookworm trixie sendmail exim postgres slim

# A picture of every page of the console, in both languages, light and dark, wide and on a phone, in artifacts/screenshots.
.PHONY: screenshots
screenshots: build
	dotnet build tests/Guard.EndToEnd.Tests -c $(CONFIGURATION) --nologo -v quiet
	ACCOUNTGUARD_SCREENSHOTS=all dotnet run --no-build --project tests/Guard.EndToEnd.Tests -c $(CONFIGURATION) -- -noLogo -class "*ScreenshotTests"

# Debian package, RPM, tarball and the context of a container image, in bin/packages: make packages [ARCHITECTURES="amd64 arm64"].
packages:
	packaging/build $(ARCHITECTURES)

# How many changes of the pure core's code its own tests notice: for a night, not for CI. The score and what survived are in artifacts/mutation.
.PHONY: mutation
mutation:
	test -x artifacts/stryker/dotnet-stryker || dotnet tool install dotnet-stryker --version 5.1.0 --tool-path artifacts/stryker
	cd tests/Guard.Actors.Tests && MutationTesting=true ../../artifacts/stryker/dotnet-stryker -f stryker-config.json -O ../../artifacts/mutation $(MUTATION_ARGS)

# Each bench prints what it measured; at the end stands one table of all that has peers, for bench/RESULTS.md.
bench: export ACCOUNTGUARD_BENCH_TABLE = $(CURDIR)/artifacts/bench/peers.md
bench: build
	mkdir -p artifacts/bench && rm -f $(ACCOUNTGUARD_BENCH_TABLE)
	dotnet build -c Release bench/DemoLog --nologo -v quiet
	dotnet run -c Release --project bench/Intake -- $(BENCH_ARGS)
	dotnet run -c Release --project bench/Inline
	dotnet run -c Release --project bench/Inline -- hostile
	@echo && echo "Commit $$(git rev-parse --short HEAD 2>/dev/null), $$(date -u +%F), $$(nproc) cores:" && echo && cat $(ACCOUNTGUARD_BENCH_TABLE)

# csharpier breaks long lines (160), dotnet format has the last word: CI asks it.
format:
	dotnet tool restore
	dotnet csharpier format . --log-level Warning
	dotnet format AccountGuard.sln

# Fails on what `make format` would change; analyzers and style run with each build as well.
lint:
	packaging/release check
	dotnet restore AccountGuard.sln -v quiet
	dotnet format AccountGuard.sln --verify-no-changes --no-restore

clean:
	rm -rf bin data
	dotnet clean AccountGuard.sln -v quiet --nologo
