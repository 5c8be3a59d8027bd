"""The groups of a shop's desk. Tables as in models.py."""

from tortoise import fields
from tortoise.models import Model


class DeskGroup(Model):
    """A forum group that belongs to a shop's desk; the shop's row names the one where all its agents are spoken to.

    `full_ms`: since when it has more to say than it may, as its agents were told.
    """

    chat_id = fields.BigIntField(primary_key=True, generated=False)
    merchant_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=128, default="", db_default="")
    trouble = fields.CharField(max_length=64, null=True)
    bound_ms = fields.BigIntField()
    full_ms = fields.BigIntField(null=True)

    class Meta:
        table = "desk_group"
