"""The archive's changes -> an index of an OpenSearch cluster, and what stands there -> whoever asks.

The archive is the truth, the analysis ours: the server splits what it is sent at white space and at "|", no more. What `_meta` of the mapping says
is the commit (index.cluster.commit). The client library is imported in this room only.
"""
