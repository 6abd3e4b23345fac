"""An index for assistants, by the Model Context Protocol."""
