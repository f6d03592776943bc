# Each target only calls start.py, which makes the virtual environment in .local/ first.
.PHONY: run test journeys services check bench faults serve screenshots messages requirements

run test journeys services check faults serve screenshots messages:
	python3 start.py $@ $(ARGS)

# make bench ONLY=reminders runs one group
bench:
	python3 start.py bench $(if $(ONLY),--only $(ONLY)) $(ARGS)

# Pins what requirements.in and requirements-dev.in ask for; run it after a change of these.
requirements:
	python3 start.py manage version
	for name in requirements requirements-dev; do \
	  .local/venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --no-header $$name.in -o $$name.txt > /dev/null || exit 1; \
	done
