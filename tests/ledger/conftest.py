from tests.databases import committed_database, committed_journal

__all__ = ["committed_database", "committed_journal"]
