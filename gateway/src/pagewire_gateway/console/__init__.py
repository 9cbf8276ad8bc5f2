"""The console: pages for people, under ``/console`` on the admin port.

Litestar handlers gather what a page shows, Jinja templates draw it, htmx replaces parts of it. There is no build step, and
every page can be read without script.

To add a page:

1. Write a handler in `console/pages/`, beside the others, and name it in that module's ``HANDLERS``; `console/routes.py` lists
   the modules. It gets the gateway as every handler of the API does, and answers with `render.page`::

       @get("/console/things", include_in_schema=False)
       async def things(gateway: GatewayHere, request: AnyRequest) -> Page:
           return page(request, "things.html", "Things", things=await gateway.things())

   A part that htmx asks for is answered with `render.part`, which draws the template alone. What goes wrong is raised as an
   `AdminError`: on paths of the console it becomes a page.
2. Write `console/templates/things.html`: ``{% extends "base.html" %}``, ``{% import "ui.html" as ui with context %}``,
   ``{% block content %}``. Tables, states, times, forms and empty lists are macros in `ui.html`, charts in `charts.html`. Jinja
   escapes everything; never use ``| safe``. The policy forbids inline script and style: classes and `console.css` instead.
3. Give each route a line in `access/rules.py`: the least role, and what the audit log calls it if it changes or reveals
   something.
4. Add it to `console/menu.py` with a letter of its own.

A form that changes something is a POST with ``{{ ui.csrf() }}`` in it (or `ui.act`, a form of one button); the token is checked
before the handler runs. Afterwards answer with `render.go(path, "What was done.")`, which leads to a page that says so. The
handler reads fields with ``await fields(request)``. Who asks is ``request.user``, an `access.callers.Caller`; in templates
``me``, so a button that is not for everybody stands in ``{% if may("operator") %}``.
"""
