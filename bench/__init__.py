"""Benchmarks: `./dev bench [name]`. Each module has `measure()`, which yields its figures."""
