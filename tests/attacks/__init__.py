"""What somebody tries who wants to know of one person, and has only what leaves. Each attack is run
against the build as it is, and against one whose defence is switched off: there it succeeds."""
