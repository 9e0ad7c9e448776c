"""The checks behind the exercises: one module per lesson, one function per exercise."""
