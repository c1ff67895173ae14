from tests.databases import committed_journal

__all__ = ["committed_journal"]
