"""The documentation as a static site: `make docs` builds it, and every warning is a fault."""

project = "Pagewire"
author = "The Pagewire authors"
copyright = "The Pagewire authors, Apache-2.0"  # noqa: A001 - Sphinx' own word

extensions = ["myst_parser", "sphinx_copybutton", "sphinx_llms_txt"]
nitpicky = True
myst_heading_anchors = 4
# A prompt of a shell, or what a command printed, is nothing to paste.
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = False

llms_txt_summary = (
    "Pagewire is the integration gateway for Meta's Messenger Platform: webhooks of Messenger and Instagram become durable "
    "before Meta gets its answer, reach plugins in order, and replies leave once and within Meta's rules. An operator keeps "
    "Pages, tokens and subscriptions at Meta as Kubernetes resources say."
)

html_theme = "furo"
html_title = "Pagewire"
html_static_path = ["_static"]
html_css_files = ["pagewire.css"]
html_copy_source = True
html_sourcelink_suffix = ""
html_show_sphinx = False
_WORDS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_CODE = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
html_theme_options = {
    "light_css_variables": {
        "font-stack": _WORDS,
        "font-stack--monospace": _CODE,
        "color-brand-primary": "#0b5a76",
        "color-brand-content": "#0b5a76",
    },
    "dark_css_variables": {"color-brand-primary": "#7cc7e0", "color-brand-content": "#7cc7e0"},
}
