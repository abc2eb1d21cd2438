"""The options of tables for spreadsheets, the same wherever a command writes one."""

import click

bom_option = click.option(
    "--bom",
    is_flag=True,
    help="With --format csv: begin with a byte order mark, by which Excel knows UTF-8.",
)
semicolons_option = click.option(
    "--semicolons",
    is_flag=True,
    help="With --format csv: semicolons between cells, for Excel where the comma is the decimal"
    " sign.",
)
