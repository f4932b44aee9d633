"""The archive's changes -> an index of an OpenSearch cluster, and what stands there -> whoever asks.

The archive is the truth, the analysis ours: the server splits what it is sent at white space and at "|", no more. What `_meta` of the mapping says
is the commit (index.cluster.commit). The client library, an extra, is imported in this room only. Nothing here ever gives a part of an answer: what
a node, a shard or the time kept back is an error of index.cluster.errors, with a reason for whoever reads it, and without what let us in.
"""
