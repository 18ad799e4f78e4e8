import type { Page } from 'playwright-core';
import { fillOperated } from './operated';
import type { ShopService } from './shop';

/** Every view of the page: its name, and how to get there. Each is complete when the promise resolves. */
export const VIEWS: readonly (readonly [
  name: string,
  visit: (page: Page, service: ShopService) => Promise<void>,
])[] = [
  [
    'sign-in',
    async (page, { origin }) => {
      await page.goto(origin);
      await page.getByRole('textbox').waitFor();
    },
  ],
  [
    'choose-store',
    async (page, service) => {
      await page.goto(`${service.origin}/#token=${service.token()}`);
      await page.getByRole('textbox').waitFor();
    },
  ],
  [
    'events',
    async (page, { link }) => {
      await page.goto(link());
      await page.getByText('종료').or(page.getByText('Ended')).first().waitFor();
      await live(page);
    },
  ],
  [
    'event',
    async (page, { link, shop }) => {
      await page.goto(link(`/events/${shop.running.eventId}`));
      await complete(page);
    },
  ],
  [
    'empty-event',
    async (page, { link, shop }) => {
      await page.goto(link(`/events/${shop.empty.eventId}`));
      await page.locator('.section-blank').nth(2).waitFor();
      await live(page);
    },
  ],
  [
    'admin',
    async (page, service) => {
      await fillOperated(service);
      await page.goto(adminLink(service));
      await page.locator('.letter').first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    },
  ],
  [
    'not-found',
    async (page, { link }) => {
      await page.goto(link('/events/00000000-0000-4000-8000-000000000000'));
      await page.getByRole('alert').waitFor();
    },
  ],
];

/** The admin's page, signed in with that role. */
export const adminLink = ({ origin, token }: Pick<ShopService, 'origin' | 'token'>): string =>
  `${origin}/admin#token=${token()}`;

/** The dot shows that values are live. */
export const live = (page: Page): Promise<void> => page.locator('.live-live').waitFor();

/** Each section has what was asked for, and the values are live: the socket alone may be open before any answer has come. */
export async function answered(page: Page): Promise<void> {
  await live(page);
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

/** All sections are shown, their charts are painted, and the values are live. */
export async function complete(page: Page): Promise<void> {
  await answered(page);
  for (const chart of ['trend', 'channels', 'roi']) await page.locator(`.chart-${chart} canvas`).waitFor();
}
