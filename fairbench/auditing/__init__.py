"""An audit of one's own model: how its decisions and scores treat groups and similar people.

The room is not called as its function, `fairbench.audit`: a package cannot hold both.
"""

from fairbench.auditing.audit import Audit, audit
from fairbench.auditing.errors import AuditError

__all__ = ["Audit", "AuditError", "audit"]
