/** How many events one page may have. */
export const MOST_PER_PAGE = 100;

/** How many dashboards may be asked for together. */
export const MOST_DASHBOARDS = 50;

/** How many entities a gateway may ask for together: as many as a page has. */
export const MOST_ENTITIES = MOST_PER_PAGE;
