"""`reportgen completion`: the shell's own way to complete commands and options."""

from __future__ import annotations

import click

from reportgen.cli.options import examples


@click.command(
    epilog=examples(
        'eval "$(reportgen completion bash)"   # in ~/.bashrc',
        "reportgen completion fish > ~/.config/fish/completions/reportgen.fish",
    )
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(ctx: click.Context, /, shell: str) -> None:
    """Print the completion script for a shell."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    root = ctx.find_root()
    if kind is None:
        raise click.ClickException(f"no completion for {shell}")
    click.echo(kind(root.command, {}, "reportgen", "_REPORTGEN_COMPLETE").source())
