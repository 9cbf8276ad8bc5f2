"""``pagewire crds``: the custom resource definitions, as this version knows them."""

import click

from pagewire.resources import KINDS, crd


@click.command()
@click.argument("kinds", nargs=-1, metavar="[KIND]...", type=click.Choice(sorted(KINDS)))
def crds(*, kinds: tuple[str, ...]) -> None:
    """Print the custom resource definitions, for `kubectl apply --server-side -f -`.

    All five without a KIND.
    """
    for kind in kinds or KINDS:
        click.echo(f"---\n{crd.text(kind).rstrip()}")
