"""Read by Alembic: the steps run on the connection that ``indicators.store.migrations`` hands over, in its transaction."""

from alembic import context

from indicators.store import schema

context.configure(connection=context.config.attributes["connection"], target_metadata=schema.metadata)
with context.begin_transaction():
    context.run_migrations()
