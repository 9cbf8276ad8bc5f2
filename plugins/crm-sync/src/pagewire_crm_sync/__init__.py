"""Keeps a contact for every person who writes, in a CRM that takes CloudEvents over HTTP.

An event goes through these rooms: `facts` (what it tells about the person), `people` (is a request needed, one writer a
person), `batcher` (who waits at the same time goes together), `sink` (signed POST), `answer` (what the sink's answer means).
"""

from pagewire_crm_sync.config import Batch, Config, Include
from pagewire_crm_sync.plugin import CrmSync

__all__ = ["Batch", "Config", "CrmSync", "Include"]
