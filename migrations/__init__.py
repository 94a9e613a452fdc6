"""The shipped Alembic revisions, packaged as flask_community.migrations."""
