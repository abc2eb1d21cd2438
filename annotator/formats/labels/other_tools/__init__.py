"""Labels of other tools: one module per format, all of them to the same plain documents."""
