/** How many events one page may have. */
export const MOST_PER_PAGE = 100;

/** How many dashboards may be asked for together. */
export const MOST_DASHBOARDS = 50;

/** How many entities a gateway may ask for together: as many as a page has. */
export const MOST_ENTITIES = MOST_PER_PAGE;

/** How many topics: more than the service reads, of several prefixes. */
export const MOST_TOPICS = 50;

/** How many partitions that are stalled or have no owner. */
export const MOST_TROUBLED = 50;

/** How many stretches that were deleted unread. */
export const MOST_UNREAD = 100;

/** How many platforms. */
export const MOST_PLATFORMS = 100;

/** How many pairs of topic and reason, of the most frequent. */
export const MOST_REASONS = 100;

/** How many headers of a dead letter. */
export const MOST_HEADERS = 50;
