"""Run by Alembic, on the connection that `database.migrating` has opened."""

from alembic import context

from database.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
