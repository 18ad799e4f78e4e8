import { z } from 'zod';

/** An issuer as a page configures it, and the claims of a token that it is said to make. */
export interface Recipe {
  readonly title: string;
  readonly issuer: z.infer<typeof issuer>;
  readonly claims: z.infer<typeof claims>;
}

const issuer = z.looseObject({ issuer: z.string(), adminRoles: z.union([z.string(), z.array(z.string())]) });
const claims = z.looseObject({ iss: z.string() });

const BLOCK = /^```json\n([\s\S]*?)^```$/gm;

/** The recipes of a page: below a heading, blocks of JSON by pairs, the issuer and a token of it. */
export function recipesOf(page: string): Recipe[] {
  return page.split(/^## /m).flatMap((section) => {
    const blocks = [...section.matchAll(BLOCK)].map(([, json = '']): unknown => JSON.parse(json));
    const [title = ''] = section.split('\n');
    return blocks.flatMap((block, index) =>
      index % 2 === 0
        ? [{ title, issuer: issuer.parse(block), claims: claims.parse(blocks[index + 1]) }]
        : [],
    );
  });
}
