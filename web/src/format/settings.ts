/** What the service has to say to the page, written into its root element. */
const { timeZone = 'Asia/Seoul', apiPage = '', graphiql = '' } = document.documentElement.dataset;

/** Whose days and hours the figures are counted in. */
export const TIME_ZONE = timeZone;
/** Where the explorers are; empty where they are off. */
export const API_PAGE = apiPage;
export const GRAPHIQL = graphiql;
