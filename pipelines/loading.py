"""Importing this looks for garbage less often from now on. The server of the hands does so first,
since what it loads stays."""

from weir.pipelines.memory import collect_seldom

collect_seldom()
