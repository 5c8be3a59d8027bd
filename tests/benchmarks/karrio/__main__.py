"""`make bench-carriers`: our reading of carriers' answers, against karrio's on the same answers where it is set up."""

from tests.benchmarks.karrio.reading import measure
from tests.benchmarks.machine import machine, show

if __name__ == "__main__":
    show(machine(), measure())
