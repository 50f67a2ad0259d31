"""What a change does to the models of a project: `versions` reads two versions from git, `models` says what the models
of one version are, `compare` puts both side by side, `shown` writes that. Nothing is checked out in the project, and
nothing is run.
"""
