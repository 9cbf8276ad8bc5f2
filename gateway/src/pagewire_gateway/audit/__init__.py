"""The audit log: who changed or saw what.

A handler of the admin port needs to do little: a route whose line in `access/rules.py` names an action is written down before the
handler runs, and again when it has answered. What it was about comes from the path; `acting.note` says more::

    note(request, on=f"event {event_id}", detail="3 events, plugin crm-sync")

`acting.record` writes down something that no route stands for. Neither may be given a text, a token or a raw scoped id.
"""
