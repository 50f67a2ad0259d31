"""Linting texts that change all the time, as in an editor: what the last look has read serves the next one."""
