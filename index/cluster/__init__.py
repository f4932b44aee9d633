"""The same index on machines of its own: a cluster of OpenSearch holds what the archive has, analysed by us.

The client library, an extra, is imported in this room only. Nothing here ever gives a part of an answer: what a node, a shard or the time
kept back is an error of index.cluster.errors, with a reason for whoever reads it, and without what the cluster was told to let us in.
"""
