//! Tests of the join, on small trees.
