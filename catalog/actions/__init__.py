"""What is done in the workshop. Each act asks for the thing by its code, and only of what this person may shape."""

from catalog.actions.activate import set_active
from catalog.actions.begin import begin_draft
from catalog.actions.draft import discard_draft, draft_from_edition, keep_draft
from catalog.actions.publish import publish_draft

__all__ = ["begin_draft", "discard_draft", "draft_from_edition", "keep_draft", "publish_draft", "set_active"]
