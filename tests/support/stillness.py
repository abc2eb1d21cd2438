"""Whether anything on the label page moves: what the browser says, and where each control is."""

# What the browser itself counts as moved, as a share of the window; what follows a key counts too.
WATCH = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(
        (entry) => [entry.value, entry.sources.map(({ node }) => node?.id || node?.className)],
    ))).observe({ type: "layout-shift" });
}"""
MOST = 0.005
# Where everything is that can be pressed, by what tells it from the others. What stands below the
# rules comes and goes with the claims.
PLACES = """() => {
    const controls = "#answer :is(button, a, input, select, .button, .choice, h2, h3),"
        + " .bar :is(a, button, svg, p)";
    const places = {};
    for (const control of document.querySelectorAll(controls)) {
        const name = control.id || control.getAttribute("name") + control.value
            + control.className + (control.textContent ?? "").replace(/[^A-Za-z]/g, "").slice(0, 4);
        const { x, y } = control.getBoundingClientRect();
        if (control.checkVisibility() && !control.closest("#said, #rules, #others, .notice"))
            places[name] ??= [Math.round(x), Math.round(y)];
    }
    return places;
}"""
