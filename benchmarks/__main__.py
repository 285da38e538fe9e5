"""`make bench`: each benchmark prints a ratio against a named peer measured in the same run."""

from __future__ import annotations

from benchmarks import identify, startup


def main() -> None:
    for benchmark in (startup, identify):
        print(f"# {benchmark.__doc__.splitlines()[0]}")
        benchmark.run()
        print()


if __name__ == "__main__":
    main()
