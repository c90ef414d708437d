"""What every page is held to, at which widths of the window."""

WIDTHS = (360, 1280)
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter(e => e.offsetParent && !e.closest('p, dd, .prose, .skip-link, .next-steps'))
    .filter(e => e.checkVisibility() && e.type !== 'hidden')
    .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
    .filter(([_, r]) => r.height < 24 || r.width < 24).map(([html, r]) => `${html} ${r.width}x${r.height}`)"""
"""A script: what is to be pressed and smaller than 24 by 24 CSS pixels (WCAG 2.2, 2.5.8), links inside of sentences exempt."""
