"""What a page's live regions say, as a screen reader would hear them."""

from __future__ import annotations

from playwright.sync_api import Page

LISTEN = """() => {
    window.heard = [];
    const regions = '[aria-live=polite], [aria-live=assertive], [role=alert], [role=status]';
    const last = new WeakMap();
    new MutationObserver(changes => {
        const spoke = new Set();
        for (const { target, addedNodes } of changes) {
            const one = target.nodeType === 1 ? target : target.parentElement;
            const region = one && one.closest(regions);
            if (region) spoke.add(region);
            for (const added of addedNodes) {
                if (added.nodeType !== 1) continue;
                if (added.matches(regions)) spoke.add(added);
                for (const inside of added.querySelectorAll(regions)) spoke.add(inside);
            }
        }
        for (const region of spoke) {
            if (!region.isConnected || region.closest('[hidden]')) continue;
            const text = region.textContent.replace(/\\s+/g, ' ').trim();
            if (text) window.heard.push(text);
        }
    }).observe(document.body, {
        subtree: true, childList: true, characterData: true, attributeFilter: ['hidden'],
    });
}"""


def listen(page: Page) -> None:
    """From now on `heard` of this page holds what its live regions say, in order."""
    page.evaluate(LISTEN)
