"""One segment: documents of a run as arrays in files, written once, merged, and read by memory map."""
