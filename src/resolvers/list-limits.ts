/** How many events one page may have. */
export const MOST_PER_PAGE = 100;

/** How many dashboards may be asked for together. */
export const MOST_DASHBOARDS = 50;
