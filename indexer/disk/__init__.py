"""Directories, manifests, locks: what makes a change all or nothing."""
