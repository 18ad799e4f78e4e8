/** Drawn with the text's colour, and said by the text beside them. */
const drawn = (path: string) => () => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={path} />
  </svg>
);

export const Mark = drawn('M4 18l5.5-6.5 4.5 4L20 7');
export const Back = drawn('M15 5l-7 7 7 7');
export const Down = drawn('M12 4v11m-5-4l5 5 5-5M5 20h14');
export const Printer = drawn('M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z');
export const Leave = drawn('M10 5H5v14h5M14 8l4 4-4 4M9 12h9');
export const Sun = drawn(
  'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2m0 16v2M4.9 4.9l1.4 1.4m11.4 11.4l1.4 1.4M2 12h2m16 0h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
);
export const Moon = drawn('M20 14.5A8.5 8.5 0 019.5 4a8.5 8.5 0 1010.5 10.5z');
export const Screen = drawn('M3 5h18v11H3zM9 20h6m-3-4v4');
export const Warning = drawn('M12 4l9 16H3zM12 10v4m0 2.5v.5');
export const Link = drawn('M9 15l6-6M10.5 6.5l1-1a4.2 4.2 0 016 6l-1 1m-3 5l-1 1a4.2 4.2 0 01-6-6l1-1');
