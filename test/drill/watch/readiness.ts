import { z } from 'zod';

/** What /readyz of a gateway or a worker says. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly ready: boolean }[];
  /** A gateway's alone. */
  readonly platforms?: readonly { readonly channel: string; readonly status: string }[] | undefined;
}

const ANSWER_MS = 4_000;
const readiness = z.object({
  ready: z.boolean(),
  parts: z.array(z.object({ name: z.string(), ready: z.boolean() })),
  platforms: z.array(z.object({ channel: z.string(), status: z.string() })).optional(),
});

/** @throws Error where the process does not answer */
export async function readinessOf(origin: string): Promise<Readiness> {
  const response = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
  return readiness.parse(await response.json());
}
