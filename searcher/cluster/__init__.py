"""The engine for archives that one machine does not hold: the same answers from an OpenSearch cluster (docs/cluster.md)."""
