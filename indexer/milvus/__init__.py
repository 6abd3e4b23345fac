"""The engine beyond one machine: an index on a Milvus server."""
