"""What the card says about permission: which signs bound, and whom they left out."""

from obelics_like.release_facts import ReleaseFacts
from webdoc.escaping import code_span


def permission_section(facts: ReleaseFacts) -> str:
    """Return the section, without a blank line at its end."""
    settings = facts.settings.permission
    signs = ", ".join(code_span(name) for name in settings.signals) or "none"
    lists = ", and lists of those who opted out" if settings.opt_out_lists else ""
    lines = [
        "## Permission",
        "",
        f"Signs that were heeded: {signs}{lists}. What could not be read meant no.",
    ]
    if not facts.refusals:
        return "\n".join([*lines, "", "None of them left anything out."])
    table = ["| what | sign | left out |", "| --- | --- | ---: |"]
    table += [f"| {what} | {code_span(sign)} | {count:,} |" for what, sign, count in facts.refusals]
    return "\n".join([*lines, "", *table])
