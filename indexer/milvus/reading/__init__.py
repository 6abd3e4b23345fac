"""Reading a generation on a Milvus server."""
