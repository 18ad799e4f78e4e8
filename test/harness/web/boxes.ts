import type { Page } from 'playwright-core';

/**
 * Which elements have no box wholly within the window, each by the beginning of its text. Boxes are rounded to whole
 * pixels, since layout has fractions of them.
 */
export const outOfView = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})]
    .filter((element) => {
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      const isIn = Math.round(left) >= 0 && Math.round(top) >= 0
        && Math.round(right) <= innerWidth && Math.round(bottom) <= innerHeight;
      return !isIn || width === 0 || height === 0;
    })
    .map((element) => element.textContent.slice(0, 40))`);

/**
 * Which texts within some elements cannot be read wholly, however far one scrolls down: what is hidden, what reaches
 * beyond the sides of the window, and what an element around it cuts off. Texts that are for hearing alone are left out.
 */
export const cutOff = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const cut = [];
    for (const root of document.querySelectorAll(${JSON.stringify(selector)})) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { currentNode: text } = walker;
        if (text.data.trim() === '' || text.parentElement.closest('.visually-hidden')) continue;
        if (!canBeRead(text)) cut.push(text.data);
      }
    }
    return cut;

    function canBeRead(text) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const boxes = [...range.getClientRects()];
      if (boxes.length === 0 || !text.parentElement.checkVisibility({ visibilityProperty: true })) return false;
      const frames = framesOf(text.parentElement);
      return boxes.every((box) => frames.every((frame) => isWithin(box, frame)));
    }

    function framesOf(element) {
      const frames = [{ left: 0, right: document.documentElement.clientWidth, top: -Infinity, bottom: Infinity }];
      for (let at = element; at !== document.body; at = at.parentElement)
        if (getComputedStyle(at).overflowX !== 'visible') frames.push(at.getBoundingClientRect());
      return frames;
    }

    function isWithin(box, frame) {
      return box.left >= frame.left - 1 && box.right <= frame.right + 1
        && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
    }
  })()`);

/** How many pixels more than its own width the document, or the first element of a selector, has to be scrolled for. */
export const sidewaysIn = (page: Page, selector = 'html'): Promise<number> =>
  page.evaluate<number>(`(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(
    document.querySelector(${JSON.stringify(selector)}))`);
