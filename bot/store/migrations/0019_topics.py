"""What a topic is called and shows, and topics that were left behind."""

# ruff: noqa: RUF012, E501  (as Tortoise writes them)

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("store", "0018_desk_groups")]

    initial = False

    operations = [
        ops.AddField(model_name="Customer", name="topic_label", field=fields.CharField(null=True, max_length=128)),
        ops.AddField(model_name="Customer", name="topic_digest", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="Customer", name="topic_closed", field=fields.SmallIntField(default=0, db_default=0)),
        ops.CreateModel(
            name="OldTopic",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("customer_id", fields.BigIntField(db_index=True)),
                ("chat_id", fields.BigIntField()),
                ("topic_id", fields.BigIntField()),
                ("generation", fields.IntField()),
                ("card_message_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "old_topic",
                "app": "store",
                "unique_together": (("chat_id", "topic_id"),),
                "pk_attr": "id",
                "table_description": "A topic that was a customer's: Telegram finds it no more, though people may see it still and write there.",
            },
            bases=["Model"],
        ),
    ]
